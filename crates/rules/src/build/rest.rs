//! Tenants, campaigns and the weights of the priority.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use mention::{Intent, Level};
use stage::Micros;

use super::Build;
use crate::calendar::DAY;
use crate::file::{self, Name, Points};
use crate::model::{Account, Campaign, Floor, Lists, Tenant, Valid, Weights};
use crate::problem::In;
use crate::when::Scope;

/// More points than this are a slip of the pen.
const MOST: i32 = 1000;
/// The slowest ageing, a day a point.
const SLOWEST: i64 = 86_400;

impl Build<'_, '_> {
    pub(super) fn tenants(&mut self) -> Vec<Tenant> {
        let book = self.book;
        self.unique("tenant", book.tenants.iter().map(|tenant| (tenant.file, &tenant.it.name)));
        let mut tenants = Vec::new();
        for In { file, it } in &book.tenants {
            let lists = Lists {
                executives: self.list(*file, &it.executives),
                competitors: self.list(*file, &it.competitors),
                products: self.list(*file, &it.products),
                churn: self.words(*file, &it.churn),
            };
            let language = |language: &Name| language.get_ref().clone();
            let account = |account: &file::Account| Account {
                platform: account.platform.get_ref().to_lowercase(),
                handle: account.handle.get_ref().clone(),
                id: account.id.clone(),
                role: account.role,
            };
            let accounts: Vec<Account> = it.account.iter().map(account).collect();
            for (at, account) in accounts.iter().enumerate() {
                let is_same = |other: &Account| {
                    (&other.platform, &other.handle) == (&account.platform, &account.handle)
                };
                if let (true, Some(written)) =
                    (accounts[..at].iter().any(is_same), it.account.get(at))
                {
                    let what = "an account that is named twice";
                    self.found.broken(*file, &written.handle, what, "leave one of them");
                }
            }
            tenants.push(Tenant {
                name: it.name.get_ref().clone(),
                languages: it.languages.iter().map(language).collect(),
                keywords: self.words(*file, &it.keywords),
                lists,
                accounts,
                quota: it.quota,
            });
        }
        tenants
    }

    fn list(
        &mut self,
        file: usize,
        list: &BTreeMap<String, Vec<Name>>,
    ) -> Vec<(String, Vec<String>)> {
        list.iter().map(|(name, words)| (name.clone(), self.words(file, words))).collect()
    }

    fn words(&mut self, file: usize, words: &[Name]) -> Vec<String> {
        for word in words.iter().filter(|word| word.get_ref().trim().len() < 2) {
            let what = format!("\"{}\" would be found in nearly every text", word.get_ref());
            self.found.broken(file, word, what, "write a whole word");
        }
        words.iter().map(|word| word.get_ref().trim().to_lowercase()).collect()
    }

    pub(super) fn campaigns(&mut self) -> Vec<Campaign> {
        let book = self.book;
        self.unique("campaign", book.campaigns.iter().map(|c| (c.file, &c.it.name)));
        let mut campaigns = Vec::new();
        for In { file, it } in &book.campaigns {
            self.known("tenant", *file, &it.tenant, book.tenants.iter().map(|t| &t.it.name));
            let (from, until) = (self.moment(*file, &it.from), self.moment(*file, &it.until));
            if until <= from {
                let what = "it ends before it begins";
                self.found.broken(*file, &it.until, what, "let `until` be later than `from`");
            }
            let expected = *it.expected.get_ref();
            if !(0.0..=1000.0).contains(&expected) {
                let what = format!("{expected} times as much as usual");
                self.found.broken(*file, &it.expected, what, "write 0 to 1000, 1 is as usual");
            }
            campaigns.push(Campaign {
                name: it.name.get_ref().clone(),
                tenant: it.tenant.get_ref().clone(),
                kind: it.kind,
                valid: Valid { from, until },
                words: it.words.iter().map(|word| word.to_lowercase()).collect(),
                expected,
            });
        }
        campaigns
    }

