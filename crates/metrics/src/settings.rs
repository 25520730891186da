//! What can be chosen about counting.

use stage::Micros;

/// An hour, in microseconds.
pub(crate) const HOUR: Micros = 3_600_000_000;

/// How the books are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The tenants, so that their counters stand at zero before their first mention.
    pub tenants: Vec<String>,
    /// How long after its end an hour is closed, in microseconds.
    pub grace: Micros,
    /// For how many hours after its end an hour, or a closed case, is kept.
    pub hours: i64,
    /// For how many hours without a fact an open case is kept.
    pub open_hours: i64,
}

impl Default for Settings {
    fn default() -> Self {
        let grace = 5 * 60 * 1_000_000;
        Self { tenants: Vec::new(), grace, hours: 48, open_hours: 30 * 24 }
    }
}

impl Settings {
    /// How many hours since the epoch are closed at this event time.
    pub(crate) fn tick(&self, time: Micros) -> i64 {
        time.saturating_sub(self.grace).div_euclid(HOUR)
    }

    /// The event time of a tick, in microseconds.
    pub(crate) fn time_of(&self, tick: i64) -> Micros {
        tick * HOUR + self.grace
    }
}
