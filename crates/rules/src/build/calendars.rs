//! Builds calendars, and dates in the zone of the rules.

use std::sync::Arc;

use jiff::civil::Date;
use stage::{EventTime, TimeDelta};

use super::Builder;
use crate::calendar::{
    Calendar, CalendarDay, OpeningHours, Shift, UNROLLED, Zone, day_number, local_time, parse_day,
    parse_shift, parse_weekdays, whole_zone,
};
use crate::file::{self, SpannedText};
use crate::merged::MergedFiles;
use crate::model::Validity;
use crate::problem::{InFile, ProblemList};

const ZONE_REMEDY: &str = "write a name of the IANA database, such as \"Europe/London\"";

/// The zone of all dates in the rules; UTC where the rules state none.
pub(super) fn zone(files: &MergedFiles, problems: &mut ProblemList<'_>) -> Zone {
    let utc = || whole_zone("UTC").unwrap_or_else(Zone::utc);
    let Some(InFile { file, entry }) = &files.zone else { return utc() };
    whole_zone(entry.get_ref()).unwrap_or_else(|| {
        report_no_zone(*file, entry, problems);
        utc()
    })
}

fn report_no_zone(file: usize, name: &SpannedText, problems: &mut ProblemList<'_>) {
    let what = format!("there is no time zone \"{}\"", name.get_ref());
    problems.error(file, name, what, ZONE_REMEDY);
}

impl Builder<'_, '_> {
    pub(super) fn calendars(&mut self) {
        let files = self.files;
        self.require_unique("calendar", files.calendars.iter().map(|c| (c.file, &c.entry.name)));
        // Built in, so that rules may refer to `24x7` without a section.
        let always = Arc::new(Calendar::always());
        self.calendars.insert(always.name().to_owned(), always);
        for InFile { file, entry } in &files.calendars {
            let name = entry.name.get_ref();
            if name == "24x7" {
                let what = "\"24x7\" is built in and always open";
                self.problems.error(*file, &entry.name, what, "give it another name");
                continue;
            }
            let opening_hours = self.opening_hours(*file, entry);
            let Some(calendar) = opening_hours.calendar(name, entry.zone.get_ref()) else {
                report_no_zone(*file, &entry.zone, self.problems);
                continue;
            };
            if !calendar.is_ever_open() {
                let what = format!("calendar \"{name}\" never opens");
                self.problems.error(*file, &entry.name, what, "give it hours");
            }
            self.calendars.insert(name.clone(), Arc::new(calendar));
        }
    }

    fn opening_hours(&mut self, file: usize, calendar: &file::CalendarSection) -> OpeningHours {
        let mut hours = OpeningHours::default();
        for (name, shifts) in &calendar.hours {
            let Some(weekdays) = parse_weekdays(name.get_ref()) else {
                let what = format!("\"{}\" is not a day of the week", name.get_ref());
                self.problems.error(file, name, what, "write mon, mon-fri or daily");
                continue;
            };
            let shifts = self.shifts(file, shifts);
            for (day, _) in weekdays.iter().enumerate().filter(|(_, is_set)| **is_set) {
                // Keys may overlap, as `mon` and `mon-fri` do.
                if !hours.week[day].is_empty() {
                    let what = format!("\"{}\" sets the hours of a day twice", name.get_ref());
                    self.problems.error(file, name, what, "name each day of the week once");
                }
                hours.week[day].clone_from(&shifts);
            }
        }
        let holidays = calendar.holidays.iter().map(|day| (day, &[][..]));
        for (name, shifts) in holidays.chain(calendar.days.iter().map(|(d, s)| (d, s.as_slice()))) {
            let shifts = self.shifts(file, shifts);
            let Some(day) = parse_day(name.get_ref()) else {
                let what = format!("\"{}\" is not a date", name.get_ref());
                self.problems.error(file, name, what, "write 2026-12-24, or 12-24 for every year");
                continue;
            };
            if let CalendarDay::Once(day) = day {
                self.require_covered_day(file, name, day);
            }
            // In both lists, the effect would depend on their order.
            if hours.special_days.insert(day, shifts).is_some() {
                let what = format!("\"{}\" is named twice", name.get_ref());
                self.problems.error(file, name, what, "keep it in either `holidays` or `days`");
            }
        }
        hours
    }

