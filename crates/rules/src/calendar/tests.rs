//! The published examples, and a model that looks at every minute.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

use super::*;

const MINUTE: Micros = 60_000_000;
const HOUR: Micros = 60 * MINUTE;

fn shifts(texts: &[&str]) -> Vec<Period> {
    let mut shifts: Vec<Period> = texts.iter().map(|text| period(text).unwrap()).collect();
    shifts.sort();
    shifts
}

/// A plan from `mon-fri 09:00-12:00 13:00-17:00` and, for a single day, `2026-12-24 …`.
fn plan(lines: &[&str]) -> Plan {
    let mut plan = Plan::default();
    for line in lines {
        let mut words = line.split(' ');
        let day = words.next().unwrap();
        let shifts = shifts(&words.collect::<Vec<_>>());
        match days(day) {
            Some(days) => {
                (0..7).filter(|d| days[*d]).for_each(|d| plan.week[d].clone_from(&shifts))
            }
            None => drop(plan.days.insert(date(day).unwrap(), shifts)),
        }
    }
    plan
}

/// A moment by the clock of a zone; the earlier one where it is shown twice.
fn at(zone: &str, text: &str) -> Micros {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    let local: DateTime = text.parse().unwrap();
    zone.to_ambiguous_timestamp(local).earlier().unwrap().as_microsecond()
}

fn office() -> Calendar {
    plan(&["mon-fri 09:00-17:00"]).calendar("office", "UTC").unwrap()
}

#[test]
fn the_published_examples_come_out() {
    // 2026-11-27 is a Friday.
    let cases = [
        ("30 min, arriving Fri 16:45", "2026-11-27T16:45", 30 * MINUTE, "2026-11-30T09:15"),
        ("1 h, arriving Fri 16:30", "2026-11-27T16:30", HOUR, "2026-11-30T09:30"),
        ("30 min to the end of the day", "2026-11-27T16:30", 30 * MINUTE, "2026-11-27T17:00"),
        ("1 h, arriving on Saturday", "2026-11-28T12:00", HOUR, "2026-11-30T10:00"),
        ("two weeks of hours", "2026-11-30T09:00", 80 * HOUR, "2026-12-11T17:00"),
        ("no time at all", "2026-11-28T12:00", 0, "2026-11-28T12:00"),
    ];
    for (told, start, lasting, due) in cases {
        let (start, due) = (at("UTC", start), at("UTC", due));
        assert_eq!(office().due(start, lasting), due, "{told}");
    }
}

#[test]
fn time_before_opening_does_not_count() {
    // Arriving 08:00 before opening at 09:00 and answered 09:20: 20 minutes.
    let (from, to) = (at("UTC", "2026-11-23T08:00"), at("UTC", "2026-11-23T09:20"));
    assert_eq!(office().elapsed(from, to), 20 * MINUTE);
    // A bot hands over at 11:02, the agent answers at 11:30: 28 minutes.
    let (from, to) = (at("UTC", "2026-11-23T11:02"), at("UTC", "2026-11-23T11:30"));
    assert_eq!(office().elapsed(from, to), 28 * MINUTE);
    assert_eq!(office().elapsed(to, from), 0);
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
        assert_eq!(nights.elapsed(day(from), day(to)), hours * HOUR, "{from}");
    }
}

