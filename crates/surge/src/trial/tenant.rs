//! A simulated tenant: counts by minute of five facets and of their sum.

use numeric::exp;
use numeric::random::SplitMix64;

use super::SimulatedOutbreak;

/// Number of series: the sum and its five facets.
pub const SERIES: usize = 6;
/// The facets' shares of the sum.
const SHARES: [f64; 5] = [0.4, 0.25, 0.2, 0.1, 0.05];
/// The daily season by hour; its mean is about 1.
const DAY: [f64; 24] = [
    0.35, 0.25, 0.2, 0.15, 0.15, 0.25, 0.5, 0.9, 1.3, 1.5, 1.55, 1.5, 1.45, 1.4, 1.4, 1.45, 1.5,
    1.55, 1.6, 1.55, 1.45, 1.2, 0.85, 0.55,
];

/// The parameters of a simulated tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantSpec {
    /// The seed of the random generator.
    pub seed: u64,
    /// The mean rate, in mentions per hour.
    pub rate: f64,
    /// The standard deviation of the logarithm of the rate around its season.
    pub rate_deviation: f64,
    /// The mean number of further mentions that one mention triggers.
    pub offspring: f64,
    /// Weeks of history before the evaluated ones: some rules need 100 days.
    pub history_weeks: usize,
    /// Weeks without an outbreak.
    pub calm_weeks: usize,
    /// Weeks with an outbreak about every four days.
    pub outbreak_weeks: usize,
}

/// The simulated counts and the outbreaks in them.
#[derive(Debug, Clone)]
pub struct SimulatedTenant {
    /// Counts by series and minute.
    pub counts: Vec<Vec<u16>>,
    /// The outbreaks after the history, in order of time.
    pub outbreaks: Vec<SimulatedOutbreak>,
    /// The first evaluated minute.
    pub start: usize,
}

const WEEK: usize = 7 * 24 * 60;

impl SimulatedTenant {
    /// Simulates a tenant.
    #[must_use]
    pub fn new(spec: &TenantSpec) -> Self {
        let mut random = SplitMix64::seeded(spec.seed);
        let weeks = spec.history_weeks + spec.calm_weeks + spec.outbreak_weeks;
        let rates = rates(spec, weeks * 168, &mut random);
        let means: Vec<f64> =
            std::iter::once(spec.rate).chain(SHARES.map(|share| share * spec.rate)).collect();
        let start = spec.history_weeks * WEEK;
        let (calm, end) = (start + spec.calm_weeks * WEEK, weeks * WEEK);
        // The history has outbreaks as well, because every rule learns from such a past.
        let mut all = outbreaks(WEEK, start, 12 * 24 * 60, &means, &mut random);
        let history_outbreaks = all.len();
        all.extend(outbreaks(calm, end, 4 * 24 * 60, &means, &mut random));
        let gaps = gaps(end, &mut random);
        let mut counts = vec![vec![0_u16; end]; SERIES];
        for facet in 1..SERIES {
            let mut additional = vec![0.0; end];
            for outbreak in all.iter().filter(|outbreak| outbreak.series == facet) {
                let affected = &mut additional[outbreak.from..outbreak.to.min(end)];
                for (minute, more) in affected.iter_mut().enumerate() {
                    *more += outbreak.peak * outbreak.shape.share_of_peak(minute) / 60.0;
                }
            }
            let rates = &rates[facet - 1];
            simulate_counts(spec, rates, &additional, &gaps, &mut counts[facet], &mut random);
            let (everything, facets) = counts.split_at_mut(1);
            everything[0].iter_mut().zip(&facets[facet - 1]).for_each(|(sum, n)| *sum += n);
        }
        Self { counts, outbreaks: all.split_off(history_outbreaks), start }
    }
}

/// One outbreak in each interval of `every` minutes, so that no two overlap.
fn outbreaks(
    from: usize,
    to: usize,
    every: usize,
    means: &[f64],
    random: &mut SplitMix64,
) -> Vec<SimulatedOutbreak> {
    let starts = (from..to.saturating_sub(every)).step_by(every);
    starts
        .map(|place| SimulatedOutbreak::new(place + random.below(every / 2), means, random))
        .collect()
}

