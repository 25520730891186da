//! Makes sure that java and Maven are there, by installing them where that is allowed.

use std::process::Command;

use crate::Problem;

const REMEDY: &str = "install a Java runtime, version 17 or newer, and Maven; on Debian or Ubuntu: \
    `sudo apt-get install openjdk-17-jre-headless maven`";

/// The first Java that runs Kafka 4.
const OLDEST_JAVA: u32 = 17;

/// A program this crate runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Java,
    Maven,
}

/// Returns when both programs are there.
pub(crate) fn ensure() -> Result<(), Problem> {
    let Some(missing) = missing() else { return Ok(()) };
    if !may_install() {
        return Err(absent(missing, "it is not there"));
    }
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(Command::new("apt-get")
        .args(["install", "-y", "-qq", "openjdk-17-jre-headless", "maven"])
        .env("DEBIAN_FRONTEND", "noninteractive"))?;
    match self::missing() {
        None => Ok(()),
        Some(missing) => Err(absent(missing, "apt-get installed it, and still it is not there")),
    }
}

/// Runs a command to its end; when it fails, what it wrote is the error.
pub(crate) fn run(command: &mut Command) -> Result<String, Problem> {
    let called = format!("{command:?}");
    let output = command
        .output()
        .map_err(|source| Problem::Io { attempt: format!("run {called}"), source })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    if output.status.success() {
        return Ok(stdout + &stderr);
    }
    Err(Problem::Command { called, output: tail(&(stdout + &stderr), 30) })
}

/// The last `count` lines of a text.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn missing() -> Option<Need> {
    let java = run(Command::new("java").arg("-version")).ok();
    if java.as_deref().and_then(major).is_none_or(|version| version < OLDEST_JAVA) {
        return Some(Need::Java);
    }
    run(Command::new("mvn").arg("--version")).is_err().then_some(Need::Maven)
}

fn absent(need: Need, why: &str) -> Problem {
    let program = match need {
        Need::Java => "java",
        Need::Maven => "mvn",
    };
    Problem::Missing { program, remedy: format!("{why}; {REMEDY}") }
}

fn may_install() -> bool {
    let has_apt = run(Command::new("apt-get").arg("--version")).is_ok();
    has_apt && rustix::process::geteuid().is_root()
}

/// The major version in what `java -version` writes: `openjdk version "17.0.15" …`, `"21"`.
fn major(output: &str) -> Option<u32> {
    let (_, rest) = output.split_once("version \"")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_java_is_found_in_every_spelling() {
        let table = [
            ("openjdk version \"17.0.15\" 2025-04-15", Some(17)),
            ("openjdk version \"21\" 2023-09-19", Some(21)),
            ("java version \"1.8.0_392\"", Some(1)),
            ("openjdk version \"25-ea\" 2025-09-16", Some(25)),
            ("Picked up JAVA_TOOL_OPTIONS\nopenjdk version \"18.0.1\"", Some(18)),
            ("command not found", None),
        ];
        for (output, expected) in table {
            assert_eq!(major(output), expected, "{output}");
        }
    }

    #[test]
    fn a_failing_command_says_what_it_wrote() {
        let problem = run(Command::new("sh").args(["-c", "echo because; exit 3"])).unwrap_err();
        assert!(problem.to_string().contains("because"), "{problem}");
    }

    #[test]
    fn what_is_missing_is_named_with_the_remedy() {
        let text = absent(Need::Maven, "it is not there").to_string();
        assert!(text.contains("`mvn`") && text.contains("apt-get install"), "{text}");
    }

    #[test]
    fn the_tail_is_the_last_lines() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
    }
}
