//! Switches each defence off once: the test that needs it must fail, or that test proves nothing.

use crate::forged::mismatch_after_tombstone;
use crate::kills::mismatch_after_kills;
use crate::members::{revoke_with_open_transaction, share_partitions};
use crate::misplaced::stray_records;
use crate::proxied::{block_coordinator_lookup, delay_end_txn, shut_down_in_a_call};
use crate::refusals::{mismatch_around_largest, mismatch_around_refusals};
use crate::table_rows::{mismatch_after_restart, mismatch_after_zombie};
use crate::twins::twins;
use crate::unreadable::is_stopped_by_a_batch;
use crate::zombies::{
    Zombie, restore_behind_open_transaction, resume_after_partitions_are_lost, zombie_timer,
};

#[track_caller]
fn assert_mismatch(defence: &str, wrong: Option<String>) {
    assert!(
        wrong.is_some(),
        "the output is right without {defence}: the test of that defence proves nothing"
    );
}

#[test]
fn without_the_next_offset_a_restart_duplicates_records() {
    assert_mismatch("next-offset", mismatch_after_kills("after-commit", Some("next-offset")));
}

#[test]
fn without_restore_a_restart_loses_its_state() {
    assert_mismatch("restore", mismatch_after_kills("after-poll", Some("restore")));
}

#[test]
fn without_read_committed_a_restart_restores_aborted_changes() {
    assert_mismatch(
        "read-committed",
        mismatch_after_kills("before-commit", Some("read-committed")),
    );
}

#[test]
fn without_the_whole_changelog_a_successor_misses_changes() {
    assert_mismatch("whole-changelog", restore_behind_open_transaction(Some("whole-changelog")));
}

#[test]
fn without_offsets_in_the_transaction_a_zombie_duplicates_records() {
    let off = "offsets-in-transaction";
    let freeze_at = ("after-poll", 3);
    let zombie =
        Zombie { freeze_at, defences_off: Some(off), adds_records: true, ..Zombie::default() };
    assert_mismatch(off, zombie.mismatch_after_resume());
}

#[test]
fn without_an_abort_a_zombie_commits_lost_partitions() {
    let off = "offsets-in-transaction,abort-when-lost";
    assert_mismatch(off, resume_after_partitions_are_lost(off, true));
}

#[test]
fn without_the_offsets_of_a_timer_a_zombie_fires_twice() {
    assert_mismatch("timer-offsets", zombie_timer(Some("timer-offsets")));
}

#[test]
fn without_the_row_offset_a_restart_repeats_dead_letters() {
    assert_mismatch("row-offsets", mismatch_after_restart(Some("row-offsets")));
}

#[test]
fn without_the_row_offset_a_zombie_repeats_dead_letters() {
    // The zombie would often learn first that its partitions are lost, so that defence is off too.
    let off = "row-offsets,abort-when-lost";
    assert_mismatch(off, mismatch_after_zombie(off, true));
}

#[test]
fn without_a_commit_on_an_orderly_revoke_records_are_duplicated() {
    assert_mismatch("commit-on-revoke", revoke_with_open_transaction(Some("commit-on-revoke")));
}

#[test]
fn without_current_group_metadata_a_member_restarts() {
    let (_bench, _, first) = share_partitions(Some("group-metadata"));
    assert!(first.has_logged("restarting the worker"), "old group metadata was accepted");
}

#[test]
fn without_fencing_a_late_commit_duplicates_records() {
    assert_mismatch("fence", delay_end_txn(Some("fence")));
}

#[test]
fn without_the_refusal_a_record_stops_the_worker() {
    assert_mismatch("refusal", mismatch_around_refusals(Some("refusal")));
}

#[test]
fn without_a_cut_a_large_dead_letter_stops_the_worker() {
    assert_mismatch("cut-letter", mismatch_around_largest(Some("cut-letter")));
}

#[test]
fn without_the_state_check_a_forged_tombstone_forgets_a_key() {
    assert_mismatch("state-check", mismatch_after_tombstone(Some("state-check")));
}

#[test]
fn without_the_keyed_partition_a_stray_record_is_counted() {
    assert_mismatch("keyed-partition", stray_records(Some("keyed-partition")).0);
}

#[test]
fn without_giving_up_two_processes_with_one_instance_restart_for_ever() {
    assert_eq!(twins(Some("give-up")).0, None);
}

#[test]
fn without_the_watchdog_a_shutdown_waits_for_a_coordinator() {
    let swallowed = testbroker::api_key::TXN_OFFSET_COMMIT;
    assert_eq!(shut_down_in_a_call(swallowed, Some("watchdog")).0, None, "the call returned");
}

#[test]
fn without_the_skip_an_unreadable_batch_stops_its_partition() {
    assert!(is_stopped_by_a_batch(Some("skip-unreadable")));
}

#[test]
fn without_the_watchdog_a_call_blocks_the_process() {
    assert_eq!(block_coordinator_lookup(Some("watchdog")).0, None, "the call returned by itself");
}
