//! Detects outbreaks and publishes incidents.
//!
//! A [`Series`] holds the counts of one tenant and one facet (everything, a reason, a product, a
//! near-duplicate cluster) by minute; [`Series::score`] tests its latest minutes against its model.
//! The stage sums the partial counts of `mention.signal.v1`, which are keyed by facet, tests the
//! series at every signal, and publishes `incident.state.v1`: opened, revised, closed after a quiet
//! hour, reopened if the rise returns within the cool-down. A tombstone removes an incident that
//! ended long ago. [`trial`] compares the detector with rules that vendors have published.
//!
//! Time is event time: before the stage processes a record, it fires all timers due by the record's
//! time, and their output depends on their due time alone. A late signal counts in its own minute
//! while that minute is kept.
//!
//! The rules ([`RulesView`]) give planned events, playbook entry and stakeholders; one version of
//! them serves a whole call. Reposts count in the reach of an incident, not in its series: they add
//! no opinion of their own.
//!
//! Must not know: Kafka, the wall clock, other stages. No number that affects a decision comes from
//! the platform's mathematical library ([`numeric::ln`]).

mod bytes;
mod config;
mod dispersion;
mod hyperloglog;
pub mod likelihood;
mod memory;
mod outbreak;
mod outbreak_wire;
mod planned_event;
mod recent;
mod rules_view;
mod series;
mod severity;
mod state;
mod topics;
pub mod trial;

#[cfg(test)]
mod tests;

pub use config::Config;
pub use hyperloglog::HyperLogLog;
pub use likelihood::log_likelihood_ratio;
pub use memory::Bounds;
pub use outbreak::{IncidentState, Outbreak};
pub use planned_event::{PlannedEvent, SeriesEvents};
pub use recent::RecentCounts;
pub use rules_view::RulesView;
pub use series::{DetectionScore, Series, SeriesModel, WINDOWS};
pub use severity::{PostingPattern, SeverityInput, coordination, severity};
pub use state::{EntryKind, Key, SeriesId, State, Value};
pub use topics::{In, Out};

use mention::{Facet, Signal};
use outbreak::IncidentChange;
use stage::{EventTime, Fault, Record, Stage, TimeDelta, Tx, WallTime};

/// Minutes in a day.
const DAY_MINUTES: i64 = 24 * 60;

/// The stage.
#[derive(Debug, Default)]
pub struct Surge {
    config: Config,
}

/// The records that the stage uses while it processes a signal.
struct SignalContext<'a> {
    signal: &'a Signal,
    events: SeriesEvents<'a>,
    rules: &'a RulesView,
}

impl Surge {
    /// A stage with these settings.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// Fires the timers due by a minute since the epoch.
    fn fire_due_timers(&self, until: i64, rules: &RulesView, tx: &mut Tx<'_, Self>) {
        while let Some((minute, kind, id)) = tx.state().first_timer_until(until) {
            if kind == EntryKind::Ended {
                let (tenant, incident_id) = (id.tenant.clone(), id.value.clone());
                let tombstone = Out::Tombstone { tenant, id: incident_id };
                tx.emit(start_of_minute(minute), tombstone);
                tx.remove(Key(EntryKind::Ended, id));
                continue;
            }
            match tx.state().outbreak(&id).cloned() {
                Some(outbreak) => {
                    self.end_outbreak(&id, outbreak, minute, rules, tx);
                    self.schedule_timer(id, tx);
                }
                // Without an outbreak, the timer of a series is its expiry.
                None => {
                    for kind in [EntryKind::Model, EntryKind::Recent, EntryKind::Timer] {
                        tx.remove(Key(kind, id.clone()));
                    }
                }
            }
        }
    }

    /// Closes the incident of an outbreak. If it is closed already, the cool-down is over: removes
    /// the outbreak from its series and schedules the tombstone of the incident.
    fn end_outbreak(
        &self,
        id: &SeriesId,
        outbreak: Outbreak,
        minute: i64,
        rules: &RulesView,
        tx: &mut Tx<'_, Self>,
    ) {
        let incident_id = outbreak.incident.as_ref().map(|incident| incident.id.clone());
        match outbreak.close(minute) {
            Some(closed) => self.store_and_publish(id, closed, rules, tx),
            None => {
                tx.remove(Key(EntryKind::Outbreak, id.clone()));
                if let Some(incident_id) = incident_id {
                    let expiry = minute + self.config.keep_incident_days * DAY_MINUTES;
                    let ended = SeriesId { value: incident_id, ..id.clone() };
                    tx.set(Key(EntryKind::Ended, ended), Value::Timer(expiry));
                }
            }
        }
    }

    /// Stores an outbreak and publishes its incident.
    fn store_and_publish(
        &self,
        id: &SeriesId,
        mut outbreak: Outbreak,
        rules: &RulesView,
        tx: &mut Tx<'_, Self>,
    ) {
        let rules = rules.rules.as_deref();
        outbreak.add_words(topics::MAX_WORDS, &topics::tenant_words(id, rules));
        if let Some(incident) = &outbreak.incident {
            let record = topics::incident_record(id, &outbreak, incident, &self.config, rules);
            tx.emit(record.revised_at, Out::Incident(Box::new(record)));
        }
        tx.set(Key(EntryKind::Outbreak, id.clone()), Value::Outbreak(Box::new(outbreak)));
    }

