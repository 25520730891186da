//! Crash points, and defences that tests switch off; both only with the feature `faults`.
//!
//! `HARKEN_CRASH=point:n` kills the process (SIGKILL) when it passes the point for the n-th time,
//! `HARKEN_FREEZE=point:n` stops it there (SIGSTOP) until it is continued, and
//! `HARKEN_DEFENCE_OFF=name,…` switches defences off, so that the tests that need them must fail.
//! The names are those of the variants, in kebab case.

/// A point at which a test kills or freezes the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CrashPoint {
    AfterPoll,
    BeforeProduce,
    AfterProduce,
    BeforeCommit,
    DuringCommit,
    AfterCommit,
    DuringRestore,
}

/// A defence that a test can switch off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defence {
    /// Commits the offset of the next record, not of the last one.
    NextOffset,
    /// Sends the offsets in the transaction, which fences a member that has lost its partitions.
    OffsetsInTransaction,
    /// Restores the state from the changelog.
    Restore,
    /// Reads committed records only.
    ReadCommitted,
    /// Ends a transaction of unknown outcome before its offsets are read again: the new producer's
    /// `init_transactions` fences it, and only stable offsets are read.
    Fence,
    /// Waits in a restore for the open transactions of the changelog.
    WholeChangelog,
    /// Aborts the open transaction when the group has given the partitions to others.
    AbortWhenLost,
    /// Commits the open transaction before an orderly revoke.
    CommitOnRevoke,
    /// Reads the group metadata at the time of the commit.
    GroupMetadata,
    /// Sends the offsets with a transaction that only a timer has written.
    TimerOffsets,
    /// Commits the offset of a malformed table row with its dead letter.
    RowOffsets,
    /// Tells a refused record from a lost connection.
    Refusal,
    /// Cuts a dead letter that is too large for a topic.
    CutLetter,
    /// Keeps changelog entries out of the state that no worker has written.
    StateCheck,
    /// Rejects a record in a partition that its key does not choose.
    KeyedPartition,
    /// Gives up when another process keeps taking the worker's place.
    GiveUp,
    /// Skips a batch that the client cannot read.
    SkipUnreadable,
    /// Ends the process when a transactional call does not return.
    Watchdog,
}

#[cfg(not(feature = "faults"))]
mod imp {
    use super::{CrashPoint, Defence};

    pub(crate) fn crash_point(_: CrashPoint) {}

    pub(crate) const fn is_enabled(_: Defence) -> bool {
        true
    }
}

#[cfg(feature = "faults")]
mod imp {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use rustix::process::{Signal, getpid, kill_process};

    use super::{CrashPoint, Defence};

    static OFF: OnceLock<Option<String>> = OnceLock::new();
    static PLANS: OnceLock<Vec<CrashPlan>> = OnceLock::new();

    /// The signal to send when a crash point is passed for the n-th time.
    struct CrashPlan {
        point: String,
        nth: u64,
        signal: Signal,
        passed: AtomicU64,
    }

    impl CrashPlan {
        fn read(variable: &str, signal: Signal) -> Option<Self> {
            let value = std::env::var(variable).ok()?;
            let (point, nth) = value.split_once(':')?;
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

    pub(crate) fn crash_point(point: CrashPoint) {
        let plans = PLANS.get_or_init(|| {
            let crash = CrashPlan::read("HARKEN_CRASH", Signal::KILL);
            crash.into_iter().chain(CrashPlan::read("HARKEN_FREEZE", Signal::STOP)).collect()
        });
        let name = kebab(&format!("{point:?}"));
        for plan in plans.iter().filter(|plan| plan.point == name) {
            if plan.passed.fetch_add(1, Ordering::Relaxed) + 1 == plan.nth {
                deliver_at(point, plan);
            }
        }
    }

    fn deliver_at(point: CrashPoint, plan: &'static CrashPlan) {
        if point != CrashPoint::DuringCommit {
            send(plan.signal);
            // The kernel may deliver the signal to another thread, a little later: wait here, or
            // this thread would run past the crash point.
            std::thread::sleep(Duration::from_millis(200));
            return;
        }
        // A commit takes milliseconds. 311 is coprime to 4000, so that successive values of `nth`
        // hit different moments inside it.
        let delay = Duration::from_micros(plan.nth.wrapping_mul(311) % 4000);
        std::thread::spawn(move || {
            std::thread::sleep(delay);
            send(plan.signal);
        });
    }

    fn send(signal: Signal) {
        let _ = kill_process(getpid(), signal);
    }

    pub(crate) fn is_enabled(defence: Defence) -> bool {
        let off = OFF.get_or_init(|| std::env::var("HARKEN_DEFENCE_OFF").ok());
        let Some(off) = off else { return true };
        let name = kebab(&format!("{defence:?}"));
        !off.split(',').any(|off| off == name)
    }
}

pub(crate) use imp::{crash_point, is_enabled};
