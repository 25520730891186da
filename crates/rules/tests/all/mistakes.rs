//! Every mistake is reported with file, line and remedy.

use rules::{Rules, Source};

use crate::small::{SMALL, load_problems, source, with};

/// A replacement in the small rules; text of the reported line (empty for the line of the
/// replacement); fragments of the message and of the remedy.
pub(crate) type Mistake = ((&'static str, &'static str), &'static str, &'static str, &'static str);

/// The line of `found`, from 1; 0 if the text does not contain it.
pub(crate) fn line(text: &str, found: &str) -> usize {
    text.find(found).map_or(0, |at| text[..at].matches('\n').count() + 1)
}

pub(crate) fn assert_problems(mistakes: &[Mistake]) {
    assert_eq!(load_problems(SMALL), Vec::<String>::new());
    for ((from, to), found, what, remedy) in mistakes {
        let text = with(from, to);
        let problems = load_problems(&text);
        let line = if found.is_empty() { line(SMALL, from) } else { line(&text, found) };
        let place = format!("rules.toml, line {line}: ");
        let is_expected = |problems: &String| {
            problems.starts_with(&place) && problems.contains(what) && problems.contains(remedy)
        };
        let is_reported = problems.iter().any(is_expected);
        assert!(is_reported, "{from} -> {to}\nexpected {place}{what}; {remedy}\ngot {problems:#?}");
    }
}

#[test]
fn files_of_a_wrong_format_are_rejected() {
    assert_problems(&[
        (("queue =", "queu ="), "", "unknown field `queu`", "documented sample"),
        (("[[team]]", "[[team"), "", "", "documented sample"),
        (("\"30d\"", "\"soon\""), "", "\"soon\" is not a duration", ""),
        (("\"30d\"", "\"99999d\""), "", "\"99999d\" is longer than ten years", ""),
        (("\"30d\"", "\"0s\""), "", "retention of cases", "\"30d\""),
        (("P4 = { respond = \"2h\" }", "P6 = { respond = \"2h\" }"), "", "unknown variant", ""),
        (("visibility = \"public\"", "visibility = \"loud\""), "", "unknown variant `loud`", ""),
        (
            ("zone = \"Europe/London\"\nlast", "zone = \"Mars\"\nlast"),
            "",
            "no time zone \"Mars\"",
            "IANA",
        ),
        (("stale_after = \"90d\"", "stale_after = \"0d\""), "", "stale_after is zero", "180d"),
    ]);
}

#[test]
fn dates_beyond_the_calendars_are_rejected() {
    assert_problems(&[
        (
            ("\"2026-12-28\"", "\"2050-01-01\""),
            "",
            "\"2050-01-01\" is outside of the years 2010",
            "",
        ),
        (("\"2026-12-28\"", "\"0206-12-28\""), "", "to 2049 that calendars cover", "the year"),
        (("until = \"2027-06-30\"", "until = \"2999-06-30\""), "", "\"2999-06-30\" is", "no end"),
        (
            ("until = \"2026-12-02T09:00\"", "until = \"2062-12-02T09:00\""),
            "",
            "2062-12-02T09:00",
            "",
        ),
    ]);
    assert_eq!(load_problems(&with("\"2026-12-28\"", "\"2049-12-31\"")), Vec::<String>::new());
}

#[test]
fn names_that_look_the_same_are_rejected() {
    assert_problems(&[
        (
            ("name = \"press\"", "name = \"care\u{200b}\""),
            "care\u{200b}",
            "character U+200B",
            "remove",
        ),
        (("name = \"press\"", "name = \"ca\u{ad}re\""), "ca\u{ad}re", "character U+00AD", ""),
        (("name = \"press\"", "name = \"\u{202e}erac\""), "\u{202e}erac", "character U+202E", ""),
        (("name = \"press\"", "name = \"care \""), "\"care \"", "ends with a space", "the space"),
        (("queue = \"press\"", "queue = \"pr\u{2060}ess\""), "pr\u{2060}ess", "of a queue has", ""),
        (
            ("name = \"Ann\"", "name = \"An\u{feff}n\""),
            "name = \"An\u{feff}n",
            "of a person or duty",
            "",
        ),
    ]);
}

#[test]
fn missing_duplicate_and_undefined_names_are_rejected() {
    assert_problems(&[
        (("name = \"press\"", "name = \"care\""), "", "a second team named \"care\"", "unique"),
        (("name = \"press\"", "name = \"\""), "name = \"\"", "a team without a name", "name it"),
        (("queue = \"press\"", "queue = \"\""), "", "a team without a queue", ""),
        (
            ("calendar = \"office\"\ncap", "calendar = \"offic\"\ncap"),
            "",
            "no calendar \"offic\"",
            "24x7",
        ),
        (("to = \"care\"", "to = \"cares\""), "", "no team \"cares\"", ""),
        (("to = \"care\"", "to = \"press\""), "", "cannot overflow to itself", ""),
        (("on_call = [\"Ann\"]", "on_call = [\"Anne\"]"), "", "no person \"Anne\"", ""),
        (
            ("on_call = [\"Ann\"]", "on_call = []"),
            "name = \"lead\"",
            "has no person on call",
            "at least one",
        ),
        (("reach = [\"phone:1\"]", "reach = [\"1\"]"), "", "does not name a channel", "phone:"),
        (
            ("reach = [\"phone:1\"]", ""),
            "name = \"Ann\"",
            "\"Ann\" has no means of contact",
            "reach =",
        ),
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
fn invalid_hours_and_dates_are_rejected() {
    assert_problems(&[
        (("mon-fri", "mo-fr"), "", "\"mo-fr\" is not a day of the week", "mon-fri"),
        (("\"13:00-17:00\"", "\"13-17\""), "", "is not a time range", "09:00-17:30"),
        (("\"13:00-17:00\"", "\"11:00-17:00\""), "", "overlaps another shift", ""),
        (
            ("{ mon-fri", "{ fri = [], wed = [\"09:00-10:00\"], mon-fri"),
            "",
            "the hours of a day twice",
            "once",
        ),
        (
            ("{ mon-fri = [\"09:00-12:00\", \"13:00-17:00\"] }", "{}"),
            "name = \"office\"",
            "never opens",
            "give it hours",
        ),
        (("\"12-25\"", "\"25.12.\""), "", "is not a date", "12-24 for every year"),
        (("\"12-25\"", "\"2026-12-28\""), "", "is named twice", ""),
        (("name = \"office\"", "name = \"24x7\""), "", "always open", "another name"),
        (
            ("confirmed = \"2026-11-01\"", "confirmed = \"lately\""),
            "",
            "is not a date",
            "2026-12-24",
        ),
        (
            ("until = \"2026-12-31\"", "from = \"2027-01-02\"\nuntil = \"2026-12-31\""),
            "until = \"2026-12-31\"",
            "ends before it begins",
            "",
        ),
        (("from = \"2026-12-01T09:00\"", "from = \"morning\""), "", "not a date with a time", ""),
        (("until = \"2026-12-02T09:00\"", "until = \"2026-12-01T09:00\""), "", "ends before", ""),
    ]);
}

#[test]
fn every_problem_is_reported_in_one_run() {
    let text = with("to = \"care\"", "to = \"cares\"")
        .replace("followers >= 1000", "followrs >= 1000")
        .replace("max_raises = 5", "max_raises = 2")
        .replace("do = \"Answer.\"", "do = \"\"");
    let lines: Vec<_> = load_problems(&text)
        .iter()
        .map(|problems| problems.split(':').next().unwrap().to_owned())
        .collect();
    let expected = ["\"cares\"", "max_raises", "do = \"\"", "followrs"];
    let expected = expected.map(|found| format!("rules.toml, line {}", line(&text, found)));
    assert_eq!(lines, expected);
}

#[test]
fn a_problem_names_its_file_and_line() {
    let (first, second) = SMALL.split_at(SMALL.find("[[playbook]]").unwrap());
    let file = |file: &str, text: &str| Source { file: file.to_owned(), text: text.to_owned() };
    let both = [file("a.toml", first), file("b.toml", second)];
    assert!(Rules::load(&both).is_ok());
    let invalid = [
        file("a.toml", first),
        file("b.toml", &second.replace("owner = \"press\"", "owner = \"p\"")),
    ];
    let problems = Rules::load(&invalid).unwrap_err();
    let problems: Vec<_> = problems.iter().map(|p| (p.file.as_str(), p.line)).collect();
    let owner = line(second, "owner = \"press\"");
    assert!(problems.contains(&("b.toml", owner)), "{problems:?}");
    let twice = [source(SMALL), file("b.toml", "zone = \"UTC\"\n")];
    let problems = Rules::load(&twice).unwrap_err();
    assert!(
        problems[0].to_string().contains("b.toml, line 1: `zone` is set in two files"),
        "{problems:?}"
    );
}
