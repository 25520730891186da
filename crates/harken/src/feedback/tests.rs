use classify::train::{TrainOptions, plans, read_corrections};
use mention::{
    AccountRole, CaseEvent, CaseEventKind, LabelCorrection, Mention, MentionChange, Understanding,
};

use super::ExclusionReason::*;
use super::*;
use stage::EventTime;

fn mention(id: &str, text: &str, received_at: i64) -> Mention {
    let received_at = EventTime::from_micros(received_at);
    let (tenant, platform) = ("acme".to_owned(), "x".to_owned());
    let (id, text) = (id.to_owned(), text.to_owned());
    Mention { tenant, platform, id, text, received_at, ..Mention::default() }
}

fn in_language(code: &str) -> Understanding {
    Understanding { language: Some(code.to_owned()), ..Understanding::default() }
}

fn label(id: &str, (task, was, is): (&str, &str, &str), at: i64) -> CaseEvent {
    let label = LabelCorrection { task: task.to_owned(), was: was.to_owned(), is: is.to_owned() };
    CaseEvent {
        kind: CaseEventKind::LabelCorrected,
        mention_id: Some(format!("acme/x/{id}")),
        label: Some(label),
        occurred_at: EventTime::from_micros(at),
        by: "ada".to_owned(),
        ..CaseEvent::default()
    }
}

fn export(records: &FeedbackRecords) -> Export {
    let specs: Vec<_> =
        plans("", &TrainOptions::default()).into_iter().map(|plan| plan.spec).collect();
    Export::from_records(records, &specs)
}

fn left_out(export: &Export) -> Vec<(ExclusionReason, u64)> {
    export.excluded.iter().map(|(why, labels)| (*why, *labels)).collect()
}

const BAD: (&str, &str, &str) = ("sentiment", "positive", "negative");

#[test]
fn a_corrected_label_becomes_a_row_that_training_reads() {
    let mut records = FeedbackRecords::default();
    records.add_event(label("1", BAD, 20));
    records.add_event(label("2", ("sentiment", "neutral", "neutral"), 20));
    records.add_event(label("1", ("complaint", "no_complaint", "complaint"), 21));
    records.add_mention(&mention("1", "late \"again\"", 10), &in_language("en"));
    records.add_mention(&mention("2", "schon wieder zu spät", 10), &in_language("de"));
    let export = export(&records);
    let lines: Vec<_> = export.rows.iter().map(|r| serde_json::to_string(r).unwrap()).collect();
    let rows = read_corrections(&lines.join("\n")).unwrap();
    let shown: Vec<_> =
        rows.iter().map(|r| [r.task.as_str(), r.text.as_str(), r.label.as_str()]).collect();
    assert_eq!(
        shown,
        [
            ["complaint", "late \"again\"", "complaint"],
            ["sentiment", "late \"again\"", "negative"],
            ["sentiment_multilingual", "schon wieder zu spät", "neutral"],
        ]
    );
    assert_eq!(export.summary(), "3 rows: 2 corrected, 1 confirmed\n");
}

#[test]
fn a_label_becomes_a_row_of_the_task_that_gave_it() {
    let service = |mention| Mention { account_role: AccountRole::Service, ..mention };
    let answer = ("needs_answer", "no_answer", "answer");
    let cases = [
        (mention("1", "late again", 10), "en", BAD, "sentiment"),
        (service(mention("1", "late again", 10)), "en", BAD, "sentiment_service"),
        (service(mention("1", "zu spät", 10)), "de", BAD, "sentiment_multilingual"),
        (service(mention("1", "late again", 10)), "en", answer, "needs_answer"),
    ];
    for (mention, language, labels, task) in cases {
        let mut records = FeedbackRecords::default();
        records.add_event(label("1", labels, 20));
        records.add_mention(&mention, &in_language(language));
        let export = export(&records);
        assert_eq!(export.rows.len(), 1, "{}", export.summary());
        assert_eq!(export.rows[0].task, task);
    }
}

