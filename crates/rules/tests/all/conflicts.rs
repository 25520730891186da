//! Entries that are valid alone and conflict with others.

use crate::mistakes::{assert_problems, line};
use crate::small::{load_problems, with};

#[test]
fn paths_with_a_dead_end_or_a_cycle_are_rejected() {
    assert_problems(&[
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
        (("repeat = \"1h\"", "repeat = \"0s\""), "", "repeat interval is zero", "1h"),
        (("max_raises = 5", "max_raises = 2"), "", "2 calls never reach the last of 3", "raise"),
        (("max_raises = 5", "max_raises = 5000"), "", "more than 1000 calls", "lower"),
        (
            ("steps = [{ call = \"lead\", after = \"0m\" }]", "steps = []"),
            "name = \"duty\"",
            "has no steps",
            "",
        ),
        (
            (
                "{ call = \"lead\", after = \"5m\" }",
                "{ call = \"lead\", after = \"5m\", when = \"level == 'P2'\" }",
            ),
            "name = \"more\"",
            "a dead end: path \"more\" has no step for mentions with level P3 or P4 or P5",
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
            "both `then` and `repeat`",
            "",
        ),
    ]);
}

#[test]
fn unreachable_rules_are_rejected() {
    assert_problems(&[
        (
            (
                "[[route]]\nname = \"loud\"\nwhen = \"followers >= 1000\"",
                "[[route]]\nname = \"all\"\nwhen = \"followers >= 10\"\nowner = \"care\"\n[[route]]\nname = \"loud\"\nwhen = \"followers >= 1000\"",
            ),
            "name = \"loud\"",
            "unreachable: \"all\" matches every mention of route \"loud\"",
            "move it up",
        ),
        (
            ("followers >= 1000", "followers >= 1000 && followers < 900"),
            "followers >= 1000 &&",
            "no mention matches route \"loud\"",
            "contradict",
        ),
        (
            ("when = \"intent == 'complaint'\"", ""),
            "name = \"rest\"",
            "\"complaint\" matches every mention of playbook entry \"rest\"",
            "",
        ),
        (
            ("until = \"2026-12-31\"\nwhen = \"true\"", "when = \"bot || !bot\""),
            "name = \"unforeseen\"",
            "match every mention of playbook entry \"unforeseen\"",
            "",
        ),
        (
            (
                "do = \"Read.\"\nvisibility = \"none\"\nowner = \"care\"\n\n[[route]]",
                "when = \"bot\"\ndo = \"Read.\"\nvisibility = \"none\"\nowner = \"care\"\n\n[[route]]",
            ),
            "name = \"unforeseen\"",
            "no catch-all playbook entry",
            "no `when`",
        ),
        (
            ("when = \"level == 'P1'\"\ncal", "cal"),
            "name = \"usual\"",
            "\"fast\" matches every mention of policy \"usual\"",
            "",
        ),
        (
            ("name = \"usual\"\n", "name = \"usual\"\nwhen = \"bot\"\n"),
            "name = \"usual\"",
            "no catch-all policy",
            "",
        ),
    ]);
}

#[test]
fn conflicting_targets_are_rejected() {
    let overlap = with(
        "name = \"usual\"\n",
        "name = \"odd\"\nwhen = \"bot\"\ncalendar = \"24x7\"\n[policy.targets]\nP1 = {}\nP2 = {}\nP3 = {}\nP4 = {}\nP5 = {}\n\n[[policy]]\nname = \"usual\"\n",
    );
    let problems = load_problems(&overlap);
    let expected = "rules.toml, line LINE: conflicting targets: policies \"fast\" and \"odd\" both apply to mentions with level P1, bot true; narrow one of them, or add over = [\"odd\"] to \"fast\"";
    let fast = line(&overlap, "name = \"fast\"");
    assert_eq!(problems, [expected.replace("LINE", &fast.to_string())]);
    let settled = overlap.replace("name = \"fast\"\n", "name = \"fast\"\nover = [\"odd\"]\n");
    assert_eq!(load_problems(&settled), Vec::<String>::new());
    assert_problems(&[
        (
            ("P3 = { respond = \"1h\" }", "P3 = { respond = \"11m\" }"),
            "name = \"fast\"",
            "lets P2 wait longer than P3 to respond",
            "earlier target",
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
            "the clocks of P1 are out of order",
            "order",
        ),
        (("acknowledge = \"5m\"", "acknowledge = \"0s\""), "", "a target of zero", ""),
        (
            ("P4 = { respond = \"2h\" }\n", ""),
            "name = \"fast\"",
            "has no targets for P4",
            "every level",
        ),
    ]);
}

