//! The audit chain: decisions as lines of JSON or as records. Any of them can be verified; once sealed, in
//! order, they are unbroken, and a decision that is changed, missing or repeated breaks the chain.
#![no_main]

use harken_fuzz::doors::{DOORS, Door};
use harken_fuzz::selector;
use libfuzzer_sys::fuzz_target;
use mention::hash_chain::{ChainBreak, ChainHead};
use mention::{Routed, codec, topics};

fuzz_target!(|input: &[u8]| {
    let (choice, bytes) = selector(input);
    let mut decisions: Vec<Routed> = match choice & 1 {
        0 => bytes.split(|b| *b == b'\n').filter_map(|l| serde_json::from_slice(l).ok()).collect(),
        _ => {
            let door = DOORS.iter().find(|door| door.topic == topics::ROUTED);
            let frame = door.map(|door: &Door| door.frame(bytes)).expect("is a door");
            codec::read(&frame).into_iter().collect()
        }
    };
    let mut foreign = ChainHead::default();
    for decision in &decisions {
        let _ = foreign.verify_next(decision);
        let _ = ChainHead::from_trusted(decision);
    }
    // Two more, so that there is a middle.
    decisions.extend([Routed::default(), Routed::default()]);
    let mut head = ChainHead::default();
    decisions.iter_mut().for_each(|decision| head.seal(decision));
    assert_eq!(verify(decisions.iter()), Ok(()));
    let victim = usize::from(choice >> 1) % decisions.len();
    // The last one may be missing unnoticed.
    let rest = decisions.iter().enumerate().filter(|(n, _)| *n != victim).map(|(_, one)| one);
    assert_eq!(verify(rest).is_err(), victim + 1 < decisions.len());
    let twice = decisions[..=victim].iter().chain(&decisions[victim..]);
    assert_eq!(verify(twice), Err(ChainBreak::OutOfOrder));
    let mut changed = decisions.clone();
    changed[victim].route.owner.push('x');
    assert_eq!(verify(changed.iter()), Err(ChainBreak::DigestMismatch));
});

fn verify<'a>(decisions: impl Iterator<Item = &'a Routed>) -> Result<(), ChainBreak> {
    let mut head = ChainHead::default();
    let mut result = Ok(());
    for decision in decisions {
        result = result.and(head.verify_next(decision));
    }
    result
}
