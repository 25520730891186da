//! Turns escalations into calls, and limits how often a contact is called.
//!
//! The stage reads `escalation.raised.v1`, which has one record for every due escalation, and writes
//! `escalation.call.v1`, which has one record for every call. A contact gets at most
//! [`Config::per_hour`] calls in any hour, and in any [`Config::path_interval`] at most one call about a
//! path. Within both limits a call goes out at once, about one case. Otherwise the case waits, further
//! cases of the contact join it, and one summary call about all of them goes out when both limits allow
//! it.
//!
//! The limits hold whatever the cause, so their time is the one at which the broker appended the
//! escalation, not its due time: after a downtime many due times have passed at once. Before the stage
//! processes a record, it makes all calls that are due by the record's time, and each depends on its due
//! time alone.
//!
//! Must not know: rules, cases that have been answered (they are in other partitions), who picks up.

mod bytes;
mod config;
mod contact;
mod run;
mod state;
mod topics;

pub use config::{Bounds, Config};
pub use contact::{Contact, Waiting};
pub use state::{ContactKey, Key, State, Value, WaitingCase};
pub use topics::{In, Out};

use run::Run;
use stage::{EventTime, Fault, Record, Stage, Tx, WallTime};

/// The stage.
#[derive(Debug, Default)]
pub struct Calls {
    config: Config,
}

impl Calls {
    /// A stage with this configuration.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }
}

impl Stage for Calls {
    const NAME: &'static str = "calls";
    type In = In;
    type Out = Out;
    type State = State;
    type Table = ();
    type Rules = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for Record { time, now, value: In::Raised(raised), .. } in batch {
            let mut run = Run { config: &self.config, wall: now, tx };
            run.fire_due_timers(time);
            run.process_raised(*raised, time);
        }
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let mut run = Run { config: &self.config, wall: now, tx };
        run.fire_due_timers(now.as_event_time());
        Ok(())
    }

    fn fire_due(&self, time: EventTime, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        Run { config: &self.config, wall: now, tx }.fire_due_timers(time);
        Ok(())
    }
}
