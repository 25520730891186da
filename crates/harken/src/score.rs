//! `harken score`: scores texts, one JSON object per line.
//!
//! `sentiment` and `label` come from the sentiment task for the language of the text, or the English
//! one if no task supports it. Every other task follows under its name. Each task scores each text, also
//! in a language it was not trained on, and the detected language is part of the output. (The stage
//! `sentiment` abstains instead.) An unpaired surrogate in an escape is read as U+FFFD, as in `ingest`.

use std::io::{self, BufRead, BufReader, Write};

use classify::{Features, Model, Task, TaskScores, language};
use mention::Sentiment;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use text::Text;

use crate::{CommandError, Failure, output};
use pipeline::config::Config;
use pipeline::stages::{BuildContext, PipelineStage as _};
use understanding::UnderstandingStage;

/// A line of the input; other keys are ignored.
#[derive(Debug, Deserialize)]
struct ScoreRequest {
    id: Value,
    text: String,
}

/// A line of the output, serialized by hand because its keys are the tasks of the model.
struct ScoreResponse<'a> {
    id: Value,
    language: Option<&'static str>,
    /// The task that `sentiment` and `label` come from.
    sentiment_task: &'a Task,
    sentiment: Sentiment,
    model: &'a Model,
    scores: &'a TaskScores,
}

impl Serialize for ScoreResponse<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("language", &self.language)?;
        map.serialize_entry("sentiment", &self.sentiment)?;
        map.serialize_entry(
            "label",
            likeliest_label(self.sentiment_task, self.scores.of(self.sentiment_task)),
        )?;
        for task in self.model.tasks().iter().filter(|task| task.name() != SENTIMENT) {
            map.serialize_entry(task.name(), &TaskOutput { task, shares: self.scores.of(task) })?;
        }
        map.end()
    }
}

/// The output of a task: `{"label": "…", "probabilities": {"…": 0.5, …}}`.
struct TaskOutput<'a> {
    task: &'a Task,
    shares: &'a [f32],
}

impl Serialize for TaskOutput<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("label", likeliest_label(self.task, self.shares))?;
        map.serialize_entry("probabilities", &LabelProbabilities(self))?;
        map.end()
    }
}

struct LabelProbabilities<'a>(&'a TaskOutput<'a>);

impl Serialize for LabelProbabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.task.labels().iter().zip(self.0.shares))
    }
}

fn likeliest_label<'a>(task: &'a Task, shares: &[f32]) -> &'a str {
    &task.labels()[task.decide(shares)]
}

/// The sentiment task for English and the one for other languages.
const SENTIMENT: &str = "sentiment";
const MULTILINGUAL: &str = "sentiment_multilingual";

/// The sentiment task for a language; the English one if no task supports it.
fn sentiment_task<'a>(model: &'a Model, language: Option<&str>) -> Option<&'a Task> {
    let english = model.task(SENTIMENT)?;
    let other = || {
        model.task(MULTILINGUAL).filter(|task| language.is_some_and(|l| task.supports_language(l)))
    };
    if language.is_some_and(|code| english.supports_language(code)) {
        Some(english)
    } else {
        other().or(Some(english))
    }
}

/// `harken score`
///
/// # Errors
/// [`CommandError::Usage`] if no line is valid, [`CommandError::Unavailable`] if reading fails.
pub fn command(config: &Config) -> Result<(), CommandError> {
    let stage = UnderstandingStage::build(BuildContext::embedded(config, None))?;
    let mut input = BufReader::new(io::stdin().lock());
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (answered, malformed) = match score(stage.model(), &mut input, &mut out)? {
        Ok(counts) => counts,
        Err(e) => return output::ignore_broken_pipe(e),
    };
    match (answered, malformed) {
        (0, 1..) => Err(CommandError::Usage("find a text in standard input".into())),
        _ => Ok(()),
    }
}

/// Number of scored and of malformed lines.
type LineCounts = (u64, u64);

fn score(
    model: &Model,
    input: &mut BufReader<impl io::Read>,
    out: &mut impl Write,
) -> Result<io::Result<LineCounts>, CommandError> {
    let (mut answered, mut malformed) = (0, 0);
    let (mut reading, mut features, mut scores) = (Text::new(), Features::new(), TaskScores::new());
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|e| CommandError::Unavailable(Failure::new("read standard input", e)))? == 0
        {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        // Not serde_json: it rejects unpaired surrogates, which platforms do send.
        let request = platforms::json::parse(&line).ok();
        let question = request.and_then(|value| serde_json::from_value(value).ok());
        let Some(ScoreRequest { id, text }) = question else {
            malformed += 1;
            let expected = "must be a JSON object with \"id\" and a \"text\" that is a string";
            output::report(&format!("line {number}: {expected}"));
            continue;
        };
        reading.read(&text);
        features.extract(&reading);
        model.score(&features, &mut scores);
        let language = language::detect(&text).map(|language| language.code);
        let Some(task) = sentiment_task(model, language) else {
            return Err(CommandError::Bug("score: the model has no sentiment".into()));
        };
        let [negative, neutral, positive] = *scores.of(task) else {
            return Err(CommandError::Bug("score: the model has other classes".into()));
        };
        let sentiment = Sentiment { negative, neutral, positive };
        let response =
            ScoreResponse { id, language, sentiment_task: task, sentiment, model, scores: &scores };
        answered += 1;
        if let Err(e) = write_response(&response, out, input.buffer().is_empty()) {
            return Ok(Err(e));
        }
    }
    Ok(out.flush().map(|()| (answered, malformed)))
}

/// Writes a response; flushes it if no further request is buffered.
fn write_response(
    response: &ScoreResponse<'_>,
    out: &mut impl Write,
    is_last: bool,
) -> io::Result<()> {
    let json = serde_json::to_string(response)?;
    writeln!(out, "{}", output::visible_data(&json))?;
    // A client that waits for each answer would block on a buffered line.
    if is_last { out.flush() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_gets_a_line_and_malformed_lines_are_skipped() {
        let stage =
            understanding::UnderstandingStage::new(understanding::Config::default()).unwrap();
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
            let probability = |class: &str| line["sentiment"][class].as_f64().unwrap();
            assert!(
                (probability("negative") + probability("neutral") + probability("positive") - 1.0)
                    .abs()
                    < 1e-5
            );
            let complaint = &line["complaint"]["probabilities"];
            let of = |label: &str| complaint[label].as_f64().unwrap();
            assert!((of("complaint") + of("no_complaint") - 1.0).abs() < 1e-5, "{line}");
        }
    }

    #[test]
    fn any_text_gets_probabilities_that_sum_to_one() {
        let stage =
            understanding::UnderstandingStage::new(understanding::Config::default()).unwrap();
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
            let response: Value = serde_json::from_slice(line).unwrap();
            let of = |class: &str| response["sentiment"][class].as_f64().unwrap();
            assert!(
                (of("negative") + of("neutral") + of("positive") - 1.0).abs() < 1e-5,
                "{response}"
            );
        }
    }
}
