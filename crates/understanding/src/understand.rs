//! What a post says: which task reads it, and what is made of its answer.

use classify::{Features, Model, Scores, Task, language};
use mention::{AccountRole, Sentiment as Probabilities, Understanding};

use crate::judge::{self, Abstained};
use crate::{Buffers, ENGLISH, MULTILINGUAL, Sentiment, because, said, signals};

/// The task that reads the sentiment of English said to a service account. What is said elsewhere it
/// reads worse than the other, also where somebody waits for an answer (`crates/classify/README.md`).
pub(crate) const SERVICE: &str = "sentiment_service";

/// What is to be understood.
#[derive(Debug, Clone, Copy, Default)]
pub struct Post<'a> {
    /// What it says.
    pub text: &'a str,
    /// The language that its platform claims; it decides only where the text does not show its own.
    pub claimed_language: Option<&'a str>,
    /// What the owned account that it addresses is for.
    pub role: AccountRole,
}

/// What the model made of a text: the task that read its sentiment, and that.
type Read<'a> = (&'a Task, Result<Probabilities, Abstained>);

impl Sentiment {
    /// Says what a post says, at no time (`scored_at` is 0). `buffers` are to be used again and
    /// again.
    #[must_use]
    pub fn understand(&self, post: Post<'_>, buffers: &mut Buffers) -> Understanding {
        let language = language::detect(post.text);
        let Buffers { features, scores, judged, weighing } = buffers;
        let read = self.read(post, language, features, scores);
        let mut understood = Understanding {
            language: language.map(|language| language.code.to_owned()),
            language_confidence: language.map_or(0.0, |language| language.confidence),
            sentiment: read.as_ref().ok().and_then(|(_, sentiment)| sentiment.ok()),
            abstained: match &read {
                Err(why) | Ok((_, Err(why))) => Some(why.as_str().to_owned()),
                Ok((_, Ok(_))) => None,
            },
            model: self.model.version().to_owned(),
            ..Understanding::default()
        };
        let costs = &self.config.costs;
        let mut awaits = 0.0;
        if let Ok((reader, _)) = read {
            if reader.name() != MULTILINGUAL {
                signals::add(&self.model, scores, costs, &mut understood);
                awaits = signals::awaits(&self.model, scores);
            }
            let asked = asked(&self.model, reader, scores, awaits);
            let most = self.config.because;
            understood.because = because::words(&self.model, features, &asked, most, weighing);
        }
        self.rules.judge(post.text, judged);
        said::write(post.text, judged, awaits, costs, &mut understood);
        because::add_rules(post.text, judged, self.config.because, &mut understood.because);
        understood
    }

    /// The task that reads the sentiment of a post and what it makes of it; afterwards `features`
    /// and `scores` are those of the post.
    fn read(
        &self,
        post: Post<'_>,
        shown: Option<language::Language>,
        features: &mut Features,
        scores: &mut Scores,
    ) -> Result<Read<'_>, Abstained> {
        if post.text.trim().is_empty() {
            return Err(Abstained::NoText);
        }
        let reader =
            judge::reader(shown, post.claimed_language, &self.config, |code| self.task_of(code))?;
        features.extract(post.text);
        if features.is_empty() {
            return Err(Abstained::NoText);
        }
        self.model.judge(features, scores);
        let reader = match reader.name() {
            ENGLISH if post.role == AccountRole::Service => {
                self.model.task(SERVICE).unwrap_or(reader)
            }
            _ => reader,
        };
        Ok((reader, judge::of(scores.of(reader), &self.config)))
    }

    /// The task that reads the sentiment of a language.
    fn task_of(&self, language: &str) -> Option<&Task> {
        let language = language.to_ascii_lowercase();
        let tasks = [ENGLISH, MULTILINGUAL].into_iter().filter_map(|name| self.model.task(name));
        tasks.into_iter().find(|task| task.reads(&language))
    }
}

/// The labels whose words are to be named: the likeliest sentiment and, where they are likely, a
/// complaint and that somebody waits for an answer.
fn asked<'a>(
    model: &'a Model,
    reader: &'a Task,
    scores: &Scores,
    awaits: f32,
) -> Vec<(&'a Task, usize)> {
    let shares = scores.of(reader).iter().enumerate();
    let likeliest = shares.max_by(|left, right| left.1.total_cmp(right.1));
    let mut asked = Vec::with_capacity(3);
    asked.extend(likeliest.map(|(label, _)| (reader, label)));
    if awaits >= said::DUE {
        let likely = |name: &&str| signals::yes(model, scores, name) >= Some(said::DUE);
        let tasks = [signals::COMPLAINT, signals::NEEDS_ANSWER].into_iter().filter(likely);
        asked.extend(tasks.filter_map(|name| Some((model.task(name)?, 1))));
    }
    asked
}
