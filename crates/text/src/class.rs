//! The classes of characters, in one table. No character is in two of them. Each view decides which
//! classes it drops or splits at.

/// Whether no reader sees the character: a soft hyphen, a zero-width or direction mark, a variation
/// selector.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether the character is a direction isolate, a deprecated format character or a tag.
fn is_format(character: char) -> bool {
    matches!(character, '\u{2065}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether the character is a combining accent, an Arabic short vowel or the Arabic elongation.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Whether the character is the skin tone of an emoji.
fn is_skin_tone(character: char) -> bool {
    matches!(character, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Whether the character is a line or paragraph separator.
pub(crate) fn is_line_separator(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

/// Whether the character belongs to a script without spaces: Thai to Myanmar, Khmer, kana, ideographs.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a text has the same meaning for models and rules without the character.
pub(crate) fn is_ignorable(character: char) -> bool {
    is_invisible(character)
        || is_format(character)
        || is_mark(character)
        || is_skin_tone(character)
        || is_line_separator(character)
        || character.is_control()
}

/// Whether the character belongs to a word: letters, digits, and the signs of the scripts of India
/// that Unicode does not count as alphabetic (virama, nukta).
pub(crate) fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{900}'..='\u{dff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    type ClassTest = fn(char) -> bool;

    const CLASSES: [(&str, ClassTest); 7] = [
        ("invisible", is_invisible),
        ("format", is_format),
        ("mark", is_mark),
        ("skin tone", is_skin_tone),
        ("line separator", is_line_separator),
        ("unspaced", is_unspaced),
        ("control", char::is_control),
    ];

    /// The name of the class of a character.
    fn class(character: char) -> &'static str {
        let mut classes = CLASSES.iter().filter(|(_, is_in)| is_in(character));
        let name = classes.next().map_or("other", |(name, _)| name);
        assert!(classes.next().is_none(), "{character:?} is in two classes");
        name
    }

    #[test]
    fn every_class_has_its_characters() {
        let table = [
            ("aé9 😀ñ", "other"),
            ("\u{ad}\u{200b}\u{200d}\u{202e}\u{2060}\u{fe0f}\u{feff}", "invisible"),
            ("\u{2066}\u{206f}\u{e0067}", "format"),
            ("\u{301}\u{489}\u{640}\u{64e}\u{670}\u{20e3}", "mark"),
            ("\u{1f3fb}\u{1f3ff}", "skin tone"),
            ("\u{2028}\u{2029}", "line separator"),
            ("\0\n\t\u{7f}\u{85}", "control"),
            ("ไທကខカ漢\u{20000}", "unspaced"),
        ];
        for (characters, expected) in table {
            for character in characters.chars() {
                assert_eq!(class(character), expected, "{character:?}");
                let is_kept = matches!(expected, "other" | "unspaced");
                assert_eq!(is_ignorable(character), !is_kept, "{character:?}");
            }
        }
    }

    #[test]
    fn no_character_is_in_two_classes() {
        ('\0'..=char::MAX).for_each(|character| {
            class(character);
        });
    }
}
