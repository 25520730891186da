//! The first rule that matches decides. So earlier rules must not cover a later one, no condition
//! may contradict itself, and the last playbook entry and policy must match everything.

use std::collections::HashSet;

#[cfg(test)]
mod tests;

use crate::Rules;
use crate::condition::{Condition, Coverage, Region};
use crate::file::SpannedText;
use crate::merged::MergedFiles;
use crate::model::Validity;
use crate::problem::{InFile, ProblemList};

/// A rule in its order of precedence.
struct OrderedRule<'a> {
    file: usize,
    name: &'a SpannedText,
    /// The condition in the file, if the rule has one.
    place: Option<&'a SpannedText>,
    when: &'a Condition,
    validity: Validity,
    /// Whether another rule names this one, which makes it reachable without a match.
    is_named: bool,
}

/// The most steps for one list of rules: a few seconds. 10,000 rules that differ by a range of followers
/// take 50 million.
const MAX_STEPS: usize = 60_000_000;

/// The steps of a subtraction of one box from another, which copies boxes: as long as this many
/// comparisons.
const STEPS_OF_SUBTRACTION: usize = 32;

pub(super) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    check_within(MAX_STEPS, files, rules, problems);
}

/// Checks each list of rules with at most this many steps.
fn check_within(steps: usize, files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    let routes = files.routes.iter().zip(&rules.routes).map(|(InFile { file, entry }, built)| {
        let (when, validity) = (&built.when, Validity::ALWAYS);
        OrderedRule {
            file: *file,
            name: &entry.name,
            place: Some(&entry.when),
            when,
            validity,
            is_named: false,
        }
    });
    check_reachable("route", &routes.collect::<Vec<_>>(), steps, problems);

    let plays =
        files.playbook.iter().zip(&rules.playbook).map(|(InFile { file, entry }, built)| {
            let (place, when, validity) = (entry.when.as_ref(), &built.when, built.validity);
            OrderedRule { file: *file, name: &entry.name, place, when, validity, is_named: false }
        });
    let plays: Vec<_> = plays.collect();
    check_reachable("playbook entry", &plays, steps, problems);
    check_catch_all("playbook entry", &plays, problems);

    let in_playbook = files.playbook.iter().filter_map(|entry| entry.entry.policy.as_ref());
    let in_routes = files.routes.iter().filter_map(|route| route.entry.policy.as_ref());
    let named: HashSet<&str> =
        in_playbook.chain(in_routes).map(|policy| policy.get_ref().as_str()).collect();
    let policies =
        files.policies.iter().zip(&rules.policies).map(|(InFile { file, entry }, built)| {
            let (place, when, validity) = (entry.when.as_ref(), &built.when, Validity::ALWAYS);
            let is_named = named.contains(entry.name.get_ref().as_str());
            OrderedRule { file: *file, name: &entry.name, place, when, validity, is_named }
        });
    let policies: Vec<_> = policies.collect();
    check_reachable("policy", &policies, steps, problems);
    check_catch_all("policy", &policies, problems);
}

