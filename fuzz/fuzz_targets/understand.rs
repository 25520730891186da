//! Understands arbitrary text: the phrase rules give evidence that is a span of the text, and the stage
//! gives an understanding that survives encoding and decoding.
#![no_main]

use std::sync::LazyLock;

use classify::{RuleClassifier, RuleFindings};
use libfuzzer_sys::fuzz_target;
use mention::{Scored, codec};
use text::Text;
use understanding::{Buffers, Config, PostText, UnderstandingStage};

static RULES: LazyLock<RuleClassifier> =
    LazyLock::new(|| RuleClassifier::built_in().expect("is built in"));
static STAGE: LazyLock<UnderstandingStage> =
    LazyLock::new(|| UnderstandingStage::new(Config::default()).expect("is built in"));

fuzz_target!(|text: &str| {
    let mut findings = RuleFindings::new();
    RULES.classify(&Text::of(text), &mut findings);
    let spans = findings.intents.iter().filter_map(|found| found.evidence);
    for (start, end) in spans.chain(findings.risks.iter().map(|risk| (risk.start, risk.end))) {
        assert!(!text[start as usize..end as usize].is_empty());
    }
    let understanding =
        STAGE.understand(PostText { text, ..PostText::default() }, &mut Buffers::default());
    assert!(understanding.because.iter().all(|words| words.weight.is_finite()));
    let scored = Scored { understanding, ..Scored::default() };
    let mut bytes = Vec::new();
    codec::write(&scored, &mut bytes);
    assert_eq!(codec::read::<Scored>(&bytes).expect("its own encoding decodes"), scored);
});
