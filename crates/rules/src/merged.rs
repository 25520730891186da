//! All rule files merged: every section with the file it comes from.
//!
//! Must not know: whether an entry is valid; that is `build` and `check`.

use crate::file::{
    CalendarSection, CampaignSection, DutySection, PathSection, PersonSection, PlaybookSection,
    PolicySection, RetentionSection, RouteSection, RuleDuration, RuleFile, SpannedText,
    TeamSection, TenantSection, WeightsSection,
};
use crate::problem::{InFile, ProblemList, Severity, Source};
use toml::Spanned;

/// Every section, in the order of files and lines.
#[derive(Debug, Default)]
pub(crate) struct MergedFiles {
    pub(crate) zone: Option<InFile<SpannedText>>,
    pub(crate) last_resort: Option<InFile<SpannedText>>,
    pub(crate) stale_after: Option<InFile<Spanned<RuleDuration>>>,
    pub(crate) memory: Option<InFile<RetentionSection>>,
    pub(crate) calendars: Vec<InFile<CalendarSection>>,
    pub(crate) tenants: Vec<InFile<TenantSection>>,
    pub(crate) teams: Vec<InFile<TeamSection>>,
    pub(crate) persons: Vec<InFile<PersonSection>>,
    pub(crate) duties: Vec<InFile<DutySection>>,
    pub(crate) paths: Vec<InFile<PathSection>>,
    pub(crate) policies: Vec<InFile<PolicySection>>,
    pub(crate) playbook: Vec<InFile<PlaybookSection>>,
    pub(crate) routes: Vec<InFile<RouteSection>>,
    pub(crate) weights: Vec<InFile<WeightsSection>>,
    pub(crate) campaigns: Vec<InFile<CampaignSection>>,
}

impl MergedFiles {
    /// Parses all files. Reports and omits a file that is not valid TOML or has unknown keys.
    pub(crate) fn parse(sources: &[Source], problems: &mut ProblemList<'_>) -> Self {
        let mut files = Self::default();
        for (file, source) in sources.iter().enumerate() {
            match toml::from_str::<RuleFile>(&source.text) {
                Ok(read) => files.merge(file, read, problems),
                Err(error) => {
                    let at = error.span().map_or(0, |span| span.start);
                    // Messages of toml may span lines; a problem is one line.
                    let what = error.message().replace('\n', " ");
                    let remedy = "see the documented sample, deploy/rules/northline";
                    problems.push(file, at, Severity::Error, what, remedy.to_owned());
                }
            }
        }
        files
    }

    fn merge(&mut self, file: usize, read: RuleFile, problems: &mut ProblemList<'_>) {
        let RuleFile { zone, last_resort, stale_after, memory, .. } = read;
        set_once(&mut self.zone, file, zone, |z| problems.duplicate_key(file, z, "zone"));
        set_once(&mut self.last_resort, file, last_resort, |l| {
            problems.duplicate_key(file, l, "last_resort")
        });
        set_once(&mut self.stale_after, file, stale_after, |s| {
            problems.duplicate_key(file, s, "stale_after")
        });
        set_once(&mut self.memory, file, memory, |m| {
            // A table has no span of its own; its first key marks the place.
            problems.duplicate_key(file, &m.closed, "memory")
        });
        extend(&mut self.calendars, file, read.calendar);
        extend(&mut self.tenants, file, read.tenant);
        extend(&mut self.teams, file, read.team);
        extend(&mut self.persons, file, read.person);
        extend(&mut self.duties, file, read.duty);
        extend(&mut self.paths, file, read.path);
        extend(&mut self.policies, file, read.policy);
        extend(&mut self.playbook, file, read.playbook);
        extend(&mut self.routes, file, read.route);
        extend(&mut self.weights, file, read.weights);
        extend(&mut self.campaigns, file, read.campaign);
    }
}

fn extend<T>(all: &mut Vec<InFile<T>>, file: usize, read: Vec<T>) {
    all.extend(read.into_iter().map(|entry| InFile { file, entry }));
}

/// Sets a key that may occur in one file only.
fn set_once<T>(
    slot: &mut Option<InFile<T>>,
    file: usize,
    value: Option<T>,
    on_duplicate: impl FnOnce(&T),
) {
    match (slot.is_some(), value) {
        (true, Some(value)) => on_duplicate(&value),
        (false, Some(entry)) => *slot = Some(InFile { file, entry }),
        (_, None) => {}
    }
}

impl ProblemList<'_> {
    fn duplicate_key<T>(&mut self, file: usize, place: &Spanned<T>, what: &str) {
        self.error(file, place, format!("`{what}` is set in two files"), "keep one of them");
    }
}
