//! The place of a mention in its queue.

use mention::{Disposition, Novelty};
use stage::TimeDelta;
use stage::memory::MemoryBroker;

use crate::fixtures::{at_minute, mention_of, publish_mention, revise, routed_records, run};

#[test]
fn a_routed_record_has_the_place_of_its_decision_and_a_control_record_has_none() {
    let broker = MemoryBroker::new(1);
    let mut first = mention_of("ann", "1", 0);
    first.priority.place = Some(at_minute(-60));
    publish_mention(&broker, &first);
    let mut edit = revise(first, Novelty::Edit);
    edit.priority.place = Some(at_minute(-90));
    publish_mention(&broker, &edit);
    run(&broker, 11 * TimeDelta::MINUTE);
    let records = routed_records(&broker).into_iter();
    let places: Vec<_> =
        records.map(|routed| (routed.disposition, routed.priority.place)).collect();
    let expected = [
        (Disposition::Routed, Some(at_minute(-60))),
        (Disposition::Updated, Some(at_minute(-90))),
        (Disposition::Breached, None),
    ];
    assert_eq!(places, expected);
}
