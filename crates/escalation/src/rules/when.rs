//! The conditions of a route: plain fields, all of which must hold.

use mention::{AccountRole, Channel, Intent, Level, Prioritized};
use serde::Deserialize;

/// What a route asks of a mention. A list is met by any of its values; what is left out asks
/// nothing.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Whose customer the author is.
    pub tenant: Option<Vec<String>>,
    /// The platform.
    pub platform: Option<Vec<String>>,
    /// How urgent it is.
    pub level: Option<Vec<Level>>,
    /// What the author wants.
    pub intent: Option<Vec<Intent>>,
    /// The kind of place.
    pub channel: Option<Vec<Channel>>,
    /// What the owned account that is addressed is for.
    pub account_role: Option<Vec<AccountRole>>,
    /// The language, as ISO 639-1.
    pub language: Option<Vec<String>>,
    /// The CRM's name of the customer's tier, where the match is sure.
    pub tier: Option<Vec<String>>,
    /// The author has at least as many followers.
    pub min_followers: Option<i64>,
    /// It belongs to an incident, or to none.
    pub in_incident: Option<bool>,
    /// The scorer abstained, or did not.
    pub abstained: Option<bool>,
}

/// Below this confidence a customer's tier meets no condition.
const SURE: f32 = 0.8;

impl When {
    /// Whether a mention meets every condition.
    #[must_use]
    pub fn is_met(&self, fact: &Prioritized) -> bool {
        let Prioritized { mention, understanding, priority, .. } = fact;
        let customer = priority.customer.as_ref().filter(|customer| customer.confidence >= SURE);
        let followers = mention.author.followers.unwrap_or(0);
        is_one(&self.level, Some(&priority.level))
            && is_one(&self.intent, Some(&priority.intent))
            && is_one(&self.channel, Some(&mention.channel))
            && is_one(&self.account_role, Some(&mention.account_role))
            && is_one(&self.tenant, Some(&mention.tenant))
            && is_one(&self.platform, Some(&mention.platform))
            && is_one(&self.language, understanding.language.as_ref())
            && is_one(&self.tier, customer.map(|customer| &customer.tier))
            && self.min_followers.is_none_or(|least| followers >= least)
            && self.in_incident.is_none_or(|is| is == priority.incident_id.is_some())
            && self.abstained.is_none_or(|is| is == understanding.sentiment.is_none())
    }

    /// Whether every mention that meets `other` meets this as well.
    #[must_use]
    pub fn covers(&self, other: &When) -> bool {
        has_all(&self.level, &other.level)
            && has_all(&self.intent, &other.intent)
            && has_all(&self.channel, &other.channel)
            && has_all(&self.account_role, &other.account_role)
            && has_all(&self.tenant, &other.tenant)
            && has_all(&self.platform, &other.platform)
            && has_all(&self.language, &other.language)
            && has_all(&self.tier, &other.tier)
            && self
                .min_followers
                .is_none_or(|least| other.min_followers.is_some_and(|m| m >= least))
            && (self.in_incident.is_none() || self.in_incident == other.in_incident)
            && (self.abstained.is_none() || self.abstained == other.abstained)
    }

    /// Whether no mention can ever meet it.
    #[must_use]
    pub fn is_empty_list(&self) -> bool {
        fn empty<T>(list: &Option<Vec<T>>) -> bool {
            list.as_ref().is_some_and(Vec::is_empty)
        }
        empty(&self.level)
            || empty(&self.intent)
            || empty(&self.channel)
            || empty(&self.account_role)
            || empty(&self.tenant)
            || empty(&self.platform)
            || empty(&self.language)
            || empty(&self.tier)
    }
}

fn is_one<T: PartialEq>(wanted: &Option<Vec<T>>, is: Option<&T>) -> bool {
    wanted.as_ref().is_none_or(|wanted| is.is_some_and(|is| wanted.contains(is)))
}

fn has_all<T: PartialEq>(wide: &Option<Vec<T>>, narrow: &Option<Vec<T>>) -> bool {
    match (wide, narrow) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => narrow.iter().all(|value| wide.contains(value)),
    }
}
