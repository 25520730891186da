//! A complete trial: every rule at every threshold over many tenants.

use super::{
    AlarmCounts, DetectionRule, OperatingPoint, RuleScores, SimulatedTenant, TenantSpec,
    count_alarms, score_series,
};
use crate::Config;

/// The size of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialSize {
    /// Mean rates of the tenants, in mentions per hour.
    pub rates: Vec<f64>,
    /// Pairs of [`TenantSpec::rate_deviation`] and [`TenantSpec::offspring`]. The trial has one
    /// tenant for each rate and pair.
    pub variability: Vec<(f64, f64)>,
    /// Weeks of history before the evaluated ones.
    pub history_weeks: usize,
    /// Weeks without an outbreak.
    pub calm_weeks: usize,
    /// Weeks with an outbreak about every four days.
    pub outbreak_weeks: usize,
}

impl TrialSize {
    /// Twelve tenants of 15 to 900 mentions an hour, from regular to rough, over thirteen weeks.
    #[must_use]
    pub fn full() -> Self {
        Self {
            rates: vec![15.0, 60.0, 240.0, 900.0],
            variability: vec![(0.08, 0.1), (0.15, 0.25), (0.25, 0.4)],
            history_weeks: 15,
            calm_weeks: 5,
            outbreak_weeks: 8,
        }
    }

    /// Three tenants, for a test.
    #[must_use]
    pub fn small() -> Self {
        let variability = vec![(0.15, 0.25)];
        Self {
            rates: vec![30.0, 120.0, 480.0],
            variability,
            history_weeks: 15,
            calm_weeks: 3,
            outbreak_weeks: 6,
        }
    }
}

/// A published rule compared with the detector.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonRow {
    /// The rule at one threshold.
    pub rule: OperatingPoint,
    /// Whether the threshold is the published one; otherwise it is the best one with at most one
    /// false alarm per month and tenant.
    pub is_published: bool,
    /// The detector at its best threshold with no more false alarms than the rule.
    pub harken: OperatingPoint,
}

/// The outcome of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialReport {
    /// The seed.
    pub seed: u64,
    /// Number of tenants, each with six series.
    pub tenants: usize,
    /// Number of outbreaks.
    pub outbreaks: usize,
    /// Tenant-months in which an alarm is false.
    pub months: f64,
    /// The detector at its default threshold.
    pub shipped: OperatingPoint,
    /// Its false alarms in the weeks without an outbreak.
    pub calm_alarms: u32,
    /// Its false alarms per month for the worst tenant.
    pub worst_false_alarms: f64,
    /// The comparison with each published rule.
    pub rows: Vec<ComparisonRow>,
    /// Every rule at every threshold, in the order of [`DetectionRule::ALL`].
    pub curves: Vec<Vec<OperatingPoint>>,
}

impl TrialReport {
    /// Runs a trial; calls `progress` with the number of tenants done after each one.
    #[must_use]
    pub fn new(
        seed: u64,
        size: &TrialSize,
        config: &Config,
        progress: &mut dyn FnMut(usize),
    ) -> Self {
        let mut curves: Vec<Vec<(f64, AlarmCounts)>> = DetectionRule::ALL.map(zeroed).to_vec();
        let (mut worst, mut tenants) = (0.0, 0);
        for rate in &size.rates {
            for (rate_deviation, offspring) in &size.variability {
                let spec = TenantSpec {
                    // A seed of its own for every tenant, so that tenants are independent.
                    seed: seed.wrapping_mul(1000).wrapping_add(tenants as u64),
                    rate: *rate,
                    rate_deviation: *rate_deviation,
                    offspring: *offspring,
                    history_weeks: size.history_weeks,
                    calm_weeks: size.calm_weeks,
                    outbreak_weeks: size.outbreak_weeks,
                };
                let counts = add_tenant(&SimulatedTenant::new(&spec), config, &mut curves);
                worst = f64::max(
                    worst,
                    counts.operating_point(DetectionRule::Evidence, config.open_at).false_alarms,
                );
                tenants += 1;
                progress(tenants);
            }
        }
        Self::from_counts(seed, tenants, worst, config, &curves)
    }

