//! `harken rules`: checks rules, runs their test cases and compares two versions.
//!
//! Must not know what makes rules valid or how they decide: the crate `rules` does.

mod cases;
mod decision_fields;
mod diff;
pub(crate) mod difference;
mod test;

use std::fmt::Write as _;

use rules::{Rules, Scope, Severity, VARIABLES, VariableKind};
use stage::TimeDelta;

use crate::cli::{RulesArgs, RulesCheckArgs, RulesCommand};
use crate::{CommandError, output};
use pipeline::clock;
use pipeline::config::Config;
use pipeline::rules::{invalid_rules, load, read_sources};

/// `harken rules`
///
/// # Errors
/// [`CommandError::Config`] with every error of invalid rules or every failed case, one per line.
pub fn command(args: &RulesArgs, config: &Config) -> Result<(), CommandError> {
    match &args.command {
        RulesCommand::Check(args) => check(args, config),
        RulesCommand::Test(args) => test::command(args, config),
        RulesCommand::Diff(args) => diff::command(args, config),
        RulesCommand::Variables => output::print(&variables()),
    }
}

fn check(args: &RulesCheckArgs, config: &Config) -> Result<(), CommandError> {
    let path = args.rules.as_deref().or(config.escalation.rules.path());
    let sources = read_sources(path)?;
    // Noon: the day is meant in the zone of the rules, at most half a day from UTC.
    let on =
        args.on.map_or_else(|| clock::now().as_event_time(), |day| day.0 + TimeDelta::HOUR * 12);
    let problems = Rules::problems(&sources, on);
    if problems.iter().any(|problem| problem.severity != Severity::Warning) {
        return Err(invalid_rules(path, &problems, "accept"));
    }
    let warnings: String = problems.iter().map(|it| format!("warning: {it}\n")).collect();
    // `problems` only reports; the counts and the version need the rules themselves.
    let rules = load(path)?;
    let counts = rules.counts().map(|(name, count)| format!("{name} {count}"));
    let version = &rules.version;
    output::print(&format!("{warnings}rules {version} are valid: {}\n", counts.join(", ")))
}

/// The variables of conditions as a table: name, type, scopes, description.
fn variables() -> String {
    let mut out = String::new();
    let width = VARIABLES.iter().map(|known| known.name.len()).max().unwrap_or(0);
    for variable in VARIABLES {
        let scopes = [(Scope::Floor, "floor"), (Scope::Mention, "mention"), (Scope::Step, "step")];
        let in_scope = scopes.into_iter().filter(|(scope, _)| variable.is_available(*scope));
        let names: Vec<_> = in_scope.map(|(_, name)| name).collect();
        let (name, kind) = (variable.name, variable.kind.cel_type());
        // Writing to a string does not fail.
        let _ = writeln!(out, "{name:width$}  {kind:12}  {:19}  {}", names.join(" "), variable.doc);
        if let VariableKind::Enum(values) | VariableKind::EnumSet(values) = variable.kind {
            let _ =
                writeln!(out, "{:width$}  {:12}  {:19}  one of {}", "", "", "", values.join(", "));
        }
    }
    out
}
