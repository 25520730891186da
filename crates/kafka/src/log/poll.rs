//! Polls records, and passes on the time and the lag of partitions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::message::Message as _;
use stage::{Event, EventTime, Fault, MAX_CLOCK_SKEW, RawRecord, TimeDelta, Topic, WallTime};

use super::{KafkaLog, POLL_TIMEOUT, wall_clock};
use crate::broadcast::TableReader;
use crate::consumer::consume_fault;
use crate::faults::{CrashPoint, Defence, crash_point, is_enabled};
use crate::record::{read_headers, read_record, timestamp};
use crate::unreadable::is_unreadable;

impl<R> KafkaLog<R> {
    /// Polls up to a batch of the records that are there, and queues them by partition.
    pub(super) fn poll(&mut self) -> Result<(), Fault> {
        let commit_due = self.committed_at + self.settings.commit_interval;
        let mut wait = POLL_TIMEOUT;
        if self.transactions.is_open() {
            wait = commit_due.saturating_duration_since(Instant::now()).min(POLL_TIMEOUT);
        }
        let mut batches = BTreeMap::<i32, Vec<RawRecord>>::new();
        let mut polled = 0;
        let mut now = WallTime::default();
        let consumer = self
            .consumer
            .as_ref()
            .ok_or_else(|| Fault::Contract("read a closed log".to_owned()))?;
        while polled < self.settings.max_batch {
            // Waits only for the first record: a batch is what is there, so load makes it larger.
            let message = match consumer.poll(if polled == 0 { wait } else { Duration::ZERO }) {
                Some(Ok(message)) => message,
                Some(Err(error)) => match consume_fault(&error) {
                    Some(fault) => return Err(fault),
                    None if is_unreadable(&error) => {
                        let worker = &self.member;
                        tracing::warn!(worker, %error, "a partition has a batch that cannot be read");
                        self.has_unreadable = is_enabled(Defence::SkipUnreadable);
                        continue;
                    }
                    None => continue,
                },
                None => break,
            };
            let Some(topic) = self.input_topic(message.topic()) else { continue };
            if polled == 0 {
                // One reading of the clock for a batch: a chain cuts its calls where `now` changes.
                now = wall_clock();
            }
            polled += 1;
            let (partition, offset) = (message.partition(), message.offset());
            // The committed offset is that of the next record, not of the last one processed.
            let next = if is_enabled(Defence::NextOffset) { offset + 1 } else { offset };
            self.polled_offsets.insert((partition, topic), next);
            self.last_times.insert((partition, topic), event_time(timestamp(&message), now));
            // Also for a skipped tap: a batch without records still advances the offsets.
            let batch = batches.entry(partition).or_default();
            let headers = read_headers(&message);
            if !(self.tap_topics.contains(&topic) && headers.has_tap_mark()) {
                let time = event_time(timestamp(&message), now);
                batch.push(RawRecord { time, now, ..read_record(&message, topic, headers) });
            }
        }
        if polled > 0 {
            self.homes.on_poll();
            crash_point(CrashPoint::AfterPoll);
        }
        self.uncommitted_records += polled as u64;
        self.events.extend(batches.into_iter().map(|(p, records)| Event::Batch(p, records)));
        Ok(())
    }

    /// Queues new table rows, reports the lag, and queues the time for partitions without backlog.
    ///
    /// # Errors
    /// When the transaction is lost.
    pub(super) fn on_tick(&mut self) -> Result<(), Fault> {
        self.ticked_at = Instant::now();
        self.meter.heartbeat();
        // Before the new rows: the loop has rejected those polled before these batches.
        self.reject_unreadable_rows();
        self.write_rejected_rows()?;
        let rows = self.tables.as_mut().map(TableReader::poll).transpose()?;
        if let Some(rows) = rows.filter(|rows| !rows.is_empty()) {
            self.events.push_back(Event::TableRows(rows));
        }
        let now = wall_clock();
        let progress =
            self.consumer.as_ref().map(|c| c.context().take_progress()).unwrap_or_default();
        // Statistics come every 500 ms. Between them nothing is known about a backlog, so no timer
        // may fire.
        if progress.is_empty() {
            return Ok(());
        }
        for ((name, partition), progress) in progress {
            let Some(topic) = self.input_topic(&name) else { continue };
            // Statistics still list a partition for some time after it was revoked.
            if !self.processed_offsets.contains_key(&(partition, topic)) {
                continue;
            }
            self.progress.insert((partition, topic), progress);
            let behind = match self.last_times.get(&(partition, topic)) {
                Some(time) if progress.lag > 0 => {
                    (now.as_event_time() - *time).max(TimeDelta::ZERO)
                }
                _ => TimeDelta::ZERO,
            };
            self.meter.lag(topic, partition, progress.lag, behind.unsigned_abs());
        }
        let partitions: BTreeSet<i32> = self.processed_offsets.keys().map(|(p, _)| *p).collect();
        for partition in partitions {
            let is_at_end = |(topic, _): &(Topic, String)| {
                self.progress.get(&(partition, *topic)).is_some_and(|p| p.is_at_end)
            };
            if self.inputs.iter().all(is_at_end) {
                self.events.push_back(Event::Time(partition, now));
            }
        }
        Ok(())
    }
}

/// Returns the timestamp of a record, but at most [`MAX_CLOCK_SKEW`] after `now`; `now` if the record
/// has none.
fn event_time(timestamp: Option<EventTime>, now: WallTime) -> EventTime {
    let now = now.as_event_time().floor(TimeDelta::MILLISECOND);
    timestamp.map_or(now, |time| time.min(now + MAX_CLOCK_SKEW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_record_is_at_most_a_minute_ahead_of_this_host() {
        let now = WallTime::from_micros(1_700_000_000_123_456);
        let millisecond = EventTime::from_micros(1_700_000_000_123_000);
        let ahead = |delta| event_time(Some(millisecond + delta), now);
        assert_eq!(event_time(None, now), millisecond);
        assert_eq!(ahead(-TimeDelta::DAY), millisecond - TimeDelta::DAY);
        assert_eq!(ahead(MAX_CLOCK_SKEW), millisecond + MAX_CLOCK_SKEW);
        assert_eq!(ahead(59 * TimeDelta::MINUTE), millisecond + MAX_CLOCK_SKEW);
        assert_eq!(event_time(Some(EventTime::MAX), now), millisecond + MAX_CLOCK_SKEW);
    }
}
