//! Planned events: posts, launches, downtime, which raise what is usual.

use mention::Facet;
use rules::{Campaign, Rules};

use crate::MINUTE;

/// Something that people will speak of, and that is known beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// What it is.
    pub name: String,
    /// Whose it is.
    pub tenant: String,
    /// The facet that it raises.
    pub facet: Facet,
    /// Its value; empty for every value of the facet.
    pub value: String,
    /// The first minute since the epoch.
    pub from: i64,
    /// The minute after the last.
    pub to: i64,
    /// By how many times it raises what is usual.
    pub times: f64,
}

impl Planned {
    /// What the campaigns of some rules raise.
    ///
    /// One without words raises everything of its tenant's. One with words raises the reasons and
    /// the products that they stand for; how much of everything else those are nobody knows, so
    /// there it only explains.
    #[must_use]
    pub fn of_rules(rules: &Rules) -> Vec<Self> {
        rules.all_campaigns().iter().flat_map(|campaign| Self::of(campaign, rules)).collect()
    }

    fn of(campaign: &Campaign, rules: &Rules) -> Vec<Self> {
        let planned = |facet, value: &str, times| Self {
            name: campaign.name.clone(),
            tenant: campaign.tenant.clone(),
            facet,
            value: value.to_owned(),
            from: campaign.valid.from.div_euclid(MINUTE),
            to: campaign.valid.until.div_euclid(MINUTE),
            times,
        };
        let facets = [Facet::All, Facet::Reason, Facet::Product, Facet::Cluster];
        if campaign.words.is_empty() {
            return facets.map(|facet| planned(facet, "", campaign.expected)).into();
        }
        let mut all: Vec<Self> =
            [Facet::All, Facet::Cluster].map(|facet| planned(facet, "", 1.0)).into();
        let products = rules.tenant(&campaign.tenant).map_or(&[][..], |t| &t.lists.products);
        for (product, words) in products {
            let is_meant = |word: &String| *word == product.to_lowercase() || words.contains(word);
            if campaign.words.iter().any(is_meant) {
                all.push(planned(Facet::Product, product, campaign.expected));
            }
        }
        let reason =
            |word: &String| planned(Facet::Reason, &word.replace(' ', "_"), campaign.expected);
        all.extend(campaign.words.iter().map(reason));
        all
    }
}

/// The events planned for one series.
#[derive(Debug, Clone, Default)]
pub struct Plans<'a>(Vec<&'a Planned>);

impl<'a> Plans<'a> {
    /// Those of `all` that concern a series.
    #[must_use]
    pub fn of(all: &'a [Planned], tenant: &str, facet: Facet, value: &str) -> Self {
        let concerns = |event: &&Planned| {
            let is_value = event.value.is_empty() || event.value == value;
            event.tenant == tenant && event.facet == facet && is_value
        };
        Self(all.iter().filter(concerns).collect())
    }

    /// The event in force at a minute; of several the one that raises most.
    #[must_use]
    pub fn at(&self, minute: i64) -> Option<&'a Planned> {
        let now = self.0.iter().filter(|event| (event.from..event.to).contains(&minute));
        now.max_by(|a, b| a.times.total_cmp(&b.times)).copied()
    }

    /// By how many times what is usual is raised at a minute; at least 1.
    #[must_use]
    pub fn times(&self, minute: i64) -> f64 {
        if self.0.is_empty() {
            return 1.0;
        }
        self.at(minute).map_or(1.0, |event| event.times.max(1.0))
    }

    /// Whether something is planned within these minutes.
    #[must_use]
    pub fn touches(&self, from: i64, to: i64) -> bool {
        self.0.iter().any(|event| event.from < to && from < event.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_raises_the_products_and_reasons_it_is_about_and_explains_the_rest() {
        let rules = Rules::load(&rules::northline()).unwrap();
        let planned = Planned::of_rules(&rules);
        let of = |name: &str, facet, value: &str| {
            let is = |p: &&Planned| p.name == name && p.facet == facet && p.value == value;
            planned.iter().find(is).map(|p| p.times)
        };
        assert_eq!(of("billing-system-downtime", Facet::Reason, "billing"), Some(2.0));
        assert_eq!(of("billing-system-downtime", Facet::All, ""), Some(1.0));
        assert_eq!(of("billing-system-downtime", Facet::Product, "Fibre Max"), None);
        let launch = planned.iter().filter(|p| p.name == "fibre-max-launch");
        let launched: Vec<_> = launch.filter(|p| p.facet == Facet::Product).collect();
        assert_eq!(launched.len(), 1, "{launched:?}");
        assert_eq!((launched[0].times, launched[0].to - launched[0].from), (4.0, 57 * 60));
    }

    #[test]
    fn the_event_in_force_is_that_of_the_series_that_raises_most() {
        let planned = |name: &str, value: &str, from, to, times| Planned {
            name: name.into(),
            tenant: "northline".into(),
            facet: Facet::Product,
            value: value.into(),
            from,
            to,
            times,
        };
        let all = [planned("launch", "", 10, 20, 3.0), planned("advert", "fibre", 15, 30, 5.0)];
        let fibre = Plans::of(&all, "northline", Facet::Product, "fibre");
        let at = |minute| fibre.at(minute).map(|event| event.name.as_str());
        assert_eq!(
            [9, 10, 15, 29, 30].map(at),
            [None, Some("launch"), Some("advert"), Some("advert"), None]
        );
        assert_eq!((fibre.times(16), fibre.times(9)), (5.0, 1.0));
        assert!(fibre.touches(29, 90) && !fibre.touches(30, 90));
        let other = Plans::of(&all, "northline", Facet::Product, "mobile");
        assert_eq!(other.times(16), 3.0);
        assert!(Plans::of(&all, "southline", Facet::Product, "fibre").at(16).is_none());
    }
}
