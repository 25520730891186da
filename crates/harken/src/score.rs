//! `harken score`: texts in, probabilities out, one JSON object a line.
//!
//! `sentiment` and `label` are those of the task that reads the text's language, English where none
//! does; every other task of the model follows under its name. Every text is scored by every task,
//! also one in a language the task has not learnt: who asks sees the language beside the answer.
//! (The stage abstains instead: see the crate `sentiment`.) Half of a surrogate pair in an escape is
//! read as U+FFFD, as `ingest` does.

use std::io::{self, BufRead, BufReader, Write};

use classify::{Features, Model, Scores, Task, language};
use mention::Sentiment;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::config::Config;
use crate::{Problem, chain, output};

/// A line of the input; other keys are passed over.
#[derive(Debug, Deserialize)]
struct Question {
    id: Value,
    text: String,
}

/// A line of the output.
struct Answer<'a> {
    id: Value,
    language: Option<&'static str>,
    /// The task whose probabilities are the sentiment.
    reader: &'a Task,
    sentiment: Sentiment,
    model: &'a Model,
    scores: &'a Scores,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("language", &self.language)?;
        map.serialize_entry("sentiment", &self.sentiment)?;
        map.serialize_entry("label", chosen(self.reader, self.scores.of(self.reader)))?;
        for task in self.model.tasks().iter().filter(|task| task.name() != SENTIMENT) {
            map.serialize_entry(task.name(), &Said { task, shares: self.scores.of(task) })?;
        }
        map.end()
    }
}

/// What a task says: `{"label": "…", "probabilities": {"…": 0.5, …}}`.
struct Said<'a> {
    task: &'a Task,
    shares: &'a [f32],
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("label", chosen(self.task, self.shares))?;
        map.serialize_entry("probabilities", &Named(self))?;
        map.end()
    }
}

struct Named<'a>(&'a Said<'a>);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.task.labels().iter().zip(self.0.shares))
    }
}

fn chosen<'a>(task: &'a Task, shares: &[f32]) -> &'a str {
    &task.labels()[task.decide(shares)]
}

/// The task of English and the one of other languages.
const SENTIMENT: &str = "sentiment";
const MULTILINGUAL: &str = "sentiment_multilingual";

/// The task that reads the sentiment of a language: English if none has learnt it.
fn reader<'a>(model: &'a Model, language: Option<&str>) -> Option<&'a Task> {
    let english = model.task(SENTIMENT)?;
    let other = || model.task(MULTILINGUAL).filter(|task| language.is_some_and(|l| task.reads(l)));
    if language.is_some_and(|code| english.reads(code)) {
        Some(english)
    } else {
        other().or(Some(english))
    }
}

/// Scores standard input to standard output.
///
/// # Errors
/// [`Problem::Usage`] when no line is a question, [`Problem::Unavailable`] when reading breaks off.
pub fn command(config: &Config) -> Result<(), Problem> {
    let stage = chain::sentiment(config)?;
    let mut input = BufReader::new(io::stdin().lock());
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (answered, broken) = match score(stage.model(), &mut input, &mut out)? {
        Ok(counts) => counts,
        Err(e) => return output::lost(&e),
    };
    match (answered, broken) {
        (0, 1..) => Err(Problem::Usage("find a text in standard input".to_owned())),
        _ => Ok(()),
    }
}

/// How many lines were answered, and how many were broken.
type Counts = (u64, u64);

