//! `harken score`, `harken eval` and `harken train`.

use serde_json::Value;

use crate::binary::{harken, run, scratch, shared};

#[test]
fn score_prints_language_probabilities_and_label_of_a_text() {
    let input = "{\"id\":\"a\",\"text\":\"I love this, thank you so much!\"}\n\
                 {\"id\":2,\"text\":\"Worst service ever, I am so angry\",\"more\":true}\n";
    let ended = run(harken(&["score"]), input.as_bytes());
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let lines: Vec<Value> = ended.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for (line, (id, label)) in lines.iter().zip([("\"a\"", "positive"), ("2", "negative")]) {
        let mut keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        let expected = [
            "complaint",
            "emotion",
            "id",
            "irony",
            "label",
            "language",
            "needs_answer",
            "offensive",
            "reason",
            "sentiment",
            "sentiment_multilingual",
            "sentiment_service",
        ];
        assert_eq!(keys, expected);
        assert_eq!(line["id"].to_string(), id);
        assert_eq!((&line["language"], &line["label"]), (&"en".into(), &label.into()));
        let sentiment = line["sentiment"].as_object().unwrap();
        let sum: f64 = sentiment.values().map(|p| p.as_f64().unwrap()).sum();
        // Probabilities are printed as f32.
        assert!((sum - 1.0).abs() < 1e-5, "{sentiment:?}");
    }
    assert_eq!(lines.len(), 2);
}

#[test]
fn an_unreadable_path_ends_with_exit_code_64() {
    let cases: [&[&str]; 5] = [
        &["eval", "--data", "/nowhere", "--task", "weather /nowhere"],
        &["train", "--data", "/", "--with", "/nowhere.ndjson", "--out", "/nowhere.harken"],
        &["eval", "--data", "/nowhere"],
        &["eval", "/nowhere.harken", "--data", "/nowhere"],
        &["train", "--data", "/nowhere", "--out", "/nowhere.harken"],
    ];
    for arguments in cases {
        let ended = run(harken(arguments), b"");
        assert_eq!(ended.code, Some(64), "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains("/nowhere"), "{}", ended.err);
    }
}

#[test]
fn eval_measures_the_built_in_model_on_held_out_rows() {
    let test = "eval_measures_the_built_in_model_on_held_out_rows";
    let Some(folder) = shared(test, "text") else { return };
    let data = folder.to_str().unwrap();
    let plot = scratch("reliability.svg");
    let plot_path = plot.to_str().unwrap();
    let arguments = ["eval", "--data", data, "--json", "--task", "sentiment", "--plot", plot_path];
    let ended = run(harken(&arguments), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(std::fs::read_to_string(&plot).unwrap().starts_with("<svg "));
    std::fs::remove_file(plot).unwrap();
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(report["rows"], 2000);
    let model = scratch("model.harken");
    std::fs::copy(crate::binary::file("models/mentions.harken"), &model).unwrap();
    let arguments =
        ["eval", model.to_str().unwrap(), "--data", data, "--json", "--task", "sentiment"];
    let same = run(harken(&arguments), b"");
    std::fs::remove_file(model).unwrap();
    assert_eq!(same.out, ended.out);
    // A header and a line for each of the eight tasks.
    let all = run(harken(&["eval", "--data", data]), b"");
    assert_eq!(all.out.lines().count(), 9, "{}", all.out);
}
