//! Tests of two stages fused into one.

use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{MemoryBroker, RulesSchedule};
use stage::{Fused, Input, Outgoing, RawRecord, Stage, State, Taps, Wire};

use crate::sample_stages::{A, B, C, END_TIME, EchoRules, EchoStage, SIDE, TallyStage, Word, at};
use crate::words::{append_words, read_words};

fn fused_stages(taps: Taps) -> Fused<TallyStage, EchoStage> {
    Fused::new(TallyStage, EchoStage, taps)
}

fn broker_with_input() -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    append_words(&broker, A, 1_000, "k:a l:b k:no k:c m:d refuse:refuse k:e l:f n:g k:h k:no m:i");
    append_words(&broker, SIDE, 2_500, "k:x l:y k:z m:w");
    broker
}

#[test]
fn faults_do_not_change_the_output_of_a_chain() {
    for taps in [Taps::On, Taps::Off] {
        assert_fault_tolerant(Some(END_TIME), &|plan| {
            let broker = broker_with_input();
            run_to_end(fused_stages(taps), ((), EchoRules("")), &broker, plan);
            RunOutcome::read(&broker, &[B, C], &["tally", "echo"])
        });
    }
}

#[test]
fn a_chain_writes_the_same_as_its_stages_run_separately() {
    let until = |plan: FaultPlan| FaultPlan {
        delivery: stage::memory::DeliveryPlan { end_time: Some(END_TIME), ..plan.delivery },
        ..plan
    };
    let (apart, fused) = (broker_with_input(), broker_with_input());
    run_to_end(TallyStage, (), &apart, until(FaultPlan::default()));
    run_to_end(EchoStage, EchoRules(""), &apart, until(FaultPlan::default()));
    run_to_end(fused_stages(Taps::On), ((), EchoRules("")), &fused, until(FaultPlan::default()));
    let of = |broker: &MemoryBroker| RunOutcome::read(broker, &[B, C], &["tally", "echo"]);
    assert_eq!(of(&apart).records, of(&fused).records);
    assert_eq!(of(&apart).changes, of(&fused).changes);
}

#[test]
fn a_separate_stage_skips_the_taps_that_a_chain_has_processed() {
    let broker = broker_with_input();
    run_to_end(fused_stages(Taps::On), ((), EchoRules("")), &broker, FaultPlan::default());
    let before = read_words(&broker, C);
    assert!(!read_words(&broker, B).is_empty());
    run_to_end(EchoStage, EchoRules(""), &broker, FaultPlan::default());
    assert_eq!(read_words(&broker, C), before);
}

#[test]
fn the_header_of_a_tap_hides_no_record_of_a_topic_that_no_chain_writes() {
    let (plain, marked) = (broker_with_input(), MemoryBroker::new(2));
    for record in [A, SIDE].into_iter().flat_map(|topic| plain.records(topic)) {
        let RawRecord { at, time, key, value, headers, .. } = record;
        marked.append_to(
            at.partition,
            Outgoing { topic: at.topic, time, key, value, headers, is_tap: true },
        );
    }
    for broker in [&plain, &marked] {
        run_to_end(TallyStage, (), broker, FaultPlan::default());
        run_to_end(EchoStage, EchoRules(""), broker, FaultPlan::default());
    }
    assert!(marked.records(SIDE).iter().all(|raw| raw.headers.has_tap_mark()));
    assert_eq!(read_words(&marked, C), read_words(&plain, C));
}

#[test]
fn without_taps_a_chain_writes_no_intermediate_topic() {
    let broker = broker_with_input();
    run_to_end(fused_stages(Taps::Off), ((), EchoRules("")), &broker, FaultPlan::default());
    assert_eq!(read_words(&broker, B), [""; 0]);
    assert!(!read_words(&broker, C).is_empty());
}

#[test]
fn a_link_that_a_later_stage_rejects_becomes_a_dead_letter_with_the_bytes_of_its_topic() {
    for taps in [Taps::On, Taps::Off] {
        let broker = MemoryBroker::new(1);
        append_words(&broker, A, 1_000, "k:a k:no k:refuse");
        run_to_end(fused_stages(taps), ((), EchoRules("")), &broker, FaultPlan::default());
        let dead: Vec<_> = broker
            .dead_letters()
            .into_iter()
            .map(|d| {
                (
                    d.reject.stage,
                    d.record.at.topic,
                    String::from_utf8(d.record.value.unwrap()).unwrap(),
                )
            })
            .collect();
        let tally = ("tally", A, "k|3000|refuse".to_owned());
        assert_eq!(dead, [tally, ("echo", B, "k|2000|no2".to_owned())]);
    }
}

#[test]
fn a_chain_reads_its_first_input_and_all_side_inputs_but_no_link_topic() {
    type Both = Fused<TallyStage, EchoStage>;
    assert_eq!(<Both as Stage>::In::topics(), [A, SIDE]);
    assert_eq!(<Both as Stage>::State::changelogs(), ["tally", "echo"]);
    assert_eq!(Both::NAME, "tally");
}

#[test]
fn time_inside_a_chain_has_the_resolution_of_a_topic() {
    let broker = MemoryBroker::new(1);
    // The timer of the first record is due at 6.3 ms, after the second record: a topic stores that
    // one's time as 6 ms. Unrounded, the timer would fire before it.
    for time in [1_300, 6_400].map(at) {
        let word = Word { key: "k".to_owned(), text: "a".to_owned(), time };
        let mut value = Vec::new();
        word.write(&mut value);
        broker.append(A, time, b"k", Some(value));
    }
    run_to_end(fused_stages(Taps::Off), ((), EchoRules("")), &broker, FaultPlan::default());
    assert_eq!(read_words(&broker, C)[..2], ["k:a1", "k:a2"]);
}

#[test]
fn a_reload_at_any_position_reaches_a_chain_whatever_fails() {
    for position in 0..=12 {
        let reload_at = at(1_000 + position * 1_000);
        assert_fault_tolerant(Some(END_TIME), &|plan| {
            let broker = broker_with_input();
            let rules = RulesSchedule::from(((), EchoRules("-old")));
            let rules = rules.then(reload_at, ((), EchoRules("-new")));
            run_to_end(fused_stages(Taps::On), rules, &broker, plan);
            RunOutcome::read(&broker, &[B, C], &["tally", "echo"])
        });
    }
}
