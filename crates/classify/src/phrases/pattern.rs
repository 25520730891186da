//! How a rule writes a phrase.
//!
//! | written | stands for |
//! |---|---|
//! | `word` | that word, as `fold` spells it |
//! | `over*` | a word that begins so |
//! | `late\|slow\|<bad>` | one of these |
//! | `<bad>` | a word of the class `bad`; `<number>`, `<handle>`, `<url>`, `<money>` are kinds |
//! | `(the)` | perhaps that |
//! | `_` | any one word |
//! | `~` | up to three words |
//! | `~~` | up to eight words |
//! | `^`, `$` | the beginning, the end of a sentence |
//! | `^^` | the beginning of the text |

use super::vocabulary::Atom;

/// One place of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A word that is this atom.
    Is(Atom),
    /// Any word.
    Any,
    /// At most so many words.
    Gap(u8),
    /// Nothing: the sentence begins (or ends) here.
    Begin,
    End,
    /// Nothing: the text begins here.
    First,
}

/// One place as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    Words(&'a str),
    Step(Step),
}

const SHORT_GAP: u8 = 3;
const LONG_GAP: u8 = 8;

/// The phrases that `written` stands for: one for every choice of what is perhaps there.
pub(super) fn parse(written: &str) -> Vec<Vec<Place<'_>>> {
    let mut phrases = vec![Vec::new()];
    for place in written.split_whitespace() {
        let perhaps = place.strip_prefix('(').and_then(|place| place.strip_suffix(')'));
        let without = if perhaps.is_some() { phrases.clone() } else { Vec::new() };
        let place = match perhaps.unwrap_or(place) {
            "_" => Place::Step(Step::Any),
            "~" => Place::Step(Step::Gap(SHORT_GAP)),
            "~~" => Place::Step(Step::Gap(LONG_GAP)),
            "^" => Place::Step(Step::Begin),
            "^^" => Place::Step(Step::First),
            "$" => Place::Step(Step::End),
            words => Place::Words(words),
        };
        phrases.iter_mut().for_each(|phrase| phrase.push(place.clone()));
        phrases.extend(without);
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_perhaps_there_makes_two_phrases() {
        use Place::{Step as S, Words};
        assert_eq!(
            parse("where (the) ~ order|parcel $"),
            [
                vec![
                    Words("where"),
                    Words("the"),
                    S(Step::Gap(3)),
                    Words("order|parcel"),
                    S(Step::End)
                ],
                vec![Words("where"), S(Step::Gap(3)), Words("order|parcel"), S(Step::End)],
            ]
        );
    }
}
