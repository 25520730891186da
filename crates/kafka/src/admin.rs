//! Administration of topics: compares the topics of the cluster with those wanted, and applies the
//! changes.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic};
use rdkafka::admin::{ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use stage::{BoxedError, Fault, Topic};

use crate::KafkaSettings;
use crate::partition_reader::PartitionReader;
use crate::retry::{self, retry};

/// A wanted topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// The name on the cluster.
    pub name: String,
    /// Number of partitions.
    pub partitions: i32,
    /// Number of replicas; for new topics only.
    pub replication: i32,
    /// Topic settings that differ from the broker's defaults.
    pub config: BTreeMap<String, String>,
}

/// One change from the present topics to the wanted ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicChange {
    /// The topic is missing.
    Create(TopicSpec),
    /// The topic has too few partitions.
    Grow {
        /// The topic.
        name: String,
        /// Present number of partitions.
        from: i32,
        /// Wanted number of partitions.
        to: i32,
    },
    /// The topic has too many partitions. Kafka cannot remove any, so this change always fails.
    Shrink {
        /// The topic.
        name: String,
        /// Present number of partitions.
        has: i32,
        /// Wanted number of partitions.
        wants: i32,
    },
    /// A setting differs.
    Alter {
        /// The topic.
        name: String,
        /// All wanted settings.
        config: BTreeMap<String, String>,
        /// The differences, each as `key: present → wanted`.
        differs: Vec<String>,
    },
}

impl std::fmt::Display for TopicChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TopicChange::Create(spec) => {
                write!(f, "create {} with {} partitions", spec.name, spec.partitions)
            }
            TopicChange::Grow { name, from, to } => {
                write!(f, "grow {name} from {from} to {to} partitions")
            }
            TopicChange::Shrink { name, has, wants } => write!(
                f,
                "{name} has {has} partitions instead of {wants}, which cannot be undone: \
                 set `partitions = {has}` or choose another prefix"
            ),
            TopicChange::Alter { name, differs, .. } => {
                write!(f, "alter {name}: {}", differs.join(", "))
            }
        }
    }
}

/// Returns the number of partitions of each topic of the cluster. It also serves to check that the
/// cluster can be reached.
///
/// # Errors
/// When no broker answers within `timeout`.
pub fn partition_counts(
    settings: &KafkaSettings,
    timeout: Duration,
) -> Result<BTreeMap<String, i32>, Fault> {
    let unreachable = |error: rdkafka::error::KafkaError| {
        Fault::log(format!("reach Kafka at {}", settings.bootstrap), error)
    };
    let consumer: BaseConsumer = settings.base().create().map_err(unreachable)?;
    let metadata =
        retry(timeout, |left| consumer.fetch_metadata(None, left)).map_err(unreachable)?;
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let of =
        |t: &rdkafka::metadata::MetadataTopic| (t.name().to_owned(), count(t.partitions().len()));
    Ok(metadata.topics().iter().map(of).collect())
}

