//! The one check of every record, where a stage reads it and before it sees it.
//!
//! A record may come from any program that can write to a topic. What a stage relies on is therefore
//! checked here: the fields are within their limits, the key is the one under which the record is
//! published, and its times are near the time of the log. A record that fails is a dead letter; it
//! stops nothing.
//!
//! Must not know: Kafka, what a stage does with a record.

use stage::{EventTime, Malformed, RawRecord, TimeDelta};

use crate::bounds::{self, MAX_ID, MAX_TOKEN};
use crate::codec::{self, AvroRecord};
use crate::{
    Call, CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Reaction, Routed,
    Scored, Signal, Spread, Unique, author_key, contact_key,
};

/// How far a time may lie after the time of its record in the log: the slack between two clocks. It is
/// a claim of the writer: kept and checked, but never a clock, which is the time of the record.
pub const MAX_AHEAD: TimeDelta = TimeDelta::MINUTE.times(10);
/// How far a time may lie before the time of its record in the log. Longer than any backfill.
pub const MAX_BEHIND: TimeDelta = TimeDelta::DAY.times(400);
/// Maximum length of a reference to a case or a mention, in bytes: a key and an id.
pub const MAX_REFERENCE: usize = 2 * MAX_TOKEN + 2 * MAX_ID;
/// Maximum length of a note, in characters.
pub const MAX_NOTE: usize = 10_000;
/// Maximum number of entries of a list that Harken writes into a signal or an incident.
pub const MAX_LIST: usize = 1_000;

/// Maximum length of a payload without the text of its mention, in bytes. With it the largest output
/// of the largest admitted input stays below what a producer accepts by default, 1,000,000 bytes.
pub const MAX_REST: usize = 64 * 1024;

/// A record whose length is bounded: the text of its mention by [`bounds`], the rest by [`MAX_REST`].
pub trait Bounded: AvroRecord {
    /// The tenant that the record belongs to.
    fn tenant(&self) -> &str;

    /// The bytes of the text of its mention; 0 without a mention.
    fn text_bytes(&self) -> usize;
}

/// Decodes a payload and checks its length and its tenant, for a stage that counts what the others
/// reject.
///
/// # Errors
/// Without a payload, for bytes that do not decode, and for a record that is too long or has an
/// impossible tenant.
pub fn read_bounded<F: Bounded>(value: Option<&[u8]>) -> Result<Box<F>, Malformed> {
    let value = value.ok_or(Malformed::NoPayload)?;
    let decoded: F = codec::read(value)?;
    let text = decoded.text_bytes();
    let rest = value.len().saturating_sub(text);
    bounds::check_length("the text with its media", text, bounds::MAX_TOTAL_TEXT)
        .and_then(|()| {
            bounds::check_length("the record without its text and media", rest, MAX_REST)
        })
        .and_then(|()| bounds::check_key_part("tenant", decoded.tenant()))
        .map_err(Malformed::Invalid)?;
    Ok(Box::new(decoded))
}

/// The tenant of a record and the text in it, if it holds a mention.
macro_rules! bounded {
    ($($record:ty: $it:ident => $tenant:expr, $text:expr;)+) => {
        $(impl Bounded for $record {
            fn tenant(&self) -> &str {
                let $it = self;
                &$tenant
            }

            #[allow(unused_variables, reason = "a record without a mention has no text")]
            fn text_bytes(&self) -> usize {
                let $it = self;
                $text
            }
        })+
    };
}

bounded! {
    Mention: it => it.tenant, it.text_bytes();
    Unique: it => it.mention.tenant, it.mention.text_bytes();
    Scored: it => it.mention.tenant, it.mention.text_bytes();
    Prioritized: it => it.mention.tenant, it.mention.text_bytes();
    Routed: it => it.mention.tenant, it.mention.text_bytes();
    Spread: it => it.tenant, 0;
    Filtered: it => it.tenant, 0;
    Raised: it => it.tenant, 0;
    Call: it => it.tenant, 0;
    Reaction: it => it.tenant, 0;
    CaseEvent: it => it.tenant, 0;
    Profile: it => it.tenant, 0;
    Signal: it => it.tenant, 0;
    Incident: it => it.tenant, 0;
}

/// A record that a stage reads.
pub trait Admitted: Bounded {
    /// Checks the record against its limits, its key and the time of the log.
    ///
    /// # Errors
    /// Names the first field that violates its limit, and the limit. Never quotes the content.
    fn admit(&self, record: &RawRecord) -> Result<(), String>;
}

