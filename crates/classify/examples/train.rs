//! Cross-validates the tasks of the committed model: for trying out settings.
//! `cargo run --release -p classify --features train --example train -- DATA_DIR [KEY=VALUE …]`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program for a terminal"
)]

use classify::train::*;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("needs the folder of labelled texts")?;
    let folder = Path::new(&folder);
    let mut options = Options::default();
    let mut voice = Options { margin: VOICE, ..Options::default() };
    let mut only = String::new();
    let mut deaf: Vec<String> = Vec::new();
    let mut out = String::new();
    let mut later = false;
    let mut settings: Vec<(String, String)> = Vec::new();
    for argument in arguments {
        let (key, value) = argument.split_once('=').ok_or("settings are KEY=VALUE")?;
        match key {
            "bits" => {
                options.bits = value.parse()?;
                voice.bits = value.parse()?;
            }
            "voice.emphasis" => voice.margin.emphasis = value.parse()?,
            "voice.cost" => voice.margin.cost = value.parse()?,
            "only" => only = value.to_owned(),
            "deaf" => deaf = value.split(',').map(str::to_owned).collect(),
            "out" => out = value.to_owned(),
            "later" => later = value == "yes",
            _ => settings.push((key.to_owned(), value.to_owned())),
        }
    }
    let sources = Sources { folder, without: "", corrections: &[] };
    let voices = Voices::read(&sources, &voice, &mut |line| eprintln!("{line}"))?;
    let mut all = Vec::new();
    for plan in plans("", &options) {
        if !only.is_empty() && !only.split(',').any(|name| name == plan.spec.name) {
            continue;
        }
        let mut plan = plan;
        for (key, value) in &settings {
            set(&mut plan.spec.options, key, value)?;
        }
        let plan = Plan {
            deaf_to: plan
                .deaf_to
                .iter()
                .copied()
                .chain(deaf.iter().map(|name| &*name.clone().leak()))
                .collect(),
            ..plan
        };
        if later && plan.spec.name == "sentiment" {
            let (data, sources) = own_rows_by_source(folder, &plan)?;
            // Three groups of years, each scored by what was learned from the other two.
            let group = |source: &String| match source {
                source if source.contains("2016test") => 2,
                source if source.contains("2013train") || source.contains("2015") => 1,
                _ => 0,
            };
            let folds: Vec<usize> = sources.iter().map(group).collect();
            let learned = learn(&data, &plan.spec, &voices.heard_by(&plan), &folds)?;
            for group in 0..3 {
                let part: Vec<usize> = (0..data.len()).filter(|&row| folds[row] == group).collect();
                println!("group {group} {}", learned.report_on(&part).to_line());
            }
            continue;
        }
        let data = own_rows(folder, &plan)?;
        let folds = folds_by_words(&data, plan.spec.options.folds);
        let learned = learn(&data, &plan.spec, &voices.heard_by(&plan), &folds)?;
        println!("{}", learned.report().to_line());
        if plan.spec.name == "sentiment_multilingual" {
            let (mut sum, mut first) = (0.0, 0);
            for (language, name) in plan.spec.languages.iter().zip(&plan.folders) {
                let one = Plan { folders: vec![name], ..plan.clone() };
                let rows: Vec<usize> = (first..).take(own_rows(folder, &one)?.len()).collect();
                first += rows.len();
                let report = learned.report_on(&rows);
                sum += report.macro_f1.value;
                println!("  {language} {:.1}", report.macro_f1.value * 100.0);
            }
            println!("  mean {:.2}", sum / 8.0 * 100.0);
        }
        if plan.labels == Labels::Derived {
            answers(folder, &data, &learned)?;
        }
        all.push(learned);
    }
    if !out.is_empty() {
        let model = assemble("mentions", "2026.11", &all)?;
        let bytes = model.to_bytes();
        println!("{} bytes", bytes.len());
        let texts = rows(folder, &["tweeteval/sentiment"], "val")?;
        let (mut features, mut scores) = (classify::Features::new(), classify::Scores::new());
        let mut best = f64::INFINITY;
        for _ in 0..10 {
            let start = std::time::Instant::now();
            for (text, _) in &texts {
                features.extract(std::hint::black_box(text));
                model.judge(&features, &mut scores);
            }
            best = best.min(start.elapsed().as_secs_f64() * 1e6 / texts.len() as f64);
        }
        println!("{best:.1} µs a text for every task, features included");
        std::fs::write(&out, bytes)?;
        for plan in plans("", &options) {
            if let Some(task) = model.task(&plan.spec.name) {
                let unseen = plan.unseen_rows(folder)?;
                println!("val {}", classify::eval::evaluate(&model, task, &unseen).to_line());
            }
        }
    }
    Ok(())
}

/// How often an answer is due by rule or model, by threshold, on rows the model did not learn from.
fn answers(
    folder: &Path,
    data: &[(String, usize)],
    learned: &Learned,
) -> Result<(), Box<dyn Error>> {
    let rules = classify::Rules::built_in()?;
    let mut judged = classify::Judged::new();
    let mut by_rule = Vec::new();
    for (text, _) in data {
        rules.judge(text, &mut judged);
        by_rule.push(judged.answer);
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
        let own: Vec<usize> = (0..data.len()).filter(|&row| texts.contains(&data[row].0)).collect();
        print!(
            "  {name} {label}: {} rows, rule 0.2 {:.3};",
            own.len(),
            own.iter().filter(|&&row| by_rule[row] >= 0.2).count() as f64 / own.len() as f64
        );
        for from in [0.02, 0.05, 0.1, 0.2, 0.3, 0.5] {
            let said =
                own.iter().filter(|&&row| by_rule[row].max(learned.probabilities(row)[1]) >= from);
            print!(" {from} {:.3}", said.count() as f64 / own.len() as f64);
        }
        println!();
    }
    Ok(())
}

fn set(options: &mut Options, key: &str, value: &str) -> Result<(), Box<dyn Error>> {
    match key {
        "cost" => options.margin.cost = value.parse()?,
        "passes" => options.margin.passes = value.parse()?,
        "balance" => options.margin.balance = value.parse()?,
        "emphasis" => options.margin.emphasis = value.parse()?,
        "spread" => options.prior_spread = value.parse()?,
        "rows" => options.fewest_rows = value.parse()?,
        "most" => options.most_columns = value.parse()?,
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
