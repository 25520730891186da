//! Tests of zombies: members that freeze past their session timeout and resume when others have their
//! partitions.

use testbroker::ProcessSignal;

use crate::test_bench::{CounterCommand, TestBench};

/// A zombie: the point at which it freezes, its settings, and whether the test expects it to duplicate
/// records.
#[derive(Default)]
pub(crate) struct Zombie<'a> {
    pub(crate) freeze_at: (&'a str, u64),
    pub(crate) settings: &'a [&'a str],
    pub(crate) defences_off: Option<&'a str>,
    pub(crate) adds_records: bool,
}

impl Zombie<'_> {
    /// Freezes a member past its session timeout, lets another take over, and resumes the first. Its
    /// late commit must add nothing.
    pub(crate) fn mismatch_after_resume(&self) -> Option<String> {
        let bench = TestBench::on_shared_broker("zombie", 1);
        let mut oracle = bench.append_records(500);
        let set = |start: CounterCommand| {
            self.settings.iter().fold(start, |start, pair| start.with(pair))
        };
        let (point, nth) = self.freeze_at;
        let zombie = set(bench.counter("a")).without(self.defences_off).freeze(point, nth).start();
        zombie.append_until_frozen(&bench, &mut oracle);
        // The zombie's open transaction hides the successor's output from this test. So the successor
        // freezes after its first commit: that shows that it has committed the same records.
        let successor = set(bench.counter("b")).with("commit-interval=0");
        let successor = successor.freeze("after-commit", 1).start();
        successor.append_until_frozen(&bench, &mut oracle);
        zombie.signal(ProcessSignal::Resume);
        successor.signal(ProcessSignal::Resume);
        // The zombie's commit fails, it restarts and joins again; from then on it may write.
        let finds_out = || self.adds_records || zombie.has_logged("restarting the worker");
        bench.wait_until("the zombie to restart", finds_out);
        oracle.extend(bench.append_records_from(oracle.len(), 200));
        bench.wait_for_output(oracle.len() + usize::from(self.adds_records));
        successor.shut_down();
        drop(zombie);
        bench.mismatch(&oracle)
    }
}

#[test]
fn a_zombie_that_has_only_polled_adds_no_record() {
    assert_eq!(
        Zombie { freeze_at: ("after-poll", 3), ..Zombie::default() }.mismatch_after_resume(),
        None
    );
}

#[test]
fn a_zombie_that_has_written_adds_no_record() {
    // It freezes with further records polled, after its first ones have been sent.
    let freeze_at = ("after-poll", 3);
    let settings: &[_] = &["state=none", "commit-interval=3000"];
    assert_eq!(Zombie { freeze_at, settings, ..Zombie::default() }.mismatch_after_resume(), None);
}

#[test]
fn a_zombie_that_was_about_to_commit_adds_no_record() {
    assert_eq!(
        Zombie { freeze_at: ("before-commit", 3), ..Zombie::default() }.mismatch_after_resume(),
        None
    );
}

/// A zombie of a stage without state, which learns that its partitions are lost long before the
/// commit of its open transaction is due.
pub(crate) fn resume_after_partitions_are_lost(
    defences_off: &str,
    adds_records: bool,
) -> Option<String> {
    let settings: &[_] = &["state=none", "commit-interval=60000"];
    let defences_off = Some(defences_off);
    Zombie { freeze_at: ("after-poll", 3), settings, defences_off, adds_records }
        .mismatch_after_resume()
}

#[test]
fn an_open_transaction_is_aborted_when_the_partitions_are_lost() {
    // The generation in the offsets would reject the commit as well, so that defence is off.
    assert_eq!(resume_after_partitions_are_lost("offsets-in-transaction", false), None);
}

/// Freezes a member in a transaction and kills its successor after the first commit. The next successor
/// must restore that commit although the open transaction hides it.
pub(crate) fn restore_behind_open_transaction(defence_off: Option<&str>) -> Option<String> {
    let bench = TestBench::on_shared_broker("successor", 1);
    let mut oracle = bench.append_records(500);
    let zombie = bench.counter("a").with("commit-interval=60000").freeze("after-poll", 3).start();
    zombie.append_until_frozen(&bench, &mut oracle);
    let successor = bench.counter("b").without(defence_off).crash("after-commit", 1).start();
    successor.append_until_killed(&bench, &mut oracle);
    let successor = bench.counter("b").without(defence_off).start();
    oracle.extend(bench.append_records_from(oracle.len(), 200));
    bench.wait_for_output(oracle.len());
    successor.shut_down();
    drop(zombie);
    bench.mismatch(&oracle)
}

#[test]
fn a_successor_restores_changes_committed_behind_an_open_transaction() {
    assert_eq!(restore_behind_open_transaction(None), None);
}

/// A zombie whose transaction only a timer has written.
pub(crate) fn zombie_timer(defence_off: Option<&str>) -> Option<String> {
    let bench = TestBench::on_shared_broker("timer", 1);
    bench.append_rows(vec![("timer".to_owned(), String::new())]);
    let mut oracle = vec![("timer".to_owned(), "fired".to_owned())];
    let zombie = bench.counter("a").without(defence_off).freeze("before-produce", 2).start();
    bench.wait_until("the timer to fire", || zombie.is_frozen());
    let successor = bench.counter("b").start();
    bench.wait_for_output(1);
    zombie.signal(ProcessSignal::Resume);
    match defence_off {
        None => {
            bench.wait_until("the zombie to restart", || zombie.has_logged("restarting the worker"))
        }
        Some(_) => bench.wait_for_output(2),
    }
    drop(zombie);
    oracle.extend(bench.append_records(100));
    bench.wait_for_output(oracle.len());
    successor.shut_down();
    bench.mismatch(&oracle)
}

#[test]
fn a_zombie_that_has_only_fired_a_timer_adds_no_record() {
    assert_eq!(zombie_timer(None), None);
}
