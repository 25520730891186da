//! What must hold on the cluster before a stage starts, with the command that mends it.

use std::collections::BTreeMap;

use kafka::Settings;
use mention::topics;
use stage::{Input, Output, Stage, State, Table, Topic};

use crate::Problem;

/// Outputs with another key than the inputs of who writes them: partitions need not match.
const KEYED_OTHERWISE: [Topic; 2] = [topics::SIGNAL, topics::INCIDENT];

/// What a stage, or a fused chain, needs on the cluster.
#[derive(Debug, Clone)]
pub(super) struct Needs {
    /// Inputs, outputs with the same key and changelogs: all with the same number of partitions.
    pub(super) partitioned: Vec<String>,
    /// Tables, dead letters and outputs with another key: any number.
    pub(super) others: Vec<String>,
}

impl Needs {
    pub(super) fn of<S: Stage>(settings: &Settings) -> Self {
        let names = |topics: Vec<Topic>| topics.into_iter().map(|topic| settings.topic(topic));
        let read = |topics: Vec<Topic>| topics.into_iter().map(|topic| settings.input(topic));
        let is_free = |topic: &Topic| KEYED_OTHERWISE.contains(topic);
        let (free, outputs) = S::Out::topics().into_iter().partition(is_free);
        let changelogs = S::State::changelogs().into_iter().map(|stage| settings.changelog(stage));
        let facts = read(S::In::topics()).chain(names(outputs));
        let dead = S::names().into_iter().map(|stage| settings.dead_letters(stage));
        Self {
            partitioned: facts.chain(changelogs).collect(),
            others: read(S::Table::topics()).chain(names(free)).chain(dead).collect(),
        }
    }

    /// Compares with what is there.
    ///
    /// # Errors
    /// [`Problem::Config`] with the first thing that is wrong and the command that mends it.
    pub(super) fn check(&self, present: &BTreeMap<String, i32>) -> Result<(), Problem> {
        const REMEDY: &str = "`harken topics plan` shows what to do, `harken topics apply` does it";
        let all = self.partitioned.iter().chain(&self.others);
        let missing: Vec<_> = all.filter(|name| !present.contains_key(*name)).cloned().collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(Problem::Config(format!("find the topics {missing}: {REMEDY}")));
        }
        let mut counts = self.partitioned.iter().filter_map(|name| present.get_key_value(name));
        let Some((first, wanted)) = counts.next() else { return Ok(()) };
        match counts.find(|(_, partitions)| *partitions != wanted) {
            Some((other, partitions)) => Err(Problem::Config(format!(
                "join {first} ({wanted} partitions) with {other} ({partitions}): they must have \
                 the same number; {REMEDY}"
            ))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(present: &[(&str, i32)]) -> Result<(), Problem> {
        let needs = Needs {
            partitioned: vec!["in".to_owned(), "out".to_owned()],
            others: vec!["dead".to_owned()],
        };
        needs.check(&present.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect())
    }

    #[test]
    fn what_is_keyed_otherwise_than_its_input_may_have_any_number_of_partitions() {
        let settings = Settings::default();
        let Needs { partitioned, others } = Needs::of::<surge::Surge>(&settings);
        assert_eq!(partitioned, ["harken.mention.signal.v1", "harken.surge.changelog.v1"]);
        assert_eq!(others, ["harken.incident.state.v1", "harken.surge.dead-letters.v1"]);
        let chain = Needs::of::<crate::chain::Chain>(&settings);
        assert!(chain.others.contains(&"harken.mention.signal.v1".to_owned()));
        assert!(chain.partitioned.contains(&"harken.mention.routed.v1".to_owned()));
    }

    #[test]
    fn a_stage_starts_only_on_topics_that_match() {
        let cases = [
            (vec![("in", 3), ("out", 3), ("dead", 1)], vec![]),
            (vec![("in", 3), ("out", 3)], vec!["dead", "harken topics apply"]),
            (vec![("in", 3), ("dead", 1)], vec!["out", "harken topics apply"]),
            (vec![("in", 3), ("out", 4), ("dead", 1)], vec!["in (3", "out (4)", "harken topics"]),
        ];
        for (present, expected) in cases {
            match check(&present) {
                Ok(()) => assert!(expected.is_empty(), "{present:?} must be refused"),
                Err(problem) => {
                    assert_eq!(problem.code(), 78);
                    let said = problem.to_string();
                    assert!(expected.iter().all(|part| said.contains(part)), "{said}");
                }
            }
        }
    }
}
