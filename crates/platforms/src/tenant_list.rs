//! The tenants with an index over their accounts and keywords: a mention costs the same for one tenant
//! as for thousands.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;

use crate::TenantIdentity;
use crate::attribution::without_at_sign;

/// The tenants, in the order in which they are tried. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct TenantList(Arc<Indexed>);

#[derive(Debug, Default)]
struct Indexed {
    tenants: Vec<TenantIdentity>,
    /// Built with the first mention that is attributed.
    index: OnceLock<Index>,
}

/// Tenants by what identifies them, as places in the list.
#[derive(Debug)]
struct Index {
    names: HashMap<String, usize>,
    /// By platform and normalised account; the first tenant that owns it.
    accounts: HashMap<(String, String), usize>,
    keywords: Vec<Keyword>,
    /// Finds all keywords in one pass over a text; none if there are more than it can hold.
    automaton: Option<AhoCorasick>,
}

#[derive(Debug)]
struct Keyword {
    text: String,
    tenant: usize,
}

impl From<Vec<TenantIdentity>> for TenantList {
    fn from(tenants: Vec<TenantIdentity>) -> Self {
        Self(Arc::new(Indexed { tenants, index: OnceLock::new() }))
    }
}

impl FromIterator<TenantIdentity> for TenantList {
    fn from_iter<I: IntoIterator<Item = TenantIdentity>>(tenants: I) -> Self {
        tenants.into_iter().collect::<Vec<_>>().into()
    }
}

impl Deref for TenantList {
    type Target = [TenantIdentity];

    fn deref(&self) -> &[TenantIdentity] {
        &self.0.tenants
    }
}

impl PartialEq for TenantList {
    fn eq(&self, other: &Self) -> bool {
        self.0.tenants == other.0.tenants
    }
}

impl Eq for TenantList {}

impl TenantList {
    /// The tenant with this name.
    pub(crate) fn named(&self, name: &str) -> Option<&TenantIdentity> {
        self.0.tenants.get(*self.index().names.get(name)?)
    }

    /// The first tenant that owns an account with this id or handle.
    pub(crate) fn owner_of(&self, platform: &str, id_or_handle: &str) -> Option<&TenantIdentity> {
        let key = (platform.to_owned(), normalised(id_or_handle));
        self.0.tenants.get(*self.index().accounts.get(&key)?)
    }

    /// The first tenant with a keyword that the text contains as whole words.
    pub(crate) fn with_keyword_in(&self, text: &str) -> Option<&TenantIdentity> {
        let index = self.index();
        // Lower-casing the text is wasted work for deployments without keywords.
        if index.keywords.is_empty() {
            return None;
        }
        let text = text::lower_case(text);
        self.0.tenants.get(index.first_with_keyword_in(&text)?)
    }

    fn index(&self) -> &Index {
        self.0.index.get_or_init(|| Index::of(&self.0.tenants))
    }
}

impl Index {
    fn of(tenants: &[TenantIdentity]) -> Self {
        let (mut names, mut accounts, mut keywords) = (HashMap::new(), HashMap::new(), Vec::new());
        for (place, tenant) in tenants.iter().enumerate() {
            names.entry(tenant.name.clone()).or_insert(place);
            for account in &tenant.owned {
                let key = (account.platform.clone(), normalised(&account.account));
                accounts.entry(key).or_insert(place);
            }
            let written = tenant.keywords.iter().filter(|keyword| !keyword.is_empty());
            keywords.extend(written.map(|text| Keyword { text: text.clone(), tenant: place }));
        }
        let automaton = AhoCorasick::new(keywords.iter().map(|keyword| &keyword.text)).ok();
        Self { names, accounts, keywords, automaton }
    }

