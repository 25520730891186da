//! What can be chosen about noticing an outbreak.

/// When something is an outbreak, and when it is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The evidence at which an incident opens, in nats ([`crate::Reading::evidence`]).
    pub open_at: f64,
    /// Below this share of it, an open incident begins to fade.
    pub fade_at: f64,
    /// The least number of mentions in the stretch that shows it.
    pub least: u32,
    /// How many times the expected number that must be.
    pub times: f64,
    /// For how many minutes in a row all of this must hold.
    pub persists: u32,
    /// For how many minutes an incident fades before it is closed.
    pub quiet: i64,
    /// For how many minutes after its end more of the same reopens it, instead of a new one.
    pub cool_down: i64,
    /// Minutes between two revisions of an incident whose severity stays the same.
    pub revise: i64,
    /// Points that each step of severity adds to the priority of a mention that belongs to it.
    pub points: i32,
    /// Days without a mention after which a series is forgotten.
    pub keep_days: i64,
    /// The same for a near-duplicate cluster, of which there are many.
    pub keep_cluster_days: i64,
    /// Days after its end for which a closed incident stays on its topic; then it leaves a tombstone.
    pub keep_incident_days: i64,
    /// Hours that a series is learnt before it is judged; near-duplicates are judged at once.
    pub warm_up_hours: i64,
}

impl Config {
    /// What cannot be, each as `key: what, and what would be right`.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let Self { open_at, fade_at, times, .. } = *self;
        let mut problems = Vec::new();
        let mut demand = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        demand(open_at > 0.0, format!("open_at: {open_at} must be more than 0"));
        let is_share = fade_at > 0.0 && fade_at <= 1.0;
        demand(is_share, format!("fade_at: {fade_at} must be more than 0, at most 1"));
        demand(times >= 1.0, format!("times: {times} must be at least 1"));
        let counts = [("least", self.least), ("persists", self.persists)];
        for (key, count) in counts {
            demand(count >= 1, format!("{key}: {count} must be at least 1"));
        }
        demand(self.warm_up_hours >= 0, "warm_up: it must not be negative".to_owned());
        demand(self.points >= 0, format!("points: {} must not be negative", self.points));
        for (key, minutes) in [("quiet", self.quiet), ("revise", self.revise)] {
            demand(minutes >= 1, format!("{key}: it must be at least a minute"));
        }
        let days = [
            ("keep", self.keep_days),
            ("keep_cluster", self.keep_cluster_days),
            ("keep_incident", self.keep_incident_days),
        ];
        for (key, days) in days {
            demand(days >= 1, format!("{key}: it must be at least a day"));
        }
        problems
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            open_at: 9.75,
            fade_at: 0.4,
            least: 5,
            times: 1.3,
            persists: 2,
            quiet: 60,
            cool_down: 240,
            revise: 5,
            points: 3,
            keep_days: 60,
            keep_cluster_days: 2,
            keep_incident_days: 30,
            warm_up_hours: 24,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_named() {
        assert!(Config::default().problems().is_empty());
        let of = Config::default;
        let cases = [
            (Config { open_at: f64::NAN, ..of() }, "open_at: NaN must be more than 0"),
            (Config { fade_at: 1.5, ..of() }, "fade_at: 1.5 must be more than 0, at most 1"),
            (Config { times: 0.5, ..of() }, "times: 0.5 must be at least 1"),
            (Config { persists: 0, ..of() }, "persists: 0 must be at least 1"),
            (Config { points: -1, ..of() }, "points: -1 must not be negative"),
            (Config { quiet: 0, ..of() }, "quiet: it must be at least a minute"),
            (Config { keep_incident_days: 0, ..of() }, "keep_incident: it must be at least a day"),
        ];
        for (config, expected) in cases {
            assert_eq!(config.problems(), [expected]);
        }
    }
}
