//! Two stages as one.

use stage::memory::Broker;
use stage::prove::{Outcome, Trouble, drive, prove};
use stage::{Fused, Input, Stage, State, Taps, Wire};

use crate::toys::{A, B, C, Echo, SIDE, Said, Tally, fill, words};

fn both(taps: Taps) -> Fused<Tally, Echo> {
    Fused::new(Tally, Echo, taps)
}

fn filled() -> Broker {
    let broker = Broker::new(2);
    fill(&broker, A, 1_000, "k:a l:b k:no k:c m:d refuse:refuse k:e l:f n:g k:h k:no m:i");
    fill(&broker, SIDE, 2_500, "k:x l:y k:z m:w");
    broker
}

#[test]
fn nothing_that_goes_wrong_changes_what_a_chain_writes() {
    for taps in [Taps::On, Taps::Off] {
        prove(Some(60_000), &|trouble| {
            let broker = filled();
            drive(both(taps), &broker, trouble);
            Outcome::of(&broker, &[B, C], &["tally", "echo"])
        });
    }
}

#[test]
fn a_chain_writes_what_its_stages_write_one_after_the_other() {
    let until = |trouble: Trouble| Trouble {
        plan: stage::memory::Plan { until: Some(60_000), ..trouble.plan },
        ..trouble
    };
    let (apart, fused) = (filled(), filled());
    drive(Tally, &apart, until(Trouble::default()));
    drive(Echo, &apart, until(Trouble::default()));
    drive(both(Taps::On), &fused, until(Trouble::default()));
    let of = |broker: &Broker| Outcome::of(broker, &[B, C], &["tally", "echo"]);
    assert_eq!(of(&apart).records, of(&fused).records);
    assert_eq!(of(&apart).changes, of(&fused).changes);
}

#[test]
fn taps_are_passed_over_by_the_stage_that_has_seen_them() {
    let broker = filled();
    drive(both(Taps::On), &broker, Trouble::default());
    let before = words(&broker, C);
    assert!(!words(&broker, B).is_empty());
    drive(Echo, &broker, Trouble::default());
    assert_eq!(words(&broker, C), before);
}

#[test]
fn without_taps_nothing_is_written_between_the_stages() {
    let broker = filled();
    drive(both(Taps::Off), &broker, Trouble::default());
    assert_eq!(words(&broker, B), [""; 0]);
    assert!(!words(&broker, C).is_empty());
}

#[test]
fn what_a_later_stage_refuses_is_kept_as_its_topic_would_have_held_it() {
    for taps in [Taps::On, Taps::Off] {
        let broker = Broker::new(1);
        fill(&broker, A, 1_000, "k:a k:no k:refuse");
        drive(both(taps), &broker, Trouble::default());
        let dead: Vec<_> = broker
            .dead()
            .into_iter()
            .map(|d| (d.reject.stage, d.at.topic, String::from_utf8(d.value.unwrap()).unwrap()))
            .collect();
        let tally = ("tally", A, "k|3000|refuse".to_owned());
        assert_eq!(dead, [tally, ("echo", B, "k|2000|no2".to_owned())]);
    }
}

#[test]
fn a_chain_reads_its_first_input_and_every_side_input_but_no_link() {
    type Both = Fused<Tally, Echo>;
    assert_eq!(<Both as Stage>::In::topics(), [A, SIDE]);
    assert_eq!(<Both as Stage>::State::changelogs(), ["tally", "echo"]);
    assert_eq!(Both::NAME, "tally");
}

#[test]
fn inside_a_chain_time_is_as_coarse_as_in_a_topic() {
    let broker = Broker::new(1);
    // The first rings 5 ms later, at 6.3 ms: after the second, whose topic says 6 ms.
    for time in [1_300, 6_400] {
        let said = Said { key: "k".to_owned(), text: "a".to_owned(), time };
        let mut value = Vec::new();
        said.write(&mut value);
        broker.append(A, time, b"k", Some(value));
    }
    drive(both(Taps::Off), &broker, Trouble::default());
    assert_eq!(words(&broker, C)[..2], ["k:a1", "k:a2"]);
}