    fn from_counts(
        seed: u64,
        tenants: usize,
        worst_false_alarms: f64,
        config: &Config,
        all: &[Vec<(f64, AlarmCounts)>],
    ) -> Self {
        let points =
            |(rule, curve): (&DetectionRule, &Vec<(f64, AlarmCounts)>)| -> Vec<OperatingPoint> {
                curve
                    .iter()
                    .map(|(threshold, counts)| counts.operating_point(*rule, *threshold))
                    .collect()
            };
        let curves: Vec<Vec<OperatingPoint>> =
            DetectionRule::ALL.iter().zip(all).map(points).collect();
        let shipped = all[0].iter().find(|(threshold, _)| *threshold == config.open_at);
        let shipped = shipped.map(|(_, counts)| counts.clone()).unwrap_or_default();
        Self {
            seed,
            tenants,
            outbreaks: shipped.delays.len(),
            months: shipped.months,
            calm_alarms: shipped.calm_alarms,
            worst_false_alarms,
            rows: rows(&curves),
            shipped: shipped.operating_point(DetectionRule::Evidence, config.open_at),
            curves,
        }
    }
}

fn zeroed(rule: DetectionRule) -> Vec<(f64, AlarmCounts)> {
    rule.thresholds().into_iter().map(|threshold| (threshold, AlarmCounts::default())).collect()
}

/// Adds a tenant to the curves; returns its alarm counts for the detector at the default threshold.
fn add_tenant(
    tenant: &SimulatedTenant,
    config: &Config,
    curves: &mut [Vec<(f64, AlarmCounts)>],
) -> AlarmCounts {
    let all: Vec<Vec<RuleScores>> =
        tenant.counts.iter().map(|counts| score_series(counts, tenant.start, config)).collect();
    for (rule, curve) in curves.iter_mut().enumerate() {
        let by_series: Vec<&RuleScores> = all.iter().map(|scores| &scores[rule]).collect();
        for (threshold, sum) in curve {
            sum.add(count_alarms(tenant, &by_series, *threshold));
        }
    }
    // The default threshold need not be one of the curve's.
    let harken: Vec<&RuleScores> = all.iter().map(|scores| &scores[0]).collect();
    count_alarms(tenant, &harken, config.open_at)
}

/// One row for each published threshold of each rule, and one for its best threshold.
fn rows(curves: &[Vec<OperatingPoint>]) -> Vec<ComparisonRow> {
    let mut rows = Vec::new();
    for (rule, curve) in DetectionRule::ALL.iter().zip(curves).skip(1) {
        let published = rule.published();
        let published = curve
            .iter()
            .filter(|point| published.contains(&point.threshold))
            .map(|point| (point, true));
        let tuned = best(curve, 1.0).map(|point| (point, false));
        for (rule, is_published) in published.chain(tuned) {
            let Some(harken) = best(&curves[0], rule.false_alarms) else { continue };
            rows.push(ComparisonRow { rule: rule.clone(), is_published, harken: harken.clone() });
        }
    }
    rows
}

/// The point with the smallest median delay among those with at most this rate of false alarms; for
/// equal delays, the one that detects most outbreaks.
fn best(curve: &[OperatingPoint], false_alarms: f64) -> Option<&OperatingPoint> {
    let allowed = curve.iter().filter(|point| point.false_alarms <= false_alarms);
    let delay = |point: &OperatingPoint| point.median_delay.unwrap_or(u32::MAX);
    allowed.min_by(|a, b| delay(a).cmp(&delay(b)).then(b.detected.total_cmp(&a.detected)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The claim of docs/explanation/outbreaks.md at a size that a test can run: at most one false alarm per month
    /// and tenant, and a shorter median delay than every published rule at no more false alarms.
    #[test]
    fn the_detector_is_faster_than_every_published_rule_at_no_more_false_alarms() {
        let report = TrialReport::new(2026, &TrialSize::small(), &Config::default(), &mut |_| {});
        assert!(report.outbreaks >= 24, "{}", report.outbreaks);
        assert!(report.shipped.false_alarms <= 1.0, "{:?}", report.shipped);
        let (rules, best) =
            (report.rows.len(), |row: &ComparisonRow| row.harken.median_delay.unwrap_or(u32::MAX));
        assert_eq!(rules, 10, "four rules, six published thresholds, four tuned ones");
        for row in &report.rows {
            assert!(row.harken.false_alarms <= row.rule.false_alarms, "{row:?}");
            assert!(best(row) < row.rule.median_delay.unwrap_or(u32::MAX), "{row:?}");
        }
    }

    #[test]
    fn a_trial_with_the_same_seed_has_the_same_result() {
        let size =
            TrialSize { rates: vec![60.0], calm_weeks: 1, outbreak_weeks: 1, ..TrialSize::small() };
        let run = |seed| TrialReport::new(seed, &size, &Config::default(), &mut |_| {});
        assert_eq!(run(5), run(5));
        assert_ne!(run(5).curves, run(6).curves);
    }
}
