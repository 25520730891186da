//! Configuration of the reporting stage.

use stage::Micros;

/// An hour, in microseconds.
pub(crate) const HOUR: Micros = 3_600_000_000;

/// Configuration of the reporting stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Tenants whose counters are exported as 0 before their first mention.
    pub tenants: Vec<String>,
    /// Delay from the end of an hour until it is closed, in microseconds of event time.
    pub grace: Micros,
    /// Retention of an hour after its end and of a resolved case after its last record, in hours.
    pub hours: i64,
    /// Retention of an open case, or of the reference of a model, without a record, in hours.
    pub open_hours: i64,
    /// History of demand used by the forecast, in hours.
    pub demand_hours: i64,
    /// Length of the reference period of a model for drift, in hours.
    pub reference_hours: i64,
    /// Number of recent closed hours compared with the reference.
    pub current_hours: i64,
    /// Targets of the staffing forecast.
    pub staffing: StaffingTargets,
}

/// Handling time and response targets of the staffing forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffingTargets {
    /// Mean handling time of an answer, in microseconds.
    pub handling: Micros,
    /// Target waiting time of live work, in microseconds.
    pub live_within: Micros,
    /// Target answer time of work that may wait, in microseconds.
    pub deferred_within: Micros,
    /// Share of work that must meet its target, in percent, below 100.
    pub share: u8,
}

impl Default for StaffingTargets {
    fn default() -> Self {
        // Five minutes per answer; 80 % within 20 s is the usual service level of call centres.
        let second = 1_000_000;
        let (handling, live_within, deferred_within) = (300 * second, 20 * second, HOUR);
        Self { handling, live_within, deferred_within, share: 80 }
    }
}

impl Default for Config {
    fn default() -> Self {
        let grace = 5 * 60 * 1_000_000;
        Self {
            tenants: Vec::new(),
            grace,
            hours: 48,
            open_hours: 30 * 24,
            demand_hours: 8 * 7 * 24,
            reference_hours: 7 * 24,
            current_hours: 24,
            staffing: StaffingTargets::default(),
        }
    }
}

impl Config {
    /// Returns the first hour since the epoch that is not closed at this event time.
    pub(crate) fn first_open_hour(&self, time: Micros) -> i64 {
        // `div_euclid` rounds down, also for times before the epoch.
        time.saturating_sub(self.grace).div_euclid(HOUR)
    }

    /// Returns the event time at which `first_open_hour` becomes the first open hour: the inverse of
    /// [`Self::first_open_hour`], in microseconds.
    pub(crate) fn closing_time(&self, first_open_hour: i64) -> Micros {
        first_open_hour * HOUR + self.grace
    }
}
