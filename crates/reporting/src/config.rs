//! Configuration of the reporting stage.

use stage::{EventTime, TimeDelta};

/// Configuration of the reporting stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Tenants whose counters are exported as 0 before their first mention.
    pub tenants: Vec<String>,
    /// Delay from the end of an hour until it is closed, in event time.
    pub grace: TimeDelta,
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
    /// How much a partition may hold.
    pub memory: crate::Bounds,
}

/// Handling time and response targets of the staffing forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffingTargets {
    /// Mean handling time of an answer.
    pub handling: TimeDelta,
    /// Target waiting time of live work.
    pub live_within: TimeDelta,
    /// Target answer time of work that may wait.
    pub deferred_within: TimeDelta,
    /// Share of work that must meet its target, in percent, below 100.
    pub share: u8,
}

impl Default for StaffingTargets {
    fn default() -> Self {
        // Five minutes per answer; 80 % within 20 s is the usual service level of call centres.
        Self {
            handling: 5 * TimeDelta::MINUTE,
            live_within: 20 * TimeDelta::SECOND,
            deferred_within: TimeDelta::HOUR,
            share: 80,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tenants: Vec::new(),
            grace: 5 * TimeDelta::MINUTE,
            hours: 48,
            open_hours: 30 * 24,
            demand_hours: 8 * 7 * 24,
            reference_hours: 7 * 24,
            current_hours: 24,
            staffing: StaffingTargets::default(),
            memory: crate::Bounds::default(),
        }
    }
}

impl Config {
    /// Returns the first hour since the epoch that is not closed at this event time.
    pub(crate) fn first_open_hour(&self, time: EventTime) -> i64 {
        (time - self.grace).interval(TimeDelta::HOUR)
    }

    /// Returns the event time at which `first_open_hour` becomes the first open hour: the inverse of
    /// [`Self::first_open_hour`].
    pub(crate) fn closing_time(&self, first_open_hour: i64) -> EventTime {
        start_of_hour(first_open_hour) + self.grace
    }
}

/// Returns the start of an hour since the epoch.
pub(crate) fn start_of_hour(hour: i64) -> EventTime {
    EventTime::default() + hour * TimeDelta::HOUR
}
