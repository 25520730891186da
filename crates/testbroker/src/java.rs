//! One java process of a broker: started so that it cannot outlive us, watched until it is ready.
//!
//! Between us and java stands a shell that reads from a pipe we hold. When we die, however we die,
//! the pipe closes and the shell kills java. `PR_SET_PDEATHSIG` would need `unsafe`.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::process::{Signal, is_alive, signal};
use crate::{Jars, Problem, metadata, toolchain};

/// Java must neither hold the pipe nor be left behind; its pid is the shell's only output.
const WATCHER: &str = r#"log=$1; shift
"$@" </dev/null >>"$log" 2>&1 & java=$!
echo "$java"
exec >/dev/null 2>&1
read -r _
kill -9 "$java"
wait "$java""#;

/// Kafka boots in 6 s on two idle cores; a machine under load takes several times that.
const PATIENCE: Duration = Duration::from_secs(120);
const GOODBYE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(20);

/// A running java and its watcher.
#[derive(Debug)]
pub(crate) struct Java {
    watcher: Child,
    pid: u32,
    log: PathBuf,
    /// Where this start's lines begin in a log that several starts share.
    log_begins: u64,
}

impl Java {
    /// Starts `kafka.Kafka`; its output is appended to `kafka.log` in `directory`.
    pub(crate) fn start(
        jars: &Jars,
        directory: &Path,
        properties: &Path,
        heap: &str,
    ) -> Result<Self, Problem> {
        let log = directory.join("kafka.log");
        let file = OpenOptions::new().create(true).append(true).open(&log);
        let log_begins =
            file.and_then(|file| file.metadata()).map_err(Problem::io("open", &log))?.len();
        let logging = directory.join("log4j2.properties");
        let mut watcher = Command::new("sh")
            .args(["-c", WATCHER, "sh"])
            .arg(&log)
            .args(["java", &format!("-Xms{heap}"), &format!("-Xmx{heap}")])
            .args(["-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-Djava.awt.headless=true"])
            .arg(format!("-Dlog4j2.configurationFile={}", logging.display()))
            .args(["-cp", &jars.class_path(), "kafka.Kafka"])
            .arg(properties)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A Ctrl-C at the terminal ends us; the pipe then ends java.
            .process_group(0)
            .spawn()
            .map_err(|source| Problem::Io { attempt: "start java".into(), source })?;
        let pid = read_pid(&mut watcher)?;
        Ok(Self { watcher, pid, log, log_begins })
    }

    /// Java's own pid.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits until this start's log says so and the node lists itself to a client.
    pub(crate) fn wait_until_ready(&self, plain: SocketAddr) -> Result<(), Problem> {
        let begin = Instant::now();
        let fail = |reason| {
            Err(Problem::NotReady { waited: begin.elapsed(), reason, log: self.log_tail() })
        };
        while begin.elapsed() < PATIENCE {
            if !is_alive(self.pid) {
                return fail("java ended");
            }
            if self.has_said("Kafka Server started") && metadata::advertised(plain).is_ok() {
                return Ok(());
            }
            sleep(STEP);
        }
        fail("it took too long")
    }

    /// The last lines of this start's log.
    pub(crate) fn log_tail(&self) -> String {
        toolchain::tail(&self.log_text().unwrap_or_default(), 40)
    }

    /// Ends it with SIGKILL and collects it.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    /// Ends it in an orderly way, or by force after a while.
    pub(crate) fn stop(mut self) {
        if signal(self.pid, Signal::Terminate).is_ok() {
            let begin = Instant::now();
            while is_alive(self.pid) && begin.elapsed() < GOODBYE {
                sleep(STEP);
            }
        }
        self.end();
    }

    /// The watcher has not yet waited for java, so its pid cannot have gone to anybody else.
    fn end(&mut self) {
        if self.watcher.stdin.take().is_some() {
            let _ = signal(self.pid, Signal::Kill);
            let _ = self.watcher.wait();
        }
    }

    fn has_said(&self, words: &str) -> bool {
        self.log_text().is_some_and(|text| text.contains(words))
    }

    fn log_text(&self) -> Option<String> {
        let mut file = File::open(&self.log).ok()?;
        file.seek(SeekFrom::Start(self.log_begins)).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Java {
    fn drop(&mut self) {
        self.end();
    }
}

fn read_pid(watcher: &mut Child) -> Result<u32, Problem> {
    let mut line = String::new();
    if let Some(stdout) = watcher.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut line);
    }
    line.trim().parse().map_err(|_| Problem::Command { called: "sh".into(), output: line })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_watched_ends_when_the_pipe_of_its_starter_closes() {
        let mut watcher = Command::new("sh")
            .args(["-c", WATCHER, "sh", "/dev/null", "sleep", "600"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = read_pid(&mut watcher).unwrap();
        assert!(is_alive(pid));
        drop(watcher.stdin.take());
        watcher.wait().unwrap();
        assert!(!is_alive(pid));
    }
}
