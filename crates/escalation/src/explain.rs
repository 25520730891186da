//! One sentence a supervisor understands. No word of a mention, no name of its author.

use mention::{Channel, Clock, Intent, Prioritized, Stopped};
use rules::{Decision, spoken};
use stage::Micros;

use crate::case::Case;
use crate::decide::Step;

/// Why a mention goes where it goes.
pub(crate) fn routed(fact: &Prioritized, rule: &Decision<'_>, case: &Case, step: Step) -> String {
    let (owner, name) = (&case.owner, rule.rule());
    match step {
        Step::Opened | Step::TakenOver => opened(fact, rule, case),
        Step::Joined => format!(
            "{}, a further message of the author's open case, so {owner} keeps it; rule \"{name}\" \
             adds its playbook.",
            what(fact)
        ),
        Step::Reopened => format!(
            "{}, from an author whose case was closed not long ago: it is open again, and {owner} \
             keeps it.",
            what(fact)
        ),
        Step::Changed => match fact.priority.reviewed.as_deref() {
            Some(why) if fact.priority.revision > 1 => {
                format!("Decided again, since {why}: {}; {owner} keeps the case.", what(fact))
            }
            _ => format!("The message has changed to {}; {owner} keeps the case.", what(fact)),
        },
        Step::ChangedLate => "The message has changed; its case is already closed.".to_owned(),
        Step::Withdrawn => {
            format!("The message was taken back; {owner} keeps the case for the other messages.")
        }
        Step::WithdrawnLast => format!(
            "The message was taken back, and with it all of the case of {owner}: its clocks have \
             stopped."
        ),
        Step::WithdrawnLate => "The message was taken back; its case is already closed.".to_owned(),
    }
}

/// Why a mention goes nowhere.
pub(crate) fn filtered(fact: &Prioritized, rule: &Decision<'_>) -> String {
    let (what, owner, name) = (what(fact), rule.owner, rule.rule());
    format!(
        "{what}: rule \"{name}\" would leave it with {owner}, and the filter drops what this rule \
         takes."
    )
}

fn opened(fact: &Prioritized, rule: &Decision<'_>, case: &Case) -> String {
    let (what, owner, name) = (what(fact), &case.owner, rule.rule());
    let Some(work) = &rule.work else {
        return format!(
            "{what}: rule \"{name}\" leaves it with {owner}, and nobody has to answer."
        );
    };
    let targets = work.policy.targets(case.level);
    let clocks = [
        ("accept", targets.acknowledge),
        ("answer", targets.respond),
        ("resolve", targets.resolve),
    ];
    let due: Vec<_> = clocks
        .into_iter()
        .filter_map(|(verb, target)| Some(format!("{verb} it within {}", spoken(target?.open))))
        .collect();
    match due.split_last() {
        None => format!("{what}: rule \"{name}\" gives it to {owner}."),
        Some((last, [])) => format!("{what}: rule \"{name}\" gives it to {owner}, to {last}."),
        Some((last, first)) => {
            let first = first.join(", ");
            format!("{what}: rule \"{name}\" gives it to {owner}, to {first} and {last}.")
        }
    }
}

/// "P1 complaint in a review on x, part of incident 7".
fn what(fact: &Prioritized) -> String {
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
        Intent::CannotReachYou => "call for somebody who answers",
        Intent::CampaignChatter => "word on a campaign",
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

fn missed(clock: Clock) -> &'static str {
    match clock {
        Clock::Acknowledge => "has not accepted the case",
        Clock::Respond => "has not answered the author",
        Clock::Resolve => "has not resolved the case",
    }
}

/// What it means that a deadline was missed.
pub(crate) fn breached(case: &Case, clock: Clock) -> String {
    format!("{} {} in time.", case.owner, missed(clock))
}

/// Who is called before a deadline, and why.
pub(crate) fn foreseen(case: &Case, contact: &str, left: Micros, needed: Micros) -> String {
    format!(
        "{} has {} left to answer the author, and needs {} at the pace of its queue: {contact} is \
         called before it is late.",
        case.owner,
        spoken(whole(left)),
        spoken(whole(needed))
    )
}

/// Who is called because an owner does nothing.
pub(crate) fn idle(case: &Case, contact: &str, after: Micros) -> String {
    format!(
        "{} has accepted the case and done nothing for {} while the author waits: it is taken \
         back, must be accepted anew, and {contact} is called.",
        case.owner,
        spoken(after)
    )
}

pub(crate) fn accepted(case: &Case, stopped: Option<Stopped>) -> String {
    format!("{} has accepted the case{}.", case.owner, after(stopped))
}

pub(crate) fn returned(case: &Case, has_reason: bool) -> String {
    let why = if has_reason { "with a reason" } else { "without a reason" };
    format!("{} has given the case back {why}: somebody must accept it anew.", case.owner)
}

pub(crate) fn reassigned(from: &str, case: &Case, is_bot: bool) -> String {
    let who = if is_bot { "A bot" } else { "A supervisor" };
    format!("{who} has handed the case from {from} to {}, who must accept it.", case.owner)
}

pub(crate) fn given(from: &str, case: &Case) -> String {
    format!("This step of the path takes the case from {from}: {} must accept it.", case.owner)
}

pub(crate) fn overflown(from: &str, case: &Case, waited: Micros, is_last: bool) -> String {
    let (owner, waited) = (&case.owner, spoken(waited));
    let why = if is_last { "is the last resort" } else { "helps out" };
    format!("{from} has not accepted the case for {waited}: {owner} {why} and must accept it.")
}

pub(crate) fn responded(case: &Case, stopped: Option<Stopped>, is_public: Option<bool>) -> String {
    let place = match is_public {
        Some(true) => " in public",
        Some(false) => " in private",
        None => "",
    };
    format!("{} has answered the author{place}{}.", case.owner, after(stopped))
}

pub(crate) fn resolved(case: &Case, stopped: Option<Stopped>) -> String {
    format!("{} has closed the case{}.", case.owner, after(stopped))
}

pub(crate) fn reopened(case: &Case) -> String {
    format!(
        "The case is open again, for the {} time, and {} keeps it.",
        nth(case.reopened),
        case.owner
    )
}

pub(crate) fn eased(case: &Case) -> String {
    format!(
        "Another user has answered the author: the case of {} is {:?} now, and stays open.",
        case.owner, case.level
    )
}

/// ", after 20m of working time, in time".
fn after(stopped: Option<Stopped>) -> String {
    let Some(stopped) = stopped else { return String::new() };
    let judged = if stopped.is_in_time { "in time" } else { "too late" };
    format!(", after {} of working time, {judged}", spoken(whole(stopped.counted)))
}

/// To the second: nobody reads further.
fn whole(lasting: Micros) -> Micros {
    lasting - lasting.rem_euclid(1_000_000)
}

fn nth(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Who is called, and why.
pub(crate) fn raised(
    case: &Case,
    clock: Clock,
    step: i64,
    contact: &str,
    due_at: Micros,
    next_at: Option<Micros>,
) -> String {
    let owner = &case.owner;
    let missed = missed(clock);
    let then = match next_at {
        Some(next_at) => format!("the next call follows in {}", spoken(next_at - due_at)),
        None => "it is the last call".to_owned(),
    };
    format!("{owner} {missed} in time: {contact} is called (call {step}), and {then}.")
}

/// A clock as ids name it.
pub(crate) fn clock(clock: Clock) -> &'static str {
    match clock {
        Clock::Acknowledge => "acknowledge",
        Clock::Respond => "respond",
        Clock::Resolve => "resolve",
    }
}
