//! What is done, by when, and who is called.

use std::collections::BTreeMap;

use mention::{Intent, Level, RiskKind, Visibility};
use serde::Deserialize;
use toml::Spanned;

use super::{Lasting, Name};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Path {
    pub(crate) name: Name,
    pub(crate) steps: Vec<Step>,
    pub(crate) then: Option<Name>,
    pub(crate) repeat: Option<Spanned<Lasting>>,
    pub(crate) max_raises: Option<Spanned<u16>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) call: Name,
    pub(crate) after: Spanned<Lasting>,
    pub(crate) when: Option<Name>,
    pub(crate) give_to: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) name: Name,
    pub(crate) when: Option<Name>,
    #[serde(default)]
    pub(crate) over: Vec<Name>,
    pub(crate) calendar: Name,
    pub(crate) targets: BTreeMap<Level, Targets>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Targets {
    pub(crate) acknowledge: Option<Spanned<Lasting>>,
    pub(crate) respond: Option<Spanned<Lasting>>,
    pub(crate) resolve: Option<Spanned<Lasting>>,
    pub(crate) calendar: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Play {
    pub(crate) name: Name,
    pub(crate) version: Name,
    pub(crate) from: Option<Name>,
    pub(crate) until: Option<Name>,
    pub(crate) when: Option<Name>,
    #[serde(rename = "do")]
    pub(crate) what: Name,
    #[serde(default)]
    pub(crate) reply: String,
    pub(crate) visibility: Visibility,
    #[serde(default)]
    pub(crate) knowledge: Vec<String>,
    pub(crate) owner: Name,
    #[serde(default)]
    pub(crate) fixed_owner: bool,
    #[serde(default)]
    pub(crate) watchers: Vec<Name>,
    #[serde(default)]
    pub(crate) skills: BTreeMap<Name, Spanned<u8>>,
    #[serde(default)]
    pub(crate) speaks: Speaks,
    #[serde(default = "one")]
    pub(crate) weight: Spanned<u32>,
    pub(crate) policy: Option<Name>,
    pub(crate) path: Option<Name>,
}

/// Whether the agent has to speak the author's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    /// Any agent will do.
    #[default]
    Any,
    /// The agent has to speak the language of the author.
    Author,
}

fn one() -> Spanned<u32> {
    Spanned::new(0..0, 1)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Route {
    pub(crate) name: Name,
    pub(crate) when: Name,
    pub(crate) owner: Name,
    #[serde(default)]
    pub(crate) watchers: Vec<Name>,
    #[serde(default)]
    pub(crate) skills: BTreeMap<Name, Spanned<u8>>,
    pub(crate) policy: Option<Name>,
    pub(crate) path: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weights {
    pub(crate) name: Name,
    #[serde(default)]
    pub(crate) tenants: Vec<Name>,
    pub(crate) levels: Spanned<BTreeMap<Level, i32>>,
    pub(crate) points: Spanned<Points>,
    #[serde(default)]
    pub(crate) floor: Vec<Floor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Floor {
    pub(crate) name: Name,
    pub(crate) when: Name,
    pub(crate) level: Spanned<Level>,
}

/// Points for each factor: the terms of a score, by name. `…_most` is the most that its term can
/// give; a term "for each" something grows by as many points with each. None is below zero, but
/// for intents.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Points {
    /// At a certainly negative sentiment; a probability gives its share.
    pub negative: i32,
    /// Taken away at a certainly positive sentiment.
    pub positive: i32,
    /// By intent, praise and spam below zero.
    pub intent: BTreeMap<Intent, i32>,
    /// By the reason of a complaint.
    pub reason: BTreeMap<String, i32>,
    /// By risk.
    pub risk: BTreeMap<RiskKind, i32>,
    /// For each doubling of the author's followers.
    pub followers: i32,
    /// The most that followers can give.
    pub followers_most: i32,
    /// For each doubling of the reactions.
    pub engagement: i32,
    /// The most that reactions can give.
    pub engagement_most: i32,
    /// For each doubling of the copies that came before.
    pub velocity: i32,
    /// The most that velocity can give.
    pub velocity_most: i32,
    /// The most that an incident can give, whatever its record says.
    pub incident_most: i32,
    /// By the CRM's name of the customer's tier.
    pub tier: BTreeMap<String, i32>,
    /// For each doubling of the customer's value.
    pub value: i32,
    /// The most that the value can give.
    pub value_most: i32,
    /// For a case that is open.
    pub open_case: i32,
    /// For each contact before, in the memory of the stage.
    pub repeat_contact: i32,
    /// The most that repeated contacts can give.
    pub repeat_contact_most: i32,
    /// For naming an executive.
    pub executive: i32,
    /// For words of one who leaves.
    pub churn: i32,
    /// For a follow-up that says nobody answers.
    pub unanswered: i32,
    /// For a follow-up in a wider channel.
    pub wider_channel: i32,
    /// For a direct message.
    pub direct_message: i32,
    /// At the worst rating; the middle and better gives none.
    pub worst_rating: i32,
    /// For a mention whose reach is paid for.
    pub promoted: i32,
    /// For each quarter of an hour since it was published.
    pub age: i32,
    /// The most that age can give.
    pub age_most: i32,
}

/// What is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignKind {
    /// A post of the brand that will be answered.
    Post,
    /// Something new is to be had.
    Launch,
    /// A service is switched off for a while.
    Downtime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Campaign {
    pub(crate) name: Name,
    pub(crate) tenant: Name,
    pub(crate) kind: CampaignKind,
    pub(crate) from: Name,
    pub(crate) until: Name,
    #[serde(default)]
    pub(crate) words: Vec<String>,
    pub(crate) expected: Spanned<f64>,
}
