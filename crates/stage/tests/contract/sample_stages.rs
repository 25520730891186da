//! The two stages under test.

use std::collections::{BTreeMap, BTreeSet};

use stage::{
    BroadcastTable, Downstream, EventTime, Fault, Input, KeyedState, LinkOutput, Malformed, Output,
    RawRecord, Record, RejectReason, Stage, TimeDelta, Topic, Tx, WallTime, Wire,
};

pub(crate) const A: Topic = "a.v1";
pub(crate) const B: Topic = "b.v1";
pub(crate) const C: Topic = "c.v1";
pub(crate) const SIDE: Topic = "side.v1";
/// Rows that [`EchoStage`] reads as a broadcast table.
pub(crate) const TABLE: Topic = "table.v1";

/// Delay of the timer that [`EchoStage`] sets for each record.
const TIMER_DELAY: TimeDelta = TimeDelta::MILLISECOND.times(5);
/// The time in the key of a state entry that is a word of the side input, not a timer.
const NO_TIMER: EventTime = at(0);
/// A time after all input and timers of these tests.
pub(crate) const END_TIME: EventTime = at(60_000);

pub(crate) const fn at(micros: i64) -> EventTime {
    EventTime::from_micros(micros)
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) time: EventTime,
}

fn text(bytes: &[u8]) -> Result<String, Malformed> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Malformed::NotUtf8)
}

impl Wire for Word {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{}|{}|{}", self.key, self.time, self.text).as_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let all = text(bytes)?;
        let mut parts = all.splitn(3, '|');
        let (Some(key), Some(time), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Malformed::InvalidField("key"));
        };
        let time = time.parse().map(at).map_err(|_| Malformed::InvalidField("time"))?;
        Ok(Self { key: key.to_owned(), text: text.to_owned(), time })
    }
}

pub(crate) struct WordText(String);

impl Wire for WordText {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        text(bytes).map(Self)
    }
}

impl Wire for WordCount {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_be_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        bytes
            .try_into()
            .map(|b| Self(u64::from_be_bytes(b)))
            .map_err(|_| Malformed::InvalidField("count"))
    }
}

pub(crate) struct WordCount(u64);

/// Numbers the records of each key. Rejects the text `refuse`, panics on `boom` and makes an invalid
/// change on `bug`.
pub(crate) struct TallyStage;

#[derive(Default)]
pub(crate) struct KeyCounts(BTreeMap<String, u64>);

impl KeyedState for KeyCounts {
    const STAGE: &'static str = "tally";
    type Key = WordText;
    type Value = WordCount;

