//! Cuts a text into the tokens that models learn from: words, hashtags, emoji, emoticons, punctuation.
//! URLs and handles become one placeholder each. Uses no regular expressions: every step looks ahead a
//! bounded distance or consumes what it looked at.

mod emoticon;

use crate::class::is_word_character;
use crate::fold::lower;
use crate::{Text, lengths};

/// Markers before and after the letters of a word, so that prefixes and suffixes are features of their
/// own.
const WORD_START: char = '\u{2}';
const WORD_END: char = '\u{3}';
const URL: char = '\u{4}';
const HANDLE: char = '\u{5}';
const MAX_WORD_LENGTH: usize = 64;

/// Which features a token contributes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenKind {
    /// A word: unigram, pairs and parts. Its letters are between `WORD_START` and `WORD_END`.
    Word,
    /// Punctuation, an emoji, an emoticon, a placeholder: unigram and pairs.
    Symbol,
    /// In addition to other tokens (a whole hashtag, a repeated emoji): unigram only.
    Standalone,
}

/// A token: its kind and the range of its letters in [`Tokens::letters`].
#[derive(Clone, Copy, Debug)]
struct Token {
    kind: TokenKind,
    start: u32,
    end: u32,
}

/// The tokens of one text. A reusable buffer.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    letters: Vec<char>,
    tokens: Vec<Token>,
    has_capitals: bool,
    has_elongation: bool,
}

impl Tokens {
    /// Replaces the contents with the tokens of `text`.
    pub fn cut(&mut self, text: &Text) {
        self.letters.clear();
        self.tokens.clear();
        self.has_capitals = false;
        self.has_elongation = false;
        let characters = text.without_line_separators();
        let mut at = 0;
        while at < characters.len() {
            // `max(1)` guarantees progress for every input.
            at += self.read_token(&characters, at).max(1);
        }
    }

    /// Whether a word of three or more letters is in capitals.
    #[must_use]
    pub fn has_capitals(&self) -> bool {
        self.has_capitals
    }

    /// Whether a letter is repeated three times or more ("sooo").
    #[must_use]
    pub fn has_elongation(&self) -> bool {
        self.has_elongation
    }

    /// The tokens in the order of the text, each with its letters.
    pub fn iter(&self) -> impl Iterator<Item = (TokenKind, &[char])> {
        self.tokens.iter().map(|token| (token.kind, self.letters_of(token)))
    }

    /// The token of this number, from 0, as people read it; empty if there is none.
    #[must_use]
    pub fn readable(&self, number: u32) -> String {
        match self.tokens.get(number as usize).map(|token| self.letters_of(token)) {
            None => String::new(),
            Some([URL]) => "(link)".to_owned(),
            Some([HANDLE]) => "(handle)".to_owned(),
            Some(letters) => {
                let is_marker = |&&letter: &&char| letter == WORD_START || letter == WORD_END;
                letters.iter().filter(|letter| !is_marker(letter)).collect()
            }
        }
    }

    fn letters_of(&self, token: &Token) -> &[char] {
        &self.letters[token.start as usize..token.end as usize]
    }

    /// Reads the token at `at` and returns the number of characters consumed.
    fn read_token(&mut self, text: &[char], at: usize) -> usize {
        let rest = &text[at..];
        let first = rest[0];
        if first == ' ' || first.is_whitespace() {
            return 1;
        }
        if is_url(rest) {
            self.push_symbol(&[URL]);
            return lengths::until(rest, char::is_whitespace);
        }
        if is_word_character(first) {
            let length = word_length(rest);
            self.push_word(&rest[..length]);
            return length;
        }
        // Before punctuation, since emoticons start with it.
        if let Some(emoticon) = emoticon::at(text, at) {
            self.push_symbol(&emoticon.spelling);
            return emoticon.length;
        }
        let is_named = rest.get(1).is_some_and(|&next| lengths::is_name_character(next));
        match first {
            '@' if is_named => self.push_handle(rest),
            '#' if is_named => self.push_hashtag(rest),
            '!' | '?' | '.' => self.push_punctuation_run(rest),
            _ => self.push_sign_run(rest),
        }
    }

    fn push_handle(&mut self, rest: &[char]) -> usize {
        self.push_symbol(&[HANDLE]);
        1 + lengths::name(&rest[1..])
    }

    /// Pushes the whole tag, then its words: `#NeverAgain` gives `#neveragain`, `never` and `again`.
    fn push_hashtag(&mut self, rest: &[char]) -> usize {
        let length = lengths::name(&rest[1..]);
        let body = &rest[1..=length];
        let token_start = self.start();
        self.letters.push('#');
        self.letters.extend(body.iter().take(MAX_WORD_LENGTH).map(|&character| lower(character)));
        self.push_token(TokenKind::Standalone, token_start);
        lengths::tag_words(body, |word| self.push_word(&body[word]));
        1 + length
    }

