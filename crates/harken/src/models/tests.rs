use std::fs;
use std::path::{Path, PathBuf};

use classify::Model;
use classify::train::{Goal, TaskSpec, TrainOptions, assemble, folds_by_words, learn, plans};

use super::*;
use pipeline::config::Layers;

const LABELS: [&str; 3] = ["negative", "neutral", "positive"];
const TEXTS: [[&str; 3]; 3] = [
    ["broken parcel, awful", "worst service ever", "i hate waiting"],
    ["when does the shop open", "the depot has the parcel", "is it sold in grey"],
    ["thank you, great", "love the new lamp", "so happy, wonderful"],
];

fn rows(shift: usize) -> Vec<(String, usize)> {
    let mut rows = Vec::new();
    for beginning in ["", "hello ", "so ", "today ", "well "] {
        for (label, texts) in TEXTS.iter().enumerate() {
            let label = (label + shift) % 3;
            rows.extend(texts.iter().map(|text| (format!("{beginning}{text}"), label)));
        }
    }
    rows
}

/// A sentiment model whose training labels are shifted by `shift`.
fn model(release: &str, language: &str, shift: usize) -> Model {
    let spec = TaskSpec {
        name: "sentiment".to_owned(),
        languages: vec![language.to_owned()],
        labels: LABELS.map(str::to_owned).to_vec(),
        goal: Goal::MacroRecall,
        options: TrainOptions { bits: 12, folds: 3, ..TrainOptions::default() },
    };
    let rows = rows(shift);
    let folds = folds_by_words(&rows, spec.options.folds);
    assemble("toy", release, &[learn(&rows, &spec, &[], &folds).unwrap()]).unwrap()
}

/// A temporary folder with an active model.
struct ModelFolder(PathBuf);

