//! `harken rules`: check, test, compare and list the variables of conditions.

use std::path::{Path, PathBuf};

use crate::binary::{file, harken, run};

const SAMPLE: &str = "deploy/rules/northline";

/// A temporary copy of the sample rules in which one snippet of one file is replaced.
struct RulesCopy(PathBuf);

impl RulesCopy {
    fn with(name: &str, changed: &str, from: &str, to: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("harken-rules-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for entry in std::fs::read_dir(file(SAMPLE)).unwrap() {
            let path = entry.unwrap().path();
            let mut text = std::fs::read_to_string(&path).unwrap();
            if path.ends_with(changed) {
                assert!(text.contains(from), "{from}");
                text = text.replacen(from, to, 1);
            }
            std::fs::write(folder.join(path.file_name().unwrap()), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for RulesCopy {
    fn drop(&mut self) {
        // A leftover in the temporary folder is harmless.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn sample() -> String {
    file(SAMPLE).to_str().unwrap().to_owned()
}

#[test]
fn check_accepts_the_sample_and_reports_every_error_with_its_line_and_exit_code_78() {
    let ended = run(harken(&["rules", "check", &sample(), "--on", "2026-11-23"]), b"");
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert!(ended.out.contains("are valid: tenants 1, teams 12"), "{}", ended.out);

    let broken =
        RulesCopy::with("check", "playbook.toml", "owner = \"legal\"", "owner = \"lawyers\"");
    let ended = run(harken(&["rules", "check", broken.path(), "--on", "2027-12-31"]), b"");
    assert_eq!(ended.code, Some(78));
    let line = |name: &str, found: &str| {
        let text = std::fs::read_to_string(broken.0.join(name)).unwrap();
        // Lines count from 1.
        let at = text.find(found).unwrap_or_else(|| panic!("{found}"));
        let path = Path::new(broken.path()).join(name);
        format!("{}, line {}: ", path.display(), text[..at].matches('\n').count() + 1)
    };
    for (location, problem) in [
        (line("playbook.toml", "owner = \"lawyers\""), "there is no team \"lawyers\"; name"),
        (line("paths.toml", "confirmed ="), "stale: \"Ines Marlow\" was last confirmed"),
    ] {
        let is_it = |line: &str| line.starts_with(&location) && line.contains(problem);
        assert!(ended.err.lines().any(is_it), "{location}{problem}\n{}", ended.err);
    }
}

#[test]
fn stale_rules_fail_the_check_but_a_process_starts_with_them() {
    let late = run(harken(&["rules", "check", &sample(), "--on", "2028-06-01"]), b"");
    assert_eq!(late.code, Some(78));
    assert!(late.err.lines().skip(1).all(|line| line.contains(": stale: ")), "{}", late.err);
    let mut replay = harken(&["replay", file("tests/fixtures/afternoon.ndjson").to_str().unwrap()]);
    replay.env("HARKEN__ESCALATION__RULES", sample());
    assert_eq!(run(replay, b"").code, Some(0));
}

#[test]
fn the_cases_of_the_sample_pass_and_a_failing_case_is_reported() {
    let ended = run(harken(&["rules", "test", &sample()]), b"");
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert_eq!(ended.out, "8 cases are decided as expected\n");

    let broken = RulesCopy::with(
        "test",
        "playbook.toml",
        "followers >= 100000 &&",
        "followers >= 9000000 &&",
    );
    let ended = run(harken(&["rules", "test", broken.path()]), b"");
    assert_eq!(ended.code, Some(78));
    assert!(ended.err.contains("pass 1 of 8 cases"), "{}", ended.err);
    let case = "a complaint that a hundred thousand hear goes to the press office: rule is ";
    assert!(ended.err.contains(case), "{}", ended.err);
    assert!(ended.err.contains(", not loud-complaint; "), "{}", ended.err);
}

#[test]
fn diff_reports_the_decisions_that_other_rules_change() {
    let other = RulesCopy::with(
        "diff",
        "playbook.toml",
        "followers >= 100000 &&",
        "followers >= 9000000 &&",
    );
    let afternoon = file("tests/fixtures/afternoon.ndjson");
    let afternoon = afternoon.to_str().unwrap();
    let same = run(harken(&["rules", "diff", &sample(), &sample(), "--over", afternoon]), b"");
    assert_eq!(same.code, Some(0), "{}", same.err);
    assert!(same.out.starts_with("0 of "), "{}", same.out);

    let diff = ["rules", "diff", &sample(), other.path(), "--over", afternoon];
    let ended = run(harken(&diff), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.out.contains("rule: loud-complaint -> "), "{}", ended.out);
    assert!(ended.out.contains("owner: press -> "), "{}", ended.out);

    // Routed records hold the understanding, so the comparison does not run the model again.
    let routed = run(harken(&["replay", afternoon]), b"").out;
    let lines = other.0.join("routed.ndjson");
    std::fs::write(&lines, routed).unwrap();
    let recorded = lines.to_str().unwrap();
    let diff = ["rules", "diff", &sample(), other.path(), "--over", recorded, "--format", "routed"];
    let again = run(harken(&diff), b"");
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert!(again.out.contains("rule: loud-complaint -> "), "{}", again.out);
}

#[test]
fn every_variable_of_the_conditions_is_listed() {
    let ended = run(harken(&["rules", "variables"]), b"");
    assert_eq!(ended.code, Some(0));
    for variable in rules::VARIABLES {
        assert!(ended.out.contains(&format!("{} ", variable.name)), "{}", variable.name);
    }
}
