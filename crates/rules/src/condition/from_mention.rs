//! Reads [`Facts`] from a prioritized mention.

use mention::{
    AccountRole, Channel, Customer, DedupeResult, Intent, Mention, Prioritized, Priority, RiskKind,
    Tone, Understanding, WatchlistKind,
};

use super::facts::{EnumIndex, EnumSet, Facts, level_index};

/// Customer matches with a lower confidence are ignored.
const MIN_CUSTOMER_CONFIDENCE: f32 = 0.8;

impl<'a> Facts<'a> {
    /// The facts of a mention.
    #[must_use]
    pub fn from_mention(fact: &'a Prioritized) -> Self {
        let Prioritized { mention, findings, understanding, priority } = fact;
        Self::from_parts(mention, findings, understanding, priority)
    }

    /// The facts from the parts of a record.
    #[must_use]
    pub fn from_parts(
        mention: &'a Mention,
        findings: &DedupeResult,
        understanding: &'a Understanding,
        priority: &'a Priority,
    ) -> Self {
        let sentiment = understanding.sentiment.unwrap_or_default();
        let customer = certain_customer(priority);
        let engagement = mention.engagement;
        Self {
            tenant: &mention.tenant,
            platform: &mention.platform,
            channel: channel(mention.channel),
            account: mention.account.as_deref().unwrap_or_default(),
            account_role: role(mention.account_role),
            language: understanding.language.as_deref().unwrap_or_default(),
            level: level_index(priority.level),
            score: priority.score.into(),
            intent: intent(priority.intent),
            intents: all(understanding.intents.iter().map(|found| intent(found.intent)))
                // The main intent also counts where the classifier found none.
                | 1 << intent(priority.intent),
            complaint: share(understanding.complaint.unwrap_or(0.0)),
            reason: understanding.reason.as_ref().map_or("", |reason| &reason.name),
            // Unknown counts as expected: the mention must not lose its answer to an abstention.
            needs_answer: understanding.needs_answer.map_or(1.0, share),
            risks: all(understanding.risks.iter().map(|found| risk(found.kind))),
            negative: share(sentiment.negative),
            positive: share(sentiment.positive),
            abstained: understanding.sentiment.is_none(),
            offensive: share(understanding.offensive.unwrap_or(0.0)),
            irony: share(understanding.irony.unwrap_or(0.0)),
            emotion: understanding.emotion.as_ref().map_or("", |emotion| &emotion.name),
            // A record may hold negative counts; VARIABLES promises a minimum of 0.
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
            executives: names(priority, WatchlistKind::Executive),
            competitors: names(priority, WatchlistKind::Competitor),
            products: names(priority, WatchlistKind::Product),
            tone: all(priority.tone.iter().map(|relation| tone(*relation))),
            clock: 0,
        }
    }
}

/// The customer of the author, if the match is certain.
fn certain_customer(priority: &Priority) -> Option<&Customer> {
    // The comparison is false for NaN, so an undefined confidence drops the customer.
    priority.customer.as_ref().filter(|customer| customer.confidence >= MIN_CUSTOMER_CONFIDENCE)
}

fn all(codes: impl Iterator<Item = EnumIndex>) -> EnumSet {
    codes.fold(0, |all, code| all | 1 << code)
}

fn names(priority: &Priority, kind: WatchlistKind) -> Vec<&str> {
    let of_kind = priority.named.iter().filter(|named| named.kind == kind);
    of_kind.map(|named| named.name.as_str()).collect()
}

fn share(probability: f32) -> f64 {
    within(probability.into())
}

/// Clamps a number to 0 to 1; NaN becomes 0.
fn within(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.clamp(0.0, 1.0) }
}

fn channel(channel: Channel) -> EnumIndex {
    match channel {
        Channel::PublicPost => 0,
        Channel::PublicComment => 1,
        Channel::Review => 2,
        Channel::DirectMessage => 3,
    }
}

fn role(role: AccountRole) -> EnumIndex {
    match role {
        AccountRole::Unknown => 0,
        AccountRole::Service => 1,
        AccountRole::Brand => 2,
        AccountRole::Campaign => 3,
    }
}

fn intent(intent: Intent) -> EnumIndex {
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

fn risk(kind: RiskKind) -> EnumIndex {
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

fn kind(kind: WatchlistKind) -> EnumIndex {
    match kind {
        WatchlistKind::Executive => 0,
        WatchlistKind::Competitor => 1,
        WatchlistKind::Product => 2,
        WatchlistKind::Churn => 3,
    }
}

fn tone(tone: Tone) -> EnumIndex {
    match tone {
        Tone::Repeated => 0,
        Tone::Unanswered => 1,
        Tone::WiderChannel => 2,
    }
}
