//! The scripts of a text: the part of language detection that needs no model.

use whichlang::Lang;

/// The number of letters of each script in a text.
#[derive(Debug, Default)]
pub(super) struct ScriptCounts {
    latin: usize,
    cyrillic: usize,
    arabic: usize,
    devanagari: usize,
    han: usize,
    kana: usize,
    hangul: usize,
    /// Letters of scripts without a detectable language.
    other: usize,
    /// Cyrillic letters that Russian does not use.
    not_russian: usize,
    /// Letters of the Arabic script that Arabic does not use (Persian, Urdu, Kurdish).
    not_arabic: usize,
}

impl ScriptCounts {
    pub(super) fn count(text: &str) -> Self {
        let mut letters = ScriptCounts::default();
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
        self.latin + self.cyrillic + self.arabic + self.devanagari + self.east_asian() + self.other
    }

    /// Whether most letters are Latin.
    pub(super) fn is_latin(&self) -> bool {
        self.latin * 2 > self.total()
    }

    fn east_asian(&self) -> usize {
        self.han + self.kana + self.hangul
    }

    /// The language, if the script alone decides: most letters are Hangul, or Han with or without Kana.
    /// Two such letters suffice, since they can be a word.
    pub(super) fn language_by_script(&self) -> Option<&'static str> {
        if self.east_asian() < 2 || self.east_asian() * 2 <= self.total() {
            None
        } else if self.hangul * 2 > self.east_asian() {
            Some("ko")
        } else if self.kana * 10 >= self.east_asian() {
            Some("ja")
        } else {
            Some("zh")
        }
    }

    /// Whether most letters belong to the script of `language`, and at most 4 % are letters that the
    /// language does not use.
    pub(super) fn is_consistent_with(&self, language: Lang) -> bool {
        let (own, foreign) = match language {
            Lang::Rus => (self.cyrillic, self.not_russian),
            Lang::Ara => (self.arabic, self.not_arabic),
            Lang::Hin => (self.devanagari, 0),
            Lang::Cmn | Lang::Jpn | Lang::Kor => (self.east_asian(), 0),
            _ => (self.latin, 0),
        };
        // A few foreign letters are names and quotations.
        own * 2 > self.total() && foreign * 25 <= own
    }
}
