//! Values of the state and their encoding in the changelog.

use stage::bytes::{ByteReader, ByteWriter};
use stage::{Malformed, TimeDelta, Wire};

use crate::HourCounts;
use crate::age::AgeHistogram;
use crate::bytes::{put_numbers, put_text, read_numbers, read_text};
use crate::drift::{ReferenceScores, ScoreHistograms};
use crate::tracked_case::TrackedCase;

/// The position of event time, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourClock {
    /// The first hour since the epoch that is not closed.
    pub(crate) first_open_hour: i64,
    /// The partition of this state.
    pub(crate) partition: i32,
}

/// Value of an entry. Each variant of [`crate::Key`] has one variant of value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The position of event time.
    Clock(HourClock),
    /// The value of a counter, or the demand of an hour.
    Count(i64),
    /// The ages at a milestone.
    Ages(Box<AgeHistogram>),
    /// The counts of an hour.
    Hour(Box<HourCounts>),
    /// A case.
    Case(Box<TrackedCase>),
    /// Score distributions of an hour.
    Scores(Box<ScoreHistograms>),
    /// Reference distributions of a model.
    Reference(Box<ReferenceScores>),
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        match self {
            Value::Clock(clock) => {
                out.byte(0);
                out.le(clock.first_open_hour);
                out.le(clock.partition);
            }
            Value::Count(count) => {
                out.byte(1);
                out.le(*count);
            }
            Value::Ages(ages) => {
                out.byte(2);
                put_numbers(&ages.counts, &mut out);
                out.le(ages.sum.as_micros());
            }
            Value::Hour(hour) => {
                out.byte(7);
                put_numbers(&hour.to_numbers(), &mut out);
            }
            Value::Case(case) => {
                out.byte(8);
                write_case(case, &mut out);
            }
            Value::Scores(scores) => {
                out.byte(9);
                put_numbers(&scores.to_numbers(), &mut out);
            }
            Value::Reference(reference) => {
                out.byte(10);
                out.le(reference.first_hour);
                out.le(reference.last_hour);
                put_numbers(&reference.scores.to_numbers(), &mut out);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        // The codes are part of the changelog format; 3 to 6 are not used.
        let value = match reader.byte()? {
            0 => {
                let (first_open_hour, partition) = (reader.le()?, reader.le()?);
                Value::Clock(HourClock { first_open_hour, partition })
            }
            1 => Value::Count(reader.le()?),
            2 => {
                let counts = read_numbers(&mut reader)?;
                let sum = TimeDelta::from_micros(reader.le()?);
                Value::Ages(Box::new(AgeHistogram { counts, sum }))
            }
            7 => Value::Hour(Box::new(HourCounts::from_numbers(read_numbers(&mut reader)?))),
            8 => Value::Case(Box::new(read_case(&mut reader)?)),
            9 => Value::Scores(Box::new(ScoreHistograms::from_numbers(read_numbers(&mut reader)?))),
            10 => {
                let [first_hour, last_hour] = read_numbers(&mut reader)?;
                let scores = ScoreHistograms::from_numbers(read_numbers(&mut reader)?);
                Value::Reference(Box::new(ReferenceScores { first_hour, last_hour, scores }))
            }
            _ => return Err(Malformed::InvalidField("kind of value")),
        };
        reader.finish(value)
    }
}

fn write_case(case: &TrackedCase, out: &mut ByteWriter<'_>) {
    let flags = [case.is_work, case.is_accepted, case.is_resolved, case.is_reopened];
    out.bytes(&flags.map(u8::from));
    out.bytes(&[case.is_of_incident, case.has_notice].map(u8::from));
    // The length fits one byte: `count` limits the early labels of a case.
    out.bytes(&[case.language_code, case.early_labels.len() as u8]);
    out.bytes(&case.early_labels);
    put_numbers(&[case.live, case.messages, case.answers, case.last_active_hour], out);
    put_text(&case.tenant, out);
    put_text(&case.owner, out);
}

fn read_case(reader: &mut ByteReader<'_>) -> Result<TrackedCase, Malformed> {
    let flags = reader.array()?.map(|flag: u8| flag != 0);
    let [is_work, is_accepted, is_resolved, is_reopened, is_of_incident, has_notice] = flags;
    let language_code = reader.byte()?;
    let early_labels = reader.byte()?.into();
    let early_labels = reader.slice(early_labels)?.to_vec();
    let [live, messages, answers, last_active_hour] = read_numbers(reader)?;
    let (tenant, owner) = (read_text(reader)?, read_text(reader)?);
    Ok(TrackedCase {
        tenant,
        owner,
        is_work,
        live,
        messages,
        answers,
        is_accepted,
        is_resolved,
        is_reopened,
        is_of_incident,
        has_notice,
        language_code,
        early_labels,
        last_active_hour,
    })
}
