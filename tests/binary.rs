//! The binary under test, run as a user runs it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The binary, free of the settings of whoever runs the tests.
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

/// Runs the binary to its end with this standard input.
pub(crate) fn run(mut command: Command, input: &[u8]) -> Ended {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The reader may leave before the end.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let ended = Ended::from(child.wait_with_output().unwrap());
    writer.join().unwrap();
    ended
}

/// How a run ended.
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

/// A file of the shared data, which a stranger's clone lacks: the test says that it was skipped.
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
