//! Starts `harken` processes against a broker, checks their readiness and ends them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kafka::KafkaSettings;
use testbroker::{ProcessSignal, cpu_seconds, peak_memory_kib, signal};

/// The program under test; cargo builds it together with this benchmark.
const HARKEN: &str = env!("CARGO_BIN_EXE_harken");
const START_TIMEOUT: Duration = Duration::from_secs(60);
const PARTITIONS: &str = "4";

/// How stages are grouped into processes, and their settings.
#[derive(Debug, Clone)]
pub(crate) struct ProcessLayout {
    /// The stages of each process, in the order of the pipeline.
    pub(crate) processes: &'static [&'static [&'static str]],
    /// Settings as environment variables.
    pub(crate) settings: Vec<(&'static str, String)>,
}

/// Creates the topics of a deployment with this prefix.
pub(crate) fn topics(bootstrap: &str, prefix: &str) -> KafkaSettings {
    let status = harken(bootstrap, prefix)
        .args(["topics", "apply", "--partitions", PARTITIONS, "--replication", "1"])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "harken topics apply");
    let (bootstrap, prefix) = (bootstrap.to_owned(), prefix.to_owned());
    KafkaSettings { bootstrap, prefix, ..KafkaSettings::default() }
}

fn harken(bootstrap: &str, prefix: &str) -> Command {
    let mut command = Command::new(HARKEN);
    command
        .env("HARKEN__KAFKA__BOOTSTRAP", bootstrap)
        .env("HARKEN__KAFKA__PREFIX", prefix)
        .env("HARKEN__TELEMETRY__LOG_FILTER", "error");
    command
}

/// Running processes; dropping this ends them.
pub(crate) struct RunningStages {
    processes: Vec<StageProcess>,
    started_at: Instant,
}

struct StageProcess {
    name: String,
    child: Child,
    port: u16,
}

/// Resources that the processes have used so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResourceUsage {
    /// CPU seconds of all processes together.
    pub(crate) cpu_seconds: f64,
    /// Peak resident memory of each process, in MiB, by the names of its stages.
    pub(crate) memory: Vec<(String, f64)>,
}

impl RunningStages {
    /// Starts all processes of the layout at once.
    pub(crate) fn start(settings: &KafkaSettings, layout: &ProcessLayout) -> Self {
        let started_at = Instant::now();
        let processes = layout.processes.iter().map(|stages| {
            // A free port: the listener closes at the end of this line.
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let child = harken(&settings.bootstrap, &settings.prefix)
                .env("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{port}"))
                .envs(layout.settings.iter().map(|(key, value)| (key, value)))
                .arg("run")
                .args(*stages)
                .spawn()
                .unwrap();
            StageProcess { name: stages.join("+"), child, port }
        });
        Self { processes: processes.collect(), started_at }
    }

    /// Waits until one process is ready.
    pub(crate) fn wait_for_first(&self) {
        self.wait(|processes| processes.iter().any(StageProcess::is_ready));
    }

    /// Waits until all processes are ready.
    pub(crate) fn wait_for_all(&self) {
        self.wait(|processes| processes.iter().all(StageProcess::is_ready));
    }

    fn wait(&self, is_done: impl Fn(&[StageProcess]) -> bool) {
        while !is_done(&self.processes) {
            assert!(self.started_at.elapsed() < START_TIMEOUT, "harken run is not ready");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn usage(&self) -> ResourceUsage {
        let cpu = self.processes.iter().map(|process| cpu_seconds(process.child.id()).unwrap());
        let memory = |process: &StageProcess| {
            let kib = peak_memory_kib(process.child.id()).unwrap();
            (process.name.clone(), kib as f64 / 1024.0)
        };
        ResourceUsage {
            cpu_seconds: cpu.sum(),
            memory: self.processes.iter().map(memory).collect(),
        }
    }
}

impl StageProcess {
    fn is_ready(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = String::new();
        let request = b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200")
    }
}

impl Drop for RunningStages {
    fn drop(&mut self) {
        // All signals first, so that the processes shut down at the same time.
        for process in &self.processes {
            // Fails if the process has already exited.
            let _ = signal(process.child.id(), ProcessSignal::Terminate);
        }
        for process in &mut self.processes {
            let signalled_at = Instant::now();
            while matches!(process.child.try_wait(), Ok(None)) {
                if signalled_at.elapsed() > Duration::from_secs(20) {
                    eprintln!("{} does not end on SIGTERM; killing it", process.name);
                    let _ = process.child.kill();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