    /// Sets the timer of a series: that of its outbreak, or else its expiry.
    fn schedule_timer(&self, id: SeriesId, tx: &mut Tx<'_, Self>) {
        let days = match id.facet {
            Facet::Cluster => self.config.keep_cluster_days,
            Facet::All | Facet::Reason | Facet::Product => self.config.keep_days,
        };
        let last = tx.state().series(&id).map_or(0, Series::last_minute);
        // Rounded up to a whole day, so that the changelog gets one entry a day and not one for
        // every signal.
        let expiry = (last.div_euclid(DAY_MINUTES) + days + 1) * DAY_MINUTES;
        let outbreak = tx.state().outbreak(&id);
        let due = outbreak.map_or(expiry, |outbreak| outbreak.timer(&self.config));
        if tx.state().timer_of(&id) != Some(due) {
            tx.set(Key(EntryKind::Timer, id), Value::Timer(due));
        }
    }

    /// Adds a signal to its series, tests the series and updates its outbreak.
    fn process_signal(&self, signal: &Signal, rules: &RulesView, tx: &mut Tx<'_, Self>) {
        let id = SeriesId::from_signal(signal);
        let events = SeriesEvents::for_series(&rules.planned, &id.tenant, id.facet, &id.value);
        let stored = tx.state().series(&id).cloned();
        if stored.is_none() && signal.mentions == 0 {
            // Reposts of mentions whose series has expired.
            return;
        }
        let minute = signal.second_at.interval(TimeDelta::MINUTE);
        let learnt_until = stored.as_ref().map(|series| series.model.next_hour);
        let mut series = stored.unwrap_or_else(|| Series::new(minute));
        let count = u32::try_from(signal.mentions).unwrap_or(u32::MAX);
        // A signal older than the kept minutes counts in none of them.
        let oldest = series.last_minute() - recent::MINUTES_KEPT as i64;
        series.add(minute.max(oldest), count, &events);
        let score = self.score(&id, &series, &events);
        // The model changes once an hour and is the largest entry, so it is written only then.
        if learnt_until != Some(series.model.next_hour) {
            let model = Value::Model(Box::new(series.model.clone()));
            tx.set(Key(EntryKind::Model, id.clone()), model);
        }
        tx.set(Key(EntryKind::Recent, id.clone()), Value::Recent(series.recent.clone()));
        self.update_outbreak(&id, &series, &score, &SignalContext { signal, events, rules }, tx);
        self.schedule_timer(id, tx);
    }

    /// Tests a series, unless it is in its warm-up.
    fn score(&self, id: &SeriesId, series: &Series, events: &SeriesEvents<'_>) -> DetectionScore {
        let is_warm = series.weighted_hours() >= self.config.warm_up_hours as f64;
        // Near-duplicates are new by nature: a warm-up would hide every one of them.
        if is_warm || id.facet == Facet::Cluster {
            series.score(events, &self.config)
        } else {
            DetectionScore::default()
        }
    }

    /// Adds the signal to the outbreak of its series, or begins one if the series is elevated.
    fn update_outbreak(
        &self,
        id: &SeriesId,
        series: &Series,
        score: &DetectionScore,
        context: &SignalContext<'_>,
        tx: &mut Tx<'_, Self>,
    ) {
        let stored = tx.state().outbreak(id).cloned();
        let is_elevated = outbreak::is_elevated(score, &self.config);
        let Some(mut outbreak) = stored.or_else(|| is_elevated.then(Outbreak::default)) else {
            return;
        };
        outbreak.add_signal(context.signal, series.last_minute());
        match outbreak.assess(context.signal, series, score, &context.events, &self.config) {
            IncidentChange::Revised => self.store_and_publish(id, outbreak, context.rules, tx),
            IncidentChange::Unchanged => {
                let value = Value::Outbreak(Box::new(outbreak));
                tx.set(Key(EntryKind::Outbreak, id.clone()), value);
            }
        }
    }
}

/// The start of a minute since the epoch.
pub(crate) fn start_of_minute(minute: i64) -> EventTime {
    EventTime::default() + minute * TimeDelta::MINUTE
}

impl Stage for Surge {
    const NAME: &'static str = "surge";
    type In = In;
    type Out = Out;
    type State = State;
    type Table = ();
    type Rules = RulesView;

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let rules = tx.rules();
        for Record { time, value: In::Signal(signal), .. } in batch {
            self.fire_due_timers(time.interval(TimeDelta::MINUTE), rules, tx);
            self.process_signal(&signal, rules, tx);
            self.evict(time, rules, tx);
        }
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let minute = now.as_event_time().interval(TimeDelta::MINUTE);
        self.fire_due_timers(minute, tx.rules(), tx);
        Ok(())
    }

    fn fire_due(&self, time: EventTime, _: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.fire_due_timers(time.interval(TimeDelta::MINUTE), tx.rules(), tx);
        Ok(())
    }
}
