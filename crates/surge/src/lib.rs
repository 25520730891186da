//! Notices when far more is said about one thing than is usual, and keeps the incident until it
//! is over.
//!
//! A [`Series`] holds the counts of one tenant and one facet (everything, a reason, a product, a
//! near-duplicate cluster) by the minute; [`Series::read`] says how much its latest minutes speak
//! for an outbreak. The stage adds up the partial counts of `mention.signal.v1`, which come keyed
//! by facet, judges at every one of them, and writes `incident.state.v1`: opened, revised, closed
//! after a quiet hour, reopened if it flares up within the cool-down. [`trial`] measures the
//! detector beside rules that vendors have published.
//!
//! Time is that of the records: before one is processed, all that is due by its time is done, and
//! what is written then depends on when it was due. A signal that is late counts in its minute
//! while that is remembered.
//!
//! What is planned, what to do about an incident and who has to know say the rules in force
//! ([`Advice`]), taken once a call; an incident long over leaves a tombstone. Reposts count in the reach of an incident, not in the series: they are one voice.
//!
//! Must not know: Kafka, the clock of the machine, other stages. No number that decides anything
//! comes from the platform's mathematical library ([`number`]).

mod advice;
mod config;
mod dispersion;
pub mod evidence;
mod layout;
mod level;
pub mod number;
mod plan;
mod recent;
mod season;
mod series;
mod severity;
mod sketch;
mod state;
mod topics;
pub mod trial;
mod watch;
mod watch_wire;

#[cfg(test)]
mod tests;

pub use advice::Advice;
pub use config::Config;
pub use evidence::evidence;
pub use level::Level;
pub use plan::{Planned, Plans};
pub use recent::Recent;
pub use season::{Rates, Season, week_hour};
pub use series::{Learnt, Reading, STRETCHES, Series};
pub use severity::{Manner, Weight, coordination, severity};
pub use sketch::Sketch;
pub use state::{Key, Name, Part, State, Value};
pub use topics::{In, Out};
pub use watch::{Opened, Watch};

use mention::{Facet, Signal};
use stage::{Fault, Micros, Reason, Record, Reloadable, Stage, Tx};
use watch::Outcome;

/// Microseconds in a minute.
pub(crate) const MINUTE: Micros = 60_000_000;
/// A signal this much later than its own record was written by a clock that is wrong.
const SKEW: Micros = 24 * 60 * MINUTE;

/// The stage.
#[derive(Debug, Default)]
pub struct Surge {
    config: Config,
    advice: Reloadable<Advice>,
}

