//! A whole trial: many tenants, every rule, every threshold.

use super::{Plan, Point, Rule, Tally, Tenant, Track, tally, tracks};
use crate::Config;

/// How large a trial is.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// Mean mentions an hour of the tenants.
    pub rates: Vec<f64>,
    /// How far their rates wander and how many mentions each brings: one tenant for each rate and
    /// each of these.
    pub manners: Vec<(f64, f64)>,
    /// Weeks before those that count.
    pub history: usize,
    /// Weeks without an outbreak.
    pub calm: usize,
    /// Weeks with an outbreak about every four days.
    pub restless: usize,
}

impl Size {
    /// Twelve tenants of 15 to 900 mentions an hour, from regular to rough, over thirteen weeks.
    #[must_use]
    pub fn full() -> Self {
        Self {
            rates: vec![15.0, 60.0, 240.0, 900.0],
            manners: vec![(0.08, 0.1), (0.15, 0.25), (0.25, 0.4)],
            history: 15,
            calm: 5,
            restless: 8,
        }
    }

    /// Three tenants, for a test.
    #[must_use]
    pub fn small() -> Self {
        let manners = vec![(0.15, 0.25)];
        Self { rates: vec![30.0, 120.0, 480.0], manners, history: 15, calm: 3, restless: 6 }
    }
}

/// Ours beside a published rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The rule at one threshold.
    pub rule: Point,
    /// Whether that is the threshold it is published with, or the one that serves it best while it
    /// cries wolf at most once a month and tenant.
    pub is_published: bool,
    /// Ours at the threshold that serves it best with no more false alarms.
    pub ours: Point,
}

/// The outcome of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How many tenants, each of six series.
    pub tenants: usize,
    /// How many outbreaks.
    pub outbreaks: usize,
    /// Tenant-months in which an alarm would have been false.
    pub months: f64,
    /// Ours as shipped.
    pub shipped: Point,
    /// Ours as shipped: false alarms in the weeks without an outbreak.
    pub calm_alarms: u32,
    /// Ours as shipped: the most false alarms a month that any tenant had.
    pub worst: f64,
    /// Beside the published rules.
    pub rows: Vec<Row>,
    /// Every rule at every threshold, in the order of [`Rule::ALL`].
    pub curves: Vec<Vec<Point>>,
}

impl Report {
    /// Runs a trial; `progress` hears of each tenant that is done.
    #[must_use]
    pub fn new(seed: u64, size: &Size, config: &Config, progress: &mut dyn FnMut(usize)) -> Self {
        let mut curves: Vec<Vec<(f64, Tally)>> = Rule::ALL.map(zeroed).to_vec();
        let (mut worst, mut tenants) = (0.0, 0);
        for rate in &size.rates {
            for (wander, brings) in &size.manners {
                let seed = seed.wrapping_mul(1000).wrapping_add(tenants as u64);
                let Size { history, calm, restless, .. } = *size;
                let plan = Plan {
                    seed,
                    rate: *rate,
                    wander: *wander,
                    brings: *brings,
                    history,
                    calm,
                    restless,
                };
                let own = measure(&Tenant::new(&plan), config, &mut curves);
                worst = f64::max(worst, own.point(Rule::Evidence, config.open_at).false_alarms);
                tenants += 1;
                progress(tenants);
            }
        }
        Self::of(seed, tenants, worst, config, &curves)
    }

    fn of(
        seed: u64,
        tenants: usize,
        worst: f64,
        config: &Config,
        all: &[Vec<(f64, Tally)>],
    ) -> Self {
        let points = |(rule, curve): (&Rule, &Vec<(f64, Tally)>)| -> Vec<Point> {
            curve.iter().map(|(threshold, tally)| tally.point(*rule, *threshold)).collect()
        };
        let curves: Vec<Vec<Point>> = Rule::ALL.iter().zip(all).map(points).collect();
        let shipped = all[0].iter().find(|(threshold, _)| *threshold == config.open_at);
        let shipped = shipped.map(|(_, tally)| tally.clone()).unwrap_or_default();
        Self {
            seed,
            tenants,
            outbreaks: shipped.delays.len(),
            months: shipped.months,
            calm_alarms: shipped.calm_alarms,
            worst,
            rows: rows(&curves),
            shipped: shipped.point(Rule::Evidence, config.open_at),
            curves,
        }
    }
}

fn zeroed(rule: Rule) -> Vec<(f64, Tally)> {
    rule.thresholds().into_iter().map(|threshold| (threshold, Tally::default())).collect()
}

/// Adds a tenant to the curves; returns the tally of ours as shipped.
fn measure(tenant: &Tenant, config: &Config, curves: &mut [Vec<(f64, Tally)>]) -> Tally {
    let all: Vec<Vec<Track>> =
        tenant.counts.iter().map(|counts| tracks(counts, tenant.start, config)).collect();
    for (place, curve) in curves.iter_mut().enumerate() {
        let own: Vec<&Track> = all.iter().map(|tracks| &tracks[place]).collect();
        for (threshold, sum) in curve {
            sum.add(tally(tenant, &own, *threshold));
        }
    }
    let ours: Vec<&Track> = all.iter().map(|tracks| &tracks[0]).collect();
    tally(tenant, &ours, config.open_at)
}

fn rows(curves: &[Vec<Point>]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (rule, curve) in Rule::ALL.iter().zip(curves).skip(1) {
        let published = rule.published();
        let own = curve.iter().filter(|point| published.contains(&point.threshold));
        let best = best(curve, 1.0);
        for (rule, is_published) in own.map(|own| (own, true)).chain(best.map(|best| (best, false)))
        {
            let Some(ours) = self::best(&curves[0], rule.false_alarms) else { continue };
            rows.push(Row { rule: rule.clone(), is_published, ours: ours.clone() });
        }
    }
    rows
}

/// The point of least delay among those with at most so many false alarms; of equals, the one that
/// notices most.
fn best(curve: &[Point], false_alarms: f64) -> Option<&Point> {
    let allowed = curve.iter().filter(|point| point.false_alarms <= false_alarms);
    let delay = |point: &Point| point.median.unwrap_or(u32::MAX);
    allowed.min_by(|a, b| delay(a).cmp(&delay(b)).then(b.noticed.total_cmp(&a.noticed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The claim, held at a size that a test can run: at most one false alarm a month and tenant,
    /// and a shorter median delay than every published rule at no more false alarms than it has.
    #[test]
    fn outbreaks_are_noticed_sooner_than_by_any_published_rule_with_no_more_false_alarms() {
        let report = Report::new(2026, &Size::small(), &Config::default(), &mut |_| {});
        assert!(report.outbreaks >= 24, "{}", report.outbreaks);
        assert!(report.shipped.false_alarms <= 1.0, "{:?}", report.shipped);
        let (rules, best) = (report.rows.len(), |row: &Row| row.ours.median.unwrap_or(u32::MAX));
        assert_eq!(rules, 10, "four rules, six published thresholds, four tuned ones");
        for row in &report.rows {
            assert!(row.ours.false_alarms <= row.rule.false_alarms, "{row:?}");
            assert!(best(row) < row.rule.median.unwrap_or(u32::MAX), "{row:?}");
        }
    }

    #[test]
    fn a_trial_repeats_itself_to_the_bit() {
        let size = Size { rates: vec![60.0], calm: 1, restless: 1, ..Size::small() };
        let run = |seed| Report::new(seed, &size, &Config::default(), &mut |_| {});
        assert_eq!(run(5), run(5));
        assert_ne!(run(5).curves, run(6).curves);
    }
}
