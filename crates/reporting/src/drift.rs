//! Drift of the scores of a model, measured by the population stability index (PSI).
//!
//! Scores are counted in ten bins of equal width. Let `r` be the share of a bin in the reference and
//! `c` its current share, each with half a count added so that no bin is empty. The index is the sum
//! of `(c - r) ln(c / r)` over the bins: the symmetric divergence of Jeffreys (1946), under this name
//! in Siddiqi, *Credit Risk Scorecards* (2006), who reads values below 0.1 as stable and above 0.25
//! as a major shift. For samples of n and m scores from the same population it is approximately
//! `(1/n + 1/m)` times a chi-squared variable with nine degrees of freedom (Yurdakul, *Statistical
//! Properties of Population Stability Index*, 2018): 0.018 on average at [`MIN_SCORES`].
//!
//! The reference is the first hours of a model in this deployment; each model has its own.

use mention::Understanding;

/// Names of the scores that are watched for drift.
pub(crate) const WATCHED_SCORES: [&str; 3] = ["sentiment", "needs_answer", "complaint"];

/// Number of bins of equal width from 0 to 1.
pub(crate) const BIN_COUNT: usize = 10;

/// Length of [`ScoreHistograms::to_numbers`].
pub(crate) const NUMBER_COUNT: usize = WATCHED_SCORES.len() * BIN_COUNT;

/// Minimum of scores in both periods; with fewer, sampling noise would look like drift.
pub(crate) const MIN_SCORES: i64 = 1_000;

/// One histogram for each of [`WATCHED_SCORES`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScoreHistograms {
    counts: [[i64; BIN_COUNT]; WATCHED_SCORES.len()],
}

impl ScoreHistograms {
    /// Counts what was understanding about a mention; of the sentiment, how likely it is negative.
    pub(crate) fn add(&mut self, understanding: &Understanding) {
        let negative = understanding.sentiment.map(|sentiment| sentiment.negative);
        let scores = [negative, understanding.needs_answer, understanding.complaint];
        for (counts, score) in self.counts.iter_mut().zip(scores) {
            if let Some(score) = score {
                // `as` converts NaN and negative values to 0.
                let bin = (score * BIN_COUNT as f32) as usize;
                counts[bin.min(BIN_COUNT - 1)] += 1;
            }
        }
    }

    /// Adds the histograms of another partition or hour.
    pub(crate) fn merge(&mut self, other: &ScoreHistograms) {
        for (counts, more) in self.counts.iter_mut().zip(&other.counts) {
            counts.iter_mut().zip(more).for_each(|(sum, n)| *sum += n);
        }
    }

    /// Returns the number of all counted scores.
    pub(crate) fn total(&self) -> i64 {
        self.counts.iter().flatten().sum()
    }

    /// Returns all counts in the order of the changelog.
    pub(crate) fn to_numbers(&self) -> [i64; NUMBER_COUNT] {
        std::array::from_fn(|place| self.counts[place / BIN_COUNT][place % BIN_COUNT])
    }

    /// Builds the histograms from [`Self::to_numbers`].
    pub(crate) fn from_numbers(numbers: [i64; NUMBER_COUNT]) -> Self {
        let mut scores = Self::default();
        for (place, number) in numbers.into_iter().enumerate() {
            scores.counts[place / BIN_COUNT][place % BIN_COUNT] = number;
        }
        scores
    }

    /// Returns the index of each of [`WATCHED_SCORES`] against a reference; 0 if either period has
    /// fewer than [`MIN_SCORES`].
    pub(crate) fn drift(&self, reference: &ScoreHistograms) -> [f64; WATCHED_SCORES.len()] {
        std::array::from_fn(|score| stability_index(&self.counts[score], &reference.counts[score]))
    }
}

/// Score distributions of the first hours of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceScores {
    /// Hour of the first score, since the epoch.
    pub(crate) first_hour: i64,
    /// Hour of the latest score of this model, in the reference or not.
    pub(crate) last_hour: i64,
    /// The distributions.
    pub(crate) scores: ScoreHistograms,
}

