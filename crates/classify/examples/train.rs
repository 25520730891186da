//! Cross-validates the tasks of the committed model, to try out settings.
//! `cargo run --release -p classify --features train --example train -- DATA_DIR [KEY=VALUE …]`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program for a terminal"
)]

use classify::train::*;
use classify::{Features, Model, RuleClassifier, RuleFindings, TaskScores};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use text::Text;

/// The command line.
#[derive(Default)]
struct Arguments {
    options: TrainOptions,
    auxiliary: TrainOptions,
    /// Names of tasks, separated by commas; empty for all.
    only: String,
    exclusions: Vec<String>,
    /// The model file to write; empty for none.
    out: String,
    by_year: bool,
    /// Settings for [`set`].
    settings: Vec<(String, String)>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("needs the folder of labelled texts")?;
    let folder = Path::new(&folder);
    let arguments = parse(arguments)?;
    let auxiliary =
        AuxiliaryModels::train(folder, "", &arguments.auxiliary, &mut |line| eprintln!("{line}"))?;
    let mut all = Vec::new();
    for plan in plans("", &arguments.options) {
        let name = plan.spec.name.clone();
        if !arguments.only.is_empty() && !arguments.only.split(',').any(|only| only == name) {
            continue;
        }
        let plan = adapt(plan, &arguments)?;
        if arguments.by_year && name == "sentiment" {
            report_by_year(folder, &plan, &auxiliary)?;
            continue;
        }
        let data = training_rows(folder, &plan)?;
        let folds = folds_by_words(&data, plan.spec.options.folds);
        let learned = learn(&data, &plan.spec, &auxiliary.priors_for(&plan), &folds)?;
        println!("{}", learned.report().to_line());
        if name == "sentiment_multilingual" {
            report_by_language(folder, &plan, &learned)?;
        }
        if plan.labels == LabelSource::Derived {
            report_needs_answer(folder, &data, &learned)?;
        }
        all.push(learned);
    }
    if !arguments.out.is_empty() {
        write_model(folder, &arguments, &all)?;
    }
    Ok(())
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Arguments, Box<dyn Error>> {
    let mut parsed = Arguments::default();
    parsed.auxiliary.margin = AUXILIARY_MARGIN;
    for argument in arguments {
        let (key, value) = argument.split_once('=').ok_or("settings are KEY=VALUE")?;
        match key {
            "bits" => {
                parsed.options.bits = value.parse()?;
                parsed.auxiliary.bits = value.parse()?;
            }
            "auxiliary.emphasis" => parsed.auxiliary.margin.emphasis = value.parse()?,
            "auxiliary.cost" => parsed.auxiliary.margin.cost = value.parse()?,
            "only" => parsed.only = value.to_owned(),
            "exclude" => parsed.exclusions = value.split(',').map(str::to_owned).collect(),
            "out" => parsed.out = value.to_owned(),
            "by_year" => parsed.by_year = value == "yes",
            _ => parsed.settings.push((key.to_owned(), value.to_owned())),
        }
    }
    Ok(parsed)
}

fn adapt(mut plan: TaskPlan, arguments: &Arguments) -> Result<TaskPlan, Box<dyn Error>> {
    for (key, value) in &arguments.settings {
        set(&mut plan.spec.options, key, value)?;
    }
    // Leaked: plans hold static names, and the program ends soon.
    let exclusions = arguments.exclusions.iter().map(|name| &*name.clone().leak());
    plan.leakage_exclusions.extend(exclusions);
    Ok(plan)
}

/// Reports on three groups of years, each scored by what was learned from the other two.
fn report_by_year(
    folder: &Path,
    plan: &TaskPlan,
    auxiliary: &AuxiliaryModels,
) -> Result<(), Box<dyn Error>> {
    let (data, sources) = training_rows_by_source(folder, plan)?;
    let group = |source: &String| match source {
        source if source.contains("2016test") => 2,
        source if source.contains("2013train") || source.contains("2015") => 1,
        _ => 0,
    };
    let folds: Vec<usize> = sources.iter().map(group).collect();
    let learned = learn(&data, &plan.spec, &auxiliary.priors_for(plan), &folds)?;
    for group in 0..3 {
        let rows: Vec<usize> = (0..data.len()).filter(|&row| folds[row] == group).collect();
        println!("group {group} {}", learned.report_on(&rows).to_line());
    }
    Ok(())
}

fn report_by_language(
    folder: &Path,
    plan: &TaskPlan,
    learned: &LearnedTask,
) -> Result<(), Box<dyn Error>> {
    let (mut sum, mut first) = (0.0, 0);
    for (language, name) in plan.spec.languages.iter().zip(&plan.folders) {
        let one = TaskPlan { folders: vec![name], ..plan.clone() };
        // The training rows of a plan are in the order of its folders.
        let rows: Vec<usize> = (first..).take(training_rows(folder, &one)?.len()).collect();
        first += rows.len();
        let report = learned.report_on(&rows);
        sum += report.macro_f1.value;
        println!("  {language} {:.1}", report.macro_f1.value * 100.0);
    }
    println!("  mean {:.2}", sum / plan.folders.len() as f64 * 100.0);
    Ok(())
}

/// Writes the model and reports its size, its speed and its scores on held-out rows.
fn write_model(
    folder: &Path,
    arguments: &Arguments,
    all: &[LearnedTask],
) -> Result<(), Box<dyn Error>> {
    let model = assemble("mentions", "2026.11", all)?;
    let bytes = model.to_bytes();
    println!("{} bytes", bytes.len());
    println!("{:.1} µs per text for all tasks, features included", time_per_text(folder, &model)?);
    std::fs::write(&arguments.out, bytes)?;
    for plan in plans("", &arguments.options) {
        if let Some(task) = model.task(&plan.spec.name) {
            let held_out = plan.held_out_rows(folder)?;
            println!("val {}", classify::eval::evaluate(&model, task, &held_out).to_line());
        }
    }
    Ok(())
}

/// Microseconds per text, best of ten rounds.
fn time_per_text(folder: &Path, model: &Model) -> Result<f64, Box<dyn Error>> {
    let texts = rows(folder, &["tweeteval/sentiment"], "val")?;
    let (mut reading, mut features, mut scores) = (Text::new(), Features::new(), TaskScores::new());
    let mut best = f64::INFINITY;
    for _ in 0..10 {
        let start = std::time::Instant::now();
        for (text, _) in &texts {
            reading.read(std::hint::black_box(text));
            features.extract(&reading);
            model.score(&features, &mut scores);
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e6 / texts.len() as f64);
    }
    Ok(best)
}

/// Prints the share of texts that need an answer by rules or model, by threshold, on rows that the model
/// was not trained on.
fn report_needs_answer(
    folder: &Path,
    data: &[(String, usize)],
    learned: &LearnedTask,
) -> Result<(), Box<dyn Error>> {
    let rules = RuleClassifier::built_in()?;
    let mut findings = RuleFindings::new();
    let mut by_rule = Vec::new();
    for (text, _) in data {
        rules.classify(&Text::of(text), &mut findings);
        by_rule.push(findings.needs_answer);
    }
    let texts = |name: &str, label: usize| -> Result<BTreeSet<String>, Box<dyn Error>> {
        let rows = rows(folder, &[name], "train")?.into_iter();
        Ok(rows.filter(|row| row.1 == label).map(|row| row.0).collect())
    };
    for (name, label) in [
        ("complaints", 1),
        ("complaints", 0),
        ("airline/sentiment", 0),
        ("airline/sentiment", 2),
        ("semeval", 1),
        ("semeval", 2),
    ] {
        let texts = texts(name, label)?;
        let rows: Vec<usize> =
            (0..data.len()).filter(|&row| texts.contains(&data[row].0)).collect();
        let share = |count: usize| count as f64 / rows.len() as f64;
        let by_rule_alone = rows.iter().filter(|&&row| by_rule[row] >= 0.2).count();
        print!("  {name} {label}: {} rows, rule 0.2 {:.3};", rows.len(), share(by_rule_alone));
        for from in [0.02, 0.05, 0.1, 0.2, 0.3, 0.5] {
            let probability = |row: usize| by_rule[row].max(learned.probabilities(row)[1]);
            let found = rows.iter().filter(|&&row| probability(row) >= from).count();
            print!(" {from} {:.3}", share(found));
        }
        println!();
    }
    Ok(())
}

fn set(options: &mut TrainOptions, key: &str, value: &str) -> Result<(), Box<dyn Error>> {
    match key {
        "cost" => options.margin.cost = value.parse()?,
        "passes" => options.margin.passes = value.parse()?,
        "balance" => options.margin.balance = value.parse()?,
        "emphasis" => options.margin.emphasis = value.parse()?,
        "spread" => options.prior_spread = value.parse()?,
        "rows" => options.min_rows = value.parse()?,
        "most" => options.max_columns = value.parse()?,
        "alpha" => options.ftrl.alpha = value.parse()?,
        "l2" => options.ftrl.l2 = value.parse()?,
        "epochs" => options.ftrl.epochs = value.parse()?,
        "learner" => {
            options.learner = match value {
                "ftrl" => Learner::Ftrl,
                "margin" => Learner::Margin,
                "logistic" => Learner::Logistic,
                _ => Learner::Both,
            }
        }
        _ => return Err(format!("unknown setting {key}").into()),
    }
    Ok(())
}
