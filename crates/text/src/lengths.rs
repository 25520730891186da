//! Lengths of pieces at the start of a text, in characters. Every function looks ahead a bounded distance
//! or consumes what it looked at, so that cutting a whole text takes linear time.

use crate::class::is_word_character;

/// The number of characters before the first one at which `stop` holds.
pub(crate) fn until(text: &[char], stop: impl Fn(char) -> bool) -> usize {
    text.iter().position(|&character| stop(character)).unwrap_or(text.len())
}

/// The length of a name as in handles and hashtags: word characters and underscores.
pub(crate) fn name(text: &[char]) -> usize {
    until(text, |character| !is_name_character(character))
}

/// Whether a handle or hashtag may contain the character.
pub(crate) fn is_name_character(character: char) -> bool {
    is_word_character(character) || character == '_'
}

/// Whether a word of a hashtag ends between two characters: `CamelCase`, `snake_case`, `route66`.
pub(crate) fn is_tag_boundary(before: char, after: char) -> bool {
    after == '_'
        || before == '_'
        || (before.is_lowercase() && after.is_uppercase())
        || (before.is_numeric() != after.is_numeric())
}

/// Calls `each` with the range of every word of a hashtag in `name`, the tag without its `#`.
pub(crate) fn tag_words(name: &[char], mut each: impl FnMut(std::ops::Range<usize>)) {
    let mut from = 0;
    for at in 1..=name.len() {
        if at == name.len() || is_tag_boundary(name[at - 1], name[at]) {
            each(from..at);
            from = at;
        }
    }
}

/// Whether the text starts with `prefix`, compared without the case of ASCII letters.
pub(crate) fn starts_with_ignoring_case(text: &[char], prefix: &str) -> bool {
    let mut letters = text.iter();
    prefix
        .chars()
        .all(|expected| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&expected)))
}

/// The length of a number: digits with single `.`, `,` or `:` between them, and the letters directly
/// after (`24h`, `10k`, `1st`).
pub(crate) fn number(text: &[char]) -> usize {
    let mut at = 0;
    while let Some(&character) = text.get(at) {
        let digit_follows = text.get(at + 1).is_some_and(char::is_ascii_digit);
        if !(is_word_character(character) || matches!(character, '.' | ',' | ':') && digit_follows)
        {
            break;
        }
        at += 1;
    }
    at
}

/// The length of a URL, if there is one: `https://…`, `www.…`, or a host name with a path or a common
/// top-level domain (`example.com`).
pub(crate) fn url(text: &[char]) -> Option<usize> {
    let whole = || until(text, char::is_whitespace);
    if ["http://", "https://", "www."].iter().any(|start| starts_with_ignoring_case(text, start)) {
        return Some(whole());
    }
    // Bounds the look-ahead from every word.
    const MAX_HOST_LENGTH: usize = 40;
    let near = &text[..text.len().min(MAX_HOST_LENGTH)];
    let name = near.iter().position(|&c| !(c.is_ascii_alphanumeric() || c == '-'))?;
    if name < 2 || near[name] != '.' {
        return None;
    }
    let ending = &text[name + 1..];
    let length = ending.iter().take(8).position(|c| !c.is_ascii_alphabetic());
    let length = length.unwrap_or(ending.len().min(8));
    const TOP_LEVEL_DOMAINS: [&str; 16] = [
        "com", "net", "org", "io", "co", "ly", "biz", "info", "example", "gift", "shop", "xyz",
        "link", "site", "online", "club",
    ];
    let is_common = TOP_LEVEL_DOMAINS
        .iter()
        .any(|domain| domain.len() == length && starts_with_ignoring_case(ending, domain));
    let has_path = length >= 2 && ending.get(length) == Some(&'/');
    (is_common || has_path).then(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn a_url_reaches_to_the_next_space() {
        let table = [
            ("https://a.example/b?c now", Some(21)),
            ("WWW.x y", Some(5)),
            ("bit.ly/zzz", Some(10)),
            ("is.gd/abc", Some(9)),
            ("example.com.", Some(12)),
            ("shades-outlet.example", Some(21)),
            ("app.Love it", None),
            ("a.co", None),
            ("e.g. this", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(url(&characters(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_number_includes_its_separators_and_unit() {
        for (text, expected) in
            [("24h, ", 3), ("9.99 or", 4), ("10:40", 5), ("5.", 1), ("1st!", 3), ("x", 1)]
        {
            assert_eq!(number(&characters(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_hashtag_is_split_into_its_words() {
        for (tag, expected) in [
            ("NeverAgain", "Never Again"),
            ("bad_service2", "bad _ service 2"),
            ("USA", "USA"),
            ("", ""),
        ] {
            let (tag, mut words) = (characters(tag), Vec::new());
            tag_words(&tag, |word| words.push(tag[word].iter().collect::<String>()));
            assert_eq!(words.join(" "), expected);
        }
    }
}
