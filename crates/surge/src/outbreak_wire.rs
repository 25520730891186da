//! Encoding of an outbreak in the changelog.

use stage::{Malformed, Wire};

use crate::bytes::{EntryReader, put_f64, put_i64, put_len, put_str};
use crate::hyperloglog::HyperLogLog;
use crate::outbreak::{IncidentState, Outbreak};

impl Wire for Outbreak {
    fn write(&self, out: &mut Vec<u8>) {
        let elevation = [self.last_elevated, self.exceeded_from, self.exceeded_to];
        let sums = [self.mentions, self.negative, self.young, self.reach, self.reposts];
        let bursts = [self.burst_start, self.burst, self.max_burst, self.signals];
        let numbers = elevation.into_iter().chain(sums).chain(bursts);
        numbers.for_each(|number| put_i64(number, out));
        put_len(self.terms.len(), out);
        for (term, count) in &self.terms {
            put_str(term, out);
            put_i64(*count, out);
        }
        put_len(self.posts.len(), out);
        self.posts.iter().for_each(|post| put_str(post, out));
        self.authors.write(out);
        match &self.incident {
            None => out.push(0),
            Some(incident) => {
                out.push(1);
                write_incident(incident, out);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = EntryReader(bytes);
        // Struct fields are evaluated in the order written here: that of the encoding.
        let mut outbreak = Self {
            last_elevated: reader.read_i64()?,
            exceeded_from: reader.read_i64()?,
            exceeded_to: reader.read_i64()?,
            mentions: reader.read_i64()?,
            negative: reader.read_i64()?,
            young: reader.read_i64()?,
            reach: reader.read_i64()?,
            reposts: reader.read_i64()?,
            burst_start: reader.read_i64()?,
            burst: reader.read_i64()?,
            max_burst: reader.read_i64()?,
            signals: reader.read_i64()?,
            ..Self::default()
        };
        for _ in 0..reader.read_len(12)? {
            outbreak.terms.insert(reader.read_string()?, reader.read_i64()?);
        }
        for _ in 0..reader.read_len(4)? {
            outbreak.posts.push(reader.read_string()?);
        }
        outbreak.authors = HyperLogLog::read(&mut reader)?;
        outbreak.incident = match reader.read_byte()? {
            0 => None,
            1 => Some(read_incident(&mut reader)?),
            _ => return Err(Malformed::new("flag of the incident is neither 0 nor 1")),
        };
        reader.finish(outbreak)
    }
}

/// The encoding of `closed` for an open incident.
const NOT_CLOSED: i64 = i64::MIN;

fn write_incident(incident: &IncidentState, out: &mut Vec<u8>) {
    put_str(&incident.id, out);
    let closed = incident.closed.unwrap_or(NOT_CLOSED);
    let severity = i64::from(incident.severity);
    let IncidentState { revision, began, detected, revised, .. } = *incident;
    let numbers = [revision, began, detected, closed, severity, revised];
    numbers.into_iter().for_each(|number| put_i64(number, out));
    put_f64(incident.expected, out);
    put_str(&incident.planned, out);
    put_len(incident.words.len(), out);
    incident.words.iter().for_each(|word| put_str(word, out));
}

fn read_incident(reader: &mut EntryReader<'_>) -> Result<IncidentState, Malformed> {
    let mut incident = IncidentState {
        id: reader.read_string()?,
        revision: reader.read_i64()?,
        began: reader.read_i64()?,
        detected: reader.read_i64()?,
        closed: Some(reader.read_i64()?).filter(|closed| *closed != NOT_CLOSED),
        severity: i32::try_from(reader.read_i64()?)
            .map_err(|_| Malformed::new("severity out of range"))?,
        revised: reader.read_i64()?,
        expected: reader.read_f64()?,
        planned: reader.read_string()?,
        words: Vec::new(),
    };
    for _ in 0..reader.read_len(4)? {
        incident.words.push(reader.read_string()?);
    }
    Ok(incident)
}
