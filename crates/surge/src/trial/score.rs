//! What a rule is worth at a threshold: how late it notices an outbreak, and how often it cries
//! wolf.
//!
//! An alarm is raised where a track reaches the threshold after at least four hours below it. It
//! notices an outbreak when it is raised in the outbreak's facet or in everything, from its first
//! minute until a day after its last. Any other alarm is false. The same for every rule.

use super::{Outbreak, Rule, SERIES, Tenant, Track};

/// A rule is quiet for so many minutes before it can raise another alarm.
const QUIET: usize = 240;
/// An alarm this long after an outbreak still belongs to it: rules that look back on a day need it.
const ECHO: usize = 24 * 60;
/// Minutes in a month.
const MONTH: f64 = 30.0 * 24.0 * 60.0;

/// What a rule did over some tenants, at one threshold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// Minutes from the beginning to the alarm, by outbreak; none where it went unnoticed.
    pub delays: Vec<Option<u32>>,
    /// False alarms.
    pub false_alarms: u32,
    /// Tenant-months in which an alarm would have been false.
    pub months: f64,
    /// Of them, in the weeks without an outbreak.
    pub calm_alarms: u32,
}

/// A rule at a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The rule.
    pub rule: Rule,
    /// The threshold.
    pub threshold: f64,
    /// False alarms a month and tenant.
    pub false_alarms: f64,
    /// The median delay in minutes, where what goes unnoticed takes for ever; none when that is
    /// more than half.
    pub median: Option<u32>,
    /// The delay, in minutes, of the outbreak noticed later than nine in ten.
    pub ninetieth: Option<u32>,
    /// The share of outbreaks noticed.
    pub noticed: f64,
}

impl Tally {
    /// Adds the tally of other tenants.
    pub fn add(&mut self, other: Tally) {
        self.delays.extend(other.delays);
        self.false_alarms += other.false_alarms;
        self.calm_alarms += other.calm_alarms;
        self.months += other.months;
    }

    /// In numbers.
    #[must_use]
    pub fn point(&self, rule: Rule, threshold: f64) -> Point {
        let mut delays: Vec<u32> =
            self.delays.iter().map(|delay| delay.unwrap_or(u32::MAX)).collect();
        delays.sort_unstable();
        let at = |share: f64| {
            let place = ((delays.len() as f64 * share) as usize).min(delays.len().max(1) - 1);
            delays.get(place).copied().filter(|delay| *delay < u32::MAX)
        };
        let noticed = self.delays.iter().flatten().count();
        Point {
            rule,
            threshold,
            false_alarms: f64::from(self.false_alarms) / self.months,
            median: at(0.5),
            ninetieth: at(0.9),
            noticed: noticed as f64 / self.delays.len().max(1) as f64,
        }
    }
}

/// What a rule does over a tenant's series at a threshold; `tracks` are its, by series.
#[must_use]
pub fn tally(tenant: &Tenant, tracks: &[&Track], threshold: f64) -> Tally {
    let end = tenant.counts[0].len();
    let first = tenant.outbreaks.first().map_or(end, |outbreak| outbreak.from);
    let mut tally = Tally { delays: vec![None; tenant.outbreaks.len()], ..Tally::default() };
    let mut minutes = 0;
    for (series, track) in tracks.iter().enumerate() {
        let concerns = |outbreak: &&Outbreak| series == 0 || outbreak.series == series;
        let own: usize =
            tenant.outbreaks.iter().filter(concerns).map(|o| o.to + ECHO - o.from).sum();
        minutes += (end - tenant.start).saturating_sub(own);
        for alarm in alarms(track, threshold) {
            let at = tenant.start + alarm;
            let noticed = tenant.outbreaks.iter().position(|outbreak| {
                concerns(&outbreak) && at > outbreak.from && at <= outbreak.to + ECHO
            });
            match noticed {
                Some(place) => {
                    let delay = (at - tenant.outbreaks[place].from) as u32;
                    let known = &mut tally.delays[place];
                    *known = Some(known.map_or(delay, |before| before.min(delay)));
                }
                None => {
                    tally.false_alarms += 1;
                    tally.calm_alarms += u32::from(at <= first);
                }
            }
        }
    }
    tally.months = minutes as f64 / SERIES as f64 / MONTH;
    tally
}

/// The minutes after the start at which alarms are raised.
fn alarms(track: &Track, threshold: f64) -> Vec<usize> {
    let every = track.rule.every();
    let (mut alarms, mut last_on) = (Vec::new(), None::<usize>);
    for (place, value) in track.values.iter().enumerate() {
        if f64::from(*value) < threshold {
            continue;
        }
        let at = (place + 1) * every;
        if last_on.is_none_or(|on| at - on >= QUIET) {
            alarms.push(at);
        }
        last_on = Some(at);
    }
    alarms
}
