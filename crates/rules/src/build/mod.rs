//! Builds rules from sections: validates every entry by itself and every name it refers to.
//!
//! An invalid entry is reported and built with defaults, so that one run reports every problem.
//! Must not know: conflicts between entries; those are for `check`.

mod calendars;
mod paths;
mod people;
mod playbook;
mod tenants;
mod weights;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::Calendar;
use crate::Rules;
use crate::calendar::Zone;
use crate::condition::{Condition, Scope};
use crate::file::{RuleDuration, SpannedText};
use crate::merged::MergedFiles;
use crate::model::CaseRetention;
use crate::problem::{InFile, ProblemList};
use mention::is_invisible;
use stage::TimeDelta;
use toml::Spanned;

/// Builds rules. With problems of severity error the result serves only further checks.
pub(crate) fn build(files: &MergedFiles, version: String, problems: &mut ProblemList<'_>) -> Rules {
    let zone = calendars::zone(files, problems);
    let mut build = Builder { files, problems, zone, calendars: BTreeMap::new() };
    // Calendars first: teams, persons and policies refer to them.
    build.calendars();
    let persons = build.persons();
    let teams = build.teams();
    Rules {
        version,
        retention: build.retention(),
        stale_after: build.stale_after(),
        last_resort: build.last_resort(),
        // Contacts hold indices into the persons.
        contacts: build.contacts(&persons),
        persons,
        teams,
        paths: build.paths(),
        policies: build.policies(),
        playbook: build.playbook(),
        routes: build.routes(),
        weights: build.weights(),
        tenants: build.tenants(),
        campaigns: build.campaigns(),
    }
}

struct Builder<'a, 's> {
    files: &'a MergedFiles,
    problems: &'a mut ProblemList<'s>,
    zone: Zone,
    calendars: BTreeMap<String, Arc<Calendar>>,
}

impl Builder<'_, '_> {
    fn retention(&mut self) -> CaseRetention {
        let Some(InFile { file, entry }) = &self.files.memory else {
            self.report_missing(
                "there is no [memory] section",
                "write closed = \"30d\", lane = \"7d\", idle = \"90d\" under it",
            );
            return CaseRetention {
                closed: TimeDelta::ZERO,
                lane: TimeDelta::ZERO,
                idle: TimeDelta::ZERO,
            };
        };
        let [closed, lane, idle] = [&entry.closed, &entry.lane, &entry.idle].map(|duration| {
            let what = "the retention of cases is zero";
            self.positive_duration(*file, duration, what, "write a duration, such as \"30d\"")
        });
        CaseRetention { closed, lane, idle }
    }

    fn stale_after(&mut self) -> TimeDelta {
        let duration = self.files.stale_after.as_ref();
        duration.map_or(180 * TimeDelta::DAY, |InFile { file, entry }| {
            self.positive_duration(
                *file,
                entry,
                "stale_after is zero",
                "write a duration, such as \"180d\"",
            )
        })
    }

    fn last_resort(&mut self) -> String {
        let Some(InFile { file, entry }) = &self.files.last_resort else {
            let what = "there is no last_resort team";
            self.report_missing(what, "write last_resort = \"…\" at the top of a file");
            return String::new();
        };
        self.require_team(*file, entry);
        entry.get_ref().clone()
    }

    /// Parses a condition; without one, or after an error, the condition that always matches.
    fn condition(&mut self, file: usize, text: Option<&SpannedText>, scope: Scope) -> Condition {
        let Some(text) = text else { return Condition::always() };
        Condition::parse(text.get_ref(), scope).unwrap_or_else(|error| {
            self.problems.condition_error(file, text, error);
            Condition::always()
        })
    }

    /// The length of a duration; reports zero.
    fn positive_duration(
        &mut self,
        file: usize,
        entry: &Spanned<RuleDuration>,
        what: &str,
        remedy: &str,
    ) -> TimeDelta {
        if entry.get_ref().0 == TimeDelta::ZERO {
            self.problems.error(file, entry, what, remedy);
        }
        entry.get_ref().0
    }

    /// Reports a key that no file has, at the beginning of the first file.
    fn report_missing(&mut self, what: &str, remedy: &str) {
        self.problems.error(0, &Spanned::new(0..0, ()), what, remedy);
    }

    /// Reports names that are empty, used twice, or equal to another in what they show.
    fn require_unique<'n>(
        &mut self,
        what: &str,
        names: impl Iterator<Item = (usize, &'n SpannedText)>,
    ) {
        let mut seen: HashSet<&str> = HashSet::new();
        for (file, name) in names {
            let text = name.get_ref().as_str();
            if text.is_empty() {
                self.problems.error(file, name, format!("a {what} without a name"), "name it");
            } else if !seen.insert(text) {
                let message = format!("a second {what} named \"{text}\"");
                self.problems.error(file, name, message, "give it a unique name");
            }
            self.require_visible(file, what, name);
        }
    }

    /// Reports a name with a character that nobody sees: two names would look the same.
    fn require_visible(&mut self, file: usize, what: &str, name: &SpannedText) {
        let text = name.get_ref();
        if let Some(hidden) = text.chars().find(|c| is_invisible(*c)) {
            let code = u32::from(hidden);
            let message = format!("the name of a {what} has the invisible character U+{code:04X}");
            self.problems.error(file, name, message, "remove it; copied text may contain some");
        } else if text.trim() != text {
            let message = format!("the name of a {what} begins or ends with a space");
            self.problems.error(file, name, message, "remove the space");
        }
    }

    /// Reports a name that is not defined.
    fn require_defined<'n>(
        &mut self,
        what: &str,
        file: usize,
        name: &SpannedText,
        mut defined: impl Iterator<Item = &'n SpannedText>,
    ) {
        if !defined.any(|other| other.get_ref() == name.get_ref()) {
            let message = format!("there is no {what} \"{}\"", name.get_ref());
            self.problems.error(file, name, message, format!("name an existing {what}"));
        }
    }

    fn require_team(&mut self, file: usize, name: &SpannedText) {
        self.require_defined(
            "team",
            file,
            name,
            self.files.teams.iter().map(|team| &team.entry.name),
        );
    }
}

fn text(name: &SpannedText) -> String {
    name.get_ref().clone()
}
