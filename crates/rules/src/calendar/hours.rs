//! Parses the notation of hours: `mon-fri`, `09:00-17:00`, `2026-12-24`, `12-25`.

use jiff::civil::Date;

use super::zone::day_number;

/// A shift, in minutes since the beginning of its day; the end may exceed 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shift {
    pub(crate) begin: i64,
    pub(crate) end: i64,
}

/// A set of weekdays, Monday first.
pub(crate) type Weekdays = [bool; 7];

/// A date in one year or in every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CalendarDay {
    /// Days since 1970-01-01.
    Once(i64),
    /// Month and day.
    Yearly(i8, i8),
}

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Parses `mon`, `mon-fri` or `daily`.
pub(crate) fn parse_weekdays(text: &str) -> Option<Weekdays> {
    if text == "daily" {
        return Some([true; 7]);
    }
    let index = |day: &str| WEEK.iter().position(|name| *name == day);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (index(first)?, index(last)?);
    let mut days = [false; 7];
    for (day, is) in days.iter_mut().enumerate() {
        // `sat-mon` wraps around the end of the week.
        *is = match first <= last {
            true => (first..=last).contains(&day),
            false => day >= first || day <= last,
        };
    }
    Some(days)
}

/// Parses `09:00-17:00`. `24:00` is the end of the day; `22:00-06:00` ends on the next day.
pub(crate) fn parse_shift(text: &str) -> Option<Shift> {
    let (begin, end) = text.split_once('-')?;
    let (begin, end) = (minute(begin.trim())?, minute(end.trim())?);
    // 24:00 cannot begin a shift, and an empty shift is a typing error.
    let is_day = begin < 24 * 60 && begin != end;
    is_day.then_some(Shift { begin, end: if end > begin { end } else { end + 24 * 60 } })
}

fn minute(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    // Digits only: `parse` would accept `+9`.
    let is_short = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !is_short(hour) || !is_short(minute) {
        return None;
    }
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let is_time = hour < 24 && minute < 60 || hour == 24 && minute == 0;
    is_time.then_some(hour * 60 + minute)
}

/// Parses `2026-12-24` or, for every year, `12-24`.
pub(crate) fn parse_day(text: &str) -> Option<CalendarDay> {
    if let Ok(date) = text.parse::<Date>()
        // `Date` also parses date-times; a date has ten characters.
        && text.len() == 10
    {
        return Some(CalendarDay::Once(day_number(date)));
    }
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // 2024 is a leap year, which admits the 29th of February.
    Date::new(2024, month, day).ok()?;
    (text.len() == 5).then_some(CalendarDay::Yearly(month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_parse_alone_in_ranges_and_across_the_weekend() {
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
            assert_eq!(parse_weekdays(text), expected, "{text}");
        }
    }

    #[test]
    fn shifts_parse_to_the_minute_and_may_cross_midnight() {
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
            assert_eq!(parse_shift(text).map(|p| (p.begin, p.end)), expected, "{text}");
        }
    }

    #[test]
    fn dates_parse_with_and_without_a_year() {
        let cases = [
            ("1970-01-02", Some(CalendarDay::Once(1))),
            ("2026-12-25", Some(CalendarDay::Once(20_812))),
            ("12-25", Some(CalendarDay::Yearly(12, 25))),
            ("02-29", Some(CalendarDay::Yearly(2, 29))),
            ("02-30", None),
            ("2026-02-29", None),
            ("2026-12-25T00:00", None),
            ("1-5", None),
            ("christmas", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_day(text), expected, "{text}");
        }
    }
}
