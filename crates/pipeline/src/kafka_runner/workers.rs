//! The workers of a process: threads, each with its own consumer and transactional producer.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kafka::{KafkaSettings, Stop, WorkerFailed, admin, run_worker};
use reporting::Reporting;
use stage::{CommitObserver, Fault, Reloadable, Stage, Topic};
use telemetry::{Health, Metrics};

use super::kafka_settings;
use super::meter::{MetricsObserver, StateSizeObserver, WorkerMeter};
use super::required_topics::RequiredTopics;
use crate::config::Config;
use crate::rules::{FromRuleset, LoadedRules};
use crate::stages::{BuildContext, PipelineStage};
use crate::{CommandError, Failure};

/// A stage of a chain and, unless it is the first, the intermediate topic it reads when not fused.
pub(super) struct ChainLink {
    pub(super) name: &'static str,
    pub(super) inner_topic: Option<Topic>,
}

/// The result of a worker thread.
type WorkerResult = Result<(), WorkerFailed>;

/// Starts the workers of a stage that runs by itself: a column of the table of stages.
pub(crate) type StartStage = fn(&mut WorkerPool<'_>) -> Result<(), CommandError>;

/// Starts the workers of a stage that runs by itself.
pub(crate) fn start_stage<S: PipelineStage>(pool: &mut WorkerPool<'_>) -> Result<(), CommandError> {
    let stage = S::build(pool.build_context()?)?;
    pool.start(stage, &[])
}

/// Starts the workers of the stage `metrics`, whose measurements become metrics of the process.
pub(crate) fn start_metrics(pool: &mut WorkerPool<'_>) -> Result<(), CommandError> {
    let settings = kafka_settings(pool.config, Some(Reporting::NAME))?;
    let topics = RequiredTopics::of_stage::<Reporting>(&settings);
    topics.check(&pool.present)?;
    topics.check_timestamps(&settings)?;
    let stage_config = pool.config.metrics.stage_config(&pool.config.ingest);
    let sizes = Arc::new(Mutex::new(vec![0; pool.config.worker.workers.get()]));
    let registry = pool.metrics.clone();
    let stage = Reporting::build(pool.build_context()?)?;
    let tenants = pool.rules()?.reloadable_part();
    pool.spawn(stage, tenants, &settings, |metrics, worker| MetricsObserver {
        entries: StateSizeObserver::new(metrics, worker, Arc::clone(&sizes)),
        exports: registry.sample_slot(),
        readings: reporting::StateMeter::new(stage_config.clone()),
    })
}

/// Starts the workers of a process and waits for them.
#[derive(Debug)]
pub struct WorkerPool<'a> {
    config: &'a Config,
    rules: Option<&'a LoadedRules>,
    stop: Stop,
    metrics: Metrics,
    health: Health,
    present: BTreeMap<String, i32>,
    result_sender: Sender<WorkerResult>,
    results: Receiver<WorkerResult>,
    running: usize,
}

impl<'a> WorkerPool<'a> {
    pub(super) fn new(
        config: &'a Config,
        rules: Option<&'a LoadedRules>,
        stop: &Stop,
        metrics: Metrics,
        health: Health,
        present: BTreeMap<String, i32>,
    ) -> Self {
        // A channel, not join handles: the first worker to end is the one that matters.
        let (result_sender, results) = channel();
        let stop = stop.clone();
        Self { config, rules, stop, metrics, health, present, result_sender, results, running: 0 }
    }

    /// Starts the workers of a stage, or of a fused chain.
    pub(super) fn start<S>(&mut self, stage: S, links: &[ChainLink]) -> Result<(), CommandError>
    where
        S: Stage + Send + Sync,
        S::Rules: FromRuleset,
    {
        let rules = match self.rules {
            Some(rules) => rules.reloadable_part(),
            None => S::Rules::without_rules().map(Reloadable::from).ok_or_else(|| {
                CommandError::Bug(format!("start {} without its rules", S::NAME).into())
            })?,
        };
        let settings = kafka_settings(self.config, Some(S::NAME))?;
        let topics = RequiredTopics::of_stage::<S>(&settings);
        topics.check(&self.present)?;
        topics.check_timestamps(&settings)?;
        // A fused stage no longer reads its intermediate topic: unread records there would be lost.
        for (link, topic) in links.iter().filter_map(|link| Some((link, link.inner_topic?))) {
            let has_unread = admin::has_unread_records(&settings, link.name, topic);
            if has_unread.map_err(|fault| CommandError::Unavailable(fault.into()))? {
                return Err(CommandError::Config(format!(
                    "fuse {}: {topic} contains records it has not processed yet, written before it was \
                     fused; run `harken run {}` until they are processed",
                    link.name, link.name
                ).into()));
            }
        }
        let sizes = Arc::new(Mutex::new(vec![0; self.config.worker.workers.get()]));
        self.spawn(stage, rules, &settings, |metrics, worker| {
            StateSizeObserver::new(metrics, worker, Arc::clone(&sizes))
        })
    }

