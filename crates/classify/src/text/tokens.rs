//! Cuts decoded characters into tokens: words, hashtags, emoji, emoticons, punctuation; addresses
//! and handles become one placeholder each. No regular expression: every step looks ahead a bounded
//! distance and consumes what it looked at.

use super::emoticon;

/// What stands before and after the letters of a word, so that its beginnings and endings are
/// features of their own.
pub(crate) const OPEN: char = '\u{2}';
pub(crate) const CLOSE: char = '\u{3}';
const ADDRESS: char = '\u{4}';
const HANDLE: char = '\u{5}';
const LONGEST_WORD: usize = 64;

/// How a token takes part in the features.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A word: itself, its pairs and its parts. Its letters stand between `OPEN` and `CLOSE`.
    Word,
    /// Punctuation, an emoji, an emoticon, a placeholder: itself and its pairs.
    Symbol,
    /// Said beside other tokens (a whole hashtag, a repeated emoji): only itself.
    Aside,
}

/// A token: where its letters stand in [`Tokens::letters`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    start: u32,
    end: u32,
}

/// The tokens of one text. A reusable buffer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    letters: Vec<char>,
    tokens: Vec<Token>,
    /// A word of three letters or more in capitals was seen.
    pub(crate) shouts: bool,
    /// A letter repeated three times or more was seen ("sooo").
    pub(crate) drawls: bool,
}

impl Tokens {
    /// Replaces the contents by the tokens of `text`.
    pub(crate) fn read(&mut self, text: &[char]) {
        self.letters.clear();
        self.tokens.clear();
        self.shouts = false;
        self.drawls = false;
        let mut at = 0;
        while at < text.len() {
            at += self.take(text, at).max(1);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Kind, &[char])> {
        self.tokens.iter().map(|token| (token.kind, self.letters_of(token)))
    }

    /// The letters of the token of that number, from 0.
    pub(crate) fn get(&self, number: u32) -> Option<&[char]> {
        self.tokens.get(number as usize).map(|token| self.letters_of(token))
    }

    fn letters_of(&self, token: &Token) -> &[char] {
        &self.letters[token.start as usize..token.end as usize]
    }

    /// Reads one token at `at`; answers how many characters it consumed.
    fn take(&mut self, text: &[char], at: usize) -> usize {
        let rest = &text[at..];
        let first = rest[0];
        if first == ' ' || first.is_whitespace() {
            return 1;
        }
        if is_address(rest) {
            self.symbol(&[ADDRESS]);
            return until(rest, |character| character.is_whitespace());
        }
        if is_word(first) {
            let length = word_length(rest);
            self.word(&rest[..length]);
            return length;
        }
        if let Some(emoticon) = emoticon::at(text, at) {
            self.symbol(&emoticon.spelling);
            return emoticon.taken;
        }
        let named = rest.get(1).is_some_and(|&character| is_word(character) || character == '_');
        match first {
            '@' if named => self.handle(rest),
            '#' if named => self.hashtag(rest),
            '!' | '?' | '.' => self.stops(rest),
            _ => self.sign(rest),
        }
    }

    fn handle(&mut self, rest: &[char]) -> usize {
        self.symbol(&[HANDLE]);
        1 + until(&rest[1..], |character| !(is_word(character) || character == '_'))
    }

    /// The whole tag aside, then its words: `#NeverAgain` also says "never again".
    fn hashtag(&mut self, rest: &[char]) -> usize {
        let length = until(&rest[1..], |character| !(is_word(character) || character == '_'));
        let body = &rest[1..=length];
        let start = self.start();
        self.letters.push('#');
        self.letters.extend(body.iter().take(LONGEST_WORD).map(|&character| lower(character)));
        self.end(Kind::Aside, start);
        let mut from = 0;
        for at in 1..=body.len() {
            if at == body.len() || is_seam(body[at - 1], body[at]) {
                self.word(&body[from..at]);
                from = at;
            }
        }
        1 + length
    }

    /// A run of full stops, question and exclamation marks: which ones, and whether several.
    fn stops(&mut self, rest: &[char]) -> usize {
        let length = until(rest, |character| !matches!(character, '!' | '?' | '.'));
        let run = &rest[..length];
        match run {
            [single] => self.symbol(&[*single]),
            [first, ..] if run.iter().all(|character| character == first) => {
                self.symbol(&[*first, *first]);
            }
            _ => self.symbol(&['?', '!']),
        }
        length
    }

    /// Any other sign or emoji; a run of the same one is said once and, aside, that it repeats.
    fn sign(&mut self, rest: &[char]) -> usize {
        let first = rest[0];
        let length = until(rest, |character| character != first);
        self.symbol(&[first]);
        if length > 1 {
            let start = self.start();
            self.letters.extend([first, first]);
            self.end(Kind::Aside, start);
        }
        length
    }

    fn symbol(&mut self, spelling: &[char]) {
        let start = self.start();
        self.letters.extend_from_slice(spelling);
        self.end(Kind::Symbol, start);
    }

    /// Lowers the letters, reads every digit as 0, folds a letter said three times or more into
    /// two, and cuts what is longer than any word into pieces.
    fn word(&mut self, letters: &[char]) {
        let capitals = letters.iter().filter(|letter| letter.is_uppercase()).count();
        self.shouts |= capitals >= 3 && letters.iter().all(|letter| !letter.is_lowercase());
        for piece in letters.chunks(LONGEST_WORD) {
            let start = self.start();
            self.letters.push(OPEN);
            for &letter in piece {
                let letter = if letter.is_numeric() { '0' } else { lower(letter) };
                let written = &self.letters[start as usize..];
                if letter != '_' && !written.ends_with(&[letter, letter]) {
                    self.letters.push(letter);
                } else {
                    self.drawls |= letter != '0' && letter != '_';
                }
            }
            self.letters.push(CLOSE);
            if self.letters.len() - start as usize > 2 {
                self.end(Kind::Word, start);
            }
        }
    }

    fn start(&self) -> u32 {
        self.letters.len() as u32
    }

    fn end(&mut self, kind: Kind, start: u32) {
        self.tokens.push(Token { kind, start, end: self.letters.len() as u32 });
    }
}

/// The letters of a token as a person reads them.
pub(crate) fn readable(letters: &[char]) -> String {
    match letters {
        [ADDRESS] => "(link)".to_owned(),
        [HANDLE] => "(handle)".to_owned(),
        _ => letters.iter().filter(|&&letter| letter != OPEN && letter != CLOSE).collect(),
    }
}

fn until(text: &[char], stop: impl Fn(char) -> bool) -> usize {
    text.iter().position(|&character| stop(character)).unwrap_or(text.len())
}

fn lower(letter: char) -> char {
    if letter.is_ascii() {
        letter.to_ascii_lowercase()
    } else {
        letter.to_lowercase().next().unwrap_or(letter)
    }
}

/// Letters and digits, and the vowel signs and joiners of the scripts of India, which Unicode does
/// not count as alphabetic.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{900}'..='\u{dff}')
}

