//! No factor lowers the urgency by growing worse, whatever the others are.

use mention::{
    Channel, Engagement, Incident, Intent, IntentFound, Likely, Named, NamedKind, Risk, RiskKind,
    Sentiment, Tone,
};
use priority::{Factors, Known, weigh};
use proptest::prelude::*;

use crate::scene::weights;

/// A factor and the value it is raised to.
#[derive(Debug, Clone)]
enum Worse {
    Negative(f32),
    LessPositive(f32),
    Wants(Intent, f32),
    LessPraise,
    Complains(f32),
    Reason(f32),
    NeedsAnswer(f32),
    Risk(RiskKind),
    Followers(i64),
    Reactions(Engagement),
    Velocity(i64),
    Cluster(i64),
    Customer(f32),
    Worth(i64),
    OpenCases(i32),
    Direct,
    Rating(f64),
    Promoted,
    Names(NamedKind),
    Repeats(i64),
    Sounds(Tone),
    Complained,
    Waited(i64),
    Incident(i32),
    Unjudged,
}

const WANTS: [Intent; 6] = [
    Intent::Complaint,
    Intent::Question,
    Intent::Request,
    Intent::CannotReachYou,
    Intent::SalesInterest,
    Intent::Suggestion,
];
const RISKS: [RiskKind; 8] = [
    RiskKind::Safety,
    RiskKind::Health,
    RiskKind::LegalThreat,
    RiskKind::SecurityOrFraud,
    RiskKind::VulnerablePerson,
    RiskKind::ThreatOfHarm,
    RiskKind::Discrimination,
    RiskKind::PressOrRegulator,
];
const KINDS: [NamedKind; 4] =
    [NamedKind::Executive, NamedKind::Competitor, NamedKind::Product, NamedKind::Churn];
const TONES: [Tone; 3] = [Tone::Repeated, Tone::Unanswered, Tone::WiderChannel];

fn any_count() -> impl Strategy<Value = i64> {
    prop_oneof![0..100_i64, any::<i64>()]
}

fn any_engagement() -> impl Strategy<Value = Engagement> {
    (any_count(), any_count(), any_count(), any_count())
        .prop_map(|(likes, replies, reposts, views)| Engagement { likes, replies, reposts, views })
}

fn any_share() -> impl Strategy<Value = f32> {
    prop_oneof![0.0..1.0_f32, any::<f32>()]
}

fn one<T: Copy + std::fmt::Debug + 'static, const N: usize>(
    of: [T; N],
) -> impl Strategy<Value = T> {
    proptest::sample::select(of.to_vec())
}

fn any_worse() -> impl Strategy<Value = Worse> {
    prop_oneof![
        any_share().prop_map(Worse::Negative),
        any_share().prop_map(Worse::LessPositive),
        (one(WANTS), any_share()).prop_map(|(intent, p)| Worse::Wants(intent, p)),
        Just(Worse::LessPraise),
        any_share().prop_map(Worse::Complains),
        any_share().prop_map(Worse::Reason),
        any_share().prop_map(Worse::NeedsAnswer),
        one(RISKS).prop_map(Worse::Risk),
        any_count().prop_map(Worse::Followers),
        any_engagement().prop_map(Worse::Reactions),
        any_count().prop_map(Worse::Velocity),
        any_count().prop_map(Worse::Cluster),
        any_share().prop_map(Worse::Customer),
        any_count().prop_map(Worse::Worth),
        any::<i32>().prop_map(Worse::OpenCases),
        Just(Worse::Direct),
        any::<f64>().prop_map(Worse::Rating),
        Just(Worse::Promoted),
        one(KINDS).prop_map(Worse::Names),
        any_count().prop_map(Worse::Repeats),
        one(TONES).prop_map(Worse::Sounds),
        Just(Worse::Complained),
        any::<i64>().prop_map(Worse::Waited),
        any::<i32>().prop_map(Worse::Incident),
        Just(Worse::Unjudged),
    ]
}

