//! Which of the labels that agents have given become rows, and why the others do not.
//!
//! Nothing here depends on the order in which records were heard. Of several labels for the same
//! task of a mention the last counts. The text is what the mention said when the agent looked: its
//! last version heard by then. A mention that its author has taken back teaches nothing.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use classify::train::{Correction, Spec};

use super::Recorded;
use super::recorded::{Said, Version};

/// Why a label becomes no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// The same event was heard before.
    Repeated,
    /// A bot has given it.
    ByBot,
    /// It names no mention.
    NoMention,
    /// A later one is about the same.
    Superseded,
    /// No record says what the mention said.
    NoText,
    /// The author has taken the mention back.
    TakenBack,
    /// No model learns the task: it is found by rule, or not known.
    NotLearnt,
    /// The task has not learnt the language.
    Language,
    /// The task does not know the label.
    UnknownLabel,
    /// Another mention says the same and has the same label.
    SameText,
    /// Another mention says the same and has another label.
    Disputed,
}

impl LeftOut {
    fn words(self) -> &'static str {
        match self {
            LeftOut::Repeated => "heard before",
            LeftOut::ByBot => "given by a bot",
            LeftOut::NoMention => "about no mention",
            LeftOut::Superseded => "superseded by a later one",
            LeftOut::NoText => "of a mention that no record holds any more, or without text",
            LeftOut::TakenBack => "of a mention that its author has taken back",
            LeftOut::NotLearnt => "of a task that no model learns",
            LeftOut::Language => "in a language that the task has not learnt",
            LeftOut::UnknownLabel => "with a label that the task does not know",
            LeftOut::SameText => "of a text that has the same label already",
            LeftOut::Disputed => "of a text that agents label differently",
        }
    }
}

/// What becomes of the labels.
#[derive(Debug, Default)]
pub struct Export {
    /// The rows, by task, text and label.
    pub rows: Vec<Correction>,
    /// How many of them say that the record was right.
    pub confirmed: u64,
    /// How many labels became no row, by why.
    pub left_out: BTreeMap<LeftOut, u64>,
    unread: u64,
}

impl Export {
    /// The rows of everything recorded, for tasks that are learnt like this.
    #[must_use]
    pub fn of(recorded: &Recorded, specs: &[Spec]) -> Self {
        let mut export = Self { unread: recorded.unread, ..Self::default() };
        export.leave_out(LeftOut::Repeated, recorded.repeated);
        let mut by_text = BTreeMap::<(String, String), BTreeMap<String, Vec<&Said>>>::new();
        for said in export.last(recorded) {
            match row(said, recorded, specs) {
                Ok((task, text)) => {
                    let labels = by_text.entry((task, text)).or_default();
                    labels.entry(said.is.clone()).or_default().push(said);
                }
                Err(why) => export.leave_out(why, 1),
            }
        }
        for ((task, text), labels) in by_text {
            let all: u64 = labels.values().map(|said| said.len() as u64).sum();
            match labels.into_iter().collect::<Vec<_>>().as_slice() {
                [(label, said)] => {
                    export.leave_out(LeftOut::SameText, all - 1);
                    export.confirmed += u64::from(said.iter().all(|said| said.was == said.is));
                    export.rows.push(Correction { task, text, label: label.clone() });
                }
                _ => export.leave_out(LeftOut::Disputed, all),
            }
        }
        export
    }

    /// The last label of each task of each mention.
    fn last<'a>(&mut self, recorded: &'a Recorded) -> Vec<&'a Said> {
        let mut last = BTreeMap::<(&str, &str), &Said>::new();
        let mut ids = BTreeSet::new();
        // By mention, task and time: see the order of the fields.
        for said in &recorded.labels {
            let is_known = !said.event_id.is_empty() && !ids.insert(&said.event_id);
            let mention = said.mention_id.as_deref();
            match mention {
                _ if is_known => self.leave_out(LeftOut::Repeated, 1),
                _ if said.is_bot => self.leave_out(LeftOut::ByBot, 1),
                None => self.leave_out(LeftOut::NoMention, 1),
                Some(mention) => match last.entry((mention, &said.task)) {
                    Entry::Vacant(place) => {
                        place.insert(said);
                    }
                    Entry::Occupied(mut place) => {
                        place.insert(said);
                        self.leave_out(LeftOut::Superseded, 1);
                    }
                },
            }
        }
        last.into_values().collect()
    }

    fn leave_out(&mut self, why: LeftOut, labels: u64) {
        if labels > 0 {
            *self.left_out.entry(why).or_default() += labels;
        }
    }

    /// What came out and what did not, a line each.
    #[must_use]
    pub fn summary(&self) -> String {
        let (rows, confirmed) = (self.rows.len() as u64, self.confirmed);
        let corrected = rows - confirmed;
        let mut out = format!("{rows} rows: {corrected} corrected, {confirmed} confirmed\n");
        for (why, labels) in &self.left_out {
            // Writing to a string never fails.
            let _ = writeln!(out, "left out {labels}: {}", why.words());
        }
        if self.unread > 0 {
            let _ = writeln!(out, "{} records could not be read", self.unread);
        }
        out
    }
}

/// The task and the text of a row.
fn row(said: &Said, recorded: &Recorded, specs: &[Spec]) -> Result<(String, String), LeftOut> {
    let mention = said.mention_id.as_deref().ok_or(LeftOut::NoMention)?;
    let versions = recorded.texts.get(mention).ok_or(LeftOut::NoText)?;
    if versions.iter().any(|version| version.text.is_none()) {
        return Err(LeftOut::TakenBack);
    }
    let version = seen(versions, said).ok_or(LeftOut::NoText)?;
    let text = version.text.as_deref().filter(|text| !text.trim().is_empty());
    let text = text.ok_or(LeftOut::NoText)?;
    let spec = task(&said.task, version, specs)?;
    match spec.labels.contains(&said.is) {
        true => Ok((spec.name.clone(), text.to_owned())),
        false => Err(LeftOut::UnknownLabel),
    }
}

/// What the agent saw: the last version heard before, the first one where clocks disagree.
fn seen<'a>(versions: &'a BTreeSet<Version>, said: &Said) -> Option<&'a Version> {
    let before = versions.iter().rfind(|version| version.received_at <= said.said_at);
    before.or_else(|| versions.first())
}

/// The task that learns a label of this name. Records have one sentiment; models have a task for
/// English, one for English to a service account, and one for other languages.
fn task<'a>(name: &str, said: &Version, specs: &'a [Spec]) -> Result<&'a Spec, LeftOut> {
    let names = match name {
        "sentiment" if said.is_to_service => &["sentiment_service", "sentiment_multilingual"][..],
        "sentiment" => &["sentiment", "sentiment_multilingual"][..],
        _ => &[name][..],
    };
    let find = |name: &&str| specs.iter().find(|spec| spec.name == **name);
    let known: Vec<&Spec> = names.iter().filter_map(find).collect();
    if known.is_empty() {
        return Err(LeftOut::NotLearnt);
    }
    let language = said.language.as_deref().ok_or(LeftOut::Language)?;
    let reads = |spec: &&Spec| spec.languages.iter().any(|own| own.eq_ignore_ascii_case(language));
    known.into_iter().find(reads).ok_or(LeftOut::Language)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