impl ReferenceScores {
    /// Creates an empty reference that begins in this hour.
    pub(crate) fn new(hour: i64) -> Self {
        Self { first_hour: hour, last_hour: hour, scores: ScoreHistograms::default() }
    }

    /// Adds the scores of a mention of `hour` if it is among the first `hours` of the model.
    pub(crate) fn observe(&mut self, hour: i64, hours: i64, understanding: &Understanding) {
        self.last_hour = self.last_hour.max(hour);
        if hour < self.first_hour + hours {
            self.scores.add(understanding);
        }
    }

    /// Returns whether all hours of the reference are closed.
    pub(crate) fn is_complete(&self, first_open_hour: i64, hours: i64) -> bool {
        self.first_hour + hours <= first_open_hour
    }
}

/// Population stability index of one score; see the module documentation.
fn stability_index(now: &[i64; BIN_COUNT], reference: &[i64; BIN_COUNT]) -> f64 {
    let (n, m): (i64, i64) = (now.iter().sum(), reference.iter().sum());
    if n < MIN_SCORES || m < MIN_SCORES {
        return 0.0;
    }
    // Half a count per bin keeps the logarithm finite for an empty bin.
    let share = |count: i64, all: i64| (count as f64 + 0.5) / (all as f64 + 0.5 * BIN_COUNT as f64);
    let terms = now.iter().zip(reference).map(|(now, before)| {
        let (now, before) = (share(*now, n), share(*before, m));
        (now - before) * (now / before).ln()
    });
    terms.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_follows_the_formula() {
        let even = [200; BIN_COUNT];
        let mut moved = even;
        (moved[0], moved[9]) = (400, 0);
        let share = |count: f64| (count + 0.5) / 2005.0;
        let by_hand = (share(400.0) - share(200.0)) * (share(400.0) / share(200.0)).ln()
            + (share(0.0) - share(200.0)) * (share(0.0) / share(200.0)).ln();
        assert!((stability_index(&moved, &even) - by_hand).abs() < 1e-12);
        assert!(by_hand > 0.25, "{by_hand}: a major shift");
        assert!(
            (stability_index(&moved, &even) - stability_index(&even, &moved)).abs() < 1e-12,
            "symmetric"
        );
        assert_eq!(stability_index(&even, &even), 0.0);
    }

    #[test]
    fn too_few_scores_yield_an_index_of_0() {
        let (few, many) =
            ([99, 99, 99, 99, 99, 99, 99, 99, 99, 99], [0, 0, 0, 0, 0, 0, 0, 0, 0, 9000]);
        assert_eq!(stability_index(&few, &many), 0.0);
        assert_eq!(stability_index(&many, &few), 0.0);
        assert!(stability_index(&[100; BIN_COUNT], &many) > 1.0);
    }

    #[test]
    fn a_score_is_counted_in_its_bin_and_absent_scores_are_not_counted() {
        let cases = [(0.0, 0), (0.09, 0), (0.1, 1), (0.55, 5), (1.0, 9), (f32::NAN, 0)];
        for (score, bin) in cases {
            let mut scores = ScoreHistograms::default();
            scores.add(&Understanding { complaint: Some(score), ..Understanding::default() });
            assert_eq!((scores.counts[2][bin], scores.total()), (1, 1), "{score}");
            assert_eq!(ScoreHistograms::from_numbers(scores.to_numbers()), scores);
        }
    }

    #[test]
    fn a_reference_contains_the_scores_of_the_first_hours() {
        let understanding = Understanding { needs_answer: Some(0.3), ..Understanding::default() };
        let mut reference = ReferenceScores::new(100);
        [100, 99, 167, 168, 300]
            .iter()
            .for_each(|hour| reference.observe(*hour, 68, &understanding));
        assert_eq!((reference.scores.total(), reference.last_hour), (3, 300));
        assert!(!reference.is_complete(167, 68));
        assert!(reference.is_complete(168, 68));
    }
}
