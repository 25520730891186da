//! Teams, persons and duties.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;

use super::Build;
use crate::Calendar;
use crate::file::Name;
use crate::model::{Contact, Overflow, Person, Relax, Team};
use crate::problem::In;

impl Build<'_, '_> {
    pub(super) fn teams(&mut self) -> Vec<Team> {
        let book = self.book;
        self.unique("team", book.teams.iter().map(|team| (team.file, &team.it.name)));
        let mut teams = Vec::new();
        for In { file, it } in &book.teams {
            if it.queue.get_ref().is_empty() {
                self.found.broken(*file, &it.queue, "a team without a queue", "name its queue");
            }
            for overflow in &it.overflow {
                self.team(*file, &overflow.to);
                if overflow.to.get_ref() == it.name.get_ref() {
                    let what = "a team cannot help itself out";
                    self.found.broken(*file, &overflow.to, what, "name another team");
                }
            }
            let relax = it.relax.iter().map(|relax| Relax {
                after: relax.after.get_ref().0,
                lower_by: relax.lower_by,
                without: relax.without.iter().map(|skill| skill.get_ref().clone()).collect(),
            });
            let overflow = it.overflow.iter().map(|overflow| Overflow {
                after: overflow.after.get_ref().0,
                to: overflow.to.get_ref().clone(),
            });
            teams.push(Team {
                name: it.name.get_ref().clone(),
                queue: it.queue.get_ref().clone(),
                place: it.place,
                calendar: self.calendar(*file, &it.calendar),
                capacity: *it.capacity.get_ref(),
                languages: self.proficiency(*file, &it.languages),
                skills: self.proficiency(*file, &it.skills),
                overflow: overflow.collect(),
                relax: relax.collect(),
            });
        }
        teams
    }

    /// How well something is done, or has to be done.
    pub(super) fn proficiency(
        &mut self,
        file: usize,
        skills: &BTreeMap<Name, Spanned<u8>>,
    ) -> BTreeMap<String, u8> {
        for level in skills.values().filter(|level| !(1..=5).contains(level.get_ref())) {
            let what = format!("a proficiency of {}", level.get_ref());
            self.found.broken(file, level, what, "write 1 (a little) to 5 (nobody better)");
        }
        skills.iter().map(|(skill, level)| (skill.get_ref().clone(), *level.get_ref())).collect()
    }

    pub(super) fn persons(&mut self) -> Vec<Person> {
        let book = self.book;
        let mut persons = Vec::new();
        for In { file, it } in &book.persons {
            if it.reach.is_empty() {
                let what = format!("nobody can reach \"{}\"", it.name.get_ref());
                self.found.broken(*file, &it.name, what, "write reach = [\"phone:…\"]");
            }
            for reach in it.reach.iter().filter(|reach| !reach.get_ref().contains(':')) {
                let what = format!("\"{}\" does not say how", reach.get_ref());
                self.found.broken(*file, reach, what, "write it like \"phone:+44 20 7946 0001\"");
            }
            let calendar = match &it.calendar {
                Some(name) => self.calendar(*file, name),
                None => Arc::new(Calendar::always()),
            };
            persons.push(Person {
                name: it.name.get_ref().clone(),
                role: it.role.clone(),
                reach: it.reach.iter().map(|reach| reach.get_ref().clone()).collect(),
                calendar,
                valid: self.valid(*file, it.from.as_ref(), it.until.as_ref()),
                confirmed: self.day(*file, &it.confirmed).unwrap_or(0),
            });
        }
        persons
    }

    /// Persons and duties, which share their names.
    pub(super) fn contacts(&mut self, persons: &[Person]) -> Vec<Contact> {
        let book = self.book;
        let names = book.persons.iter().map(|person| (person.file, &person.it.name));
        let names = names.chain(book.duties.iter().map(|duty| (duty.file, &duty.it.name)));
        self.unique("person or duty", names);
        let alone = persons.iter().enumerate();
        let alone = alone.map(|(at, p)| Contact { name: p.name.clone(), on_call: vec![at] });
        let mut contacts: Vec<Contact> = alone.collect();
        for In { file, it } in &book.duties {
            if it.on_call.is_empty() {
                let what = format!("nobody is on call for \"{}\"", it.name.get_ref());
                self.found.broken(*file, &it.name, what, "name at least one person");
            }
            for name in &it.on_call {
                self.known("person", *file, name, book.persons.iter().map(|p| &p.it.name));
            }
            let place = |name: &Name| persons.iter().position(|p| p.name == *name.get_ref());
            let on_call = it.on_call.iter().filter_map(place).collect();
            contacts.push(Contact { name: it.name.get_ref().clone(), on_call });
        }
        contacts
    }
}
