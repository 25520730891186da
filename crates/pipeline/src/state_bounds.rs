//! The memory that the state of a partition takes at most, by the settings.
//!
//! docs/explanation/state.md has the figures behind it. Must not know: what a store holds.

use stage::StoreBound;

use crate::config::Config;

/// The bounds of the stores of each stage, for one partition.
#[must_use]
pub fn state_bounds(config: &Config) -> Vec<(&'static str, Vec<StoreBound>)> {
    vec![
        ("dedupe", config.dedupe.stage_config().memory.stores().to_vec()),
        ("priority", config.priority.memory.bounds().stores().to_vec()),
        ("escalation", config.escalation.memory.bounds().stores().to_vec()),
        ("calls", config.calls.stage_config().memory.stores().to_vec()),
        ("surge", config.surge.stage_config().memory.stores().to_vec()),
        ("metrics", config.metrics.memory.bounds().stores().to_vec()),
    ]
}

/// The bytes that the state of one partition of these stages takes at most.
#[must_use]
pub fn state_bytes(config: &Config, stages: &[&str]) -> usize {
    let bounds = state_bounds(config).into_iter().filter(|(stage, _)| stages.contains(stage));
    bounds.flat_map(|(_, stores)| stores).map(|store| store.bytes).sum()
}
