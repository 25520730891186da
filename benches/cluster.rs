//! Processes of `harken` against a broker, started, asked and ended by their pid.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kafka::Settings;
use testbroker::{Signal, cpu_seconds, peak_memory_kib, signal};

/// The program under test, built with it.
const HARKEN: &str = env!("CARGO_BIN_EXE_harken");
const PATIENCE: Duration = Duration::from_secs(60);
const PARTITIONS: &str = "4";

/// How stages are cut into processes, and what is set for them.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The stages of each process, in the order of the pipeline.
    pub(crate) processes: &'static [&'static [&'static str]],
    /// Settings as the environment gives them.
    pub(crate) settings: Vec<(&'static str, String)>,
}

/// The topics of a configuration of its own.
pub(crate) fn topics(bootstrap: &str, prefix: &str) -> Settings {
    let made = harken(bootstrap, prefix)
        .args(["topics", "apply", "--partitions", PARTITIONS, "--replication", "1"])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "harken topics apply");
    let (bootstrap, prefix) = (bootstrap.to_owned(), prefix.to_owned());
    Settings { bootstrap, prefix, ..Settings::default() }
}

fn harken(bootstrap: &str, prefix: &str) -> Command {
    let mut command = Command::new(HARKEN);
    command
        .env("HARKEN__KAFKA__BOOTSTRAP", bootstrap)
        .env("HARKEN__KAFKA__PREFIX", prefix)
        .env("HARKEN__TELEMETRY__LOG_FILTER", "error");
    command
}

/// Running processes; they end when this is dropped.
pub(crate) struct Stages {
    running: Vec<Running>,
    begun: Instant,
}

struct Running {
    name: String,
    child: Child,
    port: u16,
}

/// What processes have used until now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Usage {
    /// Of all of them.
    pub(crate) cpu_seconds: f64,
    /// The most that each had, in MiB.
    pub(crate) memory: Vec<(String, f64)>,
}

impl Stages {
    /// Starts them all at once.
    pub(crate) fn start(settings: &Settings, layout: &Layout) -> Self {
        let begun = Instant::now();
        let running = layout.processes.iter().map(|stages| {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let child = harken(&settings.bootstrap, &settings.prefix)
                .env("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{port}"))
                .envs(layout.settings.iter().map(|(key, value)| (key, value)))
                .arg("run")
                .args(*stages)
                .spawn()
                .unwrap();
            Running { name: stages.join("+"), child, port }
        });
        Self { running: running.collect(), begun }
    }

    /// Waits until the first of them works.
    pub(crate) fn wait_for_first(&self) {
        self.wait(|running| running.iter().any(Running::is_ready));
    }

    /// Waits until all of them work.
    pub(crate) fn wait_for_all(&self) {
        self.wait(|running| running.iter().all(Running::is_ready));
    }

    fn wait(&self, is_done: impl Fn(&[Running]) -> bool) {
        while !is_done(&self.running) {
            assert!(self.begun.elapsed() < PATIENCE, "harken run is not ready");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn usage(&self) -> Usage {
        let cpu = self.running.iter().map(|running| cpu_seconds(running.child.id()).unwrap());
        let memory = |running: &Running| {
            let kib = peak_memory_kib(running.child.id()).unwrap();
            (running.name.clone(), kib as f64 / 1024.0)
        };
        Usage { cpu_seconds: cpu.sum(), memory: self.running.iter().map(memory).collect() }
    }
}

impl Running {
    fn is_ready(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = String::new();
        let ask = b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(ask).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200")
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        for running in &self.running {
            // It may have ended by itself.
            let _ = signal(running.child.id(), Signal::Terminate);
        }
        for running in &mut self.running {
            let begun = Instant::now();
            while matches!(running.child.try_wait(), Ok(None)) {
                if begun.elapsed() > Duration::from_secs(20) {
                    eprintln!("{} does not end; killed", running.name);
                    let _ = running.child.kill();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
