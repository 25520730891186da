//! The languages used as a metric label: a closed list, so that label values are bounded.

/// `unknown`, `other`, then the languages of the built-in model. The position is the code in the
/// state, so append new ones.
pub(crate) const LANGUAGES: [&str; 10] =
    ["unknown", "other", "ar", "de", "en", "es", "fr", "hi", "it", "pt"];

/// Returns the code in the state of a language, given as an ISO 639-1 code or a tag that begins with
/// one.
pub(crate) fn code_of(code: Option<&str>) -> u8 {
    let Some(code) = code.and_then(|tag| tag.split(['-', '_']).next()) else { return 0 };
    let known = LANGUAGES[2..].iter().position(|known| known.eq_ignore_ascii_case(code));
    // Code 1 is `other`; the listed languages follow from 2.
    known.map_or(1, |place| place as u8 + 2)
}

/// Returns the name of a language by its code in the state; `unknown` for an invalid code.
pub(crate) fn name_of(place: u8) -> &'static str {
    LANGUAGES.get(usize::from(place)).copied().unwrap_or(LANGUAGES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_listed_or_other_or_unknown() {
        let cases = [
            (None, "unknown"),
            (Some("en"), "en"),
            (Some("DE-at"), "de"),
            (Some("hi-Latn"), "hi"),
            (Some("nl"), "other"),
            (Some("unknown"), "other"),
        ];
        for (code, expected) in cases {
            assert_eq!(name_of(code_of(code)), expected, "{code:?}");
        }
        assert_eq!(name_of(200), "unknown");
    }
}
