//! The driver of the demo: feeds mentions and case events, shows routed mentions and escalations.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mention::codec::{self, AvroRecord};
use mention::{Filtered, Raised, Routed, Unique, author_key, topics};
use stage::memory::MemoryBroker;
use stage::{Input, RawRecord};

use super::agents::SimulatedAgents;
use super::latency::LatencyHistogram;
use super::metrics::DemoMetrics;
use super::report::DemoReport;
use super::scenario::{self, Scenario};
use super::screen::{Screen, ScreenEvent};
use crate::replay::Summary;
use crate::{CommandError, Failure, output};
use pipeline::clock::{self, Stopwatch};
use pipeline::memory_runner::{CHUNK, Driver, Progress, SurgeRunner, append_fact};

/// Maximum sleep between two updates of the screen.
const MAX_SLEEP: Duration = Duration::from_millis(40);

/// A running demo.
pub(super) struct DemoDriver<W> {
    scenario: Scenario,
    agents: SimulatedAgents,
    outbreaks: SurgeRunner,
    report: DemoReport,
    metrics: DemoMetrics,
    screen: Screen<W>,
    summary: Summary,
    latency: LatencyHistogram,
    stop: Arc<AtomicBool>,
    length: Duration,
    started: Stopwatch,
    /// Number of mentions being processed, and the time since they were appended.
    in_flight: (u64, Stopwatch),
    is_over: bool,
}

impl<W: Write> DemoDriver<W> {
    pub(super) fn new(
        (seed, mentions, length): (u64, u64, Duration),
        outbreaks: SurgeRunner,
        metrics: DemoMetrics,
        screen: Screen<W>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        let (started, latency) = (Stopwatch::start(), LatencyHistogram::new());
        Self {
            scenario: Scenario::new(seed, mentions),
            agents: SimulatedAgents::new(seed),
            outbreaks,
            report: DemoReport::default(),
            metrics,
            screen,
            summary: Summary::default(),
            latency,
            stop,
            length,
            started,
            in_flight: (0, started),
            is_over: false,
        }
    }

    /// Prints the final report and shuts the metrics endpoint down.
    pub(super) fn end(mut self) -> Result<(), CommandError> {
        // The last hour would lack the records since the last update.
        self.metrics.update()?;
        self.summary.close(0);
        let took = self.started.elapsed();
        let shown = self.screen.end(&self.summary, &self.report, &self.latency, took);
        self.metrics.shutdown();
        shown.or_else(output::ignore_broken_pipe)
    }

    /// Counts and shows the outputs. Returns false if the reader of the output has closed the pipe.
    fn drain(&mut self, broker: &MemoryBroker) -> Result<bool, CommandError> {
        for topic in reporting::In::topics() {
            for raw in broker.drain(topic) {
                self.metrics.record(&raw);
                if let Err(e) = self.handle_record(&raw)? {
                    return output::ignore_broken_pipe(e).map(|()| false);
                }
            }
        }
        // An input of `priority`, not shown; drained to bound memory.
        broker.drain(topics::REACTION);
        self.summary.dead_letters += broker.drain_dead_letters().len() as u64;
        self.metrics.update_if_due()?;
        let now = scenario::scenario_time(self.started.elapsed(), self.length);
        match self.screen.draw(now, &self.summary) {
            Ok(()) => Ok(true),
            Err(e) => output::ignore_broken_pipe(e).map(|()| false),
        }
    }

    fn handle_record(&mut self, raw: &RawRecord) -> Result<std::io::Result<()>, CommandError> {
        match raw.at.topic {
            topics::UNIQUE => self.summary.unique(&read_fact::<Unique>(raw)?),
            topics::SPREAD => self.summary.spread += 1,
            topics::FILTERED => self.summary.filtered(&read_fact::<Filtered>(raw)?),
            topics::ROUTED => {
                let routed = read_fact::<Routed>(raw)?;
                self.summary.routed(&routed);
                self.report.record_routed(&routed);
                self.agents
                    .schedule_case(&routed, scenario::late_percent(routed.mention.received_at));
                return Ok(self.screen.show(&ScreenEvent::Routed(&routed)));
            }
            topics::RAISED => {
                let raised = read_fact::<Raised>(raw)?;
                self.summary.raised += 1;
                self.report.record_raised(&raised);
                return Ok(self.screen.show(&ScreenEvent::Raised(&raised)));
            }
            _ => {}
        }
        Ok(Ok(()))
    }

