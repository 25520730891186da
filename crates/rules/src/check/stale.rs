//! What time has passed over: people who have left, duties without anybody, entries that have run
//! out, holidays that nobody has entered.

use jiff::civil::Date;
use stage::Micros;

use crate::Rules;
use crate::book::Book;
use crate::calendar::{DAY, Day, date};
use crate::problem::{Findings, In};

/// Finds what is stale at this moment, in microseconds.
pub(crate) fn stale(book: &Book, rules: &Rules, on: Micros, found: &mut Findings<'_>) {
    for (In { file, it }, person) in book.persons.iter().zip(&rules.persons) {
        let name = it.name.get_ref();
        if on >= person.valid.until {
            let what = format!("stale: \"{name}\" has left");
            found.stale(*file, it.until.as_ref().unwrap_or(&it.name), what, "name who took over");
        } else if rules.is_stale(person, on) {
            let days = (on - person.confirmed) / DAY;
            let what = format!("stale: nobody has confirmed \"{name}\" for {days} days");
            found.stale(*file, &it.confirmed, what, "ask them, and write today's date");
        }
    }
    for In { file, it } in &book.duties {
        if rules.on_call(it.name.get_ref(), on).is_empty() {
            let what = format!("stale: nobody of the duty \"{}\" is there", it.name.get_ref());
            found.stale(*file, &it.name, what, "put somebody on call");
        }
    }
    for (In { file, it }, play) in book.plays.iter().zip(&rules.plays) {
        if on >= play.valid.until {
            let what = format!("stale: playbook entry \"{}\" has run out", it.name.get_ref());
            found.stale(*file, it.until.as_ref().unwrap_or(&it.name), what, "prolong or remove it");
        }
    }
    for In { file, it } in &book.calendars {
        let days = it.holidays.iter().chain(it.days.keys());
        let dated = days.filter_map(|day| match date(day.get_ref()) {
            Some(Day::Once(number)) => Some((number, day)),
            _ => None,
        });
        let Some((last, place)) = dated.max_by_key(|(number, _)| *number) else { continue };
        if on >= (last + 1) * DAY {
            let name = it.name.get_ref();
            let what = format!("stale: calendar \"{name}\" knows no holiday after {}", told(last));
            found.stale(*file, place, what, "enter those of the coming year");
        }
    }
}

fn told(day: i64) -> String {
    let span = jiff::Span::new().try_days(day).unwrap_or_default();
    let date = Date::constant(1970, 1, 1).checked_add(span);
    date.map_or_else(|_| day.to_string(), |date| date.to_string())
}
