//! The syntax of a phrase in a rule.
//!
//! | written | matches |
//! |---|---|
//! | `word` | that word, compared in lower case, without accents |
//! | `over*` | a word with that prefix |
//! | `late\|slow\|<bad>` | any of these |
//! | `<bad>` | a word of the class `bad`; `<number>`, `<handle>`, `<url>`, `<money>` are token kinds |
//! | `(the)` | that element, optionally |
//! | `_` | exactly one word |
//! | `~` | zero to three words |
//! | `~~` | zero to eight words |
//! | `^`, `$` | the start, the end of a sentence |
//! | `^^` | the start of the text |

use super::vocabulary::PatternId;

/// One position of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PhraseStep {
    /// A word that matches the pattern.
    Word(PatternId),
    /// Exactly one word.
    AnyWord,
    /// Zero to this many words.
    Gap(u8),
    /// Zero-width: a sentence starts here.
    SentenceStart,
    /// Zero-width: a sentence ends here.
    SentenceEnd,
    /// Zero-width: the text starts here.
    TextStart,
}

/// One element of a written phrase, before its words are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PhraseElement<'a> {
    Words(&'a str),
    Step(PhraseStep),
}

const SHORT_GAP: u8 = 3;
const LONG_GAP: u8 = 8;

/// Expands `written` into phrases: one for each combination of optional elements.
pub(super) fn parse(written: &str) -> Vec<Vec<PhraseElement<'_>>> {
    let mut phrases = vec![Vec::new()];
    for element in written.split_whitespace() {
        let optional = element.strip_prefix('(').and_then(|element| element.strip_suffix(')'));
        let without = if optional.is_some() { phrases.clone() } else { Vec::new() };
        let element = match optional.unwrap_or(element) {
            "_" => PhraseElement::Step(PhraseStep::AnyWord),
            "~" => PhraseElement::Step(PhraseStep::Gap(SHORT_GAP)),
            "~~" => PhraseElement::Step(PhraseStep::Gap(LONG_GAP)),
            "^" => PhraseElement::Step(PhraseStep::SentenceStart),
            "^^" => PhraseElement::Step(PhraseStep::TextStart),
            "$" => PhraseElement::Step(PhraseStep::SentenceEnd),
            words => PhraseElement::Words(words),
        };
        phrases.iter_mut().for_each(|phrase| phrase.push(element.clone()));
        phrases.extend(without);
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_element_expands_to_two_phrases() {
        use PhraseElement::{Step as S, Words};
        assert_eq!(
            parse("where (the) ~ order|parcel $"),
            [
                vec![
                    Words("where"),
                    Words("the"),
                    S(PhraseStep::Gap(3)),
                    Words("order|parcel"),
                    S(PhraseStep::SentenceEnd)
                ],
                vec![
                    Words("where"),
                    S(PhraseStep::Gap(3)),
                    Words("order|parcel"),
                    S(PhraseStep::SentenceEnd)
                ],
            ]
        );
    }
}
