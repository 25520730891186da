//! The clock of an input file: a mention is received when it was published, or at the latest earlier
//! time of the file if that is later.
//!
//! One wrong time must not move the clock for every later line. A time more than [`MAX_LEAD`] ahead
//! is compared with the times that follow it: if most of them lie before it, it is wrong and is
//! capped; otherwise the file has a gap. Must not know lines, formats, the wall clock.

use stage::{EventTime, TimeDelta};

/// How far a line may be ahead of the largest accepted time without the support of later lines.
pub(super) const MAX_LEAD: TimeDelta = TimeDelta::from_secs(5 * 60);
/// Number of later times that decide about one that is ahead.
pub(super) const WITNESSES: usize = 32;
/// The longest gap accepted without a later time that supports it.
const MAX_UNSUPPORTED_GAP: TimeDelta = TimeDelta::DAY;

/// The time at which a mention is received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReceiptTime {
    /// The publication time, or the latest accepted one.
    Accepted(EventTime),
    /// The publication time is too far ahead; this is the latest accepted time.
    Capped(EventTime),
}

/// The latest accepted time.
#[derive(Debug, Default)]
pub(super) struct FileClock {
    latest: Option<EventTime>,
    is_newest_first: bool,
}

impl FileClock {
    /// Whether the time of the next mention can be decided only with the times after it.
    pub(super) fn needs_witnesses(&self, published_at: Option<EventTime>) -> bool {
        match (self.latest, published_at) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(latest), Some(at)) => at > latest + MAX_LEAD,
        }
    }

    /// Receives the next mention. `following` are the times of the mentions after it, as far as known.
    pub(super) fn receive(
        &mut self,
        published_at: Option<EventTime>,
        following: &[EventTime],
    ) -> ReceiptTime {
        let latest = match self.latest {
            Some(latest) => latest,
            None => match self.first_time(published_at, following) {
                Some(first) => *self.latest.insert(first),
                // Nothing has a time so far: the next one that has sets the clock.
                None => return ReceiptTime::Accepted(EventTime::default()),
            },
        };
        let Some(at) = published_at else { return ReceiptTime::Accepted(latest) };
        if at > latest + MAX_LEAD && !is_gap(latest, at, following) {
            return ReceiptTime::Capped(latest);
        }
        ReceiptTime::Accepted(*self.latest.insert(latest.max(at)))
    }

    /// Whether the file began with its newest mention: all others are received at its time.
    pub(super) fn is_newest_first(&self) -> bool {
        self.is_newest_first
    }

    /// The time at which the clock starts: the first one that later times do not contradict.
    fn first_time(
        &mut self,
        published_at: Option<EventTime>,
        following: &[EventTime],
    ) -> Option<EventTime> {
        let times: Vec<_> = published_at.into_iter().chain(following.iter().copied()).collect();
        self.is_newest_first = runs_backwards(&times);
        let is_wrong = |at: EventTime, after: &[EventTime]| {
            let (before, not_before) = split(at, after);
            let Some(&next) = after.first() else { return false };
            // Two times out of order do not tell which one is wrong, unless they are far apart.
            let is_clear = before > 1 || at - next > MAX_UNSUPPORTED_GAP;
            before > not_before && is_clear
        };
        let mut rest = &times[..];
        while let [first, after @ ..] = rest {
            if self.is_newest_first || !is_wrong(*first, after) {
                return Some(*first);
            }
            rest = after;
        }
        None
    }
}

/// Whether the file is silent from `latest` to `at`, rather than `at` being wrong.
fn is_gap(latest: EventTime, at: EventTime, following: &[EventTime]) -> bool {
    let (before, not_before) = split(at, following);
    match before.cmp(&not_before) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Greater => false,
        std::cmp::Ordering::Equal => at - latest <= MAX_UNSUPPORTED_GAP,
    }
}

/// How many times lie clearly before `at`, and how many do not.
fn split(at: EventTime, times: &[EventTime]) -> (usize, usize) {
    let before = times.iter().filter(|&&time| time + MAX_LEAD < at).count();
    (before, times.len() - before)
}

