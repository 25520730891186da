//! Two stages small enough to read at a glance.

use std::collections::{BTreeMap, BTreeSet};

use stage::memory::Broker;
use stage::{
    Fault, Follows, Input, Keyed, Malformed, Micros, Output, Reason, Record, Stage, Topic, Tx,
    Wire, Yields,
};

pub(crate) const A: Topic = "a.v1";
pub(crate) const B: Topic = "b.v1";
pub(crate) const C: Topic = "c.v1";
pub(crate) const SIDE: Topic = "side.v1";

/// How long after its record [`Echo`] rings, in microseconds.
pub(crate) const LATER: Micros = 5_000;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) time: Micros,
}

fn text(bytes: &[u8]) -> Result<String, Malformed> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Malformed::new("not UTF-8"))
}

impl Wire for Said {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{}|{}|{}", self.key, self.time, self.text).as_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let all = text(bytes)?;
        let mut parts = all.splitn(3, '|');
        let (Some(key), Some(time), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Malformed::new("three parts"));
        };
        let time = time.parse().map_err(|_| Malformed::new("no number"))?;
        Ok(Self { key: key.to_owned(), text: text.to_owned(), time })
    }
}

pub(crate) struct Name(String);

impl Wire for Name {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        text(bytes).map(Self)
    }
}

impl Wire for Number {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_be_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        bytes.try_into().map(|b| Self(u64::from_be_bytes(b))).map_err(|_| Malformed::new("8 bytes"))
    }
}

pub(crate) struct Number(u64);

/// Numbers the records of each key. Refuses `refuse`, panics on `boom`.
pub(crate) struct Tally;

#[derive(Default)]
pub(crate) struct Counts(BTreeMap<String, u64>);

impl Keyed for Counts {
    const STAGE: &'static str = "tally";
    type Key = Name;
    type Value = Number;

    fn apply(&mut self, key: Name, value: Option<Number>) {
        match value {
            Some(Number(n)) => self.0.insert(key.0, n),
            None => self.0.remove(&key.0),
        };
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

pub(crate) struct TallyIn(Said);
pub(crate) struct TallyOut(pub(crate) Said);

impl Input for TallyIn {
    fn topics() -> Vec<Topic> {
        vec![A]
    }

    fn read(_: Topic, _: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        Said::read(value.unwrap_or_default()).map(Self)
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

    fn time(&self) -> Micros {
        self.0.time
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl Yields<Said> for TallyOut {
    fn is_link(&self) -> bool {
        true
    }

    fn link(self) -> Option<Said> {
        Some(self.0)
    }
}

impl Stage for Tally {
    const NAME: &'static str = "tally";
    type In = TallyIn;
    type Out = TallyOut;
    type State = Counts;
    type Table = ();

    fn process(&self, batch: Vec<Record<TallyIn>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for record in batch {
            let Said { key, text, time } = record.value.0;
            match text.as_str() {
                "refuse" => tx.reject(record.index, Reason::Invalid, "refused by tally"),
                "boom" => panic!("a record that panics"),
                _ => {
                    let n = tx.state().0.get(&key).copied().unwrap_or(0) + 1;
                    tx.set(Name(key.clone()), Number(n));
                    tx.emit(TallyOut(Said { text: format!("{text}{n}"), key, time }));
                }
            }
        }
        Ok(())
    }
}

/// Prefixes what it reads with the last side word, and rings once for each record, later.
pub(crate) struct Echo;

#[derive(Default)]
pub(crate) struct Words {
    side: BTreeMap<String, String>,
    due: BTreeSet<(Micros, String)>,
}

impl Keyed for Words {
    const STAGE: &'static str = "echo";
    type Key = Said;
    type Value = Name;

    fn apply(&mut self, key: Said, value: Option<Name>) {
        match (key.time, value) {
            (0, Some(word)) => drop(self.side.insert(key.key, word.0)),
            (0, None) => drop(self.side.remove(&key.key)),
            (due, Some(_)) => drop(self.due.insert((due, key.key))),
            (due, None) => drop(self.due.remove(&(due, key.key))),
        }
    }

    fn len(&self) -> usize {
        self.side.len() + self.due.len()
    }
}

pub(crate) enum EchoIn {
    Link(Said),
    Side(Said),
}

impl Input for EchoIn {
    fn topics() -> Vec<Topic> {
        vec![B, SIDE]
    }

    fn read(topic: Topic, _: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        let said = Said::read(value.unwrap_or_default())?;
        Ok(if topic == B { EchoIn::Link(said) } else { EchoIn::Side(said) })
    }
}

pub(crate) struct EchoOut(Said);

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

    fn time(&self) -> Micros {
        self.0.time
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl Follows for Echo {
    type Link = Said;
    const LINK: Topic = B;

    fn accept(link: Said) -> EchoIn {
        EchoIn::Link(link)
    }
}

fn timer(key: &str, due: Micros) -> Said {
    Said { key: key.to_owned(), text: "timer".to_owned(), time: due }
}

impl Stage for Echo {
    const NAME: &'static str = "echo";
    type In = EchoIn;
    type Out = EchoOut;
    type State = Words;
    type Table = ();

    fn process(&self, batch: Vec<Record<EchoIn>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for record in batch {
            self.on_time(record.time, tx)?;
            match record.value {
                EchoIn::Side(said) => {
                    tx.set(Said { time: 0, text: String::new(), key: said.key }, Name(said.text));
                }
                EchoIn::Link(said) if said.text.starts_with("no") => {
                    let message = format!("refused by echo at {}", record.now);
                    tx.reject(record.index, Reason::Invalid, message);
                }
                EchoIn::Link(said) => {
                    let word = tx.state().side.get(&said.key).cloned().unwrap_or_default();
                    tx.set(timer(&said.key, said.time + LATER), Name(String::new()));
                    tx.emit(EchoOut(Said { text: format!("{word}{}", said.text), ..said }));
                }
            }
        }
        Ok(())
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        while let Some((due, key)) = tx.state().due.first().cloned().filter(|(due, _)| *due <= now)
        {
            tx.remove(timer(&key, due));
            tx.emit(EchoOut(Said { text: "ring".to_owned(), key, time: due }));
        }
        Ok(())
    }
}

/// Appends `key:text` words to a topic, one a millisecond.
pub(crate) fn fill(broker: &Broker, topic: Topic, from: Micros, words: &str) {
    for (i, word) in (0..).zip(words.split_whitespace()) {
        let (key, text) = word.split_once(':').unwrap();
        let time = from + i * 1_000;
        let said = Said { key: key.to_owned(), text: text.to_owned(), time };
        let mut value = Vec::new();
        said.write(&mut value);
        broker.append(topic, time, key.as_bytes(), Some(value));
    }
}

/// What a topic holds as `key:text` words, by partition and offset.
pub(crate) fn words(broker: &Broker, topic: Topic) -> Vec<String> {
    let said = |raw: stage::Raw| Said::read(&raw.value.unwrap()).unwrap();
    let word = |said: Said| format!("{}:{}", said.key, said.text);
    broker.records(topic).into_iter().map(said).map(word).collect()
}