impl Surge {
    /// A stage with these settings, which knows of nothing that is planned.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, advice: Reloadable::default() }
    }

    /// The same stage, with this advice.
    #[must_use]
    pub fn advised_by(self, advice: impl Into<Reloadable<Advice>>) -> Self {
        Self { advice: advice.into(), ..self }
    }

    /// Does what is due by a minute.
    fn ring(&self, until: i64, advice: &Advice, tx: &mut Tx<'_, Self>) {
        while let Some((minute, part, name)) = tx.state().due(until) {
            if part == Part::Ended {
                let (tenant, id) = (name.tenant.clone(), name.value.clone());
                tx.emit(Out::Forgotten { tenant, id, at: minute * MINUTE });
                tx.remove(Key(Part::Ended, name));
                continue;
            }
            match tx.state().watch(&name).cloned() {
                Some(watch) => {
                    self.end(&name, watch, minute, advice, tx);
                    self.set_due(name, tx);
                }
                None => {
                    for part in [Part::Learnt, Part::Recent, Part::Due] {
                        tx.remove(Key(part, name.clone()));
                    }
                }
            }
        }
    }

    /// Ends an incident; one that has not flared up again leaves its series, and one day its topic.
    fn end(&self, name: &Name, watch: Watch, minute: i64, advice: &Advice, tx: &mut Tx<'_, Self>) {
        let id = watch.opened.as_ref().map(|opened| opened.id.clone());
        match watch.ring(minute) {
            Some(closed) => self.put(name, closed, advice, tx),
            None => {
                tx.remove(Key(Part::Watch, name.clone()));
                if let Some(id) = id {
                    let forgotten = minute + self.config.keep_incident_days * 1440;
                    let ended = Name { value: id, ..name.clone() };
                    tx.set(Key(Part::Ended, ended), Value::Due(forgotten));
                }
            }
        }
    }

    /// Puts a watch, and tells of its incident.
    fn put(&self, name: &Name, mut watch: Watch, advice: &Advice, tx: &mut Tx<'_, Self>) {
        let rules = advice.rules.as_deref();
        watch.name_words(topics::WORDS, &topics::given(name, rules));
        if let Some(opened) = &watch.opened {
            let record = topics::record(name, &watch, opened, &self.config, rules);
            tx.emit(Out::Incident(Box::new(record)));
        }
        tx.set(Key(Part::Watch, name.clone()), Value::Watch(Box::new(watch)));
    }

    /// Sees that a series falls due when its watch does, or when it is to be forgotten.
    fn set_due(&self, name: Name, tx: &mut Tx<'_, Self>) {
        let days = match name.facet {
            Facet::Cluster => self.config.keep_cluster_days,
            Facet::All | Facet::Reason | Facet::Product => self.config.keep_days,
        };
        let last = tx.state().series(&name).map_or(0, Series::last);
        // A day more, so that it is not written anew with every signal.
        let forgotten = (last.div_euclid(1440) + days + 1) * 1440;
        let due = tx.state().watch(&name).map_or(forgotten, |watch| watch.due(&self.config));
        if tx.state().due_of(&name) != Some(due) {
            tx.set(Key(Part::Due, name), Value::Due(due));
        }
    }

    fn hear(&self, signal: &Signal, advice: &Advice, tx: &mut Tx<'_, Self>) {
        let name = Name::of(signal);
        let minute = signal.second_at.div_euclid(MINUTE);
        let plans = Plans::of(&advice.planned, &name.tenant, name.facet, &name.value);
        let known = tx.state().series(&name).cloned();
        if known.is_none() && signal.mentions == 0 {
            // Reposts of what this series has long forgotten.
            return;
        }
        let mut series = known.clone().unwrap_or_else(|| Series::new(minute));
        let count = u32::try_from(signal.mentions).unwrap_or(u32::MAX);
        series.hear(minute.max(series.last() - recent::KEPT as i64), count, &plans);
        let has_learnt = known.is_none_or(|k| k.learnt.next_hour != series.learnt.next_hour);
        // Of what is new nobody can say what is usual; near-duplicates are new by nature.
        let is_warm = series.learnt_hours() >= self.config.warm_up_hours as f64;
        let reading = match is_warm || name.facet == Facet::Cluster {
            true => series.read(&plans, &self.config),
            false => Reading::default(),
        };
        if has_learnt {
            let learnt = Value::Learnt(Box::new(series.learnt.clone()));
            tx.set(Key(Part::Learnt, name.clone()), learnt);
        }
        tx.set(Key(Part::Recent, name.clone()), Value::Recent(series.recent.clone()));
        self.watch(&name, signal, &series, &reading, (&plans, advice), tx);
        self.set_due(name, tx);
    }

    fn watch(
        &self,
        name: &Name,
        signal: &Signal,
        series: &Series,
        reading: &Reading,
        (plans, advice): (&Plans<'_>, &Advice),
        tx: &mut Tx<'_, Self>,
    ) {
        let known = tx.state().watch(name).cloned();
        let is_loud = watch::smoulders(reading, &self.config);
        let Some(mut watch) = known.or_else(|| is_loud.then(Watch::default)) else { return };
        watch.gather(signal, series.last());
        match watch.judge(signal, series, reading, plans, &self.config) {
            Outcome::Revised => self.put(name, watch, advice, tx),
            Outcome::Nothing => {
                tx.set(Key(Part::Watch, name.clone()), Value::Watch(Box::new(watch)));
            }
        }
    }
}

/// Why a signal is none, if it is none.
fn wrong(signal: &Signal, time: Micros) -> Option<&'static str> {
    if signal.tenant.is_empty() {
        return Some("a signal of no tenant");
    }
    let counts = [signal.mentions, signal.reposts, signal.negative, signal.young, signal.reach];
    if signal.mentions + signal.reposts <= 0 || counts.iter().any(|count| *count < 0) {
        return Some("a signal of no mentions, or of fewer than none");
    }
    let is_far = signal.second_at.abs_diff(time) > SKEW.unsigned_abs();
    is_far.then_some("a signal more than a day away from its record")
}

impl Stage for Surge {
    const NAME: &'static str = "surge";
    type In = In;
    type Out = Out;
    type State = State;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let advice = &*self.advice.get();
        for Record { time, index, value: In::Signal(signal), .. } in batch {
            self.ring(time.div_euclid(MINUTE), advice, tx);
            match wrong(&signal, time) {
                Some(why) => tx.reject(index, Reason::Invalid, why),
                None => self.hear(&signal, advice, tx),
            }
        }
        Ok(())
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.ring(now.div_euclid(MINUTE), &self.advice.get(), tx);
        Ok(())
    }
}
