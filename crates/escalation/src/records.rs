//! Builds the records that the stage emits, after the decision: a routed mention, a control record
//! about a case, a filtered mention, an escalation.
//!
//! A control record carries only the author and the opening mention's id; its route states the
//! owner and the due times. Must not know: how a decision is made.

use std::fmt::Write as _;

use mention::{Author, Disposition, Filtered, Mention, Prioritized, Raised, Routed};
use rules::{Decision, Person, Rules};
use stage::EventTime;

use crate::author::AuthorKey;
use crate::case::{CaseState, RoutedMention, format_case_id};
use crate::config::Contacts;
use crate::context::Context;
use crate::transition::{CaseChange, Escalated, Transition};
use crate::{explain, route, subject};

/// A decision about a mention, as data.
pub(crate) struct MentionDecision {
    pub(crate) fact: Prioritized,
    /// What the case remembers about the mention now.
    pub(crate) entry: RoutedMention,
    /// What the case remembered before.
    pub(crate) superseded: Option<RoutedMention>,
    pub(crate) disposition: Disposition,
    pub(crate) transition: Transition,
    /// Event time.
    pub(crate) time: EventTime,
}

/// The record about a mention. The stage sets `routed_at` when it emits it.
pub(crate) fn mention(
    decided: MentionDecision,
    decision: &Decision<'_>,
    case: &CaseState,
    rules: &Rules,
) -> Routed {
    let MentionDecision { fact, entry, superseded, disposition, transition, time } = decided;
    let explanation = explain::mention(&fact, decision, case, transition);
    let subject = subject::of_mention(&explain::subject(&fact), &fact.mention);
    let Prioritized { mention, findings, understanding, mut priority } = fact;
    // Moved, not copied: agents read the notice in the route.
    let incident_notice = priority.incident_notice.take();
    let language = understanding.language.clone();
    // An edit may concern an older case of the author, whose owner and clocks are gone.
    let current = Some(case).filter(|case| case.id == entry.case);
    Routed {
        mention_id: mention.mention_id(),
        decision_id: decision_id(entry),
        decision_seq: entry.seq.into(),
        supersedes: superseded.map(decision_id),
        disposition,
        subject,
        case_id: format_case_id(entry.case),
        is_public: mention.channel.is_public(),
        findings,
        understanding,
        priority,
        route: mention::Route {
            incident_notice,
            explanation,
            ..route::of_mention(decision, current, language, rules)
        },
        decided_at: time,
        mention,
        ..Routed::default()
    }
}

/// The id of a decision: the case, the mention, and the number of the decision about it.
fn decision_id(entry: RoutedMention) -> String {
    let mut id = String::with_capacity(48);
    // Writing to a string does not fail.
    let _ = write!(id, "{:016x}-{:016x}-{}", entry.case, entry.mention, entry.seq);
    id
}

/// The control record of a change at event time `at`. Counts it in the case.
pub(crate) fn case_change(
    case: &mut CaseState,
    author: &AuthorKey,
    at: EventTime,
    change: &CaseChange,
    rules: &Rules,
) -> Routed {
    // The counter is part of the decision id, so it must grow before the id is formatted.
    case.control_records = case.control_records.saturating_add(1);
    let [tenant, platform, author_id] = author.split();
    let mention = Mention {
        tenant,
        platform,
        id: case.opened_by.clone(),
        author: Author { id: author_id, ..Author::default() },
        received_at: at,
        ..Mention::default()
    };
    let explanation = explain::case_change(case, change);
    let mut routed = Routed {
        mention_id: mention.mention_id(),
        decision_id: format!("{}-case-{}", case.case_id(), case.control_records),
        decision_seq: case.control_records,
        disposition: change.disposition(),
        subject: subject::of_case(&explanation),
        case_id: case.case_id(),
        mention,
        route: mention::Route { explanation, ..route::of_case(case, rules) },
        decided_at: at,
        stopped: change.stopped(),
        ..Routed::default()
    };
    routed.priority.level = case.level;
    routed
}

/// The record of a mention that the filter dropped.
pub(crate) fn filtered(fact: &Prioritized, decision: &Decision<'_>, rules: &Rules) -> Filtered {
    Filtered {
        mention_id: fact.mention.mention_id(),
        tenant: fact.mention.tenant.clone(),
        platform: fact.mention.platform.clone(),
        author_id: fact.mention.author.id.clone(),
        revision: fact.findings.revision,
        level: fact.priority.level,
        score: fact.priority.score,
        rule: decision.deciding_rule().to_owned(),
        rules_version: rules.version.clone(),
        explanation: explain::filtered(fact, decision),
        received_at: fact.mention.received_at,
    }
}

/// The record of an escalation. The timer sets `is_late`.
pub(crate) fn raised(
    case: &CaseState,
    author: &AuthorKey,
    escalated: Escalated<'_>,
    context: Context<'_>,
) -> Raised {
    let [tenant, platform, author_id] = author.split();
    let explanation = explain::escalated(case, &escalated);
    let Escalated { clock, step, callee, due_at, next, reason } = escalated;
    let address = |person: &Person| match context.config.contacts {
        Contacts::Inline => person.reach.first().cloned(),
        Contacts::Reference => None,
    };
    let next_person = next.as_ref().and_then(|next| next.callee.person);
    Raised {
        person: callee.person.map(|person| person.id.clone()).unwrap_or_default(),
        channel: callee.person.and_then(Person::channel).unwrap_or_default().to_owned(),
        confirmed_at: callee.person.map(|person| person.confirmed_at),
        address: callee.person.and_then(address).unwrap_or_default(),
        is_unreachable: callee.person.is_none(),
        next_at: next.as_ref().map(|next| next.at),
        next_person: next_person.map(|person| person.id.clone()).unwrap_or_default(),
        next_contact: next.map(|next| next.callee.contact).unwrap_or_default(),
        case_id: case.case_id(),
        mention_id: format!("{tenant}/{platform}/{}", case.opened_by),
        explanation,
        clock,
        step,
        due_at,
        cause: reason.cause(),
        contact: callee.contact,
        owner: case.owner.clone(),
        tenant,
        platform,
        author_id,
        path: case.path.clone(),
        ..Raised::default()
    }
}
