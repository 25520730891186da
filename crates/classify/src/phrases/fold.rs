//! Folds spellings of a word into one: lower case, no accents, at most two equal letters in a row.

/// Appends the folded form of `letter`: one letter, or two for ligatures and `ß`.
pub(super) fn push_folded(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
        return;
    }
    match letter {
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        _ => out.push(without_accent(letter.to_lowercase().next().unwrap_or(letter))),
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
pub(super) fn limit_run_to_two(word: &mut String, from: usize) {
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
pub(super) fn collapse_runs(word: &str, out: &mut String) -> bool {
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
    fn spellings_of_one_word_fold_to_the_same() {
        let table = [("Don", "don"), ("GEÖFFNET", "geoffnet"), ("Straße", "strasse"), ("ça", "ca")];
        for (word, expected) in table {
            let mut out = String::new();
            word.chars().for_each(|letter| push_folded(letter, &mut out));
            assert_eq!(out, expected);
        }
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
