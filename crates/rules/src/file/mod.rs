//! The files as they are written: names with their places, so that a problem has a line.
//!
//! Every key that is not known is refused, by TOML's own reader. What a key means stands in
//! `deploy/rules/northline/`, the documented sample.

mod lasting;
mod people;
mod points;
mod what;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(crate) use lasting::Lasting;
pub use lasting::spoken;
pub(crate) use people::{Account, Duty, Person, Team, Tenant};
pub use people::{Place, Quota};
pub use points::Points;
pub(crate) use what::{Campaign, Path, Play, Policy, Route, Weights};
pub use what::{CampaignKind, Speaks};

/// A name and where it stands.
pub(crate) type Name = Spanned<String>;

/// One file of rules; a section may be spread over several files.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) zone: Option<Name>,
    pub(crate) last_resort: Option<Name>,
    pub(crate) stale_after: Option<Spanned<Lasting>>,
    pub(crate) memory: Option<Memory>,
    pub(crate) calendar: Vec<Calendar>,
    pub(crate) tenant: Vec<Tenant>,
    pub(crate) team: Vec<Team>,
    pub(crate) person: Vec<Person>,
    pub(crate) duty: Vec<Duty>,
    pub(crate) path: Vec<Path>,
    pub(crate) policy: Vec<Policy>,
    pub(crate) playbook: Vec<Play>,
    pub(crate) route: Vec<Route>,
    pub(crate) weights: Vec<Weights>,
    pub(crate) campaign: Vec<Campaign>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Memory {
    pub(crate) closed: Spanned<Lasting>,
    pub(crate) lane: Spanned<Lasting>,
    pub(crate) idle: Spanned<Lasting>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calendar {
    pub(crate) name: Name,
    pub(crate) zone: Name,
    #[serde(default)]
    pub(crate) hours: BTreeMap<Name, Vec<Name>>,
    #[serde(default)]
    pub(crate) holidays: Vec<Name>,
    #[serde(default)]
    pub(crate) days: BTreeMap<Name, Vec<Name>>,
}
