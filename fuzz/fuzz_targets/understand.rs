//! Judges any text by the rules: the evidence stands in the text.
#![no_main]

use std::sync::LazyLock;

use classify::{Judged, Rules, language};
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::built_in().expect("is built in"));

fuzz_target!(|text: &str| {
    let mut judged = Judged::new();
    RULES.judge(text, &mut judged);
    let spans = judged.intents.iter().filter_map(|found| found.evidence);
    for (start, end) in spans.chain(judged.risks.iter().map(|risk| (risk.start, risk.end))) {
        assert!(!text[start as usize..end as usize].is_empty());
    }
    let _ = language::detect(text);
});
