//! Which alphabets a text is written in: the part of the question that needs no model.

use whichlang::Lang;

/// How many letters of each script a text has.
#[derive(Debug, Default)]
pub(super) struct Letters {
    latin: usize,
    cyrillic: usize,
    arabic: usize,
    devanagari: usize,
    han: usize,
    kana: usize,
    hangul: usize,
    /// Letters of scripts we know no language for.
    other: usize,
    /// Letters that Russian does not use, within Cyrillic.
    not_russian: usize,
    /// Letters that Arabic does not use, within the Arabic script (Persian, Urdu, Kurdish).
    not_arabic: usize,
}

impl Letters {
    pub(super) fn count(text: &str) -> Self {
        let mut letters = Letters::default();
        for character in text.chars().filter(|character| character.is_alphabetic()) {
            letters.add(character);
        }
        letters
    }

    fn add(&mut self, letter: char) {
        match letter {
            '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => self.latin += 1,
            '\u{400}'..='\u{52f}' => {
                self.cyrillic += 1;
                self.not_russian +=
                    usize::from(!matches!(letter, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'));
            }
            '\u{600}'..='\u{6ff}'
            | '\u{750}'..='\u{77f}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}' => {
                self.arabic += 1;
                self.not_arabic += usize::from(matches!(letter, '\u{671}'..='\u{6d3}'));
            }
            '\u{900}'..='\u{97f}' => self.devanagari += 1,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => {
                self.han += 1;
            }
            '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9d}' => {
                self.kana += 1;
            }
            '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => {
                self.hangul += 1;
            }
            _ => self.other += 1,
        }
    }

    pub(super) fn total(&self) -> usize {
        self.latin + self.cyrillic + self.arabic + self.devanagari + self.east() + self.other
    }

    /// Whether most letters are Latin.
    pub(super) fn is_latin(&self) -> bool {
        self.latin * 2 > self.total()
    }

    fn east(&self) -> usize {
        self.han + self.kana + self.hangul
    }

    /// The language, when the script alone decides: most letters are Hangul, or Han with or
    /// without Kana. Two such letters already are a word.
    pub(super) fn decisive(&self) -> Option<&'static str> {
        if self.east() < 2 || self.east() * 2 <= self.total() {
            None
        } else if self.hangul * 2 > self.east() {
            Some("ko")
        } else if self.kana * 10 >= self.east() {
            Some("ja")
        } else {
            Some("zh")
        }
    }

    /// Whether most letters are of the script `language` is written in, and hardly any is one that
    /// the language does not use.
    pub(super) fn could_be(&self, language: Lang) -> bool {
        let (own, foreign) = match language {
            Lang::Rus => (self.cyrillic, self.not_russian),
            Lang::Ara => (self.arabic, self.not_arabic),
            Lang::Hin => (self.devanagari, 0),
            Lang::Cmn | Lang::Jpn | Lang::Kor => (self.east(), 0),
            _ => (self.latin, 0),
        };
        own * 2 > self.total() && foreign * 25 <= own
    }
}
