//! Languages of other scripts in Latin letters: Hindi and Urdu, Arabic ("Arabizi", with digits for
//! letters), Russian, Greek, Japanese, Persian. Nothing here reads them, so they have to be told from
//! the languages that are at home in these letters, which a model of those cannot do.
//!
//! Words in a list (`romanised.txt`), counted. Measured on labelled posts: `crates/classify/README.md`.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// How many languages the list knows at most.
const MOST: usize = 8;

/// Words that are telling count so much, the others 1.
const TELLING: u32 = 2;

/// So much must be counted, a telling word among it …
const ENOUGH: u32 = 4;

/// … and of so many words of a text at least one must be in the list.
const ONE_IN: usize = 3;

/// By language: whether the word is telling; none where it does not say that language.
type Says = [Option<bool>; MOST];

static WORDS: LazyLock<FxHashMap<&str, Says>> =
    LazyLock::new(|| read(include_str!("romanised.txt")));

/// The number of Arabic in the list, whose digits between letters are telling as well.
static ARABIC: LazyLock<Option<usize>> =
    LazyLock::new(|| codes(include_str!("romanised.txt")).iter().position(|code| *code == "ar"));

/// Whether a text in Latin letters is a language that is not at home in them.
pub(super) fn is_romanised(text: &str) -> bool {
    let mut counted = [(0_u32, 0_usize, false); MOST];
    let mut all = 0_usize;
    let mut lower = String::with_capacity(16);
    let pieces = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
    for word in pieces.filter(|word| !word.is_empty()) {
        all += 1;
        lower.clear();
        lower.extend(word.chars().flat_map(char::to_lowercase));
        let mut says = WORDS.get(lower.as_str()).copied().unwrap_or_default();
        if let Some(arabic) = ARABIC.filter(|_| has_digit_for_letter(lower.as_bytes())) {
            says[arabic] = Some(true);
        }
        for ((sum, words, is_told), says) in counted.iter_mut().zip(says) {
            if let Some(is_telling) = says {
                *sum += if is_telling { TELLING } else { 1 };
                *words += 1;
                *is_told |= is_telling;
            }
        }
    }
    let is_enough = |(sum, words, is_told): &(u32, usize, bool)| {
        *is_told && *sum >= ENOUGH && words * ONE_IN >= all
    };
    counted.iter().any(is_enough)
}

/// Whether a digit that stands for an Arabic letter stands between two letters.
fn has_digit_for_letter(word: &[u8]) -> bool {
    word.windows(3).any(|three| {
        let [before, digit, after] = *three else { return false };
        before.is_ascii_lowercase()
            && matches!(digit, b'2' | b'3' | b'5' | b'7')
            && after.is_ascii_lowercase()
    })
}

/// The languages of the list in their order.
fn codes(list: &str) -> Vec<&str> {
    let mut codes: Vec<&str> = lines(list).map(|(head, _)| &head[..head.len() - 1]).collect();
    codes.dedup();
    codes
}

fn read(list: &str) -> FxHashMap<&str, Says> {
    let codes = codes(list);
    let mut read = FxHashMap::<&str, Says>::default();
    for (head, words) in lines(list) {
        let (code, mark) = head.split_at(head.len() - 1);
        let Some(at) = codes.iter().take(MOST).position(|known| *known == code) else { continue };
        for word in words.split(' ') {
            read.entry(word).or_default()[at] = Some(mark == "!");
        }
    }
    read
}

/// The lines of the list: their language with its mark, and their words.
fn lines(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_list_has_a_place_and_telling_words() {
        let codes = codes(include_str!("romanised.txt"));
        assert!(codes.len() <= MOST && codes.len() >= 6, "{codes:?}");
        for at in 0..codes.len() {
            let telling = WORDS.values().filter(|says| says[at] == Some(true)).count();
            assert!(telling >= 10, "{}: {telling}", codes[at]);
        }
    }

    #[test]
    fn romanised_text_is_told_from_languages_at_home_in_these_letters() {
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
        let at_home = [
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
        for text in at_home {
            assert!(!is_romanised(text), "{text}");
        }
    }
}
