//! Renders decisions as one sentence for supervisors, from data and after the decision.
//!
//! Of a text, only the words that decided appear here, in quotes. Must not know: the name of an author.

use mention::{Channel, Clock, Intent, Prioritized, StoppedClock};
use rules::{Decision, format_duration};
use stage::TimeDelta;

use crate::case::CaseState;
use crate::clocks::Callee;
use crate::subject;
use crate::transition::{
    CaseChange, Escalated, EscalationReason, OverflowKind, Reassigner, ReturnReason, Transition,
};

/// Why a mention is routed as it is.
pub(crate) fn mention(
    fact: &Prioritized,
    decision: &Decision<'_>,
    case: &CaseState,
    transition: Transition,
) -> String {
    let (owner, name) = (&case.owner, decision.deciding_rule());
    match transition {
        Transition::Opened | Transition::TakenOver => assigned(fact, decision, case),
        Transition::Joined => {
            let unanswered = match case.answered_at {
                Some(_) => "",
                None => " and nobody has answered",
            };
            format!(
                "{}: the {} message of the author, whose case is open{unanswered}; {owner} keeps it, and \
                 rule \"{name}\" adds its playbook entry.",
                because(fact),
                ordinal(case.contacts),
            )
        }
        Transition::Reopened => format!(
            "{}: reopens the author's recently closed case, which {owner} keeps.",
            subject(fact)
        ),
        // Revision 1 is the first score; later ones come from a re-score.
        Transition::Changed => match fact.priority.reviewed.as_deref() {
            Some(why) if fact.priority.revision > 1 => {
                format!("Re-scored because {why}: {}; {owner} keeps the case.", subject(fact))
            }
            _ => format!("Edited, now {}; {owner} keeps the case.", subject(fact)),
        },
        Transition::ChangedLate => "Edited; the case is already closed.".to_owned(),
        Transition::Withdrawn => {
            format!("Withdrawn; {owner} keeps the case for the other messages.")
        }
        Transition::WithdrawnLast => {
            format!("Withdrawn, the last message of the case of {owner}: its clocks have stopped.")
        }
        Transition::WithdrawnLate => "Withdrawn; the case is already closed.".to_owned(),
    }
}

/// Why a mention was dropped.
pub(crate) fn filtered(fact: &Prioritized, decision: &Decision<'_>) -> String {
    let (subject, owner, name) = (subject(fact), decision.owner, decision.deciding_rule());
    format!(
        "{subject}: rule \"{name}\" would assign it to {owner}, but the filter drops mentions of \
         this rule."
    )
}

fn assigned(fact: &Prioritized, decision: &Decision<'_>, case: &CaseState) -> String {
    let (subject, owner, name) = (because(fact), &case.owner, decision.deciding_rule());
    let Some(work) = &decision.work else {
        return format!("{subject}: rule \"{name}\" assigns it to {owner}; no answer is needed.");
    };
    let targets = work.policy.targets(case.level);
    let clocks = [
        ("acknowledge", targets.acknowledge),
        ("respond", targets.respond),
        ("resolve", targets.resolve),
    ];
    let due: Vec<_> = clocks
        .into_iter()
        .filter_map(|(verb, target)| {
            Some(format!("{verb} within {}", format_duration(target?.open_time)))
        })
        .collect();
    match due.split_last() {
        None => format!("{subject}: rule \"{name}\" assigns it to {owner}."),
        Some((last, [])) => {
            format!("{subject}: rule \"{name}\" assigns it to {owner}, to {last}.")
        }
        Some((last, first)) => {
            let first = first.join(", ");
            format!("{subject}: rule \"{name}\" assigns it to {owner}, to {first} and {last}.")
        }
    }
}

/// The most characters of the words that decided.
const MAX_WORDS: usize = 60;

/// "P2 complaint in public on x, because of “my lawyer”".
fn because(fact: &Prioritized) -> String {
    let risk = fact.understanding.risks.iter().map(|risk| &risk.words);
    let words = risk.chain(&fact.priority.intent_evidence).find(|words| !words.is_empty());
    let because = words.map(|words| {
        format!(", because of “{}”", subject::excerpt(words.trim_matches(['“', '”']), MAX_WORDS))
    });
    subject(fact) + &because.unwrap_or_default()
}

/// "P1 complaint in a review on x, part of incident 7".
pub(crate) fn subject(fact: &Prioritized) -> String {
    let level = fact.priority.level;
    let intent = match fact.priority.intent {
        Intent::Other => "mention",
        Intent::Complaint => "complaint",
        Intent::Question => "question",
        Intent::Request => "request",
        Intent::Praise => "praise",
        Intent::Spam => "spam",
        Intent::Suggestion => "suggestion",
        Intent::JobEnquiry => "job enquiry",
        Intent::SalesInterest => "sales interest",
        Intent::CannotReachYou => "report of unanswered contact",
        Intent::CampaignChatter => "campaign chatter",
    };
    let place = match fact.mention.channel {
        Channel::PublicPost => "in public",
        Channel::PublicComment => "in a comment",
        Channel::Review => "in a review",
        Channel::DirectMessage => "in a direct message",
    };
    let incident = match &fact.priority.incident_id {
        Some(incident) => format!(", part of incident {incident}"),
        None => String::new(),
    };
    format!("{level:?} {intent} {place} on {}{incident}", fact.mention.platform)
}

