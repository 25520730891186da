//! Writes the seeds of the targets, from the samples of the repository: `cargo run --example seeds`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use harken_fuzz::doors::DOORS;
use harken_fuzz::run::from_changelog;
use harken_fuzz::{RULES, START, context, raw, samples};
use pipeline::config::DEFAULT_TOML;
use pipeline::routing_chain::RoutingChain;
use pipeline::stages::PipelineStage;
use stage::{Input as _, Stage, TimeDelta};

#[path = "../../crates/rules/tests/all/small.rs"]
#[allow(dead_code, reason = "only the rules are used, not what changes them")]
mod small;

/// The seeds of each target.
#[derive(Default)]
struct Seeds(BTreeMap<&'static str, Vec<Vec<u8>>>);

impl Seeds {
    fn add(&mut self, target: &'static str, head: &[u8], body: impl AsRef<[u8]>) {
        self.0.entry(target).or_default().push([head, body.as_ref()].concat());
    }
}

fn main() -> std::io::Result<()> {
    let mut seeds = Seeds::default();
    payloads(&mut seeds);
    records(&mut seeds);
    changelogs(&mut seeds);
    texts(&mut seeds);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (target, all) in seeds.0 {
        let folder = root.join(target);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in all.iter().enumerate() {
            std::fs::write(folder.join(format!("{number:02}")), seed)?;
        }
        println!(
            "{target}: {} seeds, {} bytes",
            all.len(),
            all.iter().map(Vec::len).sum::<usize>()
        );
    }
    Ok(())
}

const CANONICAL: &str = include_str!("../../crates/platforms/fixtures/canonical.ndjson");
const JETSTREAM: &str = include_str!("../../crates/platforms/fixtures/jetstream.jsonl");
const X_V2: &str = include_str!("../../crates/platforms/fixtures/x-v2.json");
const AFTERNOON: &str = include_str!("../../tests/fixtures/afternoon.ndjson");

/// Payloads for the parsers, the endpoint and `replay`, each line by itself.
fn payloads(seeds: &mut Seeds) {
    for (n, line) in CANONICAL.lines().take(24).enumerate() {
        seeds.add("payload", &[0], line);
        seeds.add("http", &[0, (n % 3) as u8], line);
    }
    seeds.add(
        "payload",
        &[3],
        format!("[{}]", CANONICAL.lines().take(2).collect::<Vec<_>>().join(",")),
    );
    JETSTREAM.lines().take(24).for_each(|line| seeds.add("payload", &[1], line));
    seeds.add("payload", &[2 + 4 * 6], X_V2);
    for (format, file) in [(0, AFTERNOON), (0, CANONICAL), (1, JETSTREAM), (2, X_V2)] {
        let lines: Vec<&str> = file.lines().take(if format == 2 { 400 } else { 6 }).collect();
        seeds.add("lines", &[format + 3 * 5], lines.join("\n"));
    }
    let lines = CANONICAL.lines().take(3).collect::<Vec<_>>().join("\n");
    seeds.add("http", &[8, 1], format!("Bearer a-key-of-sixteen-characters\n00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n{lines}"));
    for line in AFTERNOON.lines().take(30) {
        let Some((_, text)) = line.split_once("\"text\":\"") else { continue };
        let text = text.split('"').next().unwrap_or_default();
        seeds.add("judge", &[], text);
        seeds.add("understand", &[], text);
    }
}

/// The bodies of records, without the header that the targets add.
fn records(seeds: &mut Seeds) {
    const HEADER: usize = 10;
    let inputs = <RoutingChain as Stage>::In::topics();
    for (n, door) in DOORS.iter().enumerate() {
        let Some((_, value)) = samples::good(door.topic, START) else { continue };
        seeds.add("record", &[n as u8], &value[HEADER..]);
        if let Some(index) = inputs.iter().position(|topic| *topic == door.topic) {
            seeds.add("chain", &[index as u8], &value[HEADER..]);
        }
    }
    if let Some((_, value)) = samples::good(mention::topics::INCIDENT, START) {
        seeds.add("record", &[DOORS.len() as u8], &value[HEADER..]);
        seeds.add("chain", &[inputs.len() as u8], &value[HEADER..]);
    }
    if let Some((_, value)) = samples::good(mention::topics::ROUTED, START) {
        seeds.add("audit", &[1], &value[HEADER..]);
    }
    let example = include_str!("../../schemas/examples/harken.mention.Routed.json");
    let value: serde_json::Value = serde_json::from_str(example).expect("is JSON");
    seeds.add("audit", &[2], format!("{value}\n{value}"));
}

/// What each stage writes into its changelog for the good records, one entry a seed and all in one.
fn changelogs(seeds: &mut Seeds) {
    changelog::<dedupe::Dedupe>(0, seeds);
    changelog::<priority::Prioritizer>(1, seeds);
    changelog::<escalation::Escalation>(2, seeds);
    changelog::<calls::Calls>(3, seeds);
    changelog::<surge::Surge>(4, seeds);
    changelog::<reporting::Reporting>(5, seeds);
}

fn changelog<S: PipelineStage>(choice: u8, seeds: &mut Seeds) {
    let stage = S::build(context()).expect("the defaults are valid");
    let good = S::In::topics().into_iter().filter_map(|topic| {
        let (key, value) = samples::good(topic, START)?;
        Some(raw(topic, key, Some(value)))
    });
    let rules = Arc::new(RULES.part());
    let effects = from_changelog(&stage, &rules, &[], good.collect(), TimeDelta::DAY);
    let mut all = Vec::new();
    for change in effects.expect("an empty changelog is restored").changes {
        let value = change.value.as_deref();
        let length = value.map_or(u16::MAX, |value| value.len() as u16);
        let mut entry = vec![change.key.len() as u8];
        entry.extend(length.to_be_bytes());
        entry.extend(&change.key);
        entry.extend(value.unwrap_or_default());
        all.extend(&entry);
        // A few of each kind are enough: the rest is in the seed with all of them.
        if seeds.0.get("changelog").map_or(0, Vec::len) < 8 * (usize::from(choice) + 1) {
            seeds.add("changelog", &[choice], &entry);
        }
    }
    all.truncate(6_000);
    seeds.add("changelog", &[choice], &all);
}

/// Rules, conditions, settings, exports and histories.
fn texts(seeds: &mut Seeds) {
    seeds.add("rules", &[], small::SMALL);
    let northline = rules::northline();
    for text in northline.iter().map(|source| source.text.as_str()).chain([small::SMALL]) {
        if text.len() < 6_000 {
            seeds.add("rules", &[], text);
        }
        for line in text.lines() {
            let Some((_, condition)) = line.split_once("when = ") else { continue };
            let quote = &condition[..1];
            let Some(condition) = condition[1..].split(quote).next() else { continue };
            seeds.add("condition", &[if text == small::SMALL { 2 } else { 0 }], condition);
        }
    }
    let set = |section: &str| section.replace("key = \"\"", "key = \"s3cr3t-s3cr3t-s3cr3t\"");
    for section in DEFAULT_TOML.split("\n\n[").take(24) {
        let lines = section.lines().filter(|line| !line.trim_start().starts_with('#'));
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        let bracket = if section.starts_with('[') { "" } else { "[" };
        seeds.add("settings", &[0], set(&format!("{bracket}{}\n", lines.join("\n"))));
    }
    seeds.add("settings", &[1], "WORKER__BATCH=9\nKAFKA__PREFIX=a.b\nINGEST__API_KEY=s3cr3t-s3cr3t-s3cr3t\nESCALATION__RULES=\n");
    seeds.add("profiles", &[0], "customer_id,tier,author_id.x,author_id.bluesky,notes\nc-1,gold,\"11; 12\",did:plc:abc,\"says \"\"hi\"\",\nloves us\"\nc-2,,21,,\n");
    seeds.add("profiles", &[0], "tenant,customer_id,platform,author_id,value,open_cases,updated_at,deleted,matched_by,confidence\nnorthline,c-1,x,11,1234.5,2,2026-02-25T12:00:00Z,no,login,0.98\n");
    seeds.add("profiles", &[1], "{\"tenant\":\"southline\",\"customer_id\":\"c-1\",\"tier\":\"gold\",\"value\":1234.5,\"open_cases\":2,\"updated_at\":\"2026-02-25T12:00:00Z\",\"identities\":[{\"platform\":\"x\",\"author_id\":\"11\",\"matched_by\":\"login\",\"confidence\":0.98}]}\n");
    seeds.add("forecast", &[], "hour,count\n2026-11-23T10:00:00Z,3\n\n2026-11-23T10:59:00Z, 4\n2026-11-23T12:00:00+01:00,0\n");
}
