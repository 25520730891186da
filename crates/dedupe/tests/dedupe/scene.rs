//! What is said to the stage, and what it makes of it.

use dedupe::{Config, Dedupe};
use mention::{
    Change, Channel, Mention, Novelty, Parent, Spread, SpreadKind, Unique, codec, topics,
};
use stage::memory::Broker;
use stage::prove::{Trouble, drive};
use stage::{Micros, Raw};

pub(crate) const SECOND: Micros = 1_000_000;
pub(crate) const MINUTE: Micros = 60 * SECOND;
pub(crate) const HOUR: Micros = 60 * MINUTE;
pub(crate) const DAY: Micros = 24 * HOUR;
pub(crate) const START: Micros = 20_000 * DAY;

/// A text that is long enough to be compared.
pub(crate) const COMPLAINT: &str = "My router has been down since this morning";

/// A mention in the making.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) mention: Mention,
    pub(crate) time: Micros,
}

/// `author` says `text` under `id`.
pub(crate) fn said(author: &str, id: &str, text: &str) -> Said {
    let mut mention = Mention::default();
    (mention.tenant, mention.platform) = ("acme".to_owned(), "x".to_owned());
    (mention.id, mention.text) = (id.to_owned(), text.to_owned());
    author.clone_into(&mut mention.author.id);
    Said { mention, time: START }
}

/// `author` deletes `id`.
pub(crate) fn deleted(author: &str, id: &str) -> Said {
    said(author, id, "").with(|it| it.change = Change::Deleted)
}

impl Said {
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Mention)) -> Self {
        change(&mut self.mention);
        self
    }

    pub(crate) fn after(mut self, time: Micros) -> Self {
        self.time = START + time;
        self
    }

    pub(crate) fn edited(self, version: i64) -> Self {
        self.with(|it| (it.change, it.version) = (Change::Edited, version))
    }

    pub(crate) fn version(self, version: i64) -> Self {
        self.with(|it| it.version = version)
    }

    pub(crate) fn reposts(self, original: &str) -> Self {
        self.with(|it| it.repost_of = Some(original.to_owned()))
    }

    pub(crate) fn answers(self, parent: &str) -> Self {
        let parent = Parent { id: parent.to_owned(), ..Parent::default() };
        self.with(|it| it.in_reply_to = Some(parent))
    }

    pub(crate) fn directly(self) -> Self {
        self.with(|it| it.channel = Channel::DirectMessage)
    }

    pub(crate) fn own(self) -> Self {
        self.with(|it| it.is_own = true)
    }
}

/// A broker that holds these mentions; the number of a mention is its author's followers.
pub(crate) fn broker(partitions: i32, said: &[Said]) -> Broker {
    let broker = Broker::new(partitions);
    for (n, Said { mention, time }) in said.iter().enumerate() {
        let mut mention = Mention { received_at: *time, ..mention.clone() };
        mention.author.followers = Some(n as i64);
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        broker.append(topics::RECEIVED, *time, &key, Some(value));
    }
    broker
}

/// What comes out for each mention.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a test holds few")]
pub(crate) enum Heard {
    Nothing,
    Unique(Unique),
    Spread(Spread),
}

#[allow(clippy::expect_used, reason = "a test ends by a panic")]
fn read<F: codec::Fact>(raw: Raw) -> F {
    codec::read(&raw.value.unwrap_or_default()).expect("a fact")
}

/// What came out of a broker for each of `count` mentions.
pub(crate) fn heard(broker: &Broker, count: usize) -> Vec<Heard> {
    let mut heard = vec![Heard::Nothing; count];
    let mut put = |author: &mention::Author, out| {
        let n = author.followers.and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
        let before = std::mem::replace(&mut heard[n], out);
        assert_eq!(before, Heard::Nothing, "two outputs for one mention");
    };
    for raw in broker.records(topics::UNIQUE) {
        let unique: Unique = read(raw);
        put(&unique.mention.author.clone(), Heard::Unique(unique));
    }
    for raw in broker.records(topics::SPREAD) {
        let spread: Spread = read(raw);
        put(&spread.author.clone(), Heard::Spread(spread));
    }
    heard
}

/// What the stage makes of these mentions in one partition.
pub(crate) fn hear(config: Config, said: &[Said]) -> Vec<Heard> {
    let broker = broker(1, said);
    drive(Dedupe::new(config), &broker, Trouble::default());
    assert_eq!(broker.dead(), []);
    heard(&broker, said.len())
}

impl Heard {
    /// It in a word, and what it stands on.
    pub(crate) fn summary(&self) -> String {
        match self {
            Heard::Nothing => "nothing".to_owned(),
            Heard::Unique(Unique { findings, .. }) => {
                let novelty = match findings.novelty {
                    Novelty::New => "new",
                    Novelty::Edit => "edit",
                    Novelty::Withdrawal => "withdrawal",
                };
                format!("{novelty} {}", findings.revision)
            }
            Heard::Spread(Spread { kind: SpreadKind::Repost, original_id, .. }) => {
                format!("repost of {original_id}")
            }
            Heard::Spread(Spread { kind: SpreadKind::Copy, original_id, .. }) => {
                format!("copy of {original_id}")
            }
        }
    }

    /// Name and size of the cluster.
    pub(crate) fn cluster(&self) -> Option<(String, i64)> {
        match self {
            Heard::Unique(Unique { findings, .. }) => {
                findings.cluster.clone().map(|name| (name, findings.cluster_size))
            }
            _ => None,
        }
    }
}
