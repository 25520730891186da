//! Builds escalation paths and policies.

use mention::Level;
use stage::TimeDelta;

use super::{Builder, text};
use crate::condition::Scope;
use crate::file::{self, SpannedText};
use crate::model::{EscalationPath, LevelTargets, OffHours, PathStep, Policy};
use crate::problem::InFile;

const LEVELS: [Level; 5] = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];

impl Builder<'_, '_> {
    pub(super) fn paths(&mut self) -> Vec<EscalationPath> {
        // A copy of the reference leaves `self` free for reporting problems.
        let files = self.files;
        self.require_unique("path", files.paths.iter().map(|path| (path.file, &path.entry.name)));
        files.paths.iter().map(|path| self.path(path)).collect()
    }

    /// Builds a path, with the steps of the paths that `then` names appended.
    fn path(&mut self, path: &InFile<file::PathSection>) -> EscalationPath {
        let (files, name) = (self.files, text(&path.entry.name));
        let (mut steps, mut visited, mut last) = (Vec::new(), vec![name.clone()], path);
        self.steps(path, &mut steps);
        let mut off_hours = self.off_hours(path);
        while let Some(then) = &last.entry.then {
            self.require_defined(
                "path",
                last.file,
                then,
                files.paths.iter().map(|path| &path.entry.name),
            );
            let next = files.paths.iter().find(|path| path.entry.name.get_ref() == then.get_ref());
            // `require_defined` has reported the missing path.
            let Some(next) = next else { break };
            if visited.contains(then.get_ref()) {
                let what = format!("a cycle: path \"{}\" returns to \"{}\"", name, then.get_ref());
                self.problems.error(
                    last.file,
                    then,
                    what,
                    "let the last path use `repeat` instead",
                );
                break;
            }
            visited.push(text(then));
            self.steps(next, &mut steps);
            // The nearest one counts, for all steps.
            off_hours = off_hours.or_else(|| self.off_hours(next));
            last = next;
        }
        let repeat =
            last.entry.repeat.as_ref().map_or(TimeDelta::ZERO, |repeat| repeat.get_ref().0);
        let max_raises = last.entry.max_raises.as_ref().map_or(0, |most| *most.get_ref());
        self.check_end(path);
        if let Some(most) = last.entry.max_raises.as_ref()
            && usize::from(max_raises) < steps.len()
        {
            let what = format!(
                "{max_raises} calls never reach the last of {} steps of path \"{name}\"",
                steps.len()
            );
            self.problems.error(last.file, most, what, "raise max_raises");
        }
        EscalationPath { name, steps, repeat, max_raises, off_hours }
    }

    fn off_hours(&mut self, path: &InFile<file::PathSection>) -> Option<OffHours> {
        let (file, entry) = (path.file, path.entry.off_hours.as_ref()?);
        self.require_contact(file, &entry.call);
        Some(OffHours {
            call: text(&entry.call),
            every: self.positive_duration(
                file,
                &entry.every,
                "the interval of the calls outside office hours is zero",
                "write a duration, such as \"30m\"",
            ),
            when: self.condition(file, entry.when.as_ref(), Scope::Step),
        })
    }

    fn require_contact(&mut self, file: usize, name: &SpannedText) {
        let files = self.files;
        let persons = files.persons.iter().map(|person| &person.entry.name);
        let contacts = persons.chain(files.duties.iter().map(|duty| &duty.entry.name));
        self.require_defined("person or duty", file, name, contacts);
    }

    fn steps(&mut self, path: &InFile<file::PathSection>, into: &mut Vec<PathStep>) {
        let file = path.file;
        for step in &path.entry.steps {
            self.require_contact(file, &step.call);
            if let Some(team) = &step.give_to {
                self.require_team(file, team);
            }
            into.push(PathStep {
                call: text(&step.call),
                delay: step.after.get_ref().0,
                give_to: step.give_to.as_ref().map(text),
                when: self.condition(file, step.when.as_ref(), Scope::Step),
            });
        }
    }

    /// Reports a path without steps, and a path that neither continues nor repeats.
    fn check_end(&mut self, path: &InFile<file::PathSection>) {
        let (file, entry, name) = (path.file, &path.entry, path.entry.name.get_ref());
        if entry.steps.is_empty() {
            let what = format!("path \"{name}\" has no steps");
            self.problems.error(file, &entry.name, what, "give it steps");
        }
        match (&entry.then, &entry.repeat, &entry.max_raises) {
            // A path that continues leaves the repetition to its successor.
            (Some(_), None, None) => {}
            (Some(then), _, _) => {
                let what = format!("path \"{name}\" has both `then` and `repeat`");
                self.problems.error(
                    file,
                    then,
                    what,
                    "keep either `then`, or `repeat` and `max_raises`",
                );
            }
            (None, Some(repeat), Some(most)) => {
                self.positive_duration(
                    file,
                    repeat,
                    "the repeat interval is zero",
                    "write a duration, such as \"1h\"",
                );
                // More is a typing error and would flood the contacts.
                if *most.get_ref() > 1000 {
                    let what = "more than 1000 calls for one deadline";
                    self.problems.error(file, most, what, "lower max_raises");
                }
            }
            (None, _, _) => {
                let what = format!("a dead end: nothing follows the last step of path \"{name}\"");
                self.problems.error(
                    file,
                    &entry.name,
                    what,
                    "write repeat and max_raises, or then",
                );
            }
        }
    }

    pub(super) fn policies(&mut self) -> Vec<Policy> {
        let files = self.files;
        self.require_unique(
            "policy",
            files.policies.iter().map(|policy| (policy.file, &policy.entry.name)),
        );
        let mut policies = Vec::new();
        for InFile { file, entry } in &files.policies {
            for name in &entry.over {
                self.require_defined(
                    "policy",
                    *file,
                    name,
                    files.policies.iter().map(|p| &p.entry.name),
                );
            }
            let level_targets = LEVELS.map(|level| self.level_targets(*file, entry, level));
            policies.push(Policy {
                name: text(&entry.name),
                when: self.condition(*file, entry.when.as_ref(), Scope::Mention),
                level_targets,
            });
        }
        policies
    }

    fn level_targets(
        &mut self,
        file: usize,
        policy: &file::PolicySection,
        level: Level,
    ) -> LevelTargets {
        let Some(targets) = policy.targets.get(&level) else {
            let what = format!("policy \"{}\" has no targets for {level:?}", policy.name.get_ref());
            self.problems.error(file, &policy.name, what, "give every level targets");
            let calendar = self.calendar(file, &policy.calendar);
            return LevelTargets { acknowledge: None, respond: None, resolve: None, calendar };
        };
        let clocks = [&targets.acknowledge, &targets.respond, &targets.resolve];
        let durations = clocks.map(|clock| -> Option<TimeDelta> {
            let clock = clock.as_ref()?;
            Some(self.positive_duration(file, clock, "a target of zero", "write a duration"))
        });
        let stated: Vec<_> = clocks.into_iter().flatten().collect();
        for pair in stated.windows(2).filter(|pair| pair[0].get_ref() > pair[1].get_ref()) {
            let what = format!("conflicting targets: the clocks of {level:?} are out of order");
            let remedy = "use the order acknowledge, respond, resolve";
            self.problems.error(file, pair[1], what, remedy);
        }
        let [acknowledge, respond, resolve] = durations;
        let calendar = targets.calendar.as_ref().unwrap_or(&policy.calendar);
        LevelTargets { acknowledge, respond, resolve, calendar: self.calendar(file, calendar) }
    }
}
