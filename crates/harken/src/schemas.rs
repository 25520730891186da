//! `harken schemas`: lists the built-in schemas and checks a folder of schemas against them.

use std::fmt::Write;
use std::path::Path;

use mention::schemas;

use crate::cli::SchemasCommand;
use crate::{CommandError, output};

/// Lists or checks schemas.
///
/// # Errors
/// [`CommandError::Config`] if the folder does not match the built-in schemas or breaks compatibility.
pub fn command(command: &SchemasCommand) -> Result<(), CommandError> {
    match command {
        SchemasCommand::List => output::print(&list()),
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

fn check(folder: &Path) -> Result<(), CommandError> {
    let problems = schemas::check(folder);
    let shown = folder.display();
    let Some(first) = problems.first() else {
        let n = schemas::all().count();
        return output::print(&format!(
            "{n} schemas in {shown} match this program and are compatible with their history\n"
        ));
    };
    for problem in &problems {
        output::print(&format!("{problem}\n"))?;
    }
    Err(CommandError::Config(format!("use the schemas in {shown}: {first}").into()))
}
