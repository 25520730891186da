//! All files of rules as one: sections with the file each entry stands in.

use crate::file::{
    Calendar, Campaign, Duty, File, Lasting, Memory, Name, Path, Person, Play, Policy, Route, Team,
    Tenant, Weights,
};
use crate::problem::{Findings, Gravity, In, Source};
use toml::Spanned;

/// Every section, in the order of the files and of the lines.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) zone: Option<In<Name>>,
    pub(crate) last_resort: Option<In<Name>>,
    pub(crate) stale_after: Option<In<Spanned<Lasting>>>,
    pub(crate) memory: Option<In<Memory>>,
    pub(crate) calendars: Vec<In<Calendar>>,
    pub(crate) tenants: Vec<In<Tenant>>,
    pub(crate) teams: Vec<In<Team>>,
    pub(crate) persons: Vec<In<Person>>,
    pub(crate) duties: Vec<In<Duty>>,
    pub(crate) paths: Vec<In<Path>>,
    pub(crate) policies: Vec<In<Policy>>,
    pub(crate) plays: Vec<In<Play>>,
    pub(crate) routes: Vec<In<Route>>,
    pub(crate) weights: Vec<In<Weights>>,
    pub(crate) campaigns: Vec<In<Campaign>>,
}

impl Book {
    /// Reads all files; what cannot be read is found, and left out.
    pub(crate) fn read(sources: &[Source], found: &mut Findings<'_>) -> Self {
        let mut book = Self::default();
        for (file, source) in sources.iter().enumerate() {
            match toml::from_str::<File>(&source.text) {
                Ok(read) => book.take(file, read, found),
                Err(error) => {
                    let at = error.span().map_or(0, |span| span.start);
                    let what = error.message().replace('\n', " ");
                    let remedy = "see the documented sample, deploy/rules/northline";
                    found.add(file, at, Gravity::Broken, what, remedy.to_owned());
                }
            }
        }
        book
    }

    fn take(&mut self, file: usize, read: File, found: &mut Findings<'_>) {
        let File { zone, last_resort, stale_after, memory, .. } = read;
        once(&mut self.zone, file, zone, |z| found.twice(file, z, "zone"));
        once(&mut self.last_resort, file, last_resort, |l| found.twice(file, l, "last_resort"));
        once(&mut self.stale_after, file, stale_after, |s| found.twice(file, s, "stale_after"));
        once(&mut self.memory, file, memory, |m| found.twice(file, &m.closed, "memory"));
        extend(&mut self.calendars, file, read.calendar);
        extend(&mut self.tenants, file, read.tenant);
        extend(&mut self.teams, file, read.team);
        extend(&mut self.persons, file, read.person);
        extend(&mut self.duties, file, read.duty);
        extend(&mut self.paths, file, read.path);
        extend(&mut self.policies, file, read.policy);
        extend(&mut self.plays, file, read.playbook);
        extend(&mut self.routes, file, read.route);
        extend(&mut self.weights, file, read.weights);
        extend(&mut self.campaigns, file, read.campaign);
    }
}

fn extend<T>(all: &mut Vec<In<T>>, file: usize, read: Vec<T>) {
    all.extend(read.into_iter().map(|it| In { file, it }));
}

fn once<T>(known: &mut Option<In<T>>, file: usize, read: Option<T>, twice: impl FnOnce(&T)) {
    match (known.is_some(), read) {
        (true, Some(read)) => twice(&read),
        (false, Some(it)) => *known = Some(In { file, it }),
        (_, None) => {}
    }
}

impl Findings<'_> {
    fn twice<T>(&mut self, file: usize, place: &Spanned<T>, what: &str) {
        self.broken(file, place, format!("`{what}` stands in two files"), "leave one of them");
    }
}
