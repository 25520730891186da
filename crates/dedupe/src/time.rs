//! Stream time in whole seconds, as entries hold it.
//!
//! An entry is over when it is more whole seconds old than its window: never before the window has
//! passed, and less than a second after.

use std::num::NonZeroU32;

use stage::Micros;

/// A second since the Unix epoch; from its first to the year 2106.
pub type Second = NonZeroU32;

const MICROS: Micros = 1_000_000;

/// The second in which a time falls.
pub(crate) fn second(time: Micros) -> Second {
    let seconds = time.div_euclid(MICROS).clamp(1, Micros::from(u32::MAX));
    u32::try_from(seconds).ok().and_then(Second::new).unwrap_or(Second::MIN)
}

/// The length of a window in whole seconds, rounded up.
pub(crate) fn length(window: Micros) -> u32 {
    let seconds = window.saturating_add(MICROS - 1).div_euclid(MICROS);
    u32::try_from(seconds.max(0)).unwrap_or(u32::MAX)
}

/// Whether an entry of this second is over.
pub(crate) fn is_over(since: Second, now: Second, length: u32) -> bool {
    now.get().saturating_sub(since.get()) > length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamps_times_before_the_epoch_and_after_2106() {
        let cases = [(-1, 1), (0, 1), (1_999_999, 1), (2_000_000, 2), (i64::MAX, u32::MAX)];
        for (time, expected) in cases {
            assert_eq!(second(time).get(), expected, "{time}");
        }
        for (window, expected) in [(-1, 0), (0, 0), (1, 1), (1_000_001, 2), (i64::MAX, u32::MAX)] {
            assert_eq!(length(window), expected, "{window}");
        }
    }

    #[test]
    fn an_entry_lasts_for_its_window_and_less_than_a_second_longer() {
        let window = 10 * MICROS;
        let cases = [
            (5_900_000, 15_900_000, false),
            (5_900_000, 15_999_999, false),
            (5_000_000, 16_000_000, true),
            (5_000_000, 4_000_000, false),
        ];
        for (since, now, expected) in cases {
            assert_eq!(is_over(second(since), second(now), length(window)), expected, "{now}");
        }
    }
}
