//! What an operator asks of decisions that were made, and of a shadow that decides beside them.

use std::path::PathBuf;

use super::operations::said;
use super::site::Site;

const DECIDE: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];

#[test]
fn a_shadow_decides_everything_routes_nothing_and_tells_the_difference() {
    let mut site = Site::new("shadowed");
    let shadow = Site::new("shadow");
    let (other, shadowed) = (other_rules(), site.settings.prefix.clone());
    let environment = [
        ("HARKEN__KAFKA__SHADOW_OF", shadowed.as_str()),
        ("HARKEN__ESCALATION__RULES", other.to_str().unwrap()),
    ];
    let live = site.harken(&DECIDE, &[]);
    let beside = shadow.harken(&DECIDE, &environment);
    site.feed(300);
    site.check();
    let decided = site.routed().len();
    site.await_that("the shadow to decide as much", || shadow.routed().len() >= decided);
    let owners = |site: &Site| -> Vec<String> {
        let mut owners: Vec<_> = site.routed().into_iter().map(|one| one.route.owner).collect();
        owners.sort();
        owners
    };
    assert_ne!(owners(&site), owners(&shadow), "the rules differ");
    assert_eq!(site.routed().len(), decided, "a shadow adds nothing to what is routed");
    let compared = shadow.output_with(&["audit", "compare"], &environment);
    assert_eq!(compared.status.code(), Some(0), "{}", said(&compared));
    let told = said(&compared);
    assert!(told.contains("decisions would be different") && told.contains("owner: "), "{told}");
    assert!(!told.starts_with("0 of "), "{told}");
    let alone = site.output(&["audit", "compare"]);
    assert_eq!(alone.status.code(), Some(78), "{}", said(&alone));
    assert!(said(&alone).contains("kafka.shadow_of"), "{}", said(&alone));
    let all = shadow.output_with(&["run", "all"], &environment);
    assert_eq!(all.status.code(), Some(78), "{}", said(&all));
    beside.end_in_good_order();
    live.end_in_good_order();
    std::fs::remove_dir_all(other).unwrap();
}

/// Rules by which praise goes to another team.
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
fn a_mention_is_explained_and_the_decisions_about_all_are_verified_from_the_topics() {
    let mut site = Site::new("audited");
    site.feed(200);
    let chain = site.harken(&DECIDE, &[]);
    site.check();
    let one = site.routed().pop().unwrap();
    let explained = site.output(&["explain", &one.mention_id]);
    assert_eq!(explained.status.code(), Some(0), "{}", said(&explained));
    let told = said(&explained);
    let parts = ["mention.received.v1", "mention.scored.v1", "mention.routed.v1", " = "];
    assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    assert!(one.mention.text.is_empty() || !told.contains(&one.mention.text), "{told}");
    let unknown = site.output(&["explain", "default/x/nobody"]);
    assert_eq!(unknown.status.code(), Some(64), "{}", said(&unknown));
    let verified = site.output(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    assert_eq!(said(&verified).matches(": unbroken").count(), 3, "{}", said(&verified));
    chain.end_in_good_order();
}
