//! Business hours: when a deadline falls due, and how much of the working time has passed.
//!
//! A calendar is unrolled once, when the rules are read, into the intervals in which it is open,
//! each with the open time before it. [`Calendar::due`] and [`Calendar::elapsed`] then look up two
//! of them. Times are microseconds since the Unix epoch, half-open: an interval holds its opening
//! and not its closing.
//!
//! Must not know: cases, clocks that are running, the time now.

mod hours;
mod unroll;
mod zone;

pub(crate) use hours::{Day, Period, date, days, period};
pub(crate) use unroll::Plan;
pub use zone::day_of;
pub(crate) use zone::{Zone, number};

use stage::Micros;

/// A day of 24 hours, in microseconds.
pub(crate) const DAY: Micros = 24 * 3_600_000_000;

/// The beginning of a day written like `2026-12-24`, counted in UTC, in microseconds.
#[must_use]
pub fn day(text: &str) -> Option<Micros> {
    match date(text)? {
        Day::Once(day) => Some(day * DAY),
        Day::Yearly(..) => None,
    }
}

/// When work is done: open intervals of the years 2010 to 2049; outside of them, and for
/// [`Calendar::always`], all the time is open, so that no clock stands still for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    name: String,
    /// Begins and ends what was unrolled.
    begin: Micros,
    end: Micros,
    opens: Vec<Interval>,
    /// For each day from `begin` the first interval that closes behind the day's beginning.
    days: Vec<u32>,
    /// The open time from `begin` to `end`.
    total: Micros,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval {
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

    /// A calendar that is open in these intervals between `begin` and `end`; they are sorted,
    /// apart from each other and not empty.
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
            Interval { open, close, before }
        };
        let opens: Vec<Interval> = open.into_iter().map(interval).collect();
        let mut next = 0;
        let first = |day| {
            while opens.get(next).is_some_and(|known| known.close <= begin + day * DAY) {
                next += 1;
            }
            u32::try_from(next).unwrap_or(u32::MAX)
        };
        let days = (0..=(end - begin) / DAY).map(first).collect();
        Self { name, begin, end, opens, days, total }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When work that starts at `start` and takes `lasting` of open time is due: the first moment
    /// at which that much has passed. What lasts no time is due at once. All in microseconds.
    ///
    /// Hours Mon–Fri 9–17, half an hour from Friday 16:45: Monday 09:15.
    #[must_use]
    pub fn due(&self, start: Micros, lasting: Micros) -> Micros {
        if lasting <= 0 {
            return start;
        }
        let (at, passed) = self.place(start);
        let wanted = passed.saturating_add(lasting);
        if wanted <= 0 {
            return self.begin.saturating_add(wanted);
        }
        if wanted > self.total {
            return self.end.saturating_add(wanted - self.total);
        }
        // The interval in which the wanted open time is reached: near, so the steps double.
        let reaches = |place: usize| {
            self.opens.get(place).is_none_or(|i| i.before + (i.close - i.open) >= wanted)
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
        self.opens.get(low).map_or(start, |i| i.open + (wanted - i.before))
    }

    /// How much open time there is from `from` to `to`, in microseconds; none when `to` is not
    /// after `from`.
    #[must_use]
    pub fn elapsed(&self, from: Micros, to: Micros) -> Micros {
        if to <= from {
            return 0;
        }
        self.place(to).1.saturating_sub(self.place(from).1)
    }

    /// Whether it is open at this moment.
    #[must_use]
    pub fn is_open(&self, at: Micros) -> bool {
        if at < self.begin || at >= self.end {
            return true;
        }
        self.opens.get(self.place(at).0).is_some_and(|interval| interval.open <= at)
    }

    /// The first moment from `at` on at which it is open.
    #[must_use]
    pub fn opens(&self, at: Micros) -> Micros {
        if self.is_open(at) {
            return at;
        }
        self.opens.get(self.place(at).0).map_or(self.end, |interval| interval.open)
    }

    /// Whether it is ever open in what was unrolled.
    #[must_use]
    pub fn is_ever_open(&self) -> bool {
        self.begin == self.end || !self.opens.is_empty()
    }

    /// The first interval that closes after `at`, and the open time from the beginning to `at`:
    /// negative before the beginning.
    fn place(&self, at: Micros) -> (usize, Micros) {
        if at < self.begin {
            return (0, at.saturating_sub(self.begin));
        }
        if at >= self.end {
            return (self.opens.len(), self.total.saturating_add(at.saturating_sub(self.end)));
        }
        let day = usize::try_from((at - self.begin) / DAY).unwrap_or(0);
        let mut place = self.days.get(day).map_or(0, |first| *first as usize);
        while let Some(interval) = self.opens.get(place) {
            if interval.close > at {
                return (place, interval.before + (at - interval.open).max(0));
            }
            place += 1;
        }
        (place, self.total)
    }
}

#[cfg(test)]
mod tests;
