//! Scores mentions with a candidate model in addition to the active one. The result is recorded and decides
//! nothing.
//!
//! The candidate processes the text, once read, independently, so that its results are those it would give as
//! the active model. This nearly doubles the cost while there is a candidate.

use mention::{CandidateScores, Mention};
use stage::WallTime;

use crate::{Buffers, Config, InvalidModel, UnderstandingStage};

impl UnderstandingStage {
    /// Adds a candidate model to the stage.
    ///
    /// # Errors
    /// As [`UnderstandingStage::with_model`].
    pub fn with_candidate(self, candidate: &[u8]) -> Result<Self, InvalidModel> {
        // The record has no evidence of the candidate, so computing it would be wasted.
        let config = Config { because: 0, ..self.config.clone() };
        let candidate = Self::with_model(config, candidate)?;
        Ok(Self { candidate: Some(Box::new(candidate)), ..self })
    }

    /// The scores of the candidate, if there is one.
    pub(crate) fn score_candidate(
        &self,
        mention: &Mention,
        now: WallTime,
        buffers: &mut Buffers,
    ) -> Option<CandidateScores> {
        let found = self.candidate.as_ref()?.understand_mention(mention, now, buffers);
        let (model, sentiment, needs_answer) = (found.model, found.sentiment, found.needs_answer);
        Some(CandidateScores { model, sentiment, needs_answer })
    }
}
