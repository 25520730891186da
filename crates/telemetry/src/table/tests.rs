use super::*;

#[test]
fn names_are_sorted_and_end_with_unit_and_total() {
    assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
    for row in TABLE {
        let name = row.name.strip_suffix("_total");
        assert_eq!(name.is_some(), row.kind == Counter, "{}", row.name);
        let name = name.unwrap_or(row.name);
        assert!(name.starts_with("harken_") || name.starts_with("process_"), "{name}");
        assert!(row.name.ends_with("_info") || name.ends_with(&format!("_{}", row.unit)), "{name}");
    }
}

#[test]
fn only_the_lag_has_a_partition_label() {
    let with: Vec<_> = TABLE.iter().filter(|row| row.labels.contains(&PARTITION)).collect();
    let names: Vec<_> = with.iter().map(|row| row.name).collect();
    assert_eq!(names, ["harken_consumer_lag_records", "harken_consumer_lag_seconds"]);
}

#[test]
fn the_markdown_has_one_line_per_metric() {
    let markdown = table_markdown();
    assert_eq!(markdown.lines().count(), TABLE.len() + 2);
    let line = "| `harken_dead_letter_records_total` | counter | records | `stage`: ingest, \
                dedupe, sentiment, priority, escalation, calls, surge, metrics; `reason`: undecodable, \
                unknown_schema, invalid, quarantined, unreadable | Records sent to the dead letters. |";
    assert!(markdown.lines().any(|found| found == line), "{markdown}");
}

#[test]
fn every_store_has_a_label_value_and_a_stage() {
    let (LabelValues::Listed(stores), LabelValues::Listed(stages)) = (STORE.values, STAGE.values)
    else {
        panic!("stores and stages must be listed")
    };
    for (stage, store) in STORES {
        assert!(stages.contains(&stage) && stores.contains(&store), "{stage} {store}");
    }
    assert!(stores.iter().all(|store| STORES.iter().any(|(_, it)| it == store)));
}

#[test]
fn dead_letter_reasons_match_the_stage_contract() {
    let LabelValues::Listed(values) = REASON.values else { panic!("reasons must be listed") };
    let reasons: Vec<_> = stage::RejectReason::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(values, reasons);
}
