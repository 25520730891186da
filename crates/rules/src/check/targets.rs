//! Targets do not conflict: of two policies that overlap, `over` states which one goes first, and a
//! more urgent level never has a later target.

use stage::TimeDelta;

use crate::Rules;
use crate::file::SpannedText;
use crate::merged::MergedFiles;
use crate::model::{LevelTargets, Policy};
use crate::problem::{InFile, ProblemList};

pub(super) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    let all: Vec<_> = files.policies.iter().zip(&rules.policies).collect();
    for (place, (written, policy)) in all.iter().enumerate() {
        check_level_order(written.file, &written.entry.name, policy, problems);
        for (later, other) in &all[place + 1..] {
            let is_over = |InFile { entry, .. }: &InFile<crate::file::PolicySection>,
                           name: &SpannedText| {
                entry.over.iter().any(|over| over.get_ref() == name.get_ref())
            };
            if !is_over(written, &later.entry.name) {
                check_overlap(written.file, &written.entry.name, policy, other, problems);
            }
        }
    }
}

/// Reports two policies that overlap although neither is an exception of the other.
fn check_overlap(
    file: usize,
    name: &SpannedText,
    policy: &Policy,
    other: &Policy,
    problems: &mut ProblemList<'_>,
) {
    let regions = policy.when.region().zip(other.when.region());
    let Some((own, others)) = regions else { return };
    let both = own.and(&others);
    let (only, rest) = (own.without(&others), others.without(&own));
    let (Some(both), Some(only), Some(rest)) = (both, only, rest) else { return };
    // A policy within another is an exception, which the order of the file already resolves.
    if both.is_empty()
        || only.is_empty()
        || rest.is_empty()
        || policy.level_targets == other.level_targets
    {
        return;
    }
    let (first, second) = (&policy.name, &other.name);
    let what = format!(
        "conflicting targets: policies \"{first}\" and \"{second}\" both apply to {}",
        both.example()
    );
    let remedy = format!("narrow one of them, or add over = [\"{second}\"] to \"{first}\"");
    problems.error(file, name, what, remedy);
}

/// Reads the target of one clock.
type TargetOf = fn(&LevelTargets) -> Option<TimeDelta>;

/// Reports a level whose target is later than that of a less urgent one.
fn check_level_order(
    file: usize,
    name: &SpannedText,
    policy: &Policy,
    problems: &mut ProblemList<'_>,
) {
    for (level, pair) in policy.level_targets.windows(2).enumerate() {
        let [urgent, lesser] = pair else { continue };
        // Open time on two calendars cannot be compared.
        if urgent.calendar != lesser.calendar {
            continue;
        }
        let clocks: [(&str, TargetOf); 3] = [
            ("acknowledge", |targets| targets.acknowledge),
            ("respond", |targets| targets.respond),
            ("resolve", |targets| targets.resolve),
        ];
        for (clock, of) in clocks {
            // A clock without a target never runs out, which is later than any target.
            if of(lesser).is_some_and(|later| of(urgent).is_none_or(|sooner| sooner > later)) {
                let (more, less) = (level + 1, level + 2);
                let what = format!(
                    "conflicting targets: policy \"{}\" lets P{more} wait longer than P{less} to {clock}",
                    policy.name
                );
                problems.error(file, name, what, format!("give P{more} the earlier target"));
            }
        }
    }
}
