//! One test on one state of the copy: compile first, then run, with an end in any case.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use testbroker::{DIRECTORY_VARIABLE, SHARED_VARIABLE};

use super::copy::Copy;
use crate::failure::Failure;

/// A mutant may make a test wait for ever; that is noticed, too.
const PATIENCE: Duration = Duration::from_secs(900);
const STEP: Duration = Duration::from_millis(50);
/// A mutant may also make a test collect without end: so many KiB of addresses, and it fails.
const MEMORY_KIB: &str = "12582912";

/// What became of one trial.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A test failed.
    Caught,
    /// The test did not come to an end.
    Hung,
    /// The test passed.
    Survived,
    /// It could not be compiled: this proves nothing.
    NotCompiled,
    /// It could not be made.
    NotApplied(String),
}

impl Verdict {
    pub(super) fn is_caught(&self) -> bool {
        matches!(self, Self::Caught | Self::Hung)
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Caught => "caught".into(),
            Self::Hung => "caught (the test hung)".into(),
            Self::Survived => "SURVIVED".into(),
            Self::NotCompiled => "DOES NOT COMPILE".into(),
            Self::NotApplied(problem) => format!("NOT APPLIED: {problem}"),
        }
    }
}

/// Where trials take place.
#[derive(Debug)]
pub(super) struct Bench {
    tree: PathBuf,
    target: PathBuf,
    kafka: String,
    jars: PathBuf,
}

impl Bench {
    /// Trials in the copy, with the workspace's jars and the broker at `kafka`.
    pub(super) fn new(copy: &Copy, root: &Path, kafka: &str) -> Self {
        Self {
            tree: copy.path().into(),
            target: root.join("target/mutants/target"),
            kafka: kafka.into(),
            jars: root.join("target/testbroker"),
        }
    }

    /// Runs `cargo test` with these arguments on the copy as it is.
    pub(super) fn try_test(&self, test: &str) -> Result<Verdict, Failure> {
        if !matches!(self.cargo_test(&["--no-run"], test)?, Outcome::Passed) {
            return Ok(Verdict::NotCompiled);
        }
        Ok(match self.cargo_test(&[], test)? {
            Outcome::Passed => Verdict::Survived,
            Outcome::Failed => Verdict::Caught,
            Outcome::Hung => Verdict::Hung,
        })
    }

    fn cargo_test(&self, first: &[&str], test: &str) -> Result<Outcome, Failure> {
        let mut command = crate::cargo::cargo(&["test", "--quiet"])?;
        command.args(first).args(test.split_whitespace()).current_dir(&self.tree);
        command.env("CARGO_TARGET_DIR", &self.target);
        command.env(SHARED_VARIABLE, &self.kafka).env(DIRECTORY_VARIABLE, &self.jars);
        finish(bounded(&command, MEMORY_KIB), PATIENCE)
    }
}

/// The same command with bounded memory.
fn bounded(command: &Command, kib: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v \"$1\" && shift && exec \"$@\"", "sh", kib]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
    shell
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Hung,
}

/// Waits for the end, or makes one: of the command and of all it has started.
fn finish(mut command: Command, patience: Duration) -> Result<Outcome, Failure> {
    let attempt = format!("run {}", command.get_program().to_string_lossy());
    let io = |source| Failure::Io { attempt: attempt.clone(), source };
    let mut child = command.process_group(0).spawn().map_err(io)?;
    let begin = Instant::now();
    while begin.elapsed() < patience {
        match child.try_wait().map_err(io)? {
            Some(status) if status.success() => return Ok(Outcome::Passed),
            Some(_) => return Ok(Outcome::Failed),
            None => sleep(STEP),
        }
    }
    end_group(&mut child);
    Ok(Outcome::Hung)
}

fn end_group(child: &mut Child) {
    // It has not been waited for, so the number is still its own.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_command_passes_fails_or_is_ended() {
        assert_eq!(finish(sh("exit 0"), PATIENCE).unwrap(), Outcome::Passed);
        assert_eq!(finish(sh("exit 1"), PATIENCE).unwrap(), Outcome::Failed);
        let patience = Duration::from_millis(100);
        assert_eq!(finish(sh("sleep 600; true"), patience).unwrap(), Outcome::Hung);
    }

    #[test]
    fn a_command_that_takes_more_memory_than_it_may_fails() {
        let hog = sh("head -c 200000000 /dev/zero | tail -c 150000000 > /dev/null");
        assert_eq!(finish(bounded(&hog, "100000"), PATIENCE).unwrap(), Outcome::Failed);
        assert_eq!(finish(bounded(&hog, "1000000"), PATIENCE).unwrap(), Outcome::Passed);
    }

    #[test]
    fn only_a_failing_or_hanging_test_catches() {
        assert!(Verdict::Caught.is_caught() && Verdict::Hung.is_caught());
        let others = [Verdict::Survived, Verdict::NotCompiled, Verdict::NotApplied(String::new())];
        assert!(others.iter().all(|verdict| !verdict.is_caught()));
    }
}
