//! The stages made from the settings; the four between hearing and routing are run as one.

use std::path::Path;

use stage::{Fused, Taps};

use crate::Problem;
use crate::config::Config;
use crate::rules::{self, InForce};

/// From hearing to routing in one transaction.
pub type Chain = Fused<
    dedupe::Dedupe,
    Fused<understanding::Sentiment, Fused<priority::Priority, escalation::Escalation>>,
>;

/// The chain, by the rules that are set. `mention.unique` is always written, for the books; `taps`
/// decides on the others.
///
/// # Errors
/// [`Problem::Config`] when a file that the settings name cannot be used.
pub fn fused(config: &Config, taps: Taps) -> Result<Chain, Problem> {
    by(&InForce::load(config)?, config, taps)
}

/// The chain, by the rules in force.
///
/// # Errors
/// As [`fused`].
pub fn by(rules: &InForce, config: &Config, taps: Taps) -> Result<Chain, Problem> {
    let decide = Fused::new(priority(rules, config), escalation(rules, config)?, taps);
    let understand = Fused::new(sentiment(config)?, decide, taps);
    Ok(Fused::new(dedupe(config), understand, Taps::On))
}

/// Dedupe.
#[must_use]
pub fn dedupe(config: &Config) -> dedupe::Dedupe {
    dedupe::Dedupe::new(config.dedupe.settings())
}

/// Sentiment, with the model that is set, and the candidate if there is one.
///
/// # Errors
/// [`Problem::Config`] when a model cannot be used.
pub fn sentiment(config: &Config) -> Result<understanding::Sentiment, Problem> {
    let settings = config.sentiment.settings();
    let stage = match config.sentiment.model.path() {
        None => understanding::Sentiment::new(settings)
            .map_err(|e| Problem::Bug(format!("load the model built in: {e}")))?,
        Some(path) => {
            let wrong = unusable("sentiment.model", path);
            let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
            understanding::Sentiment::with_model(settings, &bytes)
                .map_err(|e| wrong(e.to_string()))?
        }
    };
    let Some(path) = config.sentiment.candidate.path() else { return Ok(stage) };
    let wrong = unusable("sentiment.candidate", path);
    let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    stage.beside(&bytes).map_err(|e| wrong(e.to_string()))
}

/// Why the model that a setting names cannot be used.
fn unusable(setting: &str, path: &Path) -> impl Fn(String) -> Problem {
    let what = format!("load the model of {setting}, {}", path.display());
    move |why| Problem::Config(format!("{what}: {why}"))
}

/// Priority, by the rules in force.
#[must_use]
pub fn priority(rules: &InForce, config: &Config) -> priority::Priority {
    priority::Priority::new(rules.tenants().clone(), config.priority.memory.bounds())
}

/// Escalation, by the rules in force.
///
/// # Errors
/// [`Problem::Config`] when the filter names what is no lane of the rules.
pub fn escalation(rules: &InForce, config: &Config) -> Result<escalation::Escalation, Problem> {
    let filter = rules::filter(&rules.rules().get(), config)?;
    let settings = config.escalation.settings(filter);
    Ok(escalation::Escalation::new(rules.rules().clone()).with(settings))
}

/// Surge, which knows what is planned and whom to tell from the rules in force.
#[must_use]
pub fn surge(rules: &InForce, config: &Config) -> surge::Surge {
    surge::Surge::new(config.surge.settings()).advised_by(rules.advice().clone())
}

/// Whether a chain writes the topics inside it.
#[must_use]
pub fn taps(config: &Config) -> Taps {
    if config.worker.taps { Taps::On } else { Taps::Off }
}
