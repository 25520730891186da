//! Each defence switched off once: the test that needs it must fail, or it proves nothing.

use crate::brokers::delayed_end;
use crate::kills::wrong_after_kills;
use crate::members::zombie;

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
fn without_offsets_in_the_transaction_a_zombie_doubles_records() {
    let off = "offsets-in-transaction";
    goes_wrong(off, zombie("before-commit", Some(off)));
}

#[test]
fn without_fencing_a_late_commit_doubles_records() {
    goes_wrong("fence", delayed_end(Some("fence")));
}