/// The rate in the middle of each hour by facet, in mentions per minute, without triggered ones.
fn rates(spec: &TenantSpec, hours: usize, random: &mut SplitMix64) -> Vec<Vec<f64>> {
    let (hour_shift, weekend) = (random.below(24), random.between(0.5, 1.0));
    // The weekly growth of the logarithm of the rate.
    let trend = random.between(-0.04, 0.04);
    let mentions_per_trigger = 1.0 + spec.offspring;
    let mut common_factor = AutoregressiveFactor::new(spec.rate_deviation, 0.8);
    let mut daily_factor = AutoregressiveFactor::new(spec.rate_deviation * 0.5, 0.5);
    let mut facet_factors =
        [(); 5].map(|()| AutoregressiveFactor::new(spec.rate_deviation * 0.7, 0.8));
    let mut rates = vec![Vec::with_capacity(hours); SHARES.len()];
    let mut day = 0.0;
    for hour in 0..hours {
        if hour % 24 == 0 {
            day = daily_factor.next(random);
        }
        let rest = if hour / 24 % 7 >= 5 { weekend } else { 1.0 };
        let season = DAY[(hour + hour_shift) % 24] * rest / (1.0 + (weekend - 1.0) * 2.0 / 7.0);
        let growth = trend * (hour as f64 / 168.0 - hours as f64 / 336.0);
        let common = exp(growth + day + common_factor.next(random));
        for (facet, share) in SHARES.iter().enumerate() {
            let rate = spec.rate * share * season * common * exp(facet_factors[facet].next(random));
            rates[facet].push(rate / 60.0 / mentions_per_trigger);
        }
    }
    rates
}

/// The logarithm of a random factor with mean 1: an autoregressive process of first order.
struct AutoregressiveFactor {
    deviation: f64,
    autocorrelation: f64,
    value: f64,
}

impl AutoregressiveFactor {
    fn new(deviation: f64, autocorrelation: f64) -> Self {
        Self { deviation, autocorrelation, value: 0.0 }
    }

    fn next(&mut self, random: &mut SplitMix64) -> f64 {
        let innovation = (1.0 - self.autocorrelation * self.autocorrelation).sqrt();
        self.value = self.autocorrelation * self.value + innovation * random.normal();
        // Less half the variance, so that the mean of the log-normal factor is 1.
        self.deviation * self.value - self.deviation * self.deviation / 2.0
    }
}

/// Gaps in the feed: about two a month, of one to six hours.
fn gaps(end: usize, random: &mut SplitMix64) -> Vec<(usize, usize)> {
    let (mut gaps, mut at) = (Vec::new(), 0.0);
    loop {
        at += random.exponential(15.0 * 24.0 * 60.0);
        let to = at + random.between(60.0, 360.0);
        if to >= end as f64 {
            return gaps;
        }
        gaps.push((at as usize, to as usize));
        at = to;
    }
}

/// Simulates the counts of a facet: Poisson mentions at these rates, and those they trigger.
fn simulate_counts(
    spec: &TenantSpec,
    rates: &[f64],
    more: &[f64],
    gaps: &[(usize, usize)],
    counts: &mut [u16],
    random: &mut SplitMix64,
) {
    let end = counts.len();
    for minute in 0..end {
        let (hour, part) = (minute / 60, (minute % 60) as f64 / 60.0);
        let next = rates[(hour + 1).min(rates.len() - 1)];
        let rate = rates[hour] * (1.0 - part) + next * part + more[minute] / (1.0 + spec.offspring);
        for _ in 0..random.poisson(rate) {
            counts[minute] += 1;
            // A geometric number of triggered mentions, each after an exponential delay.
            while random.unit() < spec.offspring / (1.0 + spec.offspring) {
                let at = minute + random.exponential(6.0) as usize;
                if at < end {
                    counts[at] += 1;
                }
            }
        }
    }
    for (from, to) in gaps {
        counts[*from..*to].fill(0);
    }
}
