//! Published examples, and property tests against a model that steps through every minute.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

use super::*;

const MICROSECOND: TimeDelta = TimeDelta::from_micros(1);

fn shifts(texts: &[&str]) -> Vec<Shift> {
    let mut shifts: Vec<Shift> = texts.iter().map(|text| parse_shift(text).unwrap()).collect();
    shifts.sort();
    shifts
}

/// Hours from `mon-fri 09:00-12:00 13:00-17:00` and, for a date, `2026-12-24 …`.
fn plan(lines: &[&str]) -> OpeningHours {
    let mut plan = OpeningHours::default();
    for line in lines {
        let mut words = line.split(' ');
        let day = words.next().unwrap();
        let shifts = shifts(&words.collect::<Vec<_>>());
        match parse_weekdays(day) {
            Some(days) => {
                (0..7).filter(|d| days[*d]).for_each(|d| plan.week[d].clone_from(&shifts))
            }
            None => drop(plan.special_days.insert(parse_day(day).unwrap(), shifts)),
        }
    }
    plan
}

/// The instant of a local time; the earlier one if it occurs twice.
fn at(zone: &str, text: &str) -> EventTime {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    let local: DateTime = text.parse().unwrap();
    let instant = zone.to_ambiguous_timestamp(local).earlier().unwrap();
    EventTime::from_micros(instant.as_microsecond())
}

fn office_hours() -> Calendar {
    plan(&["mon-fri 09:00-17:00"]).calendar("office", "UTC").unwrap()
}

#[test]
fn due_times_equal_the_published_examples() {
    // 2026-11-27 is a Friday.
    let cases = [
        (
            "30 min, arriving Fri 16:45",
            "2026-11-27T16:45",
            30 * TimeDelta::MINUTE,
            "2026-11-30T09:15",
        ),
        ("1 h, arriving Fri 16:30", "2026-11-27T16:30", TimeDelta::HOUR, "2026-11-30T09:30"),
        (
            "30 min to the end of the day",
            "2026-11-27T16:30",
            30 * TimeDelta::MINUTE,
            "2026-11-27T17:00",
        ),
        ("1 h, arriving on Saturday", "2026-11-28T12:00", TimeDelta::HOUR, "2026-11-30T10:00"),
        ("two weeks of hours", "2026-11-30T09:00", 80 * TimeDelta::HOUR, "2026-12-11T17:00"),
        ("no time at all", "2026-11-28T12:00", TimeDelta::ZERO, "2026-11-28T12:00"),
    ];
    for (name, start, duration, due) in cases {
        let (start, due) = (at("UTC", start), at("UTC", due));
        assert_eq!(office_hours().due(start, duration), due, "{name}");
    }
}

#[test]
fn time_before_opening_does_not_count() {
    // Arriving 08:00 before opening at 09:00 and answered 09:20: 20 minutes.
    let (from, to) = (at("UTC", "2026-11-23T08:00"), at("UTC", "2026-11-23T09:20"));
    assert_eq!(office_hours().elapsed(from, to), 20 * TimeDelta::MINUTE);
    // A bot hands over at 11:02, the agent answers at 11:30: 28 minutes.
    let (from, to) = (at("UTC", "2026-11-23T11:02"), at("UTC", "2026-11-23T11:30"));
    assert_eq!(office_hours().elapsed(from, to), 28 * TimeDelta::MINUTE);
    assert_eq!(office_hours().elapsed(to, from), TimeDelta::ZERO);
}

#[test]
fn a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn() {
    let nights = plan(&["daily 22:00-06:00"]).calendar("nights", "Europe/Berlin").unwrap();
    let day = |text: &str| at("Europe/Berlin", text);
    let cases = [
        ("2026-03-27T12:00", "2026-03-28T12:00", 8),
        ("2026-03-28T12:00", "2026-03-29T12:00", 7),
        ("2026-10-24T12:00", "2026-10-25T12:00", 9),
    ];
    for (from, to, hours) in cases {
        assert_eq!(nights.elapsed(day(from), day(to)), hours * TimeDelta::HOUR, "{from}");
    }
}

#[test]
fn holidays_have_no_shifts_and_special_days_their_own() {
    let lines =
        ["mon-fri 09:00-17:00", "12-25", "2026-12-24 09:00-12:00", "2026-12-26 10:00-11:00"];
    let calendar = plan(&lines).calendar("christmas", "Europe/London").unwrap();
    let hours = |day: &str| {
        let from = at("Europe/London", &format!("{day}T00:00"));
        calendar.elapsed(from, from + TimeDelta::DAY) / TimeDelta::HOUR
    };
    let cases = [
        ("2026-12-23", 8),
        ("2026-12-24", 3),
        ("2026-12-25", 0),
        ("2026-12-26", 1),
        ("2030-12-25", 0),
    ];
    for (day, expected) in cases {
        assert_eq!(hours(day), expected, "{day}");
    }
}

