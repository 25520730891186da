//! `harken feedback export` and `harken model`.

use classify::train::read_corrections;
use mention::{CaseEvent, CaseEventKind, LabelCorrection, Mention, Scored};
use stage::EventTime;

use crate::binary::{file, harken, run, scratch};

/// A case event, as one line of JSON, by which an agent corrects a label.
fn label_event(mention: &Mention, task: &str, is: &str) -> String {
    let label =
        LabelCorrection { task: task.to_owned(), was: "positive".to_owned(), is: is.to_owned() };
    let event = CaseEvent {
        kind: CaseEventKind::LabelCorrected,
        mention_id: Some(mention.mention_id()),
        label: Some(label),
        occurred_at: EventTime::from_micros(20),
        ..CaseEvent::default()
    };
    serde_json::to_string(&event).unwrap() + "\n"
}

#[test]
fn corrected_labels_become_training_rows_in_any_order_of_the_files() {
    let names = ("acme".to_owned(), "x".to_owned(), "1".to_owned());
    let (tenant, platform, id) = names;
    let text = "Great, third outage this week".to_owned();
    let mention = Mention {
        tenant,
        platform,
        id,
        text,
        received_at: EventTime::from_micros(10),
        ..Mention::default()
    };
    let labels = [("sentiment", "negative"), ("irony", "irony"), ("intent", "complaint")];
    let labels: String = labels.iter().map(|(task, is)| label_event(&mention, task, is)).collect();
    let mut scored = Scored { mention, ..Scored::default() };
    scored.understanding.language = Some("en".to_owned());
    let (events, texts) = (scratch("events.ndjson"), scratch("scored.ndjson"));
    std::fs::write(&events, labels + "nonsense\n").unwrap();
    std::fs::write(&texts, serde_json::to_string(&scored).unwrap()).unwrap();
    let (events, texts) = (events.to_str().unwrap(), texts.to_str().unwrap());
    let events_first = run(harken(&["feedback", "export", events, texts]), b"");
    let texts_first = run(harken(&["feedback", "export", texts, events]), b"");
    let without_texts = run(harken(&["feedback", "export", events]), b"");
    [events, texts].iter().for_each(|path| std::fs::remove_file(path).unwrap());
    assert_eq!(events_first.code, Some(0), "{}", events_first.err);
    assert_eq!((&events_first.out, &events_first.err), (&texts_first.out, &texts_first.err));
    let rows = read_corrections(&events_first.out).unwrap();
    let rows: Vec<_> = rows.iter().map(|row| (row.task.as_str(), row.label.as_str())).collect();
    assert_eq!(rows, [("irony", "irony"), ("sentiment", "negative")]);
    assert_eq!(
        events_first.err,
        "2 rows: 2 corrected, 0 confirmed\n\
         excluded 1: of a task that no model learns\n\
         1 records are malformed\n"
    );
    assert!(
        without_texts.out.is_empty()
            && without_texts.err.contains("excluded 3: of a mention without a retained record")
    );
}

#[test]
fn a_file_without_records_ends_with_exit_code_64() {
    let path = scratch("nothing.ndjson");
    std::fs::write(&path, "nonsense\n").unwrap();
    let ended = run(harken(&["feedback", "export", path.to_str().unwrap()]), b"");
    std::fs::remove_file(path).unwrap();
    assert_eq!(ended.code, Some(64), "{}", ended.err);
    let gone = run(harken(&["feedback", "export", "/nowhere.ndjson"]), b"");
    assert!(gone.code == Some(64) && gone.err.contains("/nowhere.ndjson"), "{}", gone.err);
}

#[test]
fn the_built_in_model_is_shown_and_promotion_needs_a_path_in_the_settings() {
    let shown = run(harken(&["model", "show"]), b"");
    let model = file("models/mentions.harken");
    let same = run(harken(&["model", "show", model.to_str().unwrap()]), b"");
    assert_eq!((shown.code, same.code), (Some(0), Some(0)), "{}", same.err);
    assert!(shown.out.contains("\nsentiment\n  languages en\n"), "{}", shown.out);
    assert_eq!(
        // The first line names the file.
        shown.out.lines().skip(1).collect::<Vec<_>>(),
        same.out.lines().skip(1).collect::<Vec<_>>()
    );
    let refused = run(harken(&["model", "promote", model.to_str().unwrap()]), b"");
    assert_eq!(refused.code, Some(78), "{}", refused.err);
    assert!(refused.err.contains("sentiment.model is empty"), "{}", refused.err);
}

#[test]
fn promotion_installs_the_first_model_and_rejects_a_candidate_without_measurement() {
    let (target, model) = (scratch("promoted.harken"), file("models/mentions.harken"));
    let promote = |more: &[&str]| {
        let arguments = [&["model", "promote", model.to_str().unwrap()], more].concat();
        let mut command = harken(&arguments);
        command.env("HARKEN__SENTIMENT__MODEL", &target);
        run(command, b"")
    };
    let refused = promote(&[]);
    assert_eq!(refused.code, Some(64), "{}", refused.err);
    assert!(refused.err.contains("not evaluated") && !target.exists(), "{}", refused.err);
    let tried = promote(&["--force", "the first one", "--dry-run"]);
    assert!(tried.out.contains("would be replaced") && !target.exists(), "{}", tried.out);
    let done = promote(&["--force", "the first one"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(std::fs::read(&target).unwrap(), std::fs::read(&model).unwrap());
    assert!(promote(&[]).out.contains("is already active"));
    // Each promotion is recorded next to the model.
    let mut list = target.clone().into_os_string();
    list.push(".promotions");
    let recorded = std::fs::read_to_string(&list).unwrap();
    assert!(recorded.contains("\"reason\":\"the first one\""), "{recorded}");
    std::fs::remove_file(list).unwrap();
    std::fs::remove_file(target).unwrap();
}
