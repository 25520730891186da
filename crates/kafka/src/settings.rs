//! Settings of the cluster and of a worker, and the librdkafka settings that follow from them.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::ClientConfig;
use stage::Topic;

/// The librdkafka settings that exactly-once depends on: setting one of them is an error at start.
pub const OWNED: [&str; 25] = [
    "acks",
    "auto.offset.reset",
    "bootstrap.servers",
    "client.id",
    "delivery.report.only.error",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "partitioner",
    "request.required.acks",
    "retries",
    "session.timeout.ms",
    "transaction.timeout.ms",
    "transactional.id",
];

/// How to reach the cluster and how to work on it.
#[derive(Clone)]
pub struct KafkaSettings {
    /// The bootstrap brokers, `host:port,…`.
    pub bootstrap: String,
    /// The prefix of every topic, group and transactional id.
    pub prefix: String,
    /// The prefix whose topics are read instead of its own. Such a shadow decides the same records
    /// as that deployment and writes under its own prefix, where no consumer acts on them.
    pub shadow_of: Option<String>,
    /// The name of this process among its peers; stable over restarts.
    pub instance: String,
    /// Security and pass-through settings of librdkafka.
    pub client: BTreeMap<String, String>,
    /// Maximum number of records in a batch.
    pub max_batch: usize,
    /// Minimum time between two commits; zero commits as soon as the previous commit is done.
    pub commit_interval: Duration,
    /// Time without a heartbeat after which the group reassigns a member's partitions.
    pub session_timeout: Duration,
    /// Time after which the broker aborts an open transaction. Until then the transaction holds up
    /// every `read_committed` reader.
    pub transaction_timeout: Duration,
    /// Timeout of one call to the cluster, retries included.
    pub timeout: Duration,
    /// The key of the check in each changelog entry; empty makes it a checksum.
    pub state_key: Vec<u8>,
    /// What a restore does with changelog entries whose check does not match.
    pub forged_state: ForgedState,
}

/// What a restore does with changelog entries that no worker of the deployment has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForgedState {
    /// Ends the process with a sentence that names the first one.
    #[default]
    Stop,
    /// Ignores them, and writes the last genuine entry of each of their keys again, or a tombstone if
    /// there is none.
    Repair,
}

impl std::fmt::Debug for KafkaSettings {
    /// Without passwords and keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaSettings")
            .field("bootstrap", &self.bootstrap)
            .field("prefix", &self.prefix)
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

/// A librdkafka setting that is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidClientSetting {
    /// The setting.
    pub key: String,
    /// The problem, as a fragment that fits "failed to …".
    pub message: String,
}

impl Default for KafkaSettings {
    fn default() -> Self {
        Self {
            bootstrap: "127.0.0.1:9092".to_owned(),
            prefix: "harken".to_owned(),
            shadow_of: None,
            instance: "0".to_owned(),
            client: BTreeMap::new(),
            max_batch: 500,
            commit_interval: Duration::ZERO,
            session_timeout: Duration::from_secs(10),
            transaction_timeout: Duration::from_secs(15),
            timeout: Duration::from_secs(10),
            state_key: Vec::new(),
            forged_state: ForgedState::Stop,
        }
    }
}

impl KafkaSettings {
    /// Checks the pass-through settings against librdkafka and against [`OWNED`].
    ///
    /// # Errors
    /// With the first setting that is rejected.
    pub fn check(&self) -> Result<(), InvalidClientSetting> {
        if let Some(key) = self.client.keys().find(|key| OWNED.contains(&key.as_str())) {
            let message = format!("set {key}: exactly-once depends on it, remove it");
            return Err(InvalidClientSetting { key: key.clone(), message });
        }
        self.base().create_native_config().map(|_| ()).map_err(|error| {
            let (key, why) = match &error {
                rdkafka::error::KafkaError::ClientConfig(_, why, key, _) => {
                    (key.clone(), why.clone())
                }
                other => (String::new(), other.to_string()),
            };
            InvalidClientSetting { message: format!("set {key}: {why}"), key }
        })
    }

    /// The name of an output topic on the cluster.
    #[must_use]
    pub fn topic(&self, topic: &str) -> String {
        format!("{}.{topic}", self.prefix)
    }

    /// The name of an input topic on the cluster.
    #[must_use]
    pub fn input(&self, topic: Topic) -> String {
        format!("{}.{topic}", self.shadow_of.as_ref().unwrap_or(&self.prefix))
    }

    /// The name of a stage's changelog on the cluster.
    #[must_use]
    pub fn changelog(&self, stage: &str) -> String {
        format!("{}.{stage}.changelog.v1", self.prefix)
    }

    /// The name of a stage's dead-letter topic on the cluster.
    #[must_use]
    pub fn dead_letters(&self, stage: &str) -> String {
        self.topic(&Self::dead_letter_topic(stage))
    }

