//! What a mention is beside the version of it heard before: by id, version and content alone.

use mention::Change;

/// What is remembered of a mention, within its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its version as its platform counts; 0 where none was told.
    pub version: u16,
    /// The fingerprint of its content.
    pub content: u32,
    /// Whether it was deleted.
    pub is_withdrawn: bool,
}

/// What has come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// What it says has happened.
    pub change: Change,
    /// Its version as its platform counts; 0 where none was told.
    pub version: u16,
    /// The fingerprint of its content.
    pub content: u32,
}

/// What an arrival is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Heard for the first time, whichever version it is.
    New,
    /// Another version of what was heard.
    Edit,
    /// Its deletion, for the first time.
    Withdrawal,
    /// Nothing that was not heard before.
    Redelivery,
}

/// Judges an arrival.
#[must_use]
pub fn judge(known: Option<Known>, arrival: Arrival) -> Verdict {
    match (known, arrival.change) {
        (None, Change::Deleted) => Verdict::Withdrawal,
        (None, _) => Verdict::New,
        (Some(known), _) if known.is_withdrawn => Verdict::Redelivery,
        (Some(_), Change::Deleted) => Verdict::Withdrawal,
        (Some(known), _) if is_edit(known, arrival) => Verdict::Edit,
        (Some(_), _) => Verdict::Redelivery,
    }
}

/// Versions decide where both are told and differ. Else an edit is one if it changes the content;
/// and a creation that for the first time tells a version, if it does.
fn is_edit(known: Known, arrival: Arrival) -> bool {
    let is_changed = known.content != arrival.content;
    match (known.version, arrival.version, arrival.change) {
        (1.., 1.., _) if known.version != arrival.version => arrival.version > known.version,
        (0, 1.., Change::Created) => is_changed,
        (_, _, change) => change == Change::Edited && is_changed,
    }
}

#[cfg(test)]
mod tests {
    use Change::{Created, Deleted, Edited};
    use Verdict::{Edit, New, Redelivery, Withdrawal};

    use super::*;

    /// Version and content of what is known, what arrives, and what it is.
    type Case = (Option<(u16, u32)>, (Change, u16, u32), Verdict);

    const CASES: [(&str, Case); 20] = [
        ("a creation never heard of is new", (None, (Created, 0, 1), New)),
        ("an edit of something never heard of is new", (None, (Edited, 2, 1), New)),
        ("a deletion of something never heard of passes", (None, (Deleted, 0, 0), Withdrawal)),
        ("the same again is a redelivery", (Some((0, 1)), (Created, 0, 1), Redelivery)),
        ("a creation with other text is one too", (Some((0, 1)), (Created, 0, 2), Redelivery)),
        ("an edit with other text is an edit", (Some((0, 1)), (Edited, 0, 2), Edit)),
        ("an edit with the same text is none", (Some((0, 1)), (Edited, 0, 1), Redelivery)),
        ("a higher version is an edit", (Some((1, 1)), (Edited, 2, 2), Edit)),
        ("also with the same text", (Some((1, 1)), (Edited, 2, 1), Edit)),
        ("also when it is called created", (Some((1, 1)), (Created, 2, 2), Edit)),
        ("a lower version is late", (Some((3, 3)), (Edited, 2, 2), Redelivery)),
        ("also when it is called created", (Some((2, 2)), (Created, 1, 1), Redelivery)),
        ("the same version again is a redelivery", (Some((2, 2)), (Edited, 2, 2), Redelivery)),
        ("with other text it is an edit", (Some((2, 2)), (Edited, 2, 3), Edit)),
        ("a first version told changes nothing", (Some((0, 1)), (Created, 1, 1), Redelivery)),
        ("but with other text it is an edit", (Some((0, 1)), (Created, 1, 2), Edit)),
        (
            "an edit told first with the same text is none",
            (Some((0, 1)), (Edited, 1, 1), Redelivery),
        ),
        ("a creation no longer told is a redelivery", (Some((2, 2)), (Created, 0, 1), Redelivery)),
        ("an edit no longer told goes by its text", (Some((2, 2)), (Edited, 0, 3), Edit)),
        ("a deletion withdraws, whatever its version", (Some((3, 3)), (Deleted, 0, 0), Withdrawal)),
    ];

    #[test]
    fn judges_by_version_and_then_by_content() {
        for (sentence, (known, (change, version, content), expected)) in CASES {
            let known =
                known.map(|(version, content)| Known { version, content, is_withdrawn: false });
            let arrival = Arrival { change, version, content };
            assert_eq!(judge(known, arrival), expected, "{sentence}");
        }
    }

    #[test]
    fn nothing_that_comes_after_a_deletion_is_heard() {
        let known = Some(Known { version: 1, content: 1, is_withdrawn: true });
        for change in [Created, Edited, Deleted] {
            for version in [0, 1, 2] {
                let arrival = Arrival { change, version, content: 2 };
                assert_eq!(judge(known, arrival), Redelivery, "{change:?} {version}");
            }
        }
    }
}
