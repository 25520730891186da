//! The classes of characters, in one table. Each view decides which classes it drops or splits at.

/// The class of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A soft hyphen, a zero-width or direction mark, a variation selector.
    Invisible,
    /// A direction isolate, a deprecated format character, a tag.
    Format,
    /// A combining accent, an Arabic short vowel, the Arabic elongation.
    Mark,
    /// A skin tone of an emoji.
    SkinTone,
    /// A line or paragraph separator.
    LineSeparator,
    /// A control character, line ends and tabs included.
    Control,
    /// A character of a script without spaces: Thai to Myanmar, Khmer, kana, ideographs.
    Unspaced,
    /// Any other character.
    Other,
}

/// The class of `character`.
pub(crate) fn class(character: char) -> Class {
    match character {
        ' '..='~' => Class::Other,
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => Class::Invisible,
        '\u{2065}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}' => Class::Format,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' => Class::Mark,
        '\u{1f3fb}'..='\u{1f3ff}' => Class::SkinTone,
        '\u{2028}' | '\u{2029}' => Class::LineSeparator,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Unspaced,
        _ if character.is_control() => Class::Control,
        _ => Class::Other,
    }
}

/// Whether no reader sees the character.
pub(crate) fn is_invisible(character: char) -> bool {
    class(character) == Class::Invisible
}

/// Whether the character belongs to a script without spaces.
pub(crate) fn is_unspaced(character: char) -> bool {
    class(character) == Class::Unspaced
}

/// Whether the character ends a line and has no other meaning.
pub(crate) fn is_line_separator(character: char) -> bool {
    class(character) == Class::LineSeparator
}

/// Whether a text has the same meaning without the character, for models and rules.
pub(crate) fn is_ignorable(character: char) -> bool {
    !matches!(class(character), Class::Unspaced | Class::Other)
}

/// Letters, digits, and the vowel signs of the scripts of India, which Unicode does not count as
/// alphabetic.
pub(crate) fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{900}'..='\u{dff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_characters() {
        let table = [
            ("aé9 😀ñ", Class::Other),
            ("\u{ad}\u{200b}\u{200d}\u{202e}\u{2060}\u{fe0f}\u{feff}", Class::Invisible),
            ("\u{2066}\u{206f}\u{e0067}", Class::Format),
            ("\u{301}\u{489}\u{640}\u{64e}\u{670}\u{20e3}", Class::Mark),
            ("\u{1f3fb}\u{1f3ff}", Class::SkinTone),
            ("\u{2028}\u{2029}", Class::LineSeparator),
            ("\0\n\t\u{7f}\u{85}", Class::Control),
            ("ไທကខカ漢\u{20000}", Class::Unspaced),
        ];
        for (characters, expected) in table {
            for character in characters.chars() {
                assert_eq!(class(character), expected, "{character:?}");
            }
        }
    }
}
