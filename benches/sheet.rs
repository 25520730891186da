//! The results: medians over rounds, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

/// Every number measured, by what it measures, in the order of the first round.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    names: Vec<String>,
    values: BTreeMap<String, Vec<f64>>,
}

impl Sheet {
    /// Notes a number of one round; names are `configuration / what, unit`.
    pub(crate) fn note(&mut self, name: &str, value: f64) {
        println!("    {name}: {value:.2}");
        if !self.values.contains_key(name) {
            self.names.push(name.to_owned());
        }
        self.values.entry(name.to_owned()).or_default().push(value);
    }

    fn median(&self, name: &str) -> Option<f64> {
        let mut values = self.values.get(name)?.clone();
        values.sort_by(f64::total_cmp);
        let (low, high) = (values.get((values.len() - 1) / 2)?, values.get(values.len() / 2)?);
        Some(f64::midpoint(*low, *high))
    }

    /// The latency of the broker alone that a name is compared with.
    fn floor(&self, name: &str) -> Option<f64> {
        let (configuration, what) = name.split_once(" / ")?;
        (configuration != "floor" && what.ends_with("ms"))
            .then(|| self.median(&format!("floor / {what}")))?
    }

    /// One line a number: the median, all rounds, and for latencies the ratio to the floor.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for name in &self.names {
            let median = self.median(name).unwrap_or_default();
            let ratio = self.floor(name).map(|floor| format!("{:.1} x floor", median / floor));
            let rounds = &self.values[name];
            let _ = writeln!(
                text,
                "{name:<58} {median:>10.2}  {:<14} {rounds:.2?}",
                ratio.unwrap_or_default()
            );
        }
        text
    }

    /// The same for a program.
    pub(crate) fn json(&self) -> Value {
        let row = |name: &String| {
            let median = self.median(name);
            let ratio = median.zip(self.floor(name)).map(|(median, floor)| median / floor);
            let rounds = self.values.get(name);
            json!({"name": name, "median": median, "rounds": rounds, "ratio_to_floor": ratio})
        };
        Value::Array(self.names.iter().map(row).collect())
    }
}
