//! Arguments of `harken feedback` and `harken model`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `harken feedback`
#[derive(Debug, Args)]
pub struct FeedbackArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: FeedbackCommand,
}

/// Subcommands of `harken feedback`.
#[derive(Debug, Subcommand)]
pub enum FeedbackCommand {
    /// Prints the labels given by agents as training rows, one JSON object per line
    Export(FeedbackExportArgs),
}

/// `harken feedback export`
#[derive(Debug, Args)]
#[command(after_help = EXPORT_AFTER)]
pub struct FeedbackExportArgs {
    /// Files of records as printed by `harken read`; reads the topics if omitted
    pub files: Vec<PathBuf>,
}

const EXPORT_AFTER: &str = "\
Labels are read from case.event (label_corrected), texts from mention.routed and mention.scored. A row is
{\"task\",\"text\",\"label\"}, the format of `harken train --with`. The last label of a mention and task wins.
Texts with conflicting labels and labels that no model learns are excluded. The number of excluded labels
and the reasons are written to standard error.";

/// `harken model`
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: ModelCommand,
}

/// Subcommands of `harken model`.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Shows the tasks of a model with their languages, labels and training data
    Show(ModelShowArgs),
    /// Replaces the active model with a candidate, unless the candidate is worse
    Promote(ModelPromoteArgs),
}

/// `harken model show`
#[derive(Debug, Args)]
pub struct ModelShowArgs {
    /// Model file; the built-in model if omitted
    pub file: Option<PathBuf>,
}

/// `harken model promote`
#[derive(Debug, Args)]
#[command(after_help = PROMOTE_AFTER)]
pub struct ModelPromoteArgs {
    /// Candidate model file; sentiment.candidate if omitted
    pub candidate: Option<PathBuf>,
    /// Folder of labelled texts on which both models are evaluated
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Corrected rows as printed by `harken feedback export`
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// Promotes the candidate in spite of all objections; records this reason
    #[arg(long, value_name = "REASON")]
    pub force: Option<String>,
    /// Prints what would be done and changes nothing
    #[arg(long)]
    pub dry_run: bool,
}

const PROMOTE_AFTER: &str = "\
The candidate replaces the file named by sentiment.model. The replaced model is kept as <file>.previous and
the promotion is appended to <file>.promotions. A candidate is rejected if it was not evaluated, lacks a
task, a language or a label, scores more than half a point lower in a task, or gets fewer corrected rows
right. Workers read the model file at start-up only.";
