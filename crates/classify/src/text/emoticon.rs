//! Recognises emoticons such as `:-)`, `;D`, `:'(`, `=/`, `<3`, `</3` and normalises them, so that noses,
//! lengths and bracket styles give the same feature.

/// An emoticon: its normalised spelling and its length in characters.
#[derive(Debug, PartialEq)]
pub(crate) struct Emoticon {
    pub(crate) spelling: [char; 3],
    pub(crate) length: usize,
}

/// The emoticon at `at`, if there is one. After a letter or digit only a bracket is a mouth (`ok:)` is an
/// emoticon, `at 5:30` is not); a mouth that is a letter must end its word.
pub(crate) fn at(text: &[char], at: usize) -> Option<Emoticon> {
    let rest = text.get(at..)?;
    heart(rest).or_else(|| face(text, at))
}

fn heart(rest: &[char]) -> Option<Emoticon> {
    match rest {
        ['<', '3', ..] => Some(Emoticon { spelling: ['<', '3', ' '], length: 2 }),
        ['<', '/', '3', ..] => Some(Emoticon { spelling: ['<', '/', '3'], length: 3 }),
        _ => None,
    }
}

fn face(text: &[char], at: usize) -> Option<Emoticon> {
    let eyes = match text.get(at)? {
        ':' | '=' => ':',
        ';' => ';',
        _ => return None,
    };
    let mut next = at + 1;
    let mut tears = ' ';
    if text.get(next) == Some(&'\'') {
        tears = '\'';
        next += 1;
    }
    // The nose is optional and not part of the spelling.
    if matches!(text.get(next), Some('-' | '^')) {
        next += 1;
    }
    let shape = *text.get(next)?;
    let mouth = mouth(shape)?;
    let length = text[next..].iter().take_while(|&&character| character == shape).count();
    let end = next + length;
    // `10:30` and `note:do` contain eyes and a mouth but are no emoticons.
    let after_word = at > 0 && text[at - 1].is_alphanumeric();
    let before_word = text.get(end).is_some_and(|character| character.is_alphanumeric());
    let bracket = matches!(mouth, ')' | '(');
    if (after_word && !bracket) || (before_word && shape.is_alphanumeric()) {
        return None;
    }
    Some(Emoticon { spelling: [eyes, tears, mouth], length: end - at })
}

fn mouth(shape: char) -> Option<char> {
    Some(match shape {
        ')' | ']' | '}' | '>' => ')',
        '(' | '[' | '{' | '<' => '(',
        'd' | 'D' => 'D',
        'p' | 'P' => 'P',
        'o' | 'O' | '0' => 'O',
        '/' | '\\' => '/',
        '|' => '|',
        '*' => '*',
        '3' => '3',
        's' | 'S' => 'S',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoticons_are_normalised_and_clock_times_are_not_emoticons() {
        let table: [(&str, Option<(&str, usize)>); 12] = [
            (":)", Some((": )", 2))),
            (":-)))", Some((": )", 5))),
            ("=]", Some((": )", 2))),
            (":'(", Some((":'(", 3))),
            (":Dx", None),
            (":D x", Some((": D", 2))),
            ("<3", Some(("<3 ", 2))),
            ("</3", Some(("</3", 3))),
            (":", None),
            (": )", None),
            ("<", None),
            ("", None),
        ];
        for (text, expected) in table {
            let characters: Vec<char> = text.chars().collect();
            let found = at(&characters, 0)
                .map(|emoticon| (emoticon.spelling.iter().collect::<String>(), emoticon.length));
            assert_eq!(
                found,
                expected.map(|(spelling, length)| (spelling.to_owned(), length)),
                "{text}"
            );
        }
        let time: Vec<char> = "5:30".chars().collect();
        assert_eq!(at(&time, 1), None);
        let after_word: Vec<char> = "ok:)".chars().collect();
        assert!(at(&after_word, 2).is_some());
    }
}
