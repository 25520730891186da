//! Cuts the requested stages of the routing chain into runs of neighbours, and starts each as one.

use stage::{Fused, Stage, Topic};

use super::workers::{ChainLink, WorkerPool};
use crate::CommandError;
use crate::routing_chain::taps;
use crate::stages::{PipelineStage, Placement, StageRow};

/// Starts the chain that consists of exactly `$names`, if it is one of the runs of these stages. The type
/// of a fused chain is known at compile time, so the macro writes an arm for each run of neighbours.
macro_rules! start_run {
    (from $pool:ident, $names:ident;) => {};
    (from $pool:ident, $names:ident; $first:ty $(, $rest:ty)*) => {
        start_run!(grow $pool, $names; [$first] $($rest),*);
        start_run!(from $pool, $names; $($rest),*);
    };
    (grow $pool:ident, $names:ident; [$($run:ty),+] $($rest:ty),*) => {
        if $names == [$(<$run as Stage>::NAME),+] {
            let context = $pool.build_context()?;
            let chain = start_run!(fuse context; $($run),+);
            return $pool.start(chain, &links($names));
        }
        start_run!(more $pool, $names; [$($run),+] $($rest),*);
    };
    (more $pool:ident, $names:ident; [$($run:ty),+]) => {};
    (more $pool:ident, $names:ident; [$($run:ty),+] $next:ty $(, $rest:ty)*) => {
        start_run!(grow $pool, $names; [$($run,)+ $next] $($rest),*);
    };
    (fuse $context:ident; $last:ty) => { <$last as PipelineStage>::build($context)? };
    (fuse $context:ident; $head:ty, $($rest:ty),+) => {
        Fused::new(
            <$head as PipelineStage>::build($context)?,
            start_run!(fuse $context; $($rest),+),
            taps($context.config),
        )
    };
}

/// Names the stages of the routing chain once, for the constant and for the macro above.
macro_rules! routing_chain {
    ($($stage:ty),+) => {
        /// The names of the stages of the routing chain, in its order.
        pub const ROUTING_STAGES: &[&str] = &[$(<$stage as Stage>::NAME),+];

        fn start_chain(pool: &mut WorkerPool<'_>, names: &[&'static str]) -> Result<(), CommandError> {
            start_run!(from pool, names; $($stage),+);
            Err(CommandError::Bug(format!("fuse {}: they are no neighbours", names.join(", ")).into()))
        }
    };
}

routing_chain!(
    dedupe::Dedupe,
    understanding::UnderstandingStage,
    priority::Prioritizer,
    escalation::Escalation
);

/// Starts the requested stages of the routing chain.
pub(super) fn start(pool: &mut WorkerPool<'_>, stages: &[&StageRow]) -> Result<(), CommandError> {
    for names in split_into_runs(stages) {
        start_chain(pool, &names)?;
    }
    Ok(())
}

/// Splits the requested stages of the routing chain into runs of neighbours.
fn split_into_runs(stages: &[&StageRow]) -> Vec<Vec<&'static str>> {
    let is_requested = |name: &&str| {
        stages.iter().any(|row| row.name == *name && matches!(row.placement, Placement::Chain(_)))
    };
    let runs = ROUTING_STAGES.chunk_by(|a, b| is_requested(a) == is_requested(b));
    runs.filter(|run| is_requested(&run[0])).map(<[&str]>::to_vec).collect()
}

/// Each stage of a chain, with the topic that the stage would read if it were not fused.
fn links(names: &[&'static str]) -> Vec<ChainLink> {
    let link = |(index, name): (usize, &&'static str)| {
        let primary_input = |row: &StageRow| -> Option<Topic> { (row.inputs)().first().copied() };
        let topic = crate::stages::row(name).and_then(primary_input);
        ChainLink { name, inner_topic: topic.filter(|_| index > 0) }
    };
    names.iter().enumerate().map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::{TABLE, row};

    #[test]
    fn neighbours_form_one_run_and_a_gap_splits_it() {
        let cases: [(&[&str], &[&[&str]]); 6] = [
            (&[], &[]),
            (
                &["dedupe", "sentiment", "priority", "escalation"],
                &[&["dedupe", "sentiment", "priority", "escalation"]],
            ),
            (&["dedupe", "priority", "escalation"], &[&["dedupe"], &["priority", "escalation"]]),
            (&["priority", "sentiment"], &[&["sentiment", "priority"]]),
            (&["dedupe", "escalation"], &[&["dedupe"], &["escalation"]]),
            (&["surge", "metrics"], &[]),
        ];
        for (requested, expected) in cases {
            let rows: Vec<_> = requested.iter().map(|name| row(name).unwrap()).collect();
            assert_eq!(split_into_runs(&rows), expected, "{requested:?}");
        }
    }

    #[test]
    fn the_macro_lists_the_stages_of_the_chain_in_the_order_of_the_table() {
        let in_chain = TABLE.iter().filter(|row| matches!(row.placement, Placement::Chain(_)));
        assert!(in_chain.map(|row| row.name).eq(ROUTING_STAGES.iter().copied()));
    }

    #[test]
    fn a_fused_stage_has_the_topic_it_would_read_separately() {
        let links = links(&["sentiment", "priority"]);
        let topics: Vec<_> = links.iter().map(|link| (link.name, link.inner_topic)).collect();
        let scored = Some(mention::topics::SCORED);
        assert_eq!(topics, [("sentiment", None), ("priority", scored)]);
    }
}
