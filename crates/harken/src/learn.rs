//! `harken train` and `harken eval`: a sentiment model from labelled texts, and how good it is.

use std::io::Write;
use std::path::Path;

use classify::Model;
use classify::data::read_pair;
use classify::eval::evaluate;
use classify::train::Options;

use crate::cli::{EvalArgs, TrainArgs};
use crate::{Problem, output};

/// The labelled texts that are measured on, below the data folder: no model learns from them.
const UNSEEN: &str = "tweeteval/sentiment";

/// Learns a model and writes it.
///
/// # Errors
/// [`Problem::Usage`] when the folder does not hold the texts, [`Problem::Unavailable`] when the
/// model cannot be written.
pub fn train(args: &TrainArgs) -> Result<(), Problem> {
    let options = Options { seed: args.seed, ..Options::default() };
    // Progress is a courtesy: a terminal that has gone away does not stop the work.
    let mut progress = |line: String| drop(writeln!(std::io::stderr(), "{line}"));
    let model = classify::train::sentiment(&args.data, &options, &mut progress)
        .map_err(|e| Problem::Usage(format!("train on {}: {e}", args.data.display())))?;
    std::fs::write(&args.out, model.to_bytes())
        .map_err(|e| Problem::Unavailable(format!("write {}: {e}", args.out.display())))?;
    output::text(&format!("{} written to {}\n", model.version(), args.out.display()))
}

/// Measures a model and prints what was found.
///
/// # Errors
/// [`Problem::Usage`] when the model or the texts cannot be read.
pub fn eval(args: &EvalArgs) -> Result<(), Problem> {
    let model = match &args.file {
        Some(path) => read(path)?,
        None => sentiment::Sentiment::new(sentiment::Config::default())
            .map_err(|e| Problem::Bug(format!("load the model built in: {e}")))?
            .model()
            .clone(),
    };
    let unseen = args.data.join(UNSEEN);
    let rows = read_pair(&unseen.join("val_text.txt"), &unseen.join("val_labels.txt"))
        .map_err(|e| Problem::Usage(format!("read {}: {e}", unseen.display())))?;
    let report = evaluate(&model, &rows);
    output::text(&(if args.json { report.to_json() } else { report.to_text() } + "\n"))
}

fn read(path: &Path) -> Result<Model, Problem> {
    let bad = |what: String| Problem::Usage(format!("read the model {}: {what}", path.display()));
    let bytes = std::fs::read(path).map_err(|e| bad(e.to_string()))?;
    Model::from_bytes(&bytes).map_err(|e| bad(e.to_string()))
}
