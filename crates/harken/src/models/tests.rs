use std::fs;
use std::path::{Path, PathBuf};

use classify::Model;
use classify::train::{Goal, Options, Spec, assemble, folds_by_words, learn, plans};

use super::*;
use crate::config::Layers;

const LABELS: [&str; 3] = ["negative", "neutral", "positive"];
const SAID: [[&str; 3]; 3] = [
    ["broken parcel, awful", "worst service ever", "i hate waiting"],
    ["when does the shop open", "the depot has the parcel", "is it sold in grey"],
    ["thank you, great", "love the new lamp", "so happy, wonderful"],
];

fn rows(turned: usize) -> Vec<(String, usize)> {
    let mut rows = Vec::new();
    for beginning in ["", "hello ", "so ", "today ", "well "] {
        for (label, texts) in SAID.iter().enumerate() {
            let label = (label + turned) % 3;
            rows.extend(texts.iter().map(|text| (format!("{beginning}{text}"), label)));
        }
    }
    rows
}

/// A model of sentiment that has learnt `turned` labels away from the right one.
fn model(release: &str, language: &str, turned: usize) -> Model {
    let spec = Spec {
        name: "sentiment".to_owned(),
        languages: vec![language.to_owned()],
        labels: LABELS.map(str::to_owned).to_vec(),
        goal: Goal::MacroRecall,
        options: Options { bits: 12, folds: 3, ..Options::default() },
    };
    let rows = rows(turned);
    let folds = folds_by_words(&rows, spec.options.folds);
    assemble("toy", release, &[learn(&rows, &spec, &[], &folds).unwrap()]).unwrap()
}

/// A folder of its own, with a model in force.
struct Site(PathBuf);

impl Site {
    fn new(name: &str, present: &Model) -> Self {
        let folder = std::env::temp_dir().join(format!("harken-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("model"), present.to_bytes()).unwrap();
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
    ) -> Result<(), Problem> {
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

impl Drop for Site {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_better_candidate_takes_the_place_and_the_one_before_is_kept() {
    let (bad, good) = (model("1", "en", 1), model("2", "en", 0));
    let site = Site::new("better", &bad);
    site.promote(&good, Some("rows"), None).unwrap();
    assert_eq!(site.version("model").as_deref(), Some(good.version()));
    assert_eq!(site.version("model.previous").as_deref(), Some(bad.version()));
    assert!(!site.0.join("model.new").exists());
    let list = fs::read_to_string(site.0.join("model.promotions")).unwrap();
    let line: serde_json::Value = serde_json::from_str(list.trim_end()).unwrap();
    assert_eq!((&line["from"], &line["to"]), (&bad.version().into(), &good.version().into()));
    site.promote(&good, None, None).unwrap();
    assert_eq!(list.lines().count(), 1, "what is in force already is not promoted again");
}

#[test]
fn a_worse_candidate_is_refused_unless_a_person_gives_a_reason() {
    let (good, bad) = (model("1", "en", 0), model("2", "en", 1));
    let site = Site::new("worse", &good);
    let refused = site.promote(&bad, Some("rows"), None).unwrap_err().to_string();
    assert!(refused.contains("sentiment: right in "), "{refused}");
    assert!(refused.contains(" of 45 corrected rows, not 45"), "{refused}");
    assert_eq!(site.version("model").as_deref(), Some(good.version()));
    assert!(site.promote(&bad, Some("rows"), Some(" ")).is_err(), "a reason is words");
    site.promote(&bad, Some("rows"), Some("a trial by night")).unwrap();
    assert_eq!(site.version("model").as_deref(), Some(bad.version()));
    let list = fs::read_to_string(site.0.join("model.promotions")).unwrap();
    assert!(list.contains("\"reason\":\"a trial by night\""), "{list}");
    assert!(list.contains("\"against\":[\"sentiment: right in "), "{list}");
}

#[test]
fn a_candidate_that_is_not_measured_or_lacks_something_is_refused() {
    let (english, german) = (model("1", "en", 0), model("2", "de", 0));
    let site = Site::new("lacking", &english);
    let refused = site.promote(&model("2", "en", 0), None, None).unwrap_err().to_string();
    assert!(refused.contains("measured on nothing"), "{refused}");
    let refused = site.promote(&german, Some("rows"), None).unwrap_err().to_string();
    assert!(refused.contains(": sentiment no longer reads en; --force REASON "), "{refused}");
    let whole = learn::built_in().unwrap();
    let lacking = Compared::of(&whole, &english);
    assert_eq!(lacking.against.len(), whole.tasks().len() - 1, "{:?}", lacking.against);
    assert!(lacking.against.contains(&"it lacks the task irony".to_owned()));
    assert_eq!(Compared::of(&english, &whole), Compared::default());
}

#[test]
fn labelled_texts_decide_by_the_measure_that_the_task_is_learnt_for() {
    let (good, bad) = (model("1", "en", 0), model("2", "en", 2));
    let site = Site::new("data", &good);
    let plan = plans("", &Options::default()).swap_remove(0);
    let folder = site.0.join(plan.unseen[0]);
    fs::create_dir_all(&folder).unwrap();
    let lines = |of: fn(&(String, usize)) -> String| {
        rows(0).iter().map(|row| of(row) + "\n").collect::<String>()
    };
    fs::write(folder.join("val_text.txt"), lines(|row| row.0.clone())).unwrap();
    fs::write(folder.join("val_labels.txt"), lines(|row| row.1.to_string())).unwrap();
    let measure = |present: &Model, new: &Model, folder: &Path| {
        let mut compared = Compared::default();
        compared.on_data(present, new, folder).map(|()| compared)
    };
    let worse = measure(&good, &bad, &site.0).unwrap();
    assert_eq!(worse.against, ["sentiment: macro recall falls from 100.0 to 0.0"]);
    assert_eq!(worse.measured.len(), 1, "only the tasks that both have");
    assert_eq!(measure(&good, &good, &site.0).unwrap().against, [""; 0]);
    assert!(measure(&good, &bad, Path::new("/nowhere")).is_err());
}

#[test]
fn what_is_no_model_for_the_stage_is_not_promoted_whatever_the_reason() {
    let site = Site::new("unusable", &model("1", "en", 0));
    let other = {
        let spec = Spec {
            name: "weather".to_owned(),
            languages: vec!["en".to_owned()],
            labels: LABELS.map(str::to_owned).to_vec(),
            goal: Goal::MacroF1,
            options: Options { bits: 12, folds: 3, ..Options::default() },
        };
        let rows = rows(0);
        let folds = folds_by_words(&rows, spec.options.folds);
        assemble("toy", "3", &[learn(&rows, &spec, &[], &folds).unwrap()]).unwrap()
    };
    let refused = site.promote(&other, Some("rows"), Some("I want it")).unwrap_err().to_string();
    assert!(refused.ends_with(": it has no task \"sentiment\""), "{refused}");
}

#[test]
fn a_model_is_shown_with_its_tasks_and_what_they_learnt_from() {
    let toy = model("1", "en", 0);
    let out = shown(&toy, "toy.harken");
    assert!(out.starts_with(&format!("{}, toy.harken: ", toy.version())), "{out}");
    assert!(
        out.contains("\nsentiment\n  languages en\n  labels negative neutral positive\n"),
        "{out}"
    );
    assert!(out.contains("\n  learnt from 45 rows, fingerprint "), "{out}");
}
