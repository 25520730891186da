//! Ensures that java and Maven are present, and installs them where that is allowed.

use std::process::Command;

use crate::BrokerError;

const REMEDY: &str = "install a Java runtime, version 17 or newer, and Maven; on Debian or Ubuntu: \
    `sudo apt-get install openjdk-17-jre-headless maven`";

/// The oldest major version of Java that runs Kafka 4.
const OLDEST_JAVA: u32 = 17;

/// A program that this crate runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RequiredProgram {
    Java,
    Maven,
}

/// Ensures that both programs are present; installs them with apt-get if this process is root.
pub(crate) fn ensure() -> Result<(), BrokerError> {
    let Some(missing) = find_missing() else { return Ok(()) };
    if !may_install() {
        return Err(missing_error(missing, "it is not installed"));
    }
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(Command::new("apt-get")
        .args(["install", "-y", "-qq", "openjdk-17-jre-headless", "maven"])
        .env("DEBIAN_FRONTEND", "noninteractive"))?;
    match self::find_missing() {
        None => Ok(()),
        Some(missing) => Err(missing_error(missing, "apt-get installed it, but it does not run")),
    }
}

/// Runs a command to its end and returns its output; if it fails, the end of the output is the error.
pub(crate) fn run(command: &mut Command) -> Result<String, BrokerError> {
    let called = format!("{command:?}");
    let output = command
        .output()
        .map_err(|source| BrokerError::Io { attempt: format!("run {called}"), source })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    // Together, because `java -version` writes to stderr and Maven's errors go to stdout.
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    if output.status.success() {
        return Ok(stdout + &stderr);
    }
    Err(BrokerError::Command { called, output: tail(&(stdout + &stderr), 30) })
}

/// Returns the last `count` lines of a text.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn find_missing() -> Option<RequiredProgram> {
    let java = run(Command::new("java").arg("-version")).ok();
    if java.as_deref().and_then(java_major_version).is_none_or(|version| version < OLDEST_JAVA) {
        return Some(RequiredProgram::Java);
    }
    run(Command::new("mvn").arg("--version")).is_err().then_some(RequiredProgram::Maven)
}

fn missing_error(need: RequiredProgram, why: &str) -> BrokerError {
    let program = match need {
        RequiredProgram::Java => "java",
        RequiredProgram::Maven => "mvn",
    };
    BrokerError::Missing { program, remedy: format!("{why}; {REMEDY}") }
}

fn may_install() -> bool {
    let has_apt = run(Command::new("apt-get").arg("--version")).is_ok();
    has_apt && rustix::process::geteuid().is_root()
}

/// Parses the major version from the output of `java -version`: `openjdk version "17.0.15" …`, `"21"`.
fn java_major_version(output: &str) -> Option<u32> {
    let (_, rest) = output.split_once("version \"")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_java_is_parsed_in_every_format() {
        let table = [
            ("openjdk version \"17.0.15\" 2025-04-15", Some(17)),
            ("openjdk version \"21\" 2023-09-19", Some(21)),
            ("java version \"1.8.0_392\"", Some(1)),
            ("openjdk version \"25-ea\" 2025-09-16", Some(25)),
            ("Picked up JAVA_TOOL_OPTIONS\nopenjdk version \"18.0.1\"", Some(18)),
            ("command not found", None),
        ];
        for (output, expected) in table {
            assert_eq!(java_major_version(output), expected, "{output}");
        }
    }

    #[test]
    fn the_error_of_a_command_has_its_output() {
        let error = run(Command::new("sh").args(["-c", "echo because; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("because"), "{error}");
    }

    #[test]
    fn the_error_for_a_missing_program_names_it_and_the_packages() {
        let text = missing_error(RequiredProgram::Maven, "it is not installed").to_string();
        assert!(text.contains("`mvn`") && text.contains("apt-get install"), "{text}");
    }

    #[test]
    fn the_tail_is_the_last_lines() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
    }
}
