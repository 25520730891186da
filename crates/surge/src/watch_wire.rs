//! The bytes of a watch in the changelog.

use stage::{Malformed, Wire};

use crate::layout::{Cursor, put_count, put_number, put_real, put_text};
use crate::sketch::Sketch;
use crate::watch::{Opened, Watch};

impl Wire for Watch {
    fn write(&self, out: &mut Vec<u8>) {
        let (five, held) = (self.five, self.held);
        let numbers = [self.on, held.0, held.1, self.mentions, self.negative, self.young];
        let more = [self.reach, self.reposts, five.0, five.1, five.2, self.signals];
        numbers.into_iter().chain(more).for_each(|number| put_number(number, out));
        put_count(self.terms.len(), out);
        for (term, count) in &self.terms {
            put_text(term, out);
            put_number(*count, out);
        }
        put_count(self.posts.len(), out);
        self.posts.iter().for_each(|post| put_text(post, out));
        self.authors.write(out);
        let Some(opened) = &self.opened else { return out.push(0) };
        out.push(1);
        put_text(&opened.id, out);
        let closed = opened.closed.unwrap_or(NEVER);
        let severity = i64::from(opened.severity);
        let Opened { revision, began, noticed, revised, .. } = opened;
        let numbers = [*revision, *began, *noticed, closed, severity, *revised];
        numbers.into_iter().for_each(|number| put_number(number, out));
        put_real(opened.expected, out);
        put_text(&opened.planned, out);
        put_count(opened.words.len(), out);
        opened.words.iter().for_each(|word| put_text(word, out));
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor(bytes);
        let mut watch = Self {
            on: cursor.number()?,
            held: (cursor.number()?, cursor.number()?),
            mentions: cursor.number()?,
            negative: cursor.number()?,
            young: cursor.number()?,
            reach: cursor.number()?,
            reposts: cursor.number()?,
            five: (cursor.number()?, cursor.number()?, cursor.number()?),
            signals: cursor.number()?,
            ..Self::default()
        };
        for _ in 0..cursor.count(12)? {
            watch.terms.insert(cursor.text()?, cursor.number()?);
        }
        for _ in 0..cursor.count(4)? {
            watch.posts.push(cursor.text()?);
        }
        watch.authors = Sketch::read(&mut cursor)?;
        watch.opened = match cursor.byte()? {
            0 => None,
            1 => Some(opened(&mut cursor)?),
            _ => return Err(Malformed::new("neither an incident nor none")),
        };
        cursor.end(watch)
    }
}

/// Stands for an incident that is not closed.
const NEVER: i64 = i64::MIN;

fn opened(cursor: &mut Cursor<'_>) -> Result<Opened, Malformed> {
    let mut opened = Opened {
        id: cursor.text()?,
        revision: cursor.number()?,
        began: cursor.number()?,
        noticed: cursor.number()?,
        closed: Some(cursor.number()?).filter(|closed| *closed != NEVER),
        severity: i32::try_from(cursor.number()?).map_err(|_| Malformed::new("no severity"))?,
        revised: cursor.number()?,
        expected: cursor.real()?,
        planned: cursor.text()?,
        words: Vec::new(),
    };
    for _ in 0..cursor.count(4)? {
        opened.words.push(cursor.text()?);
    }
    Ok(opened)
}
