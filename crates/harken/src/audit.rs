//! `harken audit verify`: verifies the hash chain of the decisions on `mention.routed`, which shows
//! altered, missing and reordered decisions, and finds cases that were forgotten ([`cases`]).
//!
//! Each partition has its own chain. The first retained record is trusted unless it is decision 1.
//! Missing records at the end of a chain cannot be detected.

pub mod cases;
mod compare;

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use mention::hash_chain::{ChainBreak, ChainHead};
use mention::{Routed, codec, topics};

use crate::cli::{AuditArgs, AuditCommand};
use crate::{CommandError, Failure, output};
use cases::CaseFollower;
use pipeline::config::Config;
use pipeline::{clock, input, kafka_runner, rules};

/// The most violations that are listed, of each kind. Further ones are counted.
const MAX_LISTED: usize = 1_000;

/// `harken audit`
///
/// # Errors
/// [`CommandError::Usage`] for an unreadable file, for a broken chain and for a forgotten case,
/// [`CommandError::Config`] for invalid rules, [`CommandError::Unavailable`] if the cluster cannot be
/// read.
pub fn command(args: &AuditArgs, config: &Config) -> Result<(), CommandError> {
    match &args.command {
        AuditCommand::Verify { file } => verify(file.as_deref(), config),
        AuditCommand::Compare => compare::command(config),
    }
}

fn verify(file: Option<&Path>, config: &Config) -> Result<(), CommandError> {
    let mut chains = ChainVerifier::default();
    let mut cases = CaseFollower::new(rules::load(config.escalation.rules.path())?);
    let mut verify_next = |partition: i32, at: &str, routed: Option<&Routed>| {
        chains.verify_next(partition, at, routed);
        if let Some(routed) = routed {
            cases.follow(partition, routed);
        }
    };
    // A file may be old: only the decisions in it tell the time.
    let now = file.is_none().then(|| clock::now().as_event_time());
    match file {
        Some(path) => {
            for (number, line) in (1_u64..).zip(input::open_input(path)?.lines()) {
                let line = line.map_err(|e| {
                    CommandError::Unavailable(Failure::new(format!("read line {number}"), e))
                })?;
                // A line that does not parse is a violation, not an error: the rest is still verified.
                let record = serde_json::from_str(&line).ok();
                // A file has no partition numbers; it must contain a single partition.
                verify_next(0, &format!("line {number}"), record.as_ref());
            }
        }
        None => {
            let settings = kafka_runner::kafka_settings(config, None)?;
            let unavailable = |fault: stage::Fault| CommandError::Unavailable(fault.into());
            kafka::admin::partition_counts(&settings, config.kafka.timeout.0)
                .map_err(unavailable)?;
            let mut each = |record: stage::RawRecord| {
                let routed = record.value.and_then(|value| codec::read::<Routed>(&value).ok());
                // Transaction markers leave gaps in the offsets; the sequence of decisions must have none.
                let at = format!("offset {}", record.at.offset);
                verify_next(record.at.partition, &at, routed.as_ref());
            };
            kafka::topic_reader::read_topic(&settings, topics::ROUTED, &mut each)
                .map_err(unavailable)?;
        }
    }
    let cases_report = cases.report(now, MAX_LISTED).into_iter().map(|line| line + "\n");
    output::print(&(chains.report() + &cases_report.collect::<String>()))?;
    match chains.found + cases.forgotten() {
        0 => Ok(()),
        n => Err(CommandError::Usage(format!("verify the decisions: {n} violations").into())),
    }
}

/// Verifies the chain of each partition, record by record.
#[derive(Debug, Default)]
pub struct ChainVerifier {
    chains: BTreeMap<i32, PartitionChain>,
    /// The first violations, at most [`MAX_LISTED`].
    violations: Vec<String>,
    /// The number of violations.
    found: usize,
}

#[derive(Debug)]
struct PartitionChain {
    head: ChainHead,
    first: i64,
    records: u64,
    is_whole: bool,
}

impl ChainVerifier {
    /// Verifies the next record of a partition. `at` is its location for the report; `None` is a record
    /// that cannot be decoded.
    pub fn verify_next(&mut self, partition: i32, at: &str, routed: Option<&Routed>) {
        let location = format!("partition {partition}, {at}");
        let Some(routed) = routed else {
            return self.add(format!("{location}: malformed decision"));
        };
        let Some(chain) = self.chains.get_mut(&partition) else {
            return self.start_partition(partition, &location, routed);
        };
        chain.records += 1;
        if let Err(violation) = chain.head.verify_next(routed) {
            chain.is_whole = false;
            let what = describe_break(violation);
            self.add(format!("{location}, decision {}: {what}", routed.sequence));
        }
    }

