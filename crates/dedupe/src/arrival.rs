//! Classifies a received mention against the version seen before, by version and content alone.
//!
//! Must not know: texts, windows, the state.

use mention::MentionChange;

/// The last version of a mention that was seen within the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenVersion {
    /// The platform's version number; 0 if the platform sends none.
    pub version: u16,
    /// The fingerprint of its content.
    pub content: u32,
    /// Whether the mention was deleted.
    pub is_withdrawn: bool,
}

/// A mention as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The kind of notice: created, edited or deleted.
    pub change: MentionChange,
    /// The platform's version number; 0 if the platform sends none.
    pub version: u16,
    /// The fingerprint of its content.
    pub content: u32,
}

/// What an arrival is relative to the version seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrivalKind {
    /// The first version seen; its number may be any.
    New,
    /// A newer version of a seen mention.
    Edit,
    /// The first notice that the mention is deleted.
    Withdrawal,
    /// A repeated or outdated version; nothing to emit.
    Redelivery,
}

/// Classifies an arrival.
#[must_use]
pub fn classify(seen: Option<SeenVersion>, arrival: Arrival) -> ArrivalKind {
    match (seen, arrival.change) {
        // The creation may follow on another path: the entry of the withdrawal then suppresses it, if
        // both come from the same source.
        (None, MentionChange::Deleted) => ArrivalKind::Withdrawal,
        (None, _) => ArrivalKind::New,
        (Some(seen), _) if seen.is_withdrawn => ArrivalKind::Redelivery,
        (Some(_), MentionChange::Deleted) => ArrivalKind::Withdrawal,
        (Some(seen), _) if is_edit(seen, arrival) => ArrivalKind::Edit,
        (Some(_), _) => ArrivalKind::Redelivery,
    }
}

/// Whether an arrival is a newer version. If both versions have a number and the numbers differ, the
/// higher one is newer. Otherwise a changed content decides, for notices of an edit and for a
/// creation that is the first version with a number.
fn is_edit(seen: SeenVersion, arrival: Arrival) -> bool {
    let is_changed = seen.content != arrival.content;
    match (seen.version, arrival.version, arrival.change) {
        (1.., 1.., _) if seen.version != arrival.version => arrival.version > seen.version,
        // For example from another source of the platform, one that sends version numbers.
        (0, 1.., MentionChange::Created) => is_changed,
        (_, _, change) => change == MentionChange::Edited && is_changed,
    }
}

#[cfg(test)]
mod tests {
    use ArrivalKind::{Edit, New, Redelivery, Withdrawal};
    use MentionChange::{Created, Deleted, Edited};

    use super::*;

    /// Version and content seen before; notice, version and content that arrive; the expected kind.
    type VersionCase = (Option<(u16, u32)>, (MentionChange, u16, u32), ArrivalKind);

    const CASES: [(&str, VersionCase); 20] = [
        ("a creation of an unseen id is new", (None, (Created, 0, 1), New)),
        ("an edit of an unseen id is new", (None, (Edited, 2, 1), New)),
        ("a deletion of an unseen id is a withdrawal", (None, (Deleted, 0, 0), Withdrawal)),
        ("the same creation again is a redelivery", (Some((0, 1)), (Created, 0, 1), Redelivery)),
        ("a creation with other content is too", (Some((0, 1)), (Created, 0, 2), Redelivery)),
        ("an edit with other content is an edit", (Some((0, 1)), (Edited, 0, 2), Edit)),
        ("an edit with the same content is not", (Some((0, 1)), (Edited, 0, 1), Redelivery)),
        ("a higher version is an edit", (Some((1, 1)), (Edited, 2, 2), Edit)),
        ("a higher version with the same content is", (Some((1, 1)), (Edited, 2, 1), Edit)),
        ("a creation with a higher version is an edit", (Some((1, 1)), (Created, 2, 2), Edit)),
        ("a lower version is outdated", (Some((3, 3)), (Edited, 2, 2), Redelivery)),
        ("a creation with a lower version is too", (Some((2, 2)), (Created, 1, 1), Redelivery)),
        ("the same version again is a redelivery", (Some((2, 2)), (Edited, 2, 2), Redelivery)),
        ("the same version with other content is an edit", (Some((2, 2)), (Edited, 2, 3), Edit)),
        ("a first version number changes nothing", (Some((0, 1)), (Created, 1, 1), Redelivery)),
        ("unless the content differs as well", (Some((0, 1)), (Created, 1, 2), Edit)),
        (
            "an edit with a first version number and the same content is a redelivery",
            (Some((0, 1)), (Edited, 1, 1), Redelivery),
        ),
        ("a creation that lost its version is", (Some((2, 2)), (Created, 0, 1), Redelivery)),
        (
            "an edit that lost its version is compared by content",
            (Some((2, 2)), (Edited, 0, 3), Edit),
        ),
        ("a deletion of any version withdraws", (Some((3, 3)), (Deleted, 0, 0), Withdrawal)),
    ];

    #[test]
    fn arrivals_are_classified_by_version_and_then_by_content() {
        for (sentence, (seen, (change, version, content), expected)) in CASES {
            let seen = seen.map(|(version, content)| SeenVersion {
                version,
                content,
                is_withdrawn: false,
            });
            let arrival = Arrival { change, version, content };
            assert_eq!(classify(seen, arrival), expected, "{sentence}");
        }
    }

    #[test]
    fn every_arrival_after_a_deletion_is_a_redelivery() {
        let seen = Some(SeenVersion { version: 1, content: 1, is_withdrawn: true });
        for change in [Created, Edited, Deleted] {
            for version in [0, 1, 2] {
                let arrival = Arrival { change, version, content: 2 };
                assert_eq!(classify(seen, arrival), Redelivery, "{change:?} {version}");
            }
        }
    }
}