    /// The rules of the process.
    ///
    /// # Errors
    /// [`CommandError::Bug`] if no part of the process needs rules.
    pub(super) fn rules(&self) -> Result<&'a LoadedRules, CommandError> {
        self.rules.ok_or_else(|| CommandError::Bug("use rules that were not loaded".into()))
    }

    /// What the stages of this process are built from.
    pub(super) fn build_context(&self) -> Result<BuildContext<'a>, CommandError> {
        // The topics of the routing pipeline have equal partition counts, which `start` checks.
        let topic = kafka_settings(self.config, None)?.input(mention::topics::PRIORITIZED);
        let partitions = self.present.get(&topic).copied().unwrap_or(1);
        let partitions = u32::try_from(partitions).unwrap_or(1);
        Ok(BuildContext { config: self.config, rules: self.rules, partitions })
    }

    /// The settings of the process.
    pub(super) fn config(&self) -> &'a Config {
        self.config
    }

    /// Checks that `mention.received` exists.
    pub(super) fn check_received_topic(
        &self,
        settings: &KafkaSettings,
    ) -> Result<(), CommandError> {
        let received = vec![settings.topic(mention::topics::RECEIVED)];
        let stamped_by_broker = received.clone();
        let topics =
            RequiredTopics { partitioned: received, others: Vec::new(), stamped_by_broker };
        topics.check(&self.present)?;
        topics.check_timestamps(settings)
    }

    fn spawn<S, O>(
        &mut self,
        stage: S,
        rules: Reloadable<S::Rules>,
        settings: &KafkaSettings,
        observe: impl Fn(telemetry::StageMetrics, usize) -> O,
    ) -> Result<(), CommandError>
    where
        S: Stage + Send + Sync,
        O: CommitObserver<S> + Send + 'static,
    {
        let stage = Arc::new(stage);
        for worker in 0..self.config.worker.workers.get() {
            let metrics = self.metrics.stage::<S>();
            let mut observe = observe(metrics.clone(), worker);
            let health = self.health.register_worker(format!("{}-{worker}", S::NAME));
            let meter: Arc<dyn kafka::LogMeter> = Arc::new(WorkerMeter::new(metrics, health));
            let (stage, rules, settings) = (Arc::clone(&stage), rules.clone(), settings.clone());
            let (stop, result_sender) = (self.stop.clone(), self.result_sender.clone());
            let run = move || {
                let result =
                    run_worker(&*stage, &rules, &settings, worker, &stop, &meter, &mut observe);
                // `wait` may have given up after the shutdown timeout and dropped the receiver.
                let _ = result_sender.send(result);
            };
            std::thread::Builder::new().name(format!("{}-{worker}", S::NAME)).spawn(run).map_err(
                |error| CommandError::Unavailable(Failure::new("start a thread", error)),
            )?;
            self.running += 1;
        }
        Ok(())
    }

    /// Waits until every worker has ended. A worker that fails stops the others. After `stop` is
    /// requested, waits at most `worker.shutdown_timeout`: a call to librdkafka may not return while
    /// the brokers are down. Uncommitted records are processed again after the restart.
    ///
    /// # Errors
    /// With the fault of the last worker that failed: [`CommandError::Config`] if something outside this
    /// program must change, otherwise [`CommandError::Bug`].
    pub(super) fn wait(mut self) -> Result<(), CommandError> {
        let (mut result, mut stop_seen_at) = (Ok(()), None);
        while self.running > 0 {
            match self.results.recv_timeout(Duration::from_millis(20)) {
                Ok(ended) => {
                    self.running -= 1;
                    // A worker restarts by itself after a transient fault; an error here is fatal.
                    if let Err(WorkerFailed(fault)) = ended {
                        self.stop.request();
                        result = Err(match fault {
                            // The text states what to change.
                            Fault::Blocked(_) => CommandError::Config(fault.into()),
                            _ => CommandError::Bug(fault.into()),
                        });
                    }
                }
                Err(_) if self.stop.is_requested() => {
                    let since = *stop_seen_at.get_or_insert_with(Instant::now);
                    if since.elapsed() > self.config.worker.shutdown_timeout.0 {
                        let running = self.running;
                        tracing::warn!(
                            running,
                            "shutdown timeout expired, exiting with workers still running"
                        );
                        break;
                    }
                }
                Err(_) => {}
            }
        }
        result
    }
}