    /// Pushes a run of full stops, question and exclamation marks as one of `.`, `..`, `!`, `!!`, `?!`, ….
    fn push_punctuation_run(&mut self, rest: &[char]) -> usize {
        let length = lengths::until(rest, |character| !matches!(character, '!' | '?' | '.'));
        let run = &rest[..length];
        match run {
            [single] => self.push_symbol(&[*single]),
            [first, ..] if run.iter().all(|character| character == first) => {
                self.push_symbol(&[*first, *first]);
            }
            // Mixed runs such as `?!` and `!?!` are one feature.
            _ => self.push_symbol(&['?', '!']),
        }
        length
    }

    /// Pushes any other symbol or emoji; a run of equal ones once, and in addition that it repeats.
    fn push_sign_run(&mut self, rest: &[char]) -> usize {
        let first = rest[0];
        let length = lengths::until(rest, |character| character != first);
        self.push_symbol(&[first]);
        if length > 1 {
            let start = self.start();
            self.letters.extend([first, first]);
            self.push_token(TokenKind::Standalone, start);
        }
        length
    }

    fn push_symbol(&mut self, spelling: &[char]) {
        let start = self.start();
        self.letters.extend_from_slice(spelling);
        self.push_token(TokenKind::Symbol, start);
    }

    /// Pushes a word: lower case, every digit as 0, at most two equal letters in a row, and split into
    /// pieces of [`MAX_WORD_LENGTH`].
    fn push_word(&mut self, letters: &[char]) {
        let capitals = letters.iter().filter(|letter| letter.is_uppercase()).count();
        self.has_capitals |= capitals >= 3 && letters.iter().all(|letter| !letter.is_lowercase());
        for piece in letters.chunks(MAX_WORD_LENGTH) {
            let start = self.start();
            self.letters.push(WORD_START);
            for &letter in piece {
                let letter = if letter.is_numeric() { '0' } else { lower(letter) };
                let written = &self.letters[start as usize..];
                if letter != '_' && !written.ends_with(&[letter, letter]) {
                    self.letters.push(letter);
                } else {
                    self.has_elongation |= letter != '0' && letter != '_';
                }
            }
            self.letters.push(WORD_END);
            // More than the two markers: a piece of underscores has no letters.
            if self.letters.len() - start as usize > 2 {
                self.push_token(TokenKind::Word, start);
            }
        }
    }

    fn start(&self) -> u32 {
        self.letters.len() as u32
    }

    fn push_token(&mut self, kind: TokenKind, start: u32) {
        self.tokens.push(Token { kind, start, end: self.letters.len() as u32 });
    }
}

/// The length of the word at the start of `text`. A word may contain single apostrophes between letters.
fn word_length(text: &[char]) -> usize {
    let mut at = 0;
    while at < text.len() {
        let apostrophe =
            text[at] == '\'' && text.get(at + 1).is_some_and(|&next| is_word_character(next));
        if !is_word_character(text[at]) && !apostrophe {
            break;
        }
        at += 1;
    }
    at
}

fn is_url(text: &[char]) -> bool {
    ["http://", "https://", "www.", "t.co/"]
        .iter()
        .any(|prefix| lengths::starts_with_ignoring_case(text, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut tokens = Tokens::default();
        tokens.cut(&Text::of(text));
        let mut shown = Vec::new();
        for (kind, letters) in tokens.iter() {
            let letters: String = letters
                .iter()
                .filter(|&&letter| letter != WORD_START && letter != WORD_END)
                .map(|&letter| match letter {
                    URL => '↗',
                    HANDLE => '@',
                    other => other,
                })
                .collect();
            shown.push(if kind == TokenKind::Standalone {
                format!("({letters})")
            } else {
                letters
            });
        }
        shown.join("|")
    }

    #[test]
    fn texts_are_split_into_tokens() {
        let table = [
            ("My order is LATE", "my|order|is|late"),
            ("I don't care", "i|don't|care"),
            ("so gooood!!!", "so|good|!!"),
            ("what?!", "what|?!"),
            ("wait...", "wait|.."),
            ("see https://example.com/a?b now", "see|↗|now"),
            ("@acme_help hello", "@|hello"),
            ("#NeverAgain", "(#neveragain)|never|again"),
            ("#bad_service2", "(#bad_service2)|bad|service|0"),
            ("😂😂😂 ok", "😂|(😂😂)|ok"),
            ("👍🏽", "👍"),
            ("thanks :-))", "thanks|: )"),
            ("at 5:30pm", "at|0|:|00pm"),
            ("a@b", "a|@"),
            ("# @ _", "#|@|_"),
            ("&lt;3 it", "<3 |it"),
            ("'quoted'", "'|quoted|'"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn capitals_and_elongation_are_detected() {
        let read = |text: &str| {
            let mut tokens = Tokens::default();
            tokens.cut(&Text::of(text));
            (tokens.has_capitals, tokens.has_elongation)
        };
        assert_eq!(read("this is FINE"), (true, false));
        assert_eq!(read("OK I am in 1000 __"), (false, false));
        assert_eq!(read("nooo 1000 good"), (false, true));
    }
}
