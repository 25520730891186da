//! `harken feedback export` and `harken model`, as a person runs them.

use classify::train::read_corrections;
use mention::{CaseEvent, CaseEventKind, Label, Mention, Scored};

use crate::binary::{file, harken, run, scratch};

fn label(mention: &Mention, task: &str, is: &str) -> String {
    let label = Label { task: task.to_owned(), was: "positive".to_owned(), is: is.to_owned() };
    let event = CaseEvent {
        kind: CaseEventKind::LabelCorrected,
        mention_id: Some(mention.mention_id()),
        label: Some(label),
        occurred_at: 20,
        ..CaseEvent::default()
    };
    serde_json::to_string(&event).unwrap() + "\n"
}

#[test]
fn what_agents_have_corrected_becomes_rows_whatever_the_order_of_the_files() {
    let names = ("acme".to_owned(), "x".to_owned(), "1".to_owned());
    let (tenant, platform, id) = names;
    let text = "Great, third outage this week".to_owned();
    let mention = Mention { tenant, platform, id, text, received_at: 10, ..Mention::default() };
    let labels = [("sentiment", "negative"), ("irony", "irony"), ("intent", "complaint")];
    let labels: String = labels.iter().map(|(task, is)| label(&mention, task, is)).collect();
    let mut scored = Scored { mention, ..Scored::default() };
    scored.understanding.language = Some("en".to_owned());
    let (events, texts) = (scratch("events.ndjson"), scratch("scored.ndjson"));
    std::fs::write(&events, labels + "nonsense\n").unwrap();
    std::fs::write(&texts, serde_json::to_string(&scored).unwrap()).unwrap();
    let (events, texts) = (events.to_str().unwrap(), texts.to_str().unwrap());
    let one = run(harken(&["feedback", "export", events, texts]), b"");
    let other = run(harken(&["feedback", "export", texts, events]), b"");
    let without = run(harken(&["feedback", "export", events]), b"");
    [events, texts].iter().for_each(|path| std::fs::remove_file(path).unwrap());
    assert_eq!(one.code, Some(0), "{}", one.err);
    assert_eq!((&one.out, &one.err), (&other.out, &other.err));
    let rows = read_corrections(&one.out).unwrap();
    let rows: Vec<_> = rows.iter().map(|row| (row.task.as_str(), row.label.as_str())).collect();
    assert_eq!(rows, [("irony", "irony"), ("sentiment", "negative")]);
    assert_eq!(
        one.err,
        "2 rows: 2 corrected, 0 confirmed\n\
         left out 1: of a task that no model learns\n\
         1 records could not be read\n"
    );
    assert!(
        without.out.is_empty() && without.err.contains("left out 3: of a mention that no record")
    );
}

#[test]
fn what_holds_no_record_is_a_matter_of_usage() {
    let path = scratch("nothing.ndjson");
    std::fs::write(&path, "nonsense\n").unwrap();
    let ended = run(harken(&["feedback", "export", path.to_str().unwrap()]), b"");
    std::fs::remove_file(path).unwrap();
    assert_eq!(ended.code, Some(64), "{}", ended.err);
    let gone = run(harken(&["feedback", "export", "/nowhere.ndjson"]), b"");
    assert!(gone.code == Some(64) && gone.err.contains("/nowhere.ndjson"), "{}", gone.err);
}

#[test]
fn a_model_is_shown_and_the_one_built_in_gives_way_to_nothing_without_a_place() {
    let shown = run(harken(&["model", "show"]), b"");
    let model = file("models/mentions.harken");
    let same = run(harken(&["model", "show", model.to_str().unwrap()]), b"");
    assert_eq!((shown.code, same.code), (Some(0), Some(0)), "{}", same.err);
    assert!(shown.out.contains("\nsentiment\n  languages en\n"), "{}", shown.out);
    assert_eq!(
        shown.out.lines().skip(1).collect::<Vec<_>>(),
        same.out.lines().skip(1).collect::<Vec<_>>()
    );
    let refused = run(harken(&["model", "promote", model.to_str().unwrap()]), b"");
    assert_eq!(refused.code, Some(78), "{}", refused.err);
    assert!(refused.err.contains("sentiment.model is empty"), "{}", refused.err);
}

#[test]
fn the_first_promotion_fills_the_place_and_a_candidate_must_be_measured() {
    let (place, model) = (scratch("promoted.harken"), file("models/mentions.harken"));
    let promote = |more: &[&str]| {
        let arguments = [&["model", "promote", model.to_str().unwrap()], more].concat();
        let mut command = harken(&arguments);
        command.env("HARKEN__SENTIMENT__MODEL", &place);
        run(command, b"")
    };
    let refused = promote(&[]);
    assert_eq!(refused.code, Some(64), "{}", refused.err);
    assert!(refused.err.contains("measured on nothing") && !place.exists(), "{}", refused.err);
    let tried = promote(&["--force", "the first one", "--dry-run"]);
    assert!(tried.out.contains("would give way") && !place.exists(), "{}", tried.out);
    let done = promote(&["--force", "the first one"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(std::fs::read(&place).unwrap(), std::fs::read(&model).unwrap());
    assert!(promote(&[]).out.contains("is in force already"));
    let mut list = place.clone().into_os_string();
    list.push(".promotions");
    let told = std::fs::read_to_string(&list).unwrap();
    assert!(told.contains("\"reason\":\"the first one\""), "{told}");
    std::fs::remove_file(list).unwrap();
    std::fs::remove_file(place).unwrap();
}
