//! Runs the `harken` binary as a user does.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The binary without the `HARKEN__…` settings in the environment of the person who runs the tests.
pub(crate) fn harken(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harken"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HARKEN__") {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("RUST_BACKTRACE", "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the binary with this standard input until it exits.
pub(crate) fn run(mut command: Command, input: &[u8]) -> Ended {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A thread of its own, since the pipe may be full in both directions. The binary may close its
    // input early, so a failed write is no error.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let ended = Ended::from(child.wait_with_output().unwrap());
    writer.join().unwrap();
    ended
}

/// Exit code and output of a run.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A file of this repository.
pub(crate) fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// A file of the shared data, which a public clone lacks. Without it a test prints that it was skipped;
/// in CI its absence is a failure.
pub(crate) fn shared(test: &str, path: &str) -> Option<PathBuf> {
    let found = file("../shared/data").join(path);
    if found.exists() {
        return Some(found);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "../shared/data is absent");
    println!("SKIPPED {test}: ../shared/data is absent");
    None
}

/// A path for a file that a test writes.
pub(crate) fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("harken-test-{}-{name}", std::process::id()))
}
