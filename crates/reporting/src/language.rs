//! The languages that metrics tell apart: a closed list, so that no text becomes a label.

/// The languages that the model built in reads; the first stands for a language that is not known,
/// the second for every other one. The place of one is its code in the state: new ones come last.
pub(crate) const LANGUAGES: [&str; 10] =
    ["unknown", "other", "ar", "de", "en", "es", "fr", "hi", "it", "pt"];

/// The place of a language, by its ISO 639-1 code or a tag that begins with it.
pub(crate) fn place(code: Option<&str>) -> u8 {
    let Some(code) = code.and_then(|tag| tag.split(['-', '_']).next()) else { return 0 };
    let known = LANGUAGES[2..].iter().position(|known| known.eq_ignore_ascii_case(code));
    known.map_or(1, |place| place as u8 + 2)
}

/// The name at a place; that of an unknown language where there is none.
pub(crate) fn name(place: u8) -> &'static str {
    LANGUAGES.get(usize::from(place)).copied().unwrap_or(LANGUAGES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_one_of_the_list_or_another() {
        let cases = [
            (None, "unknown"),
            (Some("en"), "en"),
            (Some("DE-at"), "de"),
            (Some("hi-Latn"), "hi"),
            (Some("nl"), "other"),
            (Some("unknown"), "other"),
        ];
        for (code, expected) in cases {
            assert_eq!(name(place(code)), expected, "{code:?}");
        }
        assert_eq!(name(200), "unknown");
    }
}