/// Whether a separate stage has left records unread that no fused chain has processed.
///
/// # Errors
/// When the offsets or records cannot be read.
pub fn has_unread_records(
    settings: &KafkaSettings,
    stage: &str,
    topic: Topic,
) -> Result<bool, Fault> {
    let name = settings.topic(topic);
    let fault = |error: rdkafka::error::KafkaError| {
        Fault::log(format!("read the committed offsets of {stage} on {name}"), error)
    };
    let consumer: BaseConsumer = settings.reader(&settings.group(stage)).create().map_err(fault)?;
    let partitions = partition_counts(settings, settings.timeout)?.get(&name).copied().unwrap_or(0);
    let mut list = TopicPartitionList::new();
    list.add_partition_range(&name, 0, partitions.max(1) - 1);
    let committed = retry::committed_offsets(&consumer, &list, settings.timeout).map_err(fault)?;
    let reader = PartitionReader::new(settings, stage)?;
    for element in committed.elements() {
        // Without a committed offset the stage never ran by itself: every record on the partition is
        // unread, unless a chain wrote it.
        let next = match element.offset() {
            committed @ Offset::Offset(_) => committed,
            _ => Offset::Beginning,
        };
        // A chain writes its taps after everything that a separate stage may have left, so the
        // first unread record decides.
        if reader.first_is_tap(&name, element.partition(), next)? == Some(false) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Compares the topics of the cluster with the wanted ones and returns the changes.
///
/// # Errors
/// When the present topics cannot be read.
pub fn plan_changes(
    settings: &KafkaSettings,
    wanted: &[TopicSpec],
) -> Result<Vec<TopicChange>, Fault> {
    let present = partition_counts(settings, settings.timeout)?;
    let admin = client(settings)?;
    let mut changes = Vec::new();
    for spec in wanted {
        let Some(&has) = present.get(&spec.name) else {
            changes.push(TopicChange::Create(spec.clone()));
            continue;
        };
        let (name, wants) = (spec.name.clone(), spec.partitions);
        if has < wants {
            changes.push(TopicChange::Grow { name, from: has, to: wants });
        } else if has > wants {
            changes.push(TopicChange::Shrink { name, has, wants });
        }
        let differs = differences(&admin, settings, spec)?;
        if !differs.is_empty() {
            let (name, config) = (spec.name.clone(), spec.config.clone());
            changes.push(TopicChange::Alter { name, config, differs });
        }
    }
    Ok(changes)
}

/// Applies the changes, and waits until the metadata of all brokers contains them.
///
/// # Errors
/// With the first change that the cluster rejects, with [`TopicChange::Shrink`], which only an
/// operator can resolve, or when the metadata does not arrive in time.
pub fn apply_changes(settings: &KafkaSettings, changes: &[TopicChange]) -> Result<(), Fault> {
    let admin = client(settings)?;
    let options = options(settings);
    for change in changes {
        let fault = |error: BoxedError| Fault::log(change.to_string(), error);
        match change {
            TopicChange::Create(spec) => {
                let replication = TopicReplication::Fixed(spec.replication);
                let mut topic = NewTopic::new(&spec.name, spec.partitions, replication);
                for (key, value) in &spec.config {
                    topic = topic.set(key, value);
                }
                apply_until_acknowledged(settings, || {
                    block_on(admin.create_topics([&topic], &options))
                })
                .map_err(|error| fault(error.into()))?;
            }
            TopicChange::Grow { name, to, .. } => {
                let grown = NewPartitions::new(name, usize::try_from(*to).unwrap_or(0));
                apply_until_acknowledged(settings, || {
                    block_on(admin.create_partitions([&grown], &options))
                })
                .map_err(|error| fault(error.into()))?;
            }
            TopicChange::Shrink { .. } => return Err(fault("an operator must decide".into())),
            TopicChange::Alter { name, config, .. } => {
                // AlterConfigs replaces all settings of a topic, so it gets every wanted one.
                let mut altered = AlterConfig::new(ResourceSpecifier::Topic(name));
                for (key, value) in config {
                    altered = altered.set(key, value);
                }
                apply_until_acknowledged(settings, || {
                    block_on(admin.alter_configs([&altered], &options))
                })
                .map_err(|error| fault(error.into()))?;
            }
        }
    }
    await_metadata(settings, changes)
}

/// Waits until the metadata contains the changes. A broker acknowledges a new topic before its
/// metadata is everywhere, and a worker started at once would not find the topic.
fn await_metadata(settings: &KafkaSettings, changes: &[TopicChange]) -> Result<(), Fault> {
    let started_at = Instant::now();
    loop {
        let present = partition_counts(settings, settings.timeout)?;
        let is_known = |change: &&TopicChange| match change {
            TopicChange::Create(TopicSpec { name, partitions, .. })
            | TopicChange::Grow { name, to: partitions, .. } => {
                present.get(name) == Some(partitions)
            }
            TopicChange::Shrink { .. } | TopicChange::Alter { .. } => true,
        };
        let Some(missing) = changes.iter().find(|change| !is_known(change)) else { return Ok(()) };
        if started_at.elapsed() > settings.timeout {
            return Err(Fault::detected(format!(
                "{missing}: the metadata of the brokers does not contain it"
            )));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Repeats a change until the cluster acknowledges it.
fn apply_until_acknowledged<T>(
    settings: &KafkaSettings,
    mut change: impl FnMut() -> KafkaResult<Vec<Result<T, (T, RDKafkaErrorCode)>>>,
) -> KafkaResult<()> {
    use RDKafkaErrorCode::{InvalidPartitions, TopicAlreadyExists};
    let mut is_sent = false;
    retry(settings.timeout, |_| {
        let was_sent = std::mem::replace(&mut is_sent, true);
        match change()?.into_iter().find_map(Result::err) {
            None => Ok(()),
            // On a retry this means that only the answer to the first call was lost;
            // `await_metadata` verifies it.
            Some((_, TopicAlreadyExists | InvalidPartitions)) if was_sent => Ok(()),
            Some((_, code)) => Err(KafkaError::AdminOp(code)),
        }
    })
}

/// Returns those of the topics whose records keep the timestamp of their producer. The broker must set
/// it when it appends a record: the timestamps of these topics are the clock of their partitions.
///
/// # Errors
/// When the settings of a topic cannot be read. That takes the permission DESCRIBE_CONFIGS.
pub fn topics_with_create_time(
    settings: &KafkaSettings,
    topics: &[String],
) -> Result<Vec<String>, Fault> {
    let admin = client(settings)?;
    let append_time = [("message.timestamp.type".to_owned(), "LogAppendTime".to_owned())];
    let mut found = Vec::new();
    for name in topics {
        let config = BTreeMap::from(append_time.clone());
        let spec = TopicSpec { name: name.clone(), partitions: 1, replication: 1, config };
        if !differences(&admin, settings, &spec)?.is_empty() {
            found.push(spec.name);
        }
    }
    Ok(found)
}

fn client(settings: &KafkaSettings) -> Result<AdminClient<DefaultClientContext>, Fault> {
    settings.base().create().map_err(|error| Fault::log("create the admin client", error))
}

fn options(settings: &KafkaSettings) -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(settings.timeout))
        .operation_timeout(Some(settings.timeout))
}

fn differences(
    admin: &AdminClient<DefaultClientContext>,
    settings: &KafkaSettings,
    spec: &TopicSpec,
) -> Result<Vec<String>, Fault> {
    let fault = |error| Fault::log(format!("read the settings of {}", spec.name), error);
    let topic = ResourceSpecifier::Topic(&spec.name);
    let resource = retry(settings.timeout, |_| {
        let mut results = block_on(admin.describe_configs([&topic], &options(settings)))?;
        results.pop().ok_or(KafkaError::NoMessageReceived)?.map_err(KafkaError::AdminOp)
    })
    .map_err(fault)?;
    // Compares texts: a spec must give a value in the form in which Kafka returns it.
    let current = resource.entry_map();
    let is = |key: &str| current.get(key).and_then(|e| e.value.clone()).unwrap_or_default();
    let wanted = spec.config.iter().filter(|(key, value)| is(key) != **value);
    Ok(wanted.map(|(key, value)| format!("{key}: {} → {value}", is(key))).collect())
}

/// Blocks on a future of the admin client. No executor is needed: librdkafka's own threads make
/// progress and wake this one.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}
