//! `harken rules`: checks rules, tries them on cases, and says what others would decide.
//!
//! The files are read here; what is wrong with them and what they decide is the affair of the crate
//! `rules`.

mod cases;
mod decided;
mod diff;
pub(crate) mod difference;
mod in_force;
mod read;
mod test;
mod watch;

pub use in_force::InForce;
pub(crate) use in_force::filter;
pub use read::{load, sources};
pub use watch::{Looked, Watch};

use std::fmt::Write as _;

use rules::{Kind, Rules, Scope, VARIABLES};
use stage::Micros;

use crate::cli::{RulesArgs, RulesCheckArgs, RulesCommand};
use crate::config::Config;
use crate::{Problem, clock, output};

/// A day, in microseconds.
const DAY: Micros = 86_400_000_000;

/// Does what the arguments say.
///
/// # Errors
/// [`Problem::Config`] for rules that are wrong and for cases that are decided otherwise, after
/// each was told on standard error.
pub fn command(args: &RulesArgs, config: &Config) -> Result<(), Problem> {
    match &args.command {
        RulesCommand::Check(args) => check(args, config),
        RulesCommand::Test(args) => test::command(args, config),
        RulesCommand::Diff(args) => diff::command(args, config),
        RulesCommand::Variables => output::text(&variables()),
    }
}

fn check(args: &RulesCheckArgs, config: &Config) -> Result<(), Problem> {
    let place = args.rules.as_deref().or(config.escalation.rules.path());
    let sources = sources(place)?;
    let on = args.on.map_or_else(clock::now, |day| day.0 + DAY / 2);
    let problems = Rules::problems(&sources, on);
    if !problems.is_empty() {
        return Err(read::told(place, &problems, "accept"));
    }
    let rules = load(place)?;
    let counts = rules.counts().map(|(what, many)| format!("{what} {many}"));
    let version = &rules.version;
    output::text(&format!("rules {version} are right: {}\n", counts.join(", ")))
}

/// The record of conditions as a table.
fn variables() -> String {
    let mut out = String::new();
    let width = VARIABLES.iter().map(|known| known.name.len()).max().unwrap_or(0);
    for variable in VARIABLES {
        let scopes = [(Scope::Floor, "floor"), (Scope::Mention, "mention"), (Scope::Step, "step")];
        let known = scopes.into_iter().filter(|(scope, _)| variable.is_known(*scope));
        let known: Vec<_> = known.map(|(_, name)| name).collect();
        let (name, kind) = (variable.name, variable.kind.cel());
        // Writing to a string does not fail.
        let _ = writeln!(out, "{name:width$}  {kind:12}  {:19}  {}", known.join(" "), variable.doc);
        if let Kind::One(values) | Kind::Some(values) = variable.kind {
            let _ =
                writeln!(out, "{:width$}  {:12}  {:19}  one of {}", "", "", "", values.join(", "));
        }
    }
    out
}
