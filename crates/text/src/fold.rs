//! Folds single characters and runs of equal letters: spellings that mean the same become one.

use crate::class;

/// The folded form of a character that looks different and means the same, and how many times it is
/// written: none for a character without meaning, three for an ellipsis. Keeps case.
pub(crate) fn look_alike(character: char) -> (char, usize) {
    match character {
        ' '..='~' => (character, 1),
        '\t' | '\n' | '\r' | '\u{a0}' | '\u{3000}' => (' ', 1),
        '‘' | '’' | '‚' | '‛' | '´' | 'ʼ' | '＇' => ('\'', 1),
        '“' | '”' | '„' | '‟' | '«' | '»' => ('"', 1),
        '‐'..='―' | '−' => ('-', 1),
        '…' => ('.', 3),
        // Full-width forms lie at a fixed distance from ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            (char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character), 1)
        }
        _ if class::is_ignorable(character) => (character, 0),
        _ => (character, 1),
    }
}

/// The lower case of a letter as one letter: of `İ` without its dot.
#[must_use]
pub fn lower(letter: char) -> char {
    if letter.is_ascii() {
        letter.to_ascii_lowercase()
    } else {
        letter.to_lowercase().next().unwrap_or(letter)
    }
}

/// Appends the whole lower case of a letter to `out`: `İ` is `i` with a combining dot.
pub fn push_lower(letter: char, out: &mut String) {
    // `char::to_lowercase` is slow, and most characters are ASCII.
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
    } else {
        out.extend(letter.to_lowercase());
    }
}

/// Appends a letter in lower case without its accent to `out`: one letter, or two for ligatures and
/// `ß`.
pub fn push_without_accent(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
        return;
    }
    match letter {
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        _ => out.push(without_accent(lower(letter))),
    }
}

fn without_accent(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ś' | 'š' | 'ş' => 's',
        'ź' | 'ż' | 'ž' => 'z',
        'ł' => 'l',
        'ğ' => 'g',
        'ř' => 'r',
        other => other,
    }
}

/// Shortens a run of three equal letters at the end of `word[from..]` to two.
pub(crate) fn limit_run_to_two(word: &mut String, from: usize) {
    let mut last = word[from..].chars().rev();
    if let (Some(a), Some(b), Some(c)) = (last.next(), last.next(), last.next())
        && a == b
        && b == c
        && a.is_alphabetic()
    {
        word.pop();
    }
}

/// Writes `word` into `out` with every run of equal letters as one (`soo` becomes `so`). Returns whether
/// there was a run.
pub fn collapse_runs(word: &str, out: &mut String) -> bool {
    out.clear();
    for letter in word.chars() {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out.len() < word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_fold_and_ignorable_characters_are_dropped() {
        let table = [
            ("don’t", "don't"),
            ("“so”", "\"so\""),
            ("a–b", "a-b"),
            ("well…", "well..."),
            ("ＷＨＹ！", "WHY!"),
            ("👍🏽", "👍"),
            ("❤\u{fe0f}", "❤"),
            ("z\u{335}\u{321}a\u{489}", "za"),
            ("null\0byte", "nullbyte"),
            ("a\u{a0}b\u{3000}c\td", "a b c d"),
            ("a\u{2066}b\u{2028}c", "abc"),
            ("é漢", "é漢"),
        ];
        for (text, expected) in table {
            let folded = text.chars().map(look_alike);
            let folded: String =
                folded.flat_map(|(folded, times)| std::iter::repeat_n(folded, times)).collect();
            assert_eq!(folded, expected, "{text}");
        }
    }

    #[test]
    fn spellings_of_one_word_fold_to_the_same() {
        let table = [
            ("Don", "don"),
            ("GEÖFFNET", "geoffnet"),
            ("Straße", "strasse"),
            ("ça", "ca"),
            ("Œuvre Æ", "oeuvre ae"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("ΣΟΦΟΣ", "σοφοσ"),
        ];
        for (word, expected) in table {
            let mut out = String::new();
            word.chars().for_each(|letter| push_without_accent(letter, &mut out));
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn the_lower_case_of_a_letter_is_one_letter_or_all_of_them() {
        let mut out = String::new();
        "Aß\u{130}".chars().for_each(|letter| push_lower(letter, &mut out));
        assert_eq!(out, "aßi\u{307}");
        assert_eq!("Aß\u{130}".chars().map(lower).collect::<String>(), "aßi");
    }

    #[test]
    fn repeated_letters_are_limited_to_two_and_collapse_to_one() {
        let mut word = String::new();
        for letter in "sooooo".chars() {
            word.push(letter);
            limit_run_to_two(&mut word, 0);
        }
        assert_eq!(word, "soo");
        let mut once = String::new();
        assert!(collapse_runs(&word, &mut once));
        assert_eq!(once, "so");
        assert!(!collapse_runs("so", &mut once));
    }
}
