//! Arguments of `harken forecast`.

use std::path::PathBuf;

use clap::Args;

/// `harken forecast`
#[derive(Debug, Args)]
#[command(after_help = FORECAST_AFTER)]
pub struct ForecastArgs {
    /// The history: lines of an hour and a count, such as 2026-11-23T10:00:00Z,31
    pub file: PathBuf,
    /// How many hours ahead
    #[arg(long, value_name = "NUMBER", default_value_t = 24,
          value_parser = clap::value_parser!(u16).range(1..=1344))]
    pub hours: u16,
    /// How long an answer takes
    #[arg(long, value_name = "SECONDS", default_value_t = 300,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub handling: u32,
    /// The share of answers that must be in time, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 80,
          value_parser = clap::value_parser!(u8).range(1..=99))]
    pub share: u8,
    /// Within how long live work is to be taken up
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub live_within: u32,
    /// Within how long the rest is to be answered
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub deferred_within: u32,
    /// A planned event: FROM,TO,TIMES, from one hour to another and by how many times; may repeat
    #[arg(long = "event", value_name = "FROM,TO,TIMES")]
    pub events: Vec<String>,
    /// Writes one JSON object
    #[arg(long)]
    pub json: bool,
}

const FORECAST_AFTER: &str = "\
Agents for live work (calls, chats) come from Erlang C, hour by hour, once for what is expected and once
for the upper end of the interval (one hour in ten has more). Agents for work that may wait (posts, mail)
come from simulating its backlog with the same number of agents through all hours. Neither knows of breaks
or absence. Hours missing from the history teach nothing; hours of a past event are learnt without it.";
