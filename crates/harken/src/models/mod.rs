//! `harken model`: shows a model file, and promotes a candidate to the active model.
//!
//! Only a person promotes: no other code of this program writes the file that `sentiment.model` names.
//! `comparison` decides what is an objection, `promotion` what is written.

mod comparison;
mod promotion;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::path::Path;

use classify::Model;
use classify::train::read_corrections;

pub use comparison::{ModelComparison, TaskComparison};
pub use promotion::Promotion;

use crate::cli::{ModelCommand, ModelPromoteArgs, ModelShowArgs};
use crate::{CommandError, Failure, output, training};
use pipeline::clock;
use pipeline::config::Config;

/// `harken model`
///
/// # Errors
/// [`CommandError::Usage`] for unreadable files and for a rejected candidate,
/// [`CommandError::Config`] if `sentiment.model` is empty, [`CommandError::Unavailable`] if a file cannot
/// be written.
pub fn command(args: &ModelCommand, config: &Config) -> Result<(), CommandError> {
    match args {
        ModelCommand::Show(args) => show(args),
        ModelCommand::Promote(args) => promote(args, config),
    }
}

fn show(args: &ModelShowArgs) -> Result<(), CommandError> {
    let (model, from) = match &args.file {
        Some(path) => (training::read_model(path)?, path.display().to_string()),
        None => (training::built_in_model()?, "built in".to_owned()),
    };
    output::print(&describe_model(&model, &from))
}

/// The version, size and tasks of a model.
fn describe_model(model: &Model, from: &str) -> String {
    let size = model.to_bytes().len();
    let mut out =
        format!("{}, {from}: {size} bytes\nfeatures {}\n", model.version(), classify::RECIPE);
    for task in model.tasks() {
        let (languages, labels) = (task.languages().join(" "), task.labels().join(" "));
        let training = task.training();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}\n  languages {languages}\n  labels {labels}\n  trained on {} rows, fingerprint {:016x}",
            task.name(),
            training.rows,
            training.fingerprint
        );
    }
    out
}

fn promote(args: &ModelPromoteArgs, config: &Config) -> Result<(), CommandError> {
    let Some(path) = config.sentiment.model.path() else {
        let empty = "promote a model: sentiment.model is empty, so the built-in model is active; set it to \
                     the file that the promoted model is written to";
        return Err(CommandError::Config(empty.into()));
    };
    let candidate = args.candidate.as_deref().or(config.sentiment.candidate.path());
    let candidate = candidate.ok_or_else(|| {
        CommandError::Usage("promote a model: name a file, or set sentiment.candidate".into())
    })?;
    let (active, candidate_model) = (active_model(path)?, training::read_model(candidate)?);
    // Before the comparison, which takes minutes on large data.
    check_usable(&candidate_model, candidate, config)?;
    // An identical version means identical content: the version contains a hash.
    if active.version() == candidate_model.version() && path.exists() {
        return output::print(&format!("{} is already active\n", candidate_model.version()));
    }
    let comparison = compare_models(&active, &candidate_model, args)?;
    // Printed in any case: a rejected candidate needs the scores most.
    output::print(&comparison.render())?;
    let reason = args.force.as_deref().map(str::trim);
    if reason == Some("") {
        return Err(CommandError::Usage("promote a model: --force requires a reason".into()));
    }
    if let ([_, ..], None) = (comparison.objections.as_slice(), reason) {
        let why = comparison.objections.join("; ");
        let (shown, how) = (candidate.display(), "--force REASON promotes it anyway");
        return Err(CommandError::Usage(format!("promote {shown}: {why}; {how}").into()));
    }
    let promotion = Promotion {
        promoted_at: clock::now(),
        from: active.version().to_owned(),
        to: candidate_model.version().to_owned(),
        reason: reason.map(str::to_owned),
        objections: comparison.objections,
    };
    if args.dry_run {
        return output::print(&promotion.render_dry_run(path));
    }
    promotion.apply(path, &candidate_model.to_bytes())?;
    output::print(&promotion.render(path))
}

/// The active model: the file at `path` or, if there is none, the built-in model.
fn active_model(path: &Path) -> Result<Model, CommandError> {
    if path.exists() { training::read_model(path) } else { training::built_in_model() }
}

/// Rejects a model with which the stage could not start; `--force` does not override this.
fn check_usable(model: &Model, path: &Path, config: &Config) -> Result<(), CommandError> {
    let stage = understanding::UnderstandingStage::with_model(
        config.sentiment.stage_config(),
        &model.to_bytes(),
    );
    match stage {
        Ok(_) => Ok(()),
        Err(e) => Err(CommandError::Usage(Failure::new(format!("promote {}", path.display()), e))),
    }
}

fn compare_models(
    active: &Model,
    candidate: &Model,
    args: &ModelPromoteArgs,
) -> Result<ModelComparison, CommandError> {
    let mut comparison = ModelComparison::of_tasks(active, candidate);
    if let Some(folder) = &args.data {
        comparison.on_data(active, candidate, folder)?;
    }
    if let Some(path) = &args.with {
        let invalid = |reason: String| {
            CommandError::Usage(Failure::new(format!("read {}", path.display()), reason))
        };
        let lines = std::fs::read_to_string(path).map_err(|e| invalid(e.to_string()))?;
        let rows = read_corrections(&lines).map_err(|e| invalid(e.to_string()))?;
        comparison.on_corrections(active, candidate, &rows);
    }
    comparison.require_measurements();
    Ok(comparison)
}
