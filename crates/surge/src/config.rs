//! Settings of the detection of outbreaks.

/// When an incident opens, is revised, closes and expires.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The log-likelihood ratio at which an incident opens, in nats
    /// ([`crate::DetectionScore::log_ratio`]).
    pub open_at: f64,
    /// Share of `open_at` below which an open incident counts as quiet, from 0 to 1.
    pub fade_at: f64,
    /// Minimum number of mentions in the window.
    pub least: u32,
    /// Minimum ratio of that number to the expected count.
    pub times: f64,
    /// Number of consecutive minutes for which these conditions must hold.
    pub persists: u32,
    /// Quiet minutes after which an incident closes.
    pub quiet: i64,
    /// Minutes after the end of an incident in which a new rise reopens it.
    pub cool_down: i64,
    /// Minutes between two revisions of an incident whose severity does not change.
    pub revise: i64,
    /// Points per unit of severity that an incident adds to the score of its mentions.
    pub points: i32,
    /// Days without a mention after which a series is removed from the state.
    pub keep_days: i64,
    /// The same for a near-duplicate cluster, of which there are many.
    pub keep_cluster_days: i64,
    /// Days after its end at which a tombstone removes a closed incident from its topic.
    pub keep_incident_days: i64,
    /// Hours that a series is learnt before it is tested; clusters are tested at once.
    pub warm_up_hours: i64,
    /// How much a partition may hold.
    pub memory: crate::Bounds,
}

impl Config {
    /// The invalid settings, each as `key: value and valid range`.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let Self { open_at, fade_at, times, .. } = *self;
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        require(open_at > 0.0, format!("open_at: {open_at} must be more than 0"));
        let is_share = fade_at > 0.0 && fade_at <= 1.0;
        require(is_share, format!("fade_at: {fade_at} must be more than 0, at most 1"));
        require(times >= 1.0, format!("times: {times} must be at least 1"));
        let counts = [("least", self.least), ("persists", self.persists)];
        for (key, count) in counts {
            require(count >= 1, format!("{key}: {count} must be at least 1"));
        }
        require(self.warm_up_hours >= 0, "warm_up: must not be negative".to_owned());
        require(self.points >= 0, format!("points: {} must not be negative", self.points));
        for (key, minutes) in [("quiet", self.quiet), ("revise", self.revise)] {
            require(minutes >= 1, format!("{key}: must be at least a minute"));
        }
        let days = [
            ("keep", self.keep_days),
            ("keep_cluster", self.keep_cluster_days),
            ("keep_incident", self.keep_incident_days),
        ];
        for (key, days) in days {
            require(days >= 1, format!("{key}: must be at least a day"));
        }
        problems
    }
}

impl Default for Config {
    fn default() -> Self {
        // Chosen by the trial (`harken bench surge`, docs/explanation/outbreaks.md): at most one false alarm per
        // month and tenant.
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
            memory: crate::Bounds::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_settings_are_named() {
        assert!(Config::default().problems().is_empty());
        let base = Config::default;
        let cases = [
            (Config { open_at: f64::NAN, ..base() }, "open_at: NaN must be more than 0"),
            (Config { fade_at: 1.5, ..base() }, "fade_at: 1.5 must be more than 0, at most 1"),
            (Config { times: 0.5, ..base() }, "times: 0.5 must be at least 1"),
            (Config { persists: 0, ..base() }, "persists: 0 must be at least 1"),
            (Config { points: -1, ..base() }, "points: -1 must not be negative"),
            (Config { quiet: 0, ..base() }, "quiet: must be at least a minute"),
            (Config { keep_incident_days: 0, ..base() }, "keep_incident: must be at least a day"),
        ];
        for (config, expected) in cases {
            assert_eq!(config.problems(), [expected]);
        }
    }
}
