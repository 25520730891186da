//! `harken audit verify`: whether the decisions on `mention.routed` are those that were written,
//! all of them and in their order.
//!
//! Each partition is a chain of its own. The first record that is still kept is taken on trust,
//! unless it is the first of all. What it cannot see: that the last records of a chain lack.

mod compare;

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use mention::chain::{Break, Head};
use mention::{Routed, codec, topics};

use crate::cli::{AuditArgs, AuditCommand};
use crate::config::Config;
use crate::{Problem, output, replay, run};

/// `harken audit`
///
/// # Errors
/// [`Problem::Usage`] for a file that cannot be read and for decisions that are not what was
/// written, [`Problem::Unavailable`] when the cluster cannot be read.
pub fn command(args: &AuditArgs, config: &Config) -> Result<(), Problem> {
    match &args.command {
        AuditCommand::Verify { file } => verify(file.as_deref(), config),
        AuditCommand::Compare => compare::command(config),
    }
}

fn verify(file: Option<&Path>, config: &Config) -> Result<(), Problem> {
    let mut chains = Chains::default();
    match file {
        Some(path) => {
            for (number, line) in (1_u64..).zip(replay::open(path)?.lines()) {
                let line =
                    line.map_err(|e| Problem::Unavailable(format!("read line {number}: {e}")))?;
                let record = serde_json::from_str(&line).ok();
                chains.follow(0, &format!("line {number}"), record.as_ref());
            }
        }
        None => {
            let settings = run::settings(config, None)?;
            let unavailable = |fault: stage::Fault| Problem::Unavailable(fault.message);
            kafka::admin::partitions(&settings, config.kafka.timeout.0).map_err(unavailable)?;
            let mut each = |record: kafka::peek::Peeked| {
                let routed = record.value.and_then(|value| codec::read::<Routed>(&value).ok());
                let at = format!("offset {}", record.offset);
                chains.follow(record.partition, &at, routed.as_ref());
            };
            kafka::peek::read(&settings, &settings.topic(topics::ROUTED), &mut each)
                .map_err(unavailable)?;
        }
    }
    output::text(&chains.told())?;
    match chains.found.len() {
        0 => Ok(()),
        n => Err(Problem::Usage(format!("find the decisions as they were written: {n} differ"))),
    }
}

/// The chains read so far, by partition.
#[derive(Debug, Default)]
pub struct Chains {
    chains: BTreeMap<i32, Chain>,
    found: Vec<String>,
}

#[derive(Debug)]
struct Chain {
    head: Head,
    first: i64,
    records: u64,
    is_whole: bool,
}

impl Chains {
    /// Takes the next record of a partition; `at` names its place, none is what is no decision.
    pub fn follow(&mut self, partition: i32, at: &str, routed: Option<&Routed>) {
        let place = format!("partition {partition}, {at}");
        let Some(routed) = routed else {
            return self.found.push(format!("{place}: no decision can be read"));
        };
        let Some(chain) = self.chains.get_mut(&partition) else {
            return self.begin(partition, &place, routed);
        };
        chain.records += 1;
        if let Err(wrong) = chain.head.follow(routed) {
            chain.is_whole = false;
            self.found.push(format!("{place}, decision {}: {}", routed.sequence, spoken(wrong)));
        }
    }

    fn begin(&mut self, partition: i32, place: &str, routed: &Routed) {
        let Some(trusted) = Head::at(routed) else {
            return self.found.push(format!("{place}: {}", spoken(Break::Unsealed)));
        };
        let mut head = Head::default();
        let is_whole = routed.sequence != 1 || head.follow(routed).is_ok();
        if !is_whole {
            self.found.push(format!("{place}, decision 1: {}", spoken(Break::Changed)));
        }
        let chain = Chain { head: trusted, first: routed.sequence, records: 1, is_whole };
        self.chains.insert(partition, chain);
    }

    /// What was found, a line each; then a line a partition.
    #[must_use]
    pub fn told(&self) -> String {
        let mut out: Vec<String> = self.found.clone();
        for (partition, chain) in &self.chains {
            let Chain { head, first, records, is_whole } = chain;
            let judged = if *is_whole { "unbroken" } else { "broken" };
            let trust = if *first == 1 { "" } else { ", the first one on trust" };
            out.push(format!(
                "partition {partition}: {records} decisions, {first} to {}{trust}: {judged}",
                head.sequence
            ));
        }
        if self.chains.is_empty() {
            out.push("no decisions".to_owned());
        }
        out.join("\n") + "\n"
    }
}

fn spoken(wrong: Break) -> String {
    match wrong {
        Break::Gap(1) => "one lacks before it".to_owned(),
        Break::Gap(lacking) => format!("{lacking} lack before it"),
        Break::Backwards => "it stands behind its place".to_owned(),
        Break::Changed => "it, or the one before it, is not what was written".to_owned(),
        Break::Unsealed => "it carries no digest".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(n: i64) -> Vec<Routed> {
        let mut head = Head::default();
        let record = |n: i64| Routed { mention_id: format!("t/x/{n}"), ..Routed::default() };
        let mut records: Vec<_> = (0..n).map(record).collect();
        records.iter_mut().for_each(|record| head.seal(record));
        records
    }

    fn told(records: &[(i32, Option<&Routed>)]) -> String {
        let mut chains = Chains::default();
        for (place, (partition, record)) in records.iter().enumerate() {
            chains.follow(*partition, &format!("line {place}"), *record);
        }
        chains.told()
    }

    #[test]
    fn each_partition_is_a_chain_and_what_is_no_longer_kept_is_not_missed() {
        let (a, b) = (sealed(3), sealed(9));
        let mixed = [(0, &a[0]), (1, &b[6]), (0, &a[1]), (1, &b[7]), (1, &b[8]), (0, &a[2])];
        let mixed = mixed.map(|(partition, record)| (partition, Some(record)));
        assert_eq!(
            told(&mixed),
            "partition 0: 3 decisions, 1 to 3: unbroken\n\
             partition 1: 3 decisions, 7 to 9, the first one on trust: unbroken\n"
        );
        assert_eq!(told(&[]), "no decisions\n");
    }

    #[test]
    fn what_lacks_or_is_changed_is_named_by_its_place() {
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
            told(&read),
            "partition 0, line 0, decision 1: it, or the one before it, is not what was written\n\
             partition 0, line 2, decision 4: one lacks before it\n\
             partition 0, line 4: no decision can be read\n\
             partition 0: 5 decisions, 1 to 6: broken\n"
        );
    }
}
