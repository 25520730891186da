//! What a series takes for usual, and what it does not.

use mention::Facet;

use super::*;
use crate::Planned;
use crate::trial::Random;

const WEEK: i64 = 168 * 60;

/// A series with Poisson counts of this rate an hour, by hour of the day, for some weeks.
fn learnt(weeks: i64, rate: impl Fn(i64) -> f64) -> (Series, Random) {
    let (mut series, mut random) = (Series::new(0), Random::seeded(11));
    hear(&mut series, &mut random, 0..weeks * WEEK, rate);
    (series, random)
}

/// Hears Poisson counts of this rate an hour, by minute; returns the most evidence on the way.
fn hear(
    series: &mut Series,
    random: &mut Random,
    minutes: std::ops::Range<i64>,
    rate: impl Fn(i64) -> f64,
) -> f64 {
    let (plans, config, mut most) = (Plans::default(), Config::default(), 0.0);
    for minute in minutes {
        series.hear(minute, random.poisson(rate(minute) / 60.0), &plans);
        most = f64::max(most, series.read(&plans, &config).evidence);
    }
    most
}

fn day(minute: i64) -> f64 {
    if (8..20).contains(&(minute / 60 % 24)) { 60.0 } else { 6.0 }
}

/// The evidence at which an incident opens.
fn opens() -> f64 {
    Config::default().open_at
}

#[test]
fn the_morning_rush_is_usual_and_the_same_at_night_is_not() {
    let (mut series, mut random) = learnt(6, day);
    let quiet = hear(&mut series, &mut random, 6 * WEEK..7 * WEEK, day);
    assert!(quiet < opens(), "{quiet}");
    let night = 7 * WEEK + 2 * 60;
    hear(&mut series, &mut random, 7 * WEEK..night, day);
    let loud = hear(&mut series, &mut random, night..night + 20, |_| 60.0);
    assert!(loud > opens(), "{loud}");
}

#[test]
fn a_tenfold_rate_is_noticed_within_minutes() {
    let (mut series, mut random) = learnt(6, day);
    let noon = 6 * WEEK + 12 * 60;
    hear(&mut series, &mut random, 6 * WEEK..noon, day);
    let loud = hear(&mut series, &mut random, noon..noon + 4, |_| 600.0);
    assert!(loud > opens(), "{loud}");
}

#[test]
fn an_incident_of_a_day_does_not_become_the_new_usual() {
    let (calm, _) = learnt(8, day);
    let during =
        |minute: i64| if (6 * WEEK..6 * WEEK + 1440).contains(&minute) { 10.0 } else { 1.0 };
    let (after, _) = learnt(8, |minute| during(minute) * day(minute));
    for hour in [12, 36, 60] {
        let (without, with) = (calm.rates.of_hour(hour), after.rates.of_hour(hour));
        let (without, with) =
            (without * calm.learnt.level.factor(), with * after.learnt.level.factor());
        assert!(with / without < 1.35, "hour {hour}: {with} instead of {without}");
    }
    assert!(after.learnt.dispersion.drift() < 0.05, "{}", after.learnt.dispersion.drift());
}

#[test]
fn a_lasting_change_is_the_new_usual_within_weeks() {
    let (mut series, mut random) = learnt(6, day);
    let twice = |minute| 2.0 * day(minute);
    let first = hear(&mut series, &mut random, 6 * WEEK..7 * WEEK, twice);
    assert!(first > opens(), "{first}");
    hear(&mut series, &mut random, 7 * WEEK..10 * WEEK, twice);
    let later = hear(&mut series, &mut random, 10 * WEEK..11 * WEEK, twice);
    assert!(later < opens(), "{later}");
}

#[test]
fn hours_without_a_feed_teach_nothing() {
    let (mut series, mut random) = learnt(6, day);
    let (before, drift) = (series.learnt.season.clone(), series.learnt.dispersion.drift());
    let noon = 6 * WEEK + 12 * 60;
    hear(&mut series, &mut random, 6 * WEEK..noon, day);
    hear(&mut series, &mut random, noon..noon + 360, |_| 0.0);
    let back = hear(&mut series, &mut random, noon + 360..7 * WEEK, day);
    assert!(back < opens(), "{back}");
    for hour in 12..18 {
        assert_eq!(series.learnt.season.sums[hour], before.sums[hour], "{hour}");
    }
    assert!(series.learnt.dispersion.drift() < drift + 0.01);
}

#[test]
fn a_planned_event_raises_what_is_usual_and_teaches_nothing() {
    let (mut series, mut random) = learnt(6, |_| 30.0);
    let config = Config::default();
    let event = Planned {
        name: "advert".into(),
        tenant: "northline".into(),
        facet: Facet::All,
        value: String::new(),
        from: 6 * WEEK,
        to: 6 * WEEK + 120,
        times: 4.0,
    };
    let all = [event];
    let plans = Plans::of(&all, "northline", Facet::All, "");
    let (mut with, mut without) = (0.0, 0.0);
    for minute in 6 * WEEK..6 * WEEK + 120 {
        series.hear(minute, random.poisson(4.0 * 30.0 / 60.0), &plans);
        with = f64::max(with, series.read(&plans, &config).evidence);
        without = f64::max(without, series.read(&Plans::default(), &config).evidence);
    }
    assert!(with < opens() && without > opens(), "{with} {without}");
    series.advance(6 * WEEK + 185, &plans);
    assert!((series.learnt.level.factor() - 1.0).abs() < 0.15, "{}", series.learnt.level.factor());
}

#[test]
fn a_facet_never_heard_of_needs_more_than_a_handful() {
    let (plans, config) = (Plans::default(), Config::default());
    let mut series = Series::new(0);
    let mut spoken = Vec::new();
    for minute in 0..30 {
        series.hear(minute, 1, &plans);
        spoken.push(series.read(&plans, &config).evidence > opens());
    }
    assert!(!spoken[4] && spoken[29], "{spoken:?}");
}

#[test]
fn it_does_not_matter_how_late_silence_is_told() {
    let (series, _) = learnt(3, day);
    let (plans, config) = (Plans::default(), Config::default());
    let (mut at_once, mut by_minutes) = (series.clone(), series);
    at_once.advance(3 * WEEK + 700, &plans);
    (3 * WEEK..=3 * WEEK + 700).for_each(|minute| by_minutes.advance(minute, &plans));
    assert_eq!(at_once.learnt.season, by_minutes.learnt.season);
    assert_eq!(at_once.recent, by_minutes.recent);
    assert_eq!(at_once.read(&plans, &config), by_minutes.read(&plans, &config));
}
