//! Results of a benchmark: medians over its rounds, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

/// All measured values by name, in the order of the first round.
#[derive(Debug, Default)]
pub(crate) struct Results {
    names: Vec<String>,
    values: BTreeMap<String, Vec<f64>>,
}

impl Results {
    /// Adds the value of one round. A name has the form `configuration / quantity, unit`.
    pub(crate) fn record(&mut self, name: &str, value: f64) {
        println!("    {name}: {value:.2}");
        if !self.values.contains_key(name) {
            self.names.push(name.to_owned());
        }
        self.values.entry(name.to_owned()).or_default().push(value);
    }

    fn median(&self, name: &str) -> Option<f64> {
        let mut values = self.values.get(name)?.clone();
        values.sort_by(f64::total_cmp);
        // The mean of the two middle values; for an odd count they are the same.
        let (low, high) = (values.get((values.len() - 1) / 2)?, values.get(values.len() / 2)?);
        Some(f64::midpoint(*low, *high))
    }

    /// The median of the same latency for the broker alone; none for other quantities.
    fn floor(&self, name: &str) -> Option<f64> {
        let (configuration, quantity) = name.split_once(" / ")?;
        (configuration != "floor" && quantity.ends_with("ms"))
            .then(|| self.median(&format!("floor / {quantity}")))?
    }

    /// One line for each name: median, ratio to the floor (latencies only), values of all rounds.
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

    /// The same as JSON.
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
