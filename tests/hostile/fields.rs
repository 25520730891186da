//! Replaces each field of a record by extreme values.

use mention::codec::AvroRecord;
use serde_json::{Value, json};
use stage::TimeDelta;

use super::START;

/// Extreme values for a field, by the type of its present value. The struct rejects those of another
/// type or range.
fn extremes(value: &Value) -> Vec<Value> {
    let texts = || {
        // Around the limits of a text (100,000 characters) and of a record (1 MiB).
        let lengths = [100_000, 700_000, 990_000, 1_200_000];
        let mut long: Vec<Value> = lengths.map(|n| json!("x".repeat(n))).to_vec();
        long.push(json!("\u{1F4F6}".repeat(100_000)));
        long.push(json!("é".repeat(50_000) + &"refund!".repeat(7_000)));
        let short = ["", "a\u{0}b", "a/b", "\u{202E}", "\u{FEFF}"].map(Value::from);
        [&long[..], &short[..]].concat()
    };
    let numbers = || {
        let long = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX].map(Value::from);
        // As a time: the years 1, 2024 and 9999, two hours ahead, and nanoseconds instead of
        // microseconds.
        let times = [
            -62_135_596_800_000_000,
            1_704_067_200_000_000,
            253_402_300_799_000_000,
            (START + 2 * TimeDelta::HOUR).as_micros(),
            START.as_micros().saturating_mul(1_000),
        ];
        [&long[..], &[json!(i32::MIN), json!(i32::MAX)], &times.map(Value::from)].concat()
    };
    match value {
        Value::Bool(set) => vec![json!(!set)],
        Value::Number(_) => numbers(),
        Value::String(_) => texts(),
        Value::Null => [texts(), numbers(), vec![json!(true), json!(f64::MAX)]].concat(),
        Value::Array(items) => {
            let item = items.first().cloned().unwrap_or(json!("x"));
            vec![json!([]), Value::Array(vec![item; 20_000])]
        }
        Value::Object(_) => vec![Value::Null],
    }
}

/// The record with each field in turn replaced by each extreme value, named by the path of the field.
pub(super) fn hostile<F: AvroRecord>(record: &F) -> Vec<(String, F)> {
    let whole = serde_json::to_value(record).unwrap();
    let mut paths = Vec::new();
    collect_paths(&whole, String::new(), &mut paths);
    let mut all = Vec::new();
    for path in paths {
        for extreme in extremes(whole.pointer(&path).unwrap()) {
            let mut changed = whole.clone();
            *changed.pointer_mut(&path).unwrap() = extreme;
            if let Ok(record) = serde_json::from_value(changed) {
                all.push((path.clone(), record));
            }
        }
    }
    assert!(all.len() > 20, "{} of {}", all.len(), F::SCHEMA);
    all
}

fn collect_paths(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                collect_paths(field, format!("{path}/{name}"), paths);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_paths(item, format!("{path}/{index}"), paths);
            }
        }
        _ => {}
    }
    if !path.is_empty() {
        paths.push(path);
    }
}
