use super::*;
use proptest::prelude::*;

const WINDOW: i64 = 100;

#[derive(Clone, Copy, Debug)]
enum Event {
    Heard(Heard),
    Answered,
}

fn event() -> impl Strategy<Value = Event> {
    let reach = prop::sample::select(vec![Reach::Private, Reach::Comment, Reach::Public]);
    let heard = (0_i64..400, reach, any::<bool>())
        .prop_map(|(at, reach, says_nobody_answers)| Heard { at, reach, says_nobody_answers });
    prop_oneof![6 => heard.prop_map(Event::Heard), 1 => Just(Event::Answered)]
}

/// The same with the whole history in hand.
fn naive(history: &[Heard], heard: Heard) -> Risen {
    let is_repeated = !history.is_empty();
    Risen {
        is_repeated,
        nobody_answers: heard.says_nobody_answers || history.len() + 1 >= 3,
        is_wider: is_repeated && history.iter().all(|before| heard.reach > before.reach),
    }
}

proptest! {
    #[test]
    fn the_summary_answers_as_the_whole_history_would(
        events in prop::collection::vec(event(), 0..60)
    ) {
        let (mut summary, mut history) = (Summary::default(), Vec::<Heard>::new());
        for event in events {
            match event {
                Event::Answered => {
                    summary = summary.answer();
                    history.clear();
                }
                Event::Heard(heard) => {
                    let last = history.iter().map(|before| before.at).max();
                    if last.is_some_and(|last| heard.at - last > WINDOW) {
                        history.clear();
                    }
                    let (next, risen) = summary.hear(heard, WINDOW);
                    prop_assert_eq!(risen, naive(&history, heard));
                    history.push(heard);
                    summary = next;
                }
            }
        }
    }

    #[test]
    fn any_times_and_windows_have_an_answer(
        first in any::<i64>(), then in any::<i64>(), window in any::<i64>()
    ) {
        let heard = |at| Heard { at, reach: Reach::Public, says_nobody_answers: false };
        let (summary, risen) = Summary::default().hear(heard(first), window);
        prop_assert_eq!(risen, Risen::default());
        let _ = summary.hear(heard(then), window);
    }
}

#[test]
fn a_story_rises_step_by_step_and_ends_with_an_answer() {
    let heard = |at, reach| Heard { at, reach, says_nobody_answers: false };
    let (summary, first) = Summary::default().hear(heard(0, Reach::Private), WINDOW);
    assert_eq!(first, Risen::default());
    let (summary, second) = summary.hear(heard(50, Reach::Comment), WINDOW);
    assert_eq!(second, Risen { is_repeated: true, nobody_answers: false, is_wider: true });
    let (summary, third) = summary.hear(heard(60, Reach::Comment), WINDOW);
    assert_eq!(third, Risen { is_repeated: true, nobody_answers: true, is_wider: false });
    let (_, after) = summary.answer().hear(heard(70, Reach::Public), WINDOW);
    assert_eq!(after, Risen::default());
}

#[test]
fn a_summary_is_small() {
    assert!(size_of::<Summary>() <= 32);
}