impl ModelFolder {
    fn new(name: &str, active: &Model) -> Self {
        let folder = std::env::temp_dir().join(format!("harken-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("model"), active.to_bytes()).unwrap();
        let lines = rows(0).into_iter().map(|(text, label)| {
            format!(
                "{{\"task\":\"sentiment\",\"text\":\"{text}\",\"label\":\"{}\"}}\n",
                LABELS[label]
            )
        });
        fs::write(folder.join("rows"), lines.collect::<String>()).unwrap();
        Self(folder)
    }

    fn promote(
        &self,
        candidate: &Model,
        with: Option<&str>,
        force: Option<&str>,
    ) -> Result<(), CommandError> {
        let file = self.0.join("candidate");
        fs::write(&file, candidate.to_bytes()).unwrap();
        let set = |name: &str, file: &str| {
            (name.to_owned(), self.0.join(file).to_str().unwrap().to_owned())
        };
        let environment = [set("HARKEN__SENTIMENT__MODEL", "model")].into_iter().collect();
        let config = Config::load(&Layers { file: None, environment }).unwrap();
        let args = ModelPromoteArgs {
            candidate: Some(file),
            data: None,
            with: with.map(|file| self.0.join(file)),
            force: force.map(str::to_owned),
            dry_run: false,
        };
        command(&ModelCommand::Promote(args), &config)
    }

    fn version(&self, file: &str) -> Option<String> {
        let bytes = fs::read(self.0.join(file)).ok()?;
        Some(Model::from_bytes(&bytes).unwrap().version().to_owned())
    }
}

impl Drop for ModelFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_better_candidate_replaces_the_model_and_the_previous_one_is_kept() {
    let (bad, good) = (model("1", "en", 1), model("2", "en", 0));
    let site = ModelFolder::new("better", &bad);
    site.promote(&good, Some("rows"), None).unwrap();
    assert_eq!(site.version("model").as_deref(), Some(good.version()));
    assert_eq!(site.version("model.previous").as_deref(), Some(bad.version()));
    assert!(!site.0.join("model.new").exists());
    let list = fs::read_to_string(site.0.join("model.promotions")).unwrap();
    let line: serde_json::Value = serde_json::from_str(list.trim_end()).unwrap();
    assert_eq!((&line["from"], &line["to"]), (&bad.version().into(), &good.version().into()));
    site.promote(&good, None, None).unwrap();
    assert_eq!(list.lines().count(), 1, "the active model is not promoted again");
}

#[test]
fn a_worse_candidate_is_rejected_unless_a_person_gives_a_reason() {
    let (good, bad) = (model("1", "en", 0), model("2", "en", 1));
    let site = ModelFolder::new("worse", &good);
    let rejected = site.promote(&bad, Some("rows"), None).unwrap_err().to_string();
    assert!(rejected.contains("sentiment: correct in "), "{rejected}");
    assert!(rejected.contains(" of 45 corrected rows, down from 45"), "{rejected}");
    assert_eq!(site.version("model").as_deref(), Some(good.version()));
    assert!(site.promote(&bad, Some("rows"), Some(" ")).is_err(), "a blank reason is rejected");
    site.promote(&bad, Some("rows"), Some("a trial by night")).unwrap();
    assert_eq!(site.version("model").as_deref(), Some(bad.version()));
    let list = fs::read_to_string(site.0.join("model.promotions")).unwrap();
    assert!(list.contains("\"reason\":\"a trial by night\""), "{list}");
    assert!(list.contains("\"against\":[\"sentiment: correct in "), "{list}");
}

#[test]
fn a_candidate_that_is_not_evaluated_or_lacks_a_task_or_language_is_rejected() {
    let (english, german) = (model("1", "en", 0), model("2", "de", 0));
    let site = ModelFolder::new("lacking", &english);
    let rejected = site.promote(&model("2", "en", 0), None, None).unwrap_err().to_string();
    assert!(rejected.contains("not evaluated"), "{rejected}");
    let rejected = site.promote(&german, Some("rows"), None).unwrap_err().to_string();
    assert!(rejected.contains(": sentiment no longer supports en; --force REASON "), "{rejected}");
    let whole = training::built_in_model().unwrap();
    let lacking = ModelComparison::of_tasks(&whole, &english);
    assert_eq!(lacking.objections.len(), whole.tasks().len() - 1, "{:?}", lacking.objections);
    assert!(lacking.objections.contains(&"the candidate lacks the task irony".to_owned()));
    assert_eq!(ModelComparison::of_tasks(&english, &whole), ModelComparison::default());
}

#[test]
fn labelled_texts_are_scored_by_the_goal_of_the_task() {
    let (good, bad) = (model("1", "en", 0), model("2", "en", 2));
    let site = ModelFolder::new("data", &good);
    let plan = plans("", &TrainOptions::default()).swap_remove(0);
    let folder = site.0.join(plan.held_out[0]);
    fs::create_dir_all(&folder).unwrap();
    let lines = |of: fn(&(String, usize)) -> String| {
        rows(0).iter().map(|row| of(row) + "\n").collect::<String>()
    };
    fs::write(folder.join("val_text.txt"), lines(|row| row.0.clone())).unwrap();
    fs::write(folder.join("val_labels.txt"), lines(|row| row.1.to_string())).unwrap();
    let measure = |present: &Model, new: &Model, folder: &Path| {
        let mut compared = ModelComparison::default();
        compared.on_data(present, new, folder).map(|()| compared)
    };
    let worse = measure(&good, &bad, &site.0).unwrap();
    assert_eq!(worse.objections, ["sentiment: macro recall falls from 100.0 to 0.0"]);
    assert_eq!(worse.measurements.len(), 1, "only tasks of both models are compared");
    assert_eq!(measure(&good, &good, &site.0).unwrap().objections, [""; 0]);
    assert!(measure(&good, &bad, Path::new("/nowhere")).is_err());
}

#[test]
fn a_model_that_the_stage_cannot_use_is_never_promoted() {
    let site = ModelFolder::new("unusable", &model("1", "en", 0));
    let other = {
        let spec = TaskSpec {
            name: "weather".to_owned(),
            languages: vec!["en".to_owned()],
            labels: LABELS.map(str::to_owned).to_vec(),
            goal: Goal::MacroF1,
            options: TrainOptions { bits: 12, folds: 3, ..TrainOptions::default() },
        };
        let rows = rows(0);
        let folds = folds_by_words(&rows, spec.options.folds);
        assemble("toy", "3", &[learn(&rows, &spec, &[], &folds).unwrap()]).unwrap()
    };
    let rejected = site.promote(&other, Some("rows"), Some("I want it")).unwrap_err().to_string();
    assert!(rejected.ends_with(": task \"sentiment\" is missing"), "{rejected}");
}

#[test]
fn a_model_is_shown_with_its_tasks_and_training_data() {
    let toy = model("1", "en", 0);
    let out = describe_model(&toy, "toy.harken");
    assert!(out.starts_with(&format!("{}, toy.harken: ", toy.version())), "{out}");
    assert!(
        out.contains("\nsentiment\n  languages en\n  labels negative neutral positive\n"),
        "{out}"
    );
    assert!(out.contains("\n  trained on 45 rows, fingerprint "), "{out}");
}
