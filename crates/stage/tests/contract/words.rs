//! Writes the input of the sample stages and reads their output.

use stage::memory::MemoryBroker;
use stage::{TimeDelta, Topic, Wire};

use crate::sample_stages::{Word, at};

/// Appends `key:text` words to a topic, one per millisecond from the time `from_micros`.
pub(crate) fn append_words(broker: &MemoryBroker, topic: Topic, from_micros: i64, words: &str) {
    for (i, word) in (0_i64..).zip(words.split_whitespace()) {
        let (key, text) = word.split_once(':').unwrap();
        let time = at(from_micros) + i * TimeDelta::MILLISECOND;
        let word = Word { key: key.to_owned(), text: text.to_owned(), time };
        let mut value = Vec::new();
        word.write(&mut value);
        broker.append(topic, time, key.as_bytes(), Some(value));
    }
}

/// Reads a topic as `key:text` words, by partition and offset.
pub(crate) fn read_words(broker: &MemoryBroker, topic: Topic) -> Vec<String> {
    let decoded = |raw: stage::RawRecord| Word::read(&raw.value.unwrap()).unwrap();
    let printed = |word: Word| format!("{}:{}", word.key, word.text);
    broker.records(topic).into_iter().map(decoded).map(printed).collect()
}
