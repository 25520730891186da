//! Detects the language of a text, or that it is unknown.
//!
//! `whichlang` always returns one of its sixteen languages, without a score. This module adds the doubt:
//! a script that whichlang does not know, or letters that its answer does not use, make the language
//! unknown; where the script alone decides, no model is needed; otherwise the confidence is the measured
//! accuracy for texts of the same length whose halves agreed with the whole equally well (`confidence`).
//! Languages of other scripts in Latin letters are unknown as well (`romanised`).
//!
//! Cannot detect: further languages in the scripts of the sixteen. Polish or Indonesian come out as one
//! of the sixteen, mostly with low confidence.

mod confidence;
mod romanised;
mod script;

use script::ScriptCounts;
use whichlang::Lang;

/// A detected language with its confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Language {
    /// The ISO 639-1 code: two lower-case letters.
    pub code: &'static str,
    /// 0 to 1: the accuracy among labelled texts of the same length and agreement.
    pub confidence: f32,
}

/// The number of characters that are read. More do not change the answer.
const MAX_CHARACTERS: usize = 1_000;

/// The fewest letters from which an alphabetic language can be detected.
const MIN_LETTERS: usize = 6;

/// The language of `text`. `None` if it has too few letters (only emoji, numbers, URLs, handles), or if
/// its letters do not fit a language that can be detected.
pub fn detect(text: &str) -> Option<Language> {
    let cleaned = clean(text);
    let letters = ScriptCounts::count(&cleaned);
    if let Some(code) = letters.language_by_script() {
        let confidence = confidence::BY_SCRIPT;
        return Some(Language { code, confidence });
    }
    // After the scripts that decide alone: two Han characters can be a word.
    if letters.total() < MIN_LETTERS {
        return None;
    }
    let whole = whichlang::detect_language(&cleaned);
    if !letters.is_consistent_with(whole)
        || (letters.is_latin() && romanised::is_romanised(&cleaned))
    {
        return None;
    }
    // The halves are an independent check that costs no training: a wrong guess rarely repeats.
    let agreeing = split_in_half(&cleaned)
        .into_iter()
        .filter(|half| whichlang::detect_language(half) == whole)
        .count();
    Some(Language {
        code: iso_code(whole),
        confidence: confidence::by_length_and_agreement(letters.total(), agreeing),
    })
}

/// The text without URLs, handles and the `#` of hashtags, with single spaces.
fn clean(text: &str) -> String {
    let end = text.char_indices().nth(MAX_CHARACTERS).map_or(text.len(), |(at, _)| at);
    let mut cleaned = String::with_capacity(end);
    // URLs and handles are mostly English and would outvote a short text in another language.
    for piece in text[..end].split_whitespace() {
        let is_url = piece.contains("://") || piece.starts_with("www.");
        if !is_url && !piece.starts_with('@') {
            cleaned.push_str(piece.trim_start_matches('#'));
            cleaned.push(' ');
        }
    }
    cleaned
}

/// Splits the text at the first space after its middle.
fn split_in_half(text: &str) -> [&str; 2] {
    let middle =
        (text.len() / 2..text.len()).find(|&at| text.as_bytes()[at] == b' ').unwrap_or(text.len());
    let (first, second) = text.split_at(middle);
    [first, second]
}

fn iso_code(language: Lang) -> &'static str {
    match language {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&'static str> {
        detect(text).map(|language| language.code)
    }

    #[test]
    fn the_language_of_a_sentence_is_detected() {
        let table = [
            ("My parcel still has not arrived and nobody answers the phone", "en"),
            ("Mein Paket ist immer noch nicht angekommen und niemand meldet sich", "de"),
            ("Mon colis n'est toujours pas arrivé et personne ne répond", "fr"),
            ("Mi paquete todavía no ha llegado y nadie contesta el teléfono", "es"),
            ("Il mio pacco non è ancora arrivato e nessuno risponde al telefono", "it"),
            ("Minha encomenda ainda não chegou e ninguém atende o telefone", "pt"),
            ("Mijn pakket is nog steeds niet aangekomen en niemand neemt op", "nl"),
            ("Mitt paket har fortfarande inte kommit och ingen svarar", "sv"),
            ("Paketim hâlâ gelmedi ve kimse telefona cevap vermiyor", "tr"),
            ("Моя посылка до сих пор не пришла, и никто не отвечает", "ru"),
            ("طردي لم يصل بعد ولا أحد يرد على الهاتف", "ar"),
            ("मेरा पार्सल अभी तक नहीं आया", "hi"),
            ("荷物がまだ届いていません", "ja"),
            ("我的包裹还没到", "zh"),
            ("택배가 아직 안 왔어요", "ko"),
        ];
        for (text, expected) in table {
            assert_eq!(found(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_text_without_a_detectable_language_is_unknown() {
        let table = [
            ("", "empty"),
            ("😂😂😂 👍", "only emoji"),
            ("12:30 +49 30 1234", "only numbers"),
            ("ok!", "too short"),
            ("@some_handle https://example.com/long/path/in/english", "only an address"),
            ("Το δέμα μου δεν έχει φτάσει ακόμα", "Greek, a script it does not know"),
            ("พัสดุของฉันยังไม่มา", "Thai, a script it does not know"),
            ("החבילה שלי עדיין לא הגיעה", "Hebrew, a script it does not know"),
            ("Моя посилка ще не прийшла, її досі немає", "Ukrainian letters"),
            ("Mera parcel abhi tak nahi aaya, koi jawab nahi de raha", "Hindi in Latin letters"),
            ("بسته من هنوز نرسیده است، چرا پاسخ نمی‌دهید؟", "Persian letters"),
        ];
        for (text, why) in table {
            assert_eq!(detect(text), None, "{why}");
        }
    }

    #[test]
    fn a_long_text_has_a_higher_confidence_than_a_short_one() {
        let short = detect("not good").unwrap();
        let long = detect(&"this is really not good at all, please call me ".repeat(3)).unwrap();
        assert!(long.confidence > short.confidence);
    }
}
