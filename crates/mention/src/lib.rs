//! Domain records, their Avro codec, identities and event time.

pub mod bounds;
mod case;
pub mod chain;
pub mod codec;
mod facts;
mod filtered;
mod incident;
mod judgement;
mod mention;
mod prioritized;
pub mod prove;
mod reaction;
mod routed;
pub mod schemas;
pub mod topics;
mod understood;

pub use case::{CaseEvent, CaseEventKind, Cause, Clock, Label, Profile, Raised};
pub use filtered::Filtered;
pub use incident::{Facet, Incident, IncidentStatus, Signal};
pub use judgement::{
    Abstention, Because, Intent, IntentFound, Likely, Risk, RiskKind, Sentiment, Shadow,
    Understanding,
};
pub use mention::{
    AccountRole, Author, Change, Channel, Engagement, Media, Mention, Parent, author_key,
};
pub use prioritized::{Customer, Level, Named, NamedKind, Prioritized, Priority, Term, Tone};
pub use reaction::{Reaction, ReactionKind};
pub use routed::{Disposition, Due, Relaxed, Route, Routed, Stopped, Visibility};
pub use understood::{Findings, Novelty, Scored, Spread, SpreadKind, Unique};
