//! Durations in the notation of `humantime`: "15m", "4h", "2d", "1h 30m".

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};
use stage::TimeDelta;

/// A duration in the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RuleDuration(pub(crate) TimeDelta);

/// No period in customer care exceeds ten years; more is a typing error.
const MAX_DURATION: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

impl<'de> Deserialize<'de> for RuleDuration {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        // The message of humantime names neither the value nor an example.
        let duration = humantime::parse_duration(&text).map_err(|_| {
            de::Error::custom(format!(
                "\"{text}\" is not a duration; write \"15m\", \"4h\" or \"2d\""
            ))
        })?;
        if duration > MAX_DURATION {
            return Err(de::Error::custom(format!("\"{text}\" is longer than ten years")));
        }
        Ok(Self(TimeDelta::from(duration)))
    }
}

/// Formats a duration, such as `1h 30m`; negative ones as zero.
#[must_use]
pub fn format_duration(duration: TimeDelta) -> String {
    // humantime has no negative durations.
    humantime::format_duration(duration.max(TimeDelta::ZERO).unsigned_abs()).to_string()
}
