//! Business hours: computes due times and elapsed open time.
//!
//! Loading the rules unrolls a calendar into its open intervals, each with the open time before it.
//! [`Calendar::due`] and [`Calendar::elapsed`] look up two of them. Times are microseconds since
//! the Unix epoch; intervals are half-open.
//!
//! Must not know: cases, running clocks, the wall clock.

mod hours;
mod unroll;
mod zone;

pub(crate) use hours::{CalendarDay, Shift, parse_day, parse_shift, parse_weekdays};
pub(crate) use unroll::OpeningHours;
pub use zone::local_day;
pub(crate) use zone::{Zone, day_number};

use stage::Micros;

/// 24 hours, in microseconds.
pub(crate) const DAY: Micros = 24 * 3_600_000_000;

/// Parses a date such as `2026-12-24` into the beginning of the day in UTC, in microseconds.
#[must_use]
pub fn day_start(text: &str) -> Option<Micros> {
    match parse_day(text)? {
        CalendarDay::Once(day) => Some(day * DAY),
        CalendarDay::Yearly(..) => None,
    }
}

/// The open intervals of the years 2010 to 2049. Before and after them, and for
/// [`Calendar::always`], all time is open, so that no clock stops for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    name: String,
    /// The bounds of the unrolled period.
    begin: Micros,
    end: Micros,
    intervals: Vec<OpenInterval>,
    /// For each day from `begin`, the first interval that closes after the beginning of the day.
    days: Vec<u32>,
    /// The open time from `begin` to `end`.
    total: Micros,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OpenInterval {
    open: Micros,
    close: Micros,
    /// The open time from the calendar's beginning to `open`.
    before: Micros,
}

impl Calendar {
    /// The calendar `24x7`, which is always open.
    #[must_use]
    pub fn always() -> Self {
        Self::new("24x7".to_owned(), 0, 0, Vec::new())
    }

    /// A calendar with these open intervals between `begin` and `end`. The intervals must be
    /// sorted, disjoint and not empty.
    pub(crate) fn new(
        name: String,
        begin: Micros,
        end: Micros,
        open: Vec<(Micros, Micros)>,
    ) -> Self {
        let mut total = 0;
        let interval = |(open, close)| {
            let before = total;
            total += close - open;
            OpenInterval { open, close, before }
        };
        let intervals: Vec<OpenInterval> = open.into_iter().map(interval).collect();
        let mut next = 0;
        let first = |day| {
            while intervals.get(next).is_some_and(|interval| interval.close <= begin + day * DAY) {
                next += 1;
            }
            u32::try_from(next).unwrap_or(u32::MAX)
        };
        // One index per day: `locate` scans the shifts of one day only.
        let days = (0..=(end - begin) / DAY).map(first).collect();
        Self { name, begin, end, intervals, days, total }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The due time of a clock: the first instant at which `duration` of open time has passed since
    /// `start`, all in microseconds. Returns `start` for durations of zero or less.
    ///
    /// With hours Mon–Fri 9–17, half an hour from Friday 16:45 ends on Monday 09:15.
    #[must_use]
    pub fn due(&self, start: Micros, duration: Micros) -> Micros {
        if duration <= 0 {
            return start;
        }
        let (at, passed) = self.locate(start);
        let target = passed.saturating_add(duration);
        if target <= 0 {
            // Before `begin` all time is open.
            return self.begin.saturating_add(target);
        }
        if target > self.total {
            // After `end` all time is open, so that no clock stops for ever.
            return self.end.saturating_add(target - self.total);
        }
        // The interval in which the open time is reached. It is usually close to the start, so the
        // search gallops forward before it bisects.
        let reaches = |index: usize| {
            self.intervals.get(index).is_none_or(|i| i.before + (i.close - i.open) >= target)
        };
        let (mut low, mut step) = (at, 1);
        while !reaches(low + step - 1) {
            low += step;
            step *= 2;
        }
        let mut high = low + step - 1;
        while low < high {
            let middle = low.midpoint(high);
            if reaches(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        self.intervals.get(low).map_or(start, |i| i.open + (target - i.before))
    }

    /// The open time from `from` to `to`, in microseconds; 0 if `to` is not after `from`.
    #[must_use]
    pub fn elapsed(&self, from: Micros, to: Micros) -> Micros {
        if to <= from {
            return 0;
        }
        self.locate(to).1.saturating_sub(self.locate(from).1)
    }

    /// Whether the calendar is open at `at`.
    #[must_use]
    pub fn is_open(&self, at: Micros) -> bool {
        if at < self.begin || at >= self.end {
            return true;
        }
        self.intervals.get(self.locate(at).0).is_some_and(|interval| interval.open <= at)
    }

    /// The first open instant at or after `at`, in microseconds.
    #[must_use]
    pub fn next_opening(&self, at: Micros) -> Micros {
        if self.is_open(at) {
            return at;
        }
        self.intervals.get(self.locate(at).0).map_or(self.end, |interval| interval.open)
    }

    /// Whether the calendar has any open interval.
    #[must_use]
    pub fn is_ever_open(&self) -> bool {
        self.begin == self.end || !self.intervals.is_empty()
    }

    /// The index of the first interval that closes after `at`, and the open time from `begin` to
    /// `at`, which is negative before `begin`.
    fn locate(&self, at: Micros) -> (usize, Micros) {
        if at < self.begin {
            return (0, at.saturating_sub(self.begin));
        }
        if at >= self.end {
            return (self.intervals.len(), self.total.saturating_add(at.saturating_sub(self.end)));
        }
        let day = usize::try_from((at - self.begin) / DAY).unwrap_or(0);
        let mut index = self.days.get(day).map_or(0, |first| *first as usize);
        while let Some(interval) = self.intervals.get(index) {
            if interval.close > at {
                return (index, interval.before + (at - interval.open).max(0));
            }
            index += 1;
        }
        (index, self.total)
    }
}

#[cfg(test)]
mod tests;
