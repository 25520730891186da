//! Folds spellings of a word into one: lower case, no accents, at most two equal letters in a row.

/// Appends the folded form of `letter`: one letter, or two for ligatures and `ß`.
pub(crate) fn push_folded(letter: char, out: &mut String) {
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
pub(crate) fn collapse_runs(word: &str, out: &mut String) -> bool {
    out.clear();
    for letter in word.chars() {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out.len() < word.len()
}

