//! A candidate model beside the one in force: it says what it would say, and decides nothing.
//!
//! It goes the whole road by itself, from the text on, so that it is judged as it would be in
//! force. That costs as much again, for as long as there is a candidate.

use mention::{Mention, Shadow};
use stage::Micros;

use crate::{Buffers, Config, Sentiment, Unfit};

impl Sentiment {
    /// The same stage with a candidate beside its model.
    ///
    /// # Errors
    /// As [`Sentiment::with_model`].
    pub fn beside(self, candidate: &[u8]) -> Result<Self, Unfit> {
        // Why it says so is not in the record.
        let config = Config { because: 0, ..self.config.clone() };
        let candidate = Self::with_model(config, candidate)?;
        Ok(Self { candidate: Some(Box::new(candidate)), ..self })
    }

    /// What the candidate says; nothing where there is none.
    pub(crate) fn shadow(
        &self,
        mention: &Mention,
        now: Micros,
        buffers: &mut Buffers,
    ) -> Option<Shadow> {
        let found = self.candidate.as_ref()?.understood(mention, now, buffers);
        let (model, sentiment, needs_answer) = (found.model, found.sentiment, found.needs_answer);
        Some(Shadow { model, sentiment, needs_answer })
    }
}
