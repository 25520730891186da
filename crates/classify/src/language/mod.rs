//! Which language a text is in, or that it cannot be told.
//!
//! `whichlang` always answers one of its sixteen languages and gives no score. So the doubt is made
//! here: scripts it does not know and letters its answer does not use end as unknown; where the
//! script alone decides, the answer needs no model; and for the rest the confidence is how often, on
//! labelled texts of the same length, an answer was right when the halves of the text agreed with
//! the whole that well (`confidence`). Languages of other scripts in Latin letters end as unknown
//! as well (`romanised`).
//!
//! It does not know: languages beyond the sixteen in the same scripts (Polish or Indonesian come
//! out as one of the sixteen, though mostly with low confidence).

mod confidence;
mod romanised;
mod script;

use script::Letters;
use whichlang::Lang;

/// A language and how sure we are of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Language {
    /// ISO 639-1, two small letters.
    pub code: &'static str,
    /// 0 to 1: the share of right answers among labelled texts with the same signs.
    pub confidence: f32,
}

/// How many characters of a text are considered: enough to be sure, whatever the text's length.
const LIMIT: usize = 1_000;

/// Fewer letters than this say nothing about a language written in an alphabet.
const FEWEST_LETTERS: usize = 6;

/// The language of `text`. `None` when it has too few letters, none at all (only emoji, numbers,
/// addresses, handles), or when its letters are not those of a language we can tell.
pub fn detect(text: &str) -> Option<Language> {
    let cleaned = clean(text);
    let letters = Letters::count(&cleaned);
    if let Some(code) = letters.decisive() {
        let confidence = confidence::OF_SCRIPT;
        return Some(Language { code, confidence });
    }
    if letters.total() < FEWEST_LETTERS {
        return None;
    }
    let whole = whichlang::detect_language(&cleaned);
    if !letters.could_be(whole) || (letters.is_latin() && romanised::is_romanised(&cleaned)) {
        return None;
    }
    let agreeing = halves(&cleaned)
        .into_iter()
        .filter(|half| whichlang::detect_language(half) == whole)
        .count();
    Some(Language { code: code(whole), confidence: confidence::of(letters.total(), agreeing) })
}

/// The text without addresses and handles, and hashtags without their sign, in single spaces.
fn clean(text: &str) -> String {
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let mut cleaned = String::with_capacity(end);
    for piece in text[..end].split_whitespace() {
        let is_address = piece.contains("://") || piece.starts_with("www.");
        if !is_address && !piece.starts_with('@') {
            cleaned.push_str(piece.trim_start_matches('#'));
            cleaned.push(' ');
        }
    }
    cleaned
}

/// The text cut at the space nearest after its middle.
fn halves(text: &str) -> [&str; 2] {
    let middle =
        (text.len() / 2..text.len()).find(|&at| text.as_bytes()[at] == b' ').unwrap_or(text.len());
    let (first, second) = text.split_at(middle);
    [first, second]
}

fn code(language: Lang) -> &'static str {
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
    fn sentences_are_recognised() {
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
    fn what_cannot_be_told_is_unknown() {
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
    fn a_long_clear_text_is_surer_than_a_short_one() {
        let short = detect("not good").unwrap();
        let long = detect(&"this is really not good at all, please call me ".repeat(3)).unwrap();
        assert!(long.confidence > short.confidence);
    }
}
