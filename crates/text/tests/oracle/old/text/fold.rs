//! Folds characters that look different and mean the same; drops characters without meaning for a bag of
//! features. Keeps case: the tokeniser needs it.

/// Appends the folded form of `character`: one character, none, or three for an ellipsis.
pub(crate) fn push_folded(character: char, out: &mut Vec<char>) {
    match character {
        ' '..='~' => out.push(character),
        '\t' | '\n' | '\r' | '\u{a0}' | '\u{3000}' => out.push(' '),
        '‘' | '’' | '‚' | '‛' | '´' | 'ʼ' | '＇' => out.push('\''),
        '“' | '”' | '„' | '‟' | '«' | '»' => out.push('"'),
        '‐'..='―' | '−' => out.push('-'),
        '…' => out.extend(['.', '.', '.']),
        '\u{ff01}'..='\u{ff5e}' => {
            // Full-width forms lie at a fixed distance from ASCII.
            out.extend(char::from_u32(u32::from(character) - 0xfee0));
        }
        _ if is_ignorable(character) => {}
        _ => out.push(character),
    }
}

/// Joiners, variation selectors, skin tones, combining accents, Arabic short vowels and control
/// characters: a text has the same features with and without them.
fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}')
        || character.is_control()
}

