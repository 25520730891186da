//! Signals to a process, and what it has used, by its pid.

use std::fs;

use rustix::process::{Pid, kill_process};

use crate::Problem;

/// A signal a test sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGKILL: ends at once, nothing is told to anybody.
    Kill,
    /// SIGTERM: the orderly end.
    Terminate,
    /// SIGHUP: look at the files again.
    Hangup,
    /// SIGSTOP: stands still, keeps its sockets; how a zombie is made.
    Pause,
    /// SIGCONT: goes on.
    Resume,
}

/// Sends a signal to a process.
///
/// # Errors
/// [`Problem::Io`] when there is no such process or it is not ours.
pub fn signal(pid: u32, signal: Signal) -> Result<(), Problem> {
    let number = match signal {
        Signal::Kill => rustix::process::Signal::KILL,
        Signal::Terminate => rustix::process::Signal::TERM,
        Signal::Hangup => rustix::process::Signal::HUP,
        Signal::Pause => rustix::process::Signal::STOP,
        Signal::Resume => rustix::process::Signal::CONT,
    };
    kill_process(known(pid)?, number).map_err(|source| Problem::Io {
        attempt: format!("signal {signal:?} to process {pid}"),
        source: source.into(),
    })
}

/// The CPU time a process has used until now, user and system, of all its threads, in seconds.
///
/// # Errors
/// [`Problem::NoSuchProcess`] when it has ended.
pub fn cpu_seconds(pid: u32) -> Result<f64, Problem> {
    let stat = read(pid, "stat")?;
    let ticks = cpu_ticks(&stat).ok_or(Problem::NoSuchProcess(pid))?;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// The most memory a process has had resident until now, in KiB (`VmHWM`).
///
/// # Errors
/// [`Problem::NoSuchProcess`] when it has ended.
pub fn peak_memory_kib(pid: u32) -> Result<u64, Problem> {
    high_water_mark(&read(pid, "status")?).ok_or(Problem::NoSuchProcess(pid))
}

/// Whether a process is there and is not a zombie that waits to be collected.
pub fn is_alive(pid: u32) -> bool {
    read(pid, "stat").is_ok_and(|stat| !matches!(state(&stat), Some("Z" | "X") | None))
}

fn known(pid: u32) -> Result<Pid, Problem> {
    i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(Problem::NoSuchProcess(pid))
}

fn read(pid: u32, file: &str) -> Result<String, Problem> {
    fs::read_to_string(format!("/proc/{pid}/{file}")).map_err(|_| Problem::NoSuchProcess(pid))
}

/// The fields of `/proc/<pid>/stat` after the name, which may itself hold spaces and brackets: see
/// proc_pid_stat(5); the first of them is field 3, the state.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_ascii_whitespace()
}

fn state(stat: &str) -> Option<&str> {
    fields(stat).next()
}

/// Fields 14 and 15: user and system time in clock ticks.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let mut times = fields(stat).skip(11);
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
    fn a_torn_stat_line_is_no_number() {
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
        signal(pid, Signal::Pause).unwrap();
        await_state(pid, "T");
        signal(pid, Signal::Resume).unwrap();
        await_state(pid, "S");
        signal(pid, Signal::Kill).unwrap();
        assert!(!child.wait().unwrap().success());
        assert!(!is_alive(pid));
        assert!(signal(pid, Signal::Kill).is_err());
        assert!(matches!(cpu_seconds(pid), Err(Problem::NoSuchProcess(_))));
    }

    fn await_state(pid: u32, wanted: &str) {
        while state(&read(pid, "stat").unwrap()) != Some(wanted) {
            std::thread::yield_now();
        }
    }
}
