//! Counts what every topic says, and balances the books.
//!
//! The stage reads every topic of facts and keeps counters in its state, so that they survive a
//! crash without counting anything twice. [`Readings`] turns states into readings for Prometheus;
//! the caller adds up those of several workers. Each closed hour is also written as a [`Window`].
//!
//! # The balance
//! Every mention belongs to one tenant and to the hour of its `received_at`, which all records
//! about it repeat. An hour is closed when event time has passed its end by [`Settings::grace`];
//! then, with a name for the number of its records on each topic,
//!
//! ```text
//! received    = repost + copy + redelivered + rejected + unique                    dedupe
//! unique      = scored + rejected                                                  sentiment
//! scored      = prioritized + rejected                                             priority
//! prioritized = own + withdrawn + routed + abstained + filtered + rejected         escalation
//! ```
//!
//! so that `heard = reposts + copies + redelivered + own + withdrawn + routed + abstained +
//! filtered + rejected + difference`, and the difference is the sum of what each line lacks:
//! mentions that were lost; negative when something was written twice.
//!
//! - *own* and *withdrawn* are what `prioritized` says of itself (`is_own`, a withdrawal).
//! - *routed* and *abstained* are decisions with and without a sentiment, updates too: escalation
//!   writes one record for each mention that it takes in and owes to a team. It writes none about
//!   an edit of what is withdrawn, which dedupe passes only when its window is over.
//! - *redelivered* leaves no record: it is what the first line lacks. So the topics alone cannot
//!   tell a mention lost by dedupe from a redelivery; the runtime's dead letters can.
//! - *filtered* is what escalation was told to drop: one record for each.
//! - *rejected* is what lies in the dead letters of the stages and can be read as the mention that
//!   the stage was given; what cannot be read was never heard either. Once it is sent through
//!   again, its topic holds it twice: by so many a line has too much, and they are no longer
//!   rejected.
//! - A line whose topic is not written (a fused chain without taps) is left out, and its part of
//!   the difference is found by the next one.
//!
//! The topics are not ordered among each other: all counting is addition, so the order does not
//! matter to an hour once it has all its facts, and a late fact makes a new revision.
//!
//! Does not do yet: windows shorter than an hour; incidents and profiles. Facts of hours no longer
//! kept ([`Settings::hours`]) are only counted as late. Reopening a case that was closed for longer
//! than that, or whose mentions are all withdrawn, is not seen.
//!
//! Must not know: Prometheus, Kafka, a clock.

mod age;
mod balance;
mod case;
mod close;
mod count;
mod draft;
mod drift;
mod family;
mod hour;
mod input;
mod key;
mod language;
mod layout;
mod refused;
mod sample;
mod settings;
mod shadow;
mod staffing;
mod state;
mod value;
mod window;

#[cfg(test)]
mod tests;

pub use balance::{Balance, STEPS};
pub use hour::{Hour, Passed};
pub use input::In;
pub use key::Key;
pub use sample::{Reading, Readings, Sample};
pub use settings::{Settings, Staffing};
pub use state::State;
pub use value::Value;
pub use window::{Out, Window};

use draft::Draft;
use stage::{Fault, Micros, Record, Stage, Tx};

/// The sixth stage.
#[derive(Debug, Default)]
pub struct Metrics {
    settings: Settings,
}

impl Metrics {
    /// The stage with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Stage for Metrics {
    const NAME: &'static str = "metrics";
    type In = In;
    type Out = Out;
    type State = State;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let mut draft = Draft::default();
        for record in batch {
            let tick = self.settings.tick(record.time);
            if tick > draft.tick(tx.state(), tick) {
                std::mem::take(&mut draft).flush(tx);
                close::close(&self.settings, tick, tx);
            }
            draft.start(tx.state(), tick, record.at.partition);
            count::count(&self.settings, &record, tx.state(), &mut draft);
        }
        draft.flush(tx);
        Ok(())
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        close::close(&self.settings, self.settings.tick(now), tx);
        Ok(())
    }
}
