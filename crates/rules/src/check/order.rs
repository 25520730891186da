//! The first rule that is met decides: none may stand behind those that take all it asks for, none
//! may ask what cannot be, and the last of some must take what is left.

use crate::Rules;
use crate::book::Book;
use crate::file::Name;
use crate::model::Valid;
use crate::problem::{Findings, In};
use crate::when::{Condition, Region};

/// A rule in its order.
struct Entry<'a> {
    file: usize,
    name: &'a Name,
    /// Where its condition stands, if it has one.
    place: Option<&'a Name>,
    when: &'a Condition,
    valid: Valid,
    /// Somebody names it, so that it needs not be met.
    is_named: bool,
}

pub(super) fn check(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    let routes = book.routes.iter().zip(&rules.routes).map(|(In { file, it }, built)| {
        let (when, valid) = (&built.when, Valid::ALWAYS);
        Entry { file: *file, name: &it.name, place: Some(&it.when), when, valid, is_named: false }
    });
    order("route", &routes.collect::<Vec<_>>(), found);

    let plays = book.plays.iter().zip(&rules.plays).map(|(In { file, it }, built)| {
        let (place, when, valid) = (it.when.as_ref(), &built.when, built.valid);
        Entry { file: *file, name: &it.name, place, when, valid, is_named: false }
    });
    let plays: Vec<_> = plays.collect();
    order("playbook entry", &plays, found);
    last("playbook entry", "what nobody foresaw", &plays, found);

    let named = |name: &Name| {
        let of_plays = book.plays.iter().filter_map(|play| play.it.policy.as_ref());
        let mut all = of_plays.chain(book.routes.iter().filter_map(|r| r.it.policy.as_ref()));
        all.any(|known| known.get_ref() == name.get_ref())
    };
    let policies = book.policies.iter().zip(&rules.policies).map(|(In { file, it }, built)| {
        let (place, when, valid) = (it.when.as_ref(), &built.when, Valid::ALWAYS);
        let is_named = named(&it.name);
        Entry { file: *file, name: &it.name, place, when, valid, is_named }
    });
    let policies: Vec<_> = policies.collect();
    order("policy", &policies, found);
    last("policy", "what no other policy is for", &policies, found);
}

/// Finds rules that are never met, and those that stand behind wider ones.
fn order(what: &str, entries: &[Entry<'_>], found: &mut Findings<'_>) {
    let mut before: Vec<(&Entry<'_>, Region)> = Vec::new();
    for entry in entries {
        let Some(own) = entry.when.region() else { continue };
        let (file, name) = (entry.file, entry.name.get_ref());
        if own.is_empty() {
            if !entry.is_named {
                let told = format!("unreachable: no mention ever meets {what} \"{name}\"");
                let place = entry.place.unwrap_or(entry.name);
                found.broken(file, place, told, "its conditions contradict each other; mend one");
            }
            continue;
        }
        let mut left = Some(own.clone());
        let mut takers = Vec::new();
        for (earlier, region) in &before {
            let Some(now) = left.as_ref().and_then(|left| left.without(region)) else {
                left = None;
                break;
            };
            if left.as_ref() != Some(&now) {
                takers.push(format!("\"{}\"", earlier.name.get_ref()));
            }
            left = Some(now);
        }
        if left.is_some_and(|left| left.is_empty()) && !entry.is_named {
            let (takers, take) =
                (takers.join(" and "), if takers.len() > 1 { "take" } else { "takes" });
            let told = format!("unreachable: {takers} {take} all that {what} \"{name}\" asks for");
            found.broken(file, entry.name, told, "put it before, or narrow the earlier one");
        }
        // What holds for a while takes nothing for ever.
        if entry.valid == Valid::ALWAYS {
            before.push((entry, own));
        }
    }
}

/// The last one takes what is left, at any time.
fn last(what: &str, of_what: &str, entries: &[Entry<'_>], found: &mut Findings<'_>) {
    let remedy = format!("end with a {what} that has no `when`, no `from` and no `until`");
    match entries.last() {
        Some(last) if last.place.is_none() && last.valid == Valid::ALWAYS => {}
        Some(last) => {
            let what = format!(
                "there is no {what} for {of_what}: \"{}\" is the last",
                last.name.get_ref()
            );
            found.broken(last.file, last.name, what, remedy);
        }
        None => {
            let nowhere = toml::Spanned::new(0..0, ());
            found.broken(0, &nowhere, format!("there is no {what} for {of_what}"), remedy);
        }
    }
}
