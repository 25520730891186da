//! What can be chosen about noticing an outbreak.

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
    /// Mentions an hour that are taken for usual where nothing has been heard yet.
    pub prior: f64,
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
            prior: 0.5,
        }
    }
}
