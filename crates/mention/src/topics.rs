//! Names of the topics.

use stage::Topic;

/// Header of a record on [`RECEIVED`]: the name of the key with which its sender sent it. Without it the
/// source is a file, or an endpoint without keys.
pub const SOURCE_HEADER: &str = "harken-source";

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
/// Escalations, keyed by contact.
pub const RAISED: Topic = "escalation.raised.v1";
/// Calls of contacts, keyed by contact.
pub const CALL: Topic = "escalation.call.v1";
/// Events of the contact centre about cases.
pub const CASE_EVENT: Topic = "case.event.v1";
/// The CRM's profiles of authors.
pub const PROFILE: Topic = "customer.profile.v1";
/// Incidents and their state.
pub const INCIDENT: Topic = "incident.state.v1";
/// The reconciliation of each hour.
pub const METRICS_WINDOW: Topic = "metrics.window.v1";

/// The topics that begin a chain or a table. Their time is the clock of the partition, so the broker
/// sets it when it appends a record (`message.timestamp.type=LogAppendTime`): no writer can move it,
/// and a record keeps it when it is read again. All records inside the chain carry the time of the
/// record that they come from. Escalations begin a chain as well: calls are limited by the time at which
/// an escalation arrives, however long its due time has passed.
pub const EDGE: [Topic; 5] = [RECEIVED, CASE_EVENT, PROFILE, INCIDENT, RAISED];

/// Every topic of records. The topics of a stage's changelog and dead letters are named after the
/// stage and are not in this list.
pub const ALL: [Topic; 15] = [
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
    CALL,
    CASE_EVENT,
    PROFILE,
    INCIDENT,
    METRICS_WINDOW,
];
