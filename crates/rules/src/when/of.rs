//! The record of conditions out of a prioritized mention.

use mention::{
    AccountRole, Channel, Findings, Intent, Mention, NamedKind, Prioritized, Priority, RiskKind,
    Tone, Understanding,
};

use super::facts::{Bits, Code, Facts, level_code};

/// Below this confidence a match of a customer says nothing.
const SURE: f32 = 0.8;

impl<'a> Facts<'a> {
    /// What conditions may ask about a mention.
    #[must_use]
    pub fn of(fact: &'a Prioritized) -> Self {
        let Prioritized { mention, findings, understanding, priority } = fact;
        Self::of_parts(mention, findings, understanding, priority)
    }

    /// The same from the parts of a record.
    #[must_use]
    pub fn of_parts(
        mention: &'a Mention,
        findings: &Findings,
        understanding: &'a Understanding,
        priority: &'a Priority,
    ) -> Self {
        let sentiment = understanding.sentiment.unwrap_or_default();
        // A confidence that is no number is no confidence: the comparison fails.
        let customer = priority.customer.as_ref().filter(|known| known.confidence >= SURE);
        let engagement = mention.engagement;
        Self {
            tenant: &mention.tenant,
            platform: &mention.platform,
            channel: channel(mention.channel),
            account: mention.account.as_deref().unwrap_or_default(),
            account_role: role(mention.account_role),
            language: understanding.language.as_deref().unwrap_or_default(),
            level: level_code(priority.level),
            score: priority.score.into(),
            intent: intent(priority.intent),
            intents: all(understanding.intents.iter().map(|found| intent(found.intent)))
                | 1 << intent(priority.intent),
            complaint: share(understanding.complaint.unwrap_or(0.0)),
            reason: understanding.reason.as_ref().map_or("", |reason| &reason.name),
            needs_answer: understanding.needs_answer.map_or(1.0, share),
            risks: all(understanding.risks.iter().map(|found| risk(found.kind))),
            negative: share(sentiment.negative),
            positive: share(sentiment.positive),
            abstained: understanding.sentiment.is_none(),
            offensive: share(understanding.offensive.unwrap_or(0.0)),
            irony: share(understanding.irony.unwrap_or(0.0)),
            emotion: understanding.emotion.as_ref().map_or("", |emotion| &emotion.name),
            followers: mention.author.followers.unwrap_or(0).max(0),
            verified: mention.author.verified.unwrap_or(false),
            bot: mention.author.bot.unwrap_or(false),
            likes: engagement.likes.max(0),
            replies: engagement.replies.max(0),
            reposts: engagement.reposts.max(0),
            views: engagement.views.max(0),
            promoted: mention.promoted,
            rated: mention.rating.is_some(),
            rating: mention.rating.map_or(0.0, within),
            copies: findings.cluster_size.max(0),
            is_reply: mention.in_reply_to.is_some(),
            is_customer: customer.is_some(),
            tier: customer.map_or("", |customer| &customer.tier),
            value: customer.map_or(0, |customer| customer.value),
            open_cases: customer.map_or(0, |customer| customer.open_cases.max(0).into()),
            in_incident: priority.incident_id.is_some(),
            incident: priority.incident_id.as_deref().unwrap_or_default(),
            named: all(priority.named.iter().map(|named| kind(named.kind))),
            executives: names(priority, NamedKind::Executive),
            competitors: names(priority, NamedKind::Competitor),
            products: names(priority, NamedKind::Product),
            tone: all(priority.tone.iter().map(|heard| tone(*heard))),
            clock: 0,
        }
    }
}

fn all(codes: impl Iterator<Item = Code>) -> Bits {
    codes.fold(0, |all, code| all | 1 << code)
}

fn names(priority: &Priority, kind: NamedKind) -> Vec<&str> {
    let of_kind = priority.named.iter().filter(|named| named.kind == kind);
    of_kind.map(|named| named.name.as_str()).collect()
}

fn share(probability: f32) -> f64 {
    within(probability.into())
}

/// A number from 0 to 1, whatever stands in the record.
fn within(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.clamp(0.0, 1.0) }
}

fn channel(channel: Channel) -> Code {
    match channel {
        Channel::PublicPost => 0,
        Channel::PublicComment => 1,
        Channel::Review => 2,
        Channel::DirectMessage => 3,
    }
}

fn role(role: AccountRole) -> Code {
    match role {
        AccountRole::Unknown => 0,
        AccountRole::Service => 1,
        AccountRole::Brand => 2,
        AccountRole::Campaign => 3,
    }
}

fn intent(intent: Intent) -> Code {
    match intent {
        Intent::Other => 0,
        Intent::Complaint => 1,
        Intent::Question => 2,
        Intent::Request => 3,
        Intent::Praise => 4,
        Intent::Spam => 5,
        Intent::Suggestion => 6,
        Intent::JobEnquiry => 7,
        Intent::SalesInterest => 8,
        Intent::CannotReachYou => 9,
        Intent::CampaignChatter => 10,
    }
}

fn risk(kind: RiskKind) -> Code {
    match kind {
        RiskKind::Safety => 0,
        RiskKind::Health => 1,
        RiskKind::LegalThreat => 2,
        RiskKind::SecurityOrFraud => 3,
        RiskKind::VulnerablePerson => 4,
        RiskKind::ThreatOfHarm => 5,
        RiskKind::Discrimination => 6,
        RiskKind::PressOrRegulator => 7,
    }
}

fn kind(kind: NamedKind) -> Code {
    match kind {
        NamedKind::Executive => 0,
        NamedKind::Competitor => 1,
        NamedKind::Product => 2,
        NamedKind::Churn => 3,
    }
}

fn tone(tone: Tone) -> Code {
    match tone {
        Tone::Repeated => 0,
        Tone::Unanswered => 1,
        Tone::WiderChannel => 2,
    }
}