#[test]
fn teams_without_capacity_skill_or_language_are_rejected() {
    assert_problems(&[
        (("capacity = 5", "capacity = 0"), "", "team \"care\" has no capacity", "capacity"),
        (
            ("owner = \"press\"", "owner = \"care\""),
            "name = \"press\"",
            "no rule names team \"press\"",
            "remove",
        ),
        (("skills = { billing = 2 }", "skills = { fax = 2 }"), "", "lacks the skill \"fax\"", ""),
        (
            ("skills = { billing = 2 }", "skills = { billing = 4 }"),
            "",
            "only level 3 in \"billing\"",
            "require less",
        ),
        (
            ("skills = { billing = 2 }", "skills = { billing = 9 }"),
            "",
            "a proficiency of 9",
            "1 (basic) to 5",
        ),
        (("\"de\"]", "\"de\", \"fr\"]"), "", "no team with capacity speaks \"fr\"", "give a team"),
    ]);
    let spanish = with("\"de\"]", "\"de\", \"es\"]")
        .replace("capacity = 1\n", "capacity = 1\nlanguages = { es = 5 }\n");
    let problems = load_problems(&spanish);
    let expected = "team \"care\" does not speak \"es\", which playbook entry \"complaint\" requires; give the language";
    assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:#?}");
}

#[test]
fn weights_are_bounded_and_risks_to_life_must_be_p1() {
    assert_problems(&[
        (("negative = 40", "negative = -1"), "", "negative: -1 is not from 0 to 1000", ""),
        (("praise = -10", "praise = -5000"), "", "intent.Praise: -5000", ""),
        (("praise = -10", "question = -10"), "", "intent.Question: -10 is not from 0", ""),
        (("levels = {", "seconds_a_point = 0\nlevels = {"), "", "0 seconds per point", "86400"),
        (("P2 = 55", "P2 = 90"), "", "do not decrease", ""),
        (
            ("level = \"P1\"\n\n[[campaign", "level = \"P2\"\n\n[[campaign"),
            "name = \"all\"",
            "\"safety\" is not always P1",
            "write a floor",
        ),
        (
            ("|| \"threat_of_harm\" in risks", ""),
            "name = \"all\"",
            "\"threat_of_harm\" is not always P1",
            "write a floor",
        ),
        (
            ("\"threat_of_harm\" in risks'", "\"threat_of_harm\" in risks && !bot'"),
            "name = \"all\"",
            "\"threat_of_harm\" is not always P1",
            "",
        ),
        (
            ("\"threat_of_harm\" in risks'", "level == \"P1\"'"),
            "level == \"P1\"",
            "`level` is not available here",
            "before there is a level",
        ),
        (
            ("levels = {", "tenants = [\"north\"]\nlevels = {"),
            "zone = ",
            "no weights for all tenants",
            "omit `tenants`",
        ),
        (("expected = 2.0", "expected = -2.0"), "", "an expected factor of -2", ""),
    ]);
}

#[test]
fn tenants_that_share_accounts_or_keywords_are_rejected() {
    const CARE: &str = "[[team]]\nname = \"care\"";
    assert_problems(&[
        (
            (
                CARE,
                "[[tenant]]\nname = \"south\"\nkeywords = [\"North \"]\n[[team]]\nname = \"care\"",
            ),
            "\"North \"",
            "conflicting tenants: keyword \"North \" also belongs to \"north\"",
            "keep it in one",
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
            "account care on X also belongs to \"north\"",
            "keep it in one",
        ),
        (
            (
                CARE,
                "[[tenant]]\nname = \"south\"\nquota = { mentions_per_minute = 5, burst = 0 }\n\
                 [[team]]\nname = \"care\"",
            ),
            "name = \"south\"",
            "the quota of \"south\" admits no mention",
            "1 or more",
        ),
    ]);
}
