//! From files to rules: every entry by itself, and every name it refers to.
//!
//! What is wrong is found and built all the same, as well as can be, so that one run finds all.
//! What concerns several entries at once is the affair of `check`.

mod people;
mod rest;
mod time;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Calendar;
use crate::Rules;
use crate::book::Book;
use crate::calendar::Zone;
use crate::file::{Lasting, Name};
use crate::model::Memory;
use crate::problem::{Findings, In};
use crate::when::{Condition, Scope};
use stage::Micros;
use toml::Spanned;

/// Builds rules; those that have problems are good for further checks only.
pub(crate) fn build(book: &Book, version: String, found: &mut Findings<'_>) -> Rules {
    let zone = time::zone(book, found);
    let mut build = Build { book, found, zone, calendars: BTreeMap::new() };
    build.calendars();
    let persons = build.persons();
    let teams = build.teams();
    Rules {
        version,
        memory: build.memory(),
        stale_after: build.stale_after(),
        last_resort: build.last_resort(),
        contacts: build.contacts(&persons),
        persons,
        teams,
        paths: build.paths(),
        policies: build.policies(),
        plays: build.plays(),
        routes: build.routes(),
        weights: build.weights(),
        tenants: build.tenants(),
        campaigns: build.campaigns(),
    }
}

struct Build<'a, 's> {
    book: &'a Book,
    found: &'a mut Findings<'s>,
    zone: Zone,
    calendars: BTreeMap<String, Arc<Calendar>>,
}

impl Build<'_, '_> {
    fn memory(&mut self) -> Memory {
        let Some(In { file, it }) = &self.book.memory else {
            let what = "there is no [memory]: how long cases are remembered";
            self.missing(what, "write closed = \"30d\", lane = \"7d\", idle = \"90d\" under it");
            return Memory { closed: 0, lane: 0, idle: 0 };
        };
        let [closed, lane, idle] = [&it.closed, &it.lane, &it.idle].map(|lasting| {
            let what = "cases that are not remembered at all";
            self.lasting(*file, lasting, what, "write a while, such as \"30d\"")
        });
        Memory { closed, lane, idle }
    }

    fn stale_after(&mut self) -> Micros {
        let lasting = self.book.stale_after.as_ref();
        lasting.map_or(180 * crate::calendar::DAY, |In { file, it }| {
            self.lasting(*file, it, "what is stale at once", "write a while, such as \"180d\"")
        })
    }

    fn last_resort(&mut self) -> String {
        let Some(In { file, it }) = &self.book.last_resort else {
            let what = "there is no last_resort: the team for what nobody else takes";
            self.missing(what, "write last_resort = \"…\" at the top of a file");
            return String::new();
        };
        self.team(*file, it);
        it.get_ref().clone()
    }

    /// A condition, or the one that is always met.
    fn condition(&mut self, file: usize, text: Option<&Name>, scope: Scope) -> Condition {
        let Some(text) = text else { return Condition::always() };
        Condition::read(text.get_ref(), scope).unwrap_or_else(|wrong| {
            self.found.wrong(file, text, wrong);
            Condition::always()
        })
    }

    /// A duration of more than nothing.
    fn lasting(&mut self, file: usize, it: &Spanned<Lasting>, what: &str, remedy: &str) -> Micros {
        if it.get_ref().0 == 0 {
            self.found.broken(file, it, what, remedy);
        }
        it.get_ref().0
    }

    /// Something that stands in no file.
    fn missing(&mut self, what: &str, remedy: &str) {
        self.found.broken(0, &Spanned::new(0..0, ()), what, remedy);
    }

    /// Refuses names that are empty or given twice.
    fn unique<'n>(&mut self, what: &str, names: impl Iterator<Item = (usize, &'n Name)>) {
        let mut seen: Vec<&str> = Vec::new();
        for (file, name) in names {
            let text = name.get_ref().as_str();
            if text.is_empty() {
                self.found.broken(file, name, format!("a {what} without a name"), "name it");
            } else if seen.contains(&text) {
                let found = format!("a second {what} named \"{text}\"");
                self.found.broken(file, name, found, "give it a name of its own");
            }
            seen.push(text);
        }
    }

    /// Refuses a name that is not among those known.
    fn known<'n>(
        &mut self,
        what: &str,
        file: usize,
        name: &Name,
        mut known: impl Iterator<Item = &'n Name>,
    ) {
        if !known.any(|known| known.get_ref() == name.get_ref()) {
            let found = format!("there is no {what} \"{}\"", name.get_ref());
            self.found.broken(file, name, found, format!("name a {what} that is there"));
        }
    }

    fn team(&mut self, file: usize, name: &Name) {
        self.known("team", file, name, self.book.teams.iter().map(|team| &team.it.name));
    }
}
