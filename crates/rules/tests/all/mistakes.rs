//! Each mistake is told with its file, its line and what would be right.

use rules::{Rules, Source};

use crate::small::{SMALL, refused, source, with};

/// A change of the small rules; what stands in the line that is told (nothing for the line of the
/// change), what is wrong, and what would be right.
pub(crate) type Mistake = ((&'static str, &'static str), &'static str, &'static str, &'static str);

/// The line, from 1, in which this stands; 0 for what does not stand there.
pub(crate) fn line(text: &str, found: &str) -> usize {
    text.find(found).map_or(0, |at| text[..at].matches('\n').count() + 1)
}

pub(crate) fn hold(mistakes: &[Mistake]) {
    assert_eq!(refused(SMALL), Vec::<String>::new());
    for ((from, to), found, what, remedy) in mistakes {
        let text = with(from, to);
        let told = refused(&text);
        let line = if found.is_empty() { line(SMALL, from) } else { line(&text, found) };
        let place = format!("rules.toml, line {line}: ");
        let is_it = |told: &String| {
            told.starts_with(&place) && told.contains(what) && told.contains(remedy)
        };
        let is_told = told.iter().any(is_it);
        assert!(is_told, "{from} -> {to}\nexpected {place}{what}; {remedy}\ntold {told:#?}");
    }
}

#[test]
fn what_is_no_rule_is_refused() {
    hold(&[
        (("queue =", "queu ="), "", "unknown field `queu`", "documented sample"),
        (("[[team]]", "[[team"), "", "", "documented sample"),
        (("\"30d\"", "\"soon\""), "", "\"soon\" is no duration", ""),
        (("\"30d\"", "\"99999d\""), "", "\"99999d\" is longer than ten years", ""),
        (("\"30d\"", "\"0s\""), "", "not remembered", "\"30d\""),
        (("P4 = { respond = \"2h\" }", "P6 = { respond = \"2h\" }"), "", "unknown variant", ""),
        (("visibility = \"public\"", "visibility = \"loud\""), "", "unknown variant `loud`", ""),
        (
            ("zone = \"Europe/London\"\nlast", "zone = \"Mars\"\nlast"),
            "",
            "no time zone \"Mars\"",
            "IANA",
        ),
        (("stale_after = \"90d\"", "stale_after = \"0d\""), "", "stale at once", "180d"),
    ]);
}

#[test]
fn names_that_are_missing_doubled_or_unknown_are_refused() {
    hold(&[
        (("name = \"press\"", "name = \"care\""), "", "a second team named \"care\"", "own"),
        (("name = \"press\"", "name = \"\""), "name = \"\"", "a team without a name", "name it"),
        (("queue = \"press\"", "queue = \"\""), "", "a team without a queue", ""),
        (
            ("calendar = \"office\"\ncap", "calendar = \"offic\"\ncap"),
            "",
            "no calendar \"offic\"",
            "24x7",
        ),
        (("to = \"care\"", "to = \"cares\""), "", "no team \"cares\"", ""),
        (("to = \"care\"", "to = \"press\""), "", "cannot help itself out", ""),
        (("on_call = [\"Ann\"]", "on_call = [\"Anne\"]"), "", "no person \"Anne\"", ""),
        (
            ("on_call = [\"Ann\"]", "on_call = []"),
            "name = \"lead\"",
            "nobody is on call",
            "at least one",
        ),
        (("reach = [\"phone:1\"]", "reach = [\"1\"]"), "", "does not say how", "phone:"),
        (("reach = [\"phone:1\"]", ""), "name = \"Ann\"", "nobody can reach \"Ann\"", "reach ="),
        (
            ("call = \"lead\", after = \"0m\"", "call = \"led\", after = \"0m\""),
            "",
            "no person or duty \"led\"",
            "",
        ),
        (("owner = \"press\"", "owner = \"pres\""), "", "no team \"pres\"", ""),
        (("path = \"duty\"", "path = \"dut\""), "", "no path \"dut\"", ""),
        (
            ("path = \"duty\"", "path = \"duty\"\npolicy = \"f\""),
            "policy = \"f\"",
            "no policy \"f\"",
            "",
        ),
        (("name = \"loud\"", "name = \"rest\""), "", "a second route or playbook entry", ""),
        (("tenant = \"north\"", "tenant = \"south\""), "", "no tenant \"south\"", ""),
        (("followers >= 1000", "tenant == 'south'"), "", "no tenant \"south\"", ""),
        (("last_resort = \"care\"", "last_resort = \"car\""), "", "no team \"car\"", ""),
        (("last_resort = \"care\"\n", ""), "zone = ", "no last_resort", "write last_resort"),
        (("memory = {", "#"), "zone = ", "no [memory]", "closed ="),
    ]);
}

#[test]
fn hours_and_days_are_read_or_refused() {
    hold(&[
        (("mon-fri", "mo-fr"), "", "\"mo-fr\" is no day of the week", "mon-fri"),
        (("\"13:00-17:00\"", "\"13-17\""), "", "no time of the day", "09:00-17:30"),
        (("\"13:00-17:00\"", "\"11:00-17:00\""), "", "overlaps another shift", ""),
        (
            ("{ mon-fri", "{ fri = [], wed = [\"09:00-10:00\"], mon-fri"),
            "",
            "a day that has hours",
            "once",
        ),
        (
            ("{ mon-fri = [\"09:00-12:00\", \"13:00-17:00\"] }", "{}"),
            "name = \"office\"",
            "never opens",
            "give it hours",
        ),
        (("\"12-25\"", "\"25.12.\""), "", "is no day", "12-24 for every year"),
        (("\"12-25\"", "\"2026-12-28\""), "", "is named twice", ""),
        (("name = \"office\"", "name = \"24x7\""), "", "always open", "another name"),
        (("confirmed = \"2026-11-01\"", "confirmed = \"lately\""), "", "is no day", "2026-12-24"),
        (
            ("until = \"2026-12-31\"", "from = \"2027-01-02\"\nuntil = \"2026-12-31\""),
            "until = \"2026-12-31\"",
            "ends before it begins",
            "",
        ),
        (("from = \"2026-12-01T09:00\"", "from = \"morning\""), "", "no day with a time", ""),
        (("until = \"2026-12-02T09:00\"", "until = \"2026-12-01T09:00\""), "", "ends before", ""),
    ]);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let text = with("to = \"care\"", "to = \"cares\"")
        .replace("followers >= 1000", "followrs >= 1000")
        .replace("max_raises = 5", "max_raises = 2")
        .replace("do = \"Answer.\"", "do = \"\"");
    let lines: Vec<_> =
        refused(&text).iter().map(|told| told.split(':').next().unwrap().to_owned()).collect();
    let expected = ["\"cares\"", "max_raises", "do = \"\"", "followrs"];
    let expected = expected.map(|found| format!("rules.toml, line {}", line(&text, found)));
    assert_eq!(lines, expected);
}

#[test]
fn a_problem_is_told_with_the_file_it_stands_in() {
    let (first, second) = SMALL.split_at(SMALL.find("[[playbook]]").unwrap());
    let file = |file: &str, text: &str| Source { file: file.to_owned(), text: text.to_owned() };
    let both = [file("a.toml", first), file("b.toml", second)];
    assert!(Rules::load(&both).is_ok());
    let spoilt = [
        file("a.toml", first),
        file("b.toml", &second.replace("owner = \"press\"", "owner = \"p\"")),
    ];
    let problems = Rules::load(&spoilt).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| (p.file.as_str(), p.line)).collect();
    let owner = line(second, "owner = \"press\"");
    assert!(told.contains(&("b.toml", owner)), "{told:?}");
    let twice = [source(SMALL), file("b.toml", "zone = \"UTC\"\n")];
    let told = Rules::load(&twice).unwrap_err();
    assert!(told[0].to_string().contains("b.toml, line 1: `zone` stands in two files"), "{told:?}");
}