    fn add(&mut self, violation: String) {
        self.found += 1;
        if self.violations.len() < MAX_LISTED {
            self.violations.push(violation);
        }
    }

    fn start_partition(&mut self, partition: i32, location: &str, routed: &Routed) {
        let Some(trusted) = ChainHead::from_trusted(routed) else {
            return self.add(format!("{location}: {}", describe_break(ChainBreak::MissingDigest)));
        };
        let mut head = ChainHead::default();
        let is_whole = routed.sequence != 1 || head.verify_next(routed).is_ok();
        if !is_whole {
            let what = describe_break(ChainBreak::DigestMismatch);
            self.add(format!("{location}, decision 1: {what}"));
        }
        let chain = PartitionChain { head: trusted, first: routed.sequence, records: 1, is_whole };
        self.chains.insert(partition, chain);
    }

    /// One line per violation, then one line per partition.
    #[must_use]
    pub fn report(&self) -> String {
        let mut out: Vec<String> = self.violations.clone();
        if let more @ 1.. = self.found - self.violations.len() {
            out.push(format!("{more} further violations"));
        }
        for (partition, chain) in &self.chains {
            let PartitionChain { head, first, records, is_whole } = chain;
            let state = if *is_whole { "unbroken" } else { "broken" };
            // Retention has deleted the start of the chain: what came before cannot be verified.
            let trust_note = if *first == 1 { "" } else { ", the first one trusted" };
            out.push(format!(
                "partition {partition}: {records} decisions, {first} to {}{trust_note}: {state}",
                head.sequence
            ));
        }
        if self.chains.is_empty() {
            out.push("no decisions".to_owned());
        }
        out.join("\n") + "\n"
    }
}

fn describe_break(violation: ChainBreak) -> String {
    match violation {
        ChainBreak::MissingRecords(1) => "1 decision is missing before it".to_owned(),
        ChainBreak::MissingRecords(missing) => format!("{missing} decisions are missing before it"),
        ChainBreak::OutOfOrder => "out of order".to_owned(),
        ChainBreak::DigestMismatch => "this decision or the one before it was altered".to_owned(),
        ChainBreak::MissingDigest => "no digest".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(n: i64) -> Vec<Routed> {
        let mut head = ChainHead::default();
        let record = |n: i64| Routed { mention_id: format!("t/x/{n}"), ..Routed::default() };
        let mut records: Vec<_> = (0..n).map(record).collect();
        records.iter_mut().for_each(|record| head.seal(record));
        records
    }

    fn report_of(records: &[(i32, Option<&Routed>)]) -> String {
        let mut chains = ChainVerifier::default();
        for (place, (partition, record)) in records.iter().enumerate() {
            chains.verify_next(*partition, &format!("line {place}"), *record);
        }
        chains.report()
    }

    #[test]
    fn each_partition_has_its_own_chain_and_expired_decisions_are_not_violations() {
        let (a, b) = (sealed(3), sealed(9));
        let mixed = [(0, &a[0]), (1, &b[6]), (0, &a[1]), (1, &b[7]), (1, &b[8]), (0, &a[2])];
        let mixed = mixed.map(|(partition, record)| (partition, Some(record)));
        assert_eq!(
            report_of(&mixed),
            "partition 0: 3 decisions, 1 to 3: unbroken\n\
             partition 1: 3 decisions, 7 to 9, the first one trusted: unbroken\n"
        );
        assert_eq!(report_of(&[]), "no decisions\n");
    }

    #[test]
    fn violations_beyond_the_first_thousand_are_counted() {
        let mut chains = ChainVerifier::default();
        for _ in 0..1_002 {
            chains.verify_next(0, "line 1", None);
        }
        let report = chains.report();
        assert_eq!((report.lines().count(), chains.found), (1_002, 1_002));
        assert!(report.ends_with("2 further violations\nno decisions\n"), "{report}");
    }

    #[test]
    fn a_missing_or_altered_decision_is_reported_with_its_location() {
        let records = sealed(6);
        let mut changed = records[3].clone();
        changed.route.owner = "nobody".to_owned();
        let first = Routed { mention_id: "t/x/9".to_owned(), ..records[0].clone() };
        let read = [
            (0, Some(&first)),
            (0, Some(&records[1])),
            (0, Some(&changed)),
            (0, Some(&records[4])),
            (0, None),
            (0, Some(&records[5])),
        ];
        assert_eq!(
            report_of(&read),
            "partition 0, line 0, decision 1: this decision or the one before it was altered\n\
             partition 0, line 2, decision 4: 1 decision is missing before it\n\
             partition 0, line 4: malformed decision\n\
             partition 0: 5 decisions, 1 to 6: broken\n"
        );
    }
}
