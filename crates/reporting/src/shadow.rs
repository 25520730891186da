//! How a mention is meant, in one word, and whether a candidate model says the same.

use mention::{Sentiment, Understanding};

/// From this probability on, an answer is said to be due.
const DUE: f32 = 0.5;

/// Whether the candidate says the same: of the sentiment (the likeliest class, or that it abstains)
/// and of whether an answer is due; nothing where no candidate was asked.
pub(crate) fn agreement(found: &Understanding) -> Option<[bool; 2]> {
    let shadow = found.shadow.as_ref()?;
    let is_due = |needs_answer: Option<f32>| needs_answer.map(|probability| probability >= DUE);
    Some([
        class(shadow.sentiment) == class(found.sentiment),
        is_due(shadow.needs_answer) == is_due(found.needs_answer),
    ])
}

/// The place of the likeliest class in its family; the earlier one of equals.
pub(crate) fn label(found: &Understanding) -> u8 {
    class(found.sentiment)
}

fn class(sentiment: Option<Sentiment>) -> u8 {
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
    use mention::Shadow;

    #[test]
    fn a_candidate_agrees_where_it_says_the_same_or_abstains_as_well() {
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
            let shadow = Shadow { sentiment, needs_answer, ..Shadow::default() };
            let found = Understanding {
                sentiment: ours.map(meant),
                needs_answer: our_due,
                shadow: Some(shadow),
                ..Understanding::default()
            };
            assert_eq!(agreement(&found), Some(expected), "{found:?}");
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
            let found = Understanding { sentiment, ..Understanding::default() };
            assert_eq!(label(&found), expected, "{sentiment:?}");
        }
    }
}