#[test]
fn a_day_that_a_country_skips_has_no_shift() {
    // Samoa went from 29 to 31 December 2011.
    let calendar = plan(&["daily 09:00-17:00"]).calendar("apia", "Pacific/Apia").unwrap();
    let (from, to) =
        (at("Pacific/Apia", "2011-12-29T00:00"), at("Pacific/Apia", "2012-01-01T00:00"));
    assert_eq!(calendar.elapsed(from, to), 16 * TimeDelta::HOUR);
}

#[test]
fn all_time_is_open_outside_of_the_unrolled_years() {
    let always = Calendar::always();
    for start in [i64::MIN / 2, -1, 0, 1, i64::MAX / 2].map(EventTime::from_micros) {
        assert_eq!(always.due(start, TimeDelta::SECOND), start + TimeDelta::SECOND);
        assert_eq!(always.elapsed(start, start + TimeDelta::SECOND), TimeDelta::SECOND);
        assert!(always.is_open(start));
    }
    let office_hours = office_hours();
    let late = at("UTC", "2060-01-01T00:00");
    assert_eq!(office_hours.due(late, TimeDelta::HOUR), late + TimeDelta::HOUR);
    let early = at("UTC", "1999-01-01T00:00");
    assert_eq!(office_hours.due(early, TimeDelta::HOUR), early + TimeDelta::HOUR);
    assert_eq!(office_hours.due(EventTime::MAX, TimeDelta::MAX), EventTime::MAX);
    assert_eq!(office_hours.elapsed(EventTime::MIN, EventTime::MAX), TimeDelta::MAX);
}

/// The model: whether each minute is open, by the local time that jiff returns.
struct Wall {
    begin: EventTime,
    /// Whether each minute is open.
    open: Vec<bool>,
}

impl Wall {
    /// Steps through every minute. A shift begins when local time first reaches its begin and ends
    /// when local time first reaches its end.
    fn new(plan: &OpeningHours, zone: &str, begin: EventTime, minutes: usize) -> Self {
        let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
        let lead = 3 * 1440;
        let mut latest = DateTime::MIN;
        let mut open = Vec::with_capacity(minutes);
        for minute in -lead..minutes as i64 {
            let now = (begin + minute * TimeDelta::MINUTE).as_micros();
            let now = jiff::Timestamp::from_microsecond(now).unwrap();
            latest = latest.max(zone.to_datetime(now));
            if minute >= 0 {
                open.push(is_open(plan, latest));
            }
        }
        Self { begin, open }
    }

    fn due(&self, start: usize, duration: i64) -> Option<EventTime> {
        let mut left = duration;
        for (minute, is_open) in self.open.iter().enumerate().skip(start) {
            if left == 0 {
                return Some(self.begin + minute as i64 * TimeDelta::MINUTE);
            }
            left -= i64::from(*is_open);
        }
        None
    }
}

/// Whether a shift of this day or of the two days before contains the instant.
fn is_open(plan: &OpeningHours, now: DateTime) -> bool {
    let minute = i64::from(now.hour()) * 60 + i64::from(now.minute());
    (0..3).any(|back| {
        let date = now.date().checked_sub(jiff::Span::new().days(back)).unwrap();
        let shown = minute + back * 24 * 60;
        let once = plan.special_days.get(&CalendarDay::Once(day_number(date)));
        let yearly = plan.special_days.get(&CalendarDay::Yearly(date.month(), date.day()));
        let weekday = match date.weekday() {
            Weekday::Monday => 0,
            Weekday::Tuesday => 1,
            Weekday::Wednesday => 2,
            Weekday::Thursday => 3,
            Weekday::Friday => 4,
            Weekday::Saturday => 5,
            Weekday::Sunday => 6,
        };
        let shifts = once.or(yearly).unwrap_or(&plan.week[weekday]);
        shifts.iter().any(|shift| shift.begin <= shown && shown < shift.end)
    })
}