#[test]
fn holidays_have_no_shifts_and_special_days_their_own() {
    let lines =
        ["mon-fri 09:00-17:00", "12-25", "2026-12-24 09:00-12:00", "2026-12-26 10:00-11:00"];
    let calendar = plan(&lines).calendar("christmas", "Europe/London").unwrap();
    let hours = |day: &str| {
        let from = at("Europe/London", &format!("{day}T00:00"));
        calendar.elapsed(from, from + DAY) / HOUR
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
    assert_eq!(calendar.elapsed(from, to), 16 * HOUR);
}

#[test]
fn clocks_run_day_and_night_where_nothing_is_known() {
    let always = Calendar::always();
    for start in [Micros::MIN / 2, -1, 0, 1, Micros::MAX / 2] {
        assert_eq!(always.due(start, 5), start + 5);
        assert_eq!(always.elapsed(start, start + 5), 5);
        assert!(always.is_open(start));
    }
    let office = office();
    let late = at("UTC", "2060-01-01T00:00");
    assert_eq!(office.due(late, HOUR), late + HOUR);
    let early = at("UTC", "1999-01-01T00:00");
    assert_eq!(office.due(early, HOUR), early + HOUR);
    assert_eq!(office.due(Micros::MAX, Micros::MAX), Micros::MAX);
    assert_eq!(office.elapsed(Micros::MIN, Micros::MAX), Micros::MAX);
}

/// The offsets of a wall clock as jiff tells them, minute by minute.
struct Wall {
    begin: Micros,
    /// For each minute whether it is open.
    open: Vec<bool>,
}

impl Wall {
    /// Looks at every minute: a shift has begun when the clock on the wall has once shown its begin
    /// or later, and has ended when it has once shown its end.
    fn new(plan: &Plan, zone: &str, begin: Micros, minutes: usize) -> Self {
        let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
        let lead = 3 * DAY / MINUTE;
        let mut latest = DateTime::MIN;
        let mut open = Vec::with_capacity(minutes);
        for minute in -lead..minutes as i64 {
            let now = jiff::Timestamp::from_microsecond(begin + minute * MINUTE).unwrap();
            latest = latest.max(zone.to_datetime(now));
            if minute >= 0 {
                open.push(is_open(plan, latest));
            }
        }
        Self { begin, open }
    }

    fn due(&self, start: usize, lasting: i64) -> Option<Micros> {
        let mut left = lasting;
        for (minute, is_open) in self.open.iter().enumerate().skip(start) {
            if left == 0 {
                return Some(self.begin + minute as i64 * MINUTE);
            }
            left -= i64::from(*is_open);
        }
        None
    }
}

/// Whether a shift of this day or of the two before holds the moment.
fn is_open(plan: &Plan, now: DateTime) -> bool {
    let minute = i64::from(now.hour()) * 60 + i64::from(now.minute());
    (0..3).any(|back| {
        let date = now.date().checked_sub(jiff::Span::new().days(back)).unwrap();
        let shown = minute + back * 24 * 60;
        let once = plan.days.get(&Day::Once(number(date)));
        let yearly = plan.days.get(&Day::Yearly(date.month(), date.day()));
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

/// Zones with clock changes north and south, by half an hour, at midnight, by religion, by a day,
/// and without any.
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

fn some_shifts() -> impl Strategy<Value = Vec<Period>> {
    let whole = (0..1440_i64, 1..1000_i64, 0..600_i64, 1..600_i64);
    let split = whole.prop_map(|(begin, long, pause, second)| {
        let first = Period { begin, end: begin + long };
        let begin = first.end + pause;
        // The second shift begins on the same day, or there is none.
        let second = (begin < 1440).then_some(Period { begin, end: begin + second });
        [Some(first), second].into_iter().flatten().collect()
    });
    prop_oneof![2 => split, 1 => Just(vec![Period { begin: 0, end: 1440 }]), 1 => Just(Vec::new()),
                1 => Just(vec![Period { begin: 540, end: 720 }, Period { begin: 780, end: 1020 }])]
}

fn some_plan() -> impl Strategy<Value = Plan> {
    let week = prop::array::uniform7(some_shifts());
    let named = prop::collection::btree_map(0..9_i64, some_shifts(), 0..3);
    (week, named).prop_map(|(week, named)| {
        let days = named.into_iter().map(|(day, shifts)| (Day::Once(day), shifts)).collect();
        Plan { week, days }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn deadlines_and_spans_are_those_of_a_model_that_looks_at_every_minute(
        (zone, first) in prop::sample::select(&ZONES[..]),
        mut plan in some_plan(),
        starts in prop::collection::vec((0..4 * 1440_usize, 0..3000_i64, 0..4 * 1440_usize), 40),
    ) {
        let begin = at(zone, first);
        // Named days are counted from the beginning.
        let day = day_of(begin, zone);
        plan.days = std::mem::take(&mut plan.days).into_iter().map(|(named, shifts)| match named {
            Day::Once(place) => (Day::Once(day + place), shifts),
            yearly @ Day::Yearly(..) => (yearly, shifts),
        }).collect();
        let calendar = plan.calendar("any", zone).unwrap();
        let wall = Wall::new(&plan, zone, begin, 8 * 1440);
        for (start, lasting, other) in starts {
            let from = begin + start as i64 * MINUTE;
            prop_assert_eq!(calendar.is_open(from), wall.open[start], "open {} of {}", start, zone);
            if let Some(due) = wall.due(start, lasting) {
                // The model counts whole minutes: it is due when the last of them is over.
                let last = calendar.due(from, lasting * MINUTE);
                let naive = if lasting == 0 { from } else { due };
                prop_assert!(last <= naive, "due {} {}", start, lasting);
                prop_assert_eq!(calendar.elapsed(last, naive), 0);
                prop_assert_eq!(calendar.elapsed(from, last), lasting * MINUTE);
                // The first moment at which so much has passed: a microsecond before it has not.
                prop_assert!(lasting == 0 || calendar.elapsed(from, last - 1) < lasting * MINUTE);
            }
            let (low, high) = (start.min(other), start.max(other));
            let counted = wall.open[low..high].iter().filter(|is_open| **is_open).count() as i64;
            let (low, high) = (begin + low as i64 * MINUTE, begin + high as i64 * MINUTE);
            prop_assert_eq!(calendar.elapsed(low, high), counted * MINUTE, "{}", zone);
        }
    }

    #[test]
    fn what_is_due_at_any_microsecond_has_passed_by_then(
        plan in some_plan(),
        start in 1_700_000_000_000_000_i64..1_900_000_000_000_000,
        lasting in 1..2_000_000_000_000_i64,
    ) {
        let calendar = plan.calendar("any", "Europe/London").unwrap();
        let due = calendar.due(start, lasting);
        prop_assert_eq!(calendar.elapsed(start, due), lasting);
        prop_assert!(calendar.is_open(due - 1));
        prop_assert_eq!(calendar.due(start, calendar.elapsed(start, due)), due);
    }
}