fn score(
    model: &Model,
    input: &mut BufReader<impl io::Read>,
    out: &mut impl Write,
) -> Result<io::Result<Counts>, Problem> {
    let (mut answered, mut broken) = (0, 0);
    let (mut features, mut scores) = (Features::new(), Scores::new());
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|e| Problem::Unavailable(format!("read standard input: {e}")))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let question = platforms::json::parse(&line).ok();
        let question = question.and_then(|value| serde_json::from_value(value).ok());
        let Some(Question { id, text }) = question else {
            broken += 1;
            // Standard error may be closed: there is nobody left to tell.
            let right = "must be a JSON object with \"id\" and a \"text\" that is a string";
            let _ = writeln!(io::stderr(), "line {number}: {right}");
            continue;
        };
        features.extract(&text);
        model.judge(&features, &mut scores);
        let language = language::detect(&text).map(|language| language.code);
        let Some(reader) = reader(model, language) else {
            return Err(Problem::Bug("score: the model has no sentiment".to_owned()));
        };
        let [negative, neutral, positive] = *scores.of(reader) else {
            return Err(Problem::Bug("score: the model has other classes".to_owned()));
        };
        let sentiment = Sentiment { negative, neutral, positive };
        let answer = Answer { id, language, reader, sentiment, model, scores: &scores };
        answered += 1;
        if let Err(e) = write(&answer, out, input.buffer().is_empty()) {
            return Ok(Err(e));
        }
    }
    Ok(out.flush().map(|()| (answered, broken)))
}

/// Writes a line; at once when no other question is waiting, for who asks one by one.
fn write(answer: &Answer<'_>, out: &mut impl Write, is_last: bool) -> io::Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    out.write_all(b"\n")?;
    if is_last { out.flush() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_gets_a_line_and_every_broken_line_is_passed_over() {
        let stage = understanding::Sentiment::new(understanding::Config::default()).unwrap();
        let input = "{\"id\":1,\"text\":\"I love this, thank you!\"}\n\nnonsense\n\
                     {\"id\":\"b\",\"text\":\"\"}\n{\"text\":\"no id\"}\n";
        let mut out = Vec::new();
        let counts = score(stage.model(), &mut BufReader::new(input.as_bytes()), &mut out);
        assert_eq!(counts.unwrap().unwrap(), (2, 2));
        let lines: Vec<Value> =
            out.split(|b| *b == b'\n').filter_map(|l| serde_json::from_slice(l).ok()).collect();
        assert_eq!(
            (lines[0]["id"].as_i64(), lines[0]["label"].as_str()),
            (Some(1), Some("positive"))
        );
        assert_eq!((lines[1]["id"].as_str(), &lines[1]["language"]), (Some("b"), &Value::Null));
        for line in &lines {
            let of = |class: &str| line["sentiment"][class].as_f64().unwrap();
            assert!((of("negative") + of("neutral") + of("positive") - 1.0).abs() < 1e-5);
            let complaint = &line["complaint"]["probabilities"];
            let of = |label: &str| complaint[label].as_f64().unwrap();
            assert!((of("complaint") + of("no_complaint") - 1.0).abs() < 1e-5, "{line}");
        }
    }

    #[test]
    fn whatever_a_text_is_there_is_an_answer_with_probabilities_that_add_up() {
        let stage = understanding::Sentiment::new(understanding::Config::default()).unwrap();
        let long = "a ".repeat(50_000);
        let texts = [
            "",
            "😂😂😂",
            &long,
            "لم يصل الطرد بعد",
            r"\u202eabc",
            r"z\u0335\u0321a\u0489l\u0336g\u0357o",
            r"no answer \ud83d",
            r"\ude00\ud83d",
            r"\u0000null\u0000",
        ];
        let input: String =
            texts.iter().map(|text| format!("{{\"id\":0,\"text\":\"{text}\"}}\n")).collect();
        let mut out = Vec::new();
        let counts = score(stage.model(), &mut BufReader::new(input.as_bytes()), &mut out);
        assert_eq!(counts.unwrap().unwrap(), (texts.len() as u64, 0));
        for line in out.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let said: Value = serde_json::from_slice(line).unwrap();
            let of = |class: &str| said["sentiment"][class].as_f64().unwrap();
            assert!((of("negative") + of("neutral") + of("positive") - 1.0).abs() < 1e-5, "{said}");
        }
    }
}
