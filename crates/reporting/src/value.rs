//! Values of the state and their encoding in the changelog.

use stage::{Malformed, Wire};

use crate::HourCounts;
use crate::age::AgeHistogram;
use crate::bytes::{StateReader, put_number, put_text};
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
        match self {
            Value::Clock(clock) => {
                out.push(0);
                put_number(clock.first_open_hour, out);
                out.extend_from_slice(&clock.partition.to_le_bytes());
            }
            Value::Count(count) => {
                out.push(1);
                put_number(*count, out);
            }
            Value::Ages(ages) => {
                out.push(2);
                ages.counts.iter().for_each(|n| put_number(*n, out));
                put_number(ages.sum, out);
            }
            Value::Hour(hour) => {
                out.push(7);
                hour.to_numbers().iter().for_each(|n| put_number(*n, out));
            }
            Value::Case(case) => {
                out.push(8);
                write_case(case, out);
            }
            Value::Scores(scores) => {
                out.push(9);
                scores.to_numbers().iter().for_each(|n| put_number(*n, out));
            }
            Value::Reference(reference) => {
                out.push(10);
                put_number(reference.first_hour, out);
                put_number(reference.last_hour, out);
                reference.scores.to_numbers().iter().for_each(|n| put_number(*n, out));
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = StateReader(bytes);
        // The codes are part of the changelog format; 3 to 6 are not used.
        let value = match reader.byte()? {
            0 => {
                let first_open_hour = reader.number()?;
                let partition = i32::from_le_bytes(reader.array()?);
                Value::Clock(HourClock { first_open_hour, partition })
            }
            1 => Value::Count(reader.number()?),
            2 => {
                let (counts, sum) = (reader.numbers()?, reader.number()?);
                Value::Ages(Box::new(AgeHistogram { counts, sum }))
            }
            7 => Value::Hour(Box::new(HourCounts::from_numbers(reader.numbers()?))),
            8 => Value::Case(Box::new(read_case(&mut reader)?)),
            9 => Value::Scores(Box::new(ScoreHistograms::from_numbers(reader.numbers()?))),
            10 => {
                let [first_hour, last_hour] = reader.numbers()?;
                let scores = ScoreHistograms::from_numbers(reader.numbers()?);
                Value::Reference(Box::new(ReferenceScores { first_hour, last_hour, scores }))
            }
            code => return Err(Malformed::new(format!("unknown value code {code}"))),
        };
        reader.finish(value)
    }
}

fn write_case(case: &TrackedCase, out: &mut Vec<u8>) {
    let flags = [case.is_work, case.is_accepted, case.is_resolved, case.is_reopened];
    out.extend(flags.map(u8::from));
    out.extend([case.is_of_incident, case.has_notice].map(u8::from));
    // The length fits one byte: `count` limits the early labels of a case.
    out.extend([case.language_code, case.early_labels.len() as u8]);
    out.extend_from_slice(&case.early_labels);
    for number in [case.live, case.messages, case.answers, case.last_active_hour] {
        put_number(number, out);
    }
    put_text(&case.tenant, out);
    put_text(&case.owner, out);
}

fn read_case(reader: &mut StateReader<'_>) -> Result<TrackedCase, Malformed> {
    let flags = reader.array()?.map(|flag: u8| flag != 0);
    let [is_work, is_accepted, is_resolved, is_reopened, is_of_incident, has_notice] = flags;
    let language_code = reader.byte()?;
    let early_labels = reader.short_bytes()?;
    let [live, messages, answers, last_active_hour] = reader.numbers()?;
    let (tenant, owner) = (reader.text()?, reader.text()?);
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
