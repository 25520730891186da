//! The likeliest sentiment of a mention, and whether a candidate model agrees with the active one.

use mention::{Sentiment, Understanding};

/// Probability from which a mention counts as needing an answer.
const NEEDS_ANSWER_THRESHOLD: f32 = 0.5;

/// Returns whether the candidate agrees on the sentiment (the likeliest class, or abstention) and on
/// whether the mention needs an answer. `None` without a candidate.
pub(crate) fn agreement(understanding: &Understanding) -> Option<[bool; 2]> {
    let shadow = understanding.shadow.as_ref()?;
    let is_due = |needs_answer: Option<f32>| {
        needs_answer.map(|probability| probability >= NEEDS_ANSWER_THRESHOLD)
    };
    Some([
        likeliest_class(shadow.sentiment) == likeliest_class(understanding.sentiment),
        is_due(shadow.needs_answer) == is_due(understanding.needs_answer),
    ])
}

/// Returns the position of the likeliest class in the label `negative`, `neutral`, `positive`,
/// `abstained`. Ties go to the earlier class.
pub(crate) fn sentiment_index(understanding: &Understanding) -> u8 {
    likeliest_class(understanding.sentiment)
}

fn likeliest_class(sentiment: Option<Sentiment>) -> u8 {
    // `abstained` is the fourth value of the label.
    let Some(sentiment) = sentiment else { return 3 };
    let (negative, neutral, positive) = (sentiment.negative, sentiment.neutral, sentiment.positive);
    if negative >= neutral && negative >= positive {
        0
    } else if neutral >= positive {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mention::CandidateScores;

    #[test]
    fn a_candidate_agrees_on_the_same_answer_or_if_both_abstain() {
        let (bad, good) = ((0.7, 0.2, 0.1), (0.1, 0.2, 0.7));
        let meant = |(negative, neutral, positive)| Sentiment { negative, neutral, positive };
        let cases = [
            (Some(bad), Some((0.4, 0.3, 0.3)), Some(0.9), Some(0.5), [true, true]),
            (Some(bad), Some(good), Some(0.9), Some(0.4), [false, false]),
            (Some(bad), None, None, None, [false, true]),
            (None, None, None, Some(0.1), [true, false]),
        ];
        for (ours, theirs, our_due, their_due, expected) in cases {
            let (sentiment, needs_answer) = (theirs.map(meant), their_due);
            let shadow = CandidateScores { sentiment, needs_answer, ..CandidateScores::default() };
            let understanding = Understanding {
                sentiment: ours.map(meant),
                needs_answer: our_due,
                shadow: Some(shadow),
                ..Understanding::default()
            };
            assert_eq!(agreement(&understanding), Some(expected), "{understanding:?}");
        }
        assert_eq!(agreement(&Understanding::default()), None);
    }

    #[test]
    fn a_mention_is_counted_under_its_likeliest_class() {
        let cases = [
            (Some((0.6, 0.3, 0.1)), 0),
            (Some((0.2, 0.5, 0.3)), 1),
            (Some((0.1, 0.3, 0.6)), 2),
            (Some((0.4, 0.4, 0.2)), 0),
            (Some((0.2, 0.4, 0.4)), 1),
            (None, 3),
        ];
        for (sentiment, expected) in cases {
            let sentiment = sentiment.map(|(negative, neutral, positive)| Sentiment {
                negative,
                neutral,
                positive,
            });
            let understanding = Understanding { sentiment, ..Understanding::default() };
            assert_eq!(sentiment_index(&understanding), expected, "{sentiment:?}");
        }
    }
}
