//! No factor lowers the urgency by growing worse, whatever the others are.

use mention::{Channel, Engagement, Incident, Intent, Sentiment};
use priority::{Config, Factors, Known, weigh};
use proptest::prelude::*;

/// A factor and the value it is raised to.
#[derive(Debug, Clone)]
enum Worse {
    Negative(f32),
    LessPositive(f32),
    Complains,
    Followers(i64),
    Reactions(Engagement),
    Customer(f32),
    Direct,
    Rating(f64),
    Promoted,
    Waited(i64),
    Incident(i32),
}

fn any_count() -> impl Strategy<Value = i64> {
    prop_oneof![0..100_i64, any::<i64>()]
}

fn any_engagement() -> impl Strategy<Value = Engagement> {
    (any_count(), any_count(), any_count(), any_count())
        .prop_map(|(likes, replies, reposts, views)| Engagement { likes, replies, reposts, views })
}

fn any_worse() -> impl Strategy<Value = Worse> {
    prop_oneof![
        any::<f32>().prop_map(Worse::Negative),
        any::<f32>().prop_map(Worse::LessPositive),
        Just(Worse::Complains),
        any_count().prop_map(Worse::Followers),
        any_engagement().prop_map(Worse::Reactions),
        any::<f32>().prop_map(Worse::Customer),
        Just(Worse::Direct),
        any::<f64>().prop_map(Worse::Rating),
        Just(Worse::Promoted),
        any::<i64>().prop_map(Worse::Waited),
        any::<i32>().prop_map(Worse::Incident),
    ]
}

fn any_factors() -> impl Strategy<Value = Factors<'static>> {
    let intent = prop_oneof![
        Just(Intent::Other),
        Just(Intent::Question),
        Just(Intent::Praise),
        Just(Intent::Spam)
    ];
    let sentiment = (any::<bool>(), 0.0..1.0_f32, 0.0..1.0_f32);
    let place = (any::<bool>(), any::<bool>(), proptest::option::of(0.0..1.0_f64));
    (sentiment, intent, any_count(), any_engagement(), place, any::<i64>()).prop_map(
        |((is_scored, negative, positive), intent, followers, engagement, place, waited)| {
            let (is_direct, is_promoted, rating) = place;
            Factors {
                sentiment: is_scored.then_some(Sentiment { negative, neutral: 0.0, positive }),
                intent,
                followers,
                engagement,
                channel: if is_direct { Channel::DirectMessage } else { Channel::Review },
                rating,
                is_promoted,
                waited,
                ..Factors::default()
            }
        },
    )
}

fn greater(a: Engagement, b: Engagement) -> Engagement {
    Engagement {
        likes: a.likes.max(b.likes),
        replies: a.replies.max(b.replies),
        reposts: a.reposts.max(b.reposts),
        views: a.views.max(b.views),
    }
}

proptest! {
    #[test]
    fn a_worse_factor_never_lowers_the_score_or_the_level(
        factors in any_factors(),
        worse in any_worse(),
    ) {
        let config = Config::default();
        let known = |confidence| Known {
            tier: "gold".into(),
            confidence,
            ..Known::default()
        };
        let (customer, incident);
        let mut raised = factors.clone();
        match worse {
            Worse::Negative(to) => {
                if let Some(sentiment) = &mut raised.sentiment {
                    sentiment.negative = sentiment.negative.max(to);
                }
            }
            Worse::LessPositive(to) => {
                if let Some(sentiment) = &mut raised.sentiment {
                    sentiment.positive = sentiment.positive.min(to);
                }
            }
            Worse::Complains => raised.intent = Intent::Complaint,
            Worse::Followers(to) => raised.followers = raised.followers.max(to),
            Worse::Reactions(to) => raised.engagement = greater(raised.engagement, to),
            Worse::Customer(confidence) => {
                customer = known(confidence);
                raised.customer = Some(&customer);
            }
            Worse::Direct => raised.channel = Channel::DirectMessage,
            Worse::Rating(to) => raised.rating = Some(raised.rating.map_or(to, |r| r.min(to))),
            Worse::Promoted => raised.is_promoted = true,
            Worse::Waited(to) => raised.waited = raised.waited.max(to),
            Worse::Incident(points) => {
                incident = Incident { points, ..Incident::default() };
                raised.incident = Some(&incident);
            }
        }
        let (before, after) = (weigh(&factors, &config), weigh(&raised, &config));
        prop_assert!(after.score >= before.score, "{before:?} then {after:?}");
        prop_assert!(after.level <= before.level, "{before:?} then {after:?}");
        prop_assert_eq!(priority::sum(&after.terms), after.score);
    }
}
