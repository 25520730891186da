use super::*;

fn refused(text: &str) -> String {
    let wrong = Condition::read(text, Scope::Mention).err();
    wrong
        .map_or_else(String::new, |wrong| format!("{}: {}; {}", wrong.at, wrong.what, wrong.remedy))
}

#[test]
fn the_table_of_variables_has_each_once_and_each_is_read_from_the_record() {
    for (place, variable) in VARIABLES.iter().enumerate() {
        assert_eq!(variable.var as usize, place, "{}", variable.name);
        assert!(VARIABLES[..place].iter().all(|other| other.name != variable.name));
        assert!(!variable.doc.is_empty() && !variable.doc.ends_with('.'));
        assert!(variable.kind.values().len() <= 32, "{}", variable.name);
    }
}

/// A record of which every value differs from the one nothing is known of.
fn full() -> Facts<'static> {
    let (word, words) = ("word", vec!["word"]);
    Facts {
        tenant: word,
        platform: word,
        channel: 1,
        account: word,
        account_role: 1,
        language: word,
        level: 1,
        score: 1,
        intent: 1,
        intents: 1,
        complaint: 1.0,
        reason: word,
        needs_answer: 1.0,
        risks: 1,
        negative: 1.0,
        positive: 1.0,
        abstained: true,
        offensive: 1.0,
        irony: 1.0,
        emotion: word,
        followers: 1,
        verified: true,
        bot: true,
        likes: 1,
        replies: 1,
        reposts: 1,
        views: 1,
        promoted: true,
        rated: true,
        rating: 1.0,
        copies: 1,
        is_reply: true,
        is_customer: true,
        tier: word,
        value: 1,
        open_cases: 1,
        in_incident: true,
        incident: word,
        named: 1,
        executives: words.clone(),
        competitors: words.clone(),
        products: words,
        tone: 1,
        clock: 1,
    }
}

#[test]
fn every_variable_says_what_its_own_field_says() {
    for Variable { name, kind, .. } in VARIABLES {
        let ask = match kind {
            Kind::One(values) => format!("{name} == {:?}", values[1]),
            Kind::Some(values) => format!("{:?} in {name}", values[0]),
            Kind::Word => format!("{name} == \"word\""),
            Kind::Words => format!("\"word\" in {name}"),
            Kind::Int(_) | Kind::Share => format!("{name} == 1"),
            Kind::Flag => (*name).to_owned(),
        };
        let known = [Scope::Mention, Scope::Step].into_iter();
        let read = known.filter_map(|scope| Condition::read(&ask, scope).ok()).next();
        let condition = read.unwrap_or_else(|| panic!("{ask}"));
        assert!(condition.is_met(&full()), "{ask}");
        assert!(!condition.is_met(&Facts::default()), "{ask}");
    }
}

