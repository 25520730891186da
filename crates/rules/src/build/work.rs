//! Paths, policies, the playbook and the routes.

use mention::Level;
use stage::Micros;

use super::Build;
use crate::file::{self, Name};
use crate::model::{Path, Play, Policy, Route, Standards, Step};
use crate::problem::In;
use crate::when::Scope;

const LEVELS: [Level; 5] = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];

fn text(name: &Name) -> String {
    name.get_ref().clone()
}

impl Build<'_, '_> {
    pub(super) fn paths(&mut self) -> Vec<Path> {
        let book = self.book;
        self.unique("path", book.paths.iter().map(|path| (path.file, &path.it.name)));
        book.paths.iter().map(|path| self.path(path)).collect()
    }

    /// A path with the steps of those that follow it.
    fn path(&mut self, path: &In<file::Path>) -> Path {
        let (book, name) = (self.book, text(&path.it.name));
        let (mut steps, mut passed, mut last) = (Vec::new(), vec![name.clone()], path);
        self.steps(path, &mut steps);
        while let Some(then) = &last.it.then {
            self.known("path", last.file, then, book.paths.iter().map(|path| &path.it.name));
            let next = book.paths.iter().find(|path| path.it.name.get_ref() == then.get_ref());
            let Some(next) = next else { break };
            if passed.contains(then.get_ref()) {
                let what =
                    format!("a cycle: path \"{}\" comes back to \"{}\"", name, then.get_ref());
                self.found.broken(last.file, then, what, "let the last path repeat instead");
                break;
            }
            passed.push(text(then));
            self.steps(next, &mut steps);
            last = next;
        }
        let repeat = last.it.repeat.as_ref().map_or(0, |repeat| repeat.get_ref().0);
        let max_raises = last.it.max_raises.as_ref().map_or(0, |most| *most.get_ref());
        self.end(path);
        if let Some(most) = last.it.max_raises.as_ref()
            && usize::from(max_raises) < steps.len()
        {
            let what = format!(
                "{max_raises} calls never reach the last of {} steps of path \"{name}\"",
                steps.len()
            );
            self.found.broken(last.file, most, what, "raise max_raises");
        }
        Path { name, steps, repeat, max_raises }
    }

    fn steps(&mut self, path: &In<file::Path>, into: &mut Vec<Step>) {
        let (book, file) = (self.book, path.file);
        for step in &path.it.steps {
            let persons = book.persons.iter().map(|person| &person.it.name);
            let known = persons.chain(book.duties.iter().map(|duty| &duty.it.name));
            self.known("person or duty", file, &step.call, known);
            if let Some(team) = &step.give_to {
                self.team(file, team);
            }
            into.push(Step {
                call: text(&step.call),
                after: step.after.get_ref().0,
                give_to: step.give_to.as_ref().map(text),
                when: self.condition(file, step.when.as_ref(), Scope::Step),
            });
        }
    }

    /// A path goes on in another one, or repeats its last step: a dead end it has not.
    fn end(&mut self, path: &In<file::Path>) {
        let (file, it, name) = (path.file, &path.it, path.it.name.get_ref());
        if it.steps.is_empty() {
            let what = format!("path \"{name}\" has nobody to call");
            self.found.broken(file, &it.name, what, "give it steps");
        }
        match (&it.then, &it.repeat, &it.max_raises) {
            (Some(_), None, None) => {}
            (Some(then), _, _) => {
                let what = format!("path \"{name}\" repeats and goes on at once");
                self.found.broken(file, then, what, "leave `then`, or `repeat` and `max_raises`");
            }
            (None, Some(repeat), Some(most)) => {
                self.lasting(
                    file,
                    repeat,
                    "a last call that is repeated all the time",
                    "write a while, such as \"1h\"",
                );
                if *most.get_ref() > 1000 {
                    let what = "more than 1000 calls for one deadline";
                    self.found.broken(file, most, what, "lower max_raises");
                }
            }
            (None, _, _) => {
                let what = format!("a dead end: nothing follows the last step of path \"{name}\"");
                self.found.broken(file, &it.name, what, "write repeat and max_raises, or then");
            }
        }
    }

    pub(super) fn policies(&mut self) -> Vec<Policy> {
        let book = self.book;
        self.unique("policy", book.policies.iter().map(|policy| (policy.file, &policy.it.name)));
        let mut policies = Vec::new();
        for In { file, it } in &book.policies {
            for name in &it.over {
                self.known("policy", *file, name, book.policies.iter().map(|p| &p.it.name));
            }
            let standards = LEVELS.map(|level| self.standards(*file, it, level));
            policies.push(Policy {
                name: text(&it.name),
                when: self.condition(*file, it.when.as_ref(), Scope::Mention),
                standards,
            });
        }
        policies
    }

