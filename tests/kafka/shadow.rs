//! Audit and explanation of past decisions, and comparison with a shadow.

use std::path::PathBuf;

use super::deployment::Deployment;
use super::operations::output_text;

const CHAIN: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];

#[test]
fn a_shadow_decides_every_mention_publishes_nothing_and_reports_differences() {
    let mut site = Deployment::new("shadowed");
    let shadow = Deployment::new("shadow");
    let (other, shadowed) = (other_rules(), site.settings.prefix.clone());
    let environment = [
        ("HARKEN__KAFKA__SHADOW_OF", shadowed.as_str()),
        ("HARKEN__ESCALATION__RULES", other.to_str().unwrap()),
    ];
    let live = site.start(&CHAIN, &[]);
    let shadow_process = shadow.start(&CHAIN, &environment);
    site.publish_mentions(300);
    site.check_against_oracle();
    let decided = site.routed().len();
    site.wait_until("the shadow to decide every mention", || shadow.routed().len() >= decided);
    let owners = |site: &Deployment| -> Vec<String> {
        let mut owners: Vec<_> = site.routed().into_iter().map(|one| one.route.owner).collect();
        owners.sort();
        owners
    };
    assert_ne!(owners(&site), owners(&shadow), "the shadow decides by the same rules");
    assert_eq!(site.routed().len(), decided, "the shadow publishes to the routed topic");
    let compared = shadow.output_with(&["audit", "compare"], &environment);
    assert_eq!(compared.status.code(), Some(0), "{}", output_text(&compared));
    let text = output_text(&compared);
    assert!(text.contains("decisions would be different") && text.contains("owner: "), "{text}");
    assert!(!text.starts_with("0 of "), "{text}");
    // Without a shadow there is nothing to compare with.
    let alone = site.output(&["audit", "compare"]);
    assert_eq!(alone.status.code(), Some(78), "{}", output_text(&alone));
    assert!(output_text(&alone).contains("kafka.shadow_of"), "{}", output_text(&alone));
    // A shadow must not ingest: its mentions come from the deployment it shadows.
    let all = shadow.output_with(&["run", "all"], &environment);
    assert_eq!(all.status.code(), Some(78), "{}", output_text(&all));
    shadow_process.terminate();
    live.terminate();
    std::fs::remove_dir_all(other).unwrap();
}

/// A temporary copy of the sample rules that routes praise to another team.
fn other_rules() -> PathBuf {
    let folder = crate::binary::scratch("other-rules");
    std::fs::create_dir_all(&folder).unwrap();
    for rules::Source { file, text } in rules::northline() {
        let thanks = "about a person. Never answer with an offer.\"\nvisibility = \"public\"\n";
        let [was, is] = ["community", "care"].map(|team| format!("{thanks}owner = \"{team}\""));
        let text = text.replace(&was, &is);
        std::fs::write(folder.join(&file), text).unwrap();
    }
    folder
}

#[test]
fn explain_and_audit_read_the_decisions_from_the_topics() {
    let mut site = Deployment::new("audited");
    site.publish_mentions(200);
    let chain = site.start(&CHAIN, &[]);
    site.check_against_oracle();
    let one = site.routed().pop().unwrap();
    let explained = site.output(&["explain", &one.mention_id]);
    assert_eq!(explained.status.code(), Some(0), "{}", output_text(&explained));
    let text = output_text(&explained);
    let parts = ["mention.received.v1", "mention.scored.v1", "mention.routed.v1", " = "];
    assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    assert!(one.mention.text.is_empty() || !text.contains(&one.mention.text), "{text}");
    let unknown = site.output(&["explain", "default/x/nobody"]);
    assert_eq!(unknown.status.code(), Some(64), "{}", output_text(&unknown));
    let verified = site.output(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", output_text(&verified));
    assert!(!output_text(&verified).contains("forgotten"), "{}", output_text(&verified));
    assert_eq!(
        output_text(&verified).matches(": unbroken").count(),
        3,
        "{}",
        output_text(&verified)
    );
    chain.terminate();
}
