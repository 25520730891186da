//! The java process of a broker, which cannot outlive the process that started it.
//!
//! A shell between the two reads from a pipe that this process holds. When this process ends, in
//! whatever way, the pipe closes and the shell kills java. `PR_SET_PDEATHSIG` would need `unsafe`.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::process::{ProcessSignal, is_alive, signal};
use crate::{BrokerError, Jars, metadata, toolchain};

/// Runs java without the pipe, prints its pid as the only output, and kills it when the pipe closes.
const WATCHER_SCRIPT: &str = r#"log=$1; shift
"$@" </dev/null >>"$log" 2>&1 & java=$!
echo "$java"
exec >/dev/null 2>&1
read -r _
kill -9 "$java"
wait "$java""#;

/// Kafka boots in 6 s on two idle cores; a loaded machine takes several times that.
const START_TIMEOUT: Duration = Duration::from_secs(120);
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// A running java and its watcher.
#[derive(Debug)]
pub(crate) struct JavaProcess {
    watcher: Child,
    pid: u32,
    log: PathBuf,
    /// Offset of this start's first line in the log, which all starts of a broker share.
    log_begins: u64,
}

impl JavaProcess {
    /// Starts `kafka.Kafka`; its output is appended to `kafka.log` in `directory`.
    pub(crate) fn start(
        jars: &Jars,
        directory: &Path,
        properties: &Path,
        heap: &str,
    ) -> Result<Self, BrokerError> {
        let log = directory.join("kafka.log");
        let file = OpenOptions::new().create(true).append(true).open(&log);
        let log_offset =
            file.and_then(|file| file.metadata()).map_err(BrokerError::io("open", &log))?.len();
        let logging = directory.join("log4j2.properties");
        let mut watcher = Command::new("sh")
            .args(["-c", WATCHER_SCRIPT, "sh"])
            .arg(&log)
            .args(["java", &format!("-Xms{heap}"), &format!("-Xmx{heap}")])
            // Short pauses: a long one of the broker would count as latency of the code under test.
            .args(["-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-Djava.awt.headless=true"])
            .arg(format!("-Dlog4j2.configurationFile={}", logging.display()))
            .args(["-cp", &jars.class_path(), "kafka.Kafka"])
            .arg(properties)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Own group: a Ctrl-C at the terminal ends only the test; the pipe then ends java.
            .process_group(0)
            .spawn()
            .map_err(|source| BrokerError::Io { attempt: "start java".into(), source })?;
        let pid = read_pid(&mut watcher)?;
        Ok(Self { watcher, pid, log, log_begins: log_offset })
    }

    /// The pid of java itself, not of the shell.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits until the node has logged its start and lists itself in its metadata.
    pub(crate) fn wait_until_ready(&self, plain: SocketAddr) -> Result<(), BrokerError> {
        let started_at = Instant::now();
        let fail = |reason| {
            Err(BrokerError::NotReady {
                waited: started_at.elapsed(),
                reason,
                log: self.log_tail(),
            })
        };
        while started_at.elapsed() < START_TIMEOUT {
            if !is_alive(self.pid) {
                return fail("java has ended");
            }
            if self.has_logged("Kafka Server started") && metadata::advertised(plain).is_ok() {
                return Ok(());
            }
            sleep(CHECK_INTERVAL);
        }
        fail("not ready in time")
    }

    /// Returns the last lines of this start's log.
    pub(crate) fn log_tail(&self) -> String {
        toolchain::tail(&self.log_text().unwrap_or_default(), 40)
    }

    /// Kills java (SIGKILL) and waits for the shell.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    /// Stops java in an orderly way, or kills it after 30 s.
    pub(crate) fn stop(mut self) {
        if signal(self.pid, ProcessSignal::Terminate).is_ok() {
            let started_at = Instant::now();
            while is_alive(self.pid) && started_at.elapsed() < STOP_TIMEOUT {
                sleep(CHECK_INTERVAL);
            }
        }
        self.end();
    }

    /// Kills java and waits for the shell. The shell waits for java only after the pipe closes, so
    /// until then the pid cannot belong to another process.
    fn end(&mut self) {
        // `take` closes the pipe and makes a second call, from `drop`, do nothing.
        if self.watcher.stdin.take().is_some() {
            let _ = signal(self.pid, ProcessSignal::Kill);
            let _ = self.watcher.wait();
        }
    }

    fn has_logged(&self, words: &str) -> bool {
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

impl Drop for JavaProcess {
    fn drop(&mut self) {
        self.end();
    }
}

fn read_pid(watcher: &mut Child) -> Result<u32, BrokerError> {
    let mut line = String::new();
    if let Some(stdout) = watcher.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut line);
    }
    line.trim().parse().map_err(|_| BrokerError::Command { called: "sh".into(), output: line })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watched_process_ends_when_the_pipe_closes() {
        let mut watcher = Command::new("sh")
            .args(["-c", WATCHER_SCRIPT, "sh", "/dev/null", "sleep", "600"])
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
