//! Decides whether to give a sentiment, and in which language to read a text. Pure; does not know the model.

use classify::language::Language;
use mention::Sentiment;

use crate::Config;
use crate::costs::answer_threshold;

/// Why the stage abstains from a sentiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AbstentionReason {
    /// The text is empty or has no features.
    NoText,
    /// Neither the text nor the platform shows the language.
    LanguageUnknown,
    /// The model was not trained on the language.
    LanguageNotSupported,
    /// No label is probable enough.
    Undecided,
}

impl AbstentionReason {
    /// All reasons, for tables and metrics.
    pub const ALL: [AbstentionReason; 4] = [
        AbstentionReason::NoText,
        AbstentionReason::LanguageUnknown,
        AbstentionReason::LanguageNotSupported,
        AbstentionReason::Undecided,
    ];

    /// The name in records and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            AbstentionReason::NoText => "no_text",
            AbstentionReason::LanguageUnknown => "language_unknown",
            AbstentionReason::LanguageNotSupported => "language_not_supported",
            AbstentionReason::Undecided => "undecided",
        }
    }
}

/// Chooses the reader of a text: by its detected language, or by the language that the platform claims if
/// the detection is not confident. `reader` returns the reader of a language, given its ISO 639-1 code in
/// any case.
///
/// # Errors
/// Why there is no reader.
pub(crate) fn choose_reader<R>(
    detected: Option<Language>,
    claimed: Option<&str>,
    config: &Config,
    reader: impl Fn(&str) -> Option<R>,
) -> Result<R, AbstentionReason> {
    let claimed = claimed.and_then(|tag| tag.split(['-', '_']).next());
    // `und` is the tag for an undetermined language.
    let claimed = claimed.filter(|tag| !tag.is_empty() && !tag.eq_ignore_ascii_case("und"));
    let language = match (detected, claimed) {
        (Some(detected), _) if detected.code == DEFAULT_LANGUAGE => detected.code,
        (Some(detected), _) if detected.confidence >= config.sure_of_language => detected.code,
        // Without confidence the claim of the platform is the better guess.
        (_, Some(claimed)) => claimed,
        _ => return Err(AbstentionReason::LanguageUnknown),
    };
    reader(language).ok_or(AbstentionReason::LanguageNotSupported)
}

/// A detection of this language wins at any confidence and against any claim.
const DEFAULT_LANGUAGE: &str = "en";

/// The sentiment for these label probabilities, or why the stage abstains. `[]` means a text without features.
pub(crate) fn decide_sentiment(
    probabilities: &[f32],
    config: &Config,
) -> Result<Sentiment, AbstentionReason> {
    let [negative, neutral, positive] = *probabilities else {
        return Err(AbstentionReason::NoText);
    };
    if negative.max(neutral).max(positive) < answer_threshold(config.costs.wrong_sentiment) {
        return Err(AbstentionReason::Undecided);
    }
    Ok(Sentiment { negative, neutral, positive })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(code: &'static str, confidence: f32) -> Option<Language> {
        Some(Language { code, confidence })
    }

    #[test]
    fn a_text_is_read_in_its_detected_or_claimed_language() {
        use AbstentionReason::{LanguageNotSupported, LanguageUnknown};
        let cases = [
            (detected("en", 0.99), None, Ok("english")),
            (detected("en", 0.53), Some("de"), Ok("english")),
            (detected("de", 0.99), None, Ok("german")),
            (detected("de", 0.99), Some("en"), Ok("german")),
            (detected("de", 0.53), None, Err(LanguageUnknown)),
            (detected("de", 0.53), Some("de-AT"), Ok("german")),
            (detected("nl", 0.99), None, Err(LanguageNotSupported)),
            (detected("nl", 0.53), Some("en-GB"), Ok("english")),
            (detected("nl", 0.53), Some("nl"), Err(LanguageNotSupported)),
            (detected("nl", 0.53), None, Err(LanguageUnknown)),
            (None, Some("EN"), Ok("english")),
            (None, Some("und"), Err(LanguageUnknown)),
            (None, Some("th"), Err(LanguageNotSupported)),
            (None, None, Err(LanguageUnknown)),
        ];
        let readers = [("en", "english"), ("de", "german")];
        let find = |language: &str| {
            let mut readers = readers.into_iter();
            readers.find(|(code, _)| code.eq_ignore_ascii_case(language)).map(|(_, name)| name)
        };
        for (detected, claimed, expected) in cases {
            let found = choose_reader(detected, claimed, &Config::default(), find);
            assert_eq!(found, expected, "{detected:?} {claimed:?}");
        }
    }

    #[test]
    fn a_sentiment_needs_features_and_a_probable_label() {
        let sure = Sentiment { negative: 0.1, neutral: 0.1, positive: 0.8 };
        let cases = [
            (&[][..], Err(AbstentionReason::NoText)),
            (&[0.33, 0.33, 0.34][..], Err(AbstentionReason::Undecided)),
            (&[0.1, 0.1, 0.8][..], Ok(sure)),
        ];
        for (probabilities, expected) in cases {
            assert_eq!(
                decide_sentiment(probabilities, &Config::default()),
                expected,
                "{probabilities:?}"
            );
        }
    }
}
