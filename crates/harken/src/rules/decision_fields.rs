//! The fields of a decision that the rules determine.

use mention::{Routed, Visibility};
use serde::Deserialize;
use stage::EventTime;

/// A decision, with fields named as in test cases. `None` is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DecisionFields {
    pub(super) level: Option<String>,
    pub(super) rule: Option<String>,
    pub(super) playbook: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) queue: Option<String>,
    pub(super) watchers: Option<Vec<String>>,
    pub(super) skills: Option<Vec<String>>,
    pub(super) visibility: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) path: Option<String>,
    pub(super) next_contact: Option<String>,
    pub(super) acknowledge_within: Option<String>,
    pub(super) respond_within: Option<String>,
    pub(super) resolve_within: Option<String>,
}

/// Name and value of a field.
type NamedField = (&'static str, String);

impl DecisionFields {
    pub(super) fn from_routed(routed: &Routed) -> Self {
        let route = &routed.route;
        let received_at = routed.mention.received_at;
        let within = |due: Option<EventTime>| {
            due.map_or("never".to_owned(), |due| rules::format_duration(due - received_at))
        };
        let visibility = match route.visibility {
            Visibility::None => "none",
            Visibility::Public => "public",
            Visibility::Private => "private",
        };
        Self {
            level: Some(format!("{:?}", routed.priority.level)),
            rule: Some(route.rule.clone()),
            playbook: Some(route.playbook_entry.clone()),
            owner: Some(route.owner.clone()),
            queue: Some(route.queue.clone()),
            watchers: Some(route.watchers.clone()),
            skills: Some(route.skills.clone()),
            visibility: Some(visibility.to_owned()),
            policy: Some(route.policy.clone()),
            path: Some(route.path.clone()),
            next_contact: Some(route.next_contact.clone()),
            acknowledge_within: Some(within(route.due.acknowledge_at)),
            respond_within: Some(within(route.due.respond_at)),
            resolve_within: Some(within(route.due.resolve_at)),
        }
    }

    fn fields(&self) -> Vec<NamedField> {
        let list = |list: &Option<Vec<String>>| list.as_ref().map(|list| list.join(", "));
        let fields = [
            ("level", self.level.clone()),
            ("rule", self.rule.clone()),
            ("playbook", self.playbook.clone()),
            ("owner", self.owner.clone()),
            ("queue", self.queue.clone()),
            ("watchers", list(&self.watchers)),
            ("skills", list(&self.skills)),
            ("visibility", self.visibility.clone()),
            ("policy", self.policy.clone()),
            ("path", self.path.clone()),
            ("next_contact", self.next_contact.clone()),
            ("acknowledge_within", self.acknowledge_within.clone()),
            ("respond_within", self.respond_within.clone()),
            ("resolve_within", self.resolve_within.clone()),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The fields set here whose value differs in `other`: name, value here, value in `other`.
    pub(super) fn differences(
        &self,
        other: &DecisionFields,
    ) -> Vec<(&'static str, String, String)> {
        let others = other.fields();
        let other = |name| others.iter().find(|(field, _)| *field == name);
        let differs = self.fields().into_iter().filter_map(|(name, value)| {
            let others = or_none(other(name).map_or("", |(_, value)| value));
            let own = or_none(&value);
            (own != others).then_some((name, own, others))
        });
        differs.collect()
    }
}

fn or_none(value: &str) -> String {
    if value.is_empty() { "none".to_owned() } else { value.to_owned() }
}
