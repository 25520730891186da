//! Sections about paths, policies, the playbook, routes, weights and campaigns.

use std::collections::BTreeMap;

use mention::{Level, Visibility};
use serde::Deserialize;
use toml::Spanned;

use super::{FactorPoints, RuleDuration, SpannedText};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PathSection {
    pub(crate) name: SpannedText,
    pub(crate) steps: Vec<StepSection>,
    // Either `then`, or `repeat` with `max_raises`; `build` checks it.
    pub(crate) then: Option<SpannedText>,
    pub(crate) repeat: Option<Spanned<RuleDuration>>,
    pub(crate) max_raises: Option<Spanned<u16>>,
    pub(crate) off_hours: Option<OffHoursSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OffHoursSection {
    pub(crate) call: SpannedText,
    pub(crate) every: Spanned<RuleDuration>,
    pub(crate) when: Option<SpannedText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepSection {
    pub(crate) call: SpannedText,
    pub(crate) after: Spanned<RuleDuration>,
    pub(crate) when: Option<SpannedText>,
    pub(crate) give_to: Option<SpannedText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySection {
    pub(crate) name: SpannedText,
    pub(crate) when: Option<SpannedText>,
    #[serde(default)]
    pub(crate) over: Vec<SpannedText>,
    pub(crate) calendar: SpannedText,
    // A map instead of five fields, so that `build` reports every missing level.
    pub(crate) targets: BTreeMap<Level, TargetsSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetsSection {
    pub(crate) acknowledge: Option<Spanned<RuleDuration>>,
    pub(crate) respond: Option<Spanned<RuleDuration>>,
    pub(crate) resolve: Option<Spanned<RuleDuration>>,
    pub(crate) calendar: Option<SpannedText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaybookSection {
    pub(crate) name: SpannedText,
    pub(crate) version: SpannedText,
    pub(crate) from: Option<SpannedText>,
    pub(crate) until: Option<SpannedText>,
    pub(crate) when: Option<SpannedText>,
    // `do` is a keyword of Rust.
    #[serde(rename = "do")]
    pub(crate) instructions: SpannedText,
    #[serde(default)]
    pub(crate) reply: String,
    pub(crate) visibility: Visibility,
    #[serde(default)]
    pub(crate) knowledge: Vec<String>,
    pub(crate) owner: SpannedText,
    // By default, a risk keeps its owner; `build` knows which entries are about one.
    pub(crate) fixed_owner: Option<Spanned<bool>>,
    #[serde(default)]
    pub(crate) watchers: Vec<SpannedText>,
    #[serde(default)]
    pub(crate) skills: BTreeMap<SpannedText, Spanned<u8>>,
    #[serde(default)]
    pub(crate) speaks: LanguageRequirement,
    #[serde(default = "default_weight")]
    pub(crate) weight: Spanned<u32>,
    pub(crate) policy: Option<SpannedText>,
    pub(crate) path: Option<SpannedText>,
}

/// Whether the agent must speak the author's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageRequirement {
    /// No requirement.
    #[default]
    Any,
    /// The agent must speak the language of the author.
    Author,
}

fn default_weight() -> Spanned<u32> {
    // A default needs no place: it is valid, so no problem points at it.
    Spanned::new(0..0, 1)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteSection {
    pub(crate) name: SpannedText,
    pub(crate) when: SpannedText,
    pub(crate) owner: SpannedText,
    #[serde(default)]
    pub(crate) watchers: Vec<SpannedText>,
    #[serde(default)]
    pub(crate) skills: BTreeMap<SpannedText, Spanned<u8>>,
    pub(crate) policy: Option<SpannedText>,
    pub(crate) path: Option<SpannedText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeightsSection {
    pub(crate) name: SpannedText,
    #[serde(default)]
    pub(crate) tenants: Vec<SpannedText>,
    pub(crate) levels: Spanned<BTreeMap<Level, i32>>,
    pub(crate) points: Spanned<FactorPoints>,
    #[serde(default = "default_seconds_a_point")]
    pub(crate) seconds_a_point: Spanned<i64>,
    #[serde(default)]
    pub(crate) floor: Vec<FloorSection>,
}

fn default_seconds_a_point() -> Spanned<i64> {
    Spanned::new(0..0, 60)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FloorSection {
    pub(crate) name: SpannedText,
    pub(crate) when: SpannedText,
    pub(crate) level: Spanned<Level>,
}

/// The kind of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignKind {
    /// A post of the tenant that will draw replies.
    Post,
    /// A new product.
    Launch,
    /// A planned outage.
    Downtime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignSection {
    pub(crate) name: SpannedText,
    pub(crate) tenant: SpannedText,
    pub(crate) kind: CampaignKind,
    pub(crate) from: SpannedText,
    pub(crate) until: SpannedText,
    #[serde(default)]
    pub(crate) words: Vec<String>,
    pub(crate) expected: Spanned<f64>,
}