    /// A day and a time on the clocks of the zone of the rules, in microseconds.
    fn moment(&mut self, file: usize, text: &Name) -> Micros {
        let Ok(moment) = text.get_ref().parse::<DateTime>() else {
            let what = format!("\"{}\" is no day with a time", text.get_ref());
            self.found.broken(file, text, what, "write it like \"2026-12-24T18:00\"");
            return 0;
        };
        let day = crate::calendar::number(moment.date());
        let midnight = moment.date().at(0, 0, 0, 0);
        let time = midnight.until(moment).map_or(0, |span| {
            span.total(jiff::Unit::Second).map_or(0, |seconds| seconds as Micros)
        });
        self.zone.reaches(day * DAY + time * 1_000_000)
    }

    pub(super) fn weights(&mut self) -> Vec<Weights> {
        let book = self.book;
        self.unique("weights", book.weights.iter().map(|w| (w.file, &w.it.name)));
        let mut all = Vec::new();
        for In { file, it } in &book.weights {
            for tenant in &it.tenants {
                self.known("tenant", *file, tenant, book.tenants.iter().map(|t| &t.it.name));
            }
            for (name, points, least) in named(it.points.get_ref()) {
                if !(least..=MOST).contains(&points) {
                    let what = format!("{name}: {points} is not from {least} to {MOST}");
                    self.found.broken(*file, &it.points, what, "weigh it within these bounds");
                }
            }
            let seconds = *it.seconds_a_point.get_ref();
            if !(1..=SLOWEST).contains(&seconds) {
                let what = format!("{seconds} seconds a point");
                self.found.broken(*file, &it.seconds_a_point, what, "write 1 to 86400, a day");
            }
            let floors = it.floor.iter().map(|floor| Floor {
                name: floor.name.get_ref().clone(),
                level: *floor.level.get_ref(),
                when: self.condition(*file, Some(&floor.when), Scope::Floor),
            });
            let floors = floors.collect();
            self.unique("floor", it.floor.iter().map(|floor| (*file, &floor.name)));
            all.push(Weights {
                name: it.name.get_ref().clone(),
                tenants: it.tenants.iter().map(|tenant| tenant.get_ref().clone()).collect(),
                points: it.points.get_ref().clone(),
                seconds_a_point: seconds,
                levels: self.levels(*file, it),
                floors,
            });
        }
        all
    }

    fn levels(&mut self, file: usize, it: &file::Weights) -> [i32; 4] {
        let levels = it.levels.get_ref();
        let least = [Level::P1, Level::P2, Level::P3, Level::P4].map(|l| levels.get(&l).copied());
        let is_falling = least.windows(2).all(|pair| pair[0] > pair[1]) && least[3].is_some();
        if !is_falling || levels.len() != 4 {
            let what = "levels that do not begin at falling scores from P1 to P4";
            let remedy = "write levels = { P1 = 80, P2 = 55, P3 = 25, P4 = 8 }";
            self.found.broken(file, &it.levels, what, remedy);
        }
        least.map(Option::unwrap_or_default)
    }
}

/// Every weight with its key and the least it may be. What wants something is never taken away
/// for: a worse mention would sink.
fn named(points: &Points) -> Vec<(String, i32, i32)> {
    let single = points.single().into_iter().map(|(name, points)| (name.to_owned(), points, 0));
    let intents = points.intent.iter().map(|(key, points)| {
        let asks =
            !matches!(key, Intent::Praise | Intent::Spam | Intent::CampaignChatter | Intent::Other);
        (format!("intent.{key:?}"), *points, if asks { 0 } else { -MOST })
    });
    let risks = points.risk.iter().map(|(key, points)| (format!("risk.{key:?}"), *points, 0));
    let reasons = points.reason.iter().map(|(key, points)| (format!("reason.{key}"), *points, 0));
    let tiers = points.tier.iter().map(|(key, points)| (format!("tier.{key}"), *points, 0));
    single.chain(intents).chain(risks).chain(reasons).chain(tiers).collect()
}