    /// Appends all mentions and case events due by `now`. Returns false if there were none.
    fn feed(&mut self, broker: &MemoryBroker, now: stage::EventTime) -> Result<bool, CommandError> {
        let mut appended = 0;
        let mut mentions = 0;
        while appended < CHUNK {
            let (mention_at, event_at) = (self.scenario.next_due(), self.agents.next_due());
            let is_mention =
                mention_at.is_some_and(|at| event_at.is_none_or(|event_at| at <= event_at));
            let Some(at) = (if is_mention { mention_at } else { event_at }).filter(|at| *at <= now)
            else {
                break;
            };
            // As in replay: `surge` must process a whole minute before the next one is fed.
            if self.outbreaks.is_due(at) {
                if appended > 0 {
                    break;
                }
                self.run_surge(broker)?;
            }
            self.outbreaks.note_fed(at);
            let mut key = Vec::with_capacity(64);
            if !is_mention {
                if let Some(event) = self.agents.pop_event() {
                    author_key(&event.tenant, &event.platform, &event.author_id, &mut key);
                    append_fact(broker, topics::CASE_EVENT, at, &key, &event);
                }
            } else {
                let mention = self.scenario.next_mention();
                mention.key(&mut key);
                append_fact(broker, topics::RECEIVED, at, &key, &mention);
                mentions += 1;
            }
            appended += 1;
        }
        self.summary.received += mentions;
        // Latency counts from here until the loop has committed and calls `advance` again.
        self.in_flight = (mentions, Stopwatch::start());
        Ok(appended > 0)
    }

    /// Runs `surge` at the end of a simulated minute, and shows new and changed incidents.
    fn run_surge(&mut self, broker: &MemoryBroker) -> Result<(), CommandError> {
        for incident in self.outbreaks.run_due(broker)? {
            if self.report.record_incident(incident.clone()) {
                self.screen
                    .show(&ScreenEvent::Incident(&incident))
                    .or_else(output::ignore_broken_pipe)?;
            }
        }
        self.summary.incidents = self.report.incident_count();
        Ok(())
    }
}

impl<W: Write> Driver for DemoDriver<W> {
    fn advance(&mut self, broker: &MemoryBroker) -> Result<Progress, CommandError> {
        let (mentions, since) = std::mem::replace(&mut self.in_flight, (0, self.started));
        if mentions > 0 {
            self.latency.record(mentions, since.elapsed());
        }
        if !self.drain(broker)? || self.stop.load(Ordering::Relaxed) || self.is_over {
            return Ok(Progress::End);
        }
        let now = scenario::scenario_time(self.started.elapsed(), self.length);
        if self.feed(broker, now)? {
            return Ok(Progress::More);
        }
        // One more step at the end: timers due by then fire, and their outputs are drained.
        if now >= scenario::START + scenario::LENGTH {
            self.is_over = true;
            return Ok(Progress::AdvanceTime(now));
        }
        let next = self.scenario.next_due().into_iter().chain(self.agents.next_due()).min();
        let wait = next.map_or(MAX_SLEEP, |next| {
            scenario::wall_time_until(next, self.length).saturating_sub(self.started.elapsed())
        });
        clock::sleep(wait.min(MAX_SLEEP));
        // Never beyond the next record: event time must not pass a record that is still to come.
        Ok(Progress::AdvanceTime(
            scenario::scenario_time(self.started.elapsed(), self.length).min(next.unwrap_or(now)),
        ))
    }
}

fn read_fact<F: AvroRecord>(raw: &RawRecord) -> Result<F, CommandError> {
    codec::read(raw.value.as_deref().unwrap_or_default())
        .map_err(|bad| CommandError::Bug(Failure::new(format!("read back {}", raw.at.topic), bad)))
}
