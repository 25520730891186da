//! Understands a text: chooses the task that reads it and combines the results of model and rules.

use classify::{Features, Model, Task, TaskScores, language};
use mention::{AccountRole, Sentiment as Probabilities, Understanding};
use text::Text;

use crate::abstention::{self, AbstentionReason};
use crate::{
    Buffers, ENGLISH, MULTILINGUAL, UnderstandingStage, model_tasks, rule_findings, word_evidence,
};

/// The task for the sentiment of English addressed to a service account. On all other texts it is worse than
/// the general task (`crates/classify/README.md`).
pub(crate) const SERVICE: &str = "sentiment_service";

/// The input of [`UnderstandingStage::understand`].
#[derive(Debug, Clone, Copy, Default)]
pub struct PostText<'a> {
    /// The text of the post.
    pub text: &'a str,
    /// The language that the platform claims. Counts only if the detection is not confident.
    pub claimed_language: Option<&'a str>,
    /// The role of the owned account that the post addresses.
    pub role: AccountRole,
}

/// The task that read the sentiment, and the sentiment or why the stage abstains.
type SentimentResult<'a> = (&'a Task, Result<Probabilities, AbstentionReason>);

impl UnderstandingStage {
    /// Understands a post. Leaves `scored_at` at the Unix epoch: the caller knows the time.
    #[must_use]
    pub fn understand(&self, post: PostText<'_>, buffers: &mut Buffers) -> Understanding {
        buffers.text.read(post.text);
        self.understand_reading(post, buffers)
    }

    /// Understands a post whose text `buffers.text` holds.
    pub(crate) fn understand_reading(
        &self,
        post: PostText<'_>,
        buffers: &mut Buffers,
    ) -> Understanding {
        let language = language::detect(post.text);
        let Buffers { text, features, scores, rule_findings: findings, word_weights } = buffers;
        let sentiment = self.read_sentiment(post, text, language, features, scores);
        let mut understood = Understanding {
            language: language.map(|language| language.code.to_owned()),
            language_confidence: language.map_or(0.0, |language| language.confidence),
            sentiment: sentiment.as_ref().ok().and_then(|(_, result)| result.ok()),
            abstained: match &sentiment {
                Err(why) | Ok((_, Err(why))) => Some(why.as_str().to_owned()),
                Ok((_, Ok(_))) => None,
            },
            model: self.model.version().to_owned(),
            ..Understanding::default()
        };
        let costs = &self.config.costs;
        let mut needs_answer = 0.0;
        if let Ok((reader, _)) = sentiment {
            // The other tasks are trained on English only.
            if reader.name() != MULTILINGUAL {
                model_tasks::add_findings(&self.model, scores, costs, &mut understood);
                needs_answer = model_tasks::needs_answer_probability(&self.model, scores);
            }
            let targets = labels_to_explain(&self.model, reader, scores, needs_answer);
            let most = self.config.because;
            understood.because =
                word_evidence::model_evidence(&self.model, features, &targets, most, word_weights);
        }
        self.rules.classify(text, findings);
        rule_findings::add_findings(post.text, findings, needs_answer, costs, &mut understood);
        word_evidence::add_rule_evidence(
            post.text,
            findings,
            self.config.because,
            &mut understood.because,
        );
        understood
    }

    /// Reads the sentiment of a post. If a task was chosen, `features` and `scores` are those of the post
    /// afterwards.
    fn read_sentiment(
        &self,
        post: PostText<'_>,
        text: &Text,
        detected: Option<language::Language>,
        features: &mut Features,
        scores: &mut TaskScores,
    ) -> Result<SentimentResult<'_>, AbstentionReason> {
        // Before the language, so that an empty text is not reported as one of unknown language.
        if post.text.trim().is_empty() {
            return Err(AbstentionReason::NoText);
        }
        let reader =
            abstention::choose_reader(detected, post.claimed_language, &self.config, |code| {
                self.task_of(code)
            })?;
        features.extract(text);
        if features.is_empty() {
            return Err(AbstentionReason::NoText);
        }
        // One pass over the weights scores all tasks, so choosing the service task costs nothing more.
        self.model.score(features, scores);
        let reader = match reader.name() {
            ENGLISH if post.role == AccountRole::Service => {
                self.model.task(SERVICE).unwrap_or(reader)
            }
            _ => reader,
        };
        Ok((reader, abstention::decide_sentiment(scores.of(reader), &self.config)))
    }

    /// The sentiment task for a language.
    fn task_of(&self, language: &str) -> Option<&Task> {
        let language = language.to_ascii_lowercase();
        let tasks = [ENGLISH, MULTILINGUAL].into_iter().filter_map(|name| self.model.task(name));
        tasks.into_iter().find(|task| task.supports_language(&language))
    }
}

/// The labels for which words are recorded as evidence: the most probable sentiment and, if an answer is needed,
/// complaint and need for an answer where they are probable.
fn labels_to_explain<'a>(
    model: &'a Model,
    reader: &'a Task,
    scores: &TaskScores,
    needs_answer: f32,
) -> Vec<(&'a Task, usize)> {
    let shares = scores.of(reader).iter().enumerate();
    let likeliest = shares.max_by(|left, right| left.1.total_cmp(right.1));
    let mut targets = Vec::with_capacity(3);
    targets.extend(likeliest.map(|(label, _)| (reader, label)));
    if needs_answer >= rule_findings::ANSWER_THRESHOLD {
        let likely = |name: &&str| {
            model_tasks::positive_probability(model, scores, name)
                >= Some(rule_findings::ANSWER_THRESHOLD)
        };
        let tasks = [model_tasks::COMPLAINT, model_tasks::NEEDS_ANSWER].into_iter().filter(likely);
        targets.extend(tasks.filter_map(|name| Some((model.task(name)?, 1))));
    }
    targets
}