    /// The dead-letter topic of a stage, without prefix.
    pub(crate) fn dead_letter_topic(stage: &str) -> String {
        format!("{stage}.dead-letters.v1")
    }

    /// The consumer group of a stage.
    #[must_use]
    pub fn group(&self, stage: &str) -> String {
        format!("{}.{stage}", self.prefix)
    }

    /// Settings of every client.
    pub(crate) fn base(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        // Nagle's algorithm delays small requests by up to 40 ms.
        config.set("socket.nagle.disable", "true");
        // Brokers close idle connections; that is no news.
        config.set("log.connection.close", "false");
        config.set("reconnect.backoff.ms", "50").set("reconnect.backoff.max.ms", "1000");
        self.with_pass_through(config)
    }

    /// Applies the pass-through settings last: values set in this module are defaults, and
    /// [`KafkaSettings::check`] rejects those that must not change.
    fn with_pass_through(&self, mut config: ClientConfig) -> ClientConfig {
        config.extend(self.client.clone());
        config
    }

    /// Settings of every consumer: committed records only, and no offsets committed by librdkafka.
    pub(crate) fn reader(&self, group: &str) -> ClientConfig {
        let mut config = self.base();
        config
            .set("group.id", group)
            .set("client.id", group)
            .set("isolation.level", "read_committed")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("enable.partition.eof", "true")
            // The default of 1000 stalls a partition for a second once the local queue was full.
            .set("fetch.queue.backoff.ms", "5")
            .set("queued.max.messages.kbytes", "8192")
            .set("queued.min.messages", "10000");
        self.with_pass_through(config)
    }

    /// The consumer of a worker.
    pub(crate) fn consumer(&self, stage: &str, member: &str) -> ClientConfig {
        let mut config = self.reader(&self.group(stage));
        config
            .set("client.id", member)
            .set("group.instance.id", member)
            // `range` puts the same partitions of all inputs on the same member;
            // cooperative-sticky does not promise that.
            .set("partition.assignment.strategy", "range")
            .set("session.timeout.ms", self.session_timeout.as_millis().to_string())
            .set("heartbeat.interval.ms", (self.session_timeout.as_millis() / 4).to_string())
            // Three calls and some slack. Not minutes: the group also waits this
            // long for a member that died while joining.
            .set("max.poll.interval.ms", (self.timeout.as_millis() * 3 + 5_000).to_string())
            // The statistics report lag and ends of partitions, without which no timer fires.
            .set("statistics.interval.ms", "500");
        self.with_pass_through(config)
    }

    /// The producer of a worker.
    pub(crate) fn transactional(&self, member: &str) -> ClientConfig {
        let mut config = self.producer(member);
        config
            .set("transactional.id", member)
            .set("transaction.timeout.ms", self.transaction_timeout.as_millis().to_string())
            // AddOffsets meets CONCURRENT_TRANSACTIONS right after a commit and waits this long. The
            // default of 100 costs as much as 20 commits.
            .set("retry.backoff.ms", "1")
            .set("retry.backoff.max.ms", "20")
            // Costs no latency: the flush before a commit overrides it.
            .set("linger.ms", "5");
        self.with_pass_through(config)
    }

    /// An idempotent producer: all replicas acknowledge, and retries duplicate no record.
    pub(crate) fn producer(&self, name: &str) -> ClientConfig {
        let mut config = self.base();
        config
            .set("client.id", name)
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "1")
            // The partitioner of the Java client: others may produce to the same topics.
            .set("partitioner", "murmur2_random")
            // Without reports of success a flush has nothing to poll for: see `transaction::flush`.
            .set("delivery.report.only.error", "true")
            .set("queue.buffering.max.kbytes", "65536")
            // Must not exceed transaction.timeout.ms.
            .set("message.timeout.ms", self.timeout.as_millis().to_string());
        self.with_pass_through(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &str, value: &str) -> KafkaSettings {
        let client = BTreeMap::from([(key.to_owned(), value.to_owned())]);
        KafkaSettings { client, ..KafkaSettings::default() }
    }

    #[test]
    fn a_pass_through_setting_overrides_the_default_of_this_module() {
        let settings = with("linger.ms", "7");
        assert_eq!(settings.check(), Ok(()));
        for config in [settings.transactional("m"), settings.producer("p")] {
            assert_eq!(config.get("linger.ms"), Some("7"));
        }
        let settings = with("queued.max.messages.kbytes", "4096");
        for config in [settings.consumer("dedupe", "m"), settings.reader("g")] {
            assert_eq!(config.get("queued.max.messages.kbytes"), Some("4096"));
        }
    }

    #[test]
    fn owned_and_unknown_settings_are_rejected_with_their_name() {
        for key in OWNED.iter().copied().chain(["no.such.setting"]) {
            let rejected = with(key, "1").check().unwrap_err();
            assert_eq!(rejected.key, key);
            assert!(rejected.message.contains(key), "{}", rejected.message);
        }
    }
}
