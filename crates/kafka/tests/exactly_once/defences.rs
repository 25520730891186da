//! Each defence switched off once: the test that needs it must fail, or it proves nothing.

use crate::kills::wrong_after_kills;
use crate::members::{given_away, shared};
use crate::proxied::{delayed_end, held_call};
use crate::zombies::{Zombie, hears_of_its_loss, heir_of_an_heir, timer};

#[track_caller]
fn goes_wrong(defence: &str, wrong: Option<String>) {
    assert!(wrong.is_some(), "without {defence} nothing went wrong: its test proves nothing");
}

#[test]
fn without_the_next_offset_a_restart_doubles_records() {
    goes_wrong("next-offset", wrong_after_kills("after-commit", Some("next-offset")));
}

#[test]
fn without_restore_a_restart_forgets_its_state() {
    goes_wrong("restore", wrong_after_kills("after-poll", Some("restore")));
}

#[test]
fn without_read_committed_a_restart_restores_what_was_aborted() {
    goes_wrong("read-committed", wrong_after_kills("before-commit", Some("read-committed")));
}

#[test]
fn without_the_whole_changelog_an_heir_forgets_what_was_hidden() {
    goes_wrong("whole-changelog", heir_of_an_heir(Some("whole-changelog")));
}

#[test]
fn without_offsets_in_the_transaction_a_zombie_doubles_records() {
    let off = "offsets-in-transaction";
    let freezes = ("after-poll", 3);
    let zombie =
        Zombie { freezes, defences_off: Some(off), adds_records: true, ..Zombie::default() };
    goes_wrong(off, zombie.rises());
}

#[test]
fn without_an_abort_a_zombie_commits_what_it_has_lost() {
    let off = "offsets-in-transaction,abort-when-lost";
    goes_wrong(off, hears_of_its_loss(off, true));
}

#[test]
fn without_the_offsets_of_a_timer_a_zombie_rings_twice() {
    goes_wrong("timer-offsets", timer(Some("timer-offsets")));
}

#[test]
fn without_a_commit_on_an_orderly_revoke_records_are_doubled() {
    goes_wrong("commit-on-revoke", given_away(Some("commit-on-revoke")));
}

#[test]
fn without_the_group_metadata_of_the_moment_a_member_starts_over() {
    let (_bench, _, first) = shared(Some("group-metadata"));
    assert!(first.has_logged("starting over"), "what is taken once serves for ever");
}

#[test]
fn without_fencing_a_late_commit_doubles_records() {
    goes_wrong("fence", delayed_end(Some("fence")));
}

#[test]
fn without_the_watchdog_a_call_holds_the_process() {
    assert_eq!(held_call(Some("watchdog")).0, None, "the call came back by itself");
}
