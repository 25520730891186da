//! Planned events such as launches and downtime, which raise the expected count.

use mention::Facet;
use rules::{Campaign, Rules};
use stage::TimeDelta;

/// An event known beforehand that raises the counts of some series.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedEvent {
    /// The name of the campaign.
    pub name: String,
    /// The tenant.
    pub tenant: String,
    /// The facet of the series.
    pub facet: Facet,
    /// The value of the facet; empty for all values.
    pub value: String,
    /// The first minute since the epoch.
    pub from: i64,
    /// The minute after the last one.
    pub to: i64,
    /// The factor on the expected count; 1 if the event only explains a rise.
    pub factor: f64,
}

impl PlannedEvent {
    /// The events of all campaigns in the rules.
    ///
    /// A campaign without words raises every series of its tenant. A campaign with words raises the
    /// series of the reasons and products that the words name. Their share of the other series is
    /// unknown, so there it only explains a rise.
    #[must_use]
    pub fn from_rules(rules: &Rules) -> Vec<Self> {
        rules
            .all_campaigns()
            .iter()
            .flat_map(|campaign| Self::from_campaign(campaign, rules))
            .collect()
    }

    fn from_campaign(campaign: &Campaign, rules: &Rules) -> Vec<Self> {
        let planned = |facet, value: &str, times| Self {
            name: campaign.name.clone(),
            tenant: campaign.tenant.clone(),
            facet,
            value: value.to_owned(),
            from: campaign.validity.from.interval(TimeDelta::MINUTE),
            to: campaign.validity.until.interval(TimeDelta::MINUTE),
            factor: times,
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

/// The planned events of one series.
#[derive(Debug, Clone, Default)]
pub struct SeriesEvents<'a>(Vec<&'a PlannedEvent>);

impl<'a> SeriesEvents<'a> {
    /// The events among `all` that concern a series.
    #[must_use]
    pub fn for_series(all: &'a [PlannedEvent], tenant: &str, facet: Facet, value: &str) -> Self {
        let applies = |event: &&PlannedEvent| {
            let is_value = event.value.is_empty() || event.value == value;
            event.tenant == tenant && event.facet == facet && is_value
        };
        Self(all.iter().filter(applies).collect())
    }

    /// The active event at a minute; the one with the largest factor if there are several.
    #[must_use]
    pub fn active_at(&self, minute: i64) -> Option<&'a PlannedEvent> {
        let active = self.0.iter().filter(|event| (event.from..event.to).contains(&minute));
        active.max_by(|a, b| a.factor.total_cmp(&b.factor)).copied()
    }

    /// The factor on the expected count at a minute; at least 1.
    #[must_use]
    pub fn factor(&self, minute: i64) -> f64 {
        // Called for every minute of every window; most series have no event.
        if self.0.is_empty() {
            return 1.0;
        }
        self.active_at(minute).map_or(1.0, |event| event.factor.max(1.0))
    }

    /// Whether an event overlaps the minutes from `from` up to, but without, `to`.
    #[must_use]
    pub fn overlaps(&self, from: i64, to: i64) -> bool {
        self.0.iter().any(|event| event.from < to && from < event.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_raises_the_series_its_words_name_and_explains_the_others() {
        let rules = Rules::load(&rules::northline()).unwrap();
        let planned = PlannedEvent::from_rules(&rules);
        let of = |name: &str, facet, value: &str| {
            let is = |p: &&PlannedEvent| p.name == name && p.facet == facet && p.value == value;
            planned.iter().find(is).map(|p| p.factor)
        };
        assert_eq!(of("billing-system-downtime", Facet::Reason, "billing"), Some(2.0));
        assert_eq!(of("billing-system-downtime", Facet::All, ""), Some(1.0));
        assert_eq!(of("billing-system-downtime", Facet::Product, "Fibre Max"), None);
        let launch = planned.iter().filter(|p| p.name == "fibre-max-launch");
        let launched: Vec<_> = launch.filter(|p| p.facet == Facet::Product).collect();
        assert_eq!(launched.len(), 1, "{launched:?}");
        assert_eq!((launched[0].factor, launched[0].to - launched[0].from), (4.0, 57 * 60));
    }

    #[test]
    fn the_active_event_is_the_one_with_the_largest_factor() {
        let planned = |name: &str, value: &str, from, to, times| PlannedEvent {
            name: name.into(),
            tenant: "northline".into(),
            facet: Facet::Product,
            value: value.into(),
            from,
            to,
            factor: times,
        };
        let all = [planned("launch", "", 10, 20, 3.0), planned("advert", "fibre", 15, 30, 5.0)];
        let fibre = SeriesEvents::for_series(&all, "northline", Facet::Product, "fibre");
        let at = |minute| fibre.active_at(minute).map(|event| event.name.as_str());
        assert_eq!(
            [9, 10, 15, 29, 30].map(at),
            [None, Some("launch"), Some("advert"), Some("advert"), None]
        );
        assert_eq!((fibre.factor(16), fibre.factor(9)), (5.0, 1.0));
        assert!(fibre.overlaps(29, 90) && !fibre.overlaps(30, 90));
        let other = SeriesEvents::for_series(&all, "northline", Facet::Product, "mobile");
        assert_eq!(other.factor(16), 3.0);
        assert!(
            SeriesEvents::for_series(&all, "southline", Facet::Product, "fibre")
                .active_at(16)
                .is_none()
        );
    }
}
