//! `harken load`: made-up mentions for a cluster, each at its time, whatever the brokers do.
//!
//! The load is open: a mention is due when the rate says so, carries that time as the one it was
//! heard at, and never waits for the answer to another. Who measures from that time counts every
//! wait, also that of a generator which has fallen behind; how far behind it was, it reports.

use std::time::Duration;

use kafka::probe::Sender;
use kafka::{Settings, Stop, Unavailable, admin};
use mention::{Mention, codec, topics};
use stage::Micros;

use crate::cli::LoadArgs;
use crate::clock::{self, Stopwatch};
use crate::config::Config;
use crate::demo::generator::Generator;
use crate::{Problem, output, run};

/// After so many mentions the brand is spoken of by other people: a few thousand who talk for
/// hours would only repeat themselves.
const GENERATION: u64 = 20_000;

/// What to send.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Mentions a second.
    pub rate: u64,
    /// How many in all.
    pub mentions: u64,
    /// The same number makes the same mentions, another one none of the same id.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Mentions handed to the producer.
    pub sent: u64,
    /// Mentions the brokers have.
    pub acknowledged: u64,
    /// From the first to the last.
    pub took: Duration,
    /// How late they were handed over, on average.
    pub late: Duration,
    /// How late the latest was.
    pub latest: Duration,
}

/// Sends until the time is over, or somebody interrupts it.
///
/// # Errors
/// [`Problem::Unavailable`] when the brokers do not answer or take no more,
/// [`Problem::Config`] when the topic is missing.
pub fn command(args: &LoadArgs, config: &Config) -> Result<(), Problem> {
    let settings = run::settings(config, None)?;
    let present = admin::partitions(&settings, config.kafka.timeout.0)
        .map_err(|fault| Problem::Unavailable(fault.message))?;
    let topic = settings.topic(topics::RECEIVED);
    if !present.contains_key(&topic) {
        let remedy = "`harken topics apply` makes it";
        return Err(Problem::Config(format!("find the topic {topic}: {remedy}")));
    }
    let stop = run::on_signals()?;
    let mentions = args.rate.saturating_mul(args.seconds);
    let report = send(&settings, Plan { rate: args.rate, mentions, seed: args.seed }, &stop)?;
    output::text(&format!("{report}\n"))
}

/// Sends all of it, or until asked to stop.
///
/// # Errors
/// [`Problem::Unavailable`] when the brokers take no more.
pub fn send(settings: &Settings, plan: Plan, stop: &Stop) -> Result<Report, Problem> {
    let unavailable = |error: Unavailable| Problem::Unavailable(format!("send mentions: {error}"));
    let sender = Sender::new(settings, "load").map_err(|f| Problem::Unavailable(f.message))?;
    let topic = settings.topic(topics::RECEIVED);
    let (mut report, mut late) = (Report::default(), Duration::ZERO);
    let (mut key, mut value) = (Vec::new(), Vec::new());
    let begun = Stopwatch::start();
    for (due, mention) in Schedule::new(plan, clock::now()) {
        key.clear();
        value.clear();
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        wait(due, begun, stop);
        if stop.is_asked() {
            break;
        }
        sender.send(&topic, &key, &value, mention.received_at).map_err(unavailable)?;
        let behind = begun.elapsed().saturating_sub(due);
        late += behind;
        report.latest = report.latest.max(behind);
        report.sent += 1;
    }
    report.took = begun.elapsed();
    sender.flush().map_err(unavailable)?;
    report.acknowledged = sender.acknowledged();
    report.late = late / u32::try_from(report.sent.max(1)).unwrap_or(u32::MAX);
    Ok(report)
}

/// Waits for a mention's time, in naps short enough to notice that somebody wants it to stop.
fn wait(due: Duration, begun: Stopwatch, stop: &Stop) {
    const NAP: Duration = Duration::from_millis(50);
    while !stop.is_asked() {
        let left = due.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return;
        }
        clock::sleep(left.min(NAP));
    }
}

