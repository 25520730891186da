//! Domain records, their Avro codec, identities and event time.

pub mod bounds;
pub mod codec;
mod facts;
mod mention;
pub mod prove;
mod routed;
pub mod schemas;
pub mod topics;
mod understood;

pub use mention::{
    AccountRole, Author, Change, Channel, Engagement, Media, Mention, Parent, author_key,
};
pub use routed::{
    CaseEvent, CaseEventKind, Clock, Disposition, Due, Incident, Profile, Raised, Route, Routed,
};
pub use understood::{
    Customer, Findings, Intent, Level, Novelty, Prioritized, Priority, Scored, Sentiment, Spread,
    SpreadKind, Term, Understanding, Unique,
};
