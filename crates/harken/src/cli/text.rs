//! Arguments of the commands around the sentiment model.

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
}

/// `harken eval`
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// The model; the one built in if not given
    pub file: Option<PathBuf>,
    /// The folder of labelled texts
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Writes the measures as JSON
    #[arg(long)]
    pub json: bool,
}
