//! Monotony: a factor that gets worse never lowers the score or the level, for any values of the others.

use mention::{
    Channel, Engagement, Incident, Intent, IntentFinding, LabelProbability, Risk, RiskKind,
    Sentiment, Tone, WatchlistKind, WatchlistMatch,
};
use priority::{CustomerEntry, Factors, score};
use proptest::prelude::*;
use stage::TimeDelta;

use crate::scene::weights;

/// A factor that gets worse, and its new value.
#[derive(Debug, Clone)]
enum WorseFactor {
    Negative(f32),
    LessPositive(f32),
    Wants(Intent, f32),
    LessPraise,
    Complaint(f32),
    Reason(f32),
    NeedsAnswer(f32),
    Risk(RiskKind),
    Followers(i64),
    Reactions(Engagement),
    Velocity(i64),
    Cluster(i64),
    Customer(f32),
    CustomerValue(i64),
    OpenCases(i32),
    Direct,
    Rating(f64),
    Promoted,
    Names(WatchlistKind),
    Repeats(i64),
    HasTone(Tone),
    Complained,
    Age(TimeDelta),
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
const KINDS: [WatchlistKind; 4] = [
    WatchlistKind::Executive,
    WatchlistKind::Competitor,
    WatchlistKind::Product,
    WatchlistKind::Churn,
];
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

fn any_worse() -> impl Strategy<Value = WorseFactor> {
    prop_oneof![
        any_share().prop_map(WorseFactor::Negative),
        any_share().prop_map(WorseFactor::LessPositive),
        (one(WANTS), any_share()).prop_map(|(intent, p)| WorseFactor::Wants(intent, p)),
        Just(WorseFactor::LessPraise),
        any_share().prop_map(WorseFactor::Complaint),
        any_share().prop_map(WorseFactor::Reason),
        any_share().prop_map(WorseFactor::NeedsAnswer),
        one(RISKS).prop_map(WorseFactor::Risk),
        any_count().prop_map(WorseFactor::Followers),
        any_engagement().prop_map(WorseFactor::Reactions),
        any_count().prop_map(WorseFactor::Velocity),
        any_count().prop_map(WorseFactor::Cluster),
        any_share().prop_map(WorseFactor::Customer),
        any_count().prop_map(WorseFactor::CustomerValue),
        any::<i32>().prop_map(WorseFactor::OpenCases),
        Just(WorseFactor::Direct),
        any::<f64>().prop_map(WorseFactor::Rating),
        Just(WorseFactor::Promoted),
        one(KINDS).prop_map(WorseFactor::Names),
        any_count().prop_map(WorseFactor::Repeats),
        one(TONES).prop_map(WorseFactor::HasTone),
        Just(WorseFactor::Complained),
        any::<i64>().prop_map(|age| WorseFactor::Age(TimeDelta::from_micros(age))),
        any::<i32>().prop_map(WorseFactor::Incident),
        Just(WorseFactor::Unjudged),
    ]
}

/// Factors with their data in owned form.
#[derive(Debug, Clone, Default)]
struct FactorSet {
    factors: Factors<'static>,
    intents: Vec<IntentFinding>,
    risks: Vec<Risk>,
    named: Vec<WatchlistMatch>,
    tone: Vec<Tone>,
    customer: Option<CustomerEntry>,
    reason: Option<LabelProbability>,
    incident: Option<Incident>,
}

impl FactorSet {
    fn factors(&self) -> Factors<'_> {
        Factors {
            intents: &self.intents,
            risks: &self.risks,
            named: &self.named,
            tones: &self.tone,
            customer: self.customer.as_ref(),
            reason: self.reason.as_ref(),
            incident: self.incident.as_ref(),
            ..self.factors.clone()
        }
    }
}

fn found(intent: Intent, probability: f32) -> IntentFinding {
    IntentFinding { intent, probability, evidence: None }
}

fn any_intents() -> impl Strategy<Value = Vec<IntentFinding>> {
    let intent = prop_oneof![
        one(WANTS),
        Just(Intent::Praise),
        Just(Intent::Spam),
        Just(Intent::Other),
        Just(Intent::JobEnquiry)
    ];
    proptest::collection::vec((intent, any_share()).prop_map(|(i, p)| found(i, p)), 0..4)
}

fn any_set() -> impl Strategy<Value = FactorSet> {
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
                cluster_size: others.2,
                channel: if is_direct { Channel::DirectMessage } else { Channel::Review },
                rating,
                is_promoted,
                complaint: own.0,
                age: TimeDelta::from_micros(own.1),
                has_complained: own.2,
                ..Factors::default()
            };
            let (intents, risks, tone, confidence) = lists;
            let risks = risks.into_iter().map(risk).collect();
            let customer = confidence.map(customer);
            FactorSet { factors, intents, risks, tone, customer, ..FactorSet::default() }
        },
    )
}

fn risk(kind: RiskKind) -> Risk {
    Risk { kind, words: "words".into(), ..Risk::default() }
}

fn customer(confidence: f32) -> CustomerEntry {
    CustomerEntry {
        tier: "gold".into(),
        confidence,
        value: 900,
        open_cases: 1,
        ..CustomerEntry::default()
    }
}

