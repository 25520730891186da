//! Outbreaks whose beginning is known.

use super::Random;

/// How an outbreak comes and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// At once, for three hours: an outage.
    Step,
    /// Rising for two hours, then two more at the top.
    Ramp,
    /// Doubling every twenty minutes for two hours, then halving every hour: a post goes viral.
    Viral,
    /// At once, then halving every 45 minutes.
    Burst,
    /// Half as high, for twelve hours: a slow burn.
    Slow,
}

/// Every shape.
pub const SHAPES: [Shape; 5] = [Shape::Step, Shape::Ramp, Shape::Viral, Shape::Burst, Shape::Slow];

impl Shape {
    /// How long it lasts, in minutes.
    #[must_use]
    pub fn minutes(self) -> usize {
        match self {
            Shape::Step => 180,
            Shape::Ramp => 240,
            Shape::Viral => 300,
            Shape::Burst => 180,
            Shape::Slow => 720,
        }
    }

    /// The share of its peak after so many minutes.
    #[must_use]
    pub fn at(self, minute: usize) -> f64 {
        let time = minute as f64 + 0.5;
        if minute >= self.minutes() {
            return 0.0;
        }
        match self {
            Shape::Step => 1.0,
            Shape::Ramp => (time / 120.0).min(1.0),
            Shape::Viral if minute < 120 => halved((120.0 - time) / 20.0),
            Shape::Viral => halved((time - 120.0) / 60.0),
            Shape::Burst => halved(time / 45.0),
            Shape::Slow => 0.5,
        }
    }
}

fn halved(times: f64) -> f64 {
    crate::number::exp(-times * std::f64::consts::LN_2)
}

/// One outbreak.
#[derive(Debug, Clone, PartialEq)]
pub struct Outbreak {
    /// The first minute.
    pub from: usize,
    /// The minute after the last.
    pub to: usize,
    /// The series of its facet; series 0 is everything.
    pub series: usize,
    /// How it comes and goes.
    pub shape: Shape,
    /// By how many times its peak exceeds the facet's mean rate.
    pub size: f64,
    /// Mentions an hour at its peak, beside the usual ones.
    pub peak: f64,
}

/// The sizes: how many times the mean rate of the facet comes on top at the peak.
const SIZES: [f64; 4] = [2.0, 4.0, 8.0, 16.0];
/// The least peak in mentions an hour: fewer are no outbreak, whatever the facet.
const LEAST: f64 = 20.0;

impl Outbreak {
    /// One that begins at a minute, in a facet with these mean rates an hour by series.
    pub(crate) fn new(from: usize, means: &[f64], random: &mut Random) -> Self {
        let series = 1 + random.below(means.len() - 1);
        let shape = SHAPES[random.below(SHAPES.len())];
        let size = SIZES[random.below(SIZES.len())];
        let peak = (size * means[series]).max(LEAST);
        Self { from, to: from + shape.minutes(), series, shape, size, peak }
    }
}