fn micros(time: Duration) -> Micros {
    Micros::try_from(time.as_micros()).unwrap_or(Micros::MAX)
}

/// The mentions of a plan that starts at this time, in microseconds.
pub fn schedule(plan: Plan, start: Micros) -> impl Iterator<Item = Mention> {
    Schedule::new(plan, start).map(|(_, mention)| mention)
}

/// Mentions, each with the time from the start at which it is due.
struct Schedule {
    plan: Plan,
    start: Micros,
    next: u64,
    generator: Generator,
}

impl Schedule {
    fn new(plan: Plan, start: Micros) -> Self {
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
        let generation = n / GENERATION;
        if n > 0 && n.is_multiple_of(GENERATION) {
            self.generator = Generator::new(self.plan.seed ^ (generation << 32));
        }
        self.next += 1;
        let nanos = u128::from(n) * 1_000_000_000 / u128::from(self.plan.rate.max(1));
        let due = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let mark = format!("-{}-{generation}", self.plan.seed);
        Some((due, marked(self.generator.next(self.start + micros(due)), &mark)))
    }
}

/// The mention as said by others elsewhere: what names a person or a mention gets a mark.
fn marked(mut mention: Mention, mark: &str) -> Mention {
    let parent = mention.in_reply_to.as_mut();
    let parent = parent.map(|parent| (&mut parent.id, parent.author_id.as_mut()));
    let (parent, parent_author) = parent.map_or((None, None), |(id, author)| (Some(id), author));
    let known =
        [parent, parent_author, mention.repost_of.as_mut(), mention.repost_of_author.as_mut()];
    let own = [&mut mention.id, &mut mention.author.id];
    known.into_iter().flatten().chain(own).for_each(|id| id.push_str(mark));
    mention
}

impl std::fmt::Display for Report {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Report { sent, acknowledged, took, late, latest } = self;
        let millis = |time: &Duration| time.as_secs_f64() * 1000.0;
        let rate = *sent as f64 / took.as_secs_f64().max(f64::EPSILON);
        write!(
            out,
            "sent {sent}, acknowledged {acknowledged}, in {:.1} s ({rate:.0}/s); \
             late by {:.1} ms on average, {:.1} ms at most",
            took.as_secs_f64(),
            millis(late),
            millis(latest),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn planned(seed: u64, mentions: u64) -> Vec<(Duration, Mention)> {
        let plan = Plan { rate: 1000, mentions, seed };
        Schedule::new(plan, 1_700_000_000_000_000).collect()
    }

    #[test]
    fn a_mention_is_due_when_the_rate_says_so() {
        let due: Vec<_> = planned(1, 4).into_iter().map(|(due, _)| due.as_micros()).collect();
        assert_eq!(due, [0, 1000, 2000, 3000]);
    }

    #[test]
    fn the_same_seed_makes_the_same_mentions_and_another_one_none_of_the_same_id() {
        assert_eq!(planned(1, 500), planned(1, 500));
        let ids = |seed| -> BTreeSet<String> {
            planned(seed, 500).into_iter().map(|(_, mention)| mention.id).collect()
        };
        assert!(ids(1).is_disjoint(&ids(2)));
    }

    #[test]
    fn other_people_speak_after_a_generation() {
        let all = planned(1, GENERATION + 500);
        let (first, second) = all.split_at(GENERATION as usize);
        let authors = |part: &[(Duration, Mention)]| -> BTreeSet<String> {
            part.iter().map(|(_, mention)| mention.author.id.clone()).collect()
        };
        assert!(authors(first).is_disjoint(&authors(second)));
    }

    #[test]
    fn a_report_is_one_line() {
        let report = Report {
            sent: 10,
            acknowledged: 9,
            took: Duration::from_secs(2),
            late: Duration::from_micros(150),
            latest: Duration::from_millis(3),
        };
        let line =
            "sent 10, acknowledged 9, in 2.0 s (5/s); late by 0.1 ms on average, 3.0 ms at most";
        assert_eq!(report.to_string(), line);
    }
}
