//! Records in, and the time and the lag that go with them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::message::Message as _;
use stage::{Event, Fault, Position, Raw, Topic};

use super::{KafkaLog, WAIT, wall_clock};
use crate::consumer::fault_of;
use crate::faults::{Defence, Point, is_on, point};
use crate::peek::{headers_of, is_tap};
use crate::table::Tables;

impl KafkaLog {
    /// Takes what is there, up to a batch, and sorts it by partition.
    pub(super) fn poll(&mut self) -> Result<(), Fault> {
        let due = self.committed_at + self.settings.commit_interval;
        let mut wait = WAIT;
        if self.transactions.is_open() {
            wait = due.saturating_duration_since(Instant::now()).min(WAIT);
        }
        let mut batches = BTreeMap::<i32, Vec<Raw>>::new();
        let mut taken = 0;
        let mut now = 0;
        let consumer = self.consumer.as_ref().ok_or_else(|| Fault::last("read a closed log"))?;
        while taken < self.settings.batch {
            let message = match consumer.poll(if taken == 0 { wait } else { Duration::ZERO }) {
                Some(Ok(message)) => message,
                Some(Err(error)) => match fault_of(&error) {
                    Some(fault) => return Err(fault),
                    None => continue,
                },
                None => break,
            };
            let Some(topic) = self.logical(message.topic()) else { continue };
            if taken == 0 {
                now = wall_clock();
            }
            taken += 1;
            let (partition, offset) = (message.partition(), message.offset());
            let next = if is_on(Defence::NextOffset) { offset + 1 } else { offset };
            self.handed.insert((partition, topic), next);
            let time = message.timestamp().to_millis().unwrap_or(now / 1000) * 1000;
            self.times.insert((partition, topic), time);
            let batch = batches.entry(partition).or_default();
            let headers = headers_of(&message);
            if !self.reads_taps && is_tap(&headers) {
                // The fused chain that wrote it has carried it through this stage already.
                continue;
            }
            batch.push(Raw {
                at: Position { topic, partition, offset },
                time,
                now,
                key: message.key().unwrap_or_default().to_vec(),
                value: message.payload().map(<[u8]>::to_vec),
                headers,
            });
        }
        if taken > 0 {
            point(Point::AfterPoll);
        }
        self.uncommitted += taken as u64;
        self.events.extend(batches.into_iter().map(|(p, records)| Event::Batch(p, records)));
        Ok(())
    }

    /// Tells the time to partitions that are caught up, and the lag to the meter.
    pub(super) fn tick(&mut self) {
        self.ticked_at = Instant::now();
        self.meter.beat();
        if let Some(rows) = self.tables.as_ref().map(Tables::poll).filter(|rows| !rows.is_empty()) {
            self.events.push_back(Event::Rows(rows));
        }
        let now = wall_clock();
        let heard = self.consumer.as_ref().map(|c| c.context().take_ends()).unwrap_or_default();
        if heard.is_empty() {
            return;
        }
        for ((name, partition), end) in heard {
            let Some(topic) = self.logical(&name) else { continue };
            if !self.positions.contains_key(&(partition, topic)) {
                continue;
            }
            self.ends.insert((partition, topic), end);
            let behind = match self.times.get(&(partition, topic)) {
                Some(time) if end.lag > 0 => now.saturating_sub(*time).max(0),
                _ => 0,
            };
            let behind = Duration::from_micros(behind.unsigned_abs());
            self.meter.lag(topic, partition, end.lag, behind);
        }
        let partitions: BTreeSet<i32> = self.positions.keys().map(|(p, _)| *p).collect();
        for partition in partitions {
            let is_reached = |(topic, _): &(Topic, String)| {
                self.ends.get(&(partition, *topic)).is_some_and(|end| end.is_reached)
            };
            if self.inputs.iter().all(is_reached) {
                self.events.push_back(Event::Time(partition, now));
            }
        }
    }
}
