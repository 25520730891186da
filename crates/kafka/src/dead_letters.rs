//! Dead letters: the original bytes, with headers that say who refused them and why.

use stage::{DeadLetter, Fault};

use crate::Settings;
use crate::peek::{self, Peeked};
use crate::transaction::{Sent, Transactions, headers};

/// What every header of ours begins with.
const PREFIX: &str = "harken.errors.";

/// A dead letter as read back.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its partition and offset among the dead letters.
    pub at: (i32, i64),
    /// The stage that refused it.
    pub stage: String,
    /// The kind.
    pub reason: String,
    /// What is wrong.
    pub message: String,
    /// Where it stood: topic (without prefix), partition, offset.
    pub from: (String, i32, i64),
    /// The original key.
    pub key: Vec<u8>,
    /// The original payload.
    pub value: Option<Vec<u8>>,
    /// The original headers.
    pub headers: Vec<(String, Vec<u8>)>,
}

pub(crate) fn send(
    transactions: &Transactions,
    settings: &Settings,
    letter: &DeadLetter,
) -> Result<(), Fault> {
    let DeadLetter { reject, at, key, value, headers: original } = letter;
    let ours = [
        ("harken.errors.reason", reject.reason.as_str().to_owned()),
        ("harken.errors.message", reject.message.clone()),
        ("harken.errors.stage", reject.stage.to_owned()),
        ("harken.errors.topic", at.topic.to_owned()),
        ("harken.errors.partition", at.partition.to_string()),
        ("harken.errors.offset", at.offset.to_string()),
    ];
    let original = original.iter().filter(|(name, _)| !name.starts_with(PREFIX));
    let pairs = original.map(|(name, value)| (name.as_str(), value.as_slice()));
    transactions.send(Sent {
        topic: &settings.dead_letters(reject.stage),
        partition: None,
        key,
        value: value.as_deref(),
        timestamp: None,
        headers: headers(pairs.chain(ours.iter().map(|(name, value)| (*name, value.as_bytes())))),
    })
}

/// Reads the dead letters of a stage to their end, oldest first in each partition.
///
/// # Errors
/// When the cluster cannot be read.
pub fn read(settings: &Settings, stage: &str, each: &mut dyn FnMut(Letter)) -> Result<(), Fault> {
    peek::read(settings, &settings.dead_letters(stage), &mut |record| each(letter(record)))
}

fn letter(record: Peeked) -> Letter {
    let text = |name: &str| {
        let found = record.headers.iter().find(|(key, _)| key.strip_prefix(PREFIX) == Some(name));
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
    };
    let number = |name: &str| text(name).parse().unwrap_or(-1);
    Letter {
        at: (record.partition, record.offset),
        stage: text("stage"),
        reason: text("reason"),
        message: text("message"),
        from: (text("topic"), i32::try_from(number("partition")).unwrap_or(-1), number("offset")),
        headers: record.headers.iter().filter(|(n, _)| !n.starts_with(PREFIX)).cloned().collect(),
        key: record.key,
        value: record.value,
    }
}
