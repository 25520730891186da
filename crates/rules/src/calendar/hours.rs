//! Hours as people write them: `mon-fri`, `09:00-17:00`, `2026-12-24`, `12-25`.

use jiff::civil::Date;

use super::zone::number;

/// From when to when, in minutes of the day; an end that is not after the begin is on the next
/// day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Period {
    pub(crate) begin: i64,
    pub(crate) end: i64,
}

/// The days of the week something is said about, Monday first.
pub(crate) type Days = [bool; 7];

/// A day of one year, or of every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Day {
    /// Days since 1970-01-01.
    Once(i64),
    /// The month and the day of it.
    Yearly(i8, i8),
}

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads `mon`, `mon-fri` or `daily`.
pub(crate) fn days(text: &str) -> Option<Days> {
    if text == "daily" {
        return Some([true; 7]);
    }
    let place = |day: &str| WEEK.iter().position(|known| *known == day);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (place(first)?, place(last)?);
    let mut days = [false; 7];
    for (day, is) in days.iter_mut().enumerate() {
        // `sat-mon` goes over the end of the week.
        *is = match first <= last {
            true => (first..=last).contains(&day),
            false => day >= first || day <= last,
        };
    }
    Some(days)
}

/// Reads `09:00-17:00`; `24:00` is the end of the day, and `22:00-06:00` ends on the next one.
pub(crate) fn period(text: &str) -> Option<Period> {
    let (begin, end) = text.split_once('-')?;
    let (begin, end) = (minute(begin.trim())?, minute(end.trim())?);
    let is_day = begin < 24 * 60 && begin != end;
    is_day.then_some(Period { begin, end: if end > begin { end } else { end + 24 * 60 } })
}

fn minute(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let is_short = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !is_short(hour) || !is_short(minute) {
        return None;
    }
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let is_time = hour < 24 && minute < 60 || hour == 24 && minute == 0;
    is_time.then_some(hour * 60 + minute)
}

/// Reads `2026-12-24` or, for every year, `12-24`.
pub(crate) fn date(text: &str) -> Option<Day> {
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return Some(Day::Once(number(date)));
    }
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year, so that the 29th of February can be named.
    Date::new(2024, month, day).ok()?;
    (text.len() == 5).then_some(Day::Yearly(month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_week_are_read_alone_in_ranges_and_over_the_weekend() {
        let (t, f) = (true, false);
        let cases = [
            ("mon", Some([t, f, f, f, f, f, f])),
            ("mon-fri", Some([t, t, t, t, t, f, f])),
            ("sat-mon", Some([t, f, f, f, f, t, t])),
            ("daily", Some([t; 7])),
            ("monday", None),
            ("fri-", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    #[test]
    fn periods_are_read_to_the_minute_and_may_cross_midnight() {
        let cases = [
            ("09:00-17:00", Some((540, 1020))),
            ("00:00-24:00", Some((0, 1440))),
            ("22:00-06:00", Some((1320, 1800))),
            ("22:00-00:00", Some((1320, 1440))),
            ("09:00-09:00", None),
            ("24:00-06:00", None),
            ("9:00-17:00", None),
            ("09:60-17:00", None),
            ("25:00-26:00", None),
            ("+9:00-17:00", None),
            ("09:00", None),
        ];
        for (text, expected) in cases {
            assert_eq!(period(text).map(|p| (p.begin, p.end)), expected, "{text}");
        }
    }

    #[test]
    fn dates_are_of_one_year_or_of_every_year() {
        let cases = [
            ("1970-01-02", Some(Day::Once(1))),
            ("2026-12-25", Some(Day::Once(20_812))),
            ("12-25", Some(Day::Yearly(12, 25))),
            ("02-29", Some(Day::Yearly(2, 29))),
            ("02-30", None),
            ("2026-02-29", None),
            ("2026-12-25T00:00", None),
            ("1-5", None),
            ("christmas", None),
        ];
        for (text, expected) in cases {
            assert_eq!(date(text), expected, "{text}");
        }
    }
}
