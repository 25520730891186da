//! Encoding of an outbreak in the changelog.

use stage::bytes::{ByteReader, ByteWriter};
use stage::{Malformed, Wire};

use crate::bytes::{put_numbers, put_text, put_texts, read_text, read_texts};
use crate::hyperloglog::HyperLogLog;
use crate::outbreak::{IncidentState, Outbreak};

impl Wire for Outbreak {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        let elevation = [self.last_elevated, self.exceeded_from, self.exceeded_to];
        let sums = [self.mentions, self.negative, self.young, self.reach, self.reposts];
        let bursts = [self.burst_start, self.burst, self.max_burst, self.signals];
        put_numbers(elevation.into_iter().chain(sums).chain(bursts), &mut out);
        out.count_le::<u32>(self.terms.len());
        for (term, count) in &self.terms {
            put_text(term, &mut out);
            out.le(*count);
        }
        put_texts(&self.posts, &mut out);
        self.authors.write(&mut out);
        match &self.incident {
            None => out.byte(0),
            Some(incident) => {
                out.byte(1);
                write_incident(incident, &mut out);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        // Struct fields are evaluated in the order written here: that of the encoding.
        let mut outbreak = Self {
            last_elevated: reader.le()?,
            exceeded_from: reader.le()?,
            exceeded_to: reader.le()?,
            mentions: reader.le()?,
            negative: reader.le()?,
            young: reader.le()?,
            reach: reader.le()?,
            reposts: reader.le()?,
            burst_start: reader.le()?,
            burst: reader.le()?,
            max_burst: reader.le()?,
            signals: reader.le()?,
            ..Self::default()
        };
        // A term takes at least its length and its count.
        for _ in 0..reader.count_le::<u32>(12)? {
            outbreak.terms.insert(read_text(&mut reader)?, reader.le()?);
        }
        outbreak.posts = read_texts(&mut reader)?;
        outbreak.authors = HyperLogLog::read(&mut reader)?;
        outbreak.incident = match reader.byte()? {
            0 => None,
            1 => Some(read_incident(&mut reader)?),
            _ => return Err(Malformed::InvalidField("flag of the incident")),
        };
        reader.finish(outbreak)
    }
}

/// The encoding of `closed_minute` for an open incident.
const NOT_CLOSED: i64 = i64::MIN;

fn write_incident(incident: &IncidentState, out: &mut ByteWriter<'_>) {
    put_text(&incident.id, out);
    let closed_minute = incident.closed_minute.unwrap_or(NOT_CLOSED);
    let severity = i64::from(incident.severity);
    let IncidentState { revision, began_minute, detected_minute, revised_minute, .. } = *incident;
    put_numbers(
        [revision, began_minute, detected_minute, closed_minute, severity, revised_minute],
        out,
    );
    out.le(incident.expected);
    put_text(&incident.planned, out);
    put_texts(&incident.words, out);
}

fn read_incident(reader: &mut ByteReader<'_>) -> Result<IncidentState, Malformed> {
    Ok(IncidentState {
        id: read_text(reader)?,
        revision: reader.le()?,
        began_minute: reader.le()?,
        detected_minute: reader.le()?,
        closed_minute: Some(reader.le::<i64>()?).filter(|closed| *closed != NOT_CLOSED),
        severity: i32::try_from(reader.le::<i64>()?)
            .map_err(|_| Malformed::InvalidField("severity"))?,
        revised_minute: reader.le()?,
        expected: reader.le()?,
        planned: read_text(reader)?,
        words: read_texts(reader)?,
    })
}
