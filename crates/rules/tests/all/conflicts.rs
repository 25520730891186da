//! What is right by itself and wrong beside the rest: told with its place and what would be right.

use crate::mistakes::{hold, line};
use crate::small::{refused, with};

#[test]
fn paths_have_no_dead_end_and_no_cycle() {
    hold(&[
        (
            ("repeat = \"1h\"\n", ""),
            "name = \"more\"",
            "a dead end: nothing follows the last step",
            "then",
        ),
        (
            ("repeat = \"1h\"\nmax_raises = 5", "then = \"duty\""),
            "then = \"duty\"",
            "a cycle: path \"duty\"",
            "repeat",
        ),
        (("repeat = \"1h\"", "repeat = \"0s\""), "", "all the time", "1h"),
        (("max_raises = 5", "max_raises = 2"), "", "2 calls never reach the last of 3", "raise"),
        (("max_raises = 5", "max_raises = 5000"), "", "more than 1000 calls", "lower"),
        (
            ("steps = [{ call = \"lead\", after = \"0m\" }]", "steps = []"),
            "name = \"duty\"",
            "nobody to call",
            "",
        ),
        (
            (
                "{ call = \"lead\", after = \"5m\" }",
                "{ call = \"lead\", after = \"5m\", when = \"level == 'P2'\" }",
            ),
            "name = \"more\"",
            "a dead end: nobody on path \"more\" is called for mentions with level P3 or P4 or P5",
            "no `when`",
        ),
        (
            ("when = \"level == 'P1'\" }", "when = \"level == 'P1' && level == 'P2'\" }"),
            "level == 'P1' && level",
            "unreachable: no case",
            "",
        ),
        (
            ("then = \"more\"", "repeat = \"1h\"\nmax_raises = 1"),
            "name = \"more\"",
            "nothing leads to path \"more\"",
            "remove",
        ),
        (
            ("then = \"more\"", "then = \"more\"\nrepeat = \"1h\""),
            "then = \"more\"",
            "repeats and goes on",
            "",
        ),
    ]);
}

#[test]
fn rules_that_are_never_reached_are_found() {
    hold(&[
        (
            (
                "[[route]]\nname = \"loud\"\nwhen = \"followers >= 1000\"",
                "[[route]]\nname = \"all\"\nwhen = \"followers >= 10\"\nowner = \"care\"\n[[route]]\nname = \"loud\"\nwhen = \"followers >= 1000\"",
            ),
            "name = \"loud\"",
            "unreachable: \"all\" takes all that route \"loud\" asks for",
            "put it before",
        ),
        (
            ("followers >= 1000", "followers >= 1000 && followers < 900"),
            "followers >= 1000 &&",
            "no mention ever meets route \"loud\"",
            "contradict",
        ),
        (
            ("when = \"intent == 'complaint'\"", ""),
            "name = \"rest\"",
            "\"complaint\" takes all that playbook entry \"rest\"",
            "",
        ),
        (
            ("until = \"2026-12-31\"\nwhen = \"true\"", "when = \"bot || !bot\""),
            "name = \"unforeseen\"",
            "take all that playbook entry \"unforeseen\"",
            "",
        ),
        (
            (
                "do = \"Read.\"\nvisibility = \"none\"\nowner = \"care\"\n\n[[route]]",
                "when = \"bot\"\ndo = \"Read.\"\nvisibility = \"none\"\nowner = \"care\"\n\n[[route]]",
            ),
            "name = \"unforeseen\"",
            "no playbook entry for what nobody foresaw",
            "no `when`",
        ),
        (
            ("when = \"level == 'P1'\"\ncal", "cal"),
            "name = \"usual\"",
            "\"fast\" takes all that policy \"usual\"",
            "",
        ),
        (
            ("name = \"usual\"\n", "name = \"usual\"\nwhen = \"bot\"\n"),
            "name = \"usual\"",
            "no policy for what no other policy is for",
            "",
        ),
    ]);
}

#[test]
fn standards_that_conflict_are_found() {
    let overlap = with(
        "name = \"usual\"\n",
        "name = \"odd\"\nwhen = \"bot\"\ncalendar = \"24x7\"\n[policy.targets]\nP1 = {}\nP2 = {}\nP3 = {}\nP4 = {}\nP5 = {}\n\n[[policy]]\nname = \"usual\"\n",
    );
    let told = refused(&overlap);
    let expected = "rules.toml, line LINE: conflicting standards: policies \"fast\" and \"odd\" both speak for mentions with level P1, bot true; narrow one of them, or write over = [\"odd\"] into \"fast\"";
    let fast = line(&overlap, "name = \"fast\"");
    assert_eq!(told, [expected.replace("LINE", &fast.to_string())]);
    let settled = overlap.replace("name = \"fast\"\n", "name = \"fast\"\nover = [\"odd\"]\n");
    assert_eq!(refused(&settled), Vec::<String>::new());
    hold(&[
        (
            ("P3 = { respond = \"1h\" }", "P3 = { respond = \"11m\" }"),
            "name = \"fast\"",
            "lets P2 wait longer than P3 to respond",
            "sooner",
        ),
        (
            ("P1 = { respond = \"1h\" }", "P1 = {}"),
            "name = \"usual\"",
            "lets P1 wait longer than P2 to respond",
            "",
        ),
        (
            ("acknowledge = \"5m\"", "acknowledge = \"15m\""),
            "",
            "P1 has this deadline before an earlier one",
            "order",
        ),
        (("acknowledge = \"5m\"", "acknowledge = \"0s\""), "", "a deadline of no time", ""),
        (
            ("P4 = { respond = \"2h\" }\n", ""),
            "name = \"fast\"",
            "has no targets for P4",
            "every level",
        ),
    ]);
}

