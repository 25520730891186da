//! Runs `cargo deny`, which enforces `deny.toml`: dependency direction, licences and sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, run_to_success};
use crate::error::TaskError;

/// Pinned, so that a new release of cargo-deny cannot fail an old commit.
const VERSION: &str = "0.18.9";

/// Runs the check. The first call compiles cargo-deny into `target/tools`.
pub(crate) fn check() -> Result<(), TaskError> {
    let root = crate::tree::root()?;
    let program = ensure_installed(&root)?;
    let mut check = Command::new(program);
    // `wrappers` lists who may depend on a crate; a wrapper that does not use it is no mistake.
    check.args(["check", "--hide-inclusion-graph", "--allow", "unused-wrapper"]);
    check.args(["bans", "licenses", "sources"]);
    check.current_dir(root);
    run_to_success(check)
}

fn ensure_installed(root: &Path) -> Result<PathBuf, TaskError> {
    let tools = root.join("target/tools");
    let program = tools.join("bin/cargo-deny");
    if is_pinned_version(&program) {
        return Ok(program);
    }
    println!("installing cargo-deny {VERSION} into target/tools, once");
    let mut install = cargo(&["install", "cargo-deny", "--locked", "--quiet", "--force"])?;
    install.args(["--version", VERSION]).arg("--root").arg(&tools);
    // A separate target directory: the outer cargo holds the lock of the workspace's.
    install.env("CARGO_TARGET_DIR", tools.join("build"));
    run_to_success(install)?;
    // The build directory only saves time on a rebuild, so a failed removal is harmless.
    let _ = std::fs::remove_dir_all(tools.join("build"));
    Ok(program)
}

fn is_pinned_version(program: &Path) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim().ends_with(VERSION))
}
