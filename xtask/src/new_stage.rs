//! `cargo xtask new-stage`: writes the crate of a new stage, with its fault-injection test.

use std::fs;
use std::path::Path;

use crate::cargo::{cargo, run_to_success};
use crate::error::TaskError;
use crate::tree::root;

/// The files of the crate, with `NAME` and `TYPE` as placeholders.
const TEMPLATES: [(&str, &str); 3] = [
    ("Cargo.toml", include_str!("../templates/Cargo.toml.txt")),
    ("src/lib.rs", include_str!("../templates/lib.rs.txt")),
    ("tests/faults.rs", include_str!("../templates/faults.rs.txt")),
];

/// Writes `crates/NAME` and prints what remains to be done.
pub(crate) fn run(arguments: &[&str]) -> Result<(), TaskError> {
    let [name] = arguments else {
        return Err(TaskError::Usage("`new-stage` takes the name of the stage".into()));
    };
    check_name(name)?;
    let folder = root()?.join("crates").join(name);
    if folder.exists() {
        return Err(TaskError::Usage(format!("crates/{name} exists already")));
    }
    write_crate(&folder, name)?;
    println!(
        "crates/{name} is written; `cargo test -p {name}` proves it. To run it:\n\
         1. Cargo.toml: {name} = {{ path = \"crates/{name}\" }}; crates/pipeline/Cargo.toml: {name}.workspace = true\n\
         2. deny.toml: {{ crate = \"{name}\", wrappers = [\"pipeline\"], reason = \"stages never see each other\" }}\n\
         3. crates/pipeline/default.toml and crates/pipeline/src/config: the section [{name}]\n\
         4. crates/pipeline/src/stages/build.rs: impl PipelineStage; crates/pipeline/src/stages.rs: a row\n\
         5. deploy/topics.toml: its topics, changelog and dead letters\n\
         6. crates/telemetry/src/table.rs: STAGE; ARCHITECTURE.md: a row; crates/pipeline/src/stages.rs: the length of TABLE"
    );
    Ok(())
}

/// Builds and tests a stage as `run` writes it, in a workspace below `target`.
pub(crate) fn check() -> Result<(), TaskError> {
    let root = root()?;
    let folder = root.join("target/new-stage");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(TaskError::io("remove", &folder))?;
    }
    write_crate(&folder.join("crates/example"), "example")?;
    let manifest = fs::read_to_string(root.join("Cargo.toml"))
        .map_err(TaskError::io("read", &root.join("Cargo.toml")))?;
    write(&folder.join("Cargo.toml"), &workspace(&manifest, &root))?;
    let path = folder.join("Cargo.toml").display().to_string();
    let mut test = cargo(&["test", "--quiet", "--manifest-path", &path])?;
    // One target folder: the crate `stage` is compiled for both.
    test.env("CARGO_TARGET_DIR", root.join("target"));
    run_to_success(test)
}

fn check_name(name: &str) -> Result<(), TaskError> {
    let is_word = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    match is_word {
        true => Ok(()),
        // It becomes a part of topic names, where `_` and `-` have meanings of their own.
        false => Err(TaskError::Usage(format!("{name:?} is not a word of a-z and 0-9"))),
    }
}

fn write_crate(folder: &Path, name: &str) -> Result<(), TaskError> {
    for (file, template) in TEMPLATES {
        let text = template.replace("TYPE", &type_name(name));
        write(&folder.join(file), &replace_name(&text, name))?;
    }
    Ok(())
}

/// Replaces the placeholder, but not the constant `NAME` of the trait.
fn replace_name(text: &str, name: &str) -> String {
    let kept = text.replace("const NAME", "const \u{0}");
    kept.replace("NAME", name).replace('\u{0}', "NAME")
}

fn type_name(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A workspace of one crate with the settings and lints of ours.
fn workspace(manifest: &str, root: &Path) -> String {
    let stage = format!("stage = {{ path = {:?} }}", root.join("crates/stage"));
    let ours = manifest.replace("stage = { path = \"crates/stage\" }", &stage);
    let ours = ours.replace("\"crates/*\", \"xtask\"", "\"crates/*\"");
    let without_default =
        |line: &&str| !line.starts_with("default-members") && !line.starts_with("exclude");
    ours.lines().filter(without_default).fold(String::new(), |text, line| text + line + "\n")
}

fn write(path: &Path, text: &str) -> Result<(), TaskError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(TaskError::io("create", folder))?;
    }
    fs::write(path, text).map_err(TaskError::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_word_of_a_topic() {
        for name in ["audit", "stage2"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "2nd", "my_stage", "my-stage", "Audit", "../x"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_placeholder_is_replaced_and_the_constant_stays() {
        let text = "const NAME: &str = \"NAME\"; NAME::TYPE";
        assert_eq!(replace_name(text, "audit"), "const NAME: &str = \"audit\"; audit::TYPE");
        assert_eq!(type_name("audit"), "Audit");
    }
}
