//! Whether scores are still spread as they were: the population stability index.
//!
//! Scores fall into ten bins of equal width. With `r` the share of a bin among the scores of the
//! reference and `c` its share now, each with half a count added so that none is empty, the index
//! is the sum of `(c - r) ln(c / r)` over the bins: the symmetric divergence of Jeffreys (1946), by
//! this name in Siddiqi, *Credit Risk Scorecards* (2006), where below 0.1 nothing has happened and
//! above 0.25 much has. Between samples of n and m of the same population it is near
//! `(1/n + 1/m)` times a chi-squared of nine degrees of freedom (Yurdakul, *Statistical Properties
//! of Population Stability Index*, 2018): 0.018 on average for the [`LEAST`] that it is told from.
//!
//! The reference is what a model said in its first hours here; a new model has a new one.

use mention::Understanding;

/// The scores that are watched.
pub(crate) const SCORES: [&str; 3] = ["sentiment", "needs_answer", "complaint"];

/// Bins of equal width from 0 to 1.
pub(crate) const BINS: usize = 10;

/// How many numbers [`Scores`] are kept as.
pub(crate) const NUMBERS: usize = SCORES.len() * BINS;

/// Fewer scores than this, now or in the reference, say nothing.
pub(crate) const LEAST: i64 = 1_000;

/// How often each score fell into each bin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scores {
    counts: [[i64; BINS]; SCORES.len()],
}

impl Scores {
    /// Counts what was found about a mention; of the sentiment, how likely it is negative.
    pub(crate) fn add(&mut self, found: &Understanding) {
        let negative = found.sentiment.map(|sentiment| sentiment.negative);
        let scores = [negative, found.needs_answer, found.complaint];
        for (counts, score) in self.counts.iter_mut().zip(scores) {
            if let Some(score) = score {
                // What is no number counts as 0, as a conversion has it.
                let bin = (score * BINS as f32) as usize;
                counts[bin.min(BINS - 1)] += 1;
            }
        }
    }

    /// Adds those of another partition or hour.
    pub(crate) fn join(&mut self, other: &Scores) {
        for (counts, more) in self.counts.iter_mut().zip(&other.counts) {
            counts.iter_mut().zip(more).for_each(|(sum, n)| *sum += n);
        }
    }

    /// How many there are of all of them together.
    pub(crate) fn total(&self) -> i64 {
        self.counts.iter().flatten().sum()
    }

    /// Its numbers, in the order of the changelog.
    pub(crate) fn numbers(&self) -> [i64; NUMBERS] {
        std::array::from_fn(|place| self.counts[place / BINS][place % BINS])
    }

    /// The scores of these numbers.
    pub(crate) fn of(numbers: [i64; NUMBERS]) -> Self {
        let mut scores = Self::default();
        for (place, number) in numbers.into_iter().enumerate() {
            scores.counts[place / BINS][place % BINS] = number;
        }
        scores
    }

    /// The index of each of [`SCORES`] against a reference; 0 where either says nothing yet.
    pub(crate) fn drift(&self, reference: &Scores) -> [f64; SCORES.len()] {
        std::array::from_fn(|score| index(&self.counts[score], &reference.counts[score]))
    }
}

/// What later scores of a model are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The hour of the first one, counted from the epoch.
    pub(crate) since: i64,
    /// The hour of the latest score of this model, in the reference or not.
    pub(crate) last: i64,
    /// The scores.
    pub(crate) scores: Scores,
}

impl Reference {
    /// One that begins in this hour.
    pub(crate) fn new(hour: i64) -> Self {
        Self { since: hour, last: hour, scores: Scores::default() }
    }

    /// Takes a score of this hour, if it is one of the first `hours`.
    pub(crate) fn learn(&mut self, hour: i64, hours: i64, found: &Understanding) {
        self.last = self.last.max(hour);
        if hour < self.since + hours {
            self.scores.add(found);
        }
    }

    /// Whether all its hours are closed.
    pub(crate) fn is_whole(&self, tick: i64, hours: i64) -> bool {
        self.since + hours <= tick
    }
}

/// The population stability index of one score.
fn index(now: &[i64; BINS], reference: &[i64; BINS]) -> f64 {
    let (n, m): (i64, i64) = (now.iter().sum(), reference.iter().sum());
    if n < LEAST || m < LEAST {
        return 0.0;
    }
    let share = |count: i64, all: i64| (count as f64 + 0.5) / (all as f64 + 0.5 * BINS as f64);
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
    fn the_index_is_that_of_the_formula() {
        let even = [200; BINS];
        let mut moved = even;
        (moved[0], moved[9]) = (400, 0);
        let share = |count: f64| (count + 0.5) / 2005.0;
        let by_hand = (share(400.0) - share(200.0)) * (share(400.0) / share(200.0)).ln()
            + (share(0.0) - share(200.0)) * (share(0.0) / share(200.0)).ln();
        assert!((index(&moved, &even) - by_hand).abs() < 1e-12);
        assert!(by_hand > 0.25, "{by_hand}: much has happened");
        assert!((index(&moved, &even) - index(&even, &moved)).abs() < 1e-12, "symmetric");
        assert_eq!(index(&even, &even), 0.0);
    }

    #[test]
    fn too_few_scores_say_nothing() {
        let (few, many) =
            ([99, 99, 99, 99, 99, 99, 99, 99, 99, 99], [0, 0, 0, 0, 0, 0, 0, 0, 0, 9000]);
        assert_eq!(index(&few, &many), 0.0);
        assert_eq!(index(&many, &few), 0.0);
        assert!(index(&[100; BINS], &many) > 1.0);
    }

    #[test]
    fn a_score_falls_into_its_tenth_and_none_is_counted_nowhere() {
        let cases = [(0.0, 0), (0.09, 0), (0.1, 1), (0.55, 5), (1.0, 9), (f32::NAN, 0)];
        for (score, bin) in cases {
            let mut scores = Scores::default();
            scores.add(&Understanding { complaint: Some(score), ..Understanding::default() });
            assert_eq!((scores.counts[2][bin], scores.total()), (1, 1), "{score}");
            assert_eq!(Scores::of(scores.numbers()), scores);
        }
    }

    #[test]
    fn a_reference_is_what_the_first_hours_said() {
        let found = Understanding { needs_answer: Some(0.3), ..Understanding::default() };
        let mut reference = Reference::new(100);
        [100, 99, 167, 168, 300].iter().for_each(|hour| reference.learn(*hour, 68, &found));
        assert_eq!((reference.scores.total(), reference.last), (3, 300));
        assert!(!reference.is_whole(167, 68));
        assert!(reference.is_whole(168, 68));
    }
}