/// Makes one factor worse. NaN leaves it as it is.
fn raise(set: &FactorSet, worse: &WorseFactor) -> FactorSet {
    let mut raised = set.clone();
    match worse {
        WorseFactor::Wants(intent, p) => {
            match raised.intents.iter_mut().find(|i| i.intent == *intent) {
                Some(same) => same.probability = same.probability.max(*p),
                None => raised.intents.push(found(*intent, *p)),
            }
        }
        WorseFactor::LessPraise => {
            raised.intents.retain(|i| !matches!(i.intent, Intent::Praise | Intent::Spam));
        }
        WorseFactor::Reason(p) => {
            raised.reason = Some(LabelProbability { name: "billing".into(), probability: *p });
        }
        WorseFactor::Risk(kind) => raised.risks.push(risk(*kind)),
        WorseFactor::Customer(confidence) => {
            let surer = raised.customer.map_or(*confidence, |c| c.confidence.max(*confidence));
            raised.customer = Some(customer(surer));
        }
        WorseFactor::Names(kind) => {
            raised.named.push(WatchlistMatch { kind: *kind, name: "one".into() });
        }
        WorseFactor::HasTone(tone) => raised.tone.push(*tone),
        WorseFactor::Incident(points) => {
            raised.incident = Some(Incident { points: *points, ..Incident::default() });
        }
        WorseFactor::CustomerValue(to) => {
            raised.customer.iter_mut().for_each(|it| it.value = it.value.max(*to));
        }
        WorseFactor::OpenCases(to) => {
            raised.customer.iter_mut().for_each(|it| it.open_cases = it.open_cases.max(*to));
        }
        plain => raise_plain(&mut raised.factors, plain),
    }
    raised
}

/// Makes one factor worse that is a plain value of [`Factors`].
fn raise_plain(factors: &mut Factors<'_>, worse: &WorseFactor) {
    match worse {
        WorseFactor::Negative(to) => {
            factors.sentiment.iter_mut().for_each(|it| it.negative = it.negative.max(*to));
        }
        WorseFactor::LessPositive(to) => {
            factors.sentiment.iter_mut().for_each(|it| it.positive = it.positive.min(*to));
        }
        WorseFactor::Complaint(to) => factors.complaint = factors.complaint.max(*to),
        WorseFactor::NeedsAnswer(to) => factors.needs_answer = factors.needs_answer.max(*to),
        WorseFactor::Followers(to) => factors.followers = factors.followers.max(*to),
        WorseFactor::Reactions(to) => factors.engagement = greater(factors.engagement, *to),
        WorseFactor::Velocity(to) => factors.velocity = factors.velocity.max(*to),
        WorseFactor::Cluster(to) => factors.cluster_size = factors.cluster_size.max(*to),
        WorseFactor::Direct => factors.channel = Channel::DirectMessage,
        WorseFactor::Rating(to) => {
            factors.rating = Some(factors.rating.map_or(*to, |r| r.min(*to)));
        }
        WorseFactor::Promoted => factors.is_promoted = true,
        WorseFactor::Repeats(to) => factors.prior_mentions = factors.prior_mentions.max(*to),
        WorseFactor::Complained => factors.has_complained = true,
        WorseFactor::Age(to) => factors.age = factors.age.max(*to),
        WorseFactor::Unjudged => factors.unjudged = Some("risk"),
        other => unreachable!("{other:?} is no plain value"),
    }
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
        set in any_set(),
        increase in any_worse(),
    ) {
        let config = weights();
        let raised = raise(&set, &increase);
        let (before, after) = (score(&set.factors(), &config), score(&raised.factors(), &config));
        prop_assert!(after.score >= before.score, "{before:?} then {after:?}");
        prop_assert!(after.level <= before.level, "{before:?} then {after:?}");
        prop_assert_eq!(priority::total_points(&before.terms), before.score);
        prop_assert_eq!(priority::total_points(&after.terms), after.score);
    }

    #[test]
    fn safety_risks_and_threats_of_harm_are_p1_with_any_other_factors(
        set in any_set(),
        kind in one([RiskKind::Safety, RiskKind::ThreatOfHarm]),
        weight in 0..1000_i32,
    ) {
        let mut config = weights();
        config.points.intent.insert(Intent::Spam, -weight);
        config.points.positive = weight;
        config.points.risk.clear();
        let raised = raise(&set, &WorseFactor::Risk(kind));
        prop_assert_eq!(score(&raised.factors(), &config).level, mention::Level::P1);
    }

    #[test]
    fn a_doubtful_customer_match_never_raises_the_score(
        set in any_set(),
        confidence in prop_oneof![-1.0..0.8_f32, Just(f32::NAN)],
        value in any::<i64>(),
        open_cases in any::<i32>(),
    ) {
        let without = FactorSet { customer: None, ..set };
        let with = FactorSet {
            customer: Some(CustomerEntry { value, open_cases, ..customer(confidence) }),
            ..without.clone()
        };
        let config = weights();
        let [without, with] = [without, with].map(|set| score(&set.factors(), &config));
        prop_assert_eq!((without.score, without.level), (with.score, with.level));
    }
}
