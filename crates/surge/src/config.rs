//! What can be chosen about noticing an outbreak.

use crate::Planned;

/// When something is an outbreak, and when it is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The evidence at which an incident opens, in nats ([`crate::Reading::evidence`]).
    pub open_at: f64,
    /// Below this share of it, an open incident begins to fade.
    pub fade_at: f64,
    /// The least number of mentions in the stretch that shows it.
    pub least: u32,
    /// How many times the expected number that must be.
    pub times: f64,
    /// For how many minutes in a row all of this must hold.
    pub persists: u32,
    /// For how many minutes an incident fades before it is closed.
    pub quiet: i64,
    /// For how many minutes after its end more of the same reopens it, instead of a new one.
    pub cool_down: i64,
    /// Minutes between two revisions of an incident whose severity stays the same.
    pub revise: i64,
    /// Points that each step of severity adds to the priority of a mention that belongs to it.
    pub points: i32,
    /// Days without a mention after which a series is forgotten.
    pub keep_days: i64,
    /// The same for a near-duplicate cluster, of which there are many.
    pub keep_cluster_days: i64,
    /// Planned events.
    pub planned: Vec<Planned>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            open_at: 8.5,
            fade_at: 0.4,
            least: 5,
            times: 1.3,
            persists: 2,
            quiet: 60,
            cool_down: 240,
            revise: 5,
            points: 3,
            keep_days: 60,
            keep_cluster_days: 2,
            planned: Vec::new(),
        }
    }
}
