//! The stage that understands a mention: language, sentiment, intents, risks and need for an answer, or why it
//! abstains. On the command line and in topics its name is `sentiment`.
//!
//! `classify` detects the language and finds intents, risks and the need for an answer by rules
//! (`rule_findings`). The built-in model, or another with the same tasks, gives the sentiment of English and of
//! the other languages it was trained on, and for English complaint, reason, emotion and need for an answer
//! (`model_tasks`). In any other language the stage abstains (`abstention`); the mention is published
//! nevertheless. A finding that is neither probable nor improbable is left to a person if a mistake would cost
//! more than a review (`costs`). The record names the words with the largest weights (`word_evidence`). A
//! candidate model can score in addition to the active one (`candidate`).
//!
//! Not implemented: sentiment towards one of several brands.
//! Must not know: urgency, routing, other stages, the clock.

mod abstention;
mod candidate;
mod config;
mod costs;
mod model_tasks;
mod rule_findings;
mod topics;
mod understand;
mod word_evidence;

pub use abstention::AbstentionReason;
pub use config::Config;
pub use costs::{Costs, answer_threshold, review_threshold};
pub use topics::{In, Out};
pub use understand::PostText;

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use classify::{
    Features, Model, ModelError, RuleClassifier, RuleFindings, TaskScores, WordWeights,
};
use mention::{Mention, Scored, Understanding, Unique};
use stage::{Downstream, Fault, Record, Stage, Stateless, Topic, Tx, WallTime};
use text::Text;

/// The built-in model. `models/MODEL-CARD.md` describes it.
const BUILT_IN: &[u8] = include_bytes!("../../../models/mentions.harken");

/// The built-in model and rules, loaded once for all stages of a process.
static BUILT_IN_MODEL: OnceLock<Arc<Model>> = OnceLock::new();
static BUILT_IN_RULES: OnceLock<Arc<RuleClassifier>> = OnceLock::new();

/// The task for the sentiment of English. Every model must have it.
const ENGLISH: &str = "sentiment";
/// The task for the sentiment of other languages.
const MULTILINGUAL: &str = "sentiment_multilingual";

/// The labels of the sentiment tasks, in the order that a model must have.
const SENTIMENT_LABELS: [&str; 3] = ["negative", "neutral", "positive"];

/// Loads a value at its first use. Two threads may load it at the same time; one result is kept.
fn shared<T>(
    cell: &OnceLock<Arc<T>>,
    load: impl FnOnce() -> Result<T, InvalidModel>,
) -> Result<Arc<T>, InvalidModel> {
    match cell.get() {
        Some(loaded) => Ok(Arc::clone(loaded)),
        None => load().map(|value| Arc::clone(cell.get_or_init(|| Arc::new(value)))),
    }
}

/// Reads a model and checks its tasks, so that a record never has probabilities under the wrong
/// labels.
fn parse_model(bytes: &[u8]) -> Result<Model, InvalidModel> {
    let model = Model::from_bytes(bytes).map_err(InvalidModel::Unreadable)?;
    let english = model.task(ENGLISH).ok_or(InvalidModel::MissingTask)?;
    let service = model.task(understand::SERVICE);
    for task in [Some(english), service, model.task(MULTILINGUAL)].into_iter().flatten() {
        if task.labels() != SENTIMENT_LABELS {
            return Err(InvalidModel::WrongLabels(task.labels().to_vec()));
        }
    }
    Ok(model)
}

/// The stage. Stateless: its output depends on the mention, the model and the configuration.
#[derive(Debug)]
pub struct UnderstandingStage {
    config: Config,
    model: Arc<Model>,
    rules: Arc<RuleClassifier>,
    candidate: Option<Box<UnderstandingStage>>,
}

impl UnderstandingStage {
    /// A stage with the built-in model.
    ///
    /// # Errors
    /// The built-in model or rules are invalid. A test loads them, so a release never returns it.
    pub fn new(config: Config) -> Result<Self, InvalidModel> {
        Self::from_shared(config, shared(&BUILT_IN_MODEL, || parse_model(BUILT_IN))?)
    }

