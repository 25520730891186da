//! What was decided about a mention, as far as rules decide it.

use mention::{Routed, Visibility};
use serde::Deserialize;
use stage::Micros;

/// A decision, by the names people know; what is left out is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Decided {
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

/// A field of a decision: its name and what it says.
type Field = (&'static str, String);

impl Decided {
    pub(super) fn of(routed: &Routed) -> Self {
        let route = &routed.route;
        let heard = routed.mention.received_at;
        let within =
            |due: Option<Micros>| due.map_or("never".to_owned(), |due| rules::spoken(due - heard));
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

    fn fields(&self) -> Vec<Field> {
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
        fields.into_iter().filter_map(|(name, said)| Some((name, said?))).collect()
    }

    /// What this says and another decision says otherwise: name, this, the other.
    pub(super) fn differences(&self, other: &Decided) -> Vec<(&'static str, String, String)> {
        let others = other.fields();
        let other = |name| others.iter().find(|(known, _)| *known == name);
        let differs = self.fields().into_iter().filter_map(|(name, said)| {
            let others = spelt(other(name).map_or("", |(_, said)| said));
            let said = spelt(&said);
            (said != others).then_some((name, said, others))
        });
        differs.collect()
    }
}

fn spelt(said: &str) -> String {
    if said.is_empty() { "none".to_owned() } else { said.to_owned() }
}
