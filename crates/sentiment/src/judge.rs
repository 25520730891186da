//! The decision whether to answer, and with what: pure, without the model.

use classify::language::Language;
use mention::Sentiment;

use crate::Config;

/// The language the model has learnt to read.
pub const READ: &str = "en";

/// Why no sentiment is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Abstained {
    /// There is nothing to read.
    NoText,
    /// Neither text nor platform say what language it is.
    LanguageUnknown,
    /// It is a language the model has not learnt.
    LanguageNotSupported,
    /// No class is likely enough.
    Undecided,
}

impl Abstained {
    /// Every reason, for tables and metrics.
    pub const ALL: [Abstained; 4] = [
        Abstained::NoText,
        Abstained::LanguageUnknown,
        Abstained::LanguageNotSupported,
        Abstained::Undecided,
    ];

    /// Its name in records and metric labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Abstained::NoText => "no_text",
            Abstained::LanguageUnknown => "language_unknown",
            Abstained::LanguageNotSupported => "language_not_supported",
            Abstained::Undecided => "undecided",
        }
    }
}

/// Whether the model can read a text of this language.
///
/// # Errors
/// The reason why not.
pub fn is_readable(
    shown: Option<Language>,
    claimed: Option<&str>,
    config: &Config,
) -> Result<(), Abstained> {
    let claimed = claimed.and_then(|tag| tag.split(['-', '_']).next());
    match (shown, claimed) {
        (Some(shown), _) if shown.code == READ => Ok(()),
        (Some(shown), _) if shown.confidence >= config.sure_of_language => {
            Err(Abstained::LanguageNotSupported)
        }
        (_, Some(claimed)) if claimed.eq_ignore_ascii_case(READ) => Ok(()),
        (_, Some(claimed)) if !claimed.is_empty() && !claimed.eq_ignore_ascii_case("und") => {
            Err(Abstained::LanguageNotSupported)
        }
        _ => Err(Abstained::LanguageUnknown),
    }
}

/// The sentiment of a text, or why none is given. `score` gives the probabilities of the three
/// classes, or nothing for a text without anything to read.
pub(crate) fn of(
    text: &str,
    shown: Option<Language>,
    claimed: Option<&str>,
    config: &Config,
    score: impl FnOnce(&str) -> Vec<f32>,
) -> Result<Sentiment, Abstained> {
    if text.trim().is_empty() {
        return Err(Abstained::NoText);
    }
    is_readable(shown, claimed, config)?;
    let probabilities = score(text);
    let [negative, neutral, positive] = probabilities[..] else { return Err(Abstained::NoText) };
    if negative.max(neutral).max(positive) < config.abstain_below {
        return Err(Abstained::Undecided);
    }
    Ok(Sentiment { negative, neutral, positive })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &'static str, confidence: f32) -> Option<Language> {
        Some(Language { code, confidence })
    }

    #[test]
    fn only_a_text_that_is_english_or_claimed_to_be_is_read() {
        use Abstained::{LanguageNotSupported, LanguageUnknown};
        let cases = [
            (shown("en", 0.99), None, Ok(())),
            (shown("en", 0.53), Some("de"), Ok(())),
            (shown("de", 0.99), None, Err(LanguageNotSupported)),
            (shown("de", 0.99), Some("en"), Err(LanguageNotSupported)),
            (shown("nl", 0.53), Some("en-GB"), Ok(())),
            (shown("nl", 0.53), Some("nl"), Err(LanguageNotSupported)),
            (shown("nl", 0.53), None, Err(LanguageUnknown)),
            (None, Some("EN"), Ok(())),
            (None, Some("und"), Err(LanguageUnknown)),
            (None, Some("th"), Err(LanguageNotSupported)),
            (None, None, Err(LanguageUnknown)),
        ];
        for (shown, claimed, expected) in cases {
            let config = Config::default();
            assert_eq!(is_readable(shown, claimed, &config), expected, "{shown:?} {claimed:?}");
        }
    }

    #[test]
    fn an_answer_needs_a_text_and_a_likely_class() {
        let cases = [
            (" \n", vec![0.1, 0.1, 0.8], Err(Abstained::NoText)),
            ("x", vec![], Err(Abstained::NoText)),
            ("x", vec![0.33, 0.33, 0.34], Err(Abstained::Undecided)),
            (
                "x",
                vec![0.1, 0.1, 0.8],
                Ok(Sentiment { negative: 0.1, neutral: 0.1, positive: 0.8 }),
            ),
        ];
        for (text, probabilities, expected) in cases {
            let config = Config::default();
            let given = of(text, shown("en", 1.0), None, &config, |_| probabilities.clone());
            assert_eq!(given, expected, "{text:?} {probabilities:?}");
        }
    }
}
