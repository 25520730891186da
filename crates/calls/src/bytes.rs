//! The bytes of keys and values in the changelog: numbers are little-endian, a text is its length in
//! two bytes and its UTF-8, a list is its length in two bytes and its items.

use mention::{CalledCase, Cause, Clock};
use stage::bytes::{ByteReader, ByteWriter};
use stage::{EventTime, Malformed, Wire};

use crate::contact::{Contact, Waiting};
use crate::state::{ContactKey, Key, Value, WaitingCase};

// The position of a clock or cause is its byte in the encoding: append only.
const CLOCKS: [Clock; 3] = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
const CAUSES: [Cause; 4] = [Cause::Breach, Cause::Foreseen, Cause::NotAccepted, Cause::Idle];

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        let (kind, ContactKey { tenant, callee }, case) = match self {
            Key::Contact(key) => (0, key, None),
            Key::Case(key, case) => (1, key, Some(case)),
        };
        out.byte(kind);
        put_text(tenant, &mut out);
        put_text(callee, &mut out);
        if let Some(case) = case {
            put_text(case, &mut out);
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let kind = reader.byte()?;
        let (tenant, callee) = (read_text(&mut reader)?, read_text(&mut reader)?);
        let key = ContactKey { tenant, callee };
        let key = match kind {
            0 => Key::Contact(key),
            1 => Key::Case(key, read_text(&mut reader)?),
            _ => return Err(Malformed::InvalidField("kind of key")),
        };
        reader.finish(key)
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        match self {
            Value::Contact(contact) => {
                out.byte(0);
                write_contact(contact, &mut out);
            }
            Value::Case(waiting) => {
                out.byte(1);
                write_case(waiting, &mut out);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let value = match reader.byte()? {
            0 => Value::Contact(Box::new(read_contact(&mut reader)?)),
            1 => Value::Case(Box::new(read_case(&mut reader)?)),
            _ => return Err(Malformed::InvalidField("kind of value")),
        };
        reader.finish(value)
    }
}

fn write_contact(contact: &Contact, out: &mut ByteWriter<'_>) {
    let Contact { calls, paths, waiting } = contact;
    let written = out.count_le::<u16>(calls.len());
    calls.iter().take(written).for_each(|at| put_time(*at, out));
    let written = out.count_le::<u16>(paths.len());
    for (path, at) in paths.iter().take(written) {
        put_text(path, out);
        put_time(*at, out);
    }
    out.byte(u8::from(waiting.is_some()));
    if let Some(Waiting { held_at, due_at, unlisted }) = *waiting {
        put_time(held_at, out);
        put_time(due_at, out);
        out.le(unlisted);
    }
}

fn read_contact(reader: &mut ByteReader<'_>) -> Result<Contact, Malformed> {
    let count = reader.count_le::<u16>(8)?;
    let calls = (0..count).map(|_| read_time(reader)).collect::<Result<_, _>>()?;
    // A path takes at least the bytes of its length and its time.
    let count = reader.count_le::<u16>(10)?;
    let path = |_| Ok((read_text(reader)?, read_time(reader)?));
    let paths = (0..count).map(path).collect::<Result<_, Malformed>>()?;
    let waiting = match reader.byte()? {
        0 => None,
        1 => Some(Waiting {
            held_at: read_time(reader)?,
            due_at: read_time(reader)?,
            unlisted: reader.le()?,
        }),
        _ => return Err(Malformed::InvalidField("waiting")),
    };
    Ok(Contact { calls, paths, waiting })
}

fn write_case(WaitingCase { number, case }: &WaitingCase, out: &mut ByteWriter<'_>) {
    let byte = |position: Option<usize>| position.unwrap_or_default() as u8;
    out.le(*number);
    out.byte(byte(CLOCKS.iter().position(|clock| *clock == case.clock)));
    out.byte(byte(CAUSES.iter().position(|cause| *cause == case.cause)));
    put_time(case.due_at, out);
    out.le(case.step);
    for text in [
        &case.case_id,
        &case.platform,
        &case.author_id,
        &case.mention_id,
        &case.owner,
        &case.path,
        &case.explanation,
        &case.contact,
    ] {
        put_text(text, out);
    }
}

fn read_case(reader: &mut ByteReader<'_>) -> Result<WaitingCase, Malformed> {
    let number = reader.le()?;
    let clock = CLOCKS.get(usize::from(reader.byte()?)).copied();
    let clock = clock.ok_or(Malformed::InvalidField("clock"))?;
    let cause = CAUSES.get(usize::from(reader.byte()?)).copied();
    let cause = cause.ok_or(Malformed::InvalidField("cause"))?;
    let case = CalledCase {
        clock,
        cause,
        due_at: read_time(reader)?,
        step: reader.le()?,
        case_id: read_text(reader)?,
        platform: read_text(reader)?,
        author_id: read_text(reader)?,
        mention_id: read_text(reader)?,
        owner: read_text(reader)?,
        path: read_text(reader)?,
        explanation: read_text(reader)?,
        contact: read_text(reader)?,
    };
    Ok(WaitingCase { number, case })
}

fn put_time(time: EventTime, out: &mut ByteWriter<'_>) {
    out.le(time.as_micros());
}

fn read_time(reader: &mut ByteReader<'_>) -> Result<EventTime, Malformed> {
    reader.le().map(EventTime::from_micros)
}

fn put_text(text: &str, out: &mut ByteWriter<'_>) {
    out.text_le::<u16>(text);
}

fn read_text(reader: &mut ByteReader<'_>) -> Result<String, Malformed> {
    reader.text_le::<u16>().map(str::to_owned)
}
