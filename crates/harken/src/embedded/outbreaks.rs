//! The stage `surge` beside a chain on the memory log.
//!
//! The chain takes incidents from a table as soon as they are there, so *when* `surge` is given
//! its turn decides what they change. It is given one whenever a minute of event time is over,
//! however much was fed at a time: then the same input gives the same bytes.

use std::collections::BTreeMap;

use mention::{Incident, codec, topics};
use stage::memory::{Broker, Memory, Plan};
use stage::{Held, Micros, Quarantine, Silent, run_on};
use surge::Surge;

use super::CHUNK;
use crate::Problem;

const MINUTE: Micros = 60_000_000;
/// How often it may start over in one turn.
const PATIENCE: usize = 100;

/// The stage, with what it remembers.
#[derive(Debug)]
pub struct Outbreaks {
    stage: Surge,
    held: Held<Surge>,
    log: Memory,
    quarantine: Quarantine,
    told: BTreeMap<i32, i64>,
    /// The minute that is being fed.
    minute: Option<i64>,
}

impl Outbreaks {
    /// The stage on a broker.
    #[must_use]
    pub fn new(stage: Surge, broker: &Broker) -> Self {
        let log = Memory::new::<Surge>(broker, Plan { batch: CHUNK, ..Plan::default() });
        let (held, quarantine, told) = Default::default();
        Self { stage, held, log, quarantine, told, minute: None }
    }

    /// Whether what is heard at `time` is of a later minute than what was fed before: then all of
    /// that is to be processed first, and [`Self::turn`] called.
    #[must_use]
    pub fn is_due(&self, time: Micros) -> bool {
        self.minute.is_some_and(|minute| minute < time.div_euclid(MINUTE))
    }

    /// Notes that something of this time is fed.
    pub fn fed(&mut self, time: Micros) {
        self.minute = self.minute.max(Some(time.div_euclid(MINUTE)));
    }

    /// Works off the signals there are; gives the incidents it has told of.
    ///
    /// # Errors
    /// [`Problem::Bug`] when the stage cannot go on.
    pub fn turn(&mut self, broker: &Broker) -> Result<Vec<Incident>, Problem> {
        self.minute = None;
        self.log.resume();
        let (mut faults, stage) = (0, &self.stage);
        while let Err(fault) =
            run_on(stage, &mut self.held, &mut self.log, &mut self.quarantine, &mut Silent)
        {
            faults += 1;
            if fault.is_final || faults > PATIENCE {
                return Err(Problem::Bug(fault.message));
            }
            self.held = Held::default();
            self.log.restart();
        }
        broker.take(topics::SIGNAL);
        let new = broker.since(topics::INCIDENT, &mut self.told).into_iter();
        // A tombstone tells of nothing new.
        let read = new.filter_map(|raw| raw.value).map(|value| codec::read(&value));
        read.collect::<Result<_, _>>().map_err(|bad: stage::Malformed| {
            Problem::Bug(format!("read back {}: {}", topics::INCIDENT, bad.message))
        })
    }
}
