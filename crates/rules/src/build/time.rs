//! Calendars and days.

use std::sync::Arc;

use stage::Micros;

use super::Build;
use crate::book::Book;
use crate::calendar::{Calendar, DAY, Day, Period, Plan, Zone, date, days, period};
use crate::file::{self, Name};
use crate::model::Valid;
use crate::problem::{Findings, In};

const REMEDY: &str = "write a name of the IANA database, such as \"Europe/London\"";

/// The zone that days in rules are days of.
pub(super) fn zone(book: &Book, found: &mut Findings<'_>) -> Zone {
    let whole = |name| Zone::find(name, -40_000 * DAY, 80_000 * DAY);
    let utc = || whole("UTC").unwrap_or_else(Zone::utc);
    let Some(In { file, it }) = &book.zone else { return utc() };
    whole(it.get_ref()).unwrap_or_else(|| {
        found.broken(*file, it, format!("there is no time zone \"{}\"", it.get_ref()), REMEDY);
        utc()
    })
}

impl Build<'_, '_> {
    pub(super) fn calendars(&mut self) {
        let book = self.book;
        self.unique("calendar", book.calendars.iter().map(|c| (c.file, &c.it.name)));
        let always = Arc::new(Calendar::always());
        self.calendars.insert(always.name().to_owned(), always);
        for In { file, it } in &book.calendars {
            let name = it.name.get_ref();
            if name == "24x7" {
                let what = "\"24x7\" is always open and cannot be written anew";
                self.found.broken(*file, &it.name, what, "give it another name");
                continue;
            }
            let plan = self.plan(*file, it);
            let Some(calendar) = plan.calendar(name, it.zone.get_ref()) else {
                let what = format!("there is no time zone \"{}\"", it.zone.get_ref());
                self.found.broken(*file, &it.zone, what, REMEDY);
                continue;
            };
            if !calendar.is_ever_open() {
                let what = format!("calendar \"{name}\" never opens");
                self.found.broken(*file, &it.name, what, "give it hours");
            }
            self.calendars.insert(name.clone(), Arc::new(calendar));
        }
    }

    fn plan(&mut self, file: usize, calendar: &file::Calendar) -> Plan {
        let mut plan = Plan::default();
        for (name, shifts) in &calendar.hours {
            let Some(named) = days(name.get_ref()) else {
                let what = format!("\"{}\" is no day of the week", name.get_ref());
                self.found.broken(file, name, what, "write mon, mon-fri or daily");
                continue;
            };
            let shifts = self.shifts(file, shifts);
            for (day, _) in named.iter().enumerate().filter(|(_, is)| **is) {
                if !plan.week[day].is_empty() {
                    let what = format!("\"{}\" speaks of a day that has hours", name.get_ref());
                    self.found.broken(file, name, what, "name each day of the week once");
                }
                plan.week[day].clone_from(&shifts);
            }
        }
        let holidays = calendar.holidays.iter().map(|day| (day, &[][..]));
        for (name, shifts) in holidays.chain(calendar.days.iter().map(|(d, s)| (d, s.as_slice()))) {
            let shifts = self.shifts(file, shifts);
            let Some(day) = date(name.get_ref()) else {
                let what = format!("\"{}\" is no day", name.get_ref());
                self.found.broken(file, name, what, "write 2026-12-24, or 12-24 for every year");
                continue;
            };
            if plan.days.insert(day, shifts).is_some() {
                let what = format!("\"{}\" is named twice", name.get_ref());
                self.found.broken(file, name, what, "leave it in `holidays` or in `days`");
            }
        }
        plan
    }

    /// The shifts of a day, sorted.
    fn shifts(&mut self, file: usize, texts: &[Name]) -> Vec<Period> {
        let mut shifts: Vec<Period> = Vec::new();
        for text in texts {
            match period(text.get_ref()) {
                None => {
                    let what = format!("\"{}\" is no time of the day", text.get_ref());
                    self.found.broken(file, text, what, "write it like \"09:00-17:30\"");
                }
                Some(one) if shifts.iter().any(|s| one.begin < s.end && s.begin < one.end) => {
                    let what = format!("\"{}\" overlaps another shift", text.get_ref());
                    self.found.broken(file, text, what, "let one begin when the other has ended");
                }
                Some(one) => shifts.push(one),
            }
        }
        shifts.sort();
        shifts
    }

    /// A calendar by its name.
    pub(super) fn calendar(&mut self, file: usize, name: &Name) -> Arc<Calendar> {
        if let Some(calendar) = self.calendars.get(name.get_ref()) {
            return Arc::clone(calendar);
        }
        let is_written = self.book.calendars.iter().any(|c| c.it.name.get_ref() == name.get_ref());
        if !is_written {
            let what = format!("there is no calendar \"{}\"", name.get_ref());
            self.found.broken(file, name, what, "name one that is there, or \"24x7\"");
        }
        Arc::new(Calendar::always())
    }

    /// From the beginning of one day to the end of another.
    pub(super) fn valid(
        &mut self,
        file: usize,
        from: Option<&Name>,
        until: Option<&Name>,
    ) -> Valid {
        let begin = from.and_then(|from| self.day(file, from)).unwrap_or(Micros::MIN);
        let end = until.and_then(|until| Some((self.day(file, until)?, until)));
        let end = end.map_or(Micros::MAX, |(day, until)| {
            if day < begin {
                let what = "it ends before it begins";
                self.found.broken(file, until, what, "let `until` be the last day of it");
            }
            day.saturating_add(DAY)
        });
        let instant = |local: Micros| match local {
            Micros::MIN | Micros::MAX => local,
            local => self.zone.reaches(local),
        };
        Valid { from: instant(begin), until: instant(end) }
    }

    /// The beginning of a day, counted like UTC.
    pub(super) fn day(&mut self, file: usize, text: &Name) -> Option<Micros> {
        match date(text.get_ref()) {
            Some(Day::Once(day)) => Some(day * DAY),
            _ => {
                let what = format!("\"{}\" is no day", text.get_ref());
                self.found.broken(file, text, what, "write it like \"2026-12-24\"");
                None
            }
        }
    }
}
