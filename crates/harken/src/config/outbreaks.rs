//! `[surge]`: when something is an outbreak.

use serde::{Deserialize, Serialize};

use super::{Pause, Span};

/// `[surge]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbreaks {
    /// How much must speak for an incident.
    pub open_at: f64,
    /// Below which share of that an incident begins to fade.
    pub fade_at: f64,
    /// How many mentions it takes.
    pub least: u32,
    /// How many times the expected number that must be.
    pub times: f64,
    /// For how many minutes in a row all of this must hold.
    pub persists: u32,
    /// How long an incident fades before it is closed.
    pub quiet: Span,
    /// How long more of the same reopens a closed one.
    pub cool_down: Span,
    /// The least time between two revisions of the same severity.
    pub revise: Span,
    /// Points a step of severity.
    pub points: i32,
    /// How long a series is remembered after its last mention.
    pub keep: Span,
    /// The same for a near-duplicate cluster.
    pub keep_cluster: Span,
    /// How long a closed incident stays on its topic.
    pub keep_incident: Span,
    /// How long a series is learnt before it is judged.
    pub warm_up: Span,
    /// The least time between two commits.
    pub commit_interval: Pause,
}

impl Outbreaks {
    /// The same as the stage takes it.
    #[must_use]
    pub fn settings(&self) -> surge::Config {
        let minutes = |span: Span| span.micros() / 60_000_000;
        let days = |span: Span| minutes(span) / 1440;
        surge::Config {
            open_at: self.open_at,
            fade_at: self.fade_at,
            least: self.least,
            times: self.times,
            persists: self.persists,
            quiet: minutes(self.quiet),
            cool_down: minutes(self.cool_down),
            revise: minutes(self.revise),
            points: self.points,
            keep_days: days(self.keep),
            keep_cluster_days: days(self.keep_cluster),
            keep_incident_days: days(self.keep_incident),
            warm_up_hours: minutes(self.warm_up) / 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Layers};

    #[test]
    fn the_reference_says_what_the_stage_does_by_itself() {
        let config = Config::load(&Layers::default()).unwrap();
        assert_eq!(config.surge.settings(), surge::Config::default());
    }
}
