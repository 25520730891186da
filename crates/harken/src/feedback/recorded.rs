//! What was recorded about labels and texts, in whatever order it is heard.

use std::collections::{BTreeMap, BTreeSet};

use mention::{AccountRole, CaseEvent, CaseEventKind, Change, Disposition, Mention, Understanding};
use serde::Deserialize;
use stage::Micros;

/// What agents have said about labels, and what the mentions said.
#[derive(Debug, Default)]
pub struct Recorded {
    /// What agents have said, each thing once.
    pub(super) labels: BTreeSet<Said>,
    /// How often something was said again: the same event, redelivered.
    pub(super) repeated: u64,
    /// The versions of each mention.
    pub(super) texts: BTreeMap<String, BTreeSet<Version>>,
    /// Records or lines that are none of these.
    pub unread: u64,
    asked_for: BTreeSet<String>,
    others: u64,
}

/// What an agent has said about a label of a mention.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) mention_id: Option<String>,
    pub(super) task: String,
    pub(super) said_at: Micros,
    pub(super) event_id: String,
    pub(super) is: String,
    pub(super) was: String,
    pub(super) by: String,
    pub(super) is_bot: bool,
}

/// What a mention said from some time on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) received_at: Micros,
    /// None once its author has taken it back.
    pub(super) text: Option<String>,
    pub(super) language: Option<String>,
    /// Whether it addresses an account that answers customers.
    pub(super) is_to_service: bool,
}

/// A record about a mention, whichever topic it is of: other fields are passed over.
#[derive(Deserialize)]
struct About {
    mention: Mention,
    understanding: Understanding,
    #[serde(default)]
    disposition: Disposition,
}

impl Recorded {
    /// Whether nothing was heard that could matter.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.texts.is_empty() && self.others == 0
    }

    /// Takes a record as `harken read` prints it.
    pub fn line(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        // A case event has neither of the fields that a record about a mention must have.
        if let Ok(About { mention, understanding, disposition }) = serde_json::from_str(line) {
            if disposition.is_about_case() {
                self.others += 1;
            } else {
                self.text(&mention, &understanding);
            }
        } else if let (true, Ok(event)) = (is_case_event(line), serde_json::from_str(line)) {
            self.event(event);
        } else {
            self.unread += 1;
        }
    }

    /// Takes an event of a contact centre.
    pub fn event(&mut self, event: CaseEvent) {
        let (CaseEventKind::LabelCorrected, Some(label)) = (event.kind, event.label) else {
            self.others += 1;
            return;
        };
        self.asked_for.extend(event.mention_id.clone());
        let is_new = self.labels.insert(Said {
            mention_id: event.mention_id,
            task: label.task,
            said_at: event.occurred_at,
            event_id: event.event_id,
            is: label.is,
            was: label.was,
            by: event.by,
            is_bot: event.is_bot,
        });
        self.repeated += u64::from(!is_new);
    }

    /// Whether an event heard so far is about this mention.
    pub fn asks_for(&self, mention: &Mention) -> bool {
        self.asked_for.contains(&mention.mention_id())
    }

    /// Takes a version of a mention.
    pub fn text(&mut self, mention: &Mention, understanding: &Understanding) {
        let is_there = mention.change != Change::Deleted;
        let version = Version {
            received_at: mention.received_at,
            text: is_there.then(|| mention.text.clone()),
            language: understanding.language.clone(),
            is_to_service: mention.account_role == AccountRole::Service,
        };
        self.texts.entry(mention.mention_id()).or_default().insert(version);
    }
}

/// Whether the line has the fields that every event has and no other record.
fn is_case_event(line: &str) -> bool {
    #[derive(Deserialize)]
    struct Fields {
        #[serde(rename = "case_id")]
        _case_id: String,
        #[serde(rename = "kind")]
        _kind: CaseEventKind,
        #[serde(rename = "occurred_at")]
        _occurred_at: Micros,
    }
    serde_json::from_str::<Fields>(line).is_ok()
}
