//! What a worker needs to know of its cluster, and the client settings that follow from it.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::ClientConfig;
use stage::Topic;

/// The client settings that exactly-once owns: setting one of them is an error at start.
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
#[derive(Debug, Clone)]
pub struct Settings {
    /// Brokers to ask first, `host:port,…`.
    pub bootstrap: String,
    /// What every topic, group and transactional id begins with.
    pub prefix: String,
    /// Whose topics are read instead of its own: a shadow decides everything beside the deployment
    /// of that prefix, and what it writes stands under its own, where nobody acts upon it.
    pub shadow_of: Option<String>,
    /// Names this process among its peers; stable over restarts.
    pub instance: String,
    /// Security and pass-through settings of librdkafka.
    pub client: BTreeMap<String, String>,
    /// Records processed together, at most.
    pub batch: usize,
    /// The least time between two commits; zero commits as soon as the last commit is through.
    pub commit_interval: Duration,
    /// After which silence the group takes a member's partitions away.
    pub session_timeout: Duration,
    /// After which the broker aborts an open transaction: an open one freezes every reader.
    pub transaction_timeout: Duration,
    /// How long one call to the cluster may take.
    pub patience: Duration,
}

/// A client setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The setting.
    pub key: String,
    /// What is wrong with it, as a fragment that fits "failed to …".
    pub message: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bootstrap: "127.0.0.1:9092".to_owned(),
            prefix: "harken".to_owned(),
            shadow_of: None,
            instance: "0".to_owned(),
            client: BTreeMap::new(),
            batch: 500,
            commit_interval: Duration::ZERO,
            session_timeout: Duration::from_secs(10),
            transaction_timeout: Duration::from_secs(15),
            patience: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// Checks the pass-through settings against librdkafka and against [`OWNED`].
    ///
    /// # Errors
    /// With the first setting that cannot be used.
    pub fn check(&self) -> Result<(), Unusable> {
        if let Some(key) = self.client.keys().find(|key| OWNED.contains(&key.as_str())) {
            let message = format!("set {key}: exactly-once owns it, remove it");
            return Err(Unusable { key: key.clone(), message });
        }
        self.base().create_native_config().map(|_| ()).map_err(|error| {
            let (key, why) = match &error {
                rdkafka::error::KafkaError::ClientConfig(_, why, key, _) => {
                    (key.clone(), why.clone())
                }
                other => (String::new(), other.to_string()),
            };
            Unusable { message: format!("set {key}: {why}"), key }
        })
    }

    /// The name of a topic on the cluster.
    #[must_use]
    pub fn topic(&self, topic: Topic) -> String {
        format!("{}.{topic}", self.prefix)
    }

    /// The name on the cluster of a topic that is read.
    #[must_use]
    pub fn input(&self, topic: Topic) -> String {
        format!("{}.{topic}", self.shadow_of.as_ref().unwrap_or(&self.prefix))
    }

    /// The changelog of a stage.
    #[must_use]
    pub fn changelog(&self, stage: &str) -> String {
        format!("{}.{stage}.changelog.v1", self.prefix)
    }

    /// The dead letters of a stage.
    #[must_use]
    pub fn dead_letters(&self, stage: &str) -> String {
        format!("{}.{stage}.dead-letters.v1", self.prefix)
    }

    /// The consumer group of a stage.
    #[must_use]
    pub fn group(&self, stage: &str) -> String {
        format!("{}.{stage}", self.prefix)
    }

    pub(crate) fn base(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        config.set("socket.nagle.disable", "true");
        config.set("log.connection.close", "false");
        config.set("reconnect.backoff.ms", "50").set("reconnect.backoff.max.ms", "1000");
        self.tuned(config)
    }

    /// Puts the pass-through settings on top: what is tuned here is a default, and what must not
    /// change is refused by [`Settings::check`].
    fn tuned(&self, mut config: ClientConfig) -> ClientConfig {
        config.extend(self.client.clone());
        config
    }

    /// Settings of every consumer: nothing aborted is ever seen, offsets are ours to keep.
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
            .set("fetch.queue.backoff.ms", "5")
            .set("queued.max.messages.kbytes", "8192")
            .set("queued.min.messages", "10000");
        self.tuned(config)
    }

    /// The consumer of a worker.
    pub(crate) fn consumer(&self, stage: &str, member: &str) -> ClientConfig {
        let mut config = self.reader(&self.group(stage));
        config
            .set("client.id", member)
            .set("group.instance.id", member)
            // `range` puts the same partitions of all inputs on the same member, which
            // cooperative-sticky does not promise.
            .set("partition.assignment.strategy", "range")
            .set("session.timeout.ms", self.session_timeout.as_millis().to_string())
            .set("heartbeat.interval.ms", (self.session_timeout.as_millis() / 4).to_string())
            // Also how long a group waits for a member that died while joining: three calls at most.
            .set("max.poll.interval.ms", (self.patience.as_millis() * 3 + 5_000).to_string())
            .set("statistics.interval.ms", "500");
        self.tuned(config)
    }

    /// The producer of a worker.
    pub(crate) fn transactional(&self, member: &str) -> ClientConfig {
        let mut config = self.producer(member);
        config
            .set("transactional.id", member)
            .set("transaction.timeout.ms", self.transaction_timeout.as_millis().to_string())
            // Paid on CONCURRENT_TRANSACTIONS by every commit; its default of 100 is 20 commits.
            .set("retry.backoff.ms", "1")
            .set("retry.backoff.max.ms", "20")
            .set("linger.ms", "5");
        self.tuned(config)
    }

    /// A producer that is acknowledged by all replicas and never repeats a record by itself.
    pub(crate) fn producer(&self, name: &str) -> ClientConfig {
        let mut config = self.base();
        config
            .set("client.id", name)
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "1")
            .set("partitioner", "murmur2_random")
            .set("delivery.report.only.error", "true")
            .set("queue.buffering.max.kbytes", "65536")
            .set("message.timeout.ms", self.patience.as_millis().to_string());
        self.tuned(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &str, value: &str) -> Settings {
        let client = BTreeMap::from([(key.to_owned(), value.to_owned())]);
        Settings { client, ..Settings::default() }
    }

    #[test]
    fn a_setting_passed_through_wins_over_what_is_tuned_here() {
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
    fn what_exactly_once_owns_and_what_nobody_knows_is_refused_by_name() {
        for key in OWNED.iter().copied().chain(["no.such.setting"]) {
            let refused = with(key, "1").check().unwrap_err();
            assert_eq!(refused.key, key);
            assert!(refused.message.contains(key), "{}", refused.message);
        }
    }
}
