//! Good records of every topic, as bytes: those of the tests of hostile records.

use mention::{Incident, Mention, topics};
use stage::{EventTime, TimeDelta, Topic};

use crate::doors::Keyed;
use crate::{encode, records};

/// Key and bytes of a good record of a topic; none for a topic without one.
#[must_use]
pub fn good(topic: Topic, at: EventTime) -> Option<(Vec<u8>, Vec<u8>)> {
    fn of<F: Keyed>(record: F) -> Option<(Vec<u8>, Vec<u8>)> {
        Some((record.key(), encode(&record)))
    }
    match topic {
        topics::RECEIVED => of(records::mention("1", at)),
        topics::UNIQUE => of(records::unique("1", at)),
        topics::SCORED => of(records::scored("1", at)),
        topics::PRIORITIZED => of(records::prioritized("1", at)),
        topics::ROUTED => of(records::routed("1", at)),
        topics::CASE_EVENT => of(records::case_event(at)),
        topics::RAISED => of(records::raised(at)),
        topics::CALL => of(records::call(at)),
        topics::PROFILE => of(records::profile(at)),
        topics::REACTION => of(records::reaction(at)),
        topics::SIGNAL => of(records::signal(at)),
        topics::INCIDENT => of(incident(at)),
        _ => None,
    }
}

/// An incident of the broadcast table.
fn incident(at: EventTime) -> Incident {
    Incident {
        tenant: "northline".to_owned(),
        incident_id: "i1".to_owned(),
        title: "outage".to_owned(),
        words: vec!["internet".to_owned()],
        points: 20,
        revised_at: at - TimeDelta::SECOND,
        ..Incident::default()
    }
}

/// A mention of another author, whose id and text occur in no seed.
#[must_use]
pub fn bystander(at: EventTime) -> Mention {
    let mut mention = records::mention("b7d1c0de-55a1-4e0f-9d3c-2f6e8a90717b", at);
    mention.text = "The engineer never came and the router blinks red all night".to_owned();
    mention.author.id = "bystander".to_owned();
    (mention.in_reply_to, mention.root_id) = (None, None);
    mention
}