    /// The shifts of a day, sorted.
    fn shifts(&mut self, file: usize, texts: &[SpannedText]) -> Vec<Shift> {
        let mut shifts: Vec<Shift> = Vec::new();
        for text in texts {
            match parse_shift(text.get_ref()) {
                None => {
                    let what = format!("\"{}\" is not a time range", text.get_ref());
                    self.problems.error(file, text, what, "write it like \"09:00-17:30\"");
                }
                Some(one) if shifts.iter().any(|s| one.begin < s.end && s.begin < one.end) => {
                    let what = format!("\"{}\" overlaps another shift", text.get_ref());
                    self.problems.error(
                        file,
                        text,
                        what,
                        "start one shift when the other has ended",
                    );
                }
                Some(one) => shifts.push(one),
            }
        }
        // Unrolling merges shifts in order.
        shifts.sort();
        shifts
    }

    /// The calendar with this name; reports an unknown one and returns `24x7`.
    pub(super) fn calendar(&mut self, file: usize, name: &SpannedText) -> Arc<Calendar> {
        if let Some(calendar) = self.calendars.get(name.get_ref()) {
            return Arc::clone(calendar);
        }
        let is_written =
            self.files.calendars.iter().any(|c| c.entry.name.get_ref() == name.get_ref());
        // A calendar that is defined but invalid has its own problem already.
        if !is_written {
            let what = format!("there is no calendar \"{}\"", name.get_ref());
            self.problems.error(file, name, what, "name an existing one, or \"24x7\"");
        }
        Arc::new(Calendar::always())
    }

    /// From the beginning of the first day to the end of the last; open where a day is missing.
    pub(super) fn validity(
        &mut self,
        file: usize,
        from: Option<&SpannedText>,
        until: Option<&SpannedText>,
    ) -> Validity {
        let first = from.and_then(|from| self.day(file, from));
        let last = until.and_then(|until| self.day(file, until));
        if let (Some(first), Some(last), Some(until)) = (first, last, until)
            && last < first
        {
            let what = "it ends before it begins";
            self.problems.error(file, until, what, "let `until` be the last valid day");
        }
        let begin = |day| self.zone.first_instant_at(local_time(day, TimeDelta::ZERO));
        Validity {
            from: first.map_or(EventTime::MIN, begin),
            // The last valid day counts in full.
            until: last.map_or(EventTime::MAX, |last| begin(last + 1)),
        }
    }

    /// The zone with this name; reports an unknown one.
    pub(super) fn named_zone(&mut self, file: usize, name: &SpannedText) -> Option<Zone> {
        let zone = whole_zone(name.get_ref());
        if zone.is_none() {
            report_no_zone(file, name, self.problems);
        }
        zone
    }

    /// The number of a day of one year; reports a text that is no such date.
    pub(super) fn day(&mut self, file: usize, text: &SpannedText) -> Option<i64> {
        match parse_day(text.get_ref()) {
            Some(CalendarDay::Once(day)) => {
                self.require_covered_day(file, text, day);
                Some(day)
            }
            _ => {
                let what = format!("\"{}\" is not a date", text.get_ref());
                self.problems.error(file, text, what, "write it like \"2026-12-24\"");
                None
            }
        }
    }

    /// Reports a day of a year that no calendar covers: it would have no effect, or be a typing error.
    fn require_covered_day(&mut self, file: usize, text: &SpannedText, day: i64) {
        if !(day_number(UNROLLED.0)..day_number(UNROLLED.1)).contains(&day) {
            let (first, end) = (UNROLLED.0.year(), UNROLLED.1.year());
            let what = format!(
                "\"{}\" is outside of the years {first} to {} that calendars cover",
                text.get_ref(),
                end - 1
            );
            let remedy = "correct the year; leave out a date that has no end";
            self.problems.error(file, text, what, remedy);
        }
    }

    pub(super) fn require_covered(&mut self, file: usize, text: &SpannedText, date: Date) {
        self.require_covered_day(file, text, day_number(date));
    }
}
