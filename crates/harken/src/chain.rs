//! Builds stages from the configuration and fuses the four of the routing pipeline.

use std::path::Path;

use stage::{Fused, Stage, Taps};

use crate::CommandError;
use crate::config::Config;
use crate::rules::{self, LoadedRules};

/// The routing pipeline, from received to routed mentions, in one transaction.
pub type RoutingChain = Fused<
    dedupe::Dedupe,
    Fused<understanding::UnderstandingStage, Fused<priority::Prioritizer, escalation::Escalation>>,
>;

/// The rules of the routing chain.
pub type RoutingRules = <RoutingChain as Stage>::Rules;

/// Builds the routing chain, and the configured rules for it.
///
/// # Errors
/// As [`build_with_rules`].
pub fn build(config: &Config, taps: Taps) -> Result<(RoutingChain, RoutingRules), CommandError> {
    let rules = LoadedRules::load(config)?;
    Ok((build_with_rules(&rules, config, taps)?, rules.part()))
}

/// Builds the routing chain for these rules. `mention.unique` is always written because the
/// reconciliation counts it; `taps` controls the other intermediate topics.
///
/// # Errors
/// [`CommandError::Config`] if a file that a setting names is unusable.
pub fn build_with_rules(
    rules: &LoadedRules,
    config: &Config,
    taps: Taps,
) -> Result<RoutingChain, CommandError> {
    let decide = Fused::new(priority_stage(config), escalation_stage(rules, config)?, taps);
    let understand = Fused::new(sentiment_stage(config)?, decide, taps);
    // Tap always on: the reconciliation needs `mention.unique` to find redeliveries.
    Ok(Fused::new(dedupe_stage(config), understand, Taps::On))
}

/// Builds the stage `dedupe`.
#[must_use]
pub fn dedupe_stage(config: &Config) -> dedupe::Dedupe {
    dedupe::Dedupe::new(config.dedupe.stage_config())
}

/// Builds the stage `sentiment` with the configured model and candidate.
///
/// # Errors
/// [`CommandError::Config`] if a model file is unusable.
pub fn sentiment_stage(config: &Config) -> Result<understanding::UnderstandingStage, CommandError> {
    let settings = config.sentiment.stage_config();
    let stage = match config.sentiment.model.path() {
        None => understanding::UnderstandingStage::new(settings)
            .map_err(|e| CommandError::Bug(format!("load the built-in model: {e}")))?,
        Some(path) => {
            let invalid = model_error("sentiment.model", path);
            let bytes = std::fs::read(path).map_err(|e| invalid(e.to_string()))?;
            understanding::UnderstandingStage::with_model(settings, &bytes)
                .map_err(|e| invalid(e.to_string()))?
        }
    };
    // The candidate runs in the same stage, so that both models read the same text.
    let Some(path) = config.sentiment.candidate.path() else { return Ok(stage) };
    let invalid = model_error("sentiment.candidate", path);
    let bytes = std::fs::read(path).map_err(|e| invalid(e.to_string()))?;
    stage.with_candidate(&bytes).map_err(|e| invalid(e.to_string()))
}

/// Returns a function that maps a reason to the error for the model named by `setting`.
fn model_error(setting: &str, path: &Path) -> impl Fn(String) -> CommandError {
    let what = format!("load the model of {setting}, {}", path.display());
    move |why| CommandError::Config(format!("{what}: {why}"))
}

/// Builds the stage `priority`.
#[must_use]
pub fn priority_stage(config: &Config) -> priority::Prioritizer {
    priority::Prioritizer::new(config.priority.memory.bounds())
}

/// Builds the stage `escalation`.
///
/// # Errors
/// [`CommandError::Config`] if `escalation.filter` names an entry that is not a lane.
pub fn escalation_stage(
    rules: &LoadedRules,
    config: &Config,
) -> Result<escalation::Escalation, CommandError> {
    // The filter names playbook entries, so only the loaded rules can validate it.
    let filter = rules::lane_filter(&rules.rules(), config)?;
    Ok(escalation::Escalation::new(config.escalation.stage_config(filter)))
}

/// Builds the stage `surge`.
#[must_use]
pub fn surge_stage(config: &Config) -> surge::Surge {
    surge::Surge::new(config.surge.stage_config())
}

/// Whether a fused chain writes its intermediate topics.
#[must_use]
pub fn taps(config: &Config) -> Taps {
    if config.worker.taps { Taps::On } else { Taps::Off }
}