    /// A stage with another model.
    ///
    /// # Errors
    /// The bytes are not a model, or the model lacks a task or has other labels.
    pub fn with_model(config: Config, bytes: &[u8]) -> Result<Self, InvalidModel> {
        Self::from_shared(config, Arc::new(parse_model(bytes)?))
    }

    fn from_shared(config: Config, model: Arc<Model>) -> Result<Self, InvalidModel> {
        let rules = shared(&BUILT_IN_RULES, || {
            RuleClassifier::built_in().map_err(|why| InvalidModel::Rules(why.to_string()))
        })?;
        Ok(Self { config, model, rules, candidate: None })
    }

    /// The active model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    fn score(&self, unique: Unique, now: WallTime, buffers: &mut Buffers) -> Scored {
        let Unique { mention, findings } = unique;
        // One reading for the model, the rules and the candidate.
        buffers.text.read(&mention.text);
        let shadow = self.score_candidate(&mention, now, buffers);
        let understanding =
            Understanding { shadow, ..self.understand_mention(&mention, now, buffers) };
        Scored { mention, findings, understanding }
    }

    /// Understands the mention whose text `buffers.text` holds.
    fn understand_mention(
        &self,
        mention: &Mention,
        now: WallTime,
        buffers: &mut Buffers,
    ) -> Understanding {
        let Mention { text, claimed_language, account_role, .. } = mention;
        let claimed_language = claimed_language.as_deref();
        let post = PostText { text, claimed_language, role: *account_role };
        Understanding { scored_at: now, ..self.understand_reading(post, buffers) }
    }
}

/// Reusable buffers for [`UnderstandingStage::understand`]. Keep one per thread.
#[derive(Debug, Default)]
pub struct Buffers {
    text: Text,
    features: Features,
    scores: TaskScores,
    rule_findings: RuleFindings,
    word_weights: WordWeights,
}

impl Stage for UnderstandingStage {
    const NAME: &'static str = "sentiment";
    type In = In;
    type Out = Out;
    type State = Stateless;
    type Table = ();
    type Rules = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        // Per worker thread. Every text overwrites them, so they are no state of the stage.
        thread_local!(static BUFFERS: RefCell<Buffers> = RefCell::default());
        BUFFERS.with_borrow_mut(|buffers| {
            for Record { time, now, value: In::Unique(unique), .. } in batch {
                let scored = self.score(*unique, now, buffers);
                tx.emit(time, Out::Scored(Box::new(scored)));
            }
        });
        Ok(())
    }
}

impl Downstream for UnderstandingStage {
    type Link = Box<Unique>;
    const LINK_TOPIC: Topic = mention::topics::UNIQUE;
    const MAY_REJECT: bool = false;

    fn from_link(link: Box<Unique>) -> In {
        In::Unique(link)
    }
}

/// Why a model cannot be used. Messages complete "failed to load the model: …".
#[derive(Debug)]
#[non_exhaustive]
pub enum InvalidModel {
    /// The bytes are not a model.
    Unreadable(ModelError),
    /// The task for the sentiment of English is missing.
    MissingTask,
    /// A sentiment task has other labels.
    WrongLabels(Vec<String>),
    /// A built-in rule is invalid. A test compiles them, so a release never returns it.
    Rules(String),
}

impl std::fmt::Display for InvalidModel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            InvalidModel::Unreadable(why) => write!(out, "{why}"),
            InvalidModel::MissingTask => write!(out, "task {ENGLISH:?} is missing"),
            InvalidModel::Rules(why) => out.write_str(why),
            InvalidModel::WrongLabels(found) => {
                write!(
                    out,
                    "sentiment labels are {} instead of {}",
                    found.join(", "),
                    SENTIMENT_LABELS.join(", ")
                )
            }
        }
    }
}

impl std::error::Error for InvalidModel {}
