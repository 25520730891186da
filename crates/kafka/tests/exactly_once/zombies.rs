//! Members that freeze past their session and come back when others have their partitions.

use testbroker::Signal;

use crate::bench::{Bench, Start};

/// A zombie: where it freezes, what it is started with, and whether it adds records.
#[derive(Default)]
pub(crate) struct Zombie<'a> {
    pub(crate) freezes: (&'a str, u64),
    pub(crate) settings: &'a [&'a str],
    pub(crate) defences_off: Option<&'a str>,
    pub(crate) adds_records: bool,
}

impl Zombie<'_> {
    /// Freezes a member past its session, lets another take over, and thaws it: what it still wants
    /// to commit must not count.
    pub(crate) fn rises(&self) -> Option<String> {
        let bench = Bench::shared("zombie", 1);
        let mut oracle = bench.feed(500);
        let set = |start: Start| self.settings.iter().fold(start, |start, pair| start.with(pair));
        let (point, nth) = self.freezes;
        let zombie = set(bench.counter("a")).without(self.defences_off).freeze(point, nth).start();
        zombie.feed_to_freeze(&bench, &mut oracle);
        // The zombie's open transaction may hide what the heir writes, so the heir says by standing
        // still that it has committed the same records. It does not wait with its commits.
        let heir = set(bench.counter("b")).with("commit-interval=0");
        let heir = heir.freeze("after-commit", 1).start();
        heir.feed_to_freeze(&bench, &mut oracle);
        zombie.signal(Signal::Resume);
        heir.signal(Signal::Resume);
        // The zombie tries to commit, finds out, and joins again: from here on it may take part.
        let finds_out = || self.adds_records || zombie.has_logged("starting over");
        bench.await_that("the zombie to find out", finds_out);
        oracle.extend(bench.feed_from(oracle.len(), 200));
        bench.await_output(oracle.len() + usize::from(self.adds_records));
        heir.end_in_good_order();
        drop(zombie);
        bench.wrong(&oracle)
    }
}

#[test]
fn a_zombie_that_has_only_read_adds_no_record() {
    assert_eq!(Zombie { freezes: ("after-poll", 3), ..Zombie::default() }.rises(), None);
}

#[test]
fn a_zombie_that_has_written_adds_no_record() {
    // Its first records have long been sent when it freezes with more in its hands.
    let freezes = ("after-poll", 3);
    let settings: &[_] = &["state=none", "commit-interval=3000"];
    assert_eq!(Zombie { freezes, settings, ..Zombie::default() }.rises(), None);
}

#[test]
fn a_zombie_that_was_about_to_commit_adds_no_record() {
    assert_eq!(Zombie { freezes: ("before-commit", 3), ..Zombie::default() }.rises(), None);
}

/// A zombie of a stage that remembers nothing, which hears that its partitions are lost while it
/// has a transaction open, long before that is due.
pub(crate) fn hears_of_its_loss(defences_off: &str, adds_records: bool) -> Option<String> {
    let settings: &[_] = &["state=none", "commit-interval=60000"];
    let defences_off = Some(defences_off);
    Zombie { freezes: ("after-poll", 3), settings, defences_off, adds_records }.rises()
}

#[test]
fn what_is_open_when_the_partitions_are_lost_is_aborted() {
    // The group's generation would refuse the commit as well, so it is switched off.
    assert_eq!(hears_of_its_loss("offsets-in-transaction", false), None);
}

/// The heir of a member that is frozen in a transaction is killed after its first commit: its own
/// heir must see that commit behind the open transaction.
pub(crate) fn heir_of_an_heir(defence_off: Option<&str>) -> Option<String> {
    let bench = Bench::shared("heir", 1);
    let mut oracle = bench.feed(500);
    let zombie = bench.counter("a").with("commit-interval=60000").freeze("after-poll", 3).start();
    zombie.feed_to_freeze(&bench, &mut oracle);
    let heir = bench.counter("b").without(defence_off).crash("after-commit", 1).start();
    heir.feed_to_death(&bench, &mut oracle);
    let heir = bench.counter("b").without(defence_off).start();
    oracle.extend(bench.feed_from(oracle.len(), 200));
    bench.await_output(oracle.len());
    heir.end_in_good_order();
    drop(zombie);
    bench.wrong(&oracle)
}

#[test]
fn an_heir_misses_nothing_that_was_committed_behind_an_open_transaction() {
    assert_eq!(heir_of_an_heir(None), None);
}

/// A zombie whose transaction is a timer's alone.
pub(crate) fn timer(defence_off: Option<&str>) -> Option<String> {
    let bench = Bench::shared("timer", 1);
    bench.feed_rows(vec![("timer".to_owned(), String::new())]);
    let mut oracle = vec![("timer".to_owned(), "rang".to_owned())];
    let zombie = bench.counter("a").without(defence_off).freeze("before-produce", 2).start();
    bench.await_that("the timer to ring", || zombie.is_frozen());
    let heir = bench.counter("b").start();
    bench.await_output(1);
    zombie.signal(Signal::Resume);
    match defence_off {
        None => bench.await_that("it to find out", || zombie.has_logged("starting over")),
        Some(_) => bench.await_output(2),
    }
    drop(zombie);
    oracle.extend(bench.feed(100));
    bench.await_output(oracle.len());
    heir.end_in_good_order();
    bench.wrong(&oracle)
}

#[test]
fn a_zombie_that_has_only_heard_a_timer_adds_no_record() {
    assert_eq!(timer(None), None);
}
