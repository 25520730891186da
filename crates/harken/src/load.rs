//! `harken load`: publishes synthetic mentions to a cluster at a constant rate.
//!
//! The load is open: the rate alone decides when a mention is due, that time is its `received_at`, and no
//! mention waits for the acknowledgement of another. A latency measured from `received_at` includes
//! every delay, also that of a generator that falls behind (no coordinated omission). The report states
//! the delay of the generator.

use std::time::Duration;

use kafka::measure::LoadSender;
use kafka::{BrokerUnavailable, KafkaSettings, Stop, admin};
use mention::{Mention, codec, topics};
use stage::{EventTime, TimeDelta};

use crate::cli::LoadArgs;
use crate::demo::generator::Generator;
use crate::{CommandError, Failure, output};
use pipeline::clock::{self, Stopwatch};
use pipeline::config::Config;
use pipeline::kafka_runner;

/// Number of mentions after which a new set of authors is used. A few thousand authors over hours would
/// only produce copies and clusters.
const AUTHORS_PERIOD: u64 = 20_000;

/// What to publish.
#[derive(Debug, Clone, Copy)]
pub struct LoadPlan {
    /// Mentions per second.
    pub rate: u64,
    /// Total number of mentions.
    pub mentions: u64,
    /// Random seed. Different seeds share no id.
    pub seed: u64,
}

/// The result of a load.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Mentions handed to the producer.
    pub sent: u64,
    /// Mentions acknowledged by the brokers.
    pub acknowledged: u64,
    /// Time from the first to the last mention.
    pub elapsed: Duration,
    /// Mean delay of the generator.
    pub mean_delay: Duration,
    /// Maximum delay of the generator.
    pub max_delay: Duration,
}

/// `harken load`. Ends early on SIGINT or SIGTERM.
///
/// # Errors
/// [`CommandError::Unavailable`] if the brokers do not answer or accept no more records,
/// [`CommandError::Config`] if the topic is missing.
pub fn command(args: &LoadArgs, config: &Config) -> Result<(), CommandError> {
    let settings = kafka_runner::kafka_settings(config, None)?;
    let present = admin::partition_counts(&settings, config.kafka.timeout.0)
        .map_err(|fault| CommandError::Unavailable(fault.into()))?;
    let topic = settings.topic(topics::RECEIVED);
    if !present.contains_key(&topic) {
        let remedy = "`harken topics apply` creates it";
        return Err(CommandError::Config(Failure::new(format!("find the topic {topic}"), remedy)));
    }
    let stop = kafka_runner::stop_on_signals()?;
    let mentions = args.rate.saturating_mul(args.seconds);
    let report = send(&settings, LoadPlan { rate: args.rate, mentions, seed: args.seed }, &stop)?;
    output::print(&format!("{report}\n"))
}

/// Publishes all mentions of the plan, or until `stop` is requested.
///
/// # Errors
/// [`CommandError::Unavailable`] if the brokers accept no more records.
pub fn send(
    settings: &KafkaSettings,
    plan: LoadPlan,
    stop: &Stop,
) -> Result<LoadReport, CommandError> {
    let unavailable =
        |error: BrokerUnavailable| CommandError::Unavailable(Failure::new("send mentions", error));
    let sender =
        LoadSender::new(settings, "load").map_err(|f| CommandError::Unavailable(f.into()))?;
    let topic = settings.topic(topics::RECEIVED);
    let (mut report, mut total_delay) = (LoadReport::default(), Duration::ZERO);
    let (mut key, mut value) = (Vec::new(), Vec::new());
    let stopwatch = Stopwatch::start();
    for (due, mention) in Schedule::new(plan, clock::now().as_event_time()) {
        // Encoded before the wait, so that encoding adds no delay.
        key.clear();
        value.clear();
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        wait_until(due, stopwatch, stop);
        if stop.is_requested() {
            break;
        }
        sender.send(&topic, &key, &value, mention.received_at).map_err(unavailable)?;
        let delay = stopwatch.elapsed().saturating_sub(due);
        total_delay += delay;
        report.max_delay = report.max_delay.max(delay);
        report.sent += 1;
    }
    report.elapsed = stopwatch.elapsed();
    // `acknowledged` is final only after the flush.
    sender.flush().map_err(unavailable)?;
    report.acknowledged = sender.acknowledged();
    report.mean_delay = total_delay / u32::try_from(report.sent.max(1)).unwrap_or(u32::MAX);
    Ok(report)
}

/// Waits until a mention is due; checks `stop` every 50 ms.
fn wait_until(due: Duration, stopwatch: Stopwatch, stop: &Stop) {
    const STOP_POLL: Duration = Duration::from_millis(50);
    while !stop.is_requested() {
        let left = due.saturating_sub(stopwatch.elapsed());
        if left.is_zero() {
            return;
        }
        clock::sleep(left.min(STOP_POLL));
    }
}

