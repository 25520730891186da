//! Business hours: computes due times and elapsed open time.
//!
//! Loading the rules unrolls a calendar into its open intervals, each with the open time before it.
//! [`Calendar::due`] and [`Calendar::elapsed`] look up two of them. Intervals are half-open. A local
//! time is an `i64`: the microseconds since the Unix epoch at which a clock in UTC shows the same
//! date and time. It is no instant until [`Zone::first_instant_at`] converts it.
//!
//! Must not know: cases, running clocks, the wall clock.

mod hours;
mod unroll;
mod zone;

pub(crate) use hours::{CalendarDay, Shift, parse_day, parse_shift, parse_weekdays};
pub(crate) use unroll::{OpeningHours, UNROLLED};
pub use zone::local_day;
pub(crate) use zone::{Zone, day_number, local_time, utc_midnight, whole_zone};

use stage::{EventTime, TimeDelta};

/// Parses a date such as `2026-12-24` into the beginning of the day in UTC.
#[must_use]
pub fn day_start(text: &str) -> Option<EventTime> {
    match parse_day(text)? {
        CalendarDay::Once(day) => Some(utc_midnight(day)),
        CalendarDay::Yearly(..) => None,
    }
}

/// The open intervals of the years 2010 to 2049. Before and after them, and for
/// [`Calendar::always`], all time is open, so that no clock stops for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    name: String,
    /// The bounds of the unrolled period.
    begin: EventTime,
    end: EventTime,
    intervals: Vec<OpenInterval>,
    /// For each day from `begin`, the first interval that closes after the beginning of the day.
    days: Vec<u32>,
    /// The open time from `begin` to `end`.
    total: TimeDelta,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OpenInterval {
    open: EventTime,
    close: EventTime,
    /// The open time from the calendar's beginning to `open`.
    before: TimeDelta,
}

impl Calendar {
    /// The calendar `24x7`, which is always open.
    #[must_use]
    pub fn always() -> Self {
        let unrolled = EventTime::from_micros(0);
        Self::new("24x7".to_owned(), unrolled, unrolled, Vec::new())
    }

    /// A calendar with these open intervals between `begin` and `end`. The intervals must be
    /// sorted, disjoint and not empty.
    pub(crate) fn new(
        name: String,
        begin: EventTime,
        end: EventTime,
        open: Vec<(EventTime, EventTime)>,
    ) -> Self {
        let mut total = TimeDelta::ZERO;
        let interval = |(open, close)| {
            let before = total;
            total += close - open;
            OpenInterval { open, close, before }
        };
        let intervals: Vec<OpenInterval> = open.into_iter().map(interval).collect();
        let mut next = 0;
        let first = |day: i64| {
            let day_start = begin + day * TimeDelta::DAY;
            while intervals.get(next).is_some_and(|interval| interval.close <= day_start) {
                next += 1;
            }
            u32::try_from(next).unwrap_or(u32::MAX)
        };
        // One index per day: `locate` scans the shifts of one day only.
        let days = (0..=(end - begin) / TimeDelta::DAY).map(first).collect();
        Self { name, begin, end, intervals, days, total }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The due time of a clock: the first instant at which `duration` of open time has passed since
    /// `start`. Returns `start` for durations of zero or less.
    ///
    /// With hours Mon–Fri 9–17, half an hour from Friday 16:45 ends on Monday 09:15.
    #[must_use]
    pub fn due(&self, start: EventTime, duration: TimeDelta) -> EventTime {
        if duration <= TimeDelta::ZERO {
            return start;
        }
        let (at, passed) = self.locate(start);
        let target = passed + duration;
        if target <= TimeDelta::ZERO {
            // Before `begin` all time is open.
            return self.begin + target;
        }
        if target > self.total {
            // After `end` all time is open, so that no clock stops for ever.
            return self.end + (target - self.total);
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

    /// The open time from `from` to `to`; 0 if `to` is not after `from`.
    #[must_use]
    pub fn elapsed(&self, from: EventTime, to: EventTime) -> TimeDelta {
        if to <= from {
            return TimeDelta::ZERO;
        }
        self.locate(to).1 - self.locate(from).1
    }

    /// Whether the calendar is open at `at`.
    #[must_use]
    pub fn is_open(&self, at: EventTime) -> bool {
        if at < self.begin || at >= self.end {
            return true;
        }
        self.intervals.get(self.locate(at).0).is_some_and(|interval| interval.open <= at)
    }

    /// The first open instant at or after `at`.
    #[must_use]
    pub fn next_opening(&self, at: EventTime) -> EventTime {
        if self.is_open(at) {
            return at;
        }
        self.intervals.get(self.locate(at).0).map_or(self.end, |interval| interval.open)
    }

    /// The first closed instant at or after `at`.
    #[must_use]
    pub fn next_closing(&self, at: EventTime) -> EventTime {
        if at >= self.end || self.begin == self.end {
            return EventTime::MAX;
        }
        // Before the unrolled years, all time is open.
        let (from, open) = (at.max(self.begin), at < self.begin);
        let interval = self.intervals.get(self.locate(from).0);
        match interval.filter(|interval| interval.open <= from) {
            // The last interval may reach the end, after which all time is open.
            Some(interval) if interval.close >= self.end => EventTime::MAX,
            Some(interval) => interval.close,
            None if open => self.begin,
            None => at,
        }
    }

    /// Whether the calendar has any open interval.
    #[must_use]
    pub fn is_ever_open(&self) -> bool {
        self.begin == self.end || !self.intervals.is_empty()
    }

    /// The index of the first interval that closes after `at`, and the open time from `begin` to
    /// `at`, which is negative before `begin`.
    fn locate(&self, at: EventTime) -> (usize, TimeDelta) {
        if at < self.begin {
            return (0, at - self.begin);
        }
        if at >= self.end {
            return (self.intervals.len(), self.total + (at - self.end));
        }
        let day = usize::try_from((at - self.begin) / TimeDelta::DAY).unwrap_or(0);
        let mut index = self.days.get(day).map_or(0, |first| *first as usize);
        while let Some(interval) = self.intervals.get(index) {
            if interval.close > at {
                return (index, interval.before + (at - interval.open).max(TimeDelta::ZERO));
            }
            index += 1;
        }
        (index, self.total)
    }
}

#[cfg(test)]
mod tests;
