//! Builds each stage from its section of the settings.

use std::path::Path;

use super::{BuildContext, PipelineStage};
use crate::config::{Config, IntervalOverride};
use crate::rules::lane_filter;
use crate::{CommandError, Failure};

impl PipelineStage for dedupe::Dedupe {
    const DESCRIPTION: &'static str =
        "Separates new mentions from redeliveries, edits, reposts and copies";

    fn commit_interval(config: &Config) -> IntervalOverride {
        config.dedupe.commit_interval
    }

    fn build(context: BuildContext<'_>) -> Result<Self, CommandError> {
        Ok(Self::new(context.config.dedupe.stage_config()))
    }
}

impl PipelineStage for understanding::UnderstandingStage {
    const DESCRIPTION: &'static str = "Detects language, sentiment, intents and risks";

    fn commit_interval(config: &Config) -> IntervalOverride {
        config.sentiment.commit_interval
    }

    fn build(context: BuildContext<'_>) -> Result<Self, CommandError> {
        let section = &context.config.sentiment;
        let settings = section.stage_config();
        let stage = match section.model.path() {
            None => Self::new(settings)
                .map_err(|e| CommandError::Bug(Failure::new("load the built-in model", e)))?,
            Some(path) => {
                let invalid = model_error("sentiment.model", path);
                let bytes = std::fs::read(path).map_err(|e| invalid(e.to_string()))?;
                Self::with_model(settings, &bytes).map_err(|e| invalid(e.to_string()))?
            }
        };
        // The candidate runs in the same stage, so that both models read the same text.
        let Some(path) = section.candidate.path() else { return Ok(stage) };
        let invalid = model_error("sentiment.candidate", path);
        let bytes = std::fs::read(path).map_err(|e| invalid(e.to_string()))?;
        stage.with_candidate(&bytes).map_err(|e| invalid(e.to_string()))
    }
}

/// Returns a function that maps a reason to the error for the model named by `setting`.
fn model_error(setting: &str, path: &Path) -> impl Fn(String) -> CommandError {
    let what = format!("load the model of {setting}, {}", path.display());
    move |why| CommandError::Config(Failure::new(what.clone(), why))
}

impl PipelineStage for priority::Prioritizer {
    const DESCRIPTION: &'static str = "Computes the level and score of a mention";

    fn commit_interval(config: &Config) -> IntervalOverride {
        config.priority.commit_interval
    }

    fn build(context: BuildContext<'_>) -> Result<Self, CommandError> {
        Ok(Self::new(context.config.priority.memory.bounds()))
    }
}

impl PipelineStage for escalation::Escalation {
    const DESCRIPTION: &'static str = "Routes each mention to one owner and runs its SLA clocks";

    fn commit_interval(config: &Config) -> IntervalOverride {
        config.escalation.commit_interval
    }

    fn build(context: BuildContext<'_>) -> Result<Self, CommandError> {
        let no_rules = || CommandError::Bug("build escalation without rules".into());
        // The filter names playbook entries, so only the loaded rules can validate it.
        let filter = lane_filter(&context.rules.ok_or_else(no_rules)?.rules(), context.config)?;
        let stage = Self::new(context.config.escalation.stage_config(filter));
        // Each partition decides with its share of a team's capacity.
        Ok(stage.with_partitions(context.partitions))
    }
}

impl PipelineStage for calls::Calls {
    const DESCRIPTION: &'static str = "Limits how often a contact is called";

    fn commit_interval(config: &Config) -> IntervalOverride {
        config.calls.commit_interval
    }

    fn build(context: BuildContext<'_>) -> Result<Self, CommandError> {
        Ok(Self::new(context.config.calls.stage_config()))
    }
}

impl PipelineStage for surge::Surge {
    const DESCRIPTION: &'static str = "Detects outbreaks";

    fn commit_interval(config: &Config) -> IntervalOverride {
        config.surge.commit_interval
    }

    fn build(context: BuildContext<'_>) -> Result<Self, CommandError> {
        Ok(Self::new(context.config.surge.stage_config()))
    }
}

impl PipelineStage for reporting::Reporting {
    const DESCRIPTION: &'static str = "Reconciles counts and exports business metrics";

    fn commit_interval(config: &Config) -> IntervalOverride {
        config.metrics.commit_interval
    }

    fn build(context: BuildContext<'_>) -> Result<Self, CommandError> {
        Ok(Self::new(context.config.metrics.stage_config(&context.config.ingest)))
    }
}