    fn standards(&mut self, file: usize, policy: &file::Policy, level: Level) -> Standards {
        let Some(targets) = policy.targets.get(&level) else {
            let what = format!("policy \"{}\" has no targets for {level:?}", policy.name.get_ref());
            self.found.broken(file, &policy.name, what, "give every level targets");
            let calendar = self.calendar(file, &policy.calendar);
            return Standards { acknowledge: None, respond: None, resolve: None, calendar };
        };
        let clocks = [&targets.acknowledge, &targets.respond, &targets.resolve];
        let lasting = clocks.map(|clock| -> Option<Micros> {
            let clock = clock.as_ref()?;
            Some(self.lasting(file, clock, "a deadline of no time at all", "write a while"))
        });
        let running: Vec<_> = clocks.into_iter().flatten().collect();
        for pair in running.windows(2).filter(|pair| pair[0].get_ref() > pair[1].get_ref()) {
            let what =
                format!("conflicting standards: {level:?} has this deadline before an earlier one");
            let remedy = "a case is acknowledged, answered and resolved in this order";
            self.found.broken(file, pair[1], what, remedy);
        }
        let [acknowledge, respond, resolve] = lasting;
        let calendar = targets.calendar.as_ref().unwrap_or(&policy.calendar);
        Standards { acknowledge, respond, resolve, calendar: self.calendar(file, calendar) }
    }

    pub(super) fn plays(&mut self) -> Vec<Play> {
        let book = self.book;
        self.unique("playbook entry", book.plays.iter().map(|play| (play.file, &play.it.name)));
        book.plays.iter().map(|play| self.play(play.file, &play.it)).collect()
    }

    fn play(&mut self, file: usize, it: &file::Play) -> Play {
        for name in it.watchers.iter().chain([&it.owner]) {
            self.team(file, name);
        }
        self.work(file, it.policy.as_ref(), it.path.as_ref());
        for text in [&it.what, &it.version].into_iter().filter(|text| text.get_ref().is_empty()) {
            let what = format!("playbook entry \"{}\" leaves this empty", it.name.get_ref());
            self.found.broken(file, text, what, "say what to do, and in which version");
        }
        if !(1..=1000).contains(it.weight.get_ref()) {
            let what = format!("a case of the weight {}", it.weight.get_ref());
            self.found.broken(file, &it.weight, what, "write 1 (usual) to 1000");
        }
        Play {
            name: text(&it.name),
            version: text(&it.version),
            valid: self.valid(file, it.from.as_ref(), it.until.as_ref()),
            what: text(&it.what),
            reply: it.reply.clone(),
            visibility: it.visibility,
            knowledge: it.knowledge.clone(),
            owner: text(&it.owner),
            is_owner_fixed: it.fixed_owner,
            watchers: it.watchers.iter().map(text).collect(),
            skills: self.proficiency(file, &it.skills),
            speaks: it.speaks,
            weight: *it.weight.get_ref(),
            when: self.condition(file, it.when.as_ref(), Scope::Mention),
            policy: it.policy.as_ref().map(text),
            path: it.path.as_ref().map(text),
        }
    }

    pub(super) fn routes(&mut self) -> Vec<Route> {
        let book = self.book;
        let plays = book.plays.iter().map(|play| (play.file, &play.it.name));
        let names = plays.chain(book.routes.iter().map(|route| (route.file, &route.it.name)));
        self.unique("route or playbook entry", names);
        let mut routes = Vec::new();
        for In { file, it } in &book.routes {
            for name in it.watchers.iter().chain([&it.owner]) {
                self.team(*file, name);
            }
            self.work(*file, it.policy.as_ref(), it.path.as_ref());
            routes.push(Route {
                name: text(&it.name),
                owner: text(&it.owner),
                watchers: it.watchers.iter().map(text).collect(),
                skills: self.proficiency(*file, &it.skills),
                when: self.condition(*file, Some(&it.when), Scope::Mention),
                policy: it.policy.as_ref().map(text),
                path: it.path.as_ref().map(text),
            });
        }
        routes
    }

    fn work(&mut self, file: usize, policy: Option<&Name>, path: Option<&Name>) {
        let book = self.book;
        if let Some(policy) = policy {
            self.known("policy", file, policy, book.policies.iter().map(|p| &p.it.name));
        }
        if let Some(path) = path {
            self.known("path", file, path, book.paths.iter().map(|p| &p.it.name));
        }
    }
}
