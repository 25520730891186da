//! The workers of a process: threads, each with a consumer and a producer of its own.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kafka::{Failed, Settings, Stop, admin, work};
use stage::{Observe, Stage, Topic};
use telemetry::{Health, Metrics};

use super::check::Needs;
use super::meter::{Books, Counted, Entries};
use super::settings;
use crate::Problem;
use crate::cli::StageName;
use crate::config::{self, Config};

/// A stage of a chain, and the topic that joins it to the one before, inside the chain.
pub(super) struct Link {
    name: &'static str,
    inside: Option<Topic>,
}

impl Link {
    pub(super) fn of(stages: &[StageName]) -> Vec<Self> {
        let of = |(place, stage): (usize, &StageName)| {
            let (name, topic) = match stage {
                StageName::Sentiment => ("sentiment", mention::topics::UNIQUE),
                StageName::Priority => ("priority", mention::topics::SCORED),
                StageName::Escalation => ("escalation", mention::topics::PRIORITIZED),
                _ => ("dedupe", mention::topics::RECEIVED),
            };
            Self { name, inside: (place > 0).then_some(topic) }
        };
        stages.iter().enumerate().map(of).collect()
    }
}

/// Every topic that some stage needs, by its name on the cluster.
#[must_use]
pub fn every_topic(settings: &Settings) -> Vec<String> {
    let pipeline = Needs::of::<crate::chain::Chain>(settings);
    let books = Needs::of::<reporting::Metrics>(settings);
    let surge = Needs::of::<surge::Surge>(settings);
    let needs = [pipeline, books, surge].map(|needs| [needs.partitioned, needs.others].concat());
    needs.concat()
}

/// How a worker has ended.
type End = Result<(), Failed>;

/// The process being put together.
pub(super) struct Process<'a> {
    config: &'a Config,
    stop: Stop,
    metrics: Metrics,
    health: Health,
    present: BTreeMap<String, i32>,
    ended: Sender<End>,
    ends: Receiver<End>,
    running: usize,
}

impl<'a> Process<'a> {
    pub(super) fn new(
        config: &'a Config,
        stop: &Stop,
        metrics: Metrics,
        health: Health,
        present: BTreeMap<String, i32>,
    ) -> Self {
        let (ended, ends) = channel();
        let stop = stop.clone();
        Self { config, stop, metrics, health, present, ended, ends, running: 0 }
    }

    /// Starts the workers of a stage, or of a fused chain.
    pub(super) fn start<S: Stage + Send + Sync>(
        &mut self,
        stage: S,
        links: &[Link],
    ) -> Result<(), Problem> {
        let settings = settings(self.config, Some(S::NAME))?;
        Needs::of::<S>(&settings).check(&self.present)?;
        for (link, topic) in links.iter().filter_map(|link| Some((link, link.inside?))) {
            let is_undrained = admin::is_undrained(&settings, link.name, topic);
            if is_undrained.map_err(|fault| Problem::Unavailable(fault.message))? {
                return Err(Problem::Config(format!(
                    "fuse {}: {topic} still holds records for it from when it ran by itself; let \
                     `harken run {}` read them first",
                    link.name, link.name
                )));
            }
        }
        let all = Arc::new(Mutex::new(vec![0; self.config.worker.workers.get()]));
        self.spawn(stage, &settings, |metrics, worker| {
            Entries::new(metrics, worker, Arc::clone(&all))
        })
    }

    /// Starts the workers of the metrics stage.
    pub(super) fn start_metrics(&mut self, books: &config::Books) -> Result<(), Problem> {
        let settings = settings(self.config, Some("metrics"))?;
        Needs::of::<reporting::Metrics>(&settings).check(&self.present)?;
        let counting = books.settings(&self.config.ingest);
        let all = Arc::new(Mutex::new(vec![0; self.config.worker.workers.get()]));
        let registry = self.metrics.clone();
        self.spawn(reporting::Metrics::new(counting.clone()), &settings, |metrics, worker| Books {
            entries: Entries::new(metrics, worker, Arc::clone(&all)),
            exports: registry.exports(),
            readings: reporting::Readings::new(counting.clone()),
        })
    }

    /// How many partitions the topics between hearing and routing have: all the same number, which
    /// is checked where a stage starts.
    pub(super) fn partitions(&self, config: &Config) -> Result<u32, Problem> {
        let topic = settings(config, None)?.input(mention::topics::PRIORITIZED);
        let partitions = self.present.get(&topic).copied().unwrap_or(1);
        Ok(u32::try_from(partitions).unwrap_or(1))
    }

    /// Sees that there is a topic to append mentions to.
    pub(super) fn check_received(&self, settings: &Settings) -> Result<(), Problem> {
        let partitioned = vec![settings.topic(mention::topics::RECEIVED)];
        Needs { partitioned, others: Vec::new() }.check(&self.present)
    }

    fn spawn<S, O>(
        &mut self,
        stage: S,
        settings: &Settings,
        observe: impl Fn(telemetry::StageMetrics, usize) -> O,
    ) -> Result<(), Problem>
    where
        S: Stage + Send + Sync,
        O: Observe<S> + Send + 'static,
    {
        let stage = Arc::new(stage);
        for worker in 0..self.config.worker.workers.get() {
            let metrics = self.metrics.stage::<S>();
            let mut observe = observe(metrics.clone(), worker);
            let health = self.health.worker(format!("{}-{worker}", S::NAME));
            let meter: Arc<dyn kafka::Meter> = Arc::new(Counted::new(metrics, health));
            let (stage, settings) = (Arc::clone(&stage), settings.clone());
            let (stop, ended) = (self.stop.clone(), self.ended.clone());
            let run = move || {
                let end = work(&*stage, &settings, worker, &stop, &meter, &mut observe);
                // Whoever waited may have gone: then nobody wants to know.
                let _ = ended.send(end);
            };
            std::thread::Builder::new()
                .name(format!("{}-{worker}", S::NAME))
                .spawn(run)
                .map_err(|error| Problem::Unavailable(format!("start a thread: {error}")))?;
            self.running += 1;
        }
        Ok(())
    }

    /// Waits until every worker has ended; one that fails ends the others. Once an end is asked
    /// for it waits no longer than `worker.shutdown_timeout`: a call of librdkafka may never come
    /// back while the brokers are away, and what it has not committed is done again.
    pub(super) fn wait(mut self) -> Result<(), Problem> {
        let (mut result, mut asked) = (Ok(()), None);
        while self.running > 0 {
            match self.ends.recv_timeout(Duration::from_millis(20)) {
                Ok(end) => {
                    self.running -= 1;
                    if let Err(Failed(fault)) = end {
                        self.stop.ask();
                        result = Err(Problem::Bug(fault.message));
                    }
                }
                Err(_) if self.stop.is_asked() => {
                    let since = *asked.get_or_insert_with(Instant::now);
                    if since.elapsed() > self.config.worker.shutdown_timeout.0 {
                        let left = self.running;
                        tracing::warn!(left, "ending although workers have not ended in time");
                        break;
                    }
                }
                Err(_) => {}
            }
        }
        result
    }
}
