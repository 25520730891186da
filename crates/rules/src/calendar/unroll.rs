//! Unrolls weekly hours into the open intervals of forty years.

use std::collections::BTreeMap;

use jiff::civil::Date;
use stage::{EventTime, TimeDelta};

use super::{Calendar, CalendarDay, Shift, Zone, day_number, local_time, utc_midnight};

/// The hours of a calendar. A shift belongs to the day on which it begins. The shifts in
/// `special_days`, which may be none, replace those of the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OpeningHours {
    /// Shifts by weekday, Monday first.
    pub(crate) week: [Vec<Shift>; 7],
    pub(crate) special_days: BTreeMap<CalendarDay, Vec<Shift>>,
}

/// The first unrolled day, and the first day after the last one.
pub(crate) const UNROLLED: (Date, Date) = (Date::constant(2010, 1, 1), Date::constant(2050, 1, 1));

impl OpeningHours {
    /// Unrolls the hours in a time zone; `None` if the zone is unknown.
    pub(crate) fn calendar(&self, name: &str, zone: &str) -> Option<Calendar> {
        let (begin, end) = (day_number(UNROLLED.0), day_number(UNROLLED.1));
        // Two days of margin for shifts that begin before the first day, and for offsets.
        let zone = Zone::find(zone, utc_midnight(begin - 2), utc_midnight(end + 2))?;
        let intervals = self.intervals(&zone, begin, end);
        Some(Calendar::new(name.to_owned(), utc_midnight(begin), utc_midnight(end), intervals))
    }

    /// The open intervals between two days, sorted and disjoint.
    fn intervals(&self, zone: &Zone, begin: i64, end: i64) -> Vec<(EventTime, EventTime)> {
        let mut open: Vec<(EventTime, EventTime)> = Vec::new();
        // A shift that began before the first day may reach into it.
        for (day, date) in (begin - 2..=end).zip(dates(begin - 2)) {
            for shift in self.shifts_on(day, date) {
                let at = |minute: i64| {
                    zone.first_instant_at(local_time(day, minute * TimeDelta::MINUTE))
                };
                // A clock change may shrink a shift to nothing.
                let (from, to) = (at(shift.begin), at(shift.end).min(utc_midnight(end)));
                let from = from.max(utc_midnight(begin));
                match open.last_mut() {
                    _ if from >= to => {}
                    // Adjacent and overlapping shifts merge.
                    Some(last) if last.1 >= from => last.1 = last.1.max(to),
                    _ => open.push((from, to)),
                }
            }
        }
        open
    }

    /// The shifts that begin on a day: those of the date, else of the yearly date, else of the
    /// weekday.
    fn shifts_on(&self, day: i64, date: Date) -> &[Shift] {
        let yearly = CalendarDay::Yearly(date.month(), date.day());
        let special = self
            .special_days
            .get(&CalendarDay::Once(day))
            .or_else(|| self.special_days.get(&yearly));
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
        special.unwrap_or(&self.week[weekday])
    }
}

/// The dates from a day number on.
fn dates(day: i64) -> impl Iterator<Item = Date> {
    let epoch = Date::constant(1970, 1, 1);
    let span = jiff::Span::new().try_days(day).unwrap_or_default();
    let mut next = epoch.checked_add(span).ok();
    std::iter::from_fn(move || {
        let date = next?;
        next = date.tomorrow().ok();
        Some(date)
    })
}
