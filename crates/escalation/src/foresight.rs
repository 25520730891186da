//! Predicts whether an answer will be in time: compares the remaining time with the number of
//! authors ahead in the queue times the team's answer time.
//!
//! The answer time is the mean of the team's latest answers, each counted from the previous answer
//! or, if the queue was empty then, from the beginning of the author's wait. A team that has
//! stopped answering needs at least the time since its last answer, limited to this author's wait.
//! Fewer than four answers give no prediction. Must not know: cases, paths.

use stage::{EventTime, TimeDelta};

use crate::case::push_bounded;
use crate::entry::{MAX_ANSWERS, Pace};

/// The minimum number of answers for a prediction.
const MIN_ANSWERS: usize = 4;
/// The minimum delay between checks; nearer to the due time, checks end.
const MIN_CHECK_DELAY: TimeDelta = TimeDelta::MINUTE;

/// The position of a case in the queue of its owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueuePosition<'a> {
    /// The beginning of the author's wait.
    pub(crate) waiting_since: EventTime,
    /// The number of authors whose answer is due earlier.
    pub(crate) waiting_before: i64,
    /// The pace of the team.
    pub(crate) pace: Option<&'a Pace>,
}

/// The predicted time of the answer; `None` without a pace.
pub(crate) fn expected_answer_at(now: EventTime, position: QueuePosition<'_>) -> Option<EventTime> {
    let pace = position.pace.filter(|pace| pace.answer_times.len() >= MIN_ANSWERS)?;
    let total: TimeDelta = pace.answer_times.iter().copied().sum();
    let mean = total / pace.answer_times.len() as i64;
    // A team that has stopped answering is slower than its mean.
    let since_answer = now - pace.last_at.max(position.waiting_since);
    let each = mean.max(since_answer);
    Some(now + each * position.waiting_before.saturating_add(1))
}

/// The time of the first check of a clock: at half of its time.
pub(crate) fn first_check(started_at: EventTime, due_at: EventTime) -> Option<EventTime> {
    next_check(started_at, due_at)
}

/// The time of the next check: at half of the remaining time; `None` close to the due time.
pub(crate) fn next_check(now: EventTime, due_at: EventTime) -> Option<EventTime> {
    let half = (due_at - now) / 2;
    (half >= MIN_CHECK_DELAY).then(|| now + half)
}

/// The pace after another answer at `at` to an author who had waited since `since`.
pub(crate) fn record_answer(pace: Option<&Pace>, at: EventTime, since: EventTime) -> Pace {
    let mut pace = pace.cloned().unwrap_or(Pace { last_at: since, answer_times: Vec::new() });
    let answer_time = (at - pace.last_at.max(since)).max(TimeDelta::ZERO);
    push_bounded(&mut pace.answer_times, answer_time, MAX_ANSWERS);
    // Events may arrive out of order.
    pace.last_at = pace.last_at.max(at);
    pace
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: i64) -> EventTime {
        EventTime::from_micros(0) + minute * TimeDelta::MINUTE
    }

    fn pace(last: i64, minutes: &[i64]) -> Pace {
        let answer_times = minutes.iter().map(|minutes| *minutes * TimeDelta::MINUTE).collect();
        Pace { last_at: minute(last), answer_times }
    }

    #[test]
    fn an_answer_is_predicted_after_those_ahead_in_the_queue() {
        let steady = pace(98, &[2, 2, 2, 2]);
        let cases = [
            ("alone", 0, 90, Some(&steady), Some(102)),
            ("behind nine others", 9, 90, Some(&steady), Some(120)),
            ("no answer yet", 9, 90, None, None),
            ("three answers give no pace", 9, 90, Some(&pace(98, &[2, 2, 2])), None),
            ("a team that stopped answering", 1, 40, Some(&pace(60, &[2, 2, 2, 2])), Some(180)),
            (
                "a team whose queue was empty for long",
                1,
                95,
                Some(&pace(-900, &[2, 2, 2, 2])),
                Some(110),
            ),
        ];
        for (what, ahead, since, pace, at) in cases {
            let waiting =
                QueuePosition { waiting_since: minute(since), waiting_before: ahead, pace };
            let expected = expected_answer_at(minute(100), waiting);
            assert_eq!(expected, at.map(minute), "{what}");
        }
    }

    #[test]
    fn idle_time_of_an_empty_queue_does_not_count_as_answer_time() {
        let mut current = None;
        for (at, since) in [(10, 7), (12, 1), (500, 495), (503, 496)] {
            current = Some(record_answer(current.as_ref(), minute(at), minute(since)));
        }
        assert_eq!(current, Some(pace(503, &[3, 2, 5, 3])));
        let mut long = pace(0, &[]);
        for n in 1..40 {
            long = record_answer(Some(&long), minute(n), minute(0));
        }
        assert_eq!(long, pace(39, &[1; MAX_ANSWERS]));
        let early = record_answer(Some(&long), minute(3), minute(0));
        assert_eq!(
            (early.last_at, early.answer_times.last()),
            (minute(39), Some(&TimeDelta::ZERO)),
            "a late event"
        );
    }

    #[test]
    fn checks_halve_the_remaining_time_until_the_due_time_is_near() {
        let (mut at, mut checks) = (first_check(minute(0), minute(16)), Vec::new());
        while let Some(check) = at {
            checks.push(check);
            at = next_check(check, minute(16));
        }
        assert_eq!(checks, [8, 12, 14, 15].map(minute));
        assert_eq!(first_check(minute(0), minute(1)), None);
    }
}
