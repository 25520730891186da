//! Simulated outbreaks with a known start.

use numeric::random::SplitMix64;

/// The course of an outbreak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutbreakShape {
    /// The peak for three hours: an outage.
    Step,
    /// A linear rise for two hours, then the peak for two hours.
    Ramp,
    /// Doubles every twenty minutes for two hours, then halves every hour: a viral post.
    Viral,
    /// The peak at once, then half of it every 45 minutes.
    Burst,
    /// Half of the peak for twelve hours.
    Slow,
}

/// Every shape.
pub const SHAPES: [OutbreakShape; 5] = [
    OutbreakShape::Step,
    OutbreakShape::Ramp,
    OutbreakShape::Viral,
    OutbreakShape::Burst,
    OutbreakShape::Slow,
];

impl OutbreakShape {
    /// The duration, in minutes.
    #[must_use]
    pub fn minutes(self) -> usize {
        match self {
            OutbreakShape::Step => 180,
            OutbreakShape::Ramp => 240,
            OutbreakShape::Viral => 300,
            OutbreakShape::Burst => 180,
            OutbreakShape::Slow => 720,
        }
    }

    /// The share of the peak in a minute after the start.
    #[must_use]
    pub fn share_of_peak(self, minute: usize) -> f64 {
        // The share in the middle of the minute.
        let time = minute as f64 + 0.5;
        if minute >= self.minutes() {
            return 0.0;
        }
        match self {
            OutbreakShape::Step => 1.0,
            OutbreakShape::Ramp => (time / 120.0).min(1.0),
            OutbreakShape::Viral if minute < 120 => half_life_decay((120.0 - time) / 20.0),
            OutbreakShape::Viral => half_life_decay((time - 120.0) / 60.0),
            OutbreakShape::Burst => half_life_decay(time / 45.0),
            OutbreakShape::Slow => 0.5,
        }
    }
}

fn half_life_decay(times: f64) -> f64 {
    numeric::exp(-times * std::f64::consts::LN_2)
}

/// One simulated outbreak.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedOutbreak {
    /// The first minute.
    pub from: usize,
    /// The minute after the last one.
    pub to: usize,
    /// The series of its facet; series 0 is the sum of all.
    pub series: usize,
    /// The course.
    pub shape: OutbreakShape,
    /// The additional rate at the peak, divided by the facet's mean rate.
    pub size: f64,
    /// The additional rate at the peak, in mentions per hour.
    pub peak: f64,
}

/// The values of [`SimulatedOutbreak::size`].
const SIZES: [f64; 4] = [2.0, 4.0, 8.0, 16.0];
/// Minimum peak, in mentions per hour: less is no outbreak in any facet.
const MIN_PEAK: f64 = 20.0;

impl SimulatedOutbreak {
    /// A random outbreak that begins at a minute; `means` are the mean hourly rates of the series.
    pub(crate) fn new(from: usize, means: &[f64], random: &mut SplitMix64) -> Self {
        // Series 0 is the sum and gets no outbreak of its own.
        let series = 1 + random.below(means.len() - 1);
        let shape = SHAPES[random.below(SHAPES.len())];
        let size = SIZES[random.below(SIZES.len())];
        let peak = (size * means[series]).max(MIN_PEAK);
        Self { from, to: from + shape.minutes(), series, shape, size, peak }
    }
}
