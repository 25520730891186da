//! Rules as somebody who writes them meets them.

use std::path::{Path, PathBuf};

use crate::binary::{file, harken, run};

const SAMPLE: &str = "deploy/rules/northline";

/// A copy of the sample in a folder of its own, with one piece of one file changed.
struct Copy(PathBuf);

impl Copy {
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

impl Drop for Copy {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary ones does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn sample() -> String {
    file(SAMPLE).to_str().unwrap().to_owned()
}

#[test]
fn the_sample_is_right_and_every_problem_of_a_spoilt_one_is_told_with_78() {
    let ended = run(harken(&["rules", "check", &sample(), "--on", "2026-11-23"]), b"");
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert!(ended.out.contains("are right: tenants 1, teams 12"), "{}", ended.out);

    let spoilt = Copy::with("check", "playbook.toml", "owner = \"legal\"", "owner = \"lawyers\"");
    let ended = run(harken(&["rules", "check", spoilt.path(), "--on", "2027-12-31"]), b"");
    assert_eq!(ended.code, Some(78));
    let line = |name: &str, found: &str| {
        let text = std::fs::read_to_string(spoilt.0.join(name)).unwrap();
        let at = text.find(found).unwrap_or_else(|| panic!("{found}"));
        let path = Path::new(spoilt.path()).join(name);
        format!("{}, line {}: ", path.display(), text[..at].matches('\n').count() + 1)
    };
    for (place, told) in [
        (line("playbook.toml", "owner = \"lawyers\""), "there is no team \"lawyers\"; name"),
        (line("paths.toml", "confirmed ="), "stale: nobody has confirmed \"Ines Marlow\""),
    ] {
        let is_told = ended.err.lines().any(|said| said.starts_with(&place) && said.contains(told));
        assert!(is_told, "{place}{told}\n{}", ended.err);
    }
}

#[test]
fn rules_that_are_only_stale_are_told_by_the_check() {
    let late = run(harken(&["rules", "check", &sample(), "--on", "2028-06-01"]), b"");
    assert_eq!(late.code, Some(78));
    assert!(late.err.lines().count() > 5, "{}", late.err);
    assert!(late.err.lines().skip(1).all(|line| line.contains(": stale: ")), "{}", late.err);
}

#[test]
fn every_variable_of_conditions_is_listed() {
    let ended = run(harken(&["rules", "variables"]), b"");
    assert_eq!(ended.code, Some(0));
    for variable in rules::VARIABLES {
        assert!(ended.out.contains(&format!("{} ", variable.name)), "{}", variable.name);
    }
}
