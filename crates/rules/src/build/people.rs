//! Builds teams, persons and duties.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::DateTime;
use stage::TimeDelta;
use toml::Spanned;

use super::Builder;
use crate::calendar::{Calendar, day_number, local_time, utc_midnight};
use crate::file::{self, SpannedText};
use crate::model::{Contact, Overflow, Person, RelaxRule, Rotation, Team};
use crate::problem::InFile;

impl Builder<'_, '_> {
    pub(super) fn teams(&mut self) -> Vec<Team> {
        let files = self.files;
        self.require_unique("team", files.teams.iter().map(|team| (team.file, &team.entry.name)));
        let mut teams = Vec::new();
        for InFile { file, entry } in &files.teams {
            self.require_visible(*file, "queue", &entry.queue);
            if entry.queue.get_ref().is_empty() {
                self.problems.error(
                    *file,
                    &entry.queue,
                    "a team without a queue",
                    "name its queue",
                );
            }
            for overflow in &entry.overflow {
                self.require_team(*file, &overflow.to);
                if overflow.to.get_ref() == entry.name.get_ref() {
                    let what = "a team cannot overflow to itself";
                    self.problems.error(*file, &overflow.to, what, "name another team");
                }
            }
            let relax = entry.relax.iter().map(|relax| RelaxRule {
                after: relax.after.get_ref().0,
                lower_by: relax.lower_by,
                without: relax.without.iter().map(|skill| skill.get_ref().clone()).collect(),
            });
            let overflow = entry.overflow.iter().map(|overflow| Overflow {
                after: overflow.after.get_ref().0,
                to: overflow.to.get_ref().clone(),
            });
            teams.push(Team {
                name: entry.name.get_ref().clone(),
                queue: entry.queue.get_ref().clone(),
                location: entry.place,
                calendar: self.calendar(*file, &entry.calendar),
                capacity: *entry.capacity.get_ref(),
                languages: self.proficiency(*file, &entry.languages),
                skills: self.proficiency(*file, &entry.skills),
                overflow: overflow.collect(),
                relax: relax.collect(),
            });
        }
        teams
    }

    /// Proficiencies by skill or language; reports those outside 1 to 5.
    pub(super) fn proficiency(
        &mut self,
        file: usize,
        skills: &BTreeMap<SpannedText, Spanned<u8>>,
    ) -> BTreeMap<String, u8> {
        for level in skills.values().filter(|level| !(1..=5).contains(level.get_ref())) {
            let what = format!("a proficiency of {}", level.get_ref());
            self.problems.error(file, level, what, "write 1 (basic) to 5 (expert)");
        }
        skills.iter().map(|(skill, level)| (skill.get_ref().clone(), *level.get_ref())).collect()
    }

    pub(super) fn persons(&mut self) -> Vec<Person> {
        let files = self.files;
        let mut persons = Vec::new();
        for InFile { file, entry } in &files.persons {
            if entry.reach.is_empty() {
                let what = format!("\"{}\" has no means of contact", entry.name.get_ref());
                self.problems.error(*file, &entry.name, what, "write reach = [\"phone:…\"]");
            }
            for reach in entry.reach.iter().filter(|reach| !reach.get_ref().contains(':')) {
                let what = format!("\"{}\" does not name a channel", reach.get_ref());
                self.problems.error(*file, reach, what, "write it like \"phone:+44 20 7946 0001\"");
            }
            let calendar = match &entry.calendar {
                Some(name) => self.calendar(*file, name),
                // Without a calendar, a person may be called at any time.
                None => Arc::new(Calendar::always()),
            };
            persons.push(Person {
                name: entry.name.get_ref().clone(),
                id: entry.id.as_ref().unwrap_or(&entry.name).get_ref().clone(),
                role: entry.role.clone(),
                reach: entry.reach.iter().map(|reach| reach.get_ref().clone()).collect(),
                calendar,
                validity: self.validity(*file, entry.from.as_ref(), entry.until.as_ref()),
                // An invalid date has been reported; the epoch marks the person as stale.
                confirmed_at: self
                    .day(*file, &entry.confirmed)
                    .map(utc_midnight)
                    .unwrap_or_default(),
            });
        }
        persons
    }

    /// Persons and duties, which share one namespace.
    pub(super) fn contacts(&mut self, persons: &[Person]) -> Vec<Contact> {
        let files = self.files;
        let names = files.persons.iter().map(|person| (person.file, &person.entry.name));
        let names = names.chain(files.duties.iter().map(|duty| (duty.file, &duty.entry.name)));
        self.require_unique("person or duty", names);
        let ids = files.persons.iter().filter_map(|it| Some((it.file, it.entry.id.as_ref()?)));
        self.require_unique("id of a person", ids);
        let single = persons.iter().enumerate();
        let single = single.map(|(at, p)| Contact {
            name: p.name.clone(),
            on_call: vec![at],
            rotation: None,
        });
        let mut contacts: Vec<Contact> = single.collect();
        for InFile { file, entry } in &files.duties {
            if entry.on_call.is_empty() {
                let what = format!("duty \"{}\" has no person on call", entry.name.get_ref());
                self.problems.error(*file, &entry.name, what, "name at least one person");
            }
            for name in &entry.on_call {
                self.require_defined(
                    "person",
                    *file,
                    name,
                    files.persons.iter().map(|p| &p.entry.name),
                );
            }
            let place = |name: &SpannedText| persons.iter().position(|p| p.name == *name.get_ref());
            let on_call = entry.on_call.iter().filter_map(place).collect();
            let rotation =
                entry.rotation.as_ref().and_then(|rotation| self.rotation(*file, rotation));
            contacts.push(Contact { name: entry.name.get_ref().clone(), on_call, rotation });
        }
        contacts
    }

    fn rotation(&mut self, file: usize, entry: &file::RotationSection) -> Option<Rotation> {
        let every = entry.every.get_ref().0;
        if every < TimeDelta::DAY || every.as_micros() % TimeDelta::DAY.as_micros() != 0 {
            let what = "a rotation that is not of whole days";
            self.problems.error(file, &entry.every, what, "write every = \"1d\" or \"7d\"");
        }
        let zone = match &entry.zone {
            None => self.zone.clone(),
            Some(name) => self.named_zone(file, name)?,
        };
        let text = entry.from.get_ref();
        let Ok(from) = text.parse::<DateTime>() else {
            let what = format!("\"{text}\" is not a date with a time");
            self.problems.error(file, &entry.from, what, "write it like \"2026-01-05T09:00\"");
            return None;
        };
        self.require_covered(file, &entry.from, from.date());
        let time_of_day = TimeDelta::HOUR * i64::from(from.hour())
            + TimeDelta::MINUTE * i64::from(from.minute())
            + TimeDelta::from_secs(i64::from(from.second()));
        let from = local_time(day_number(from.date()), time_of_day);
        Some(Rotation { from, every, zone })
    }
}
