//! Agents for live work such as calls and chats, by Erlang C (Erlang, 1917).
//!
//! Assumes Poisson arrivals, exponential handling times and no abandonment, which overestimates the
//! agents needed if callers hang up.

use numeric::exp;

/// Erlang C: the share of arrivals that find no free agent. `load` is in erlangs: arrivals per hour
/// times handling time in hours. 1 if the load is not below the number of agents.
///
/// By the recursion for Erlang B, `1/B(n) = 1 + n/(load B(n-1))`, then
/// `C = B / (1 - load/n (1 - B))`.
#[must_use]
pub fn erlang_c(agents: u32, load: f64) -> f64 {
    delayed(agents, load, erlang_b(agents, load))
}

/// Erlang C from the Erlang B of the same agents.
fn delayed(agents: u32, load: f64, blocked: f64) -> f64 {
    let n = f64::from(agents);
    if load <= 0.0 {
        return 0.0;
    }
    if n <= load {
        return 1.0;
    }
    blocked / (1.0 - load / n * (1.0 - blocked))
}

/// Erlang B: the share of arrivals that find no free agent if nobody waits.
fn erlang_b(agents: u32, load: f64) -> f64 {
    (1..=agents).fold(1.0, |blocked, agent| with_one_more(blocked, agent, load))
}

/// Erlang B of the agents up to `agent`, from that of one fewer.
fn with_one_more(blocked: f64, agent: u32, load: f64) -> f64 {
    load * blocked / (f64::from(agent) + load * blocked)
}

/// The performance of a number of agents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QueueStaffing {
    /// Number of agents.
    pub agents: u32,
    /// The share of arrivals answered within the target time.
    pub service_level: f64,
    /// The mean waiting time, in seconds; infinite if the agents cannot keep up.
    pub mean_wait: f64,
    /// The share of time that agents are busy.
    pub occupancy: f64,
}

impl QueueStaffing {
    /// The performance of `agents` for `arrivals` per hour that take `handling` seconds each, with
    /// a target time of `target` seconds. The service level is
    /// `1 - C e^(-(agents - load) target / handling)`.
    #[must_use]
    pub fn with_agents(agents: u32, arrivals: f64, handling: f64, target: f64) -> Self {
        let load = arrivals * handling / 3600.0;
        Self::at(agents, load, erlang_b(agents, load), handling, target)
    }

    /// The performance at a load, in erlangs, with the Erlang B of these agents.
    fn at(agents: u32, load: f64, blocked: f64, handling: f64, target: f64) -> Self {
        let (delayed, spare) = (delayed(agents, load, blocked), f64::from(agents) - load);
        if spare <= 0.0 && load > 0.0 {
            return Self { agents, service_level: 0.0, mean_wait: f64::INFINITY, occupancy: 1.0 };
        }
        let service_level = 1.0 - delayed * exp(-spare * target / handling);
        let mean_wait = if load > 0.0 { delayed * handling / spare } else { 0.0 };
        Self { agents, service_level, mean_wait, occupancy: load / f64::from(agents).max(1.0) }
    }
}

/// The smallest number of agents that answer a share of the arrivals within the target time: see
/// [`QueueStaffing::with_agents`]. `share` is below 1.
#[must_use]
pub fn agents_for_queue(arrivals: f64, handling: f64, target: f64, share: f64) -> QueueStaffing {
    let load = arrivals * handling / 3600.0;
    // Fewer agents than the load never keep up.
    let first = load as u32;
    // The service level reaches 1 only in the limit, so the search needs a share below it.
    let share = share.min(0.9999);
    // Each number of agents from that of one fewer: a search that began anew would be quadratic.
    let mut blocked = erlang_b(first, load);
    for agents in first..u32::MAX {
        let staffing = QueueStaffing::at(agents, load, blocked, handling, target);
        if staffing.service_level >= share {
            return staffing;
        }
        blocked = with_one_more(blocked, agents + 1, load);
    }
    QueueStaffing { agents: u32::MAX, service_level: 1.0, mean_wait: 0.0, occupancy: 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erlang_c_equals_the_published_tables() {
        // Textbook values: C(1, a) = a; C(2, 1) = 1/3; the worked examples of 10 erlangs with 11
        // to 14 agents, and of 48 erlangs with 55.
        let cases = [
            (1, 0.5, 0.5),
            (2, 1.0, 1.0 / 3.0),
            (11, 10.0, 0.682),
            (12, 10.0, 0.449),
            (13, 10.0, 0.285),
            (14, 10.0, 0.174),
            (55, 48.0, 0.239),
        ];
        for (agents, load, published) in cases {
            let own = erlang_c(agents, load);
            assert!((own - published).abs() < 0.0006, "{agents} agents, {load} erlangs: {own}");
        }
    }

    #[test]
    fn the_worked_example_of_a_hundred_calls_in_half_an_hour() {
        // 200 an hour, 180 s each, 80 % within 20 s: 14 agents, 88.8 %, 7.8 s, 71.4 % busy.
        let found = agents_for_queue(200.0, 180.0, 20.0, 0.8);
        assert_eq!(found.agents, 14);
        assert!((found.service_level - 0.888).abs() < 0.001, "{found:?}");
        assert!(
            (found.mean_wait - 7.8).abs() < 0.05 && (found.occupancy - 0.714).abs() < 0.001,
            "{found:?}"
        );
    }

    #[test]
    fn the_worked_example_of_forty_eight_erlangs() {
        // 0.2 calls a second, 240 s each, 55 agents: 84.6 % within 15 s, 8.2 s on average.
        let own = QueueStaffing::with_agents(55, 720.0, 240.0, 15.0);
        assert!(
            (own.service_level - 0.846).abs() < 0.001 && (own.mean_wait - 8.2).abs() < 0.05,
            "{own:?}"
        );
    }

    #[test]
    fn the_agents_for_a_hundred_thousand_erlangs_are_found_at_once() {
        // 1.2 million answers an hour. The square-root rule: the load and about its root more.
        let found = agents_for_queue(1_200_000.0, 300.0, 20.0, 0.8);
        assert!((100_000..100_400).contains(&found.agents), "{found:?}");
        assert_eq!(found, QueueStaffing::with_agents(found.agents, 1_200_000.0, 300.0, 20.0));
        let fewer = QueueStaffing::with_agents(found.agents - 1, 1_200_000.0, 300.0, 20.0);
        assert!(fewer.service_level < 0.8, "{fewer:?}");
    }

    #[test]
    fn no_work_needs_no_agents_and_too_few_agents_never_keep_up() {
        assert_eq!(agents_for_queue(0.0, 180.0, 20.0, 0.8).agents, 0);
        let own = QueueStaffing::with_agents(5, 200.0, 180.0, 20.0);
        assert_eq!((own.service_level, own.occupancy), (0.0, 1.0));
        assert!(own.mean_wait.is_infinite());
    }

    #[test]
    fn more_agents_never_lower_the_service_level() {
        for arrivals in [1.0, 30.0, 400.0] {
            let shares = (1..80).map(|agents| {
                QueueStaffing::with_agents(agents, arrivals, 240.0, 20.0).service_level
            });
            let shares: Vec<f64> = shares.collect();
            assert!(shares.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{arrivals}");
        }
    }
}
