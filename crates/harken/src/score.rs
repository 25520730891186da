//! `harken score`: texts in, probabilities out, one JSON object a line.
//!
//! Every text is scored, also one in a language the model has not learnt: who asks sees the
//! language beside the answer. (The stage abstains instead: see the crate `sentiment`.)

use std::io::{self, BufRead, BufReader, Write};

use classify::{Features, Model, language};
use mention::Sentiment;
use serde::{Deserialize, Serialize};
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
#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: Value,
    language: Option<&'static str>,
    sentiment: Sentiment,
    label: &'a str,
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
    let (mut features, mut probabilities) = (Features::new(), Vec::new());
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
        let Ok(Question { id, text }) = serde_json::from_slice(&line) else {
            broken += 1;
            // Standard error may be closed: there is nobody left to tell.
            let right = "must be a JSON object with \"id\" and a \"text\" that is a string";
            let _ = writeln!(io::stderr(), "line {number}: {right}");
            continue;
        };
        features.extract(&text);
        model.score(&features, &mut probabilities);
        let [negative, neutral, positive] = probabilities[..] else {
            return Err(Problem::Bug("score: the model has other classes".to_owned()));
        };
        let answer = Answer {
            id,
            language: language::detect(&text).map(|language| language.code),
            sentiment: Sentiment { negative, neutral, positive },
            label: &model.labels()[model.decide(&probabilities)],
        };
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
        let stage = sentiment::Sentiment::new(sentiment::Config::default()).unwrap();
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
        }
    }
}
