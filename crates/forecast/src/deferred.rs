//! Agents for work that may wait, by simulating its backlog.

use std::collections::VecDeque;

use surge::trial::Random;

/// How often the hours are simulated with other random arrivals.
const RUNS: u64 = 40;

/// What work that may wait asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backlog {
    /// Seconds that an answer takes.
    pub handling: f64,
    /// Minutes within which it is owed.
    pub within: u32,
    /// The share that must be on time.
    pub share: f64,
}

/// The fewest agents, the same number through all the hours, who answer that share of the work on
/// time, oldest first, with what arrives in each hour (Poisson, by the minute); and the share they
/// reach. They go on after the last hour until all is done or late.
#[must_use]
pub fn deferred(expected: &[f64], wanted: &Backlog) -> (u32, f64) {
    let work: f64 = expected.iter().sum::<f64>() * wanted.handling / 3600.0;
    if work <= 0.0 {
        return (0, 1.0);
    }
    // Enough for the busiest hour at once, with room for chance.
    let most = expected.iter().copied().fold(0.0, f64::max) * wanted.handling / 3600.0;
    let (mut low, mut high) = (1, (2.0 * most) as u32 + 8);
    while low < high {
        let middle = low.midpoint(high);
        if on_time(middle, expected, wanted) >= wanted.share {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    (low, on_time(low, expected, wanted))
}

/// The share answered on time by so many agents.
fn on_time(agents: u32, expected: &[f64], wanted: &Backlog) -> f64 {
    let (mut good, mut all) = (0_u64, 0_u64);
    for run in 0..RUNS {
        let mut random = Random::seeded(run + 1);
        let each = f64::from(agents) * 60.0 / wanted.handling;
        let (mut waiting, mut free) = (VecDeque::<(u32, u64)>::new(), 0.0_f64);
        // The work goes on until all of it is done or late.
        let end = expected.len() as u32 * 60 + wanted.within;
        for minute in 0..end {
            let rate = expected.get((minute / 60) as usize).copied().unwrap_or(0.0);
            let arrived = u64::from(random.poisson(rate / 60.0));
            all += arrived;
            waiting.push_back((minute, arrived));
            free += each;
            while let Some((since, left)) = waiting.front_mut() {
                let done = (free as u64).min(*left);
                free -= done as f64;
                good += if minute - *since <= wanted.within { done } else { 0 };
                *left -= done;
                if *left > 0 {
                    break;
                }
                waiting.pop_front();
            }
            if waiting.is_empty() {
                // Idle time is not saved up: nobody answers what has not been asked.
                free = free.min(each.max(1.0));
            }
        }
    }
    if all == 0 { 1.0 } else { good as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: [f64; 6] = [10.0, 60.0, 120.0, 60.0, 20.0, 10.0];

    fn wanted(within: u32) -> Backlog {
        Backlog { handling: 300.0, within, share: 0.9 }
    }

    #[test]
    fn the_longer_work_may_wait_the_fewer_agents_it_needs() {
        let agents = [5, 60, 240].map(|within| deferred(&DAY, &wanted(within)).0);
        assert!(agents[0] > agents[1] && agents[1] > agents[2], "{agents:?}");
        // 280 answers of five minutes are 23.3 hours of work, to be done in ten.
        assert_eq!(agents[2], 3, "{agents:?}");
    }

    #[test]
    fn one_agent_fewer_is_late() {
        let (agents, share) = deferred(&DAY, &wanted(60));
        assert!(share >= 0.9 && on_time(agents - 1, &DAY, &wanted(60)) < 0.9, "{agents} {share}");
    }

    #[test]
    fn nothing_to_do_needs_nobody() {
        assert_eq!(deferred(&[0.0; 24], &wanted(60)), (0, 1.0));
    }
}
