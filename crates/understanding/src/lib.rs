//! Says what language a mention is in, how it is meant, what its author wants and what may come of
//! it, or why that cannot be said.
//!
//! The language is found by `classify`, everything else by the model that is built in (or another
//! with the same tasks): the sentiment of English and of the other languages it has learnt, and of
//! English texts whether they complain, about what, how they sound and whether somebody waits for an
//! answer. In any other language the stage abstains and says so, instead of answering with noise.
//! What it abstains from still goes on. Intents, risks and, once more, whether an answer is due are
//! found by the rules of `classify` (`said`). What is too unlikely is left to a person, where passing
//! it over costs more (`costs`); the words that weighed most are named (`because`).
//! A candidate model may stand beside the one in force (`shadow`): both are in the record, one decides.
//!
//! Not yet: sentiment towards one of several brands.
//! Must not know: urgency, routing, other stages, the clock.

mod because;
mod config;
mod costs;
mod judge;
mod said;
mod shadow;
mod signals;
mod topics;
mod understand;

pub use config::Config;
pub use costs::{Costs, answer_from, look_from};
pub use judge::Abstained;
pub use topics::{In, Out};
pub use understand::Post;

use std::cell::RefCell;

use classify::{Features, Judged, Model, ModelError, Rules, Scores, Weighing};
use mention::{Mention, Scored, Understanding, Unique};
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
        let service = model.task(understand::SERVICE);
        for task in [Some(english), service, model.task(MULTILINGUAL)].into_iter().flatten() {
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

    fn score(&self, unique: Unique, now: Micros, buffers: &mut Buffers) -> Scored {
        let Unique { mention, findings } = unique;
        let shadow = self.shadow(&mention, now, buffers);
        let understanding = Understanding { shadow, ..self.understood(&mention, now, buffers) };
        Scored { mention, findings, understanding }
    }

    fn understood(&self, mention: &Mention, now: Micros, buffers: &mut Buffers) -> Understanding {
        let Mention { text, claimed_language, account_role, .. } = mention;
        let claimed_language = claimed_language.as_deref();
        let post = Post { text, claimed_language, role: *account_role };
        Understanding { scored_at: now, ..self.understand(post, buffers) }
    }
}

/// What judging a text needs beside the text; one a thread, for any number of texts.
#[derive(Debug, Default)]
pub struct Buffers {
    features: Features,
    scores: Scores,
    judged: Judged,
    weighing: Weighing,
}

impl Stage for Sentiment {
    const NAME: &'static str = "sentiment";
    type In = In;
    type Out = Out;
    type State = Stateless;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        // The worker's for good: they hold nothing of a text that is to be remembered.
        thread_local!(static BUFFERS: RefCell<Buffers> = RefCell::default());
        BUFFERS.with_borrow_mut(|buffers| {
            for Record { now, value: In::Unique(unique), .. } in batch {
                let scored = self.score(*unique, now, buffers);
                tx.emit(Out::Scored(Box::new(scored)));
            }
        });
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