#[test]
fn excluded_labels_are_counted_by_reason() {
    let of = |event: CaseEvent, text: Option<(Mention, &str)>| {
        let mut records = FeedbackRecords::default();
        records.add_event(event);
        if let Some((mention, language)) = text {
            records.add_mention(&mention, &in_language(language));
        }
        let export = export(&records);
        assert!(export.rows.is_empty(), "{:?}", export.rows);
        left_out(&export)
    };
    let text = || Some((mention("1", "late again", 10), "en"));
    let withdrawn = Mention { change: MentionChange::Deleted, ..mention("1", "", 30) };
    let event = |task| label("1", task, 20);
    let cases = [
        (CaseEvent { is_bot: true, ..event(BAD) }, text(), ByBot),
        (CaseEvent { mention_id: None, ..event(BAD) }, text(), NoMention),
        (event(BAD), None, MissingText),
        (event(BAD), Some((mention("1", "  ", 10), "en")), MissingText),
        (event(BAD), Some((withdrawn, "en")), Withdrawn),
        (event(("intent", "praise", "complaint")), text(), NotLearned),
        (event(BAD), Some((mention("1", "te laat", 10), "nl")), Language),
        (
            event(("complaint", "no_complaint", "complaint")),
            Some((mention("1", "zu spät", 10), "de")),
            Language,
        ),
        (event(("sentiment", "positive", "furious")), text(), UnknownLabel),
    ];
    for (event, text, why) in cases {
        assert_eq!(of(event, text), [(why, 1)], "{why:?}");
    }
}

#[test]
fn the_last_label_of_a_mention_counts_and_a_redelivery_counts_once() {
    let mut records = FeedbackRecords::default();
    records.add_mention(&mention("1", "late again", 10), &in_language("en"));
    let first = CaseEvent { event_id: "e1".to_owned(), ..label("1", BAD, 20) };
    records.add_event(label("1", ("sentiment", "negative", "neutral"), 30));
    records.add_event(first.clone());
    records.add_event(first.clone());
    records.add_event(CaseEvent { by: "bob".to_owned(), ..first });
    let export = export(&records);
    assert_eq!(export.rows[0].label, "neutral");
    assert_eq!(left_out(&export), [(Repeated, 2), (Superseded, 1)]);
    assert_eq!(export.rows.len(), 1);
}

#[test]
fn a_text_gives_one_row_and_none_if_its_labels_conflict() {
    let mut records = FeedbackRecords::default();
    for (id, text) in [("1", "late"), ("2", "late"), ("3", "fine"), ("4", "fine")] {
        records.add_mention(&mention(id, text, 10), &in_language("en"));
    }
    for (id, is) in [("1", "negative"), ("2", "negative"), ("3", "positive"), ("4", "neutral")] {
        records.add_event(label(id, ("sentiment", "neutral", is), 20));
    }
    let export = export(&records);
    let rows: Vec<_> = export.rows.iter().map(|r| (r.text.as_str(), r.label.as_str())).collect();
    assert_eq!(rows, [("late", "negative")]);
    assert_eq!(left_out(&export), [(SameText, 1), (Disputed, 2)]);
}

#[test]
fn the_text_is_the_version_that_the_agent_saw() {
    for (at, expected) in [(5, "first"), (15, "first"), (25, "second"), (35, "third")] {
        let mut records = FeedbackRecords::default();
        for (text, received_at) in [("third", 30), ("first", 10), ("second", 20)] {
            records.add_mention(&mention("1", text, received_at), &in_language("en"));
        }
        records.add_event(label("1", BAD, at));
        assert_eq!(export(&records).rows[0].text, expected, "{at}");
    }
}

#[test]
fn lines_are_classified_by_their_fields() {
    let mut records = FeedbackRecords::default();
    let scored = mention::Scored {
        mention: mention("1", "late again", 10),
        understanding: in_language("en"),
        ..Default::default()
    };
    let control = mention::Routed {
        disposition: mention::Disposition::Resolved,
        ..mention::Routed::default()
    };
    let accepted = CaseEvent::default();
    for line in [
        serde_json::to_string(&label("1", BAD, 20)).unwrap(),
        serde_json::to_string(&scored).unwrap(),
        serde_json::to_string(&control).unwrap(),
        serde_json::to_string(&accepted).unwrap(),
        String::new(),
        "{\"kind\":\"accepted\"}".to_owned(),
        "nonsense".to_owned(),
    ] {
        records.add_line(&line);
    }
    assert_eq!((records.unreadable, records.is_empty()), (2, false));
    let export = export(&records);
    assert_eq!((export.rows.len(), export.excluded.len()), (1, 0));
    assert!(export.summary().ends_with("\n2 records are malformed\n"), "{}", export.summary());
}
