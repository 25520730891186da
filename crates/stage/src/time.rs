//! The two clocks of the pipeline and the length of time between two readings of one of them.
//!
//! | type | for |
//! |---|---|
//! | [`EventTime`] | an instant of the log: when a record happened. Every decision about time uses it |
//! | [`WallTime`] | an instant of the clock of this process. Only fields that say when a stage worked, and marks of lateness, use it |
//! | [`TimeDelta`] | a signed length of time |
//!
//! All count microseconds in an `i64`. The types cannot be mixed, compared or added: a wall clock
//! becomes event time only through [`WallTime::as_event_time`], which is for the places where no
//! record sets the time. All arithmetic saturates, because times arrive in records from outside,
//! and one extreme value must neither panic nor wrap into the past.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Rem, Sub, SubAssign};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An instant of event time, in microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct EventTime(i64);

/// An instant of the clock of this process, in microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct WallTime(i64);

/// A signed length of time, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct TimeDelta(i64);

/// The conversions and the arithmetic that both clocks have, each within itself.
macro_rules! instant {
    ($($instant:ident)*) => {$(
        impl $instant {
            /// The earliest instant.
            pub const MIN: Self = Self(i64::MIN);
            /// The latest instant.
            pub const MAX: Self = Self(i64::MAX);

            /// The instant that many microseconds after the Unix epoch.
            #[must_use]
            pub const fn from_micros(micros: i64) -> Self {
                Self(micros)
            }

            /// Microseconds since the Unix epoch.
            #[must_use]
            pub const fn as_micros(self) -> i64 {
                self.0
            }

            /// The instant this long after; a constant expression, unlike the operator.
            #[must_use]
            pub const fn plus(self, delta: TimeDelta) -> Self {
                Self(self.0.saturating_add(delta.0))
            }

            /// The start of the interval of this length that contains the instant; intervals are
            /// counted from the Unix epoch. The length must be positive.
            #[must_use]
            pub const fn floor(self, length: TimeDelta) -> Self {
                Self(self.0.saturating_sub(self.0.rem_euclid(length.0)))
            }

            /// The number of the interval of this length that contains the instant: 0 starts at the
            /// Unix epoch. The length must be positive.
            #[must_use]
            pub const fn interval(self, length: TimeDelta) -> i64 {
                self.0.div_euclid(length.0)
            }
        }

        impl Add<TimeDelta> for $instant {
            type Output = Self;

            fn add(self, delta: TimeDelta) -> Self {
                self.plus(delta)
            }
        }

        impl Sub<TimeDelta> for $instant {
            type Output = Self;

            fn sub(self, delta: TimeDelta) -> Self {
                Self(self.0.saturating_sub(delta.0))
            }
        }

        impl Sub for $instant {
            type Output = TimeDelta;

            fn sub(self, earlier: Self) -> TimeDelta {
                TimeDelta(self.0.saturating_sub(earlier.0))
            }
        }

        impl AddAssign<TimeDelta> for $instant {
            fn add_assign(&mut self, delta: TimeDelta) {
                *self = *self + delta;
            }
        }

        impl SubAssign<TimeDelta> for $instant {
            fn sub_assign(&mut self, delta: TimeDelta) {
                *self = *self - delta;
            }
        }

        impl fmt::Display for $instant {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

instant! { EventTime WallTime }

/// How far the clocks of two synchronised machines may differ. A record that its broker stamps further
/// ahead of the worker's clock counts as this far ahead, so that one fast clock fires no timers early.
pub const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::MINUTE;

impl WallTime {
    /// The instant as event time. Only where the wall clock is the source of event time (when a
    /// mention is received, on a partition where no record arrives, for a record without a
    /// timestamp), and to measure the age of a record.
    #[must_use]
    pub const fn as_event_time(self) -> EventTime {
        EventTime(self.0)
    }
}

impl From<SystemTime> for WallTime {
    /// The reading in microseconds; the epoch for an earlier one, the latest instant for one that is
    /// too late to count.
    fn from(reading: SystemTime) -> Self {
        let since_epoch = reading.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

impl EventTime {
    /// The instant as wall time. Only where a log is processed in its own time, as in a replay, and
    /// to measure the age of a record.
    #[must_use]
    pub const fn as_wall_time(self) -> WallTime {
        WallTime(self.0)
    }
}

impl TimeDelta {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// The greatest negative length.
    pub const MIN: Self = Self(i64::MIN);
    /// The greatest length.
    pub const MAX: Self = Self(i64::MAX);
    /// One millisecond: the resolution of a Kafka timestamp.
    pub const MILLISECOND: Self = Self(1_000);
    /// One second.
    pub const SECOND: Self = Self(1_000_000);
    /// One minute.
    pub const MINUTE: Self = Self(60_000_000);
    /// One hour.
    pub const HOUR: Self = Self(3_600_000_000);
    /// One day of 24 hours.
    pub const DAY: Self = Self(86_400_000_000);

    /// A length of that many microseconds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The length in microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// A length of that many seconds.
    #[must_use]
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// The length in whole seconds, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The length in seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// This many times the length; a constant expression, unlike the operator.
    #[must_use]
    pub const fn times(self, factor: i64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// The length without its sign, for the standard library.
    #[must_use]
    pub const fn unsigned_abs(self) -> Duration {
        Duration::from_micros(self.0.unsigned_abs())
    }
}

impl From<Duration> for TimeDelta {
    /// The length in microseconds, rounded down; the greatest length if it is longer.
    fn from(duration: Duration) -> Self {
        Self(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
    }
}

impl Add for TimeDelta {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for TimeDelta {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for TimeDelta {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Neg for TimeDelta {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Mul<i64> for TimeDelta {
    type Output = Self;

    fn mul(self, factor: i64) -> Self {
        self.times(factor)
    }
}

impl Mul<TimeDelta> for i64 {
    type Output = TimeDelta;

    fn mul(self, delta: TimeDelta) -> TimeDelta {
        delta.times(self)
    }
}

impl Div<i64> for TimeDelta {
    type Output = Self;

    /// Panics for a divisor of zero, as integers do.
    fn div(self, divisor: i64) -> Self {
        Self(self.0.saturating_div(divisor))
    }
}

impl Div for TimeDelta {
    type Output = i64;

    /// How often the other length fits into this one, rounded towards zero. Panics if it is zero.
    fn div(self, other: Self) -> i64 {
        self.0.saturating_div(other.0)
    }
}

impl Rem for TimeDelta {
    type Output = Self;

    fn rem(self, other: Self) -> Self {
        Self(self.0.wrapping_rem(other.0))
    }
}

impl Sum for TimeDelta {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        lengths.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for TimeDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extreme_times_saturate() {
        let minute = TimeDelta::MINUTE;
        assert_eq!(EventTime::MAX + minute, EventTime::MAX);
        assert_eq!(EventTime::MIN - minute, EventTime::MIN);
        assert_eq!(EventTime::MIN - EventTime::MAX, TimeDelta::MIN);
        assert_eq!(EventTime::MIN.floor(minute), EventTime::MIN);
        assert_eq!(-TimeDelta::MIN, TimeDelta::MAX);
        assert_eq!(TimeDelta::MAX * 2, TimeDelta::MAX);
        assert_eq!(TimeDelta::from_secs(i64::MIN), TimeDelta::MIN);
        assert_eq!(TimeDelta::MIN / -1, TimeDelta::MAX);
        assert_eq!(TimeDelta::MIN / TimeDelta::from_micros(-1), i64::MAX);
        assert_eq!(TimeDelta::MIN % TimeDelta::from_micros(-1), TimeDelta::ZERO);
        assert_eq!(TimeDelta::from(Duration::MAX), TimeDelta::MAX);
    }

    #[test]
    fn intervals_before_the_epoch_start_before_their_instants() {
        let instant = EventTime::from_micros(-1);
        assert_eq!(instant.floor(TimeDelta::SECOND), EventTime::from_micros(-1_000_000));
        assert_eq!(instant.interval(TimeDelta::SECOND), -1);
        assert_eq!(TimeDelta::from_micros(-1).as_secs(), -1);
    }
}
