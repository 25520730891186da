//! Forecast of the answers needed per hour, and of the agents needed to give them.
//!
//! [`forecast_hours`] predicts each hour from its hour of the week and the level of the last days,
//! with an interval from the errors of past predictions. [`agents_for_queue`] computes agents for
//! live work by Erlang C; [`agents_for_backlog`] computes agents for deferrable work by simulation.
//! The two answer different questions, so a report must state which one it shows.
//!
//! Not supported: intervals other than an hour, calendars of teams, shrinkage.
//! Must not know: files, the wall clock, the content of answers.

mod backlog;
mod erlang;
mod hourly;

pub use backlog::{BacklogTarget, agents_for_backlog};
pub use erlang::{QueueStaffing, agents_for_queue, erlang_c};
pub use hourly::{HourForecast, MAX_PER_HOUR, PlannedDemand, forecast_hours};
