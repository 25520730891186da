//! Weights and floors: every tenant has one set of weights, and every weights section lifts a risk
//! to life to P1.

use mention::Level;

use crate::Rules;
use crate::condition::{Condition, Region, Scope};
use crate::file::WeightsSection;
use crate::merged::MergedFiles;
use crate::problem::{InFile, ProblemList};

/// Risks that must be P1 whatever the score.
const ALWAYS_P1_RISKS: [&str; 2] = ["safety", "threat_of_harm"];

pub(super) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    let mut seen: Vec<Option<&str>> = Vec::new();
    for (written, weights) in files.weights.iter().zip(&rules.weights) {
        let InFile { file, entry } = written;
        let named = entry.tenants.iter().map(|tenant| (Some(tenant.get_ref().as_str()), tenant));
        let all = entry.tenants.is_empty().then_some((None, &entry.name));
        for (tenant, place) in named.chain(all) {
            if seen.contains(&tenant) {
                let tenants =
                    tenant.map_or("all tenants".to_owned(), |tenant| format!("\"{tenant}\""));
                let what = format!("conflicting weights: two sections for {tenants}");
                problems.error(*file, place, what, "keep one of them");
            }
            seen.push(tenant);
        }
        let urgent: Vec<&Condition> = weights
            .floors
            .iter()
            .filter(|floor| floor.level == Level::P1)
            .map(|floor| &floor.when)
            .collect();
        require_p1_floor(*file, entry, &urgent, problems);
    }
    if !seen.contains(&None) {
        // A missing section has no place; report it at the beginning of the first file.
        let nowhere = toml::Spanned::new(0..0, ());
        let what = "there are no weights for all tenants";
        problems.error(0, &nowhere, what, "omit `tenants` in one [[weights]] section");
    }
}

fn require_p1_floor(
    file: usize,
    weights: &WeightsSection,
    floors: &[&Condition],
    problems: &mut ProblemList<'_>,
) {
    for risk in ALWAYS_P1_RISKS {
        let all = Condition::parse(&format!("\"{risk}\" in risks"), Scope::Floor).ok();
        // Proof by regions: subtract every P1 floor from "has this risk"; nothing may remain.
        let mut left = all.and_then(|all| all.region());
        for floor in floors {
            let region = floor.region();
            left = left.and_then(|left: Region| left.without(&region?));
        }
        if left.is_none_or(|left| !left.is_empty()) {
            let what = format!("the risk \"{risk}\" is not always P1");
            let remedy =
                format!("write a floor with when = '\"{risk}\" in risks' and level = \"P1\"");
            problems.error(file, &weights.name, what, remedy);
        }
    }
}