/// A word may hold single apostrophes between letters.
fn word_length(text: &[char]) -> usize {
    let mut at = 0;
    while at < text.len() {
        let apostrophe = text[at] == '\'' && text.get(at + 1).is_some_and(|&next| is_word(next));
        if !is_word(text[at]) && !apostrophe {
            break;
        }
        at += 1;
    }
    at
}

fn is_address(text: &[char]) -> bool {
    ["http://", "https://", "www.", "t.co/"].iter().any(|prefix| {
        let mut letters = text.iter();
        prefix.chars().all(|expected| {
            letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&expected))
        })
    })
}

/// Where a hashtag's body falls apart into words.
fn is_seam(before: char, after: char) -> bool {
    after == '_'
        || before == '_'
        || (before.is_lowercase() && after.is_uppercase())
        || (before.is_numeric() != after.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut characters = Vec::new();
        super::super::decode::decode(text, super::super::LIMIT, &mut characters);
        let mut tokens = Tokens::default();
        tokens.read(&characters);
        let mut shown = Vec::new();
        for (kind, letters) in tokens.iter() {
            let letters: String = letters
                .iter()
                .filter(|&&letter| letter != OPEN && letter != CLOSE)
                .map(|&letter| match letter {
                    ADDRESS => '↗',
                    HANDLE => '@',
                    other => other,
                })
                .collect();
            shown.push(if kind == Kind::Aside { format!("({letters})") } else { letters });
        }
        shown.join("|")
    }

    #[test]
    fn texts_fall_into_the_tokens_a_reader_would_name() {
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
    fn capitals_and_drawling_are_noticed() {
        let read = |text: &str| {
            let characters: Vec<char> = text.chars().collect();
            let mut tokens = Tokens::default();
            tokens.read(&characters);
            (tokens.shouts, tokens.drawls)
        };
        assert_eq!(read("this is FINE"), (true, false));
        assert_eq!(read("OK I am in"), (false, false));
        assert_eq!(read("nooo 1000 good"), (false, true));
    }
}
