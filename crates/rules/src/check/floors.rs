//! Weights and floors: every tenant has its weights once, and what may cost a life is P1.

use mention::Level;

use crate::Rules;
use crate::book::Book;
use crate::file::Weights;
use crate::problem::{Findings, In};
use crate::when::{Condition, Region, Scope};

/// What is P1 whatever the rest.
const GRAVEST: [&str; 2] = ["safety", "threat_of_harm"];

pub(super) fn check(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    let mut seen: Vec<Option<&str>> = Vec::new();
    for (written, weights) in book.weights.iter().zip(&rules.weights) {
        let In { file, it } = written;
        let named = it.tenants.iter().map(|tenant| (Some(tenant.get_ref().as_str()), tenant));
        let all = it.tenants.is_empty().then_some((None, &it.name));
        for (tenant, place) in named.chain(all) {
            if seen.contains(&tenant) {
                let who = tenant.map_or("everybody".to_owned(), |tenant| format!("\"{tenant}\""));
                let what = format!("conflicting standards: two weights for {who}");
                found.broken(*file, place, what, "leave one of them");
            }
            seen.push(tenant);
        }
        let urgent: Vec<&Condition> = weights
            .floors
            .iter()
            .filter(|floor| floor.level == Level::P1)
            .map(|floor| &floor.when)
            .collect();
        grave(*file, it, &urgent, found);
    }
    if !seen.contains(&None) {
        let nowhere = toml::Spanned::new(0..0, ());
        let what = "there are no weights for everybody";
        found.broken(0, &nowhere, what, "leave `tenants` out of one of [[weights]]");
    }
}

fn grave(file: usize, weights: &Weights, floors: &[&Condition], found: &mut Findings<'_>) {
    for risk in GRAVEST {
        let all = Condition::read(&format!("\"{risk}\" in risks"), Scope::Floor).ok();
        let mut left = all.and_then(|all| all.region());
        for floor in floors {
            let region = floor.region();
            left = left.and_then(|left: Region| left.without(&region?));
        }
        if left.is_none_or(|left| !left.is_empty()) {
            let what = format!("not everything with the risk \"{risk}\" is P1");
            let remedy =
                format!("write a floor with when = '\"{risk}\" in risks' and level = \"P1\"");
            found.broken(file, &weights.name, what, remedy);
        }
    }
}
