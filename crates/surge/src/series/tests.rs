//! What a series learns, and what it detects.

use mention::Facet;

use super::*;
use crate::PlannedEvent;
use numeric::random::SplitMix64;

const WEEK: i64 = 168 * 60;

/// A series that has learnt Poisson counts of this hourly rate for some weeks.
fn trained_series(weeks: i64, rate: impl Fn(i64) -> f64) -> (Series, SplitMix64) {
    let (mut series, mut random) = (Series::new(0), SplitMix64::seeded(11));
    add_counts(&mut series, &mut random, 0..weeks * WEEK, rate);
    (series, random)
}

/// Adds Poisson counts of this hourly rate, minute by minute; returns the largest log ratio.
fn add_counts(
    series: &mut Series,
    random: &mut SplitMix64,
    minutes: std::ops::Range<i64>,
    rate: impl Fn(i64) -> f64,
) -> f64 {
    let (plans, config, mut most) = (SeriesEvents::default(), Config::default(), 0.0);
    for minute in minutes {
        series.add(minute, random.poisson(rate(minute) / 60.0), &plans);
        most = f64::max(most, series.score(&plans, &config).log_ratio);
    }
    most
}

fn day(minute: i64) -> f64 {
    if (8..20).contains(&(minute / 60 % 24)) { 60.0 } else { 6.0 }
}

/// The log ratio at which an incident opens.
fn threshold() -> f64 {
    Config::default().open_at
}

#[test]
fn the_daily_peak_is_expected_and_the_same_rate_at_night_is_detected() {
    let (mut series, mut random) = trained_series(6, day);
    let quiet = add_counts(&mut series, &mut random, 6 * WEEK..7 * WEEK, day);
    assert!(quiet < threshold(), "{quiet}");
    let night = 7 * WEEK + 2 * 60;
    add_counts(&mut series, &mut random, 7 * WEEK..night, day);
    let log_ratio = add_counts(&mut series, &mut random, night..night + 20, |_| 60.0);
    assert!(log_ratio > threshold(), "{log_ratio}");
}

#[test]
fn a_tenfold_rate_is_detected_within_minutes() {
    let (mut series, mut random) = trained_series(6, day);
    let noon = 6 * WEEK + 12 * 60;
    add_counts(&mut series, &mut random, 6 * WEEK..noon, day);
    let log_ratio = add_counts(&mut series, &mut random, noon..noon + 4, |_| 600.0);
    assert!(log_ratio > threshold(), "{log_ratio}");
}

#[test]
fn an_incident_of_a_day_does_not_raise_the_expected_count() {
    let (calm, _) = trained_series(8, day);
    let during =
        |minute: i64| if (6 * WEEK..6 * WEEK + 1440).contains(&minute) { 10.0 } else { 1.0 };
    let (after, _) = trained_series(8, |minute| during(minute) * day(minute));
    for hour in [12, 36, 60] {
        let (without, with) = (calm.rates.per_hour(hour), after.rates.per_hour(hour));
        let (without, with) =
            (without * calm.model.level.factor(), with * after.model.level.factor());
        assert!(with / without < 1.35, "hour {hour}: {with} instead of {without}");
    }
    assert!(after.model.dispersion.quadratic() < 0.05, "{}", after.model.dispersion.quadratic());
}

#[test]
fn a_lasting_change_is_learnt_within_weeks() {
    let (mut series, mut random) = trained_series(6, day);
    let twice = |minute| 2.0 * day(minute);
    let first = add_counts(&mut series, &mut random, 6 * WEEK..7 * WEEK, twice);
    assert!(first > threshold(), "{first}");
    add_counts(&mut series, &mut random, 7 * WEEK..10 * WEEK, twice);
    let later = add_counts(&mut series, &mut random, 10 * WEEK..11 * WEEK, twice);
    assert!(later < threshold(), "{later}");
}

#[test]
fn a_gap_in_the_feed_is_not_learnt() {
    let (mut series, mut random) = trained_series(6, day);
    let (before, drift) = (series.model.season.clone(), series.model.dispersion.quadratic());
    let noon = 6 * WEEK + 12 * 60;
    add_counts(&mut series, &mut random, 6 * WEEK..noon, day);
    add_counts(&mut series, &mut random, noon..noon + 360, |_| 0.0);
    let back = add_counts(&mut series, &mut random, noon + 360..7 * WEEK, day);
    assert!(back < threshold(), "{back}");
    for hour in 12..18 {
        assert_eq!(series.model.season.sums[hour], before.sums[hour], "{hour}");
    }
    assert!(series.model.dispersion.quadratic() < drift + 0.01);
}

#[test]
fn a_planned_event_raises_the_expected_count_and_is_not_learnt() {
    let (mut series, mut random) = trained_series(6, |_| 30.0);
    let config = Config::default();
    let event = PlannedEvent {
        name: "advert".into(),
        tenant: "northline".into(),
        facet: Facet::All,
        value: String::new(),
        from: 6 * WEEK,
        to: 6 * WEEK + 120,
        factor: 4.0,
    };
    let all = [event];
    let plans = SeriesEvents::for_series(&all, "northline", Facet::All, "");
    let (mut with, mut without) = (0.0, 0.0);
    for minute in 6 * WEEK..6 * WEEK + 120 {
        series.add(minute, random.poisson(4.0 * 30.0 / 60.0), &plans);
        with = f64::max(with, series.score(&plans, &config).log_ratio);
        without = f64::max(without, series.score(&SeriesEvents::default(), &config).log_ratio);
    }
    assert!(with < threshold() && without > threshold(), "{with} {without}");
    series.advance(6 * WEEK + 185, &plans);
    assert!((series.model.level.factor() - 1.0).abs() < 0.15, "{}", series.model.level.factor());
}

#[test]
fn a_new_series_needs_more_than_a_few_mentions() {
    let (plans, config) = (SeriesEvents::default(), Config::default());
    let mut series = Series::new(0);
    let mut exceeds = Vec::new();
    for minute in 0..30 {
        series.add(minute, 1, &plans);
        exceeds.push(series.score(&plans, &config).log_ratio > threshold());
    }
    assert!(!exceeds[4] && exceeds[29], "{exceeds:?}");
}

#[test]
fn silence_gives_the_same_model_in_one_step_or_many() {
    let (series, _) = trained_series(3, day);
    let (plans, config) = (SeriesEvents::default(), Config::default());
    let (mut at_once, mut by_minutes) = (series.clone(), series);
    at_once.advance(3 * WEEK + 700, &plans);
    (3 * WEEK..=3 * WEEK + 700).for_each(|minute| by_minutes.advance(minute, &plans));
    assert_eq!(at_once.model.season, by_minutes.model.season);
    assert_eq!(at_once.recent, by_minutes.recent);
    assert_eq!(at_once.score(&plans, &config), by_minutes.score(&plans, &config));
}
