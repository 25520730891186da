//! Everything the rules say about one text, in one reading: intents, risks, whether an answer is due.

use crate::answer;
use crate::intent::{self, Intent};
use crate::phrases::{Book, Hit, Reading};
use crate::risk::{self, RiskKind};
use std::fmt;

/// The rules, compiled. Make one a process.
#[derive(Debug)]
pub struct Rules {
    book: Book,
}

/// What the rules say about one text. A reusable buffer: keep one a thread.
#[derive(Debug, Default)]
pub struct Judged {
    reading: Reading,
    hits: Vec<Hit>,
    /// The intents that something speaks for, from the likeliest; `Other` is always among them.
    pub intents: Vec<intent::Found>,
    /// The risks, at most one of each kind, in the order of the text.
    pub risks: Vec<risk::Risk>,
    /// The probability that an answer is due.
    pub answer: f32,
}

/// A rule that cannot be read: the program's own fault, which a test excludes.
#[derive(Debug)]
pub struct Misprint(String);

impl fmt::Display for Misprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misprint {}

impl Rules {
    /// The rules that are built in.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn built_in() -> Result<Self, Misprint> {
        Self::read(&[&intent::RULES[..], &risk::RULES[..]].concat())
    }

    /// Other rules, written in the same way (`src/phrases/book.rs` says how).
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read(texts: &[&str]) -> Result<Self, Misprint> {
        let intents = Intent::ALL.iter().take(intent::RULED).map(|intent| intent.as_str());
        let targets: Vec<&str> = intents.chain(RiskKind::ALL.map(RiskKind::as_str)).collect();
        let book = Book::read(texts, &targets).map_err(|error| Misprint(error.to_string()))?;
        Ok(Rules { book })
    }

    /// Replaces `judged` by what the rules say about `text`. Total: every text has an answer, in
    /// time linear in its first [`TEXT_LIMIT`](crate::TEXT_LIMIT) characters, which are all that is
    /// read.
    pub fn judge(&self, text: &str, judged: &mut Judged) {
        self.book.open(text, &mut judged.reading);
        self.book.find(&judged.reading, &mut judged.hits);
        let (reading, hits) = (&judged.reading, &judged.hits);
        intent::find(&self.book, reading, hits, &mut judged.intents);
        risk::find(&self.book, reading, hits, intent::RULED as u8, &mut judged.risks);
        judged.answer = answer::probability(&judged.intents, &judged.risks);
    }
}

impl Judged {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Judged::default()
    }

    /// The probability of an intent, from 0 to 1.
    #[must_use]
    pub fn of(&self, intent: Intent) -> f32 {
        let found = self.intents.iter().find(|found| found.intent == intent);
        found.map_or(0.0, |found| found.probability)
    }

    /// The text as it was read.
    #[must_use]
    pub fn reading(&self) -> &Reading {
        &self.reading
    }
}
