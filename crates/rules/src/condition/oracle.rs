//! Property tests against the interpreter of `cel`: random conditions over random records.

use cel::{Context, Program, Value};
use proptest::prelude::*;

use super::facts::{EnumSet, INTENTS, LEVELS, RISKS};
use super::*;

/// The record as variables of the interpreter.
fn context<'a>(facts: &Facts<'_>) -> Context<'a, 'a> {
    let mut context = Context::default();
    for Variable { id, name, kind, .. } in VARIABLES {
        let some = |values: &[&str], bits: EnumSet| -> Vec<String> {
            let there = values.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
            there.map(|(_, value)| (*value).to_owned()).collect()
        };
        let value: Value = match kind {
            VariableKind::Enum(values) => values[usize::from(facts.enum_index(*id))].into(),
            VariableKind::EnumSet(values) => some(values, facts.enum_set(*id)).into(),
            VariableKind::Text => facts.text(*id).into(),
            VariableKind::TextList => {
                facts.text_list(*id).iter().map(|w| (*w).to_owned()).collect::<Vec<_>>().into()
            }
            VariableKind::Int(_) => facts.int(*id).into(),
            VariableKind::Probability => facts.probability(*id).into(),
            VariableKind::Flag => facts.flag(*id).into(),
        };
        context.add_variable_from_value(*name, value);
    }
    context
}

const WORDS: [&str; 5] = ["", "x", "northline", "it's \"so\"", "ß👍"];

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&WORDS[..])
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(1), -3..5_i64, Just(i64::MIN + 1), Just(i64::MAX)]
}

fn share() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), Just(0.5), 0.0..=1.0]
}

fn facts() -> impl Strategy<Value = Facts<'static>> {
    let words = (word(), word(), word(), prop::collection::vec(word(), 0..3));
    let codes = (0..4_u8, 0..5_u8, 0..11_u8, 0..256_u32, 0..2048_u32);
    let numbers = (number(), 0..5_i64, share(), share());
    (words, codes, numbers, any::<[bool; 3]>()).prop_map(|(words, codes, numbers, flags)| Facts {
        tenant: words.0,
        platform: words.1,
        tier: words.2,
        executives: words.3,
        channel: codes.0,
        level: codes.1,
        intent: codes.2,
        risks: codes.3,
        intents: codes.4,
        score: numbers.0,
        followers: numbers.1,
        negative: numbers.2,
        complaint: numbers.3,
        abstained: flags[0],
        bot: flags[1],
        in_incident: flags[2],
        ..Facts::default()
    })
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\\\""))
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(values).prop_map(quoted)
}

/// One comparison.
fn question() -> impl Strategy<Value = String> {
    let order = || prop::sample::select(&["==", "!=", "<", "<=", ">", ">="][..]);
    let same = || prop::sample::select(&["==", "!="][..]);
    let words = || prop::sample::select(&["tenant", "platform", "tier"][..]);
    let flags = prop::sample::select(&["abstained", "bot", "in_incident", "true", "false"][..]);
    let part = prop::sample::select(&["startsWith", "endsWith", "contains"][..]);
    let ints = || prop::sample::select(&["score", "followers"][..]);
    let values = prop::collection::vec(one_of(LEVELS), 1..4);
    prop_oneof![
        flags.prop_map(str::to_owned),
        (same(), any::<bool>()).prop_map(|(is, flag)| format!("bot {is} {flag}")),
        (order(), one_of(LEVELS)).prop_map(|(is, level)| format!("level {is} {level}")),
        (order(), one_of(LEVELS)).prop_map(|(is, level)| format!("{level} {is} level")),
        values.prop_map(|values| format!("level in [{}]", values.join(", "))),
        (same(), one_of(INTENTS)).prop_map(|(is, intent)| format!("intent {is} {intent}")),
        one_of(RISKS).prop_map(|risk| format!("{risk} in risks")),
        one_of(INTENTS).prop_map(|intent| format!("{intent} in intents")),
        (order(), -1..4_i64).prop_map(|(is, many)| format!("size(risks) {is} {many}")),
        (order(), 0..4_i64).prop_map(|(is, many)| format!("executives.size() {is} {many}")),
        (ints(), order(), number()).prop_map(|(name, is, value)| format!("{name} {is} {value}")),
        (order(), share()).prop_map(|(is, value)| format!("negative {is} {value:?}")),
        (order(), 0..2_i64).prop_map(|(is, value)| format!("{value} {is} complaint")),
        (words(), same(), word())
            .prop_map(|(name, is, word)| format!("{name} {is} {}", quoted(word))),
        (words(), word(), word()).prop_map(|(name, a, b)| format!(
            "{name} in [{}, {}]",
            quoted(a),
            quoted(b)
        )),
        (words(), part, word()).prop_map(|(name, part, w)| format!("{name}.{part}({})", quoted(w))),
        word().prop_map(|word| format!("{} in executives", quoted(word))),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    question().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("(({a}) ? ({b}) : ({c}))")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_condition_matches_exactly_when_the_cel_interpreter_returns_true(text in condition(), facts in facts()) {
        let ours = Condition::parse(&text, Scope::Mention);
        let ours = ours.map_err(|wrong| TestCaseError::fail(format!("{text}: {wrong:?}")))?;
        let theirs = Program::compile(&text).unwrap().execute(&context(&facts));
        prop_assert_eq!(theirs, Ok(ours.matches(&facts).into()), "{}", text);
    }

    #[test]
    fn a_matching_record_proves_that_a_region_is_not_empty(
        text in condition(),
        other in condition(),
        facts in facts(),
    ) {
        let read = |text: &str| Condition::parse(text, Scope::Mention).unwrap();
        let (one, other) = (read(&text), read(&other));
        let regions = one.region().zip(other.region()).and_then(|(own, others)| {
            Some((own.and(&others)?, own.without(&others)?))
        });
        let Some((both, only)) = regions else { return Ok(()) };
        let (is_met, is_other) = (one.matches(&facts), other.matches(&facts));
        // A matching record proves that a region is not empty; the reverse need not hold.
        prop_assert!(!(is_met && is_other && both.is_empty()), "{} and {:?}", text, other);
        prop_assert!(!(is_met && !is_other && only.is_empty()), "{} without {:?}", text, other);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z0-9 \"'()\\[\\]{}&|!?:=<>.,+*/%`\\\\-]{0,60}") {
        let _ = Condition::parse(&text, Scope::Mention);
    }

    #[test]
    fn no_unicode_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        let _ = Condition::parse(&text, Scope::Mention);
    }
}
