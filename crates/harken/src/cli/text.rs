//! Arguments of the commands around the model of texts.

use std::path::PathBuf;

use clap::Args;

/// `harken train`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// The folder of labelled texts
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Where the model is written
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The same number and the same texts give the same model
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A file of rows that people have corrected, one JSON object {"task","text","label"} a line
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// Learns nothing from this folder of the data, nor the tasks that need it
    #[arg(long, value_name = "FOLDER")]
    pub without: Option<String>,
    /// Where the measures found by cross-validation are written, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// `harken eval`
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// The model; the one built in if not given
    pub file: Option<PathBuf>,
    /// The folder of labelled texts
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The task that is measured in full; one line for each task if not given
    #[arg(long, value_name = "NAME")]
    pub task: Option<String>,
    /// Writes the measures as JSON
    #[arg(long)]
    pub json: bool,
    /// Where the reliability curve of the task is drawn, as SVG
    #[arg(long, value_name = "FILE", requires = "task")]
    pub plot: Option<PathBuf>,
}
