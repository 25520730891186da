//! A memory log that asks for more instead of ending.

use stage::memory::{Broker, Memory, Plan};
use stage::{ATTEMPTS, EachChange, Effects, Event, Fault, Log, Quarantine, Silent, Stage, run};

use super::{Edge, Turn};
use crate::Problem;

/// How many records an edge should bring at a time, at most.
pub const CHUNK: usize = 500;

/// How many faults there may be between two turns: every record of a chunk may use up its attempts.
const PATIENCE: usize = (ATTEMPTS as usize + 1) * CHUNK;

/// Runs a stage, or a fused chain, until the edge has nothing more to bring.
///
/// # Errors
/// What the edge says, or [`Problem::Bug`] when the stage cannot go on.
pub fn drive<S: Stage>(stage: &S, broker: &Broker, edge: &mut dyn Edge) -> Result<(), Problem> {
    let plan = Plan { batch: CHUNK, ..Plan::default() };
    let memory = Memory::new::<S>(broker, plan);
    let mut feed = Feed { memory, broker, edge, problem: None, turns: 0 };
    let mut quarantine = Quarantine::default();
    let (mut turns, mut faults) = (0, 0);
    while let Err(fault) = run(stage, &mut feed, &mut quarantine, &mut Silent) {
        if let Some(problem) = feed.problem.take() {
            return Err(problem);
        }
        faults = if feed.turns == turns { faults + 1 } else { 1 };
        turns = feed.turns;
        if fault.is_final || faults > PATIENCE {
            return Err(Problem::Bug(fault.message));
        }
        feed.memory.restart();
    }
    Ok(())
}

struct Feed<'a> {
    memory: Memory,
    broker: &'a Broker,
    edge: &'a mut dyn Edge,
    problem: Option<Problem>,
    turns: usize,
}

impl Log for Feed<'_> {
    fn next(&mut self) -> Result<Event, Fault> {
        match self.memory.next()? {
            Event::Shutdown => {
                self.turns += 1;
                match self.edge.turn(self.broker) {
                    Ok(Turn::More) => {
                        self.memory.resume();
                        self.memory.next()
                    }
                    Ok(Turn::Time(now)) => {
                        self.memory.resume();
                        Ok(Event::Time(0, now))
                    }
                    Ok(Turn::End) => Ok(Event::Shutdown),
                    Err(problem) => {
                        let message = problem.to_string();
                        self.problem = Some(problem);
                        Err(Fault::last(message))
                    }
                }
            }
            event => Ok(event),
        }
    }

    fn changelog(&mut self, partition: i32, each: &mut EachChange<'_>) -> Result<(), Fault> {
        self.memory.changelog(partition, each)
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        self.memory.write(partition, effects)
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.memory.commit()
    }
}