/// Whether a file begins with its newest mention, so that its first time is no mistake.
fn runs_backwards(times: &[EventTime]) -> bool {
    let [first, second, third, ..] = times else { return false };
    let last = times.last().unwrap_or(third);
    let is_falling = times.windows(2).all(|pair| pair[0] >= pair[1]) && first > last;
    // A wrong first time lies further from the second than all others from each other.
    let is_close = *first - *second <= MAX_UNSUPPORTED_GAP || *first - *second <= *second - *last;
    is_falling && is_close
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60;

    fn at(minute: i64) -> EventTime {
        EventTime::default() + minute * TimeDelta::MINUTE
    }

    /// The minutes at which mentions with these times are received; capped ones are negative.
    fn received(minutes: &[Option<i64>]) -> Vec<i64> {
        let mut clock = FileClock::default();
        let minute = |time: EventTime| (time - EventTime::default()) / TimeDelta::MINUTE;
        let receive = |n: usize| {
            let after = minutes[n + 1..].iter().copied().flatten().take(WITNESSES);
            let after: Vec<_> = after.map(at).collect();
            match clock.receive(minutes[n].map(at), &after) {
                ReceiptTime::Accepted(time) => minute(time),
                ReceiptTime::Capped(time) => -minute(time),
            }
        };
        (0..minutes.len()).map(receive).collect()
    }

    #[test]
    fn a_time_that_later_ones_contradict_is_capped_and_a_gap_is_not() {
        let cases: [(&str, &[i64], &[i64]); 14] = [
            ("in order", &[600, 601, 601, 605], &[600, 601, 601, 605]),
            ("a late line", &[600, 610, 605, 611], &[600, 610, 610, 611]),
            ("one in the future", &[600, 90_000, 601, 602], &[600, -600, 601, 602]),
            (
                "half of them in the future",
                &[600, 9000, 601, 9001, 602],
                &[600, -600, 601, -601, 602],
            ),
            ("nine hours ahead", &[600, 1140, 601], &[600, -600, 601]),
            ("a night without mentions", &[600, 1140, 1141], &[600, 1140, 1141]),
            ("a mention every hour", &[600, 660, 720, 780], &[600, 660, 720, 780]),
            ("a gap at the end", &[600, 1140], &[600, 1140]),
            ("the future at the end", &[600, 90_000], &[600, -600]),
            ("a wrong first line", &[1140, 601, 602, 603], &[-601, 601, 602, 603]),
            (
                "two wrong first lines",
                &[90_000, 99_000, 601, 602, 603],
                &[-601, -601, 601, 602, 603],
            ),
            ("a wrong first of two", &[90_000, 601], &[-601, 601]),
            ("two out of order", &[660, 600], &[660, 660]),
            ("newest first", &[700, 660, 630, 600], &[700, 700, 700, 700]),
        ];
        for (name, minutes, expected) in cases {
            let dated: Vec<_> = minutes.iter().copied().map(Some).collect();
            assert_eq!(received(&dated), expected, "{name}");
        }
    }

    #[test]
    fn a_mention_without_a_time_is_received_at_the_latest_one_or_the_first() {
        let times = [None, Some(90_000), None, Some(600), Some(601), None, Some(602)];
        assert_eq!(received(&times), [600, -600, 600, 600, 601, 601, 602]);
        assert_eq!(received(&[None, None]), [0, 0]);
    }

    #[test]
    fn a_file_that_begins_with_its_newest_mention_is_recognised() {
        let cases: [(&[i64], bool); 6] = [
            (&[700, 660, 630, 600], true),
            (&[9 * DAY, 5 * DAY, DAY], true),
            (&[700, 600], false),
            (&[600, 600, 600], false),
            (&[90_000, 602, 601], false),
            (&[700, 660, 661], false),
        ];
        for (minutes, expected) in cases {
            let times: Vec<_> = minutes.iter().copied().map(at).collect();
            assert_eq!(runs_backwards(&times), expected, "{minutes:?}");
        }
    }
}
