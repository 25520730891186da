use super::*;

fn shown(text: &str) -> String {
    let mut tokens = TokenizedText::new();
    tokens.tokenize(text, &Vocabulary::default());
    let mut shown = String::new();
    for word in tokens.words() {
        shown.push(match word.before {
            Boundary::None => ' ',
            Boundary::Clause => ',',
            Boundary::Sentence => '.',
        });
        shown.push_str(tokens.spelling(word));
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
        ("soooo baaad", " soo baad"),
        ("two\nlines", " two.lines"),
        ("", ""),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn every_word_has_its_bytes_in_the_original() {
    let text = "Größe &amp; Preis? \\u00e9t\\u00e9 z\u{335}a\u{301}l";
    let mut tokens = TokenizedText::new();
    tokens.tokenize(text, &Vocabulary::default());
    let words: Vec<&str> =
        tokens.words().iter().map(|w| &text[w.start as usize..w.end as usize]).collect();
    assert_eq!(words, ["Größe", "&amp;", "Preis", "?", "\\u00e9t\\u00e9", "z\u{335}a\u{301}l"]);
}

#[test]
fn words_inside_quotation_marks_are_marked() {
    let mut tokens = TokenizedText::new();
    tokens.tokenize("he said “I will sue” twice", &Vocabulary::default());
    let quoted: Vec<bool> = tokens.words().iter().map(|word| word.is_quoted).collect();
    assert_eq!(quoted, [false, false, true, true, true, false]);
}
