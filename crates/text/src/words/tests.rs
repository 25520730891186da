use super::*;

fn words_of(text: &str) -> Words {
    let mut words = Words::default();
    words.cut(&Text::of(text));
    words
}

fn shown(text: &str) -> String {
    let words = words_of(text);
    let mut shown = String::new();
    for word in words.all() {
        shown.push(match word.before {
            Boundary::None => ' ',
            Boundary::Clause => ',',
            Boundary::Sentence => '.',
        });
        shown.push_str(words.spelling(word));
    }
    shown
}

#[test]
fn a_text_is_split_into_words_and_boundaries() {
    let table = [
        ("My order is LATE.", " my order is late"),
        ("It's late. I'm out", " its late.im out"),
        ("Thanks, but no", " thanks,but no"),
        ("well... ok", " well,ok"),
        ("what?! no", " what ?.no"),
        ("@some_one hi", " <handle> hi"),
        ("see https://a.example/b?c now", " see <url> now"),
        ("get it at bit.ly/zzz", " get it at <url>"),
        ("Great app.Love it", " great app.love it"),
        ("#BrewWithUs day 3", " # brew with us day 3"),
        ("24h, 9.99 or 10:40", " 24h,9.99 or 10:40"),
        ("$100 😡😡", " <money> 100 😡 😡"),
        ("re-send the e-mail", " re send the e mail"),
        ("Ça fait, j'attends", " ca fait,j attends"),
        ("soooo baaad x1000", " soo baad x1000"),
        ("two\nlines", " two.lines"),
        ("two\u{2028}lines", " two.lines"),
        ("मेरा पार्सल", " मेरा पार्सल"),
        ("शक्ति", " शक्ति"),
        ("我的包裹", " 我的包裹"),
        ("", ""),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn every_word_has_its_bytes_in_the_original() {
    let text = "Größe &amp; Preis? \\u00e9t\\u00e9 z\u{335}a\u{301}l";
    let words = words_of(text);
    let words: Vec<&str> =
        words.all().iter().map(|w| &text[w.start as usize..w.end as usize]).collect();
    assert_eq!(words, ["Größe", "&amp;", "Preis", "?", "\\u00e9t\\u00e9", "z\u{335}a\u{301}l"]);
}

#[test]
fn words_inside_quotation_marks_are_marked() {
    let words = words_of("he said “I will sue” twice");
    let quoted: Vec<bool> = words.all().iter().map(|word| word.is_quoted).collect();
    assert_eq!(quoted, [false, false, true, true, true, false]);
}

#[test]
fn sentences_are_numbered() {
    // A mark of its own belongs to the sentence before it.
    let words = words_of("One. Two? ! Three!\nFour");
    let sentences: Vec<u16> = words.all().iter().map(|word| word.sentence).collect();
    assert_eq!(sentences, [0, 1, 1, 1, 2, 2, 3]);
}
