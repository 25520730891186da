//! Builds mentions, runs the stage on them and reads its outputs.

use dedupe::{Config, Dedupe};
use mention::{
    Channel, Mention, MentionChange, Novelty, Parent, Spread, SpreadKind, Unique, codec, topics,
};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::MemoryBroker;
use stage::{EventTime, Outgoing, RawRecord, TimeDelta};

pub(crate) const START: EventTime = EventTime::from_micros(20_000 * 86_400_000_000);

/// A text long enough to be compared.
pub(crate) const COMPLAINT: &str = "My router has been down since this morning";

/// A mention to feed to the stage, with its time.
#[derive(Debug, Clone)]
pub(crate) struct TestMention {
    pub(crate) mention: Mention,
    pub(crate) time: EventTime,
    /// The name of the key; empty without one.
    pub(crate) source: &'static str,
}

/// A post of `author` with this id and text, at [`START`].
pub(crate) fn post(author: &str, id: &str, text: &str) -> TestMention {
    let mut mention = Mention::default();
    (mention.tenant, mention.platform) = ("acme".to_owned(), "x".to_owned());
    (mention.id, mention.text) = (id.to_owned(), text.to_owned());
    author.clone_into(&mut mention.author.id);
    TestMention { mention, time: START, source: "" }
}

/// The deletion of `id` by `author`.
pub(crate) fn deleted(author: &str, id: &str) -> TestMention {
    post(author, id, "").with(|it| it.change = MentionChange::Deleted)
}

impl TestMention {
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Mention)) -> Self {
        change(&mut self.mention);
        self
    }

    pub(crate) fn after(mut self, delay: TimeDelta) -> Self {
        self.time = START + delay;
        self
    }

    pub(crate) fn by_source(self, source: &'static str) -> Self {
        Self { source, ..self }
    }

    pub(crate) fn edited(self, version: i64) -> Self {
        self.with(|it| (it.change, it.version) = (MentionChange::Edited, version))
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

/// A broker that holds these mentions. The number of followers is the index of the mention, by which
/// its output is found.
pub(crate) fn broker(partitions: i32, posts: &[TestMention]) -> MemoryBroker {
    let broker = MemoryBroker::new(partitions);
    for (n, TestMention { mention, time, source }) in posts.iter().enumerate() {
        let mut mention = Mention { received_at: *time, ..mention.clone() };
        mention.author.followers = Some(n as i64);
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        let mut record = Outgoing::new(topics::RECEIVED, *time, key, Some(value));
        if !source.is_empty() {
            record.headers.push(topics::SOURCE_HEADER, source.as_bytes());
        }
        broker.append_record(record);
    }
    broker
}

/// The output for one mention.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a test holds only a few")]
pub(crate) enum StageOutput {
    Nothing,
    Unique(Unique),
    Spread(Spread),
}

#[allow(clippy::expect_used, reason = "a broken fixture fails the test")]
fn read<F: codec::AvroRecord>(raw: RawRecord) -> F {
    codec::read(&raw.value.unwrap_or_default()).expect("a fact")
}

/// The output on `broker` for each of `count` mentions.
pub(crate) fn outputs_by_mention(broker: &MemoryBroker, count: usize) -> Vec<StageOutput> {
    let mut outputs = vec![StageOutput::Nothing; count];
    let mut put = |author: &mention::Author, out| {
        let n = author.followers.and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
        let before = std::mem::replace(&mut outputs[n], out);
        assert_eq!(before, StageOutput::Nothing, "two outputs for one mention");
    };
    for raw in broker.records(topics::UNIQUE) {
        let unique: Unique = read(raw);
        put(&unique.mention.author.clone(), StageOutput::Unique(unique));
    }
    for raw in broker.records(topics::SPREAD) {
        let spread: Spread = read(raw);
        put(&spread.author.clone(), StageOutput::Spread(spread));
    }
    outputs
}

/// Runs the stage on these mentions in one partition; the output for each.
pub(crate) fn run_stage(config: Config, posts: &[TestMention]) -> Vec<StageOutput> {
    let broker = broker(1, posts);
    run_to_end(Dedupe::new(config), (), &broker, FaultPlan::default());
    assert_eq!(broker.dead_letters(), []);
    outputs_by_mention(&broker, posts.len())
}

impl StageOutput {
    /// The kind of output, and its revision or original.
    pub(crate) fn summary(&self) -> String {
        match self {
            StageOutput::Nothing => "nothing".to_owned(),
            StageOutput::Unique(Unique { findings, .. }) => {
                let novelty = match findings.novelty {
                    Novelty::New => "new",
                    Novelty::Edit => "edit",
                    Novelty::Withdrawal => "withdrawal",
                };
                format!("{novelty} {}", findings.revision)
            }
            StageOutput::Spread(Spread { kind: SpreadKind::Repost, original_id, .. }) => {
                format!("repost of {original_id}")
            }
            StageOutput::Spread(Spread { kind: SpreadKind::Copy, original_id, .. }) => {
                format!("copy of {original_id}")
            }
        }
    }

    /// Name of the cluster and its size before this mention.
    pub(crate) fn cluster(&self) -> Option<(String, i64)> {
        match self {
            StageOutput::Unique(Unique { findings, .. }) => {
                findings.cluster.clone().map(|name| (name, findings.cluster_size))
            }
            _ => None,
        }
    }
}
