//! Domain records, their Avro codec, identities and event time.
//!
//! The structs have the fields of the schemas in `schemas/`, in the same order, and nested ones have
//! the name of their type there. Must not know: stages, Kafka, the network.

pub mod admission;
pub mod bounds;
mod call;
mod case;
pub mod codec;
pub mod conformance;
mod filtered;
pub mod hash_chain;
mod incident;
mod judgement;
mod mention;
mod prioritized;
mod reaction;
mod records;
mod routed;
pub mod schemas;
pub mod topics;
mod understood;
mod visible;

pub use call::{Call, CalledCase};
pub use case::{CaseEvent, CaseEventKind, Cause, Clock, LabelCorrection, Profile, Raised};
pub use filtered::Filtered;
pub use incident::{Facet, Incident, IncidentStatus, Signal};
pub use judgement::{
    Abstention, Attribution, CandidateScores, Intent, IntentFinding, LabelProbability, Risk,
    RiskKind, Sentiment, Understanding,
};
pub use mention::{
    AccountRole, Author, Channel, Engagement, Media, Mention, MentionChange, Parent, author_key,
    contact_key,
};
pub use prioritized::{
    Customer, Level, Prioritized, Priority, Term, Tone, WatchlistKind, WatchlistMatch,
};
pub use reaction::{Reaction, ReactionKind};
pub use routed::{Disposition, DueTimes, Relaxation, Route, Routed, StoppedClock, Visibility};
pub use understood::{DedupeResult, Novelty, Scored, Spread, SpreadKind, Unique};
pub use visible::is_invisible;
