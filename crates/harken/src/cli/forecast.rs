//! Arguments of `harken forecast`.

use std::path::PathBuf;

use clap::Args;

/// `harken forecast`
#[derive(Debug, Args)]
#[command(after_help = FORECAST_AFTER)]
pub struct ForecastArgs {
    /// History file: one line per hour and count, for example 2026-11-23T10:00:00Z,31
    pub file: PathBuf,
    /// Hours to forecast
    #[arg(long, value_name = "NUMBER", default_value_t = 24,
          value_parser = clap::value_parser!(u16).range(1..=1344))]
    pub hours: u16,
    /// Handling time of one answer
    #[arg(long, value_name = "SECONDS", default_value_t = 300,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub handling: u32,
    /// Share of answers that must meet the target, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 80,
          value_parser = clap::value_parser!(u8).range(1..=99))]
    pub share: u8,
    /// Target waiting time of live work
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub live_within: u32,
    /// Target answer time of deferrable work
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub deferred_within: u32,
    /// Planned event that multiplies the volume by TIMES between two hours; repeatable
    #[arg(long = "event", value_name = "FROM,TO,TIMES")]
    pub events: Vec<String>,
    /// Prints one JSON object
    #[arg(long)]
    pub json: bool,
}

const FORECAST_AFTER: &str = "\
Agents for live work (calls, chats) are computed with Erlang C for each hour, from the expected volume and
from the upper bound of the interval (exceeded in one hour of ten). Agents for deferrable work (posts, mail)
are computed by simulating the backlog with a constant number of agents. Neither accounts for breaks or
absence. Hours missing from the history are not learned from; the effect of a past event is removed before
its hours are learned.";
