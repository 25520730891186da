//! Fault injection: faults do not change the outputs, and a corrupt changelog is refused.

use std::collections::BTreeMap;

use dedupe::{Config, Dedupe, State};
use mention::topics;
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::{
    ChangeVisitor, DeadLetter, Effects, Event, Fault, Log, NoObserver, Quarantine, State as _,
    TimeDelta, run,
};

use crate::scene::*;

/// Mentions that produce every kind of output, over windows short enough to expire within them.
fn afternoon() -> Vec<TestMention> {
    let mut posts = Vec::new();
    for round in 0..6 {
        let id = |n: i64| format!("{}", round / 2 * 10 + n);
        for (n, author) in ["ann", "ben", "cid"].into_iter().enumerate() {
            let n = n as i64;
            posts.extend([
                post(author, &id(n), COMPLAINT),
                post(author, &id(n + 3), "Why is nobody answering the telephone?"),
                post(author, &id(n), "It works again, thank you").edited(round),
                post(author, &id(n + 6), "").reposts(&id(n)),
            ]);
        }
        posts.push(deleted("ben", &id(1)));
    }
    posts.into_iter().zip(0..).map(|(it, n)| it.after(n * 3 * TimeDelta::SECOND)).collect()
}

fn short() -> Config {
    Config {
        window: 100 * TimeDelta::SECOND,
        copy_window: 100 * TimeDelta::SECOND,
        cluster_window: TimeDelta::MINUTE,
        ..Config::default()
    }
}

#[test]
fn every_fault_plan_leaves_the_outputs_unchanged() {
    let posts = afternoon();
    let plans = assert_fault_tolerant(None, &|plan| {
        let broker = broker(2, &posts);
        run_to_end(Dedupe::new(short()), (), &broker, plan);
        RunOutcome::read(&broker, &[topics::UNIQUE, topics::SPREAD], &["dedupe"])
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn the_afternoon_covers_every_kind_of_output() {
    let posts = afternoon();
    let broker = broker(1, &posts);
    run_to_end(Dedupe::new(short()), (), &broker, FaultPlan::default());
    let outputs: Vec<_> =
        outputs_by_mention(&broker, posts.len()).iter().map(StageOutput::summary).collect();
    for kind in ["new 1", "edit 2", "withdrawal", "copy of", "repost of", "nothing"] {
        assert!(outputs.iter().any(|it| it.starts_with(kind)), "no {kind} in {outputs:?}");
    }
    let ids = broker.changelog("dedupe").into_iter().filter(|(_, key, _)| key[0] == 0x11).count();
    let passed =
        outputs.iter().filter(|it| ["new 1", "repo", "copy"].iter().any(|k| it.starts_with(k)));
    assert!(ids < passed.count(), "no id expired");
}

/// Feeds the second half of the mentions to a restored stage, and to one that ran without a break.
#[test]
fn a_restored_stage_continues_as_an_uninterrupted_one_does() {
    let posts = afternoon();
    for cut in (0..posts.len()).step_by(5) {
        let whole = broker(1, &posts);
        run_to_end(Dedupe::new(short()), (), &whole, FaultPlan::default());
        let halves = broker(1, &posts[..cut]);
        run_to_end(Dedupe::new(short()), (), &halves, FaultPlan::default());
        let rest = broker(1, &posts);
        for raw in rest.records(topics::RECEIVED).split_off(cut) {
            halves.append(topics::RECEIVED, raw.time, &raw.key, raw.value);
        }
        run_to_end(Dedupe::new(short()), (), &halves, FaultPlan::default());
        assert_eq!(
            outputs_by_mention(&halves, posts.len()),
            outputs_by_mention(&whole, posts.len()),
            "cut at {cut}"
        );
        assert_eq!(halves.changelog("dedupe"), whole.changelog("dedupe"), "cut at {cut}");
    }
}

#[test]
fn malformed_changelog_entries_are_refused() {
    let cases: [(&[u8], Option<&[u8]>); 5] = [
        (b"", None),
        (b"\x11short", None),
        (b"\x99", None),
        (b"\x14", Some(b"\x14\0\0")),
        (b"\x14", Some(b"")),
    ];
    for (key, value) in cases {
        assert!(State::default().restore("dedupe", key, value).is_err(), "{key:?} {value:?}");
    }
}

#[test]
fn a_changelog_entry_with_a_value_of_another_kind_is_refused_and_changes_nothing() {
    let broker = broker(1, &afternoon());
    run_to_end(Dedupe::new(short()), (), &broker, FaultPlan::default());
    let (mut state, mut by_kind) = (State::default(), BTreeMap::new());
    for (_, key, value) in broker.changelog("dedupe") {
        state.restore("dedupe", &key, Some(&value)).unwrap();
        by_kind.insert(key[0], (key, value));
    }
    assert_eq!(by_kind.len(), 4, "an entry of each kind");
    let before = format!("{state:?}");
    for (key, own) in by_kind.values() {
        for (_, value) in by_kind.values().filter(|(_, value)| value[0] != own[0]) {
            assert!(state.restore("dedupe", key, Some(value)).is_err(), "{key:?} {value:?}");
            assert_eq!(format!("{state:?}"), before, "{key:?} {value:?}");
        }
    }
}

/// A log whose changelog holds the key of a cluster with the value of the clock.
struct MixedUp(Vec<Event<()>>);

impl Log for MixedUp {
    type Rules = ();

    fn next_event(&mut self) -> Result<Event<()>, Fault> {
        Ok(self.0.pop().unwrap_or(Event::Shutdown))
    }

    fn read_changelog(&mut self, _: i32, each: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        each("dedupe", b"\x13\0\0\0\0\0\0\0\x07", Some(b"\x14\0\0\0\x01"))
    }

    fn write(&mut self, _: i32, _: Effects) -> Result<(), Fault> {
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

#[test]
fn a_changelog_entry_with_key_and_value_of_two_kinds_is_a_fatal_fault() {
    let batch = broker(1, &afternoon()).records(topics::RECEIVED);
    let mut log = MixedUp(vec![Event::Batch(0, batch), Event::Assigned(0)]);
    let stage = Dedupe::new(short());
    let end = run(&stage, &mut log, &mut Quarantine::default(), &mut NoObserver);
    let fault = end.unwrap_err();
    assert!(matches!(&fault, Fault::Restore { stage, .. } if stage == "dedupe"), "{fault}");
    assert!(fault.is_fatal());
}
