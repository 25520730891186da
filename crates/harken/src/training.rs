//! `harken train` and `harken eval`: trains a model on labelled texts and evaluates it.

use std::path::Path;

use classify::Model;
use classify::eval::{EvalReport, evaluate};
use classify::train::{
    self, TaskPlan, TrainOptions, TrainingSources, assemble, plans, read_corrections, train_all,
};

use crate::cli::{EvalArgs, TrainArgs};
use crate::{CommandError, Failure, output};

/// Name and release of a model trained here; the release is year and month of the data. Both are part
/// of its version.
const NAME: &str = "mentions";
const RELEASE: &str = "2026.11";

/// `harken train`. Prints the cross-validation scores.
///
/// # Errors
/// [`CommandError::Usage`] if the folder or the corrections are unreadable or malformed,
/// [`CommandError::Unavailable`] if the model cannot be written.
pub fn train(args: &TrainArgs) -> Result<(), CommandError> {
    let corrections = match &args.with {
        None => Vec::new(),
        Some(path) => {
            let wrong = |what: String| {
                CommandError::Usage(Failure::new(format!("read {}", path.display()), what))
            };
            let report_lines = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
            read_corrections(&report_lines).map_err(|e| wrong(e.to_string()))?
        }
    };
    let options = TrainOptions { seed: args.seed, ..TrainOptions::default() };
    let mut progress = |line: String| output::report(&line);
    let without = args.without.as_deref().unwrap_or_default();
    let sources =
        TrainingSources { folder: &args.data, excluded_folder: without, corrections: &corrections };
    let plans = plans(without, &options);
    let learned = train_all(&sources, &plans, &mut progress).map_err(|e| {
        CommandError::Usage(Failure::new(format!("train on {}", args.data.display()), e))
    })?;
    let model = assemble(NAME, RELEASE, &learned)
        .map_err(|e| CommandError::Bug(Failure::new("assemble the model", e)))?;
    write(&args.out, &model.to_bytes())?;
    let reports: Vec<EvalReport> = learned.iter().map(train::LearnedTask::report).collect();
    if let Some(path) = &args.report {
        write(path, json(&reports)?.as_bytes())?;
    }
    let version = format!("{} written to {}\n", model.version(), args.out.display());
    output::print(&(lines(&reports) + &version))
}

/// `harken eval`
///
/// # Errors
/// [`CommandError::Usage`] if the model or the texts are unreadable, or the task is unknown.
pub fn eval(args: &EvalArgs) -> Result<(), CommandError> {
    let model = match &args.file {
        Some(path) => read_model(path)?,
        None => built_in_model()?,
    };
    // Without exclusions: held-out rows are the same for every model.
    let plans = plans("", &TrainOptions::default());
    let Some(name) = &args.task else {
        let known = plans.iter().filter(|plan| model.task(&plan.spec.name).is_some());
        let reports: Vec<EvalReport> =
            known.map(|plan| measure(&model, plan, &args.data)).collect::<Result<_, _>>()?;
        return match args.json {
            true => output::print_data(&json(&reports)?),
            false => output::print(&lines(&reports)),
        };
    };
    let plan = plans.iter().find(|plan| plan.spec.name == *name);
    let plan = plan.ok_or_else(|| {
        let names: Vec<&str> = plans.iter().map(|plan| plan.spec.name.as_str()).collect();
        CommandError::Usage(
            format!("measure the task {name}: the tasks are {}", names.join(", ")).into(),
        )
    })?;
    let report = measure(&model, plan, &args.data)?;
    if let Some(path) = &args.plot {
        write(path, report.to_svg().as_bytes())?;
    }
    match args.json {
        true => output::print_data(&(report.to_json() + "\n")),
        false => output::print(&(report.to_text() + "\n")),
    }
}

/// Evaluates a model on the held-out rows of a task.
///
/// # Errors
/// [`CommandError::Usage`] if the model lacks the task or the rows are unreadable.
pub(crate) fn measure(
    model: &Model,
    plan: &TaskPlan,
    data: &Path,
) -> Result<EvalReport, CommandError> {
    let name = &plan.spec.name;
    let task = model.task(name).ok_or_else(|| {
        CommandError::Usage(
            format!("measure the task {name}: {} does not have it", model.version()).into(),
        )
    })?;
    let rows = plan
        .held_out_rows(data)
        .map_err(|e| CommandError::Usage(Failure::new(format!("read {}", data.display()), e)))?;
    Ok(evaluate(model, task, &rows))
}

fn lines(reports: &[EvalReport]) -> String {
    reports.iter().map(|report| report.to_line() + "\n").collect()
}

fn json(reports: &[EvalReport]) -> Result<String, CommandError> {
    let json = serde_json::to_string_pretty(reports);
    Ok(json.map_err(|e| CommandError::Bug(Failure::new("write the measures", e)))? + "\n")
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    std::fs::write(path, bytes).map_err(|e| {
        CommandError::Unavailable(Failure::new(format!("write {}", path.display()), e))
    })
}

/// The built-in model.
///
/// # Errors
/// [`CommandError::Bug`] if it is malformed, which a test excludes.
pub(crate) fn built_in_model() -> Result<Model, CommandError> {
    let stage = understanding::UnderstandingStage::new(understanding::Config::default());
    let stage = stage.map_err(|e| CommandError::Bug(Failure::new("load the built-in model", e)))?;
    Ok(stage.model().clone())
}

/// Reads a model file.
///
/// # Errors
/// [`CommandError::Usage`] if it is unreadable or malformed.
pub(crate) fn read_model(path: &Path) -> Result<Model, CommandError> {
    let bad = |what: String| {
        CommandError::Usage(Failure::new(format!("read the model {}", path.display()), what))
    };
    let bytes = std::fs::read(path).map_err(|e| bad(e.to_string()))?;
    Model::from_bytes(&bytes).map_err(|e| bad(e.to_string()))
}
