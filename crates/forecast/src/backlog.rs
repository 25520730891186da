//! Agents for deferrable work such as posts and messages, by simulation of the backlog.

use std::collections::VecDeque;

use numeric::random::SplitMix64;

/// Number of simulations with different random arrivals.
const RUNS: u64 = 40;

/// The target for deferrable work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BacklogTarget {
    /// Handling time of an answer, in seconds.
    pub handling: f64,
    /// Minutes within which an answer is due.
    pub within_minutes: u32,
    /// The share of answers that must be on time, from 0 to 1.
    pub share: f64,
}

/// The smallest constant number of agents that meets the target, and the share on time they reach.
///
/// `expected` has the mean arrivals of each hour; arrivals are Poisson by minute, and agents answer
/// the oldest first. Work continues after the last hour until all of it is done or late.
#[must_use]
pub fn agents_for_backlog(expected: &[f64], target: &BacklogTarget) -> (u32, f64) {
    let work: f64 = expected.iter().sum::<f64>() * target.handling / 3600.0;
    if work <= 0.0 {
        return (0, 1.0);
    }
    // The upper bound of the search: twice the load of the busiest hour, and some more for random
    // peaks.
    let peak_load = expected.iter().copied().fold(0.0, f64::max) * target.handling / 3600.0;
    let (mut low, mut high) = (1, (2.0 * peak_load) as u32 + 8);
    while low < high {
        let middle = low.midpoint(high);
        if share_on_time(middle, expected, target) >= target.share {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    (low, share_on_time(low, expected, target))
}

/// The share of answers that this number of agents gives on time.
fn share_on_time(agents: u32, expected: &[f64], target: &BacklogTarget) -> f64 {
    let (mut on_time, mut all) = (0_u64, 0_u64);
    for run in 0..RUNS {
        let mut random = SplitMix64::seeded(run + 1);
        let per_minute = f64::from(agents) * 60.0 / target.handling;
        let (mut waiting, mut free) = (VecDeque::<(u32, u64)>::new(), 0.0_f64);
        // After this minute, everything left is late.
        let end = expected.len() as u32 * 60 + target.within_minutes;
        for minute in 0..end {
            let rate = expected.get((minute / 60) as usize).copied().unwrap_or(0.0);
            let arrived = u64::from(random.poisson(rate / 60.0));
            all += arrived;
            waiting.push_back((minute, arrived));
            free += per_minute;
            while let Some((since, remaining)) = waiting.front_mut() {
                let done = (free as u64).min(*remaining);
                free -= done as f64;
                on_time += if minute - *since <= target.within_minutes { done } else { 0 };
                *remaining -= done;
                if *remaining > 0 {
                    break;
                }
                waiting.pop_front();
            }
            if waiting.is_empty() {
                // Idle agents cannot work ahead, so unused capacity is lost.
                free = free.min(per_minute.max(1.0));
            }
        }
    }
    if all == 0 { 1.0 } else { on_time as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: [f64; 6] = [10.0, 60.0, 120.0, 60.0, 20.0, 10.0];

    fn wanted(within: u32) -> BacklogTarget {
        BacklogTarget { handling: 300.0, within_minutes: within, share: 0.9 }
    }

    #[test]
    fn a_longer_target_needs_fewer_agents() {
        let agents = [5, 60, 240].map(|within| agents_for_backlog(&DAY, &wanted(within)).0);
        assert!(agents[0] > agents[1] && agents[1] > agents[2], "{agents:?}");
        // 280 answers of five minutes are 23.3 hours of work within ten hours.
        assert_eq!(agents[2], 3, "{agents:?}");
    }

    #[test]
    fn one_agent_fewer_misses_the_target() {
        let (agents, share) = agents_for_backlog(&DAY, &wanted(60));
        assert!(
            share >= 0.9 && share_on_time(agents - 1, &DAY, &wanted(60)) < 0.9,
            "{agents} {share}"
        );
    }

    #[test]
    fn no_work_needs_no_agents() {
        assert_eq!(agents_for_backlog(&[0.0; 24], &wanted(60)), (0, 1.0));
    }
}
