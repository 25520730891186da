//! Decides which labels become training rows, and counts the excluded ones by reason.
//!
//! The result does not depend on the order of the records. The last label of a mention and task wins. The
//! text of a row is the version that the agent saw: the last one received before the label. A withdrawn
//! mention gives no row.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use classify::train::{Correction, TaskSpec};

use super::FeedbackRecords;
use super::records::{LabelEvent, MentionVersion};

/// Why a label is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExclusionReason {
    /// A redelivery of the same event.
    Repeated,
    /// Given by a bot.
    ByBot,
    /// Names no mention.
    NoMention,
    /// A later label of the same mention and task exists.
    Superseded,
    /// No record contains the text of the mention, or the text is blank.
    MissingText,
    /// The author has withdrawn the mention.
    Withdrawn,
    /// No model learns the task: it is decided by rules, or unknown.
    NotLearned,
    /// The task does not support the language.
    Language,
    /// The task does not know the label.
    UnknownLabel,
    /// Another mention with the same text has the same label.
    SameText,
    /// Another mention with the same text has another label.
    Disputed,
}

impl ExclusionReason {
    fn as_str(self) -> &'static str {
        match self {
            ExclusionReason::Repeated => "redelivered",
            ExclusionReason::ByBot => "given by a bot",
            ExclusionReason::NoMention => "naming no mention",
            ExclusionReason::Superseded => "superseded by a later label",
            ExclusionReason::MissingText => {
                "of a mention without a retained record or without text"
            }
            ExclusionReason::Withdrawn => "of a mention withdrawn by its author",
            ExclusionReason::NotLearned => "of a task that no model learns",
            ExclusionReason::Language => "in a language that the task does not support",
            ExclusionReason::UnknownLabel => "with a label that the task does not know",
            ExclusionReason::SameText => "of a text that already has this label",
            ExclusionReason::Disputed => "of a text with conflicting labels",
        }
    }
}

/// The exported rows, and the counts of excluded labels.
#[derive(Debug, Default)]
pub struct Export {
    /// The rows, sorted by task, text and label.
    pub rows: Vec<Correction>,
    /// Number of rows whose label confirms the recorded one.
    pub confirmed: u64,
    /// Number of excluded labels by reason.
    pub excluded: BTreeMap<ExclusionReason, u64>,
    unreadable: u64,
}

impl Export {
    /// Decides over all labels, for the tasks of `specs`.
    #[must_use]
    pub fn from_records(records: &FeedbackRecords, specs: &[TaskSpec]) -> Self {
        let mut export = Self { unreadable: records.unreadable, ..Self::default() };
        export.exclude(ExclusionReason::Repeated, records.repeated);
        let mut by_text = BTreeMap::<(String, String), BTreeMap<String, Vec<&LabelEvent>>>::new();
        for event in export.latest_labels(records) {
            match row(event, records, specs) {
                Ok((task, text)) => {
                    let labels = by_text.entry((task, text)).or_default();
                    labels.entry(event.is.clone()).or_default().push(event);
                }
                Err(reason) => export.exclude(reason, 1),
            }
        }
        // Two mentions can have the same text: training must not see contradicting rows.
        for ((task, text), labels) in by_text {
            let all: u64 = labels.values().map(|events| events.len() as u64).sum();
            match labels.into_iter().collect::<Vec<_>>().as_slice() {
                [(label, events)] => {
                    export.exclude(ExclusionReason::SameText, all - 1);
                    export.confirmed += u64::from(events.iter().all(|event| event.was == event.is));
                    export.rows.push(Correction { task, text, label: label.clone() });
                }
                _ => export.exclude(ExclusionReason::Disputed, all),
            }
        }
        export
    }

