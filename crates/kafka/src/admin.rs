//! Topics on the cluster: what is there, what should be, and how to get from one to the other.

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
use stage::{Fault, Topic};

use crate::Settings;
use crate::ask::{self, ask};
use crate::restore::Reader;

/// A topic as it should be; the name is that on the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The name.
    pub name: String,
    /// How many partitions.
    pub partitions: i32,
    /// How many replicas; for new topics only.
    pub replication: i32,
    /// Settings other than the broker's own.
    pub config: BTreeMap<String, String>,
}

/// One step from what is to what should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The topic is missing.
    Create(Spec),
    /// The topic has too few partitions.
    Grow {
        /// The topic.
        name: String,
        /// What it has.
        from: i32,
        /// What it should have.
        to: i32,
    },
    /// The topic has too many partitions, which cannot be mended in place.
    TooMany {
        /// The topic.
        name: String,
        /// What it has.
        has: i32,
        /// What it should have.
        wants: i32,
    },
    /// A setting differs.
    Alter {
        /// The topic.
        name: String,
        /// All settings it should have.
        config: BTreeMap<String, String>,
        /// What differs, `key: is → should be`.
        differs: Vec<String>,
    },
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Step::Create(spec) => {
                write!(f, "create {} with {} partitions", spec.name, spec.partitions)
            }
            Step::Grow { name, from, to } => {
                write!(f, "grow {name} from {from} to {to} partitions")
            }
            Step::TooMany { name, has, wants } => write!(
                f,
                "{name} has {has} partitions instead of {wants}, which cannot be undone: \
                 set `partitions = {has}` or choose another prefix"
            ),
            Step::Alter { name, differs, .. } => write!(f, "alter {name}: {}", differs.join(", ")),
        }
    }
}

/// How many partitions each topic of the cluster has; also the way to find out that the cluster
/// is there.
///
/// # Errors
/// When no broker answers within `patience`.
pub fn partitions(settings: &Settings, patience: Duration) -> Result<BTreeMap<String, i32>, Fault> {
    let unreachable = |error: rdkafka::error::KafkaError| {
        Fault::new(format!("reach Kafka at {}: {error}", settings.bootstrap))
    };
    let consumer: BaseConsumer = settings.base().create().map_err(unreachable)?;
    let metadata =
        ask(patience, |left| consumer.fetch_metadata(None, left)).map_err(unreachable)?;
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let of =
        |t: &rdkafka::metadata::MetadataTopic| (t.name().to_owned(), count(t.partitions().len()));
    Ok(metadata.topics().iter().map(of).collect())
}

