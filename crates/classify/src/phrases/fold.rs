//! One spelling for what people spell in several ways: small letters without accents and without
//! apostrophes, a letter said three times or more said twice.

/// Appends the letters that `letter` is read as.
pub(super) fn push(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
        return;
    }
    match letter {
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        _ => out.push(plain(letter.to_lowercase().next().unwrap_or(letter))),
    }
}

fn plain(letter: char) -> char {
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

/// Cuts a run of the same letter at the end of `word[from..]` to two.
pub(super) fn shorten(word: &mut String, from: usize) {
    let mut last = word[from..].chars().rev();
    if let (Some(a), Some(b), Some(c)) = (last.next(), last.next(), last.next())
        && a == b
        && b == c
        && a.is_alphabetic()
    {
        word.pop();
    }
}

/// Whether it holds a letter twice in a row, and the word with every such pair as one letter:
/// `soo` is `so`.
pub(super) fn single(word: &str, out: &mut String) -> bool {
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
    fn spellings_of_one_word_are_folded_to_one() {
        let table = [("Don", "don"), ("GEÖFFNET", "geoffnet"), ("Straße", "strasse"), ("ça", "ca")];
        for (word, expected) in table {
            let mut out = String::new();
            word.chars().for_each(|letter| push(letter, &mut out));
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn a_drawl_is_cut_to_two_letters_and_then_to_one() {
        let mut word = String::new();
        for letter in "sooooo".chars() {
            word.push(letter);
            shorten(&mut word, 0);
        }
        assert_eq!(word, "soo");
        let mut once = String::new();
        assert!(single(&word, &mut once));
        assert_eq!(once, "so");
        assert!(!single("so", &mut once));
    }
}
