//! Says what language a mention is in and how it is meant, or why that cannot be said.
//!
//! The language is found by `classify`, the sentiment by the model that is built in (or another of
//! the same kind). The model has learnt from English only: in any other language the stage
//! abstains and says so, instead of answering with noise. What it abstains from still goes on.
//!
//! Not yet: models for other languages, sarcasm, sentiment towards one of several brands, words
//! that show why. Must not know: urgency, routing, other stages, the clock.

mod config;
mod judge;
mod topics;

pub use config::Config;
pub use judge::{Abstained, READ, is_readable};
pub use topics::{In, Out};

use classify::{Features, Model, ModelError, language};
use mention::{Mention, Scored, Understanding, Unique};
use stage::{Fault, Follows, Micros, Record, Stage, Stateless, Topic, Tx};

/// The model that is built in; its card stands beside it in `models/`.
const BUILT_IN: &[u8] = include_bytes!("../../../models/sentiment.harken");

/// The classes, in the order that a model must have them.
const CLASSES: [&str; 3] = ["negative", "neutral", "positive"];

/// The stage.
#[derive(Debug)]
pub struct Sentiment {
    config: Config,
    model: Model,
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
        if model.labels() != CLASSES {
            return Err(Unfit::Classes(model.labels().to_vec()));
        }
        Ok(Self { config, model })
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Says what a text says. `claimed` is the language the platform claims; it decides only where
    /// the text does not show its own. `features` is a buffer to be used again and again.
    #[must_use]
    pub fn understand(
        &self,
        text: &str,
        claimed: Option<&str>,
        features: &mut Features,
    ) -> Understanding {
        let language = language::detect(text);
        let judged = judge::of(text, language, claimed, &self.config, |text| {
            features.extract(text);
            let mut probabilities = Vec::with_capacity(CLASSES.len());
            if !features.is_empty() {
                self.model.score(features, &mut probabilities);
            }
            probabilities
        });
        Understanding {
            language: language.map(|language| language.code.to_owned()),
            language_confidence: language.map_or(0.0, |language| language.confidence),
            sentiment: judged.as_ref().ok().copied(),
            abstained: judged.err().map(|why| why.as_str().to_owned()),
            model: self.model.version().to_owned(),
            ..Understanding::default()
        }
    }

    fn score(&self, unique: Unique, now: Micros, features: &mut Features) -> Scored {
        let Unique { mention, findings } = unique;
        let Mention { text, claimed_language, .. } = &mention;
        let understood = self.understand(text, claimed_language.as_deref(), features);
        let understanding = Understanding { scored_at: now, ..understood };
        Scored { mention, findings, understanding }
    }
}

impl Stage for Sentiment {
    const NAME: &'static str = "sentiment";
    type In = In;
    type Out = Out;
    type State = Stateless;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let mut features = Features::new();
        for Record { now, value: In::Unique(unique), .. } in batch {
            let scored = self.score(*unique, now, &mut features);
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
    /// It tells other classes apart.
    Classes(Vec<String>),
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unfit::Unreadable(why) => write!(out, "{why}"),
            Unfit::Classes(found) => {
                write!(out, "its labels are {}, not {}", found.join(", "), CLASSES.join(", "))
            }
        }
    }
}

impl std::error::Error for Unfit {}
