//! Durations as people write them: "15m", "4h", "2d", "1h 30m".

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};
use stage::Micros;

/// A duration in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lasting(pub(crate) Micros);

/// Nothing in customer care lasts longer than ten years; more is a slip of the pen.
const LONGEST: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

impl<'de> Deserialize<'de> for Lasting {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let lasting = humantime::parse_duration(&text).map_err(|_| {
            de::Error::custom(format!("\"{text}\" is no duration; write \"15m\", \"4h\" or \"2d\""))
        })?;
        if lasting > LONGEST {
            return Err(de::Error::custom(format!("\"{text}\" is longer than ten years")));
        }
        Ok(Self(lasting.as_micros() as Micros))
    }
}

/// A duration in microseconds, as people write it.
#[must_use]
pub fn spoken(lasting: Micros) -> String {
    let lasting = Duration::from_micros(lasting.max(0).unsigned_abs());
    humantime::format_duration(lasting).to_string()
}