    fn apply(&mut self, key: WordText, value: Option<WordCount>) -> Result<(), Malformed> {
        match value {
            Some(WordCount(0)) => return Err(Malformed::InvalidField("count")),
            Some(WordCount(n)) => self.0.insert(key.0, n),
            None => self.0.remove(&key.0),
        };
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

pub(crate) struct TallyIn(Word);
pub(crate) struct TallyOut(pub(crate) Word);

impl Input for TallyIn {
    fn topics() -> Vec<Topic> {
        vec![A]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        let value = record.value.as_deref();
        Word::read(value.unwrap_or_default()).map(Self)
    }
}

impl Output for TallyOut {
    fn topics() -> Vec<Topic> {
        vec![B]
    }

    fn topic(&self) -> Topic {
        B
    }

    fn key(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.key.as_bytes());
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl LinkOutput<Word> for TallyOut {
    fn is_link(&self) -> bool {
        true
    }

    fn into_link(self) -> Option<Word> {
        Some(self.0)
    }
}

impl Stage for TallyStage {
    const NAME: &'static str = "tally";
    type In = TallyIn;
    type Out = TallyOut;
    type State = KeyCounts;
    type Table = ();
    type Rules = ();

    fn process(&self, batch: Vec<Record<TallyIn>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for record in batch {
            let Word { key, text, time } = record.value.0;
            match text.as_str() {
                "refuse" => tx.reject(record.index, RejectReason::Invalid, "rejected by tally"),
                "boom" => panic!("a record that panics"),
                "bug" => tx.set(WordText(key), WordCount(0)),
                _ => {
                    let n = tx.state().0.get(&key).copied().unwrap_or(0) + 1;
                    tx.set(WordText(key.clone()), WordCount(n));
                    tx.emit(time, TallyOut(Word { text: format!("{text}{n}"), key, time }));
                }
            }
        }
        Ok(())
    }
}

/// Prefixes each record with the last word of the side input, appends the text of its rules and the
/// number of its table rows, and emits `fired` once for each record, [`TIMER_DELAY`] later.
pub(crate) struct EchoStage;

pub(crate) struct EchoRules(pub(crate) &'static str);

#[derive(Debug, Default)]
pub(crate) struct EchoTable(BTreeMap<String, String>);

impl BroadcastTable for EchoTable {
    fn topics() -> Vec<Topic> {
        vec![TABLE]
    }

    fn reader(_: Topic) -> &'static str {
        "echo"
    }

    fn apply(&mut self, _: Topic, _: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        let word = Word::read(value.unwrap_or_default())?;
        self.0.insert(word.key, word.text);
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct EchoState {
    side: BTreeMap<String, String>,
    due: BTreeSet<(EventTime, String)>,
}

impl KeyedState for EchoState {
    const STAGE: &'static str = "echo";
    type Key = Word;
    type Value = WordText;

    fn apply(&mut self, key: Word, value: Option<WordText>) -> Result<(), Malformed> {
        match (key.time, value) {
            (NO_TIMER, Some(word)) => drop(self.side.insert(key.key, word.0)),
            (NO_TIMER, None) => drop(self.side.remove(&key.key)),
            (due, Some(_)) => drop(self.due.insert((due, key.key))),
            (due, None) => drop(self.due.remove(&(due, key.key))),
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.side.len() + self.due.len()
    }
}

pub(crate) enum EchoIn {
    Link(Word),
    Side(Word),
}

impl Input for EchoIn {
    fn topics() -> Vec<Topic> {
        vec![B, SIDE]
    }

    fn tap_topics() -> Vec<Topic> {
        vec![B]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        let (topic, value) = (record.at.topic, record.value.as_deref());
        let word = Word::read(value.unwrap_or_default())?;
        Ok(if topic == B { EchoIn::Link(word) } else { EchoIn::Side(word) })
    }
}

pub(crate) struct EchoOut(Word);

impl Output for EchoOut {
    fn topics() -> Vec<Topic> {
        vec![C]
    }

    fn topic(&self) -> Topic {
        C
    }

    fn key(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.key.as_bytes());
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl Downstream for EchoStage {
    type Link = Word;
    const LINK_TOPIC: Topic = B;

    fn from_link(link: Word) -> EchoIn {
        EchoIn::Link(link)
    }
}

fn timer_key(key: &str, due: EventTime) -> Word {
    Word { key: key.to_owned(), text: "timer".to_owned(), time: due }
}

fn fire_due_timers(time: EventTime, tx: &mut Tx<'_, EchoStage>) {
    while let Some((due, key)) = tx.state().due.first().cloned().filter(|(due, _)| *due <= time) {
        tx.remove(timer_key(&key, due));
        tx.emit(due, EchoOut(Word { text: "fired".to_owned(), key, time: due }));
    }
}

impl Stage for EchoStage {
    const NAME: &'static str = "echo";
    type In = EchoIn;
    type Out = EchoOut;
    type State = EchoState;
    type Table = EchoTable;
    type Rules = EchoRules;

    fn process(&self, batch: Vec<Record<EchoIn>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for record in batch {
            fire_due_timers(record.time, tx);
            match record.value {
                EchoIn::Side(word) => {
                    tx.set(
                        Word { time: NO_TIMER, text: String::new(), key: word.key },
                        WordText(word.text),
                    );
                }
                EchoIn::Link(word) if word.text.starts_with("no") => {
                    let message = format!("rejected by echo at {}", record.now);
                    tx.reject(record.index, RejectReason::Invalid, message);
                }
                EchoIn::Link(word) => {
                    let prefix = tx.state().side.get(&word.key).cloned().unwrap_or_default();
                    tx.set(timer_key(&word.key, word.time + TIMER_DELAY), WordText(String::new()));
                    let (EchoRules(suffix), rows) = (tx.rules(), tx.table().0.len());
                    let rows = if rows == 0 { String::new() } else { rows.to_string() };
                    let text = format!("{prefix}{}{suffix}{rows}", word.text);
                    tx.emit(word.time, EchoOut(Word { text, ..word }));
                }
            }
        }
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        fire_due_timers(now.as_event_time(), tx);
        Ok(())
    }

    fn fire_due(&self, time: EventTime, _: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        fire_due_timers(time, tx);
        Ok(())
    }
}
