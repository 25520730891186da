//! Tests of outputs that the log refuses: one dead letter, and every other record once.

use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{Fault, Finding, NoObserver, Outgoing, Quarantine, RejectReason, run};

use crate::sample_stages::{A, B, C, EchoRules, EchoStage, TallyStage, at};
use crate::words::{append_words, read_words};

fn is_huge(out: &Outgoing) -> bool {
    out.value.as_ref().is_some_and(|value| value.windows(4).any(|part| part == b"huge"))
}

fn is_fired(out: &Outgoing) -> bool {
    out.value.as_ref().is_some_and(|value| value.ends_with(b"fired"))
}

fn refusing(refuses: fn(&Outgoing) -> bool) -> DeliveryPlan {
    DeliveryPlan { refuses: Some(refuses), ..DeliveryPlan::default() }
}

#[test]
fn a_record_whose_output_is_refused_becomes_one_dead_letter_and_the_others_are_processed() {
    let broker = MemoryBroker::new(1);
    append_words(&broker, A, 1_000, "k:a l:b k:huge k:c l:huge l:d k:e");
    let mut log = MemoryLog::new::<TallyStage>(&broker, (), refusing(is_huge));
    let (mut quarantine, mut findings) = (Quarantine::default(), Vec::new());
    while let Err(fault) = run(&TallyStage, &mut log, &mut quarantine, &mut NoObserver) {
        assert!(matches!(fault, Fault::Refused { .. }), "{fault}");
        findings.extend(quarantine.take_findings());
        assert!(findings.len() < 20, "the worker does not get past a record: {findings:?}");
        log.restart();
    }
    let isolated = |f: &&Finding| matches!(f, Finding::Isolated { records: 7, .. });
    assert_eq!(findings.iter().filter(isolated).count(), 1, "{findings:?}");
    assert_eq!(findings.len(), 3, "one refusal together, then one for each record: {findings:?}");
    assert_eq!(read_words(&broker, B), ["k:a1", "l:b1", "k:c2", "l:d2", "k:e3"]);
    let dead = broker.dead_letters();
    let offsets: Vec<_> = dead.iter().map(|letter| letter.record.at.offset).collect();
    assert_eq!(offsets, [2, 4]);
    for letter in dead {
        assert_eq!(
            (letter.reject.stage, letter.reject.reason),
            ("tally", RejectReason::Quarantined)
        );
        let expected = "the broker refused what the stage made of it: the plan refuses an output";
        assert_eq!(letter.reject.message, expected);
    }
}

#[test]
fn faults_do_not_change_the_output_around_refused_records() {
    let plans = assert_fault_tolerant(None, &|plan| {
        let broker = MemoryBroker::new(2);
        append_words(&broker, A, 1_000, "k:a l:b k:huge m:d k:e l:huge n:g k:h m:i k:huge k:j");
        let delivery = DeliveryPlan { refuses: Some(is_huge), ..plan.delivery };
        run_to_end(TallyStage, (), &broker, FaultPlan { delivery, ..plan });
        let outcome = RunOutcome::read(&broker, &[B], &["tally"]);
        assert_eq!((outcome.records.len(), outcome.dead.len()), (8, 3), "{plan:?}");
        outcome
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn a_refused_output_of_a_timer_restarts_the_worker_and_quarantines_no_record() {
    let broker = MemoryBroker::new(1);
    append_words(&broker, B, 1_000, "k:a");
    // The record's time is before its timer: the timer fires alone, at the end of the input.
    let plan = DeliveryPlan { end_time: Some(at(60_000)), ..refusing(is_fired) };
    let mut log = MemoryLog::new::<EchoStage>(&broker, EchoRules(""), plan);
    let mut quarantine = Quarantine::default();
    for restarts in 1..=4 {
        let fault = run(&EchoStage, &mut log, &mut quarantine, &mut NoObserver).unwrap_err();
        assert!(matches!(fault, Fault::Refused { .. }), "{fault}");
        let findings = quarantine.take_findings();
        assert!(matches!(*findings, [Finding::NoRecord { .. }]), "{findings:?}");
        assert_eq!(quarantine.is_stuck(), restarts >= 3);
        log.restart();
    }
    assert_eq!(read_words(&broker, C), ["k:a"]);
    assert!(broker.dead_letters().is_empty());
}

/// The first of the later records fires the timer of the first one.
#[test]
fn a_refused_output_of_a_timer_blames_none_of_the_records_behind_it() {
    let broker = MemoryBroker::new(1);
    append_words(&broker, B, 1_000, "k:a");
    append_words(&broker, B, 60_000, "l:b m:c n:d o:e");
    let mut log = MemoryLog::new::<EchoStage>(&broker, EchoRules(""), refusing(is_fired));
    let mut quarantine = Quarantine::default();
    for restarts in 1..=6 {
        let fault = run(&EchoStage, &mut log, &mut quarantine, &mut NoObserver).unwrap_err();
        assert!(matches!(fault, Fault::Refused { .. }), "{fault}");
        let findings = quarantine.take_findings();
        match restarts {
            1 => {
                assert!(matches!(*findings, [Finding::Isolated { records: 5, .. }]), "{findings:?}")
            }
            _ => assert!(matches!(*findings, [Finding::NoRecord { .. }]), "{findings:?}"),
        }
        log.restart();
    }
    assert!(quarantine.is_stuck());
    assert_eq!(read_words(&broker, C), ["k:a"]);
    assert!(broker.dead_letters().is_empty());
    // Accepted at last, it comes out before the records that wait behind it.
    let mut log = MemoryLog::new::<EchoStage>(&broker, EchoRules(""), DeliveryPlan::default());
    run(&EchoStage, &mut log, &mut quarantine, &mut NoObserver).unwrap();
    assert_eq!(read_words(&broker, C)[..3], ["k:a", "k:fired", "l:b"]);
}
