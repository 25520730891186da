//! One sentence a supervisor understands. No word of a mention, no name of its author.

use mention::{Channel, Clock, Intent, Prioritized};
use stage::Micros;

use crate::case::Case;
use crate::decide::Step;
use crate::rules::{Route, Rules, spoken};

/// Why a mention goes where it goes.
pub(crate) fn routed(
    fact: &Prioritized,
    rule: &Route,
    case: &Case,
    step: Step,
    rules: &Rules,
) -> String {
    let (owner, name) = (&case.owner, &rule.name);
    match step {
        Step::Opened | Step::TakenOver => opened(fact, rule, case, rules),
        Step::Joined => format!(
            "{}, a further message of the author's open case, so {owner} keeps it; rule \"{name}\" \
             adds its playbook.",
            what(fact)
        ),
        Step::Changed => {
            format!("The message has changed to {}; {owner} keeps the case.", what(fact))
        }
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
pub(crate) fn filtered(fact: &Prioritized, rule: &Route) -> String {
    let (what, owner, name) = (what(fact), &rule.owner, &rule.name);
    format!(
        "{what}: rule \"{name}\" would leave it with {owner}, and the filter drops what this rule \
         takes."
    )
}

fn opened(fact: &Prioritized, rule: &Route, case: &Case, rules: &Rules) -> String {
    let (what, owner, name) = (what(fact), &case.owner, &rule.name);
    let Some(work) = &rule.work else {
        return format!(
            "{what}: rule \"{name}\" leaves it with {owner}, and nobody has to answer."
        );
    };
    let targets = rules.targets(&work.policy, case.level);
    let clocks = [
        ("accept", targets.acknowledge),
        ("answer", targets.respond),
        ("resolve", targets.resolve),
    ];
    let due: Vec<_> = clocks
        .into_iter()
        .filter_map(|(verb, target)| Some(format!("{verb} it within {}", spoken(target?))))
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
    let missed = match clock {
        Clock::Acknowledge => "has not accepted the case",
        Clock::Respond => "has not answered the author",
        Clock::Resolve => "has not resolved the case",
    };
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
