//! What is done, by when, and who is called.

use std::collections::BTreeMap;

use mention::{Level, Visibility};
use serde::Deserialize;
use toml::Spanned;

use super::{Lasting, Name, Points};

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
    #[serde(default = "minute")]
    pub(crate) seconds_a_point: Spanned<i64>,
    #[serde(default)]
    pub(crate) floor: Vec<Floor>,
}

fn minute() -> Spanned<i64> {
    Spanned::new(0..0, 60)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Floor {
    pub(crate) name: Name,
    pub(crate) when: Name,
    pub(crate) level: Spanned<Level>,
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