    /// The last label of each mention and task.
    fn latest_labels<'a>(&mut self, records: &'a FeedbackRecords) -> Vec<&'a LabelEvent> {
        let mut latest = BTreeMap::<(&str, &str), &LabelEvent>::new();
        let mut ids = BTreeSet::new();
        // Sorted by mention, task and time, so a later event of the same key replaces an earlier one.
        for event in &records.labels {
            let is_repeated = !event.event_id.is_empty() && !ids.insert(&event.event_id);
            let mention = event.mention_id.as_deref();
            match mention {
                _ if is_repeated => self.exclude(ExclusionReason::Repeated, 1),
                _ if event.is_bot => self.exclude(ExclusionReason::ByBot, 1),
                None => self.exclude(ExclusionReason::NoMention, 1),
                Some(mention) => match latest.entry((mention, &event.task)) {
                    Entry::Vacant(entry) => {
                        entry.insert(event);
                    }
                    Entry::Occupied(mut entry) => {
                        entry.insert(event);
                        self.exclude(ExclusionReason::Superseded, 1);
                    }
                },
            }
        }
        latest.into_values().collect()
    }

    fn exclude(&mut self, reason: ExclusionReason, labels: u64) {
        if labels > 0 {
            *self.excluded.entry(reason).or_default() += labels;
        }
    }

    /// The counts, one per line.
    #[must_use]
    pub fn summary(&self) -> String {
        let (rows, confirmed) = (self.rows.len() as u64, self.confirmed);
        let corrected = rows - confirmed;
        let mut out = format!("{rows} rows: {corrected} corrected, {confirmed} confirmed\n");
        for (reason, labels) in &self.excluded {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "excluded {labels}: {}", reason.as_str());
        }
        if self.unreadable > 0 {
            let _ = writeln!(out, "{} records are malformed", self.unreadable);
        }
        out
    }
}

/// Task and text of the row for a label.
fn row(
    event: &LabelEvent,
    records: &FeedbackRecords,
    specs: &[TaskSpec],
) -> Result<(String, String), ExclusionReason> {
    let mention = event.mention_id.as_deref().ok_or(ExclusionReason::NoMention)?;
    let versions = records.texts.get(mention).ok_or(ExclusionReason::MissingText)?;
    if versions.iter().any(|version| version.text.is_none()) {
        return Err(ExclusionReason::Withdrawn);
    }
    let version = version_seen(versions, event).ok_or(ExclusionReason::MissingText)?;
    let text = version.text.as_deref().filter(|text| !text.trim().is_empty());
    let text = text.ok_or(ExclusionReason::MissingText)?;
    let spec = spec_for(&event.task, version, specs)?;
    match spec.labels.contains(&event.is) {
        true => Ok((spec.name.clone(), text.to_owned())),
        false => Err(ExclusionReason::UnknownLabel),
    }
}

/// The version that the agent saw: the last one received before the label. If clocks disagree so much
/// that there is none, the first version.
fn version_seen<'a>(
    versions: &'a BTreeSet<MentionVersion>,
    event: &LabelEvent,
) -> Option<&'a MentionVersion> {
    let before = versions.iter().rfind(|version| version.received_at <= event.labelled_at);
    before.or_else(|| versions.first())
}

/// The task that learns a label. Records have one task `sentiment`; models split it into English, English
/// to a service account, and other languages.
fn spec_for<'a>(
    name: &str,
    version: &MentionVersion,
    specs: &'a [TaskSpec],
) -> Result<&'a TaskSpec, ExclusionReason> {
    // First match wins: the service task is trained on English only.
    let names = match name {
        "sentiment" if version.is_to_service => {
            &["sentiment_service", "sentiment_multilingual"][..]
        }
        "sentiment" => &["sentiment", "sentiment_multilingual"][..],
        _ => &[name][..],
    };
    let spec = |name: &&str| specs.iter().find(|spec| spec.name == **name);
    let candidates: Vec<&TaskSpec> = names.iter().filter_map(spec).collect();
    if candidates.is_empty() {
        return Err(ExclusionReason::NotLearned);
    }
    let language = version.language.as_deref().ok_or(ExclusionReason::Language)?;
    let reads =
        |spec: &&TaskSpec| spec.languages.iter().any(|own| own.eq_ignore_ascii_case(language));
    candidates.into_iter().find(reads).ok_or(ExclusionReason::Language)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
