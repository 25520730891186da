use super::*;

const TAIL: &str = r#"
[[route]]
name = "rest"
owner = "care"
playbook = "Answer."
policy = "standard"
path = "duty"
"#;

fn head() -> String {
    let targets: Vec<_> = (1..=5).map(|n| format!("P{n} = {{ respond = \"{n}h\" }}")).collect();
    format!(
        "memory = {{ closed = \"30d\", lane = \"7d\", idle = \"90d\" }}\n\
         [[team]]\nname = \"care\"\nqueue = \"care\"\nskills = [\"mobile\"]\n\
         [[policy]]\nname = \"standard\"\ncalendar = \"24x7\"\n[policy.targets]\n{}\n\
         [[path]]\nname = \"duty\"\nrepeat = \"1h\"\nmax_raises = 3\n\
         contacts = [{{ name = \"lead\", after = \"0m\" }}]\n",
        targets.join("\n")
    )
}

fn refused(text: &str) -> Vec<String> {
    parse(text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn the_sample_is_accepted_and_every_level_and_intent_has_a_route() {
    let rules = parse(NORTHLINE).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(rules.routes.len() > 8);
    assert!(rules.route(&Prioritized::default()).is_some());
}

#[test]
fn the_version_is_the_hash_of_the_text() {
    let text = head() + TAIL;
    let version = |text: &str| parse(text).map(|rules| rules.version).unwrap_or_default();
    assert_eq!(version(&text), version(&text));
    assert_ne!(version(&text), version(&text.replace("\"1h\"", "\"2h\"")));
    assert_eq!(version(&text).len(), 16);
}

#[test]
fn each_mistake_is_refused_by_line() {
    let ok = head() + TAIL;
    assert_eq!(refused(&ok), Vec::<String>::new());
    let replaced = |from: &str, to: &str| {
        assert!(ok.contains(from), "{from}");
        ok.replacen(from, to, 1)
    };
    let lane = "\n[[route]]\nname = \"late\"\nowner = \"care\"\nplaybook = \"\"\n";
    let cases = [
        (replaced("queue =", "queu ="), "line 4: unknown field `queu`"),
        (replaced("\"1h\"", "\"soon\""), "line 10: \"soon\" is no duration"),
        (replaced("\"1h\"", "\"99999d\""), "line 10: \"99999d\" is longer than ten years"),
        (replaced("24x7", "office hours"), "line 8: unknown variant `office hours`"),
        (replaced("P4 =", "P6 ="), "line 13: unknown variant `P6`"),
        (
            replaced("P4 = { respond = \"4h\" }\n", ""),
            "line 7: policy \"standard\" has no targets for P4",
        ),
        (replaced("\"4h\"", "\"0s\""), "line 13: a deadline of no time at all"),
        (
            replaced("respond = \"4h\"", "acknowledge = \"5h\", respond = \"4h\""),
            "line 13: P4: a case is",
        ),
        (replaced("{ name = \"lead\", after = \"0m\" }", ""), "line 16: path \"duty\" has nobody"),
        (replaced("repeat = \"1h\"", "repeat = \"0s\""), "line 17: the last contact cannot"),
        (replaced("max_raises = 3", "max_raises = 0"), "line 18: 0 calls never reach"),
        (replaced("owner = \"care\"", "owner = \"cares\""), "line 23: there is no team \"cares\""),
        (
            replaced("policy = \"standard\"", "policy = \"std\""),
            "line 25: there is no policy \"std\"",
        ),
        (replaced("path = \"duty\"", "path = \"d\""), "line 26: there is no path \"d\""),
        (
            replaced("path = \"duty\"", "skills = [\"fax\"]"),
            "line 25: a route has a policy and a path",
        ),
        (ok.clone() + lane, "line 29: route \"late\" is never reached: \"rest\" takes all"),
        (ok.clone() + TAIL, "line 29: a second route named \"rest\""),
        (head(), "line 1: the last route must take everything"),
        (ok.clone() + "when = { level = [\"P1\"] }\n", "line 22: the last route must take"),
        (ok.clone() + "when = { level = [] }\n", "line 22: an empty list"),
        (ok.clone() + "when = { mood = \"bad\" }\n", "line 27: unknown field `mood`"),
        (replaced("lane = \"7d\"", "lane = \"0s\""), "line 1: cases must be remembered"),
        ("team = 1".to_owned(), "line 1: "),
        ("\u{0}".to_owned(), "line 1: "),
    ];
    for (text, expected) in cases {
        let problems = refused(&text);
        assert!(
            problems.iter().any(|problem| problem.starts_with(expected)),
            "{expected}: {problems:#?}"
        );
    }
    let skills = ok.clone() + "skills = [\"fax\"]\n";
    assert_eq!(refused(&skills), ["line 27: nobody in team \"care\" has the skill \"fax\""]);
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let text = (head() + TAIL).replace("\"duty\"\nrepeat = \"1h\"", "\"dut\"\nrepeat = \"0s\"");
    assert_eq!(
        refused(&text),
        [
            "line 17: the last contact cannot be called all the time",
            "line 26: there is no path \"duty\""
        ]
    );
}

#[test]
fn a_route_behind_a_wider_one_is_never_reached() {
    let route = |name: &str, when: &str| {
        format!("[[route]]\nname = \"{name}\"\nowner = \"care\"\nplaybook = \"\"\nwhen = {when}\n")
    };
    let cases = [
        ("{ level = [\"P1\", \"P2\"] }", "{ level = [\"P2\"] }", true),
        ("{ level = [\"P1\"] }", "{ level = [\"P1\", \"P2\"] }", false),
        ("{ level = [\"P1\"] }", "{ level = [\"P1\"], intent = [\"spam\"] }", true),
        ("{ min_followers = 10 }", "{ min_followers = 20 }", true),
        ("{ min_followers = 20 }", "{ min_followers = 10 }", false),
        ("{ in_incident = true }", "{ in_incident = true }", true),
        ("{ in_incident = true }", "{ in_incident = false }", false),
        ("{ abstained = true }", "{ tier = [\"gold\"] }", false),
    ];
    for (first, second, is_unreachable) in cases {
        let text = head() + &route("first", first) + &route("second", second) + TAIL;
        let problems = refused(&text);
        assert_eq!(problems.len(), usize::from(is_unreachable), "{first} {second}: {problems:?}");
    }
}
