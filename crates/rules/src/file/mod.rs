//! The format of the rule files, with spans, so that every problem has a line.
//!
//! Rejects unknown keys. The documented sample `deploy/rules/northline/` is the reference of the
//! keys. Must not know: whether names are defined and values make sense; that is `build`.

mod duration;
mod handling;
mod people;
mod points;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(crate) use duration::RuleDuration;
pub use duration::format_duration;
pub use handling::{CampaignKind, LanguageRequirement};
pub(crate) use handling::{
    CampaignSection, PathSection, PlaybookSection, PolicySection, RouteSection, WeightsSection,
};
pub(crate) use people::{
    AccountSection, DutySection, PersonSection, RotationSection, TeamSection, TenantSection,
};
pub use people::{QuotaSection, TeamLocation};
pub use points::FactorPoints;

/// A string with its place in the file.
pub(crate) type SpannedText = Spanned<String>;

/// One rule file. A section may be spread over several files.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RuleFile {
    pub(crate) zone: Option<SpannedText>,
    pub(crate) last_resort: Option<SpannedText>,
    pub(crate) stale_after: Option<Spanned<RuleDuration>>,
    pub(crate) memory: Option<RetentionSection>,
    // TOML names arrays of tables in the singular: `[[calendar]]`.
    pub(crate) calendar: Vec<CalendarSection>,
    pub(crate) tenant: Vec<TenantSection>,
    pub(crate) team: Vec<TeamSection>,
    pub(crate) person: Vec<PersonSection>,
    pub(crate) duty: Vec<DutySection>,
    pub(crate) path: Vec<PathSection>,
    pub(crate) policy: Vec<PolicySection>,
    pub(crate) playbook: Vec<PlaybookSection>,
    pub(crate) route: Vec<RouteSection>,
    pub(crate) weights: Vec<WeightsSection>,
    pub(crate) campaign: Vec<CampaignSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionSection {
    pub(crate) closed: Spanned<RuleDuration>,
    pub(crate) lane: Spanned<RuleDuration>,
    pub(crate) idle: Spanned<RuleDuration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarSection {
    pub(crate) name: SpannedText,
    pub(crate) zone: SpannedText,
    #[serde(default)]
    pub(crate) hours: BTreeMap<SpannedText, Vec<SpannedText>>,
    #[serde(default)]
    pub(crate) holidays: Vec<SpannedText>,
    #[serde(default)]
    pub(crate) days: BTreeMap<SpannedText, Vec<SpannedText>>,
}
