//! Detects languages of other scripts in Latin letters: Hindi and Urdu, Arabic ("Arabizi", with digits
//! for letters), Russian, Greek, Japanese, Persian. No model here reads them, and whichlang takes them for
//! one of its Latin-script languages.
//!
//! Counts words of a list (`romanised.txt`). `crates/classify/README.md` has the measurements.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use text::fold;

/// The most languages of the list.
const MAX_LANGUAGES: usize = 8;

/// The weight of a distinctive word; other words of the list weigh 1.
const DISTINCTIVE_WEIGHT: u32 = 2;

/// The least weight of a romanised text, which must include a distinctive word …
const MIN_WEIGHT: u32 = 4;

/// … and at least one of this many words must be in the list.
const MAX_WORDS_PER_LISTED: usize = 3;

/// By language: whether the word is distinctive for it; `None` if the word is not in its list.
type WordLanguages = [Option<bool>; MAX_LANGUAGES];

static WORDS: LazyLock<FxHashMap<&str, WordLanguages>> =
    LazyLock::new(|| parse_list(include_str!("romanised.txt")));

/// The index of Arabic in the list. Digits between letters are distinctive for it.
static ARABIC: LazyLock<Option<usize>> = LazyLock::new(|| {
    language_codes(include_str!("romanised.txt")).iter().position(|code| *code == "ar")
});

/// Whether a text in Latin letters is in a language of another script.
pub(super) fn is_romanised(text: &str) -> bool {
    let mut counted = [(0_u32, 0_usize, false); MAX_LANGUAGES];
    let mut all = 0_usize;
    let mut lower = String::with_capacity(16);
    let pieces = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
    for word in pieces.filter(|word| !word.is_empty()) {
        all += 1;
        lower.clear();
        word.chars().for_each(|letter| fold::push_lower(letter, &mut lower));
        let mut languages = WORDS.get(lower.as_str()).copied().unwrap_or_default();
        if let Some(arabic) = ARABIC.filter(|_| has_digit_for_letter(lower.as_bytes())) {
            languages[arabic] = Some(true);
        }
        for ((sum, words, has_distinctive), languages) in counted.iter_mut().zip(languages) {
            if let Some(is_distinctive) = languages {
                *sum += if is_distinctive { DISTINCTIVE_WEIGHT } else { 1 };
                *words += 1;
                *has_distinctive |= is_distinctive;
            }
        }
    }
    // All three conditions: one distinctive word may be a name, and many common ones a coincidence.
    let is_enough = |(sum, words, has_distinctive): &(u32, usize, bool)| {
        *has_distinctive && *sum >= MIN_WEIGHT && words * MAX_WORDS_PER_LISTED >= all
    };
    counted.iter().any(is_enough)
}

/// Whether a digit that replaces an Arabic letter is between two letters.
fn has_digit_for_letter(word: &[u8]) -> bool {
    word.windows(3).any(|three| {
        let [before, digit, after] = *three else { return false };
        before.is_ascii_lowercase()
            && matches!(digit, b'2' | b'3' | b'5' | b'7')
            && after.is_ascii_lowercase()
    })
}

/// The language codes of the list, in order.
fn language_codes(list: &str) -> Vec<&str> {
    let mut codes: Vec<&str> = list_lines(list).map(|(head, _)| &head[..head.len() - 1]).collect();
    codes.dedup();
    codes
}

fn parse_list(list: &str) -> FxHashMap<&str, WordLanguages> {
    let codes = language_codes(list);
    let mut read = FxHashMap::<&str, WordLanguages>::default();
    for (head, words) in list_lines(list) {
        let (code, mark) = head.split_at(head.len() - 1);
        let Some(at) = codes.iter().take(MAX_LANGUAGES).position(|listed| *listed == code) else {
            continue;
        };
        for word in words.split(' ') {
            read.entry(word).or_default()[at] = Some(mark == "!");
        }
    }
    read
}

/// The lines of the list: (language code with mark, words).
fn list_lines(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_list_has_an_index_and_distinctive_words() {
        let codes = language_codes(include_str!("romanised.txt"));
        assert!(codes.len() <= MAX_LANGUAGES && codes.len() >= 6, "{codes:?}");
        for at in 0..codes.len() {
            let distinctive =
                WORDS.values().filter(|languages| languages[at] == Some(true)).count();
            assert!(distinctive >= 10, "{}: {distinctive}", codes[at]);
        }
    }

    #[test]
    fn romanised_text_is_separated_from_languages_with_latin_script() {
        let romanised = [
            "Mera parcel abhi tak nahi aaya, koi jawab nahi de raha",
            "bhai kya hua, aap log phone kyu nahi uthate",
            "Yeh bahut kharab service hai, mujhe refund chahiye",
            "el taleb lissa ma wasalsh w mesh 3arfa a3mel eh",
            "ya3ni leish ma 7ada 3am yrod 3ala l telephone",
            "Wallah el service da msh kwayes keda",
            "gde moya posylka, pochemu nikto ne otvechaet",
            "uzhe tri dnya ne rabotaet internet, spasibo za nichego",
            "to internet den doulevei edo kai tris meres, giati?",
            "efxaristo poly, eisai o kalyteros",
            "nimotsu ga mada kimasen, dou natte imasu ka desu ka",
            "chera javab nemidid, salam man dar entezar nist",
        ];
        for text in romanised {
            assert!(is_romanised(text), "{text}");
        }
        let latin_script = [
            "Hai ragione, non ho mai visto una cosa del genere, ma che ho da dire",
            "Mein Paket ist da, aber der Inhalt hat die Farbe nicht, die man mir sagte",
            "O meu pacote não chegou e na loja não me dizem nada, sou cliente há anos",
            "Je ne sais pas, la poste ne dit rien, il est ou mon colis",
            "Ik heb het pakket niet gekregen, kan je me bellen a.u.b.",
            "Paketim gelmedi, ne zaman gelecek, ki bana sormadan iade edildi",
            "ya basta, no me llega el paquete y nadie me dice nada de nada",
            "My MP3 player and the W3C spec, all I need is a b2b deal, sir",
            "Salam my friend, how are you? All good here in the shop",
            "",
        ];
        for text in latin_script {
            assert!(!is_romanised(text), "{text}");
        }
    }
}
