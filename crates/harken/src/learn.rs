//! `harken train` and `harken eval`: a model from labelled texts, and how good it is.

use std::io::Write;
use std::path::Path;

use classify::Model;
use classify::eval::{Report, evaluate};
use classify::train::{
    self, Options, Plan, Sources, assemble, everything, plans, read_corrections,
};

use crate::cli::{EvalArgs, TrainArgs};
use crate::{Problem, output};

/// The first parts of the version of a model learned here: its name, year and month of the data.
const NAME: &str = "mentions";
const RELEASE: &str = "2026.11";

/// Learns a model and writes it; prints what cross-validation found.
///
/// # Errors
/// [`Problem::Usage`] when the folder does not hold the texts or the corrections are none,
/// [`Problem::Unavailable`] when the model cannot be written.
pub fn train(args: &TrainArgs) -> Result<(), Problem> {
    let corrections = match &args.with {
        None => Vec::new(),
        Some(path) => {
            let wrong = |what: String| Problem::Usage(format!("read {}: {what}", path.display()));
            let lines = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
            read_corrections(&lines).map_err(|e| wrong(e.to_string()))?
        }
    };
    let options = Options { seed: args.seed, ..Options::default() };
    // Progress is a courtesy: a terminal that has gone away does not stop the work.
    let mut progress = |line: String| drop(writeln!(std::io::stderr(), "{line}"));
    let without = args.without.as_deref().unwrap_or_default();
    let sources = Sources { folder: &args.data, without, corrections: &corrections };
    let plans = plans(without, &options);
    let learned = everything(&sources, &plans, &mut progress)
        .map_err(|e| Problem::Usage(format!("train on {}: {e}", args.data.display())))?;
    let model = assemble(NAME, RELEASE, &learned)
        .map_err(|e| Problem::Bug(format!("assemble the model: {e}")))?;
    write(&args.out, &model.to_bytes())?;
    let reports: Vec<Report> = learned.iter().map(train::Learned::report).collect();
    if let Some(path) = &args.report {
        write(path, json(&reports)?.as_bytes())?;
    }
    let version = format!("{} written to {}\n", model.version(), args.out.display());
    output::text(&(lines(&reports) + &version))
}

/// Measures a model and prints what was found.
///
/// # Errors
/// [`Problem::Usage`] when the model, the task or the texts cannot be read.
pub fn eval(args: &EvalArgs) -> Result<(), Problem> {
    let model = match &args.file {
        Some(path) => read(path)?,
        None => built_in()?,
    };
    let plans = plans("", &Options::default());
    let Some(name) = &args.task else {
        let known = plans.iter().filter(|plan| model.task(&plan.spec.name).is_some());
        let reports: Vec<Report> =
            known.map(|plan| measure(&model, plan, &args.data)).collect::<Result<_, _>>()?;
        return output::text(&if args.json { json(&reports)? } else { lines(&reports) });
    };
    let plan = plans.iter().find(|plan| plan.spec.name == *name);
    let plan = plan.ok_or_else(|| {
        let names: Vec<&str> = plans.iter().map(|plan| plan.spec.name.as_str()).collect();
        Problem::Usage(format!("measure the task {name}: the tasks are {}", names.join(", ")))
    })?;
    let report = measure(&model, plan, &args.data)?;
    if let Some(path) = &args.plot {
        write(path, report.to_svg().as_bytes())?;
    }
    output::text(&(if args.json { report.to_json() } else { report.to_text() } + "\n"))
}

/// How good a model is at the task of a plan, on rows that no task learns from.
///
/// # Errors
/// [`Problem::Usage`] when the model lacks the task or the rows cannot be read.
pub(crate) fn measure(model: &Model, plan: &Plan, data: &Path) -> Result<Report, Problem> {
    let name = &plan.spec.name;
    let task = model.task(name).ok_or_else(|| {
        Problem::Usage(format!("measure the task {name}: {} does not have it", model.version()))
    })?;
    let rows = plan
        .unseen_rows(data)
        .map_err(|e| Problem::Usage(format!("read {}: {e}", data.display())))?;
    Ok(evaluate(model, task, &rows))
}

fn lines(reports: &[Report]) -> String {
    reports.iter().map(|report| report.to_line() + "\n").collect()
}

fn json(reports: &[Report]) -> Result<String, Problem> {
    let json = serde_json::to_string_pretty(reports);
    Ok(json.map_err(|e| Problem::Bug(format!("write the measures: {e}")))? + "\n")
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    std::fs::write(path, bytes)
        .map_err(|e| Problem::Unavailable(format!("write {}: {e}", path.display())))
}

/// The model that is built in.
///
/// # Errors
/// When it cannot be read, which a test excludes.
pub(crate) fn built_in() -> Result<Model, Problem> {
    let stage = understanding::Sentiment::new(understanding::Config::default());
    let stage = stage.map_err(|e| Problem::Bug(format!("load the model built in: {e}")))?;
    Ok(stage.model().clone())
}

/// The model in a file.
///
/// # Errors
/// [`Problem::Usage`] when it is none.
pub(crate) fn read(path: &Path) -> Result<Model, Problem> {
    let bad = |what: String| Problem::Usage(format!("read the model {}: {what}", path.display()));
    let bytes = std::fs::read(path).map_err(|e| bad(e.to_string()))?;
    Model::from_bytes(&bytes).map_err(|e| bad(e.to_string()))
}
