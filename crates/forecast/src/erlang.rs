//! Agents for work that waits on the line, by Erlang C (Erlang, 1917).
//!
//! Poisson arrivals, exponential handling, nobody hangs up: on the safe side where some do.

use surge::number::exp;

/// The share of arrivals that find no free agent: Erlang C. `load` is in erlangs, arrivals per
/// hour times hours of handling; 1 where the agents cannot keep up.
///
/// By the recursion for Erlang B, `1/B(n) = 1 + n/(load B(n-1))`, then
/// `C = B / (1 - load/n (1 - B))`.
#[must_use]
pub fn delayed(agents: u32, load: f64) -> f64 {
    let n = f64::from(agents);
    if load <= 0.0 {
        return 0.0;
    }
    if n <= load {
        return 1.0;
    }
    let blocked = (1..=agents).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
    blocked / (1.0 - load / n * (1.0 - blocked))
}

/// What a number of agents gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Live {
    /// Agents at work.
    pub agents: u32,
    /// The share answered within the target.
    pub within: f64,
    /// The mean wait in seconds.
    pub wait: f64,
    /// The share of their time that agents are busy.
    pub busy: f64,
}

impl Live {
    /// What so many agents give `arrivals` an hour of `handling` seconds each, answered within
    /// `target` seconds: `1 - C e^(-(agents - load) target / handling)`.
    #[must_use]
    pub fn with(agents: u32, arrivals: f64, handling: f64, target: f64) -> Self {
        let load = arrivals * handling / 3600.0;
        let (delayed, spare) = (delayed(agents, load), f64::from(agents) - load);
        if spare <= 0.0 && load > 0.0 {
            return Self { agents, within: 0.0, wait: f64::INFINITY, busy: 1.0 };
        }
        let within = 1.0 - delayed * exp(-spare * target / handling);
        let wait = if load > 0.0 { delayed * handling / spare } else { 0.0 };
        Self { agents, within, wait, busy: load / f64::from(agents).max(1.0) }
    }
}

/// The fewest agents that answer a share of the arrivals within the target: see [`Live::with`].
/// `share` is below 1.
#[must_use]
pub fn live(arrivals: f64, handling: f64, target: f64, share: f64) -> Live {
    let load = arrivals * handling / 3600.0;
    let first = load as u32;
    let share = share.min(0.9999);
    let mut tried = (first..).map(|agents| Live::with(agents, arrivals, handling, target));
    let found = tried.find(|live| live.within >= share);
    found.unwrap_or(Live { agents: u32::MAX, within: 1.0, wait: 0.0, busy: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_delayed_is_that_of_the_published_tables() {
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
            let own = delayed(agents, load);
            assert!((own - published).abs() < 0.0006, "{agents} agents, {load} erlangs: {own}");
        }
    }

    #[test]
    fn the_worked_example_of_a_hundred_calls_in_half_an_hour() {
        // 200 an hour, 180 s each, 80 % within 20 s: 14 agents, 88.8 %, 7.8 s, 71.4 % busy.
        let found = live(200.0, 180.0, 20.0, 0.8);
        assert_eq!(found.agents, 14);
        assert!((found.within - 0.888).abs() < 0.001, "{found:?}");
        assert!((found.wait - 7.8).abs() < 0.05 && (found.busy - 0.714).abs() < 0.001, "{found:?}");
    }

    #[test]
    fn the_worked_example_of_forty_eight_erlangs() {
        // 0.2 calls a second, 240 s each, 55 agents: 84.6 % within 15 s, 8.2 s on average.
        let own = Live::with(55, 720.0, 240.0, 15.0);
        assert!((own.within - 0.846).abs() < 0.001 && (own.wait - 8.2).abs() < 0.05, "{own:?}");
    }

    #[test]
    fn nothing_to_do_needs_nobody_and_too_few_never_keep_up() {
        assert_eq!(live(0.0, 180.0, 20.0, 0.8).agents, 0);
        let own = Live::with(5, 200.0, 180.0, 20.0);
        assert_eq!((own.within, own.busy), (0.0, 1.0));
        assert!(own.wait.is_infinite());
    }

    #[test]
    fn more_agents_never_answer_later() {
        for arrivals in [1.0, 30.0, 400.0] {
            let shares = (1..80).map(|agents| Live::with(agents, arrivals, 240.0, 20.0).within);
            let shares: Vec<f64> = shares.collect();
            assert!(shares.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{arrivals}");
        }
    }
}
