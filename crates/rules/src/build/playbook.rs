//! Builds the playbook and the routes.

use super::{Builder, text};
use crate::condition::Scope;
use crate::file::{self, SpannedText};
use crate::model::{PlaybookEntry, RoutingRule};
use crate::problem::InFile;

impl Builder<'_, '_> {
    pub(super) fn playbook(&mut self) -> Vec<PlaybookEntry> {
        let files = self.files;
        self.require_unique(
            "playbook entry",
            files.playbook.iter().map(|section| (section.file, &section.entry.name)),
        );
        files
            .playbook
            .iter()
            .map(|section| self.playbook_entry(section.file, &section.entry))
            .collect()
    }

    fn playbook_entry(&mut self, file: usize, entry: &file::PlaybookSection) -> PlaybookEntry {
        for name in entry.watchers.iter().chain([&entry.owner]) {
            self.require_team(file, name);
        }
        self.require_policy_and_path(file, entry.policy.as_ref(), entry.path.as_ref());
        for text in [&entry.instructions, &entry.version]
            .into_iter()
            .filter(|text| text.get_ref().is_empty())
        {
            let what = format!(
                "playbook entry \"{}\" has an empty `do` or `version`",
                entry.name.get_ref()
            );
            self.problems.error(file, text, what, "state what to do, and a version");
        }
        if !(1..=1000).contains(entry.weight.get_ref()) {
            let what = format!("a weight of {}", entry.weight.get_ref());
            self.problems.error(file, &entry.weight, what, "write 1 (usual) to 1000");
        }
        let when = self.condition(file, entry.when.as_ref(), Scope::Mention);
        let is_for_risk = when.requires_risk();
        let fixed_owner = entry.fixed_owner.as_ref().map(|fixed| *fixed.get_ref());
        PlaybookEntry {
            name: text(&entry.name),
            version: text(&entry.version),
            validity: self.validity(file, entry.from.as_ref(), entry.until.as_ref()),
            instructions: text(&entry.instructions),
            reply: entry.reply.clone(),
            visibility: entry.visibility,
            knowledge: entry.knowledge.clone(),
            owner: text(&entry.owner),
            is_owner_fixed: fixed_owner.unwrap_or(is_for_risk),
            is_for_risk,
            watchers: entry.watchers.iter().map(text).collect(),
            skills: self.proficiency(file, &entry.skills),
            language_requirement: entry.speaks,
            weight: *entry.weight.get_ref(),
            when,
            policy: entry.policy.as_ref().map(text),
            path: entry.path.as_ref().map(text),
        }
    }

    pub(super) fn routes(&mut self) -> Vec<RoutingRule> {
        let files = self.files;
        // Routes and playbook entries share a namespace: both appear as `rule` in decisions.
        let entries = files.playbook.iter().map(|section| (section.file, &section.entry.name));
        let names = entries.chain(files.routes.iter().map(|route| (route.file, &route.entry.name)));
        self.require_unique("route or playbook entry", names);
        let mut routes = Vec::new();
        for InFile { file, entry } in &files.routes {
            for name in entry.watchers.iter().chain([&entry.owner]) {
                self.require_team(*file, name);
            }
            self.require_policy_and_path(*file, entry.policy.as_ref(), entry.path.as_ref());
            routes.push(RoutingRule {
                name: text(&entry.name),
                owner: text(&entry.owner),
                watchers: entry.watchers.iter().map(text).collect(),
                skills: self.proficiency(*file, &entry.skills),
                when: self.condition(*file, Some(&entry.when), Scope::Mention),
                policy: entry.policy.as_ref().map(text),
                path: entry.path.as_ref().map(text),
            });
        }
        routes
    }

    fn require_policy_and_path(
        &mut self,
        file: usize,
        policy: Option<&SpannedText>,
        path: Option<&SpannedText>,
    ) {
        let files = self.files;
        if let Some(policy) = policy {
            self.require_defined(
                "policy",
                file,
                policy,
                files.policies.iter().map(|p| &p.entry.name),
            );
        }
        if let Some(path) = path {
            self.require_defined("path", file, path, files.paths.iter().map(|p| &p.entry.name));
        }
    }
}