/// Decodes and checks the payload of a record.
///
/// # Errors
/// Without a payload, for bytes that do not decode, and for a record that is not admitted.
pub fn read<F: Admitted>(record: &RawRecord) -> Result<Box<F>, Malformed> {
    let decoded = read_bounded::<F>(record.value.as_deref())?;
    decoded.admit(record).map_err(Malformed::Invalid)?;
    Ok(decoded)
}

impl Admitted for Mention {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        admit_mention(self, record)
    }
}

impl Admitted for Unique {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        admit_mention(&self.mention, record)?;
        admit_not_ahead("first_received_at", self.findings.first_received_at, record.time)
    }
}

impl Admitted for Scored {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        admit_mention(&self.mention, record)?;
        admit_not_ahead("first_received_at", self.findings.first_received_at, record.time)
    }
}

impl Admitted for Prioritized {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        admit_mention(&self.mention, record)?;
        admit_not_ahead("first_received_at", self.findings.first_received_at, record.time)
    }
}

/// What every record about a mention must satisfy.
fn admit_mention(mention: &Mention, record: &RawRecord) -> Result<(), String> {
    mention.validate()?;
    admit_key([&mention.tenant, &mention.platform, &mention.author.id], record)?;
    admit_time("received_at", mention.received_at, record.time)
}

impl Admitted for Reaction {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        bounds::check_key_part("tenant", &self.tenant)?;
        bounds::check_key_part("platform", &self.platform)?;
        bounds::check_id("author_id", &self.author_id)?;
        bounds::check_id("original_id", &self.original_id)?;
        bounds::check_bytes("id", &self.id, MAX_ID)?;
        bounds::check_bytes("by", &self.by, MAX_ID)?;
        bounds::check_not_negative("followers", self.followers)?;
        admit_key([&self.tenant, &self.platform, &self.author_id], record)?;
        admit_time("received_at", self.received_at, record.time)
    }
}

impl Admitted for CaseEvent {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        bounds::check_key_part("tenant", &self.tenant)?;
        bounds::check_key_part("platform", &self.platform)?;
        bounds::check_id("author_id", &self.author_id)?;
        bounds::check_bytes("case_id", &self.case_id, MAX_REFERENCE)?;
        let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        for (name, length, most) in [
            ("by", self.by.len(), MAX_ID),
            ("event_id", self.event_id.len(), MAX_ID),
            ("mention_id", optional(&self.mention_id), MAX_REFERENCE),
            ("team", optional(&self.team), MAX_ID),
            ("reason", optional(&self.reason), MAX_ID),
        ] {
            bounds::check_length(name, length, most)?;
        }
        if let Some(note) = &self.note {
            bounds::check_chars("note", note, MAX_NOTE)?;
        }
        if let Some(label) = &self.label {
            for (name, text) in
                [("label.task", &label.task), ("label.was", &label.was), ("label.is", &label.is)]
            {
                bounds::check_bytes(name, text, MAX_ID)?;
            }
        }
        admit_key([&self.tenant, &self.platform, &self.author_id], record)?;
        admit_time("occurred_at", self.occurred_at, record.time)
    }
}

impl Admitted for Raised {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        bounds::check_key_part("tenant", &self.tenant)?;
        bounds::check_key_part("platform", &self.platform)?;
        bounds::check_id("author_id", &self.author_id)?;
        bounds::check_id("contact", &self.contact)?;
        for (name, text, most) in [
            ("case_id", &self.case_id, MAX_REFERENCE),
            ("mention_id", &self.mention_id, MAX_REFERENCE),
            ("owner", &self.owner, MAX_ID),
            ("path", &self.path, MAX_ID),
            ("person", &self.person, MAX_ID),
            ("channel", &self.channel, MAX_ID),
            ("address", &self.address, MAX_ID),
            ("next_contact", &self.next_contact, MAX_ID),
            ("next_person", &self.next_person, MAX_ID),
        ] {
            bounds::check_bytes(name, text, most)?;
        }
        bounds::check_chars("explanation", &self.explanation, MAX_NOTE)?;
        bounds::check_not_negative("step", self.step)?;
        // No clock: a call is limited by the time of its record. The due time may be long past.
        bounds::check_time("due_at", self.due_at)?;
        self.next_at.map_or(Ok(()), |at| bounds::check_time("next_at", at))?;
        self.confirmed_at.map_or(Ok(()), |at| bounds::check_time("confirmed_at", at))?;
        let mut key = Vec::with_capacity(record.key.len());
        contact_key(&self.tenant, self.callee(), &mut key);
        match key == record.key {
            true => Ok(()),
            false => Err(
                "the key of the record is not tenant/person, or tenant/contact without a person"
                    .into(),
            ),
        }
    }
}