#[test]
fn what_is_no_condition_is_refused_with_place_and_remedy() {
    let long = format!("tenant == \"{}\"", "x".repeat(LONGEST));
    let deep = format!("{}bot{}", "!(".repeat(40), ")".repeat(40));
    let many = format!("tenant in [{}]", vec!["\"x\""; QUESTIONS + 1].join(", "));
    let cases = [
        ("level <", "no CEL"),
        ("", "no CEL"),
        ("levle == \"P1\"", "0: there is no variable `levle`"),
        ("bot && levle == \"P1\"", "7: there is no variable `levle`"),
        ("level == \"P0\"", "`level` is never \"P0\"; it is one of P1, P2, P3, P4, P5"),
        ("channel == \"dm\"", "`channel` is never \"dm\"; it is one of public_post"),
        ("\"fire\" in risks", "`risks` is never \"fire\""),
        ("level == 1", "`level` is a string, the value a int"),
        ("followers > 1.5", "`followers` is a int, the value a double"),
        ("followers", "`followers` is a int, not true or false; compare it"),
        ("bot > true", "`bot` is a bool"),
        ("risks == \"safety\"", "`risks` is a list(string), the value a string; ask for one"),
        ("tenant < \"n\"", "`tenant` has no order"),
        ("tenant in []", "an empty list"),
        ("tenant in [platform]", "a list of more than values"),
        ("size(tenant) > 3", "the size of `tenant`"),
        ("followers > likes", "not a variable and a value"),
        ("1 < 2", "not a variable and a value"),
        ("followers + 1 > 2", "is not the name of a variable"),
        ("risks.exists(r, r == \"safety\")", "a macro"),
        ("has(mention.text)", "there is no field `text`"),
        ("mention.level == \"P1\"", "not the name of a variable"),
        ("matches(tenant, \"(a+)+\")", "`matches` is not for conditions"),
        ("tenant.matches(\"(a+)+$\")", "`matches` is not for conditions"),
        ("risks[0] == \"safety\"", "not the name of a variable"),
        ("clock == \"respond\"", "`clock` is not known here; it is known on the steps"),
        ("\"P1\"", "a value, not true or false"),
        (&long, "bytes, more than"),
        (&deep, "no CEL"),
        (&many, "questions, more than"),
    ];
    for (text, expected) in cases {
        let said = refused(text);
        let expected = expected.replace("is not the name", "not the name");
        assert!(said.contains(&expected), "{text}: {said}");
    }
}

#[test]
fn a_floor_and_a_step_ask_for_what_is_known_there() {
    let read = |text: &str, scope| Condition::read(text, scope).err().map(|wrong| wrong.remedy);
    assert_eq!(read("\"safety\" in risks", Scope::Floor), None);
    assert_eq!(read("level == \"P1\" && clock == \"respond\"", Scope::Step), None);
    let remedy = read("level == \"P1\"", Scope::Floor).unwrap();
    assert!(remedy.contains("before there is a level"), "{remedy}");
    let remedy = read("bot", Scope::Step).unwrap();
    assert!(remedy.contains("a step may ask for level and clock"), "{remedy}");
}

fn region(text: &str) -> Region {
    let condition =
        Condition::read(text, Scope::Mention).unwrap_or_else(|w| panic!("{text}: {w:?}"));
    condition.region().unwrap()
}

#[test]
fn contradictions_are_known() {
    let cases = [
        ("bot && !bot", true),
        ("level == \"P1\" && level > \"P1\"", true),
        ("followers < 0", true),
        ("negative > 1.0", true),
        ("followers > 5 && followers < 6", true),
        ("followers > 5 && followers < 7", false),
        ("tenant == \"a\" && tenant == \"b\"", true),
        ("tenant != \"a\" && tenant != \"b\"", false),
        ("\"safety\" in risks && !(\"safety\" in risks)", true),
        ("\"safety\" in risks && \"health\" in risks", false),
        ("false", true),
        ("true", false),
        ("size(risks) > 8", true),
    ];
    for (text, is_empty) in cases {
        assert_eq!(region(text).is_empty(), is_empty, "{text}");
    }
}

#[test]
fn one_condition_within_another_or_several_is_known() {
    let cases = [
        ("level == \"P1\"", "level <= \"P2\"", true),
        ("level <= \"P2\"", "level == \"P1\"", false),
        ("level <= \"P2\"", "level == \"P1\" || level == \"P2\"", true),
        ("followers >= 20", "followers >= 10", true),
        ("bot && verified", "verified", true),
        ("verified", "bot && verified || !bot && rated", false),
        ("verified", "bot && verified || !bot && verified", true),
        ("platform in [\"x\", \"bluesky\"]", "platform != \"reddit\"", true),
        ("platform != \"reddit\"", "platform in [\"x\", \"bluesky\"]", false),
        ("\"safety\" in risks", "\"safety\" in risks || \"health\" in risks", true),
        ("followers > 7", "followers < 7 || followers > 6", true),
    ];
    for (inner, outer, is_within) in cases {
        let left = region(inner).without(&region(outer)).unwrap();
        assert_eq!(left.is_empty(), is_within, "{inner} within {outer}: {}", left.example());
    }
}