/// Reports rules that match nothing, and rules that earlier ones cover. After `steps` says so once, and
/// reports only the former.
fn check_reachable(
    what: &str,
    entries: &[OrderedRule<'_>],
    steps: usize,
    problems: &mut ProblemList<'_>,
) {
    let mut earlier = EarlierRules::within(steps);
    for entry in entries {
        let Some(own) = entry.when.region() else { continue };
        if own.is_empty() {
            report_contradiction(what, entry, problems);
            continue;
        }
        if earlier.coverage.is_exhausted() {
            continue;
        }
        if !entry.is_named {
            report_covered(what, entry, &earlier.covering(&own), problems);
        }
        if earlier.coverage.is_exhausted() {
            report_exhausted(what, entry, problems);
        } else if entry.validity == Validity::ALWAYS {
            // A rule with dates covers nothing after its last day.
            earlier.add(entry.name.get_ref(), own);
        }
    }
}

fn report_contradiction(what: &str, entry: &OrderedRule<'_>, problems: &mut ProblemList<'_>) {
    if entry.is_named {
        return;
    }
    let message = format!("unreachable: no mention matches {what} \"{}\"", entry.name.get_ref());
    let place = entry.place.unwrap_or(entry.name);
    problems.error(entry.file, place, message, "its conditions contradict each other; correct one");
}

fn report_covered(
    what: &str,
    entry: &OrderedRule<'_>,
    covering: &[String],
    problems: &mut ProblemList<'_>,
) {
    if covering.is_empty() {
        return;
    }
    let verb = if covering.len() > 1 { "match" } else { "matches" };
    let (name, covering) = (entry.name.get_ref(), covering.join(" and "));
    let message = format!("unreachable: {covering} {verb} every mention of {what} \"{name}\"");
    problems.error(entry.file, entry.name, message, "move it up, or narrow the earlier one");
}

fn report_exhausted(what: &str, entry: &OrderedRule<'_>, problems: &mut ProblemList<'_>) {
    let name = entry.name.get_ref();
    let message = format!(
        "not analysed: whether each {what} from \"{name}\" on can be reached, because the conditions \
         up to it overlap in too many ways"
    );
    problems.warning(entry.file, entry.name, message, "write fewer or narrower alternatives (||)");
}

/// The rules before one, with the regions that they take.
struct EarlierRules<'a> {
    rules: Vec<(&'a str, Region)>,
    coverage: Coverage,
}

impl<'a> EarlierRules<'a> {
    fn within(steps: usize) -> Self {
        Self { rules: Vec::new(), coverage: Coverage::within(steps) }
    }

    fn add(&mut self, name: &'a str, region: Region) {
        self.coverage.add(self.rules.len(), &region);
        self.rules.push((name, region));
    }

    /// The quoted names of the rules that together cover a region; empty if some of it is left, or if
    /// that is not known.
    fn covering(&self, own: &Region) -> Vec<String> {
        if self.coverage.leaves_some(own) {
            return Vec::new();
        }
        let quoted = |rule: usize| self.rules.get(rule).map(|(name, _)| format!("\"{name}\""));
        match self.coverage.covering_rule(own) {
            Some(rule) => quoted(rule).into_iter().collect(),
            None => self.covering_by_subtraction(own),
        }
    }

    fn covering_by_subtraction(&self, own: &Region) -> Vec<String> {
        let mut left = own.clone();
        let mut covering = Vec::new();
        for (name, region) in &self.rules {
            if left.is_empty() || self.coverage.is_exhausted() {
                break;
            }
            let pairs = left.box_count().saturating_mul(region.box_count());
            self.coverage.count_steps(pairs.saturating_mul(STEPS_OF_SUBTRACTION));
            // Too complex to prove that nothing is left.
            let Some(now) = left.without(region) else { return Vec::new() };
            if left != now {
                // Only a rule that took a part of the rest belongs into the message.
                covering.push(format!("\"{name}\""));
            }
            left = now;
        }
        if left.is_empty() { covering } else { Vec::new() }
    }
}

/// Reports a list whose last rule does not match every mention at every time.
fn check_catch_all(what: &str, entries: &[OrderedRule<'_>], problems: &mut ProblemList<'_>) {
    let remedy = format!("end with a {what} that has no `when`, no `from` and no `until`");
    match entries.last() {
        Some(last) if last.place.is_none() && last.validity == Validity::ALWAYS => {}
        Some(last) => {
            let what =
                format!("there is no catch-all {what}: \"{}\" is the last", last.name.get_ref());
            problems.error(last.file, last.name, what, remedy);
        }
        None => {
            // A missing section has no place; report it at the beginning of the first file.
            let nowhere = toml::Spanned::new(0..0, ());
            problems.error(0, &nowhere, format!("there is no catch-all {what}"), remedy);
        }
    }
}