    /// The place of the first tenant with a keyword in a text in lower case.
    fn first_with_keyword_in(&self, text: &str) -> Option<usize> {
        let Some(automaton) = &self.automaton else { return self.one_by_one(text) };
        // Overlapping: a keyword may be part of another, or of itself, as in "na na na".
        let found = automaton.find_overlapping_iter(text);
        let found = found.filter(|found| text::is_whole_word(text, found.range()));
        found.map(|found| self.keywords[found.pattern().as_usize()].tenant).min()
    }

    /// As [`Index::first_with_keyword_in`], by a search for each keyword.
    fn one_by_one(&self, text: &str) -> Option<usize> {
        let has = |keyword: &&Keyword| contains_phrase(text, &keyword.text);
        self.keywords.iter().find(has).map(|keyword| keyword.tenant)
    }
}

/// An account as it is compared: without case and without a leading `@`.
fn normalised(id_or_handle: &str) -> String {
    without_at_sign(id_or_handle).to_ascii_lowercase()
}

/// Returns whether the text contains the phrase as whole words. Both must be in lower case.
fn contains_phrase(text: &str, phrase: &str) -> bool {
    let is_there = |at: usize| {
        text[at..].starts_with(phrase) && text::is_whole_word(text, at..at + phrase.len())
    };
    text.char_indices().any(|(at, _)| is_there(at))
}

#[cfg(test)]
mod tests {
    use mention::AccountRole;
    use proptest::prelude::*;

    use super::*;
    use crate::OwnedAccount;

    fn with_keywords(keywords: &[String]) -> TenantList {
        let tenant = |(place, keyword): (usize, &String)| TenantIdentity {
            name: place.to_string(),
            keywords: vec![keyword.clone()],
            ..TenantIdentity::default()
        };
        keywords.iter().enumerate().map(tenant).collect()
    }

    /// The search of earlier versions, which missed a keyword that overlaps itself.
    fn contains_apart(text: &str, phrase: &str) -> bool {
        let mut found = text.match_indices(phrase);
        !phrase.is_empty() && found.any(|(at, _)| text::is_whole_word(text, at..at + phrase.len()))
    }

    proptest! {
        #[test]
        fn one_pass_finds_the_tenant_that_a_search_for_each_keyword_finds(
            keywords in prop::collection::vec("[aüß ]{0,4}", 0..8),
            text in "[aüßbA ]{0,20}",
        ) {
            let tenants = with_keywords(&keywords);
            let lower = text::lower_case(&text);
            let found = tenants.with_keyword_in(&text).map(|tenant| tenant.name.as_str());
            let by_search = tenants.index().one_by_one(&lower).map(|place| place.to_string());
            prop_assert_eq!(found, by_search.as_deref());
            // Whatever an earlier version found is found, by this keyword or an earlier one.
            let before = keywords.iter().position(|keyword| contains_apart(&lower, keyword));
            if let Some(before) = before {
                prop_assert!(by_search.unwrap().parse::<usize>().unwrap() <= before);
            }
        }

        #[test]
        fn the_index_finds_the_owner_that_a_search_through_all_accounts_finds(
            accounts in prop::collection::vec(("[xy]", "@?[aAbÄ]{0,2}"), 0..8),
            platform in "[xy]",
            name in "@?[aAbÄ]{0,2}",
        ) {
            let account = |(platform, account): &(String, String)| OwnedAccount {
                platform: platform.clone(),
                account: account.clone(),
                role: AccountRole::Service,
            };
            let tenants: TenantList = accounts.iter().enumerate().map(|(place, owned)| {
                let owned = vec![account(owned)];
                TenantIdentity { name: place.to_string(), owned, ..TenantIdentity::default() }
            }).collect();
            let expected = tenants.iter().find(|tenant| tenant.owned[0].matches(&platform, &name));
            prop_assert_eq!(tenants.owner_of(&platform, &name), expected);
        }
    }

    #[test]
    fn a_keyword_that_overlaps_itself_is_found() {
        let tenants = with_keywords(&["na na".to_owned()]);
        assert!(tenants.with_keyword_in("xna na na").is_some());
        assert!(tenants.with_keyword_in("xna nay").is_none());
    }
}