/// Everything that a mention may say of itself, in owned form.
#[derive(Debug, Clone, Default)]
struct Said {
    factors: Factors<'static>,
    intents: Vec<IntentFound>,
    risks: Vec<Risk>,
    named: Vec<Named>,
    tone: Vec<Tone>,
    known: Option<Known>,
    reason: Option<Likely>,
    incident: Option<Incident>,
}

impl Said {
    fn factors(&self) -> Factors<'_> {
        Factors {
            intents: &self.intents,
            risks: &self.risks,
            named: &self.named,
            tone: &self.tone,
            customer: self.known.as_ref(),
            reason: self.reason.as_ref(),
            incident: self.incident.as_ref(),
            ..self.factors.clone()
        }
    }
}

fn found(intent: Intent, probability: f32) -> IntentFound {
    IntentFound { intent, probability, evidence: None }
}

fn any_intents() -> impl Strategy<Value = Vec<IntentFound>> {
    let intent = prop_oneof![
        one(WANTS),
        Just(Intent::Praise),
        Just(Intent::Spam),
        Just(Intent::Other),
        Just(Intent::JobEnquiry)
    ];
    proptest::collection::vec((intent, any_share()).prop_map(|(i, p)| found(i, p)), 0..4)
}

fn any_said() -> impl Strategy<Value = Said> {
    let sentiment = (any::<bool>(), 0.0..1.0_f32, 0.0..1.0_f32);
    let place = (any::<bool>(), any::<bool>(), proptest::option::of(0.0..1.0_f64));
    let others = (any_count(), any_count(), any_count());
    let own = (any_share(), any::<i64>(), any::<bool>());
    let lists = (
        any_intents(),
        proptest::collection::vec(one(RISKS), 0..3),
        proptest::collection::vec(one(TONES), 0..2),
        proptest::option::of(any_share()),
    );
    (sentiment, any_engagement(), place, others, own, lists).prop_map(
        |(sentiment, engagement, place, others, own, lists)| {
            let (is_scored, negative, positive) = sentiment;
            let (is_direct, is_promoted, rating) = place;
            let factors = Factors {
                sentiment: is_scored.then_some(Sentiment { negative, neutral: 0.0, positive }),
                engagement,
                followers: others.0,
                velocity: others.1,
                cluster: others.2,
                channel: if is_direct { Channel::DirectMessage } else { Channel::Review },
                rating,
                is_promoted,
                complaint: own.0,
                waited: own.1,
                complained: own.2,
                ..Factors::default()
            };
            let (intents, risks, tone, confidence) = lists;
            let risks = risks.into_iter().map(risk).collect();
            let known = confidence.map(known);
            Said { factors, intents, risks, tone, known, ..Said::default() }
        },
    )
}

fn risk(kind: RiskKind) -> Risk {
    Risk { kind, words: "words".into(), ..Risk::default() }
}

fn known(confidence: f32) -> Known {
    Known { tier: "gold".into(), confidence, value: 900, open_cases: 1, ..Known::default() }
}

