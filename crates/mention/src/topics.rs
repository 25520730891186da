//! Names of the topics.

use stage::Topic;

/// Mentions as received.
pub const RECEIVED: Topic = "mention.received.v1";
/// Mentions that are not redeliveries, reposts or folded copies.
pub const UNIQUE: Topic = "mention.unique.v1";
/// Reposts and folded copies.
pub const SPREAD: Topic = "mention.spread.v1";
/// Reposts, replies and peer answers, keyed by the author of the original mention.
pub const REACTION: Topic = "mention.reaction.v1";
/// Mentions with their understanding.
pub const SCORED: Topic = "mention.scored.v1";
/// Mentions with level and score.
pub const PRIORITIZED: Topic = "mention.prioritized.v1";
/// Mentions with their route, and control records of cases.
pub const ROUTED: Topic = "mention.routed.v1";
/// Counts of each series, by second and partition.
pub const SIGNAL: Topic = "mention.signal.v1";
/// Mentions that a filter dropped.
pub const FILTERED: Topic = "mention.filtered.v1";
/// Escalations.
pub const RAISED: Topic = "escalation.raised.v1";
/// Events of the contact centre about cases.
pub const CASE_EVENT: Topic = "case.event.v1";
/// The CRM's profiles of authors.
pub const PROFILE: Topic = "customer.profile.v1";
/// Incidents and their state.
pub const INCIDENT: Topic = "incident.state.v1";
/// The reconciliation of each hour.
pub const METRICS_WINDOW: Topic = "metrics.window.v1";

/// Every topic of records. The topics of a stage's changelog and dead letters are named after the
/// stage and are not in this list.
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
