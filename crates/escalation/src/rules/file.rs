//! The file as it is written: names with their places, so that a problem has a line.

use mention::Level;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

use super::lasting::Lasting;
use super::when::When;

/// A name and where it stands.
pub(super) type Name = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) memory: Memory,
    #[serde(default)]
    pub(super) team: Vec<Team>,
    #[serde(default)]
    pub(super) policy: Vec<Policy>,
    #[serde(default)]
    pub(super) path: Vec<Path>,
    #[serde(default)]
    pub(super) route: Vec<Route>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    pub(super) closed: Spanned<Lasting>,
    pub(super) lane: Spanned<Lasting>,
    pub(super) idle: Spanned<Lasting>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Team {
    pub(super) name: Name,
    pub(super) queue: Name,
    #[serde(default)]
    pub(super) skills: Vec<String>,
}

/// When the clocks of a policy run.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum Calendar {
    /// Day and night: the only one so far.
    #[serde(rename = "24x7")]
    Always,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub(super) name: Name,
    #[expect(
        dead_code,
        reason = "there is one calendar so far, but a file must say which it means"
    )]
    pub(super) calendar: Calendar,
    pub(super) targets: BTreeMap<Level, Targets>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Targets {
    pub(super) acknowledge: Option<Spanned<Lasting>>,
    pub(super) respond: Option<Spanned<Lasting>>,
    pub(super) resolve: Option<Spanned<Lasting>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Path {
    pub(super) name: Name,
    pub(super) contacts: Vec<Contact>,
    pub(super) repeat: Spanned<Lasting>,
    pub(super) max_raises: Spanned<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contact {
    pub(super) name: Name,
    pub(super) after: Lasting,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Route {
    pub(super) name: Name,
    #[serde(default)]
    pub(super) when: When,
    pub(super) owner: Name,
    #[serde(default)]
    pub(super) watchers: Vec<Name>,
    #[serde(default)]
    pub(super) skills: Vec<Name>,
    pub(super) playbook: String,
    pub(super) policy: Option<Name>,
    pub(super) path: Option<Name>,
}
