//! The topics, by name.

use stage::Topic;

/// Mentions as heard.
pub const RECEIVED: Topic = "mention.received.v1";
/// Mentions that are no redelivery, repost or folded copy.
pub const UNIQUE: Topic = "mention.unique.v1";
/// Reposts and folded copies.
pub const SPREAD: Topic = "mention.spread.v1";
/// Reposts and replies, keyed by the author of what they are about.
pub const REACTION: Topic = "mention.reaction.v1";
/// Mentions with what they say.
pub const SCORED: Topic = "mention.scored.v1";
/// Mentions with their urgency.
pub const PRIORITIZED: Topic = "mention.prioritized.v1";
/// Mentions in front of the team that can act.
pub const ROUTED: Topic = "mention.routed.v1";
/// How much is said about what, by the second.
pub const SIGNAL: Topic = "mention.signal.v1";
/// Mentions that a filter has dropped.
pub const FILTERED: Topic = "mention.filtered.v1";
/// Deadlines missed.
pub const RAISED: Topic = "escalation.raised.v1";
/// What the contact centre tells about cases.
pub const CASE_EVENT: Topic = "case.event.v1";
/// What the CRM knows of authors.
pub const PROFILE: Topic = "customer.profile.v1";
/// Incidents in force.
pub const INCIDENT: Topic = "incident.state.v1";
/// The books of each hour.
pub const METRICS_WINDOW: Topic = "metrics.window.v1";

/// Every topic of facts; a stage's changelog and dead letters come from its name.
pub const ALL: [Topic; 14] = [
    RECEIVED,
    UNIQUE,
    SPREAD,
    REACTION,
    SCORED,
    PRIORITIZED,
    ROUTED,
    FILTERED,
    SIGNAL,
    RAISED,
    CASE_EVENT,
    PROFILE,
    INCIDENT,
    METRICS_WINDOW,
];
