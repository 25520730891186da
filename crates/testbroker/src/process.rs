//! Sends signals to a process and measures its CPU time and memory, by pid.

use std::fs;

use rustix::process::{Pid, kill_process};

use crate::BrokerError;

/// A signal a test sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessSignal {
    /// SIGKILL: ends the process at once.
    Kill,
    /// SIGTERM: requests a shutdown.
    Terminate,
    /// SIGHUP: requests a reload of the rules.
    Hangup,
    /// SIGSTOP: pauses the process with its sockets open, which makes a zombie member.
    Pause,
    /// SIGCONT: resumes the process.
    Resume,
}

/// Sends a signal to a process.
///
/// # Errors
/// [`BrokerError::Io`] when there is no such process, or the caller may not signal it.
pub fn signal(pid: u32, signal: ProcessSignal) -> Result<(), BrokerError> {
    let number = match signal {
        ProcessSignal::Kill => rustix::process::Signal::KILL,
        ProcessSignal::Terminate => rustix::process::Signal::TERM,
        ProcessSignal::Hangup => rustix::process::Signal::HUP,
        ProcessSignal::Pause => rustix::process::Signal::STOP,
        ProcessSignal::Resume => rustix::process::Signal::CONT,
    };
    kill_process(to_pid(pid)?, number).map_err(|source| BrokerError::Io {
        attempt: format!("signal {signal:?} to process {pid}"),
        source: source.into(),
    })
}

/// Returns the CPU time of a process so far, user and system, of all its threads, in seconds.
///
/// # Errors
/// [`BrokerError::NoSuchProcess`] when it has ended.
pub fn cpu_seconds(pid: u32) -> Result<f64, BrokerError> {
    let stat = read(pid, "stat")?;
    let ticks = cpu_ticks(&stat).ok_or(BrokerError::NoSuchProcess(pid))?;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// Returns the peak resident memory of a process so far, in KiB (`VmHWM`).
///
/// # Errors
/// [`BrokerError::NoSuchProcess`] when it has ended.
pub fn peak_memory_kib(pid: u32) -> Result<u64, BrokerError> {
    high_water_mark(&read(pid, "status")?).ok_or(BrokerError::NoSuchProcess(pid))
}

/// Whether a process exists and is not a zombie that its parent has yet to wait for.
pub fn is_alive(pid: u32) -> bool {
    read(pid, "stat").is_ok_and(|stat| !matches!(state(&stat), Some("Z" | "X") | None))
}

fn to_pid(pid: u32) -> Result<Pid, BrokerError> {
    i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(BrokerError::NoSuchProcess(pid))
}

fn read(pid: u32, file: &str) -> Result<String, BrokerError> {
    fs::read_to_string(format!("/proc/{pid}/{file}")).map_err(|_| BrokerError::NoSuchProcess(pid))
}

/// Returns the fields of `/proc/<pid>/stat` after the process name, from field 3 (state) on. The name
/// itself may contain spaces and brackets; see proc_pid_stat(5).
fn fields_after_name(stat: &str) -> impl Iterator<Item = &str> {
    // The last bracket ends the name.
    stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_ascii_whitespace()
}

fn state(stat: &str) -> Option<&str> {
    fields_after_name(stat).next()
}

/// Returns fields 14 and 15, user and system time, added up in clock ticks.
fn cpu_ticks(stat: &str) -> Option<u64> {
    // The first field is number 3, so 11 come before number 14.
    let mut times = fields_after_name(stat).skip(11);
    let user: u64 = times.next()?.parse().ok()?;
    let system: u64 = times.next()?.parse().ok()?;
    Some(user + system)
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, id};

    use super::*;

    const STAT: &str = "42 (a ) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0 100";

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        assert_eq!(state(STAT), Some("S"));
        assert_eq!(cpu_ticks(STAT), Some(300));
    }

    #[test]
    fn a_truncated_stat_line_has_no_value() {
        assert_eq!(cpu_ticks("42 (x) S 1 2"), None);
        assert_eq!(state(""), None);
    }

    #[test]
    fn the_high_water_mark_is_read_in_kib() {
        assert_eq!(high_water_mark("VmPeak:\t 9 kB\nVmHWM:\t  1234 kB\n"), Some(1234));
        assert_eq!(high_water_mark("Name:\tx\n"), None);
    }

    #[test]
    fn this_process_uses_memory_and_time() {
        assert!(peak_memory_kib(id()).unwrap() > 100);
        assert!(cpu_seconds(id()).unwrap() >= 0.0);
        assert!(is_alive(id()));
    }

    #[test]
    fn a_process_is_paused_resumed_and_killed() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let pid = child.id();
        signal(pid, ProcessSignal::Pause).unwrap();
        await_state(pid, "T");
        signal(pid, ProcessSignal::Resume).unwrap();
        await_state(pid, "S");
        signal(pid, ProcessSignal::Kill).unwrap();
        assert!(!child.wait().unwrap().success());
        assert!(!is_alive(pid));
        assert!(signal(pid, ProcessSignal::Kill).is_err());
        assert!(matches!(cpu_seconds(pid), Err(BrokerError::NoSuchProcess(_))));
    }

    fn await_state(pid: u32, wanted: &str) {
        while state(&read(pid, "stat").unwrap()) != Some(wanted) {
            std::thread::yield_now();
        }
    }
}
