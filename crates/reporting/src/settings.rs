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
    /// For how many hours the answers asked for are kept, to expect those of the next hour.
    pub demand_hours: i64,
    /// How many hours make the scores that later ones are compared with.
    pub reference_hours: i64,
    /// How many closed hours are compared with them.
    pub current_hours: i64,
    /// What an answer takes, and how soon it is owed.
    pub staffing: Staffing,
}

/// What answers take, and how soon they are owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staffing {
    /// How long an answer takes, in microseconds.
    pub handling: Micros,
    /// Within how long live work is to be taken up, in microseconds.
    pub live_within: Micros,
    /// Within how long the rest is to be answered, in microseconds.
    pub deferred_within: Micros,
    /// The share that must be in time, in percent, below 100.
    pub share: u8,
}

impl Default for Staffing {
    fn default() -> Self {
        let second = 1_000_000;
        let (handling, live_within, deferred_within) = (300 * second, 20 * second, HOUR);
        Self { handling, live_within, deferred_within, share: 80 }
    }
}

impl Default for Settings {
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
            staffing: Staffing::default(),
        }
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
