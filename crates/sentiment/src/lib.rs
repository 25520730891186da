//! Says what language a mention is in, how it is meant, what its author wants and what may come of
//! it, or why that cannot be said.
//!
//! The language is found by `classify`, everything else by the model that is built in (or another
//! with the same tasks): the sentiment of English and of the other languages it has learnt, and of
//! English texts whether they complain, about what, and how they sound. In any other language the
//! stage abstains and says so, instead of answering with noise. What it abstains from still goes on.
//! Intents, risks and whether an answer is due are found by the rules of `classify` (`said`). A
//! candidate model may stand beside the one in force (`shadow`): both are in the record, one decides.
//!
//! Not yet: sentiment towards one of several brands, the sentiment task of the service domain.
//! Must not know: urgency, routing, other stages, the clock.

mod config;
mod judge;
mod said;
mod shadow;
mod signals;
mod topics;

pub use config::Config;
pub use judge::Abstained;
pub use topics::{In, Out};

use classify::{Features, Judged, Model, ModelError, Rules, Scores, language};
use mention::{Mention, Scored, Sentiment as Probabilities, Understanding, Unique};
use stage::{Fault, Follows, Micros, Record, Stage, Stateless, Topic, Tx};

/// The model that is built in; its card stands beside it in `models/`.
const BUILT_IN: &[u8] = include_bytes!("../../../models/mentions.harken");

/// The task that reads the sentiment of English, which every model must have, and the one that
/// reads that of other languages.
const ENGLISH: &str = "sentiment";
const MULTILINGUAL: &str = "sentiment_multilingual";

/// The classes of sentiment, in the order that a model must have them.
const CLASSES: [&str; 3] = ["negative", "neutral", "positive"];

/// The stage.
#[derive(Debug)]
pub struct Sentiment {
    config: Config,
    model: Model,
    rules: Rules,
    candidate: Option<Box<Sentiment>>,
}

impl Sentiment {
    /// A stage with the model that is built in.
    ///
    /// # Errors
    /// When that model cannot be read, which a test excludes.
    pub fn new(config: Config) -> Result<Self, Unfit> {
        Self::with_model(config, BUILT_IN)
    }

    /// A stage with another model.
    ///
    /// # Errors
    /// When the bytes are no model, or one of other classes.
    pub fn with_model(config: Config, bytes: &[u8]) -> Result<Self, Unfit> {
        let model = Model::from_bytes(bytes).map_err(Unfit::Unreadable)?;
        let english = model.task(ENGLISH).ok_or(Unfit::NoSentiment)?;
        for task in [Some(english), model.task(MULTILINGUAL)].into_iter().flatten() {
            if task.labels() != CLASSES {
                return Err(Unfit::Classes(task.labels().to_vec()));
            }
        }
        let rules = Rules::built_in().map_err(|why| Unfit::Rules(why.to_string()))?;
        Ok(Self { config, model, rules, candidate: None })
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Says what a text says. `claimed` is the language the platform claims; it decides only where
    /// the text does not show its own. `buffers` are to be used again and again.
    #[must_use]
    pub fn understand(
        &self,
        text: &str,
        claimed: Option<&str>,
        buffers: &mut Buffers,
    ) -> Understanding {
        let language = language::detect(text);
        let judged = self.judge(text, language, claimed, buffers);
        let understood = Understanding {
            language: language.map(|language| language.code.to_owned()),
            language_confidence: language.map_or(0.0, |language| language.confidence),
            sentiment: judged.as_ref().ok().and_then(|(_, sentiment)| sentiment.ok()),
            abstained: match &judged {
                Err(why) | Ok((_, Err(why))) => Some(why.as_str().to_owned()),
                Ok((_, Ok(_))) => None,
            },
            model: self.model.version().to_owned(),
            ..Understanding::default()
        };
        match judged {
            Ok((ENGLISH, _)) => signals::of(&self.model, &buffers.scores, understood),
            _ => understood,
        }
    }

    /// The task that reads the text and what it makes of its sentiment.
    fn judge(
        &self,
        text: &str,
        shown: Option<language::Language>,
        claimed: Option<&str>,
        buffers: &mut Buffers,
    ) -> Result<(&'static str, Result<Probabilities, Abstained>), Abstained> {
        if text.trim().is_empty() {
            return Err(Abstained::NoText);
        }
        let name = judge::reader(shown, claimed, &self.config, |code| self.task_of(code))?;
        let Buffers { features, scores, .. } = buffers;
        features.extract(text);
        if features.is_empty() {
            return Err(Abstained::NoText);
        }
        self.model.judge(features, scores);
        let probabilities = self.model.task(name).map_or(&[][..], |task| scores.of(task));
        Ok((name, judge::of(probabilities, &self.config)))
    }

    /// The name of the task that reads the sentiment of a language.
    fn task_of(&self, language: &str) -> Option<&'static str> {
        let language = language.to_ascii_lowercase();
        let reads = |name: &&str| self.model.task(name).is_some_and(|task| task.reads(&language));
        [ENGLISH, MULTILINGUAL].into_iter().find(reads)
    }

    fn score(&self, unique: Unique, now: Micros, buffers: &mut Buffers) -> Scored {
        let Unique { mention, findings } = unique;
        let shadow = self.shadow(&mention, now, buffers);
        let understanding = Understanding { shadow, ..self.understood(&mention, now, buffers) };
        Scored { mention, findings, understanding }
    }

    fn understood(&self, mention: &Mention, now: Micros, buffers: &mut Buffers) -> Understanding {
        let Mention { text, claimed_language, .. } = mention;
        let understood = self.understand(text, claimed_language.as_deref(), buffers);
        let mut understanding = Understanding { scored_at: now, ..understood };
        said::write(&self.rules, text, &mut buffers.judged, &mut understanding);
        understanding
    }
}

/// What judging a text needs beside the text; one a thread, for any number of texts.
#[derive(Debug, Default)]
pub struct Buffers {
    features: Features,
    scores: Scores,
    judged: Judged,
}

impl Stage for Sentiment {
    const NAME: &'static str = "sentiment";
    type In = In;
    type Out = Out;
    type State = Stateless;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let mut buffers = Buffers::default();
        for Record { now, value: In::Unique(unique), .. } in batch {
            let scored = self.score(*unique, now, &mut buffers);
            tx.emit(Out::Scored(Box::new(scored)));
        }
        Ok(())
    }
}

impl Follows for Sentiment {
    type Link = Box<Unique>;
    const LINK: Topic = mention::topics::UNIQUE;
    const REFUSES: bool = false;

    fn accept(link: Box<Unique>) -> In {
        In::Unique(link)
    }
}

/// Why a model cannot be used. Texts fit "failed to load the model: …".
#[derive(Debug)]
#[non_exhaustive]
pub enum Unfit {
    /// The bytes are no model.
    Unreadable(ModelError),
    /// It has no task for the sentiment of English.
    NoSentiment,
    /// It tells other classes apart.
    Classes(Vec<String>),
    /// A rule cannot be read, which a test excludes.
    Rules(String),
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unfit::Unreadable(why) => write!(out, "{why}"),
            Unfit::NoSentiment => write!(out, "it has no task {ENGLISH:?}"),
            Unfit::Rules(why) => out.write_str(why),
            Unfit::Classes(found) => {
                write!(out, "its labels are {}, not {}", found.join(", "), CLASSES.join(", "))
            }
        }
    }
}

impl std::error::Error for Unfit {}
