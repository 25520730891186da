//! Stale entries: people who have left, duties without a valid person, expired playbook entries,
//! calendars without future holidays.

use jiff::civil::Date;
use stage::{EventTime, TimeDelta};

use crate::Rules;
use crate::calendar::{CalendarDay, parse_day, utc_midnight};
use crate::merged::MergedFiles;
use crate::problem::{InFile, ProblemList};

/// Reports every entry that is stale at `on`.
pub(crate) fn stale(
    files: &MergedFiles,
    rules: &Rules,
    on: EventTime,
    problems: &mut ProblemList<'_>,
) {
    for (InFile { file, entry }, person) in files.persons.iter().zip(&rules.persons) {
        let name = entry.name.get_ref();
        if on >= person.validity.until {
            let what = format!("stale: \"{name}\" has left");
            problems.stale(
                *file,
                entry.until.as_ref().unwrap_or(&entry.name),
                what,
                "name the successor",
            );
        } else if rules.is_stale(person, on) {
            let days = (on - person.confirmed_at) / TimeDelta::DAY;
            let what = format!("stale: \"{name}\" was last confirmed {days} days ago");
            problems.stale(*file, &entry.confirmed, what, "ask them and update `confirmed`");
        }
    }
    for InFile { file, entry } in &files.duties {
        if rules.is_never_on_duty(entry.name.get_ref(), on) {
            let what = format!("stale: duty \"{}\" has no valid person", entry.name.get_ref());
            problems.stale(*file, &entry.name, what, "put a person on call");
        }
    }
    for (InFile { file, entry }, built) in files.playbook.iter().zip(&rules.playbook) {
        if on >= built.validity.until {
            let what = format!("stale: playbook entry \"{}\" has expired", entry.name.get_ref());
            problems.stale(
                *file,
                entry.until.as_ref().unwrap_or(&entry.name),
                what,
                "extend or remove it",
            );
        }
    }
    for InFile { file, entry } in &files.calendars {
        let days = entry.holidays.iter().chain(entry.days.keys());
        let dated = days.filter_map(|day| match parse_day(day.get_ref()) {
            Some(CalendarDay::Once(number)) => Some((number, day)),
            // Yearly dates never expire.
            _ => None,
        });
        let Some((last, place)) = dated.max_by_key(|(number, _)| *number) else { continue };
        if on >= utc_midnight(last + 1) {
            let name = entry.name.get_ref();
            let what =
                format!("stale: calendar \"{name}\" has no holiday after {}", format_day(last));
            problems.stale(*file, place, what, "add those of the coming year");
        }
    }
}

fn format_day(day: i64) -> String {
    let span = jiff::Span::new().try_days(day).unwrap_or_default();
    let date = Date::constant(1970, 1, 1).checked_add(span);
    date.map_or_else(|_| day.to_string(), |date| date.to_string())
}
