//! Texts and identities of authors never reach the log: mentions carry a canary word in every field.

use crate::binary::{harken, run};

const CANARY: &str = "canary7f3a";

#[test]
fn standard_error_never_contains_text_or_handle_of_a_mention() {
    let good = format!(
        r#"{{"platform":"x","id":"1","text":"{CANARY} no signal","author":{{"id":"{CANARY}","handle":"{CANARY}"}}}}"#
    );
    let broken = [
        format!(r#"{{"platform":"x","id":"2","text":"{CANARY}"#),
        format!(r#"{{"platform":"x","id":"3","text":["{CANARY}"],"author":{{"id":"a"}}}}"#),
        format!(
            r#"{{"platform":"x","id":"4","text":"{CANARY}","author":{{"handle":"{CANARY}"}}}}"#
        ),
        format!(
            r#"{{"platform":"x","id":"5","text":"{CANARY}","change":"{CANARY}","author":{{"id":"a"}}}}"#
        ),
        CANARY.to_owned(),
    ];
    let input = format!("{good}\n{}\n", broken.join("\n"));
    for filter in ["info", "debug"] {
        let mut command = harken(&["replay", "-"]);
        command.env("HARKEN__TELEMETRY__LOG_FILTER", filter);
        let ended = run(command, input.as_bytes());
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        // Proves that the canary was processed at all.
        assert!(ended.out.contains(CANARY), "standard output lacks the canary");
        assert!(ended.err.contains("5 rejected"), "{}", ended.err);
        assert!(!ended.err.contains(CANARY), "{}", ended.err);
    }
}

#[test]
fn a_malformed_request_is_rejected_without_quoting_it() {
    let ended =
        run(harken(&["score"]), format!("{{\"id\":1,\"text\":[\"{CANARY}\"]}}\n").as_bytes());
    assert_eq!(ended.code, Some(64));
    assert!(ended.err.contains("line 1") && !ended.err.contains(CANARY), "{}", ended.err);
}
