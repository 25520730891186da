//! Decides the priority of a received mention, stores it as open and counts it for the signals.
//!
//! Must not know: how points are computed.

use mention::{
    Customer, Engagement, Level, Mention, Novelty, Prioritized, Priority, Scored, Term, Tone, codec,
};
use rules::Facts;
use stage::{EventTime, TimeDelta, Tx};
use xxhash_rust::xxh3::xxh3_64;

use crate::explain::RescoreCause;
use crate::factors::{Factors, complaint};
use crate::hashes::{AuthorHash, MentionHash};
use crate::score::{ScoreBreakdown, TIME_TERMS, score};
use crate::state::{
    AuthorHistory, ComplaintStatus, DecisionInputs, Key, OpenMention, PriorContacts, Value,
    tone_bits,
};
use crate::tone::ToneHistory;
use crate::{CustomerEntry, Incidents, Out, Prioritizer, Tenants, order, peers, signals, text};

/// What a mention is scored with besides its own record.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScoringContext<'a> {
    /// The customer behind the author.
    pub customer: Option<&'a CustomerEntry>,
    /// The author's earlier mentions.
    pub prior_contacts: PriorContacts,
    /// How the mention compares with those.
    pub tones: &'a [Tone],
    /// The engagement counted so far; none if only the mention itself states it.
    pub engagement: Option<Engagement>,
}

/// The priority of a mention, with the normalised text that the signals need too.
pub(crate) struct ScoringOutcome {
    pub(crate) priority: Priority,
    normalised: String,
}

/// What the state knows of the author at the time of a mention.
struct AuthorContext {
    prior_contacts: PriorContacts,
    tones: Vec<Tone>,
}

impl Prioritizer {
    /// The priority of a mention at `now`, by the rules in force.
    ///
    /// The brand's own mentions and withdrawals are P5 without terms. The priority has no place
    /// yet: a mention gets one when its decision is emitted.
    #[must_use]
    pub fn score(
        &self,
        scored: &Scored,
        tenants: &Tenants,
        now: EventTime,
        context: &ScoringContext<'_>,
        incidents: &Incidents,
    ) -> Priority {
        if needs_no_answer(scored) {
            return lowest();
        }
        self.score_with(scored, tenants, now, context, incidents).priority
    }

    pub(crate) fn score_with(
        &self,
        scored: &Scored,
        tenants: &Tenants,
        now: EventTime,
        context: &ScoringContext<'_>,
        incidents: &Incidents,
    ) -> ScoringOutcome {
        let mention = &scored.mention;
        let tenant = tenants.get(&mention.tenant);
        let normalised = text::normalise(&mention.text);
        let named = tenant.watchlist.find(&normalised);
        let incident = incidents.find(scored, &normalised, &named);
        let age = mention.published_at.map_or(TimeDelta::ZERO, |at| now - at);
        let engagement = context.engagement.unwrap_or(mention.engagement);
        let factors = Factors {
            named: &named,
            tones: context.tones,
            prior_mentions: context.prior_contacts.mentions.into(),
            has_complained: context.prior_contacts.complaints > 0,
            customer: context.customer,
            incident,
            ..Factors::of(scored, engagement, age)
        };
        // Intents are ordered by probability.
        let likeliest = factors.intents.first();
        let ScoreBreakdown { level, score, terms, floor } = score(&factors, &tenant.weights);
        let mut priority = Priority {
            level,
            score,
            // Set by `emit_prioritized`: a score that becomes no decision has no place.
            place: None,
            terms,
            intent: likeliest.map(|found| found.intent).unwrap_or_default(),
            intent_evidence: likeliest.and_then(|found| found.evidence.clone()),
            customer: context.customer.map(CustomerEntry::customer),
            incident_id: incident.map(|incident| incident.incident_id.clone()),
            incident_revision: incident.map_or(0, |incident| incident.revision),
            revision: 1,
            reviewed: None,
            floor,
            tone: context.tones.to_vec(),
            rules_version: tenants.version().to_owned(),
            peer_answered: false,
            incident_notice: incident
                .map(|incident| incident.notice.clone())
                .filter(|notice| !notice.is_empty()),
            named,
        };
        // The conditions of the rules' floors see the priority as it is without them.
        let facts = Facts::from_parts(mention, &scored.findings, &scored.understanding, &priority);
        if let Some(floor) = tenant.weights.floor(&facts).filter(|floor| floor.level < level) {
            (priority.level, priority.floor) = (floor.level, Some(floor.name.clone()));
        }
        ScoringOutcome { priority, normalised }
    }

    /// Decides a received mention: a new one, an edit or a withdrawal.
    pub(crate) fn process_mention(
        &self,
        scored: Scored,
        tenants: &Tenants,
        time: EventTime,
        tx: &mut Tx<'_, Self>,
    ) {
        let key = (AuthorHash::of_mention(&scored.mention), MentionHash::of(&scored.mention.id));
        // An edit is scored with all reactions, not only with those up to the last step.
        let reactions = tx.state().reactions(key.0, key.1).unwrap_or_default();
        let earlier = tx.state().open_mention(key, &self.bounds).cloned();
        let earlier = earlier.map(|open| OpenMention { reactions, ..open });
        if needs_no_answer(&scored) {
            if earlier.is_some() {
                Self::close(key.0, key.1, tx);
            }
            return emit_prioritized(scored, lowest(), time, tx);
        }
        let history = tx.state().author(key.0, &self.bounds).cloned().unwrap_or_default();
        let AuthorContext { prior_contacts, tones } =
            author_context(&scored, &history, earlier.as_ref());
        let context = ScoringContext {
            customer: tx.state().customers().get(key.0),
            prior_contacts,
            tones: &tones,
            engagement: earlier.as_ref().map(|open| open.engagement(scored.mention.engagement)),
        };
        let mut outcome = self.score_with(&scored, tenants, time, &context, tx.table());
        if scored.findings.novelty == Novelty::New {
            count_new_mention(&scored, &outcome, &history, time, tx);
        } else {
            outcome.priority.reviewed = Some(RescoreCause::Edit.as_str().to_owned());
        }
        outcome.priority.peer_answered = earlier.as_ref().is_some_and(|open| open.is_answered);
        self.store_open(key, &scored, &outcome.priority, prior_contacts, earlier, tx);
        emit_prioritized(scored, outcome.priority, time, tx);
    }

