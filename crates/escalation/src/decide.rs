//! Decides about a mention: opens a case, adds a message to an open one, or decides again about a
//! mention that was routed before.
//!
//! Must not know: case events, timers, the text of explanations.

use mention::{Filtered, Novelty, Prioritized, Routed};
use rules::{Decision, Facts};
use stage::{EventTime, TimeDelta};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::author::AuthorKey;
use crate::case::{CaseState, RoutedMention};
use crate::clocks::{self, ClockTargets};
use crate::context::Context;
use crate::lifecycle;
use crate::records::{self, MentionDecision};
use crate::relation::relate;
use crate::topics::Out;
use crate::transition::{CaseChange, MessageRelation, Transition};

/// The outcome for a mention.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MentionOutcome {
    /// No record.
    Ignored,
    /// The filter dropped it.
    Filtered(Box<Filtered>),
    /// It is routed; the new state of the case.
    Routed(Box<CaseState>, Box<Routed>),
}

/// Decides about a mention at `time`. Pushes the control record of a reopened case to `out`; the
/// record about the mention is part of the outcome.
pub(crate) fn decide(
    fact: Prioritized,
    author: &AuthorKey,
    case: Option<CaseState>,
    time: EventTime,
    context: Context<'_>,
    out: &mut Vec<Out>,
) -> MentionOutcome {
    // The last playbook entry matches everything, so checked rules always decide.
    let Some(decision) = context.rules.decide(&Facts::from_mention(&fact), time) else {
        return MentionOutcome::Ignored;
    };
    let id_hash = xxh3_64(fact.mention.id.as_bytes()).cast_signed();
    let message = Message { fact: &fact, id_hash, author, decision: &decision, time, context };
    let relation = relate(&fact, id_hash, case.as_ref(), |case| message.may_reopen(case));
    if relation == MessageRelation::Ignored {
        return MentionOutcome::Ignored;
    }
    // A mention for which a classifier abstained is never dropped.
    let is_judged = fact.understanding.unanswered_task().is_none();
    if is_judged && context.config.filter.drops(&decision, relation, case.as_ref()) {
        return MentionOutcome::Filtered(Box::new(records::filtered(
            &fact,
            &decision,
            context.rules,
        )));
    }
    let Some(Applied { mut case, entry, transition }) = message.apply(relation, case, out) else {
        return MentionOutcome::Ignored;
    };
    if relation.is_new_contact() {
        message.count_contact(&mut case);
    }
    // Before the new entry replaces it: the record names the decision that it supersedes.
    let superseded = case.find_routed(id_hash).copied();
    case.remember(entry);
    let disposition = relation.disposition();
    let decided = MentionDecision { fact, entry, superseded, disposition, transition, time };
    let routed = records::mention(decided, &decision, &case, context.rules);
    MentionOutcome::Routed(Box::new(case), Box::new(routed))
}

/// A mention, and what is needed to apply it to a case.
#[derive(Clone, Copy)]
struct Message<'a> {
    fact: &'a Prioritized,
    id_hash: i64,
    author: &'a AuthorKey,
    decision: &'a Decision<'a>,
    time: EventTime,
    context: Context<'a>,
}

/// The result of applying a mention.
struct Applied {
    case: CaseState,
    /// What the case remembers about the mention.
    entry: RoutedMention,
    transition: Transition,
}

