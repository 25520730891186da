//! The pass over the characters of a text that finds its words and the boundaries between them.

use super::{Boundary, WordKind, WordToken, Words};
use crate::class::is_word_character;
use crate::{Text, fold, lengths};

/// Appends the words of `text` to `words`.
pub(super) fn cut(text: &Text, words: &mut Words) {
    let characters = text.characters();
    let before = Boundary::None;
    let mut cutter = Cutter { text, characters, words, before, sentence: 0, is_quoted: false };
    let mut at = 0;
    while at < characters.len() {
        // `max(1)` guarantees progress for every input.
        at += cutter.read_word_at(at).max(1);
    }
}

struct Cutter<'a> {
    text: &'a Text,
    characters: &'a [char],
    words: &'a mut Words,
    /// The strongest boundary since the last word.
    before: Boundary,
    sentence: u16,
    is_quoted: bool,
}

impl Cutter<'_> {
    /// Reads the word or mark at `at` and returns the number of characters consumed.
    fn read_word_at(&mut self, at: usize) -> usize {
        let rest = &self.characters[at..];
        let first = rest[0];
        let after_letter = at > 0 && is_word_character(self.characters[at - 1]);
        if first == ' ' {
            return 1;
        }
        if !after_letter
            && first.is_ascii_alphanumeric()
            && let Some(length) = lengths::url(rest)
        {
            return self.push_symbol("<url>", at, length);
        }
        if first.is_ascii_digit() {
            return self.push_number(at, lengths::number(rest));
        }
        if is_word_character(first) {
            return self.push_letters(at, self.characters.len());
        }
        self.read_mark(at, after_letter)
    }

    /// Reads what is no word: punctuation, a handle, a hashtag, an emoji.
    fn read_mark(&mut self, at: usize, after_letter: bool) -> usize {
        let rest = &self.characters[at..];
        let is_named = rest.get(1).is_some_and(|&next| lengths::is_name_character(next));
        match rest[0] {
            '@' if is_named => self.push_symbol("<handle>", at, 1 + lengths::name(&rest[1..])),
            '#' if is_named => self.push_hashtag(at),
            '?' | '¿' | '؟' => self.push_end_mark("?", at),
            '!' | '¡' => self.push_end_mark("!", at),
            '.' | '\n' | '\u{2028}' | '\u{2029}' | '。' => {
                let dots = lengths::until(rest, |character| character != '.');
                // An ellipsis separates clauses, not sentences.
                self.note_boundary(if dots > 1 { Boundary::Clause } else { Boundary::Sentence });
                dots.max(1)
            }
            '"' => {
                self.is_quoted = !self.is_quoted;
                1
            }
            mark @ (',' | ';' | ':' | '-' | '(' | ')' | '/' | '|' | '>' | '<' | '*' | '\''
            | '_') => {
                // `e-mail` and `don't` are one phrase; a hyphen between spaces separates clauses.
                let within = after_letter && is_named && matches!(mark, '-' | '\'' | '_' | '/');
                self.note_boundary(if within { Boundary::None } else { Boundary::Clause });
                1
            }
            '$' | '€' | '£' => self.push_symbol("<money>", at, 1),
            other if other.is_whitespace() => 1,
            other => self.push_symbol(other.encode_utf8(&mut [0; 4]), at, 1),
        }
    }

    /// Pushes the word at `at`, which ends before `end`. Drops apostrophes between letters (`don't` is
    /// `dont`), but splits elided French and Italian articles (`d'accord` is `d` and `accord`).
    fn push_letters(&mut self, at: usize, end: usize) -> usize {
        let text = &self.characters[at..end];
        let out = &mut self.words.spellings;
        let from = out.len();
        let mut length = 0;
        while let Some(&character) = text.get(length) {
            if is_word_character(character) {
                fold::push_without_accent(character, out);
                fold::limit_run_to_two(out, from);
            } else {
                let next = text.get(length + 1).is_some_and(|&next| is_word_character(next));
                if character != '\'' || !next || is_elided_article(&out[from..]) {
                    break;
                }
            }
            length += 1;
        }
        self.push_token(WordKind::Letters, from, at, length)
    }

    fn push_number(&mut self, at: usize, length: usize) -> usize {
        let from = self.words.spellings.len();
        for &character in &self.characters[at..at + length] {
            fold::push_without_accent(character, &mut self.words.spellings);
        }
        self.push_token(WordKind::Number, from, at, length)
    }

    /// Pushes `#`, then the words of the tag: `#NeverAgain` is `#`, `never` and `again`.
    fn push_hashtag(&mut self, at: usize) -> usize {
        self.push_symbol("#", at, 1);
        let start = at + 1;
        let name = &self.characters[start..];
        let name = &name[..lengths::name(name)];
        lengths::tag_words(name, |word| {
            let (from, to) = (start + word.start, start + word.end);
            if name[word.start].is_ascii_digit() {
                self.push_number(from, word.len());
            } else if name[word].iter().any(|&character| is_word_character(character)) {
                self.push_letters(from, to);
            }
        });
        1 + name.len()
    }

    fn push_end_mark(&mut self, name: &str, at: usize) -> usize {
        self.push_symbol(name, at, 1);
        self.note_boundary(Boundary::Sentence);
        lengths::until(&self.characters[at..], |character| !matches!(character, '?' | '!' | '.'))
    }

    fn push_symbol(&mut self, name: &str, at: usize, length: usize) -> usize {
        let from = self.words.spellings.len();
        self.words.spellings.push_str(name);
        self.push_token(WordKind::Symbol, from, at, length)
    }

    /// Pushes the characters from `at` as a word whose spelling starts at `spelling`, and returns their
    /// number.
    fn push_token(&mut self, kind: WordKind, spelling: usize, at: usize, length: usize) -> usize {
        let Some((start, end)) = self.text.bytes_of(at..at + length) else { return length };
        let Words { words, spellings } = &mut *self.words;
        let (before, is_quoted) = (std::mem::take(&mut self.before), self.is_quoted);
        // A question or exclamation mark closes the sentence before it and does not open one.
        let ends_here = matches!(spellings.as_bytes().last(), Some(b'?' | b'!'));
        if before == Boundary::Sentence && !words.is_empty() && !ends_here {
            self.sentence = self.sentence.saturating_add(1);
        }
        let sentence = self.sentence;
        let spelling = spelling as u32..spellings.len() as u32;
        words.push(WordToken { kind, start, end, before, sentence, is_quoted, spelling });
        length
    }

    fn note_boundary(&mut self, boundary: Boundary) {
        self.before = self.before.max(boundary);
    }
}

fn is_elided_article(word: &str) -> bool {
    matches!(word, "l" | "d" | "j" | "n" | "s" | "c" | "m" | "t" | "qu" | "un" | "dell" | "all")
}
