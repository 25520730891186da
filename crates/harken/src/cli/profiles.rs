//! Arguments of `harken profiles`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `harken profiles`
#[derive(Debug, Args)]
pub struct ProfilesArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ProfilesCommand,
}

/// What to do with profiles.
#[derive(Debug, Subcommand)]
pub enum ProfilesCommand {
    /// Sends the customers of a CRM's export to Kafka, one record an account of theirs
    Import(ProfilesImportArgs),
}

/// How the rows of an export are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// Comma-separated, with a first line of column names
    Csv,
    /// One JSON object a line
    Ndjson,
}

/// `harken profiles import`
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct ProfilesImportArgs {
    /// The file; - is standard input
    pub file: PathBuf,
    /// How its rows are written; by the name of the file if not given
    #[arg(long, value_enum)]
    pub format: Option<RowFormat>,
    /// Whose customers they are, where a row does not say; as for mentions (ingest.tenant) if not given
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Writes the accounts to standard output instead, one JSON object a line
    #[arg(long, value_name = "-", value_parser = ["-"])]
    pub to: Option<String>,
    /// Says what would be sent, and sends nothing
    #[arg(long)]
    pub dry_run: bool,
}

const AFTER: &str = "\
Columns: customer_id; platform and author_id, or author_id.<platform> with several ids parted by
\";\"; tier, value, open_cases, matched_by, confidence (0 to 1), updated_at (RFC 3339), tenant,
deleted (true sends a tombstone). In JSON the accounts stand in \"identities\", each with platform,
author_id, matched_by and confidence. A match below 0.8 is shown with a mention and raises nothing.
Refused rows, by line and reason, go to standard error and stop no others.";
