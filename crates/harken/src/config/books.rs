//! `[metrics]`: how the books are kept.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Ingest, Pause, Span};

/// `[metrics]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Books {
    /// How long after its end an hour is closed.
    pub grace: Span,
    /// The least time between two commits.
    pub commit_interval: Pause,
    /// What the agents of the next hour are computed from.
    pub staffing: Staffing,
}

/// `[metrics.staffing]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staffing {
    /// How long an answer takes.
    pub handling: Span,
    /// Within how long live work is to be taken up.
    pub live_within: Span,
    /// Within how long the rest is to be answered.
    pub deferred_within: Span,
    /// The share that must be in time, in percent.
    pub share: u8,
}

impl Staffing {
    /// What is wrong with it, as `key: what`.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let (least, most) = (Duration::from_secs(1), Duration::from_secs(86_400));
        let spans = [("handling", self.handling), ("deferred_within", self.deferred_within)];
        let is_wrong = |span: &Span| !(least..=most).contains(&span.0);
        let wrong = spans.iter().filter(|(_, span)| is_wrong(span));
        let mut problems: Vec<String> =
            wrong.map(|(key, span)| format!("{key}: {span} is not from 1s to 1day")).collect();
        if !(1..=99).contains(&self.share) {
            problems.push(format!("share: {} is not from 1 to 99", self.share));
        }
        problems
    }

    fn settings(&self) -> reporting::Staffing {
        reporting::Staffing {
            handling: self.handling.micros(),
            live_within: self.live_within.micros(),
            deferred_within: self.deferred_within.micros(),
            share: self.share,
        }
    }
}

impl Books {
    /// The same as the stage takes it.
    #[must_use]
    pub fn settings(&self, ingest: &Ingest) -> reporting::Settings {
        reporting::Settings {
            tenants: Some(ingest.tenant.clone())
                .filter(|name| !name.is_empty())
                .into_iter()
                .collect(),
            grace: self.grace.micros(),
            staffing: self.staffing.settings(),
            ..reporting::Settings::default()
        }
    }
}
