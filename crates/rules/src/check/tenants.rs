//! Tenants: no account and no keyword belongs to two of them, and every quota admits mentions.

use std::collections::BTreeMap;

use crate::file::{AccountSection, SpannedText, TenantSection};
use crate::merged::MergedFiles;
use crate::problem::{InFile, ProblemList};

/// Reports accounts and keywords that belong to two tenants, and quotas that admit no mention.
pub(super) fn check(files: &MergedFiles, problems: &mut ProblemList<'_>) {
    let mut accounts = BTreeMap::new();
    let mut keywords = BTreeMap::new();
    for InFile { file, entry } in &files.tenants {
        for account in &entry.account {
            let names = std::iter::once(account.handle.get_ref()).chain(&account.id);
            for name in names {
                let subject = format!("account {} on {}", name, account.platform.get_ref());
                let span = (&account.handle, *file);
                check_exclusive(
                    &mut accounts,
                    account_key(account, name),
                    entry,
                    span,
                    &subject,
                    problems,
                );
            }
        }
        for keyword in &entry.keywords {
            let subject = format!("keyword \"{}\"", keyword.get_ref());
            let words = keyword.get_ref().trim().to_lowercase();
            check_exclusive(&mut keywords, words, entry, (keyword, *file), &subject, problems);
        }
        if entry.quota.is_some_and(|quota| quota.mentions_per_minute == 0 || quota.burst == 0) {
            let what = format!("the quota of \"{}\" admits no mention", entry.name.get_ref());
            problems.error(*file, &entry.name, what, "write 1 or more for both, or omit the quota");
        }
    }
}

/// An account in the form in which `platforms` compares it: without `@`, in lower case.
fn account_key(account: &AccountSection, name: &str) -> (String, String) {
    let bare = name.strip_prefix('@').unwrap_or(name);
    (account.platform.get_ref().to_lowercase(), bare.to_lowercase())
}

/// Reports an account or a keyword that another tenant has as well.
fn check_exclusive<'a, K: Ord>(
    known: &mut BTreeMap<K, &'a str>,
    key: K,
    tenant: &'a TenantSection,
    (span, file): (&SpannedText, usize),
    subject: &str,
    problems: &mut ProblemList<'_>,
) {
    let name = tenant.name.get_ref().as_str();
    // The first tenant keeps the account or keyword; later tenants are reported.
    let first = *known.entry(key).or_insert(name);
    if first != name {
        let what = format!("conflicting tenants: {subject} also belongs to \"{first}\"");
        problems.error(file, span, what, "keep it in one tenant");
    }
}
