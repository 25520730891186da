//! Understands any text: by the rules, whose evidence stands in the text, and by the stage, whose
//! answer can be written and read.
#![no_main]

use std::sync::LazyLock;

use classify::{Judged, Rules};
use libfuzzer_sys::fuzz_target;
use mention::{Scored, codec};
use understanding::{Buffers, Config, Post, Sentiment};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::built_in().expect("is built in"));
static STAGE: LazyLock<Sentiment> =
    LazyLock::new(|| Sentiment::new(Config::default()).expect("is built in"));

fuzz_target!(|text: &str| {
    let mut judged = Judged::new();
    RULES.judge(text, &mut judged);
    let spans = judged.intents.iter().filter_map(|found| found.evidence);
    for (start, end) in spans.chain(judged.risks.iter().map(|risk| (risk.start, risk.end))) {
        assert!(!text[start as usize..end as usize].is_empty());
    }
    let understanding =
        STAGE.understand(Post { text, ..Post::default() }, &mut Buffers::default());
    assert!(understanding.because.iter().all(|why| why.weight.is_finite()));
    let scored = Scored { understanding, ..Scored::default() };
    let mut bytes = Vec::new();
    codec::write(&scored, &mut bytes);
    assert_eq!(codec::read::<Scored>(&bytes).expect("what was written is read"), scored);
});