    /// Stores a decided mention as open. Closes it instead if it is P5 or larger than [`Bounds::open_bytes`](crate::Bounds::open_bytes).
    fn store_open(
        &self,
        (author, mention): (AuthorHash, MentionHash),
        scored: &Scored,
        priority: &Priority,
        prior_contacts: PriorContacts,
        earlier: Option<OpenMention>,
        tx: &mut Tx<'_, Self>,
    ) {
        let mut bytes = Vec::with_capacity(512);
        codec::write(scored, &mut bytes);
        if priority.level < Level::P5 && bytes.len() <= self.bounds.open_bytes {
            let open = OpenMention {
                since: tx.state().clock(),
                revision: 1,
                level: priority.level,
                inputs: decision_inputs(priority),
                reactions: earlier.map(|open| open.reactions).unwrap_or_default(),
                is_answered: priority.peer_answered,
                prior_contacts,
                tones: tone_bits(&priority.tone),
                scored: bytes.into(),
            };
            tx.set(Key::OpenMention(author, mention), Value::OpenMention(open));
        } else if earlier.is_some() {
            Self::close(author, mention, tx);
        }
    }
}

/// The author's earlier mentions as a mention is scored with them.
fn author_context(
    scored: &Scored,
    history: &AuthorHistory,
    earlier: Option<&OpenMention>,
) -> AuthorContext {
    if scored.findings.novelty == Novelty::New {
        let tones = ToneHistory::of(&history.tone_history).tones(scored);
        return AuthorContext { prior_contacts: history.contacts(), tones };
    }
    match earlier {
        // An edit is no new contact: it keeps the context of its first version.
        Some(open) => {
            let tones = open.tones_at_arrival();
            AuthorContext { prior_contacts: open.prior_contacts, tones }
        }
        // The history counts the first version, which is no longer open and left no other trace.
        None => AuthorContext { prior_contacts: history.contacts().less_one(), tones: Vec::new() },
    }
}

/// Adds a new mention to the history of its author and to the signals, and publishes the reaction
/// that it is if it replies to another author.
fn count_new_mention(
    scored: &Scored,
    ScoringOutcome { priority, normalised }: &ScoringOutcome,
    history: &AuthorHistory,
    time: EventTime,
    tx: &mut Tx<'_, Prioritizer>,
) {
    let now = tx.state().clock();
    let tones = ToneHistory::of(&history.tone_history).with_mention(scored);
    let history = history.with_mention(now, complaint_status(scored, priority), tones);
    let author = AuthorHash::of_mention(&scored.mention);
    tx.set(Key::Author(author), Value::Author(history));
    signals::count_mention(scored, normalised, &priority.named, time, tx);
    if let Some(reaction) = peers::reply_reaction(scored, priority.intent, normalised) {
        tx.emit(time, Out::Reaction(Box::new(reaction)));
    }
}

/// Gives a decision its place in the queue and emits it.
///
/// The place counts from the first version, so that an edit does not send its author back to the end.
pub(crate) fn emit_prioritized(
    scored: Scored,
    mut priority: Priority,
    time: EventTime,
    tx: &mut Tx<'_, Prioritizer>,
) {
    let weights = &tx.rules().get(&scored.mention.tenant).weights;
    let first_at = scored.findings.first_received_at;
    // A stranger's reply may move a mention behind others of its level, never below the level.
    let score = if priority.peer_answered { i32::MIN } else { priority.score };
    priority.place = Some(order::place(first_at, score, priority.level, weights));
    let Scored { mention, findings, understanding } = scored;
    let record = Prioritized { mention, findings, understanding, priority };
    tx.emit(time, Out::Prioritized(Box::new(record)));
}

/// What a decision depends on besides time. A re-score with the same inputs is no revision.
pub(crate) fn decision_inputs(priority: &Priority) -> DecisionInputs {
    let by_time = |term: &&Term| TIME_TERMS.contains(&term.name.as_str());
    let points_by_time: i32 = priority.terms.iter().filter(by_time).map(|term| term.points).sum();
    let hash = |customer: &Customer| {
        xxh3_64(format!("{}/{}", customer.customer_id, customer.tier).as_bytes())
    };
    DecisionInputs {
        base: priority.score - points_by_time,
        incident: priority.incident_id.as_ref().map_or(0, |id| xxh3_64(id.as_bytes())),
        customer: priority.customer.as_ref().map_or(0, hash),
    }
}

/// Whether a mention is the brand's own or withdrawn.
fn needs_no_answer(scored: &Scored) -> bool {
    let Scored { mention: Mention { is_own, .. }, findings, .. } = scored;
    *is_own || findings.novelty == Novelty::Withdrawal
}

/// The priority of a mention that needs no answer.
fn lowest() -> Priority {
    Priority { level: Level::P5, ..Priority::default() }
}

fn complaint_status(scored: &Scored, priority: &Priority) -> ComplaintStatus {
    use mention::Intent::{CannotReachYou, Complaint};
    let is_intent = matches!(priority.intent, Complaint | CannotReachYou);
    if is_intent || complaint(scored) >= 0.5 { ComplaintStatus::Yes } else { ComplaintStatus::No }
}