/// The mentions of a plan that starts at this wall-clock time, in microseconds.
pub fn schedule(plan: LoadPlan, start: EventTime) -> impl Iterator<Item = Mention> {
    Schedule::new(plan, start).map(|(_, mention)| mention)
}

/// The mentions of a plan, each with its due time relative to the start.
struct Schedule {
    plan: LoadPlan,
    start: EventTime,
    next: u64,
    generator: Generator,
}

impl Schedule {
    fn new(plan: LoadPlan, start: EventTime) -> Self {
        Self { plan, start, next: 0, generator: Generator::new(plan.seed) }
    }
}

impl Iterator for Schedule {
    type Item = (Duration, Mention);

    fn next(&mut self) -> Option<Self::Item> {
        let n = self.next;
        if n == self.plan.mentions {
            return None;
        }
        // Part of every id, so that periods share no author and no mention.
        let generation = n / AUTHORS_PERIOD;
        if n > 0 && n.is_multiple_of(AUTHORS_PERIOD) {
            self.generator = Generator::new(self.plan.seed ^ (generation << 32));
        }
        self.next += 1;
        // From the start, not from the previous mention: rounding must not accumulate.
        let nanos = u128::from(n) * 1_000_000_000 / u128::from(self.plan.rate.max(1));
        let due = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let suffix = format!("-{}-{generation}", self.plan.seed);
        Some((due, with_suffix(self.generator.next(self.start + TimeDelta::from(due)), &suffix)))
    }
}

/// Appends a suffix to every id of an author or a mention, so that the mention belongs to other authors.
fn with_suffix(mut mention: Mention, suffix: &str) -> Mention {
    let parent = mention.in_reply_to.as_mut();
    let parent = parent.map(|parent| (&mut parent.id, parent.author_id.as_mut()));
    let (parent, parent_author) = parent.map_or((None, None), |(id, author)| (Some(id), author));
    let references =
        [parent, parent_author, mention.repost_of.as_mut(), mention.repost_of_author.as_mut()];
    let own = [&mut mention.id, &mut mention.author.id];
    references.into_iter().flatten().chain(own).for_each(|id| id.push_str(suffix));
    mention
}

impl std::fmt::Display for LoadReport {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let LoadReport { sent, acknowledged, elapsed, mean_delay, max_delay } = self;
        let millis = |time: &Duration| time.as_secs_f64() * 1000.0;
        let rate = *sent as f64 / elapsed.as_secs_f64().max(f64::EPSILON);
        write!(
            out,
            "sent {sent}, acknowledged {acknowledged}, in {:.1} s ({rate:.0}/s); \
             delay {:.1} ms on average, {:.1} ms at most",
            elapsed.as_secs_f64(),
            millis(mean_delay),
            millis(max_delay),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn planned(seed: u64, mentions: u64) -> Vec<(Duration, Mention)> {
        let plan = LoadPlan { rate: 1000, mentions, seed };
        Schedule::new(plan, EventTime::from_micros(1_700_000_000_000_000)).collect()
    }

    #[test]
    fn due_times_follow_the_rate() {
        let due: Vec<_> = planned(1, 4).into_iter().map(|(due, _)| due.as_micros()).collect();
        assert_eq!(due, [0, 1000, 2000, 3000]);
    }

    #[test]
    fn equal_seeds_give_equal_mentions_and_different_seeds_share_no_id() {
        assert_eq!(planned(1, 500), planned(1, 500));
        let ids = |seed| -> BTreeSet<String> {
            planned(seed, 500).into_iter().map(|(_, mention)| mention.id).collect()
        };
        assert!(ids(1).is_disjoint(&ids(2)));
    }

    #[test]
    fn new_authors_are_used_after_each_period() {
        let all = planned(1, AUTHORS_PERIOD + 500);
        let (first, second) = all.split_at(AUTHORS_PERIOD as usize);
        let authors = |part: &[(Duration, Mention)]| -> BTreeSet<String> {
            part.iter().map(|(_, mention)| mention.author.id.clone()).collect()
        };
        assert!(authors(first).is_disjoint(&authors(second)));
    }

    #[test]
    fn a_report_is_one_line() {
        let report = LoadReport {
            sent: 10,
            acknowledged: 9,
            elapsed: Duration::from_secs(2),
            mean_delay: Duration::from_micros(150),
            max_delay: Duration::from_millis(3),
        };
        let line =
            "sent 10, acknowledged 9, in 2.0 s (5/s); delay 0.1 ms on average, 3.0 ms at most";
        assert_eq!(report.to_string(), line);
    }
}
