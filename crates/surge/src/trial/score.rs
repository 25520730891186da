//! Evaluation of a rule at a threshold: detection delay and false alarms.
//!
//! A rule raises an alarm where its score reaches the threshold after at least four hours below it.
//! The alarm detects an outbreak if it is in the series of the outbreak's facet or of everything,
//! from the first minute until a day after the last. Every other alarm is false. This holds for
//! every rule alike.

use super::{DetectionRule, RuleScores, SERIES, SimulatedOutbreak, SimulatedTenant};

/// Minutes below the threshold after which a rule can raise another alarm.
const QUIET_MINUTES: usize = 240;
/// Minutes after an outbreak in which an alarm still detects it, because some rules use a window of
/// a day.
const GRACE_MINUTES: usize = 24 * 60;
/// Minutes in a month.
const MONTH_MINUTES: f64 = 30.0 * 24.0 * 60.0;

/// Alarms of a rule at one threshold, over some tenants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlarmCounts {
    /// Minutes from the start to the first alarm, by outbreak; `None` if undetected.
    pub delays: Vec<Option<u32>>,
    /// Number of false alarms.
    pub false_alarms: u32,
    /// Tenant-months in which an alarm is false.
    pub months: f64,
    /// Number of false alarms before the first outbreak.
    pub calm_alarms: u32,
}

/// The operating point of a rule at a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct OperatingPoint {
    /// The rule.
    pub rule: DetectionRule,
    /// The threshold.
    pub threshold: f64,
    /// False alarms per month and tenant.
    pub false_alarms: f64,
    /// The median delay in minutes, with undetected outbreaks as infinite delays; `None` if at
    /// least half are undetected.
    pub median_delay: Option<u32>,
    /// The 90th percentile of the delay in minutes, likewise.
    pub ninetieth_percentile: Option<u32>,
    /// The share of outbreaks detected.
    pub detected: f64,
}

impl AlarmCounts {
    /// Adds the alarms of other tenants.
    pub fn add(&mut self, other: AlarmCounts) {
        self.delays.extend(other.delays);
        self.false_alarms += other.false_alarms;
        self.calm_alarms += other.calm_alarms;
        self.months += other.months;
    }

    /// The operating point of these alarms.
    #[must_use]
    pub fn operating_point(&self, rule: DetectionRule, threshold: f64) -> OperatingPoint {
        let mut delays: Vec<u32> =
            self.delays.iter().map(|delay| delay.unwrap_or(u32::MAX)).collect();
        delays.sort_unstable();
        let at = |share: f64| {
            let place = ((delays.len() as f64 * share) as usize).min(delays.len().max(1) - 1);
            delays.get(place).copied().filter(|delay| *delay < u32::MAX)
        };
        let detected = self.delays.iter().flatten().count();
        OperatingPoint {
            rule,
            threshold,
            false_alarms: f64::from(self.false_alarms) / self.months,
            median_delay: at(0.5),
            ninetieth_percentile: at(0.9),
            detected: detected as f64 / self.delays.len().max(1) as f64,
        }
    }
}

/// Counts the alarms of a rule over a tenant's series at a threshold; `scores` has the rule's scores
/// by series.
#[must_use]
pub fn count_alarms(
    tenant: &SimulatedTenant,
    scores: &[&RuleScores],
    threshold: f64,
) -> AlarmCounts {
    let end = tenant.counts[0].len();
    let first_outbreak = tenant.outbreaks.first().map_or(end, |outbreak| outbreak.from);
    let mut counts =
        AlarmCounts { delays: vec![None; tenant.outbreaks.len()], ..AlarmCounts::default() };
    let mut minutes = 0;
    for (series, rule_scores) in scores.iter().enumerate() {
        let is_in_series = |outbreak: &&SimulatedOutbreak| series == 0 || outbreak.series == series;
        let covered: usize = tenant
            .outbreaks
            .iter()
            .filter(is_in_series)
            .map(|o| o.to + GRACE_MINUTES - o.from)
            .sum();
        minutes += (end - tenant.start).saturating_sub(covered);
        for alarm in alarms(rule_scores, threshold) {
            let at = tenant.start + alarm;
            let detected = tenant.outbreaks.iter().position(|outbreak| {
                is_in_series(&outbreak) && at > outbreak.from && at <= outbreak.to + GRACE_MINUTES
            });
            match detected {
                Some(outbreak) => {
                    let delay = (at - tenant.outbreaks[outbreak].from) as u32;
                    // The first alarm in any series detects the outbreak.
                    let first = &mut counts.delays[outbreak];
                    *first = Some(first.map_or(delay, |earlier| earlier.min(delay)));
                }
                None => {
                    counts.false_alarms += 1;
                    counts.calm_alarms += u32::from(at <= first_outbreak);
                }
            }
        }
    }
    counts.months = minutes as f64 / SERIES as f64 / MONTH_MINUTES;
    counts
}

/// The minutes after the start at which the rule raises alarms.
fn alarms(scores: &RuleScores, threshold: f64) -> Vec<usize> {
    let every = scores.rule.every();
    let (mut alarms, mut last_above) = (Vec::new(), None::<usize>);
    for (evaluation, value) in scores.values.iter().enumerate() {
        if f64::from(*value) < threshold {
            continue;
        }
        let at = (evaluation + 1) * every;
        if last_above.is_none_or(|last| at - last >= QUIET_MINUTES) {
            alarms.push(at);
        }
        last_above = Some(at);
    }
    alarms
}
