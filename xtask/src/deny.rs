//! `cargo deny`: which crates may depend on which, licences and sources, as `deny.toml` says.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, succeed};
use crate::failure::Failure;

/// Pinned, so that a new release cannot turn an old commit red.
const VERSION: &str = "0.18.9";

/// Checks; the first time it compiles cargo-deny into `target/tools`.
pub(crate) fn check() -> Result<(), Failure> {
    let root = crate::tree::root()?;
    let program = ensure(&root)?;
    let mut check = Command::new(program);
    // A wrapper says who may depend, not who does so already.
    check.args(["check", "--hide-inclusion-graph", "--allow", "unused-wrapper"]);
    check.args(["bans", "licenses", "sources"]);
    check.current_dir(root);
    succeed(check)
}

fn ensure(root: &Path) -> Result<PathBuf, Failure> {
    let tools = root.join("target/tools");
    let program = tools.join("bin/cargo-deny");
    if is_wanted(&program) {
        return Ok(program);
    }
    println!("installing cargo-deny {VERSION} into target/tools, once");
    let mut install = cargo(&["install", "cargo-deny", "--locked", "--quiet", "--force"])?;
    install.args(["--version", VERSION]).arg("--root").arg(&tools);
    // A directory of its own, so that it neither waits for nor spoils the workspace's.
    install.env("CARGO_TARGET_DIR", tools.join("build"));
    succeed(install)?;
    let _ = std::fs::remove_dir_all(tools.join("build"));
    Ok(program)
}

fn is_wanted(program: &Path) -> bool {
    let said = Command::new(program).arg("--version").output();
    said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim().ends_with(VERSION))
}
