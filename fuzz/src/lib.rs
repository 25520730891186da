//! What the targets share: the deployment that they attack, records, and what every stage and every
//! broker must accept of what comes out.

pub mod doors;
#[path = "../../tests/hostile/records.rs"]
mod records;
pub mod run;
pub mod samples;

use std::sync::LazyLock;

use mention::codec::{self, AvroRecord};
use mention::{Mention, admission, author_key, topics};
use pipeline::config::{Config, Layers};
use pipeline::rules::LoadedRules;
use pipeline::stages::BuildContext;
use platforms::{OwnedAccount, TenantIdentity};
use stage::{EventTime, Position, RawRecord, RecordHeaders, Topic};

/// 2026-11-28 09:00 UTC: the time of the log.
pub const START: EventTime = EventTime::from_micros(1_795_856_400_000_000);
/// What a producer with librdkafka's default settings accepts, in bytes.
pub const MAX_OUTPUT: usize = 1_000_000;

/// The default settings.
pub static CONFIG: LazyLock<Config> =
    LazyLock::new(|| Config::load(&Layers::default()).expect("the defaults are valid"));
/// The sample rules.
pub static RULES: LazyLock<LoadedRules> =
    LazyLock::new(|| LoadedRules::load(&CONFIG).expect("the sample is valid"));

/// What a stage is built from.
pub fn context() -> BuildContext<'static> {
    BuildContext::embedded(&CONFIG, Some(&RULES))
}

/// A tenant with accounts and keywords, for the parsers of payloads.
pub fn attribution() -> platforms::Config {
    let account = |platform: &str, account: &str| OwnedAccount {
        platform: platform.to_owned(),
        account: account.to_owned(),
        role: mention::AccountRole::Service,
    };
    let tenant = TenantIdentity {
        name: "northwind".to_owned(),
        keywords: vec!["ferry".to_owned(), "late boat".to_owned()],
        ..TenantIdentity::default()
    };
    platforms::Config {
        owned: vec![
            account("mastodon", "NorthwindFerries"),
            account("bluesky", "did:plc:northwind"),
            account("x", "90"),
        ],
        tenants: vec![tenant].into(),
        ..platforms::Config::default()
    }
}

/// A record of a topic, at [`START`].
pub fn raw(topic: Topic, key: Vec<u8>, value: Option<Vec<u8>>) -> RawRecord {
    let at = Position { topic, partition: 0, offset: 0 };
    let (time, now, headers) = (START, START.as_wall_time(), RecordHeaders::new());
    RawRecord { at, time, now, key, value, headers }
}

/// The bytes of a record.
pub fn encode<F: AvroRecord>(record: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::write(record, &mut bytes);
    bytes
}

/// Checks that dedupe admits what a parser has accepted, when it is received at `at`.
///
/// # Panics
/// If it does not: the sender would get 202 and the mention would be a dead letter.
pub fn assert_admitted(mention: &Mention, at: EventTime) {
    let mut key = Vec::new();
    author_key(&mention.tenant, &mention.platform, &mention.author.id, &mut key);
    let mut record = raw(topics::RECEIVED, key, Some(encode(mention)));
    (record.time, record.now) = (at, at.as_wall_time());
    let admitted = admission::read::<Mention>(&record);
    assert_eq!(admitted.as_deref(), Ok(mention));
}

/// Splits off the first byte, which selects a variant; 0 for an empty input.
pub fn selector(input: &[u8]) -> (u8, &[u8]) {
    input.split_first().map_or((0, input), |(first, rest)| (*first, rest))
}
