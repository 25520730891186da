//! How many answers the next hour will ask for, and how many agents that takes.
//!
//! An hour asked for as many answers as messages heard in it were routed to a team under an SLA
//! policy. The forecast is that of the crate `forecast`; see there for what it knows and what not.

use std::collections::BTreeMap;

use forecast::{Backlog, Expected, ahead, deferred, live};

use crate::settings::Staffing;

/// Hours of history below which nothing is expected: four weeks, as each hour of a week must have
/// come a few times.
const LEAST_HOURS: i64 = 4 * 7 * 24;

/// What the next hour will ask for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outlook {
    /// Answers.
    pub(crate) expected: Expected,
    /// Agents for live work, by Erlang C.
    pub(crate) live: u32,
    /// Agents for work that may wait, by simulating its backlog.
    pub(crate) deferred: u32,
}

/// The answers that hours asked for.
pub(crate) type Demand = BTreeMap<i64, i64>;

/// Expects the hour after the one under way, which is `open`, from those before it; nothing where
/// these are too few.
pub(crate) fn outlook(demand: &Demand, open: i64, staffing: &Staffing) -> Option<Outlook> {
    let (first, _) = demand.range(..open).next()?;
    if open - first < LEAST_HOURS {
        return None;
    }
    // An hour without an entry asked for nothing.
    let asked = |hour: i64| demand.get(&hour).copied().unwrap_or_default() as f64;
    let history: Vec<_> = (*first..open).map(|hour| (hour, asked(hour))).collect();
    let expected = ahead(&history, 2, &[]).pop()?;
    let seconds = |micros: i64| micros as f64 / 1e6;
    let (handling, share) = (seconds(staffing.handling), f64::from(staffing.share) / 100.0);
    let within = u32::try_from(staffing.deferred_within / 60_000_000).unwrap_or(u32::MAX);
    let live = live(expected.mean, handling, seconds(staffing.live_within), share).agents;
    let (deferred, _) = deferred(&[expected.mean], &Backlog { handling, within, share });
    Some(Outlook { expected, live, deferred })
}

/// Outlooks that need not be computed again, by tenant.
#[derive(Debug, Default)]
pub(crate) struct Outlooks(BTreeMap<String, ((i64, i64), Option<Outlook>)>);

impl Outlooks {
    /// The outlook of a tenant: as it was, as long as the hour and what was counted are the same.
    pub(crate) fn of(
        &mut self,
        tenant: &str,
        demand: &Demand,
        open: i64,
        staffing: &Staffing,
    ) -> Option<Outlook> {
        let now = (open, demand.range(..open).map(|(_, asked)| asked).sum());
        match self.0.get(tenant) {
            Some((then, outlook)) if *then == now => *outlook,
            _ => {
                let outlook = outlook(demand, open, staffing);
                self.0.insert(tenant.to_owned(), (now, outlook));
                outlook
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thirty answers in every hour of the day, none at night.
    fn weeks(weeks: i64) -> Demand {
        let hours = 400_008..400_008 + weeks * 168;
        let day = hours.filter(|hour| (8..20).contains(&(hour % 24)));
        day.map(|hour| (hour, 30)).collect()
    }

    #[test]
    fn the_hour_after_the_one_under_way_is_expected_as_those_like_it_were() {
        let demand = weeks(6);
        let end = demand.last_key_value().unwrap().0 + 1;
        let morning = (end..).find(|hour| hour % 24 == 8).unwrap();
        let day = outlook(&demand, morning, &Staffing::default()).unwrap();
        assert_eq!(day.expected.hour, morning + 1);
        assert!((20.0..40.0).contains(&day.expected.mean), "{day:?}");
        // 30 answers of five minutes are 2.5 erlangs.
        assert!((3..=6).contains(&day.live), "{day:?}");
        assert!((1..=day.live).contains(&day.deferred), "what may wait takes fewer: {day:?}");
        let night = outlook(&demand, morning + 14, &Staffing::default()).unwrap();
        assert!(night.expected.mean < 5.0, "{night:?}");
    }

    #[test]
    fn less_than_four_weeks_tell_nothing() {
        let demand = weeks(3);
        let end = demand.last_key_value().unwrap().0 + 1;
        assert_eq!(outlook(&demand, end, &Staffing::default()), None);
        assert_eq!(outlook(&Demand::new(), end, &Staffing::default()), None);
    }

    #[test]
    fn an_outlook_is_computed_again_when_something_was_counted() {
        let (mut outlooks, staffing) = (Outlooks::default(), Staffing::default());
        let mut demand = weeks(6);
        let open = demand.last_key_value().unwrap().0 + 1;
        let first = outlooks.of("acme", &demand, open, &staffing);
        assert_eq!(outlooks.of("acme", &demand, open, &staffing), first);
        demand.values_mut().for_each(|asked| *asked *= 3);
        let later = outlooks.of("acme", &demand, open, &staffing).unwrap();
        assert!(later.expected.mean > 2.0 * first.unwrap().expected.mean, "{later:?}");
    }
}
