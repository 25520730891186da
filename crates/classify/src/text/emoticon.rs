//! Recognises `:-)`, `;D`, `:'(`, `=/`, `<3`, `</3` and gives each one spelling, so that noses,
//! lengths and bracket styles don't split the evidence.

/// An emoticon found at the start of a slice: its one spelling and how many characters it took.
#[derive(Debug, PartialEq)]
pub(crate) struct Emoticon {
    pub(crate) spelling: [char; 3],
    pub(crate) taken: usize,
}

/// Looks for an emoticon at `at`. A letter or digit before it allows only brackets as a mouth
/// (`ok:)` is one, `at 5:30` is not); a letter mouth must end its word.
pub(crate) fn at(text: &[char], at: usize) -> Option<Emoticon> {
    let rest = text.get(at..)?;
    heart(rest).or_else(|| face(text, at))
}

fn heart(rest: &[char]) -> Option<Emoticon> {
    match rest {
        ['<', '3', ..] => Some(Emoticon { spelling: ['<', '3', ' '], taken: 2 }),
        ['<', '/', '3', ..] => Some(Emoticon { spelling: ['<', '/', '3'], taken: 3 }),
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
    if matches!(text.get(next), Some('-' | '^')) {
        next += 1;
    }
    let shape = *text.get(next)?;
    let mouth = mouth(shape)?;
    let taken = text[next..].iter().take_while(|&&character| character == shape).count();
    let end = next + taken;
    let after_word = at > 0 && text[at - 1].is_alphanumeric();
    let before_word = text.get(end).is_some_and(|character| character.is_alphanumeric());
    let bracket = matches!(mouth, ')' | '(');
    if (after_word && !bracket) || (before_word && shape.is_alphanumeric()) {
        return None;
    }
    Some(Emoticon { spelling: [eyes, tears, mouth], taken: end - at })
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
    fn faces_are_found_with_one_spelling_and_clock_times_are_not_faces() {
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
                .map(|emoticon| (emoticon.spelling.iter().collect::<String>(), emoticon.taken));
            assert_eq!(
                found,
                expected.map(|(spelling, taken)| (spelling.to_owned(), taken)),
                "{text}"
            );
        }
        let time: Vec<char> = "5:30".chars().collect();
        assert_eq!(at(&time, 1), None);
        let after_word: Vec<char> = "ok:)".chars().collect();
        assert!(at(&after_word, 2).is_some());
    }
}
