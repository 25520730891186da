//! Counts the records of every topic and reconciles the mentions hour by hour.
//!
//! The stage consumes all topics about mentions and cases and keeps counters in its state, so that
//! a crash counts nothing twice. [`StateMeter`] measures states for Prometheus; the caller adds up
//! the measurements of several workers. Each closed hour is published as an [`HourWindow`].
//!
//! # Reconciliation
//! A mention belongs to one tenant and to the hour of its `received_at`, which all records about it
//! repeat. An hour is closed when event time has passed its end by [`Config::grace`]. With names for
//! the number of records of the hour on each topic, these equations hold, one per stage:
//!
//! ```text
//! received    = reposts + copies + redelivered + unique + rejected                 dedupe
//! unique      = scored + rejected                                                  sentiment
//! scored      = prioritized + rejected                                             priority
//! prioritized = own + withdrawn + routed + abstained + filtered + rejected         escalation
//! ```
//!
//! Added up: `received = reposts + copies + redelivered + own + withdrawn + routed + abstained +
//! filtered + rejected + difference`. The difference is the sum of what is missing in each equation:
//! lost mentions; negative if a stage passed on a mention twice.
//!
//! - *own* and *withdrawn* follow from the fields of `prioritized` (`is_own`, a withdrawal).
//! - *routed* and *abstained* are decisions with and without a sentiment, including updates.
//!   Escalation publishes one record per mention that it must route. It publishes none for an edit
//!   of a withdrawn mention; dedupe passes on such an edit only after its window.
//! - *redelivered* mentions leave no record: they are what is missing in the first equation.
//!   Therefore the topics cannot distinguish a mention lost by dedupe from a redelivery.
//! - *filtered* mentions leave one record each.
//! - *rejected* mentions are in the dead letters of a stage. A record that cannot be decoded counts
//!   neither as received nor as rejected. After a replay the mention is on its topic twice; the
//!   surplus is subtracted from *rejected*.
//! - The equation of a topic that is not written (a fused chain without taps) is skipped; the next
//!   equation covers both stages.
//!
//! The topics are not ordered relative to each other. Counting only adds, so the order does not
//! matter once all records of an hour are counted; a late record causes a new revision.
//!
//! Not implemented: windows shorter than an hour; incidents and profiles. Records of expired hours
//! ([`Config::hours`]) are only counted as late. Reopening a case is not recognised after that time,
//! or if all its mentions are withdrawn.
//!
//! Must not know: Prometheus, Kafka, a clock.

mod age;
mod bytes;
mod candidate;
mod close;
mod config;
mod count;
mod dead_letter;
mod drift;
mod family;
mod hour_counts;
mod input;
mod key;
mod known_tenants;
mod language;
mod measure;
mod memory;
mod pending;
mod reconciliation;
mod staffing;
mod state;
mod tracked_case;
mod value;
mod window;

#[cfg(test)]
mod tests;

pub use config::{Config, StaffingTargets};
pub use hour_counts::{ClassCounts, HourCounts};
pub use input::In;
pub use key::Key;
pub use known_tenants::KnownTenants;
pub use measure::{MeasuredValue, Measurement, StateMeter};
pub use memory::Bounds;
pub use reconciliation::{RECONCILED_STAGES, Reconciliation};
pub use state::State;
pub use value::Value;
pub use window::{HourWindow, Out};

use pending::PendingChanges;
use stage::{EventTime, Fault, Record, Stage, Tx, WallTime};

/// The reporting stage.
#[derive(Debug, Default)]
pub struct Reporting {
    config: Config,
}

impl Reporting {
    /// Creates the stage.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }
}

impl Stage for Reporting {
    const NAME: &'static str = "metrics";
    type In = In;
    type Out = Out;
    type State = State;
    type Table = ();
    type Rules = KnownTenants;

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let bounds = self.config.memory;
        let mut pending = PendingChanges::new(bounds);
        for record in batch {
            let closing = self.config.first_open_hour(record.time);
            let current = pending.first_open_hour_or(tx.state(), closing);
            // Flush before closing: the closed hours must include the records before this one.
            if closing > current {
                pending.flush(tx);
                close::close_hours(&self.config, closing, tx);
            }
            pending.start_clock(tx.state(), closing, record.at.partition);
            count::count(&self.config, tx.rules(), &record, tx.state(), &mut pending);
            // At the record that exceeds the bound, so that batches do not show in what is removed.
            if tx.state().cases.len() + pending.new_cases() > bounds.cases_most {
                pending.flush(tx);
                memory::evict_cases(bounds, tx);
            }
        }
        pending.flush(tx);
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let first_open_hour = self.config.first_open_hour(now.as_event_time());
        // A clock hours ahead of the wall clock is wrong: every record until then would count as late.
        if let Some(clock) = tx.state().clock.filter(|it| it.first_open_hour > first_open_hour + 1)
        {
            tx.set(Key::Clock, Value::Clock(value::HourClock { first_open_hour, ..clock }));
        }
        close::close_hours(&self.config, first_open_hour, tx);
        Ok(())
    }

    fn fire_due(&self, time: EventTime, _: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        close::close_hours(&self.config, self.config.first_open_hour(time), tx);
        Ok(())
    }
}