impl Message<'_> {
    /// Whether the mention reopens this closed case: it needs work, and the case was work that was
    /// closed recently and not withdrawn.
    fn may_reopen(&self, case: &CaseState) -> bool {
        let within = self.context.config.reopen_within;
        let is_recent = case.closed_at.is_some_and(|at| self.time - at <= within);
        let is_unfinished = is_recent && case.live_mentions > 0;
        within > TimeDelta::ZERO && is_unfinished && !case.is_lane() && self.decision.work.is_some()
    }

    fn apply(
        &self,
        relation: MessageRelation,
        case: Option<CaseState>,
        out: &mut Vec<Out>,
    ) -> Option<Applied> {
        Some(match relation {
            MessageRelation::Ignored => return None,
            MessageRelation::Opens => self.open(case.unwrap_or_default()),
            MessageRelation::Joins => self.join(case?),
            MessageRelation::Reopens => self.reopen(case?, out),
            MessageRelation::Updates(previous) => self.update(case?, previous),
            MessageRelation::Withdraws(previous) => self.withdraw(case?, previous),
        })
    }

    /// Opens a case; carries over what is known about the author from the previous one.
    fn open(&self, previous: CaseState) -> Applied {
        let mut case = CaseState {
            id: self.new_case_id(),
            opened_by: self.fact.mention.id.clone(),
            level: self.fact.priority.level,
            live_mentions: 1,
            contacts: previous.contacts,
            routed_mentions: previous.routed_mentions,
            sentiments: previous.sentiments,
            last_agent: previous.last_agent,
            ..CaseState::default()
        };
        lifecycle::assign(&mut case, self.decision, self.time, self.context);
        let entry = self.first_entry(&case);
        Applied { case, entry, transition: Transition::Opened }
    }

    /// Adds a message to an open case: the owner stays, and an answered author waits again.
    fn join(&self, mut case: CaseState) -> Applied {
        let entry = self.first_entry(&case);
        let transition = self.apply_content(&mut case).unwrap_or_else(|| {
            if let Some(work) = self.decision.work {
                let level = self.fact.priority.level;
                let targets = ClockTargets::of_work(&case, work, level, self.context);
                clocks::resume(&mut case, targets, self.time, self.context);
            }
            Transition::Joined
        });
        case.live_mentions += 1;
        Applied { case, entry, transition }
    }

    fn reopen(&self, mut case: CaseState, out: &mut Vec<Out>) -> Applied {
        let entry = self.first_entry(&case);
        case.level = self.fact.priority.level;
        lifecycle::reopen(&mut case, self.time, self.context);
        lifecycle::extend_expiry(&mut case, self.time, self.context.rules);
        case.live_mentions += 1;
        // Consumers learn that the case is open before they get the message in it.
        let change = CaseChange::Reopened;
        let rules = self.context.rules;
        let record = records::case_change(&mut case, self.author, self.time, &change, rules);
        out.push(Out::Routed(Box::new(record)));
        Applied { case, entry, transition: Transition::Reopened }
    }

    fn update(&self, mut case: CaseState, previous: RoutedMention) -> Applied {
        let is_closed = previous.case != case.id || case.is_closed;
        let transition = match is_closed {
            true => Transition::ChangedLate,
            false => self.apply_content(&mut case).unwrap_or(Transition::Changed),
        };
        let entry = RoutedMention { seq: previous.seq.saturating_add(1), ..previous };
        Applied { case, entry, transition }
    }

    fn withdraw(&self, mut case: CaseState, previous: RoutedMention) -> Applied {
        let transition = self.withdraw_from(&mut case, previous);
        let seq = previous.seq.saturating_add(1);
        let entry = RoutedMention { seq, is_withdrawn: true, ..previous };
        Applied { case, entry, transition }
    }

    fn withdraw_from(&self, case: &mut CaseState, previous: RoutedMention) -> Transition {
        if previous.case != case.id {
            return Transition::WithdrawnLate;
        }
        case.live_mentions -= 1;
        match (case.is_closed, case.live_mentions) {
            (true, _) => Transition::WithdrawnLate,
            (false, ..=0) => {
                let retention = self.context.rules.retention.closed;
                case.close(self.time, self.time + retention);
                Transition::WithdrawnLast
            }
            (false, _) => Transition::Withdrawn,
        }
    }

    /// Applies the content of a message to an open case: a lane may turn into work, which returns a
    /// transition; otherwise due times only move nearer.
    fn apply_content(&self, case: &mut CaseState) -> Option<Transition> {
        lifecycle::extend_expiry(case, self.time, self.context.rules);
        let work = self.decision.work?;
        if case.is_lane() {
            case.level = self.fact.priority.level;
            lifecycle::assign(case, self.decision, self.time, self.context);
            return Some(Transition::TakenOver);
        }
        // The peer's answer has eased the case; the same answer must not raise it again.
        let level = match self.fact.priority.peer_answered && case.is_eased {
            true => lifecycle::ease(self.fact.priority.level),
            false => self.fact.priority.level,
        };
        case.level = case.level.min(level);
        let targets = ClockTargets::of_work(case, work, level, self.context);
        clocks::tighten(case, targets, self.time, self.context);
        None
    }

    /// Counts a new contact of the author, with its sentiment and the teams to inform.
    fn count_contact(&self, case: &mut CaseState) {
        case.contacts = case.contacts.saturating_add(1);
        case.remember_sentiment(self.fact.understanding.sentiment);
        for team in std::iter::once(self.decision.owner).chain(self.decision.watchers()) {
            if *team != case.owner {
                case.add_watcher(team);
            }
        }
    }

    /// The entry of a mention that is routed for the first time, or again after its withdrawal.
    fn first_entry(&self, case: &CaseState) -> RoutedMention {
        let decided = case.find_routed(self.id_hash).map_or(0, |routed| routed.seq);
        // A case forgets old mentions; starting at the revision of an edit keeps decision ids
        // unique.
        let revision = match self.fact.findings.novelty {
            Novelty::Edit => i32::try_from(self.fact.findings.revision).unwrap_or(i32::MAX),
            Novelty::New | Novelty::Withdrawal => 1,
        };
        let seq = decided.saturating_add(1).max(revision);
        RoutedMention { mention: self.id_hash, case: case.id, seq, is_withdrawn: false }
    }

    fn new_case_id(&self) -> i64 {
        let mut id = Xxh3::new();
        id.update(self.author.key());
        id.update(&[0]);
        id.update(self.fact.mention.id.as_bytes());
        // The time tells the case from an expired one that the same mention opened.
        id.update(&self.time.as_micros().to_le_bytes());
        id.digest().cast_signed()
    }
}

#[cfg(test)]
mod tests;
