//! Tenants are told apart: no account and no keyword is of two of them, and a quota lets something
//! through.

use std::collections::BTreeMap;

use crate::book::Book;
use crate::file::{Account, Name, Tenant};
use crate::problem::{Findings, In};

pub(super) fn check(book: &Book, found: &mut Findings<'_>) {
    let mut accounts = BTreeMap::new();
    let mut keywords = BTreeMap::new();
    for In { file, it } in &book.tenants {
        for account in &it.account {
            let names = std::iter::once(account.handle.get_ref()).chain(&account.id);
            for name in names {
                let what = format!("account {} on {}", name, account.platform.get_ref());
                let place = (&account.handle, *file);
                alone(&mut accounts, of(account, name), it, place, &what, found);
            }
        }
        for keyword in &it.keywords {
            let what = format!("keyword \"{}\"", keyword.get_ref());
            let words = keyword.get_ref().trim().to_lowercase();
            alone(&mut keywords, words, it, (keyword, *file), &what, found);
        }
        if it.quota.is_some_and(|quota| quota.mentions_per_minute == 0 || quota.burst == 0) {
            let what = format!("the quota of \"{}\" lets nothing through", it.name.get_ref());
            found.broken(*file, &it.name, what, "write 1 or more for both, or leave the quota out");
        }
    }
}

/// An account as ingest compares it.
fn of(account: &Account, name: &str) -> (String, String) {
    let bare = name.strip_prefix('@').unwrap_or(name);
    (account.platform.get_ref().to_lowercase(), bare.to_lowercase())
}

/// Finds what another tenant has as well.
fn alone<'a, K: Ord>(
    known: &mut BTreeMap<K, &'a str>,
    key: K,
    tenant: &'a Tenant,
    (place, file): (&Name, usize),
    what: &str,
    found: &mut Findings<'_>,
) {
    let name = tenant.name.get_ref().as_str();
    let first = *known.entry(key).or_insert(name);
    if first != name {
        let what = format!("conflicting tenants: {what} is of \"{first}\" as well");
        found.broken(file, place, what, "leave it to one of them");
    }
}
