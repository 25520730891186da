//! The routing chain: the stages from received to routed mentions, fused into one.

use stage::{Fused, Stage, Taps};

use crate::CommandError;
use crate::config::Config;
use crate::rules::LoadedRules;
use crate::stages::{BuildContext, PipelineStage};

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

/// Builds the routing chain for these rules and one partition. `mention.unique` is always written because
/// the reconciliation counts it; `taps` controls the other intermediate topics.
///
/// # Errors
/// [`CommandError::Config`] if a file that a setting names is unusable.
pub fn build_with_rules(
    rules: &LoadedRules,
    config: &Config,
    taps: Taps,
) -> Result<RoutingChain, CommandError> {
    let context = BuildContext::embedded(config, Some(rules));
    let decide = Fused::new(PipelineStage::build(context)?, PipelineStage::build(context)?, taps);
    let understand = Fused::new(PipelineStage::build(context)?, decide, taps);
    // Tap always on: the reconciliation needs `mention.unique` to find redeliveries.
    Ok(Fused::new(PipelineStage::build(context)?, understand, Taps::On))
}

/// Whether a fused chain writes its intermediate topics.
#[must_use]
pub fn taps(config: &Config) -> Taps {
    if config.worker.taps { Taps::On } else { Taps::Off }
}

#[cfg(test)]
mod tests {
    use stage::{Downstream, Input as _, Topic};

    use super::*;

    fn link_and_taps<S: Downstream>() -> (Vec<Topic>, Vec<Topic>) {
        (vec![S::LINK_TOPIC], S::In::tap_topics())
    }

    #[test]
    fn a_stage_skips_the_taps_of_the_topic_that_joins_it_to_a_chain_and_of_no_other() {
        for (link, taps) in [
            link_and_taps::<understanding::UnderstandingStage>(),
            link_and_taps::<priority::Prioritizer>(),
            link_and_taps::<escalation::Escalation>(),
        ] {
            assert_eq!(link, taps);
        }
        assert!(<RoutingChain as Stage>::In::tap_topics().is_empty());
        assert!(<dedupe::Dedupe as Stage>::In::tap_topics().is_empty());
        assert!(<reporting::Reporting as Stage>::In::tap_topics().is_empty());
        assert!(<surge::Surge as Stage>::In::tap_topics().is_empty());
    }
}
