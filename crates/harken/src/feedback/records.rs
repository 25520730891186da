//! Collects labels and texts from records, independent of their order.

use std::collections::{BTreeMap, BTreeSet};

use mention::{
    AccountRole, CaseEvent, CaseEventKind, Disposition, Mention, MentionChange, Understanding,
};
use serde::Deserialize;
use stage::EventTime;

/// Labels given by agents, and the versions of the labelled mentions.
#[derive(Debug, Default)]
pub struct FeedbackRecords {
    /// Label events without exact duplicates.
    pub(super) labels: BTreeSet<LabelEvent>,
    /// Number of exact duplicates.
    pub(super) repeated: u64,
    /// The versions of each mention, by mention id.
    pub(super) texts: BTreeMap<String, BTreeSet<MentionVersion>>,
    /// Number of malformed records or lines.
    pub unreadable: u64,
    labelled_mentions: BTreeSet<String>,
    ignored: u64,
}

/// A label given by an agent. The field order sorts by mention, task and time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LabelEvent {
    pub(super) mention_id: Option<String>,
    pub(super) task: String,
    pub(super) labelled_at: EventTime,
    pub(super) event_id: String,
    pub(super) is: String,
    pub(super) was: String,
    pub(super) by: String,
    pub(super) is_bot: bool,
}

/// A version of a mention, sorted by the time it was received.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MentionVersion {
    pub(super) received_at: EventTime,
    /// `None` if the author has withdrawn the mention.
    pub(super) text: Option<String>,
    pub(super) language: Option<String>,
    /// Whether the mention addresses a service account.
    pub(super) is_to_service: bool,
}

/// A routed or scored record; other fields are ignored.
#[derive(Deserialize)]
struct MentionRecord {
    mention: Mention,
    understanding: Understanding,
    #[serde(default)]
    disposition: Disposition,
}

impl FeedbackRecords {
    /// Whether no record was read, not even an irrelevant one.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.texts.is_empty() && self.ignored == 0
    }

    /// Adds a record as printed by `harken read`.
    pub fn add_line(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        // A case event has neither of the fields that a record about a mention must have.
        if let Ok(MentionRecord { mention, understanding, disposition }) =
            serde_json::from_str(line)
        {
            if disposition.is_case_control() {
                self.ignored += 1;
            } else {
                self.add_mention(&mention, &understanding);
            }
        } else if let (true, Ok(event)) = (is_case_event(line), serde_json::from_str(line)) {
            self.add_event(event);
        } else {
            self.unreadable += 1;
        }
    }

    /// Adds a case event; only corrected labels matter.
    pub fn add_event(&mut self, event: CaseEvent) {
        let (CaseEventKind::LabelCorrected, Some(label)) = (event.kind, event.label) else {
            self.ignored += 1;
            return;
        };
        self.labelled_mentions.extend(event.mention_id.clone());
        let is_new = self.labels.insert(LabelEvent {
            mention_id: event.mention_id,
            task: label.task,
            labelled_at: event.occurred_at,
            event_id: event.event_id,
            is: label.is,
            was: label.was,
            by: event.by,
            is_bot: event.is_bot,
        });
        self.repeated += u64::from(!is_new);
    }

    /// Whether a label added so far is about this mention.
    pub fn is_labelled(&self, mention: &Mention) -> bool {
        self.labelled_mentions.contains(&mention.mention_id())
    }

    /// Adds a version of a mention.
    pub fn add_mention(&mut self, mention: &Mention, understanding: &Understanding) {
        let is_present = mention.change != MentionChange::Deleted;
        let version = MentionVersion {
            received_at: mention.received_at,
            text: is_present.then(|| mention.text.clone()),
            language: understanding.language.clone(),
            is_to_service: mention.account_role == AccountRole::Service,
        };
        self.texts.entry(mention.mention_id()).or_default().insert(version);
    }
}

/// Whether the line has the fields that identify a case event. `CaseEvent` itself has defaults for all
/// fields and would accept any object.
fn is_case_event(line: &str) -> bool {
    #[derive(Deserialize)]
    struct CaseEventFields {
        #[serde(rename = "case_id")]
        _case_id: String,
        #[serde(rename = "kind")]
        _kind: CaseEventKind,
        #[serde(rename = "occurred_at")]
        _occurred_at: EventTime,
    }
    serde_json::from_str::<CaseEventFields>(line).is_ok()
}
