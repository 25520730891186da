//! Whatever goes wrong, the same comes out; and a changelog that lies is refused.

use dedupe::{Config, Dedupe, Seen};
use mention::topics;
use stage::prove::{Outcome, Trouble, drive, prove};
use stage::{EachChange, Effects, Event, Fault, Log, Quarantine, Silent, State, run};

use crate::scene::*;

/// An afternoon with everything in it, over windows short enough to end in it.
fn afternoon() -> Vec<Said> {
    let mut said_so = Vec::new();
    for round in 0..6 {
        let id = |n: i64| format!("{}", round / 2 * 10 + n);
        for (n, author) in ["ann", "ben", "cid"].into_iter().enumerate() {
            let n = n as i64;
            said_so.extend([
                said(author, &id(n), COMPLAINT),
                said(author, &id(n + 3), "Why is nobody answering the telephone?"),
                said(author, &id(n), "It works again, thank you").edited(round),
                said(author, &id(n + 6), "").reposts(&id(n)),
            ]);
        }
        said_so.push(deleted("ben", &id(1)));
    }
    said_so.into_iter().zip(0..).map(|(it, n)| it.after(n * 3 * SECOND)).collect()
}

fn short() -> Config {
    Config {
        window: 100 * SECOND,
        copy_window: 100 * SECOND,
        cluster_window: MINUTE,
        ..Config::default()
    }
}

#[test]
fn the_same_comes_out_under_every_trouble() {
    let said = afternoon();
    let plans = prove(None, &|trouble| {
        let broker = broker(2, &said);
        drive(Dedupe::new(short()), &broker, trouble);
        Outcome::of(&broker, &[topics::UNIQUE, topics::SPREAD], &["dedupe"])
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn the_afternoon_has_everything_in_it() {
    let said = afternoon();
    let broker = broker(1, &said);
    drive(Dedupe::new(short()), &broker, Trouble::default());
    let heard: Vec<_> = heard(&broker, said.len()).iter().map(Heard::summary).collect();
    for kind in ["new 1", "edit 2", "withdrawal", "copy of", "repost of", "nothing"] {
        assert!(heard.iter().any(|it| it.starts_with(kind)), "no {kind} in {heard:?}");
    }
    let ids = broker.changelog("dedupe").into_iter().filter(|(_, key, _)| key[0] == 0x11).count();
    let passed =
        heard.iter().filter(|it| ["new 1", "repo", "copy"].iter().any(|k| it.starts_with(k)));
    assert!(ids < passed.count(), "nothing was forgotten");
}

/// Feeds a second half to a stage that has just been restored, and to one that has lived on.
#[test]
fn a_restored_stage_goes_on_as_one_that_has_lived_on() {
    let said = afternoon();
    for cut in (0..said.len()).step_by(5) {
        let whole = broker(1, &said);
        drive(Dedupe::new(short()), &whole, Trouble::default());
        let halves = broker(1, &said[..cut]);
        drive(Dedupe::new(short()), &halves, Trouble::default());
        let rest = broker(1, &said);
        for raw in rest.records(topics::RECEIVED).split_off(cut) {
            halves.append(topics::RECEIVED, raw.time, &raw.key, raw.value);
        }
        drive(Dedupe::new(short()), &halves, Trouble::default());
        assert_eq!(heard(&halves, said.len()), heard(&whole, said.len()), "cut at {cut}");
        assert_eq!(halves.changelog("dedupe"), whole.changelog("dedupe"), "cut at {cut}");
    }
}

#[test]
fn a_changelog_that_is_none_is_refused() {
    let cases: [(&[u8], Option<&[u8]>); 5] = [
        (b"", None),
        (b"\x11short", None),
        (b"\x99", None),
        (b"\x14", Some(b"\x14\0\0")),
        (b"\x14", Some(b"")),
    ];
    for (key, value) in cases {
        assert!(Seen::default().restore("dedupe", key, value).is_err(), "{key:?} {value:?}");
    }
}

/// A log whose changelog holds a cluster with the value of a clock.
struct MixedUp(Vec<Event>);

impl Log for MixedUp {
    fn next(&mut self) -> Result<Event, Fault> {
        Ok(self.0.pop().unwrap_or(Event::Shutdown))
    }

    fn changelog(&mut self, _: i32, each: &mut EachChange<'_>) -> Result<(), Fault> {
        each("dedupe", b"\x13\0\0\0\0\0\0\0\x07", Some(b"\x14\0\0\0\x01"))
    }

    fn write(&mut self, _: i32, _: Effects) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

#[test]
fn a_changelog_with_keys_and_values_of_two_kinds_stops_the_stage() {
    let batch = broker(1, &afternoon()).records(topics::RECEIVED);
    let mut log = MixedUp(vec![Event::Batch(0, batch), Event::Assigned(0)]);
    let stage = Dedupe::new(short());
    let end = run(&stage, &mut log, &mut Quarantine::default(), &mut Silent);
    assert!(end.is_err_and(|fault| fault.is_final && fault.message.contains("restore dedupe")));
}
