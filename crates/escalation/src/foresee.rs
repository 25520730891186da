//! Whether an answer will be in time, at the pace of the queue: remaining time against the number
//! of authors who wait before this one, times how long an answer of the team takes.
//!
//! An answer takes the mean of the team's latest ones, each counted from the answer before it or,
//! when nobody waited then, from when its author began to wait. While a team answers nobody, that
//! is its pace: an answer takes at least as long as it has answered nobody, so far as this author
//! has waited. With fewer than four answers nothing is said. Must not know: cases, paths.

use stage::Micros;

use crate::entry::{ANSWERS_MOST, Pace};

/// Fewer answers make no pace.
const ANSWERS_LEAST: usize = 4;
/// Nearer to the deadline nobody is asked any longer, in microseconds.
const NEAR: Micros = 60_000_000;

/// What is asked about a case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting<'a> {
    /// Since when its author waits, in microseconds.
    pub(crate) since: Micros,
    /// How many others wait before this one.
    pub(crate) ahead: i64,
    /// How fast the team answers.
    pub(crate) pace: Option<&'a Pace>,
}

/// When its author will have an answer, in microseconds; none when there is no pace.
pub(crate) fn expected(now: Micros, waiting: Waiting<'_>) -> Option<Micros> {
    let pace = waiting.pace.filter(|pace| pace.took.len() >= ANSWERS_LEAST)?;
    let mean = pace.took.iter().fold(0, |sum: Micros, took| sum.saturating_add(*took))
        / pace.took.len() as Micros;
    let silent = now.saturating_sub(pace.last_at.max(waiting.since));
    let each = mean.max(silent);
    Some(now.saturating_add(each.saturating_mul(waiting.ahead.saturating_add(1))))
}

/// When it is asked first whether a clock that starts now will be stopped in time: at half time.
pub(crate) fn first_look(started_at: Micros, due_at: Micros) -> Option<Micros> {
    next_look(started_at, due_at)
}

/// When it is asked again: after half of what remains.
pub(crate) fn next_look(now: Micros, due_at: Micros) -> Option<Micros> {
    let half = due_at.saturating_sub(now) / 2;
    (half >= NEAR).then(|| now.saturating_add(half))
}

/// The pace after another answer.
pub(crate) fn answered(pace: Option<&Pace>, at: Micros, since: Micros) -> Pace {
    let mut pace = pace.cloned().unwrap_or(Pace { last_at: since, took: Vec::new() });
    let took = at.saturating_sub(pace.last_at.max(since)).max(0);
    crate::case::keep_latest(&mut pace.took, took, ANSWERS_MOST);
    pace.last_at = pace.last_at.max(at);
    pace
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Micros = 60_000_000;

    fn pace(last: Micros, took: &[Micros]) -> Pace {
        let took = took.iter().map(|took| took * MINUTE).collect();
        Pace { last_at: last * MINUTE, took }
    }

    #[test]
    fn an_answer_comes_when_those_before_it_have_theirs() {
        let steady = pace(98, &[2, 2, 2, 2]);
        let cases = [
            ("alone", 0, 90, Some(&steady), Some(102)),
            ("behind nine others", 9, 90, Some(&steady), Some(120)),
            ("nobody was answered yet", 9, 90, None, None),
            ("three answers are no pace", 9, 90, Some(&pace(98, &[2, 2, 2])), None),
            ("a team that has stopped answering", 1, 40, Some(&pace(60, &[2, 2, 2, 2])), Some(180)),
            (
                "a team nobody has asked anything",
                1,
                95,
                Some(&pace(-900, &[2, 2, 2, 2])),
                Some(110),
            ),
        ];
        for (what, ahead, since, pace, at) in cases {
            let waiting = Waiting { since: since * MINUTE, ahead, pace };
            let expected = expected(100 * MINUTE, waiting).map(|at| at / MINUTE);
            assert_eq!(expected, at, "{what}");
        }
    }

    #[test]
    fn time_in_which_nobody_waited_is_no_part_of_a_pace() {
        let mut known = None;
        for (at, since) in [(10, 7), (12, 1), (500, 495), (503, 496)] {
            known = Some(answered(known.as_ref(), at * MINUTE, since * MINUTE));
        }
        assert_eq!(known, Some(pace(503, &[3, 2, 5, 3])));
        let mut long = pace(0, &[]);
        for n in 1..40 {
            long = answered(Some(&long), n * MINUTE, 0);
        }
        assert_eq!(long, pace(39, &[1; ANSWERS_MOST]));
        let early = answered(Some(&long), 3 * MINUTE, 0);
        assert_eq!((early.last_at, early.took.last()), (39 * MINUTE, Some(&0)), "a late event");
    }

    #[test]
    fn it_is_asked_at_half_time_and_then_at_half_of_the_rest_until_the_deadline_is_near() {
        let (mut at, mut looks) = (first_look(0, 16 * MINUTE), Vec::new());
        while let Some(look) = at {
            looks.push(look / MINUTE);
            at = next_look(look, 16 * MINUTE);
        }
        assert_eq!(looks, [8, 12, 14, 15]);
        assert_eq!(first_look(0, MINUTE), None);
    }
}
