//! Runs one test on the current state of the copy: compiles first, then runs with a time and a
//! memory limit.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use testbroker::{DIRECTORY_VARIABLE, SHARED_VARIABLE};

use super::copy::TreeCopy;
use crate::error::TaskError;

/// Time after which a test counts as hung: a mutant may make a test wait forever.
const TEST_TIMEOUT: Duration = Duration::from_secs(900);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Limit on the address space of a test, in KiB (12 GiB): a mutant may make a test allocate without
/// end.
const MEMORY_KIB: &str = "12582912";

/// Result of trying one mutant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MutantVerdict {
    /// A test failed.
    Caught,
    /// The test timed out.
    Hung,
    /// The test passed.
    Survived,
    /// The changed code does not compile, which proves nothing.
    NotCompiled,
    /// The change does not apply to the file.
    NotApplied(String),
}

impl MutantVerdict {
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

/// Runs tests in the copy of the tree.
#[derive(Debug)]
pub(super) struct TrialRunner {
    tree: PathBuf,
    target: PathBuf,
    kafka: String,
    jars: PathBuf,
}

impl TrialRunner {
    /// Runs tests in `copy` against the broker at `kafka`, with the downloaded Kafka of `root`.
    pub(super) fn new(copy: &TreeCopy, root: &Path, kafka: &str) -> Self {
        Self {
            tree: copy.path().into(),
            target: root.join("target/mutants/target"),
            kafka: kafka.into(),
            jars: root.join("target/testbroker"),
        }
    }

    /// Runs `cargo test` with these arguments on the current state of the copy.
    pub(super) fn try_test(&self, test: &str) -> Result<MutantVerdict, TaskError> {
        // A compile error must not count as a caught mutant, so compile separately.
        if !matches!(self.cargo_test(&["--no-run"], test)?, CommandOutcome::Passed) {
            return Ok(MutantVerdict::NotCompiled);
        }
        Ok(match self.cargo_test(&[], test)? {
            CommandOutcome::Passed => MutantVerdict::Survived,
            CommandOutcome::Failed => MutantVerdict::Caught,
            CommandOutcome::Hung => MutantVerdict::Hung,
        })
    }

    fn cargo_test(&self, first: &[&str], test: &str) -> Result<CommandOutcome, TaskError> {
        let mut command = crate::cargo::cargo(&["test", "--quiet"])?;
        command.args(first).args(test.split_whitespace()).current_dir(&self.tree);
        command.env("CARGO_TARGET_DIR", &self.target);
        command.env(SHARED_VARIABLE, &self.kafka).env(DIRECTORY_VARIABLE, &self.jars);
        run_with_timeout(with_memory_limit(&command, MEMORY_KIB), TEST_TIMEOUT)
    }
}

/// Wraps a command in a shell that limits its address space to `kib` KiB.
fn with_memory_limit(command: &Command, kib: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v \"$1\" && shift && exec \"$@\"", "sh", kib]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
    shell
}

#[derive(Debug, PartialEq, Eq)]
enum CommandOutcome {
    Passed,
    Failed,
    Hung,
}

/// Runs a command until it exits; after `timeout` kills it with all the processes it has started.
fn run_with_timeout(mut command: Command, timeout: Duration) -> Result<CommandOutcome, TaskError> {
    let attempt = format!("run {}", command.get_program().to_string_lossy());
    let io = |source| TaskError::Io { attempt: attempt.clone(), source };
    // Its own process group: the test starts brokers and workers, which must end with it.
    let mut child = command.process_group(0).spawn().map_err(io)?;
    let begin = Instant::now();
    while begin.elapsed() < timeout {
        match child.try_wait().map_err(io)? {
            Some(status) if status.success() => return Ok(CommandOutcome::Passed),
            Some(_) => return Ok(CommandOutcome::Failed),
            None => sleep(POLL_INTERVAL),
        }
    }
    kill_group(&mut child);
    Ok(CommandOutcome::Hung)
}

fn kill_group(child: &mut Child) {
    // Nothing has waited for the child yet, so the kernel cannot have reused its process id.
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
    fn a_command_passes_fails_or_times_out() {
        assert_eq!(run_with_timeout(sh("exit 0"), TEST_TIMEOUT).unwrap(), CommandOutcome::Passed);
        assert_eq!(run_with_timeout(sh("exit 1"), TEST_TIMEOUT).unwrap(), CommandOutcome::Failed);
        let timeout = Duration::from_millis(100);
        assert_eq!(run_with_timeout(sh("sleep 600; true"), timeout).unwrap(), CommandOutcome::Hung);
    }

    #[test]
    fn a_command_beyond_its_memory_limit_fails() {
        let hog = sh("head -c 200000000 /dev/zero | tail -c 150000000 > /dev/null");
        assert_eq!(
            run_with_timeout(with_memory_limit(&hog, "100000"), TEST_TIMEOUT).unwrap(),
            CommandOutcome::Failed
        );
        assert_eq!(
            run_with_timeout(with_memory_limit(&hog, "1000000"), TEST_TIMEOUT).unwrap(),
            CommandOutcome::Passed
        );
    }

    #[test]
    fn only_a_failing_or_hanging_test_catches_a_mutant() {
        assert!(MutantVerdict::Caught.is_caught() && MutantVerdict::Hung.is_caught());
        let others = [
            MutantVerdict::Survived,
            MutantVerdict::NotCompiled,
            MutantVerdict::NotApplied(String::new()),
        ];
        assert!(others.iter().all(|verdict| !verdict.is_caught()));
    }
}
