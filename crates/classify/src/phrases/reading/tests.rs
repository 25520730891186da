use super::*;

fn shown(text: &str) -> String {
    let mut reading = Reading::new();
    reading.read(text, &Vocabulary::default());
    let mut shown = String::new();
    for word in reading.words() {
        shown.push(match word.before {
            Break::None => ' ',
            Break::Clause => ',',
            Break::Sentence => '.',
        });
        shown.push_str(reading.spelt(word));
    }
    shown
}

#[test]
fn texts_fall_into_words_with_what_stands_between() {
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
fn every_word_knows_its_bytes_in_the_original() {
    let text = "Größe &amp; Preis? \\u00e9t\\u00e9 z\u{335}a\u{301}l";
    let mut reading = Reading::new();
    reading.read(text, &Vocabulary::default());
    let words: Vec<&str> =
        reading.words().iter().map(|w| &text[w.start as usize..w.end as usize]).collect();
    assert_eq!(words, ["Größe", "&amp;", "Preis", "?", "\\u00e9t\\u00e9", "z\u{335}a\u{301}l"]);
}

#[test]
fn what_stands_in_quotation_marks_is_marked() {
    let mut reading = Reading::new();
    reading.read("he said “I will sue” twice", &Vocabulary::default());
    let quoted: Vec<bool> = reading.words().iter().map(|word| word.is_quoted).collect();
    assert_eq!(quoted, [false, false, true, true, true, false]);
}