/// What happened to a case.
pub(crate) fn case_change(case: &CaseState, change: &CaseChange) -> String {
    let owner = &case.owner;
    match change {
        CaseChange::Accepted(stopped) => {
            format!("{owner} acknowledged the case{}.", after(*stopped))
        }
        CaseChange::Returned(reason) => {
            let reason = match reason {
                ReturnReason::Stated => "with a reason",
                ReturnReason::Missing => "without a reason",
            };
            format!("{owner} returned the case {reason}: it must be acknowledged again.")
        }
        CaseChange::Reassigned { from, by } => {
            let by = match by {
                Reassigner::Supervisor => "A supervisor",
                Reassigner::Bot => "A bot",
            };
            format!("{by} reassigned the case from {from} to {owner}, who must acknowledge it.")
        }
        CaseChange::Responded { stopped, is_public } => {
            let place = match is_public {
                Some(true) => " in public",
                Some(false) => " in private",
                None => "",
            };
            format!("{owner} responded to the author{place}{}.", after(*stopped))
        }
        CaseChange::Resolved(stopped) => format!("{owner} resolved the case{}.", after(*stopped)),
        CaseChange::Reopened => format!(
            "The case was reopened for the {} time; {owner} keeps it.",
            ordinal(case.reopened)
        ),
        CaseChange::Eased => format!(
            "Another user answered the author: the case of {owner} is now {:?} and stays open.",
            case.level
        ),
        CaseChange::Breached(clock) => format!("{owner} {} in time.", missed(*clock)),
        CaseChange::GivenByPath { from } => format!(
            "This step of the path hands the case off from {from}: {owner} must acknowledge it."
        ),
        CaseChange::Overflowed { from, waited, to } => {
            let to = match to {
                OverflowKind::OverflowTeam => "overflow team",
                OverflowKind::LastResort => "last resort",
            };
            let waited = format_duration(*waited);
            format!(
                "{from} has not acknowledged the case for {waited}: {owner} takes over as {to} and \
                 must acknowledge it."
            )
        }
        CaseChange::TakenBack { contact, after } => idle(owner, contact, *after),
        CaseChange::Released { from } => format!(
            "Harken has no room for another case and forgets this one of {from}: {owner} keeps its due \
             times without Harken, which ignores further events about it."
        ),
    }
}

/// Why a contact is notified.
pub(crate) fn escalated(case: &CaseState, escalated: &Escalated<'_>) -> String {
    let (owner, contact) = (&case.owner, &escalated.callee.contact);
    match escalated.reason {
        EscalationReason::Breach | EscalationReason::NotAccepted => {
            let missed = missed(escalated.clock);
            let then = match &escalated.next {
                Some(next) => {
                    let wait = format_duration(whole_seconds(next.at - escalated.due_at));
                    format!("the next call follows in {wait}")
                }
                None => "this is the last call".to_owned(),
            };
            let step = escalated.step;
            let called = match escalated.callee {
                Callee { person: None, .. } => {
                    format!("nobody of {contact} can be reached (call {step})")
                }
                Callee { is_off_hours: true, .. } => {
                    format!("nobody of the path is on duty, so {contact} is notified (call {step})")
                }
                _ => format!("{contact} is notified (call {step})"),
            };
            format!("{owner} {missed} in time: {called}, and {then}.")
        }
        EscalationReason::Foreseen { left, needed } => format!(
            "{owner} has {} left to respond to the author and needs {} at the pace of its queue: \
             {contact} is notified before the target is missed.",
            format_duration(whole_seconds(left)),
            format_duration(whole_seconds(needed))
        ),
        EscalationReason::Idle { after } => idle(owner, contact, after),
        EscalationReason::Released { due_at } => {
            let target = match escalated.clock {
                Clock::Acknowledge => "acknowledge the case",
                Clock::Respond => "respond to the author",
                Clock::Resolve => "resolve the case",
            };
            let left = match due_at - escalated.due_at {
                left if left > TimeDelta::ZERO => {
                    format!("has {} left to", format_duration(whole_seconds(left)))
                }
                _ => "is past its time to".to_owned(),
            };
            format!(
                "{owner} {left} {target}: Harken has no room for another case and watches this one no \
                 longer, so {contact} is notified."
            )
        }
    }
}

fn idle(owner: &str, contact: &str, after: TimeDelta) -> String {
    format!(
        "{owner} acknowledged the case and did nothing for {} while the author waits: it must be \
         acknowledged again, and {contact} is notified.",
        format_duration(after)
    )
}

fn missed(clock: Clock) -> &'static str {
    match clock {
        Clock::Acknowledge => "has not acknowledged the case",
        Clock::Respond => "has not responded to the author",
        Clock::Resolve => "has not resolved the case",
    }
}

/// ", after 20m of working time, in time".
fn after(stopped: Option<StoppedClock>) -> String {
    let Some(stopped) = stopped else { return String::new() };
    let judged = if stopped.is_in_time { "in time" } else { "too late" };
    let counted = format_duration(whole_seconds(stopped.counted));
    let disputed = match stopped.disputed_at {
        Some(_) => " (the time of the event's record counts: the time that it states cannot be)",
        None => "",
    };
    let withdrawn = match stopped.is_breach_withdrawn {
        true => "; the missed target that was published before is void",
        false => "",
    };
    format!(", after {counted} of working time, {judged}{disputed}{withdrawn}")
}

/// Rounds down to whole seconds; `humantime` would print the rest as microseconds.
fn whole_seconds(duration: TimeDelta) -> TimeDelta {
    TimeDelta::from_secs(duration.as_secs())
}

fn ordinal(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
