//! Arguments of `harken feedback` and `harken model`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `harken feedback`
#[derive(Debug, Args)]
pub struct FeedbackArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: FeedbackCommand,
}

/// What to do with what agents have corrected.
#[derive(Debug, Subcommand)]
pub enum FeedbackCommand {
    /// Prints the labels that agents have given as rows to train with, one JSON object a line
    Export(FeedbackExportArgs),
}

/// `harken feedback export`
#[derive(Debug, Args)]
#[command(after_help = EXPORT_AFTER)]
pub struct FeedbackExportArgs {
    /// Files of records as `harken read` prints them; the topics themselves if none is given
    pub files: Vec<PathBuf>,
}

const EXPORT_AFTER: &str = "\
Labels come from case.event (label_corrected), texts from mention.routed and mention.scored. A row is
{\"task\",\"text\",\"label\"}, as `harken train --with` takes it. Of several labels for the same task of a
mention the last counts; texts that two mentions label differently are left out, and so is what no
model learns. What was left out, and why, goes to standard error.";

/// `harken model`
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ModelCommand,
}

/// What to do with a model.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Says what a model file is: its tasks, their languages, labels and training
    Show(ModelShowArgs),
    /// Puts a candidate in the place of the model in force, unless it is worse
    Promote(ModelPromoteArgs),
}

/// `harken model show`
#[derive(Debug, Args)]
pub struct ModelShowArgs {
    /// The model; the one built in if not given
    pub file: Option<PathBuf>,
}

/// `harken model promote`
#[derive(Debug, Args)]
#[command(after_help = PROMOTE_AFTER)]
pub struct ModelPromoteArgs {
    /// The candidate; that of sentiment.candidate if not given
    pub candidate: Option<PathBuf>,
    /// A folder of labelled texts, on which both are measured
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Rows that people have corrected, as `harken feedback export` prints them
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// Promotes it whatever was found, for this reason
    #[arg(long, value_name = "REASON")]
    pub force: Option<String>,
    /// Says what would be done, and does nothing
    #[arg(long)]
    pub dry_run: bool,
}

const PROMOTE_AFTER: &str = "\
The candidate takes the place that sentiment.model names; the model that lay there is kept beside it
as <file>.previous, and what was done is added to <file>.promotions. It is refused when it is not
measured at all, lacks a task, a language or a label, is more than half a point worse in a task, or
gets fewer of the corrected rows right. Workers read the file when they start.";
