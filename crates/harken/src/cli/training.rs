//! Arguments of `harken train` and `harken eval`.

use std::path::PathBuf;

use clap::Args;

/// `harken train`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Folder of labelled texts
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Output file of the model
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Random seed; the same seed and texts give the same model
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// File of corrected rows, one JSON object {"task","text","label"} per line
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// Excludes this folder of the data, and the tasks that need it
    #[arg(long, value_name = "FOLDER")]
    pub without: Option<String>,
    /// Output file of the cross-validation scores, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// `harken eval`
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Model file; the built-in model if omitted
    pub file: Option<PathBuf>,
    /// Folder of labelled texts
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Task to evaluate in detail; prints one line per task if omitted
    #[arg(long, value_name = "NAME")]
    pub task: Option<String>,
    /// Prints the scores as JSON
    #[arg(long)]
    pub json: bool,
    /// Output file of the task's reliability diagram, as SVG
    #[arg(long, value_name = "FILE", requires = "task")]
    pub plot: Option<PathBuf>,
}