#[test]
fn somebody_is_there_who_can_and_who_speaks_the_language() {
    hold(&[
        (("capacity = 5", "capacity = 0"), "", "nobody serves team \"care\"", "capacity"),
        (
            ("owner = \"press\"", "owner = \"care\""),
            "name = \"press\"",
            "nothing is ever given to team \"press\"",
            "remove",
        ),
        (("skills = { billing = 2 }", "skills = { fax = 2 }"), "", "has the skill \"fax\"", ""),
        (
            ("skills = { billing = 2 }", "skills = { billing = 4 }"),
            "",
            "better than 3 at \"billing\"",
            "ask for less",
        ),
        (
            ("skills = { billing = 2 }", "skills = { billing = 9 }"),
            "",
            "a proficiency of 9",
            "1 (a little) to 5",
        ),
        (("\"de\"]", "\"de\", \"fr\"]"), "", "nobody speaks \"fr\"", "give a team"),
    ]);
    let spanish = with("\"de\"]", "\"de\", \"es\"]")
        .replace("capacity = 1\n", "capacity = 1\nlanguages = { es = 5 }\n");
    let told = refused(&spanish);
    let expected = "nobody in team \"care\" speaks \"es\", as playbook entry \"complaint\" asks; give the team";
    assert!(told.len() == 1 && told[0].contains(expected), "{told:#?}");
}

#[test]
fn weights_are_bounded_and_what_may_cost_a_life_is_p1() {
    hold(&[
        (("negative = 40", "negative = -1"), "", "negative: -1 is not from 0 to 1000", ""),
        (("praise = -10", "praise = -5000"), "", "intent.Praise: -5000", ""),
        (("praise = -10", "question = -10"), "", "intent.Question: -10 is not from 0", ""),
        (("levels = {", "seconds_a_point = 0\nlevels = {"), "", "0 seconds a point", "86400"),
        (("P2 = 55", "P2 = 90"), "", "falling scores", ""),
        (
            ("level = \"P1\"\n\n[[campaign", "level = \"P2\"\n\n[[campaign"),
            "name = \"all\"",
            "\"safety\" is P1",
            "write a floor",
        ),
        (
            ("|| \"threat_of_harm\" in risks", ""),
            "name = \"all\"",
            "\"threat_of_harm\" is P1",
            "write a floor",
        ),
        (
            ("\"threat_of_harm\" in risks'", "\"threat_of_harm\" in risks && !bot'"),
            "name = \"all\"",
            "\"threat_of_harm\" is P1",
            "",
        ),
        (
            ("\"threat_of_harm\" in risks'", "level == \"P1\"'"),
            "level == \"P1\"",
            "`level` is not known here",
            "before there is a level",
        ),
        (
            ("levels = {", "tenants = [\"north\"]\nlevels = {"),
            "zone = ",
            "no weights for everybody",
            "leave `tenants` out",
        ),
        (("expected = 2.0", "expected = -2.0"), "", "-2 times as much", ""),
    ]);
}

#[test]
fn tenants_are_told_apart() {
    const CARE: &str = "[[team]]\nname = \"care\"";
    hold(&[
        (
            (
                CARE,
                "[[tenant]]\nname = \"south\"\nkeywords = [\"North \"]\n[[team]]\nname = \"care\"",
            ),
            "\"North \"",
            "conflicting tenants: keyword \"North \" is of \"north\" as well",
            "leave it to one",
        ),
        (
            (
                CARE,
                "[[tenant.account]]\nplatform = \"x\"\nhandle = \"@Care\"\nrole = \"service\"\n\
                 [[tenant]]\nname = \"south\"\n\
                 [[tenant.account]]\nplatform = \"X\"\nhandle = \"care\"\nrole = \"brand\"\n\
                 [[team]]\nname = \"care\"",
            ),
            "handle = \"care\"",
            "account care on X is of \"north\" as well",
            "leave it to one",
        ),
        (
            (
                CARE,
                "[[tenant]]\nname = \"south\"\nquota = { mentions_per_minute = 5, burst = 0 }\n\
                 [[team]]\nname = \"care\"",
            ),
            "name = \"south\"",
            "the quota of \"south\" lets nothing through",
            "1 or more",
        ),
    ]);
}
