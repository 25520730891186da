//! `harken schemas`: the schemas built in, and whether a folder of schemas fits them.

use std::fmt::Write;
use std::path::Path;

use mention::schemas;

use crate::cli::SchemasCommand;
use crate::{Problem, output};

/// Lists or checks schemas.
///
/// # Errors
/// [`Problem::Config`] when the folder does not fit.
pub fn command(command: &SchemasCommand) -> Result<(), Problem> {
    match command {
        SchemasCommand::List => output::text(&list()),
        SchemasCommand::Check { folder } => check(folder),
    }
}

fn list() -> String {
    let mut table = format!("{:<28}  {:<16}  TOPIC\n", "SCHEMA", "FINGERPRINT");
    for schema in schemas::all() {
        let topic = schema.topic.unwrap_or("(a changelog)");
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{:<28}  {:016x}  {topic}", schema.name, schema.fingerprint);
    }
    table
}

fn check(folder: &Path) -> Result<(), Problem> {
    let problems = schemas::check(folder);
    let shown = folder.display();
    let Some(first) = problems.first() else {
        let n = schemas::all().count();
        return output::text(&format!(
            "{n} schemas in {shown} fit this program and their history\n"
        ));
    };
    for problem in &problems {
        output::text(&format!("{problem}\n"))?;
    }
    Err(Problem::Config(format!("use the schemas in {shown}: {first}")))
}
