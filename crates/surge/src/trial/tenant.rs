//! A made-up tenant: what is said about it, minute by minute, in everything and in five facets.

use super::{Outbreak, Random};
use crate::number::exp;

/// Everything, and five facets that add up to it.
pub const SERIES: usize = 6;
/// The facets' shares of everything.
const SHARES: [f64; 5] = [0.4, 0.25, 0.2, 0.1, 0.05];
/// How busy each hour of a day is; the mean is about 1.
const DAY: [f64; 24] = [
    0.35, 0.25, 0.2, 0.15, 0.15, 0.25, 0.5, 0.9, 1.3, 1.5, 1.55, 1.5, 1.45, 1.4, 1.4, 1.45, 1.5,
    1.55, 1.6, 1.55, 1.45, 1.2, 0.85, 0.55,
];

/// How much of what.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The seed of everything random.
    pub seed: u64,
    /// Mentions an hour, on average.
    pub rate: f64,
    /// How far the rate wanders from its season, as a standard deviation of its logarithm.
    pub wander: f64,
    /// How many mentions one brings with it, on average.
    pub brings: f64,
    /// Weeks before the first that counts: rules may need 100 days of history.
    pub history: usize,
    /// Weeks without an outbreak.
    pub calm: usize,
    /// Weeks with an outbreak about every four days.
    pub restless: usize,
}

/// What was said, and what of it were outbreaks.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Counts by series and minute.
    pub counts: Vec<Vec<u16>>,
    /// The outbreaks after the history, in their order.
    pub outbreaks: Vec<Outbreak>,
    /// The first minute that counts.
    pub start: usize,
}

const WEEK: usize = 7 * 24 * 60;

impl Tenant {
    /// The tenant of a plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let mut random = Random::seeded(plan.seed);
        let weeks = plan.history + plan.calm + plan.restless;
        let rates = rates(plan, weeks * 168, &mut random);
        let means: Vec<f64> =
            std::iter::once(plan.rate).chain(SHARES.map(|share| share * plan.rate)).collect();
        let start = plan.history * WEEK;
        let (calm, end) = (start + plan.calm * WEEK, weeks * WEEK);
        // The past has had its outbreaks, too: whoever learns from it has to bear that.
        let mut all = outbreaks(WEEK, start, 12 * 24 * 60, &means, &mut random);
        let first = all.len();
        all.extend(outbreaks(calm, end, 4 * 24 * 60, &means, &mut random));
        let gaps = gaps(end, &mut random);
        let mut counts = vec![vec![0_u16; end]; SERIES];
        for facet in 1..SERIES {
            let mut more = vec![0.0; end];
            for outbreak in all.iter().filter(|outbreak| outbreak.series == facet) {
                let its = &mut more[outbreak.from..outbreak.to.min(end)];
                for (minute, more) in its.iter_mut().enumerate() {
                    *more += outbreak.peak * outbreak.shape.at(minute) / 60.0;
                }
            }
            let rates = &rates[facet - 1];
            said(plan, rates, &more, &gaps, &mut counts[facet], &mut random);
            let (everything, facets) = counts.split_at_mut(1);
            everything[0].iter_mut().zip(&facets[facet - 1]).for_each(|(sum, n)| *sum += n);
        }
        Self { counts, outbreaks: all.split_off(first), start }
    }
}

/// Outbreaks about every so many minutes, never two at once.
fn outbreaks(
    from: usize,
    to: usize,
    every: usize,
    means: &[f64],
    random: &mut Random,
) -> Vec<Outbreak> {
    let places = (from..to.saturating_sub(every)).step_by(every);
    places.map(|place| Outbreak::new(place + random.below(every / 2), means, random)).collect()
}

/// Mentions a minute in the middle of each hour, by facet.
fn rates(plan: &Plan, hours: usize, random: &mut Random) -> Vec<Vec<f64>> {
    let (turn, weekend) = (random.below(24), random.between(0.5, 1.0));
    let trend = random.between(-0.04, 0.04); // a week, in logarithms
    let brought = 1.0 + plan.brings;
    let mut whole = Wander::new(plan.wander, 0.8);
    let mut days = Wander::new(plan.wander * 0.5, 0.5);
    let mut own = [(); 5].map(|()| Wander::new(plan.wander * 0.7, 0.8));
    let mut rates = vec![Vec::with_capacity(hours); SHARES.len()];
    let mut day = 0.0;
    for hour in 0..hours {
        if hour % 24 == 0 {
            day = days.next(random);
        }
        let rest = if hour / 24 % 7 >= 5 { weekend } else { 1.0 };
        let season = DAY[(hour + turn) % 24] * rest / (1.0 + (weekend - 1.0) * 2.0 / 7.0);
        let grown = trend * (hour as f64 / 168.0 - hours as f64 / 336.0);
        let common = exp(grown + day + whole.next(random));
        for (facet, share) in SHARES.iter().enumerate() {
            let rate = plan.rate * share * season * common * exp(own[facet].next(random));
            rates[facet].push(rate / 60.0 / brought);
        }
    }
    rates
}

/// The logarithm of a factor of mean 1 that wanders (autoregressive, of first order).
struct Wander {
    deviation: f64,
    keep: f64,
    now: f64,
}

impl Wander {
    fn new(deviation: f64, keep: f64) -> Self {
        Self { deviation, keep, now: 0.0 }
    }

    fn next(&mut self, random: &mut Random) -> f64 {
        let fresh = (1.0 - self.keep * self.keep).sqrt();
        self.now = self.keep * self.now + fresh * random.normal();
        self.deviation * self.now - self.deviation * self.deviation / 2.0
    }
}

/// Stretches without a feed: about two a month, of one to six hours.
fn gaps(end: usize, random: &mut Random) -> Vec<(usize, usize)> {
    let (mut gaps, mut at) = (Vec::new(), 0.0);
    loop {
        at += random.wait(15.0 * 24.0 * 60.0);
        let to = at + random.between(60.0, 360.0);
        if to >= end as f64 {
            return gaps;
        }
        gaps.push((at as usize, to as usize));
        at = to;
    }
}

/// Writes what is said: mentions at these rates, and those that each of them brings.
fn said(
    plan: &Plan,
    rates: &[f64],
    more: &[f64],
    gaps: &[(usize, usize)],
    counts: &mut [u16],
    random: &mut Random,
) {
    let end = counts.len();
    for minute in 0..end {
        let (hour, part) = (minute / 60, (minute % 60) as f64 / 60.0);
        let next = rates[(hour + 1).min(rates.len() - 1)];
        let rate = rates[hour] * (1.0 - part) + next * part + more[minute] / (1.0 + plan.brings);
        for _ in 0..random.poisson(rate) {
            counts[minute] += 1;
            while random.share() < plan.brings / (1.0 + plan.brings) {
                let at = minute + random.wait(6.0) as usize;
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
