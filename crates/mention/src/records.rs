//! The schema of each record of this crate.

use crate::codec::AvroRecord;
use crate::{
    Call, CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Reaction, Routed,
    Scored, Signal, Spread, Unique,
};

macro_rules! records {
    ($($record:ty: $name:literal,)+) => {
        $(impl AvroRecord for $record {
            const SCHEMA: &'static str = $name;
        })+
    };
}

records! {
    Mention: "harken.mention.Received",
    Unique: "harken.mention.Unique",
    Spread: "harken.mention.Spread",
    Reaction: "harken.mention.Reaction",
    Scored: "harken.mention.Scored",
    Prioritized: "harken.mention.Prioritized",
    Routed: "harken.mention.Routed",
    Filtered: "harken.mention.Filtered",
    Raised: "harken.escalation.Raised",
    Call: "harken.escalation.Call",
    CaseEvent: "harken.case.Event",
    Profile: "harken.customer.Profile",
    Incident: "harken.incident.State",
    Signal: "harken.mention.Signal",
}
