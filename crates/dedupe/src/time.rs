//! Stream time in whole seconds, as entries store it.
//!
//! An entry expires when it is more whole seconds old than its window: never before the window has
//! passed, and less than a second after.

use std::num::NonZeroU32;

use stage::{EventTime, TimeDelta};

/// Seconds since the Unix epoch, from 1 to the year 2106.
pub type Second = NonZeroU32;

/// The second that contains `time`; times out of range are clamped.
pub(crate) fn second_of(time: EventTime) -> Second {
    let seconds = time.interval(TimeDelta::SECOND).clamp(1, i64::from(u32::MAX));
    u32::try_from(seconds).ok().and_then(Second::new).unwrap_or(Second::MIN)
}

/// The start of a second.
pub(crate) fn start_of(second: u32) -> EventTime {
    EventTime::default() + TimeDelta::from_secs(second.into())
}

/// The length of a window in whole seconds.
pub(crate) fn window_seconds(window: TimeDelta) -> u32 {
    // Rounded up: rounding down would expire an entry before its window has passed.
    let almost_a_second = TimeDelta::SECOND - TimeDelta::from_micros(1);
    let seconds = (window + almost_a_second).as_secs();
    u32::try_from(seconds.max(0)).unwrap_or(u32::MAX)
}

/// Whether an entry of the second `since` is expired at `now`; `length` is its window in seconds.
pub(crate) fn is_expired(since: Second, now: Second, length: u32) -> bool {
    now.get().saturating_sub(since.get()) > length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_the_epoch_and_after_2106_are_clamped() {
        let cases = [(-1, 1), (0, 1), (1_999_999, 1), (2_000_000, 2), (i64::MAX, u32::MAX)];
        for (time, expected) in cases {
            assert_eq!(second_of(EventTime::from_micros(time)).get(), expected, "{time}");
        }
        for (window, expected) in [(-1, 0), (0, 0), (1, 1), (1_000_001, 2), (i64::MAX, u32::MAX)] {
            assert_eq!(window_seconds(TimeDelta::from_micros(window)), expected, "{window}");
        }
    }

    #[test]
    fn an_entry_expires_less_than_a_second_after_its_window() {
        let window = window_seconds(10 * TimeDelta::SECOND);
        let second = |micros| second_of(EventTime::from_micros(micros));
        let cases = [
            (5_900_000, 15_900_000, false),
            (5_900_000, 15_999_999, false),
            (5_000_000, 16_000_000, true),
            (5_000_000, 4_000_000, false),
        ];
        for (since, now, expected) in cases {
            assert_eq!(is_expired(second(since), second(now), window), expected, "{now}");
        }
    }
}
