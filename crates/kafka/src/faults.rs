//! Crash points and switched-off defences, compiled in by the feature `faults` only.
//!
//! `HARKEN_CRASH=point:n` kills the process (SIGKILL) when it passes the point for the n-th time,
//! `HARKEN_FREEZE=point:n` stops it there (SIGSTOP) until it is continued;
//! `HARKEN_DEFENCE_OFF=name,…` switches defences off, to see the test that needs them fail.

/// A place where a process may die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    AfterPoll,
    BeforeProduce,
    AfterProduce,
    BeforeCommit,
    DuringCommit,
    AfterCommit,
    DuringRestore,
}

/// A defence that can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defence {
    /// The offset committed is that of the next record, not of the last one.
    NextOffset,
    /// Offsets go into the transaction, which fences a member that has lost its partitions.
    OffsetsInTransaction,
    /// The state is read back from the changelog.
    Restore,
    /// Readers see committed records only.
    ReadCommitted,
    /// A transaction whose outcome is unknown is ended before its offsets are read again: the new
    /// producer's `init_transactions` fences it, and only stable offsets are read.
    Fence,
    /// A restore waits for the transactions under way in the changelog.
    WholeChangelog,
    /// What is open is aborted when the group has given the partitions to others.
    AbortWhenLost,
    /// What is open is committed before partitions are given back.
    CommitOnRevoke,
    /// The group's metadata is that of the moment of the commit.
    GroupMetadata,
    /// A transaction made by a timer alone sends the offsets, too.
    TimerOffsets,
    /// A transactional call that does not return ends the process.
    Watchdog,
}

#[cfg(not(feature = "faults"))]
mod imp {
    use super::{Defence, Point};

    pub(crate) fn point(_: Point) {}

    pub(crate) const fn is_on(_: Defence) -> bool {
        true
    }
}

#[cfg(feature = "faults")]
mod imp {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use rustix::process::{Signal, getpid, kill_process};

    use super::{Defence, Point};

    static OFF: OnceLock<Option<String>> = OnceLock::new();
    static PLANS: OnceLock<Vec<Plan>> = OnceLock::new();

    /// At which passing of which point which signal comes.
    struct Plan {
        point: String,
        nth: u64,
        signal: Signal,
        passed: AtomicU64,
    }

    impl Plan {
        fn read(variable: &str, signal: Signal) -> Option<Self> {
            let wanted = std::env::var(variable).ok()?;
            let (point, nth) = wanted.split_once(':')?;
            let (point, nth) = (point.to_owned(), nth.parse().ok()?);
            Some(Self { point, nth, signal, passed: AtomicU64::new(0) })
        }
    }

    fn kebab(name: &str) -> String {
        let mut out = String::new();
        for (i, c) in name.chars().enumerate() {
            if c.is_uppercase() && i > 0 {
                out.push('-');
            }
            out.push(c.to_ascii_lowercase());
        }
        out
    }

    pub(crate) fn point(point: Point) {
        let plans = PLANS.get_or_init(|| {
            let crash = Plan::read("HARKEN_CRASH", Signal::KILL);
            crash.into_iter().chain(Plan::read("HARKEN_FREEZE", Signal::STOP)).collect()
        });
        let name = kebab(&format!("{point:?}"));
        for plan in plans.iter().filter(|plan| plan.point == name) {
            if plan.passed.fetch_add(1, Ordering::Relaxed) + 1 == plan.nth {
                strike(point, plan);
            }
        }
    }

    fn strike(point: Point, plan: &'static Plan) {
        if point != Point::DuringCommit {
            send(plan.signal);
            // Another thread may take the signal, some time later: go no further until then.
            std::thread::sleep(Duration::from_millis(200));
            return;
        }
        // A commit takes milliseconds: strike somewhere inside it, each time somewhere else.
        let delay = Duration::from_micros(plan.nth.wrapping_mul(311) % 4000);
        std::thread::spawn(move || {
            std::thread::sleep(delay);
            send(plan.signal);
        });
    }

    fn send(signal: Signal) {
        let _ = kill_process(getpid(), signal);
    }

    pub(crate) fn is_on(defence: Defence) -> bool {
        let off = OFF.get_or_init(|| std::env::var("HARKEN_DEFENCE_OFF").ok());
        let Some(off) = off else { return true };
        let name = kebab(&format!("{defence:?}"));
        !off.split(',').any(|off| off == name)
    }
}

pub(crate) use imp::{is_on, point};
