use super::*;

fn rejection(text: &str) -> String {
    let wrong = Condition::parse(text, Scope::Mention).err();
    wrong.map_or_else(String::new, |wrong| {
        format!("{}: {}; {}", wrong.at, wrong.message, wrong.remedy)
    })
}

#[test]
fn the_table_lists_each_variable_once_in_the_order_of_its_id() {
    for (place, variable) in VARIABLES.iter().enumerate() {
        assert_eq!(variable.id as usize, place, "{}", variable.name);
        assert!(VARIABLES[..place].iter().all(|other| other.name != variable.name));
        assert!(!variable.doc.is_empty() && !variable.doc.ends_with('.'));
        assert!(variable.kind.values().len() <= 32, "{}", variable.name);
    }
}

/// Facts whose every value differs from the default.
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
fn every_variable_reads_its_own_field() {
    for Variable { name, kind, .. } in VARIABLES {
        let predicate = match kind {
            VariableKind::Enum(values) => format!("{name} == {:?}", values[1]),
            VariableKind::EnumSet(values) => format!("{:?} in {name}", values[0]),
            VariableKind::Text => format!("{name} == \"word\""),
            VariableKind::TextList => format!("\"word\" in {name}"),
            VariableKind::Int(_) | VariableKind::Probability => format!("{name} == 1"),
            VariableKind::Flag => (*name).to_owned(),
        };
        let known = [Scope::Mention, Scope::Step].into_iter();
        let read = known.filter_map(|scope| Condition::parse(&predicate, scope).ok()).next();
        let condition = read.unwrap_or_else(|| panic!("{predicate}"));
        assert!(condition.matches(&full()), "{predicate}");
        assert!(!condition.matches(&Facts::default()), "{predicate}");
    }
}

#[test]
fn invalid_conditions_are_rejected_with_position_and_remedy() {
    let long = format!("tenant == \"{}\"", "x".repeat(MAX_BYTES));
    let deep = format!("{}bot{}", "!(".repeat(40), ")".repeat(40));
    let many = format!("tenant in [{}]", vec!["\"x\""; MAX_COMPARISONS + 1].join(", "));
    let cases = [
        ("level <", "not valid CEL"),
        ("", "not valid CEL"),
        ("levle == \"P1\"", "0: there is no variable `levle`"),
        ("bot && levle == \"P1\"", "7: there is no variable `levle`"),
        ("level == \"P0\"", "`level` is never \"P0\"; it is one of P1, P2, P3, P4, P5"),
        ("channel == \"dm\"", "`channel` is never \"dm\"; it is one of public_post"),
        ("\"fire\" in risks", "`risks` is never \"fire\""),
        ("level == 1", "`level` has the type string, the value has the type int"),
        ("followers > 1.5", "`followers` has the type int, the value has the type double"),
        ("followers", "`followers` has the type int, not bool; compare it"),
        ("bot > true", "`bot` has the type bool"),
        (
            "risks == \"safety\"",
            "`risks` has the type list(string), the value has the type string; test one",
        ),
        ("tenant < \"n\"", "`tenant` cannot be ordered"),
        ("tenant in []", "an empty list"),
        ("tenant in [platform]", "the list contains more than literal values"),
        ("size(tenant) > 3", "the size of `tenant`"),
        ("followers > likes", "a comparison needs a variable and a value"),
        ("1 < 2", "a comparison needs a variable and a value"),
        ("followers + 1 > 2", "is not the name of a variable"),
        ("risks.exists(r, r == \"safety\")", "macros are not supported"),
        ("has(mention.text)", "there is no field `text`"),
        ("mention.level == \"P1\"", "not the name of a variable"),
        ("matches(tenant, \"(a+)+\")", "`matches` is not supported in conditions"),
        ("tenant.matches(\"(a+)+$\")", "`matches` is not supported in conditions"),
        ("risks[0] == \"safety\"", "not the name of a variable"),
        ("clock == \"respond\"", "`clock` is not available here; it is available on the steps"),
        ("\"P1\"", "a value, not a bool"),
        (&long, "bytes, more than"),
        (&deep, "not valid CEL"),
        (&many, "comparisons, more than"),
    ];
    for (text, expected) in cases {
        let message = rejection(text);
        let expected = expected.replace("is not the name", "not the name");
        assert!(message.contains(&expected), "{text}: {message}");
    }
}

#[test]
fn floors_and_steps_may_use_only_the_variables_of_their_scope() {
    let read = |text: &str, scope| Condition::parse(text, scope).err().map(|wrong| wrong.remedy);
    assert_eq!(read("\"safety\" in risks", Scope::Floor), None);
    assert_eq!(read("level == \"P1\" && clock == \"respond\"", Scope::Step), None);
    let remedy = read("level == \"P1\"", Scope::Floor).unwrap();
    assert!(remedy.contains("before there is a level"), "{remedy}");
    let remedy = read("bot", Scope::Step).unwrap();
    assert!(remedy.contains("a step may use level and clock"), "{remedy}");
}

fn region(text: &str) -> Region {
    let condition =
        Condition::parse(text, Scope::Mention).unwrap_or_else(|w| panic!("{text}: {w:?}"));
    condition.region().unwrap()
}

#[test]
fn contradictory_conditions_have_an_empty_region() {
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
fn a_condition_covered_by_others_leaves_an_empty_region() {
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
