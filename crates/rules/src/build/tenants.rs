//! Builds tenants and campaigns.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use stage::{EventTime, TimeDelta};

use super::Builder;
use crate::calendar::{day_number, local_time};
use crate::file::{self, SpannedText};
use crate::model::{Campaign, TenantAccount, TenantLists, TenantSettings, Validity};
use crate::problem::InFile;

impl Builder<'_, '_> {
    pub(super) fn tenants(&mut self) -> Vec<TenantSettings> {
        let files = self.files;
        self.require_unique(
            "tenant",
            files.tenants.iter().map(|tenant| (tenant.file, &tenant.entry.name)),
        );
        let mut tenants = Vec::new();
        for InFile { file, entry } in &files.tenants {
            let lists = TenantLists {
                executives: self.list(*file, &entry.executives),
                competitors: self.list(*file, &entry.competitors),
                products: self.list(*file, &entry.products),
                churn: self.words(*file, &entry.churn),
            };
            let language = |language: &SpannedText| language.get_ref().clone();
            tenants.push(TenantSettings {
                name: entry.name.get_ref().clone(),
                languages: entry.languages.iter().map(language).collect(),
                keywords: self.words(*file, &entry.keywords),
                lists,
                accounts: self.accounts(*file, &entry.account),
                quota: entry.quota,
            });
        }
        tenants
    }

    /// The accounts of a tenant; reports those that are listed twice.
    fn accounts(&mut self, file: usize, sections: &[file::AccountSection]) -> Vec<TenantAccount> {
        let mut accounts: Vec<TenantAccount> = Vec::new();
        for section in sections {
            self.require_visible(file, "platform", &section.platform);
            self.require_visible(file, "account", &section.handle);
            let account = TenantAccount {
                platform: section.platform.get_ref().to_lowercase(),
                handle: section.handle.get_ref().clone(),
                id: section.id.clone(),
                role: section.role,
            };
            let is_same = |other: &TenantAccount| {
                (&other.platform, &other.handle) == (&account.platform, &account.handle)
            };
            if accounts.iter().any(is_same) {
                let what = "the account is listed twice";
                self.problems.error(file, &section.handle, what, "keep one of them");
            }
            accounts.push(account);
        }
        accounts
    }

    fn list(
        &mut self,
        file: usize,
        list: &BTreeMap<String, Vec<SpannedText>>,
    ) -> Vec<(String, Vec<String>)> {
        list.iter().map(|(name, words)| (name.clone(), self.words(file, words))).collect()
    }

    /// Lower-case words; reports those of less than two bytes.
    fn words(&mut self, file: usize, words: &[SpannedText]) -> Vec<String> {
        // Bytes, not characters: a single ideograph has three and may be a word.
        for word in words.iter().filter(|word| word.get_ref().trim().len() < 2) {
            let what = format!("\"{}\" matches nearly every text", word.get_ref());
            self.problems.error(file, word, what, "write a whole word");
        }
        words.iter().map(|word| word.get_ref().trim().to_lowercase()).collect()
    }

    pub(super) fn campaigns(&mut self) -> Vec<Campaign> {
        let files = self.files;
        self.require_unique("campaign", files.campaigns.iter().map(|c| (c.file, &c.entry.name)));
        let mut campaigns = Vec::new();
        for InFile { file, entry } in &files.campaigns {
            self.require_defined(
                "tenant",
                *file,
                &entry.tenant,
                files.tenants.iter().map(|t| &t.entry.name),
            );
            let (from, until) =
                (self.instant(*file, &entry.from), self.instant(*file, &entry.until));
            if until <= from {
                let what = "it ends before it begins";
                self.problems.error(*file, &entry.until, what, "let `until` be later than `from`");
            }
            let expected = *entry.expected.get_ref();
            // Rejects NaN as well.
            if !(0.0..=1000.0).contains(&expected) {
                let what = format!("an expected factor of {expected}");
                self.problems.error(
                    *file,
                    &entry.expected,
                    what,
                    "write 0 to 1000; 1 means the usual volume",
                );
            }
            campaigns.push(Campaign {
                name: entry.name.get_ref().clone(),
                tenant: entry.tenant.get_ref().clone(),
                kind: entry.kind,
                validity: Validity { from, until },
                words: entry.words.iter().map(|word| word.to_lowercase()).collect(),
                expected,
            });
        }
        campaigns
    }

    /// The instant of a local date and time in the zone of the rules.
    fn instant(&mut self, file: usize, text: &SpannedText) -> EventTime {
        let Ok(moment) = text.get_ref().parse::<DateTime>() else {
            let what = format!("\"{}\" is not a date with a time", text.get_ref());
            self.problems.error(file, text, what, "write it like \"2026-12-24T18:00\"");
            return EventTime::default();
        };
        self.require_covered(file, text, moment.date());
        let day = day_number(moment.date());
        let midnight = moment.date().at(0, 0, 0, 0);
        let seconds = midnight
            .until(moment)
            .map_or(0, |span| span.total(jiff::Unit::Second).map_or(0, |seconds| seconds as i64));
        self.zone.first_instant_at(local_time(day, TimeDelta::from_secs(seconds)))
    }
}
