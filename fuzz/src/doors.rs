//! The doors of the stages: every topic that a stage reads.

use calls::Calls;
use dedupe::Dedupe;
use escalation::Escalation;
use mention::codec::{self, AvroRecord};
use mention::{
    Call, CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Reaction, Routed,
    Scored, Signal, Spread, Unique, author_key, contact_key, schemas, topics,
};
use priority::Prioritizer;
use reporting::Reporting;
use stage::{Input, Malformed, RawRecord, Stage, Topic};
use surge::Surge;
use understanding::UnderstandingStage;

/// A topic, its record, and what the stage does that reads it.
pub struct Door {
    /// The topic.
    pub topic: Topic,
    /// Decodes and checks a record as the stage does.
    pub read: fn(&RawRecord) -> Result<(), Malformed>,
    /// The key under which a record is published; none if the bytes do not decode.
    pub key: fn(&[u8]) -> Option<Vec<u8>>,
    /// Checks that a record that decodes survives encoding and decoding.
    pub check_codec: fn(&[u8]),
    /// The full name of the schema.
    schema: &'static str,
}

impl Door {
    const fn of<S: Stage, F: Keyed>(topic: Topic) -> Self {
        Self {
            topic,
            read: |record| S::In::read(record).map(drop),
            key: |bytes| codec::read::<F>(bytes).ok().map(|record| record.key()),
            check_codec: check_codec::<F>,
            schema: F::SCHEMA,
        }
    }

    /// The bytes of a record with this body, behind a valid header: a fuzzer would take too long to
    /// find the fingerprint of a schema.
    ///
    /// # Panics
    /// If the schema is not embedded.
    pub fn frame(&self, body: &[u8]) -> Vec<u8> {
        let schema = schemas::all().find(|schema| schema.name == self.schema);
        let mut bytes = vec![0xC3, 0x01];
        bytes.extend(schema.expect("is embedded").fingerprint.to_le_bytes());
        bytes.extend(body);
        bytes
    }
}

/// Every pair of a stage and a topic that it reads. Append only: seeds hold positions.
pub const DOORS: &[Door] = &[
    Door::of::<Dedupe, Mention>(topics::RECEIVED),
    Door::of::<UnderstandingStage, Unique>(topics::UNIQUE),
    Door::of::<Prioritizer, Scored>(topics::SCORED),
    Door::of::<Prioritizer, Profile>(topics::PROFILE),
    Door::of::<Prioritizer, Reaction>(topics::REACTION),
    Door::of::<Escalation, Prioritized>(topics::PRIORITIZED),
    Door::of::<Escalation, CaseEvent>(topics::CASE_EVENT),
    Door::of::<Calls, Raised>(topics::RAISED),
    Door::of::<Surge, Signal>(topics::SIGNAL),
    Door::of::<Reporting, Mention>(topics::RECEIVED),
    Door::of::<Reporting, Unique>(topics::UNIQUE),
    Door::of::<Reporting, Spread>(topics::SPREAD),
    Door::of::<Reporting, Scored>(topics::SCORED),
    Door::of::<Reporting, Prioritized>(topics::PRIORITIZED),
    Door::of::<Reporting, Routed>(topics::ROUTED),
    Door::of::<Reporting, Raised>(topics::RAISED),
    Door::of::<Reporting, Call>(topics::CALL),
    Door::of::<Reporting, CaseEvent>(topics::CASE_EVENT),
    Door::of::<Reporting, Filtered>(topics::FILTERED),
];

/// A record that names what it is keyed by.
pub trait Keyed: AvroRecord {
    /// Its key.
    fn key(&self) -> Vec<u8>;
}

macro_rules! keyed {
    ($($record:ty: $it:ident => $($part:expr),+;)+) => {
        $(impl Keyed for $record {
            fn key(&self) -> Vec<u8> {
                let ($it, mut key) = (self, Vec::new());
                author_key($($part,)+ &mut key);
                key
            }
        })+
    };
}

keyed! {
    Mention: it => &it.tenant, &it.platform, &it.author.id;
    Unique: it => &it.mention.tenant, &it.mention.platform, &it.mention.author.id;
    Scored: it => &it.mention.tenant, &it.mention.platform, &it.mention.author.id;
    Prioritized: it => &it.mention.tenant, &it.mention.platform, &it.mention.author.id;
    Routed: it => &it.mention.tenant, &it.mention.platform, &it.mention.author.id;
    Profile: it => &it.tenant, &it.platform, &it.author_id;
    Reaction: it => &it.tenant, &it.platform, &it.author_id;
    CaseEvent: it => &it.tenant, &it.platform, &it.author_id;
}

macro_rules! keyed_otherwise {
    ($($record:ty: $it:ident, $key:ident => $write:expr;)+) => {
        $(impl Keyed for $record {
            fn key(&self) -> Vec<u8> {
                let ($it, mut key) = (self, Vec::new());
                let $key = &mut key;
                $write;
                key
            }
        })+
    };
}

keyed_otherwise! {
    Raised: it, key => contact_key(&it.tenant, &it.contact, key);
    Call: it, key => contact_key(&it.tenant, &it.contact, key);
    Signal: it, key => key.extend(it.value.as_bytes());
    Spread: it, key => key.extend(it.tenant.as_bytes());
    Filtered: it, key => key.extend(it.tenant.as_bytes());
    Incident: it, key => key.extend(it.incident_id.as_bytes());
}

/// Checks that what decodes survives encoding and decoding.
pub fn check_codec<F: AvroRecord>(bytes: &[u8]) {
    let Ok(record) = codec::read::<F>(bytes) else { return };
    let (mut once, mut twice) = (Vec::new(), Vec::new());
    codec::write(&record, &mut once);
    // The input may hold a number in a longer form than `write` produces, so the first encoding is
    // compared with the second. Bytes, because NaN is not equal to itself.
    codec::write(&codec::read::<F>(&once).expect("its own encoding decodes"), &mut twice);
    assert_eq!(once, twice);
}
