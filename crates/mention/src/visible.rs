//! Which characters a reader does not see.

/// Whether a character has no width, is a control character, or changes the order in which others are
/// shown. Two names that differ in such characters look the same. Not the joiners U+200C and U+200D: the
/// spelling of some languages and emoji need them.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    // Most text: decided by one comparison.
    if matches!(c, ' '..='~') {
        return false;
    }
    let is_mark = matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    );
    c.is_control() || is_mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_width_is_invisible_and_what_spelling_needs_is_not() {
        let hidden = "\0\u{1b}\u{7f}\u{9b}\u{ad}\u{200b}\u{202e}\u{2066}\u{feff}\u{e0041}";
        assert!(hidden.chars().all(is_invisible));
        assert!(!"Straße 北線 می\u{200c}خواهم 👩\u{200d}💻 a\u{301}".chars().any(is_invisible));
    }
}