impl Admitted for Profile {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        bounds::check_key_part("tenant", &self.tenant)?;
        bounds::check_key_part("platform", &self.platform)?;
        bounds::check_id("author_id", &self.author_id)?;
        let customer = &self.customer;
        bounds::check_bytes("customer.customer_id", &customer.customer_id, MAX_ID)?;
        bounds::check_bytes("customer.tier", &customer.tier, MAX_ID)?;
        bounds::check_bytes("customer.matched_by", &customer.matched_by, MAX_ID)?;
        // Written as "not within", so that NaN is invalid.
        if !(0.0..=1.0).contains(&customer.confidence) {
            return Err("customer.confidence is not between 0 and 1".into());
        }
        bounds::check_time("updated_at", self.updated_at)?;
        admit_key([&self.tenant, &self.platform, &self.author_id], record)
    }
}

impl Admitted for Signal {
    fn admit(&self, record: &RawRecord) -> Result<(), String> {
        bounds::check_key_part("tenant", &self.tenant)?;
        bounds::check_bytes("value", &self.value, MAX_ID)?;
        for (name, count) in [
            ("mentions", self.mentions),
            ("reposts", self.reposts),
            ("negative", self.negative),
            ("young", self.young),
            ("reach", self.reach),
        ] {
            bounds::check_not_negative(name, count)?;
        }
        if self.mentions == 0 && self.reposts == 0 {
            return Err("no mentions and no reposts".into());
        }
        bounds::check_length("authors", self.authors.len(), MAX_LIST)?;
        check_list("terms", &self.terms)?;
        check_list("posts", &self.posts)?;
        if (self.second_at - record.time).unsigned_abs() > TimeDelta::DAY.unsigned_abs() {
            return Err("second_at differs by more than a day from the time of the record".into());
        }
        Ok(())
    }
}

impl Incident {
    /// Checks the fields of an incident of the broadcast table against their limits.
    ///
    /// # Errors
    /// As [`Admitted::admit`].
    pub fn validate(&self) -> Result<(), String> {
        bounds::check_key_part("tenant", &self.tenant)?;
        bounds::check_bytes("incident_id", &self.incident_id, MAX_REFERENCE)?;
        bounds::check_chars("title", &self.title, MAX_NOTE)?;
        bounds::check_chars("notice", &self.notice, MAX_NOTE)?;
        check_list("words", &self.words)?;
        check_list("first_posts", &self.first_posts)?;
        check_list("stakeholders", &self.stakeholders)?;
        bounds::check_time("revised_at", self.revised_at)
    }
}

fn check_list(name: &str, entries: &[String]) -> Result<(), String> {
    bounds::check_length(name, entries.len(), MAX_LIST)?;
    entries.iter().try_for_each(|entry| bounds::check_bytes(name, entry, MAX_REFERENCE))
}

/// Checks that a record is where the records of its author are: under another key it may land in a
/// partition that does not hold their state.
fn admit_key([tenant, platform, author_id]: [&str; 3], record: &RawRecord) -> Result<(), String> {
    let mut key = Vec::with_capacity(record.key.len());
    author_key(tenant, platform, author_id, &mut key);
    match key == record.key {
        true => Ok(()),
        false => Err("the key of the record is not tenant/platform/author_id".into()),
    }
}

/// Checks a time against the time of the log.
fn admit_time(name: &str, at: EventTime, log_time: EventTime) -> Result<(), String> {
    if at < log_time - MAX_BEHIND {
        let days = MAX_BEHIND / TimeDelta::DAY;
        return Err(format!("{name} is more than {days} days before the time of the record"));
    }
    admit_not_ahead(name, at, log_time)
}

fn admit_not_ahead(name: &str, at: EventTime, log_time: EventTime) -> Result<(), String> {
    if at > log_time + MAX_AHEAD {
        let minutes = MAX_AHEAD / TimeDelta::MINUTE;
        return Err(format!("{name} is more than {minutes} minutes after the time of the record"));
    }
    Ok(())
}
