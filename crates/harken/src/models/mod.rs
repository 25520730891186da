//! `harken model`: what a model file is, and how a candidate comes into force.
//!
//! Promotion is a person's act: nothing else in this program writes the file that `sentiment.model`
//! names. What is compared is decided in `compare`, what is written in `place`.

mod compare;
mod place;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::path::Path;

use classify::Model;
use classify::train::read_corrections;

pub use compare::{Compared, Measured};
pub use place::Promotion;

use crate::cli::{ModelCommand, ModelPromoteArgs, ModelShowArgs};
use crate::config::Config;
use crate::{Problem, clock, learn, output};

/// `harken model`
///
/// # Errors
/// [`Problem::Usage`] for files that cannot be read and for a candidate that is refused,
/// [`Problem::Config`] when no place for the model is set, [`Problem::Unavailable`] when it cannot
/// be written.
pub fn command(args: &ModelCommand, config: &Config) -> Result<(), Problem> {
    match args {
        ModelCommand::Show(args) => show(args),
        ModelCommand::Promote(args) => promote(args, config),
    }
}

fn show(args: &ModelShowArgs) -> Result<(), Problem> {
    let (model, from) = match &args.file {
        Some(path) => (learn::read(path)?, path.display().to_string()),
        None => (learn::built_in()?, "built in".to_owned()),
    };
    output::text(&shown(&model, &from))
}

/// What a model is, a line a task.
fn shown(model: &Model, from: &str) -> String {
    let size = model.to_bytes().len();
    let mut out =
        format!("{}, {from}: {size} bytes\nfeatures {}\n", model.version(), classify::RECIPE);
    for task in model.tasks() {
        let (languages, labels) = (task.languages().join(" "), task.labels().join(" "));
        let training = task.training();
        // Writing to a string never fails.
        let _ = writeln!(
            out,
            "{}\n  languages {languages}\n  labels {labels}\n  learnt from {} rows, fingerprint {:016x}",
            task.name(),
            training.rows,
            training.fingerprint
        );
    }
    out
}

fn promote(args: &ModelPromoteArgs, config: &Config) -> Result<(), Problem> {
    let Some(place) = config.sentiment.model.path() else {
        return Err(Problem::Config(
            "promote a model: sentiment.model is empty, so the model built in decides; name the \
             file that is to decide, and promote again"
                .to_owned(),
        ));
    };
    let candidate = args.candidate.as_deref().or(config.sentiment.candidate.path());
    let candidate = candidate.ok_or_else(|| {
        Problem::Usage("promote a model: name a file, or set sentiment.candidate".to_owned())
    })?;
    let (present, new) = (present(place)?, learn::read(candidate)?);
    usable(&new, candidate, config)?;
    if present.version() == new.version() && place.exists() {
        return output::text(&format!("{} is in force already\n", new.version()));
    }
    let compared = compared(&present, &new, args)?;
    output::text(&compared.told())?;
    let reason = args.force.as_deref().map(str::trim);
    if reason == Some("") {
        return Err(Problem::Usage("promote a model: --force takes a reason".to_owned()));
    }
    if let ([_, ..], None) = (compared.against.as_slice(), reason) {
        let why = compared.against.join("; ");
        let (shown, how) = (candidate.display(), "--force REASON promotes it all the same");
        return Err(Problem::Usage(format!("promote {shown}: {why}; {how}")));
    }
    let promotion = Promotion {
        promoted_at: clock::now(),
        from: present.version().to_owned(),
        to: new.version().to_owned(),
        reason: reason.map(str::to_owned),
        against: compared.against,
    };
    if args.dry_run {
        return output::text(&promotion.would(place));
    }
    promotion.make(place, &new.to_bytes())?;
    output::text(&promotion.told(place))
}

/// The model in force: the one at the place, or the one built in as long as none lies there.
fn present(place: &Path) -> Result<Model, Problem> {
    if place.exists() { learn::read(place) } else { learn::built_in() }
}

/// A model that the stage would not start with is never promoted, whatever the reason.
fn usable(model: &Model, path: &Path, config: &Config) -> Result<(), Problem> {
    let stage =
        understanding::Sentiment::with_model(config.sentiment.settings(), &model.to_bytes());
    match stage {
        Ok(_) => Ok(()),
        Err(e) => Err(Problem::Usage(format!("promote {}: {e}", path.display()))),
    }
}

fn compared(present: &Model, new: &Model, args: &ModelPromoteArgs) -> Result<Compared, Problem> {
    let mut compared = Compared::of(present, new);
    if let Some(folder) = &args.data {
        compared.on_data(present, new, folder)?;
    }
    if let Some(path) = &args.with {
        let wrong = |what: String| Problem::Usage(format!("read {}: {what}", path.display()));
        let lines = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        let rows = read_corrections(&lines).map_err(|e| wrong(e.to_string()))?;
        compared.on_corrections(present, new, &rows);
    }
    compared.close();
    Ok(compared)
}