/// Whether a stage of its own has left records unread that no fused chain has carried on.
///
/// # Errors
/// When the cluster cannot be asked.
pub fn is_undrained(settings: &Settings, stage: &str, topic: Topic) -> Result<bool, Fault> {
    let name = settings.topic(topic);
    let fault = |error: rdkafka::error::KafkaError| {
        Fault::new(format!("see how far {stage} has read {name}: {error}"))
    };
    let consumer: BaseConsumer = settings.reader(&settings.group(stage)).create().map_err(fault)?;
    let partitions = partitions(settings, settings.patience)?.get(&name).copied().unwrap_or(0);
    let mut list = TopicPartitionList::new();
    list.add_partition_range(&name, 0, partitions.max(1) - 1);
    let committed = ask::committed(&consumer, &list, settings.patience).map_err(fault)?;
    let reader = Reader::new(settings, stage)?;
    for element in committed.elements() {
        let Offset::Offset(next) = element.offset() else { continue };
        // Taps come after what a separate stage may have left: the first record tells.
        if reader.first_is_tap(&name, element.partition(), next)? == Some(false) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What it takes to get from what is to what should be.
///
/// # Errors
/// When the cluster cannot be asked.
pub fn plan(settings: &Settings, wanted: &[Spec]) -> Result<Vec<Step>, Fault> {
    let present = partitions(settings, settings.patience)?;
    let admin = client(settings)?;
    let mut steps = Vec::new();
    for spec in wanted {
        let Some(&has) = present.get(&spec.name) else {
            steps.push(Step::Create(spec.clone()));
            continue;
        };
        let (name, wants) = (spec.name.clone(), spec.partitions);
        if has < wants {
            steps.push(Step::Grow { name, from: has, to: wants });
        } else if has > wants {
            steps.push(Step::TooMany { name, has, wants });
        }
        let differs = differences(&admin, settings, spec)?;
        if !differs.is_empty() {
            let (name, config) = (spec.name.clone(), spec.config.clone());
            steps.push(Step::Alter { name, config, differs });
        }
    }
    Ok(steps)
}

/// Performs the steps, and waits until the brokers tell everybody of the topics; a step that
/// cannot be undone is left to a person.
///
/// # Errors
/// With the first step that the cluster refuses, or when it does not tell in time.
pub fn apply(settings: &Settings, steps: &[Step]) -> Result<(), Fault> {
    let admin = client(settings)?;
    let options = options(settings);
    for step in steps {
        let fault = |error: &dyn std::fmt::Display| Fault::new(format!("{step}: {error}"));
        match step {
            Step::Create(spec) => {
                let replication = TopicReplication::Fixed(spec.replication);
                let mut topic = NewTopic::new(&spec.name, spec.partitions, replication);
                for (key, value) in &spec.config {
                    topic = topic.set(key, value);
                }
                perform(settings, || wait(admin.create_topics([&topic], &options)))
                    .map_err(|error| fault(&error))?;
            }
            Step::Grow { name, to, .. } => {
                let grown = NewPartitions::new(name, usize::try_from(*to).unwrap_or(0));
                perform(settings, || wait(admin.create_partitions([&grown], &options)))
                    .map_err(|error| fault(&error))?;
            }
            Step::TooMany { .. } => return Err(fault(&"a person must decide")),
            Step::Alter { name, config, .. } => {
                let mut altered = AlterConfig::new(ResourceSpecifier::Topic(name));
                for (key, value) in config {
                    altered = altered.set(key, value);
                }
                perform(settings, || wait(admin.alter_configs([&altered], &options)))
                    .map_err(|error| fault(&error))?;
            }
        }
    }
    await_all(settings, steps)
}

/// A broker answers for a topic before it tells of it: whoever started at once would miss it.
fn await_all(settings: &Settings, steps: &[Step]) -> Result<(), Fault> {
    let began = Instant::now();
    loop {
        let present = partitions(settings, settings.patience)?;
        let is_told = |step: &&Step| match step {
            Step::Create(Spec { name, partitions, .. })
            | Step::Grow { name, to: partitions, .. } => present.get(name) == Some(partitions),
            Step::TooMany { .. } | Step::Alter { .. } => true,
        };
        let Some(missing) = steps.iter().find(|step| !is_told(step)) else { return Ok(()) };
        if began.elapsed() > settings.patience {
            return Err(Fault::new(format!("{missing}: the brokers do not tell of it")));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Asks for a change until the cluster has answered for it.
fn perform<T>(
    settings: &Settings,
    mut change: impl FnMut() -> KafkaResult<Vec<Result<T, (T, RDKafkaErrorCode)>>>,
) -> KafkaResult<()> {
    use RDKafkaErrorCode::{InvalidPartitions, TopicAlreadyExists};
    let mut is_asked = false;
    ask(settings.patience, |_| {
        let was_asked = std::mem::replace(&mut is_asked, true);
        match change()?.into_iter().find_map(Result::err) {
            None => Ok(()),
            // Only the answer to the first call was lost; `await_all` sees whether it is so.
            Some((_, TopicAlreadyExists | InvalidPartitions)) if was_asked => Ok(()),
            Some((_, code)) => Err(KafkaError::AdminOp(code)),
        }
    })
}

fn client(settings: &Settings) -> Result<AdminClient<DefaultClientContext>, Fault> {
    settings
        .base()
        .create()
        .map_err(|error| Fault::new(format!("create the admin client: {error}")))
}

fn options(settings: &Settings) -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(settings.patience))
        .operation_timeout(Some(settings.patience))
}

fn differences(
    admin: &AdminClient<DefaultClientContext>,
    settings: &Settings,
    spec: &Spec,
) -> Result<Vec<String>, Fault> {
    let fault = |error: &dyn std::fmt::Display| {
        Fault::new(format!("read the settings of {}: {error}", spec.name))
    };
    let topic = ResourceSpecifier::Topic(&spec.name);
    let resource = ask(settings.patience, |_| {
        let mut results = wait(admin.describe_configs([&topic], &options(settings)))?;
        results.pop().ok_or(KafkaError::NoMessageReceived)?.map_err(KafkaError::AdminOp)
    })
    .map_err(|error| fault(&error))?;
    let current = resource.entry_map();
    let is = |key: &str| current.get(key).and_then(|e| e.value.clone()).unwrap_or_default();
    let wanted = spec.config.iter().filter(|(key, value)| is(key) != **value);
    Ok(wanted.map(|(key, value)| format!("{key}: {} → {value}", is(key))).collect())
}

/// Waits for an answer of the admin client, whose own threads make progress.
fn wait<F: Future>(future: F) -> F::Output {
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
