//! The documented record: every name a condition may use, its type and what it means.

use super::facts::{CHANNELS, CLOCKS, INTENTS, LEVELS, NAMED, RISKS, ROLES, TONES};

/// The type of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// A string out of a closed list.
    Enum(&'static [&'static str]),
    /// A list of distinct strings out of a closed list.
    EnumSet(&'static [&'static str]),
    /// A string; empty where the value is unknown.
    Text,
    /// A list of strings.
    TextList,
    /// An integer with this minimum.
    Int(i64),
    /// A number from 0 to 1.
    Probability,
    /// A Boolean.
    Flag,
}

/// The place of a condition in the rule files, which decides the variables it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The floors of the weights, evaluated before a mention has a level.
    Floor,
    /// The playbook, the routes and the policies.
    Mention,
    /// The steps of an escalation path, evaluated from the state of a case.
    Step,
}

macro_rules! variables {
    ($($id:ident $name:literal $kind:expr, $availability:ident, $doc:literal;)+) => {
        /// Identifies a variable; the position of its entry in [`VARIABLES`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum VariableId { $($id),+ }

        /// Every variable: name, type, scopes and meaning.
        pub const VARIABLES: &[Variable] = &[
            $(Variable {
                id: VariableId::$id,
                name: $name,
                kind: $kind,
                availability: Availability::$availability,
                doc: $doc,
            }),+
        ];
    };
}

/// The records from which a variable can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Availability {
    /// Any mention, scored or not.
    Mention,
    /// A mention with a score.
    Scored,
    /// A mention with a level, or a case.
    Leveled,
    /// A clock of a case that has run out.
    Clock,
}

/// A name that conditions may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    pub(crate) id: VariableId,
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: VariableKind,
    availability: Availability,
    /// The meaning, as a fragment.
    pub doc: &'static str,
}

variables! {
    Tenant "tenant" VariableKind::Text, Mention, "the company whose mention it is";
    Platform "platform" VariableKind::Text, Mention, "the platform, in lower case";
    Channel "channel" VariableKind::Enum(CHANNELS), Mention, "the kind of channel";
    Account "account" VariableKind::Text, Mention, "the owned account addressed, by its platform id or handle";
    Role "account_role" VariableKind::Enum(ROLES), Mention, "the purpose of that account";
    Language "language" VariableKind::Text, Mention, "the language, as ISO 639-1; empty if unknown";
    Level "level" VariableKind::Enum(LEVELS), Leveled, "how urgent it is; \"P1\" < \"P2\", so level <= \"P2\" is P1 or P2";
    Score "score" VariableKind::Int(i64::MIN), Scored, "the sum of the terms of the priority";
    Intent "intent" VariableKind::Enum(INTENTS), Mention, "the main intent of the author";
    Intents "intents" VariableKind::EnumSet(INTENTS), Mention, "every likely intent of the author";
    Complaint "complaint" VariableKind::Probability, Mention, "the probability of a complaint; 0 if unknown";
    Reason "reason" VariableKind::Text, Mention, "the reason of the complaint; empty if unknown";
    NeedsAnswer "needs_answer" VariableKind::Probability, Mention, "the probability that the author expects a reply; 1 if unknown";
    Risks "risks" VariableKind::EnumSet(RISKS), Mention, "the risks that the mention points to";
    Negative "negative" VariableKind::Probability, Mention, "the probability of negative sentiment; 0 if unknown";
    Positive "positive" VariableKind::Probability, Mention, "the probability of positive sentiment; 0 if unknown";
    Abstained "abstained" VariableKind::Flag, Mention, "whether the classifier abstained from a sentiment";
    Offensive "offensive" VariableKind::Probability, Mention, "the probability of offensive language; 0 if unknown";
    Irony "irony" VariableKind::Probability, Mention, "the probability of irony; 0 if unknown";
    Emotion "emotion" VariableKind::Text, Mention, "the likeliest emotion; empty if unknown";
    Followers "followers" VariableKind::Int(0), Mention, "the followers of the author; 0 if unknown";
    Verified "verified" VariableKind::Flag, Mention, "whether the platform has verified the author";
    Bot "bot" VariableKind::Flag, Mention, "whether the author declares to be a bot";
    Likes "likes" VariableKind::Int(0), Mention, "likes, as last reported by the platform";
    Replies "replies" VariableKind::Int(0), Mention, "replies, as last reported by the platform";
    Reposts "reposts" VariableKind::Int(0), Mention, "reposts, as last reported by the platform";
    Views "views" VariableKind::Int(0), Mention, "views, as last reported by the platform";
    Promoted "promoted" VariableKind::Flag, Mention, "whether its reach is paid for";
    Rated "rated" VariableKind::Flag, Mention, "whether it has a rating";
    Rating "rating" VariableKind::Probability, Mention, "the rating; 0 without one, so test `rated` as well";
    Copies "copies" VariableKind::Int(0), Mention, "the earlier mentions with nearly the same text";
    IsReply "is_reply" VariableKind::Flag, Mention, "whether it replies to another post";
    IsCustomer "is_customer" VariableKind::Flag, Mention, "whether the author matches a customer with certainty";
    Tier "tier" VariableKind::Text, Mention, "the CRM's name of the customer's tier, if the match is certain";
    Value "value" VariableKind::Int(i64::MIN), Mention, "the customer's value in the CRM's unit, if the match is certain";
    OpenCases "open_cases" VariableKind::Int(0), Mention, "open cases in the CRM, if the match is certain";
    InIncident "in_incident" VariableKind::Flag, Mention, "whether it belongs to an incident";
    Incident "incident" VariableKind::Text, Mention, "the id of that incident";
    Named "named" VariableKind::EnumSet(NAMED), Mention, "the lists of the tenant that the text matches";
    Executives "executives" VariableKind::TextList, Mention, "the executives of the tenant that the text names";
    Competitors "competitors" VariableKind::TextList, Mention, "the competitors of the tenant that the text names";
    Products "products" VariableKind::TextList, Mention, "the products of the tenant that the text names";
    Tone "tone" VariableKind::EnumSet(TONES), Mention, "how the mention relates to earlier ones of the author";
    Clock "clock" VariableKind::Enum(CLOCKS), Clock, "the clock that has expired";
}

impl Variable {
    /// Whether a condition in this scope may use the variable.
    #[must_use]
    pub fn is_available(&self, scope: Scope) -> bool {
        matches!(
            (self.availability, scope),
            (Availability::Mention, Scope::Floor | Scope::Mention)
                | (Availability::Scored, Scope::Mention)
                | (Availability::Leveled, Scope::Mention | Scope::Step)
                | (Availability::Clock, Scope::Step)
        )
    }
}

impl VariableKind {
    /// The name of the type in CEL.
    #[must_use]
    pub fn cel_type(self) -> &'static str {
        match self {
            VariableKind::Enum(_) | VariableKind::Text => "string",
            VariableKind::EnumSet(_) | VariableKind::TextList => "list(string)",
            VariableKind::Int(_) => "int",
            VariableKind::Probability => "double",
            VariableKind::Flag => "bool",
        }
    }

    /// The closed list of values; empty for other types.
    #[must_use]
    pub fn values(self) -> &'static [&'static str] {
        match self {
            VariableKind::Enum(values) | VariableKind::EnumSet(values) => values,
            _ => &[],
        }
    }
}

/// The variable with this name.
pub(super) fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

impl VariableId {
    /// The entry of this variable in the table.
    pub(super) fn entry(self) -> &'static Variable {
        // The macro declares enum variants and table entries in the same order.
        &VARIABLES[self as usize]
    }
}
