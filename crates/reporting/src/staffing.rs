//! Forecast of answers and agents for the next hour.
//!
//! The demand of an hour is the number of its messages that were routed under an SLA policy. The
//! crate `forecast` documents the methods and their limits.

use std::collections::BTreeMap;

use forecast::{BacklogTarget, HourForecast, agents_for_backlog, agents_for_queue, forecast_hours};
use stage::TimeDelta;

use crate::config::StaffingTargets;

/// Minimum of history for a forecast: four weeks, so that each hour of the week occurs four times.
const MIN_HISTORY_HOURS: i64 = 4 * 7 * 24;

/// Forecast for one hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StaffingForecast {
    /// Expected answers.
    pub(crate) answers: HourForecast,
    /// Agents for live work, by Erlang C.
    pub(crate) live_agents: u32,
    /// Agents for work that may wait, by simulation of the backlog.
    pub(crate) deferred_agents: u32,
}

/// Expected answers by hour since the epoch.
pub(crate) type Demand = BTreeMap<i64, i64>;

/// Forecasts the hour after `open`, the current hour, from the hours before it. Returns `None` with
/// less than [`MIN_HISTORY_HOURS`] of history.
pub(crate) fn forecast_next_hour(
    demand: &Demand,
    open: i64,
    staffing: &StaffingTargets,
) -> Option<StaffingForecast> {
    let (first, _) = demand.range(..open).next()?;
    if open - first < MIN_HISTORY_HOURS {
        return None;
    }
    // An hour without an entry had no demand.
    let demand_of = |hour: i64| demand.get(&hour).copied().unwrap_or_default() as f64;
    let history: Vec<_> = (*first..open).map(|hour| (hour, demand_of(hour))).collect();
    // Two hours ahead of the last closed one: the current hour is incomplete, so skip it.
    let answers = forecast_hours(&history, 2, &[]).pop()?;
    let handling = staffing.handling.as_secs_f64();
    let share = f64::from(staffing.share) / 100.0;
    // The target of the backlog simulation is in minutes.
    let within = u32::try_from(staffing.deferred_within / TimeDelta::MINUTE).unwrap_or(u32::MAX);
    let live_agents =
        agents_for_queue(answers.mean, handling, staffing.live_within.as_secs_f64(), share).agents;
    let (deferred_agents, _) = agents_for_backlog(
        &[answers.mean],
        &BacklogTarget { handling, within_minutes: within, share },
    );
    Some(StaffingForecast { answers, live_agents, deferred_agents })
}

/// The latest forecast of each tenant, with the hour and the total demand it was computed from.
#[derive(Debug, Default)]
pub(crate) struct ForecastCache(BTreeMap<String, ((i64, i64), Option<StaffingForecast>)>);

impl ForecastCache {
    /// Returns the forecast of a tenant. Computes it again only if the hour or the demand changed.
    pub(crate) fn of(
        &mut self,
        tenant: &str,
        demand: &Demand,
        open: i64,
        staffing: &StaffingTargets,
    ) -> Option<StaffingForecast> {
        // Counts only grow, and hours expire only when `open` advances, so any change of the history
        // changes this pair.
        let now = (open, demand.range(..open).map(|(_, asked)| asked).sum());
        match self.0.get(tenant) {
            Some((then, forecast)) if *then == now => *forecast,
            _ => {
                let forecast = forecast_next_hour(demand, open, staffing);
                self.0.insert(tenant.to_owned(), (now, forecast));
                forecast
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 30 answers in every hour from 8 to 20, none at night.
    fn weeks(weeks: i64) -> Demand {
        let hours = 400_008..400_008 + weeks * 168;
        let day = hours.filter(|hour| (8..20).contains(&(hour % 24)));
        day.map(|hour| (hour, 30)).collect()
    }

    #[test]
    fn the_next_hour_is_forecast_like_the_same_hours_before() {
        let demand = weeks(6);
        let end = demand.last_key_value().unwrap().0 + 1;
        let morning = (end..).find(|hour| hour % 24 == 8).unwrap();
        let day = forecast_next_hour(&demand, morning, &StaffingTargets::default()).unwrap();
        assert_eq!(day.answers.hour, morning + 1);
        assert!((20.0..40.0).contains(&day.answers.mean), "{day:?}");
        // 30 answers of five minutes are 2.5 erlangs.
        assert!((3..=6).contains(&day.live_agents), "{day:?}");
        assert!(
            (1..=day.live_agents).contains(&day.deferred_agents),
            "deferred work needs no more agents than live work: {day:?}"
        );
        let night = forecast_next_hour(&demand, morning + 14, &StaffingTargets::default()).unwrap();
        assert!(night.answers.mean < 5.0, "{night:?}");
    }

    #[test]
    fn there_is_no_forecast_with_less_than_four_weeks_of_history() {
        let demand = weeks(3);
        let end = demand.last_key_value().unwrap().0 + 1;
        assert_eq!(forecast_next_hour(&demand, end, &StaffingTargets::default()), None);
        assert_eq!(forecast_next_hour(&Demand::new(), end, &StaffingTargets::default()), None);
    }

    #[test]
    fn a_forecast_is_computed_again_when_the_demand_changes() {
        let (mut forecasts, staffing) = (ForecastCache::default(), StaffingTargets::default());
        let mut demand = weeks(6);
        let open = demand.last_key_value().unwrap().0 + 1;
        let first = forecasts.of("acme", &demand, open, &staffing);
        assert_eq!(forecasts.of("acme", &demand, open, &staffing), first);
        demand.values_mut().for_each(|asked| *asked *= 3);
        let later = forecasts.of("acme", &demand, open, &staffing).unwrap();
        assert!(later.answers.mean > 2.0 * first.unwrap().answers.mean, "{later:?}");
    }
}
