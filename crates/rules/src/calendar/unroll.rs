//! From the hours of a week to the intervals of forty years.

use std::collections::BTreeMap;

use jiff::civil::Date;
use stage::Micros;

use super::zone::number;
use super::{Calendar, DAY, Day, Period, Zone};

const MINUTE: Micros = 60_000_000;

/// What a calendar says: a shift belongs to the day it begins on, and a day that is named in
/// `days` has the shifts it is given there, or none, instead of those of the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Plan {
    /// Monday first.
    pub(crate) week: [Vec<Period>; 7],
    pub(crate) days: BTreeMap<Day, Vec<Period>>,
}

/// The first and the last day, that one excluded, of what is unrolled.
pub(crate) const YEARS: (Date, Date) = (Date::constant(2010, 1, 1), Date::constant(2050, 1, 1));

impl Plan {
    /// Unrolls the plan in a zone; none where the zone is not known.
    pub(crate) fn calendar(&self, name: &str, zone: &str) -> Option<Calendar> {
        let (begin, end) = (number(YEARS.0), number(YEARS.1));
        let zone = Zone::find(zone, (begin - 2) * DAY, (end + 2) * DAY)?;
        let intervals = self.intervals(&zone, begin, end);
        Some(Calendar::new(name.to_owned(), begin * DAY, end * DAY, intervals))
    }

    /// The open intervals between two days, sorted and apart from each other.
    fn intervals(&self, zone: &Zone, begin: i64, end: i64) -> Vec<(Micros, Micros)> {
        let mut open: Vec<(Micros, Micros)> = Vec::new();
        // A shift of the day before may reach into the first.
        for (day, date) in (begin - 2..=end).zip(dates(begin - 2)) {
            for period in self.of(day, date) {
                let at = |minute| zone.reaches(day * DAY + minute * MINUTE);
                // At a clock change a shift may shrink to nothing.
                let (from, to) = (at(period.begin), at(period.end).min(end * DAY));
                let from = from.max(begin * DAY);
                match open.last_mut() {
                    _ if from >= to => {}
                    Some(last) if last.1 >= from => last.1 = last.1.max(to),
                    _ => open.push((from, to)),
                }
            }
        }
        open
    }

    /// The shifts that begin on a day: those of this very day, those of this day of every year, or
    /// those of the week.
    fn of(&self, day: i64, date: Date) -> &[Period] {
        let yearly = Day::Yearly(date.month(), date.day());
        let named = self.days.get(&Day::Once(day)).or_else(|| self.days.get(&yearly));
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
        named.unwrap_or(&self.week[weekday])
    }
}

/// The dates from a day on.
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
