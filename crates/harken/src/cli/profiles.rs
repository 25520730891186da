//! Arguments of `harken profiles`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `harken profiles`
#[derive(Debug, Args)]
pub struct ProfilesArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: ProfilesCommand,
}

/// Subcommands of `harken profiles`.
#[derive(Debug, Subcommand)]
pub enum ProfilesCommand {
    /// Publishes the customers of a CRM export to Kafka, one record per account
    Import(ProfilesImportArgs),
}

/// The format of a CRM export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// Comma-separated values with a header line
    Csv,
    /// One JSON object per line
    Ndjson,
}

/// `harken profiles import`
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct ProfilesImportArgs {
    /// Input file; - reads standard input
    pub file: PathBuf,
    /// Format of the file; derived from the file name if omitted
    #[arg(long, value_enum)]
    pub format: Option<RowFormat>,
    /// Tenant of rows that name none; same default as ingest.tenant
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Writes the accounts to standard output instead of Kafka, one JSON object per line
    #[arg(long, value_name = "-", value_parser = ["-"])]
    pub to: Option<String>,
    /// Prints what would be published and publishes nothing
    #[arg(long)]
    pub dry_run: bool,
}

const AFTER: &str = "\
Columns: customer_id; platform and author_id, or author_id.<platform> with ids separated by \";\"; tier,
value, open_cases, matched_by, confidence (0 to 1), updated_at (RFC 3339), tenant, deleted (true publishes
a tombstone). In JSON, \"identities\" lists the accounts, each with platform, author_id, matched_by and
confidence. A match with a confidence below 0.8 is shown with a mention and adds nothing to its score.
Rejected rows are reported on standard error with line number and reason; the other rows are imported.";
