//! Targets do not conflict: of two policies that overlap, `over` states which one goes first, and a
//! more urgent level never has a later target.

use stage::TimeDelta;

use crate::Rules;
use crate::condition::Region;
use crate::file::SpannedText;
use crate::merged::MergedFiles;
use crate::model::{LevelTargets, Policy};
use crate::problem::{InFile, ProblemList};

pub(super) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    // Computed once for each policy, not once for each pair.
    let regions: Vec<_> = rules.policies.iter().map(|policy| policy.when.region()).collect();
    let all: Vec<_> = files.policies.iter().zip(rules.policies.iter().zip(&regions)).collect();
    for (place, (written, (policy, region))) in all.iter().enumerate() {
        check_level_order(written.file, &written.entry.name, policy, problems);
        for (later, (other, other_region)) in &all[place + 1..] {
            if policy.level_targets == other.level_targets {
                continue;
            }
            let Some(regions) = region.as_ref().zip(other_region.as_ref()) else { continue };
            let is_over = |InFile { entry, .. }: &InFile<crate::file::PolicySection>,
                           name: &SpannedText| {
                entry.over.iter().any(|over| over.get_ref() == name.get_ref())
            };
            if !is_over(written, &later.entry.name) {
                let names = (&*policy.name, &*other.name);
                check_overlap(written.file, &written.entry.name, names, regions, problems);
            }
        }
    }
}

/// Reports two policies that overlap although neither is an exception of the other.
fn check_overlap(
    file: usize,
    name: &SpannedText,
    (first, second): (&str, &str),
    (own, others): (&Region, &Region),
    problems: &mut ProblemList<'_>,
) {
    let Some(both) = own.and(others).filter(|both| !both.is_empty()) else { return };
    let (Some(only), Some(rest)) = (own.without(others), others.without(own)) else { return };
    // A policy within another is an exception, which the order of the file already resolves.
    if only.is_empty() || rest.is_empty() {
        return;
    }
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