/// Zones with clock changes in both hemispheres, of half an hour, at midnight, around Ramadan, of a
/// whole day, and without any.
const ZONES: [(&str, &str); 9] = [
    ("Europe/Berlin", "2026-03-27T00:00"),
    ("Europe/Berlin", "2026-10-23T00:00"),
    ("America/New_York", "2026-03-06T00:00"),
    ("America/New_York", "2026-10-30T00:00"),
    ("Australia/Lord_Howe", "2026-04-03T00:00"),
    ("America/Santiago", "2026-09-04T00:00"),
    ("Africa/Casablanca", "2026-02-13T00:00"),
    ("Pacific/Apia", "2011-12-28T00:00"),
    ("Asia/Kolkata", "2026-12-30T00:00"),
];

fn some_shifts() -> impl Strategy<Value = Vec<Shift>> {
    let whole = (0..1440_i64, 1..1000_i64, 0..600_i64, 1..600_i64);
    let split = whole.prop_map(|(begin, long, pause, second)| {
        let first = Shift { begin, end: begin + long };
        let begin = first.end + pause;
        // The second shift begins on the same day, or there is none.
        let second = (begin < 1440).then_some(Shift { begin, end: begin + second });
        [Some(first), second].into_iter().flatten().collect()
    });
    prop_oneof![2 => split, 1 => Just(vec![Shift { begin: 0, end: 1440 }]), 1 => Just(Vec::new()),
                1 => Just(vec![Shift { begin: 540, end: 720 }, Shift { begin: 780, end: 1020 }])]
}

fn some_plan() -> impl Strategy<Value = OpeningHours> {
    let week = prop::array::uniform7(some_shifts());
    let named = prop::collection::btree_map(0..9_i64, some_shifts(), 0..3);
    (week, named).prop_map(|(week, named)| {
        let days =
            named.into_iter().map(|(day, shifts)| (CalendarDay::Once(day), shifts)).collect();
        OpeningHours { week, special_days: days }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn due_and_elapsed_agree_with_a_model_that_steps_through_every_minute(
        (zone, first) in prop::sample::select(&ZONES[..]),
        mut plan in some_plan(),
        starts in prop::collection::vec((0..4 * 1440_usize, 0..3000_i64, 0..4 * 1440_usize), 40),
    ) {
        let begin = at(zone, first);
        // Named days are counted from the beginning.
        let day = local_day(begin, zone);
        plan.special_days = std::mem::take(&mut plan.special_days).into_iter().map(|(named, shifts)| match named {
            CalendarDay::Once(place) => (CalendarDay::Once(day + place), shifts),
            yearly @ CalendarDay::Yearly(..) => (yearly, shifts),
        }).collect();
        let calendar = plan.calendar("any", zone).unwrap();
        let wall = Wall::new(&plan, zone, begin, 8 * 1440);
        for (start, duration, other) in starts {
            let from = begin + start as i64 * TimeDelta::MINUTE;
            prop_assert_eq!(calendar.is_open(from), wall.open[start], "open {} of {}", start, zone);
            if let Some(due) = wall.due(start, duration) {
                // The model counts whole minutes, so its due time may be later.
                let last = calendar.due(from, duration * TimeDelta::MINUTE);
                let naive = if duration == 0 { from } else { due };
                prop_assert!(last <= naive, "due {} {}", start, duration);
                prop_assert_eq!(calendar.elapsed(last, naive), TimeDelta::ZERO);
                prop_assert_eq!(calendar.elapsed(from, last), duration * TimeDelta::MINUTE);
                // The due time is the first such instant: a microsecond earlier, less has passed.
                prop_assert!(duration == 0 || calendar.elapsed(from, last - MICROSECOND) < duration * TimeDelta::MINUTE);
            }
            let (low, high) = (start.min(other), start.max(other));
            let counted = wall.open[low..high].iter().filter(|is_open| **is_open).count() as i64;
            let (low, high) = (begin + low as i64 * TimeDelta::MINUTE, begin + high as i64 * TimeDelta::MINUTE);
            prop_assert_eq!(calendar.elapsed(low, high), counted * TimeDelta::MINUTE, "{}", zone);
        }
    }

    #[test]
    fn the_open_time_until_the_due_time_is_the_duration(
        plan in some_plan(),
        start in 1_700_000_000_000_000_i64..1_900_000_000_000_000,
        duration in 1..2_000_000_000_000_i64,
    ) {
        let (start, duration) = (EventTime::from_micros(start), TimeDelta::from_micros(duration));
        let calendar = plan.calendar("any", "Europe/London").unwrap();
        let due = calendar.due(start, duration);
        prop_assert_eq!(calendar.elapsed(start, due), duration);
        prop_assert!(calendar.is_open(due - MICROSECOND));
        prop_assert_eq!(calendar.due(start, calendar.elapsed(start, due)), due);
    }
}