/// Raises one factor. What is no number is no worse than anything.
fn raise(said: &Said, worse: &Worse) -> Said {
    let mut raised = said.clone();
    let factors = &mut raised.factors;
    match worse {
        Worse::Negative(to) => {
            if let Some(sentiment) = &mut factors.sentiment {
                sentiment.negative = sentiment.negative.max(*to);
            }
        }
        Worse::LessPositive(to) => {
            if let Some(sentiment) = &mut factors.sentiment {
                sentiment.positive = sentiment.positive.min(*to);
            }
        }
        Worse::Wants(intent, p) => match raised.intents.iter_mut().find(|i| i.intent == *intent) {
            Some(same) => same.probability = same.probability.max(*p),
            None => raised.intents.push(found(*intent, *p)),
        },
        Worse::LessPraise => {
            raised.intents.retain(|i| !matches!(i.intent, Intent::Praise | Intent::Spam));
        }
        Worse::Complains(to) => factors.complaint = factors.complaint.max(*to),
        Worse::Reason(p) => {
            raised.reason = Some(Likely { name: "billing".into(), probability: *p });
        }
        Worse::NeedsAnswer(to) => factors.needs_answer = factors.needs_answer.max(*to),
        Worse::Risk(kind) => raised.risks.push(risk(*kind)),
        Worse::Followers(to) => factors.followers = factors.followers.max(*to),
        Worse::Reactions(to) => factors.engagement = greater(factors.engagement, *to),
        Worse::Velocity(to) => factors.velocity = factors.velocity.max(*to),
        Worse::Cluster(to) => factors.cluster = factors.cluster.max(*to),
        Worse::Customer(confidence) => {
            let surer = raised.known.map_or(*confidence, |k| k.confidence.max(*confidence));
            raised.known = Some(known(surer));
        }
        Worse::Worth(to) => {
            if let Some(known) = &mut raised.known {
                known.value = known.value.max(*to);
            }
        }
        Worse::OpenCases(to) => {
            if let Some(known) = &mut raised.known {
                known.open_cases = known.open_cases.max(*to);
            }
        }
        Worse::Direct => factors.channel = Channel::DirectMessage,
        Worse::Rating(to) => factors.rating = Some(factors.rating.map_or(*to, |r| r.min(*to))),
        Worse::Promoted => factors.is_promoted = true,
        Worse::Names(kind) => raised.named.push(Named { kind: *kind, name: "one".into() }),
        Worse::Repeats(to) => factors.repeats = factors.repeats.max(*to),
        Worse::Sounds(tone) => raised.tone.push(*tone),
        Worse::Complained => factors.complained = true,
        Worse::Waited(to) => factors.waited = factors.waited.max(*to),
        Worse::Incident(points) => {
            raised.incident = Some(Incident { points: *points, ..Incident::default() });
        }
        Worse::Unjudged => factors.unjudged = Some("risk"),
    }
    raised
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
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_worse_factor_never_lowers_the_score_or_the_level(
        said in any_said(),
        worse in any_worse(),
    ) {
        let config = weights();
        let raised = raise(&said, &worse);
        let (before, after) = (weigh(&said.factors(), &config), weigh(&raised.factors(), &config));
        prop_assert!(after.score >= before.score, "{before:?} then {after:?}");
        prop_assert!(after.level <= before.level, "{before:?} then {after:?}");
        prop_assert_eq!(priority::sum(&before.terms), before.score);
        prop_assert_eq!(priority::sum(&after.terms), after.score);
    }

    #[test]
    fn safety_and_a_threat_of_harm_are_p1_whatever_the_rest(
        said in any_said(),
        kind in one([RiskKind::Safety, RiskKind::ThreatOfHarm]),
        weight in 0..1000_i32,
    ) {
        let mut config = weights();
        config.points.intent.insert(Intent::Spam, -weight);
        config.points.positive = weight;
        config.points.risk.clear();
        let raised = raise(&said, &Worse::Risk(kind));
        prop_assert_eq!(weigh(&raised.factors(), &config).level, mention::Level::P1);
    }

    #[test]
    fn a_doubtful_match_never_raises(
        said in any_said(),
        confidence in prop_oneof![-1.0..0.8_f32, Just(f32::NAN)],
        value in any::<i64>(),
        open_cases in any::<i32>(),
    ) {
        let nobody = Said { known: None, ..said };
        let somebody = Said {
            known: Some(Known { value, open_cases, ..known(confidence) }),
            ..nobody.clone()
        };
        let config = weights();
        let [without, with] = [nobody, somebody].map(|said| weigh(&said.factors(), &config));
        prop_assert_eq!((without.score, without.level), (with.score, with.level));
    }
}
