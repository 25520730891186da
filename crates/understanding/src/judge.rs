//! The decision whether to answer, and in which language: pure, without the model.

use classify::language::Language;
use mention::Sentiment;

use crate::Config;
use crate::costs::answer_from;

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

/// What reads a text: by the language it shows, or by the one its platform claims where it shows
/// none for certain. `reader` gives what reads a language, an ISO 639-1 code in any case of letters.
///
/// # Errors
/// The reason why nothing can read it.
pub(crate) fn reader<R>(
    shown: Option<Language>,
    claimed: Option<&str>,
    config: &Config,
    reader: impl Fn(&str) -> Option<R>,
) -> Result<R, Abstained> {
    let claimed = claimed.and_then(|tag| tag.split(['-', '_']).next());
    let claimed = claimed.filter(|tag| !tag.is_empty() && !tag.eq_ignore_ascii_case("und"));
    let language = match (shown, claimed) {
        (Some(shown), _) if shown.code == MOST_LIKELY => shown.code,
        (Some(shown), _) if shown.confidence >= config.sure_of_language => shown.code,
        (_, Some(claimed)) => claimed,
        _ => return Err(Abstained::LanguageUnknown),
    };
    reader(language).ok_or(Abstained::LanguageNotSupported)
}

/// The language that a text is taken for wherever it shows it, sure or not, against any claim.
const MOST_LIKELY: &str = "en";

/// The sentiment of probabilities, or why none is given. `[]` are those of a text without
/// anything to read.
pub(crate) fn of(probabilities: &[f32], config: &Config) -> Result<Sentiment, Abstained> {
    let [negative, neutral, positive] = *probabilities else { return Err(Abstained::NoText) };
    if negative.max(neutral).max(positive) < answer_from(config.costs.wrong_sentiment) {
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
    fn a_text_is_read_in_the_language_it_shows_or_is_claimed_to_be_in() {
        use Abstained::{LanguageNotSupported, LanguageUnknown};
        let cases = [
            (shown("en", 0.99), None, Ok("english")),
            (shown("en", 0.53), Some("de"), Ok("english")),
            (shown("de", 0.99), None, Ok("german")),
            (shown("de", 0.99), Some("en"), Ok("german")),
            (shown("de", 0.53), None, Err(LanguageUnknown)),
            (shown("de", 0.53), Some("de-AT"), Ok("german")),
            (shown("nl", 0.99), None, Err(LanguageNotSupported)),
            (shown("nl", 0.53), Some("en-GB"), Ok("english")),
            (shown("nl", 0.53), Some("nl"), Err(LanguageNotSupported)),
            (shown("nl", 0.53), None, Err(LanguageUnknown)),
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
        for (shown, claimed, expected) in cases {
            let found = reader(shown, claimed, &Config::default(), find);
            assert_eq!(found, expected, "{shown:?} {claimed:?}");
        }
    }

    #[test]
    fn an_answer_needs_something_to_read_and_a_likely_class() {
        let sure = Sentiment { negative: 0.1, neutral: 0.1, positive: 0.8 };
        let cases = [
            (&[][..], Err(Abstained::NoText)),
            (&[0.33, 0.33, 0.34][..], Err(Abstained::Undecided)),
            (&[0.1, 0.1, 0.8][..], Ok(sure)),
        ];
        for (probabilities, expected) in cases {
            assert_eq!(of(probabilities, &Config::default()), expected, "{probabilities:?}");
        }
    }
}
