//! The documented record: every name a condition may use, its type and what it means.

use super::facts::{CHANNELS, CLOCKS, INTENTS, LEVELS, NAMED, RISKS, ROLES, TONES};

/// What a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string out of a closed list.
    One(&'static [&'static str]),
    /// A list of strings out of a closed list; none is there twice.
    Some(&'static [&'static str]),
    /// A string; empty where nothing is known.
    Word,
    /// A list of strings.
    Words,
    /// A whole number, never less than this.
    Int(i64),
    /// A number from 0 to 1.
    Share,
    /// True or false.
    Flag,
}

/// Where conditions stand, for not everything is known everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The floors of the priority: before there is a level.
    Floor,
    /// The playbook, the routes and the policies.
    Mention,
    /// The steps of an escalation path: what is remembered of a case.
    Step,
}

macro_rules! vars {
    ($($var:ident $name:literal $kind:expr, $from:ident, $doc:literal;)+) => {
        /// A variable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Var { $($var),+ }

        /// Every variable: name, type, from which scope on it is known, and what it means.
        pub const VARIABLES: &[Variable] = &[
            $(Variable { var: Var::$var, name: $name, kind: $kind, from: From::$from, doc: $doc }),+
        ];
    };
}

/// In which scopes a variable is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// Of a mention, before and after it has a level.
    Said,
    /// Of a mention with a level.
    Weighed,
    /// Of a mention with a level, and of a case.
    Level,
    /// Of a clock that rings.
    Clock,
}

/// A name that conditions may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    pub(crate) var: Var,
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    from: From,
    /// What it means.
    pub doc: &'static str,
}

vars! {
    Tenant "tenant" Kind::Word, Said, "whose customer the author is";
    Platform "platform" Kind::Word, Said, "the platform, in lower case";
    Channel "channel" Kind::One(CHANNELS), Said, "the kind of place";
    Account "account" Kind::Word, Said, "the owned account addressed, by its platform id or handle";
    Role "account_role" Kind::One(ROLES), Said, "what that account is for";
    Language "language" Kind::Word, Said, "the language, as ISO 639-1; empty where it does not show";
    Level "level" Kind::One(LEVELS), Level, "how urgent it is; \"P1\" < \"P2\", so level <= \"P2\" is P1 or P2";
    Score "score" Kind::Int(i64::MIN), Weighed, "the sum of the terms of its priority";
    Intent "intent" Kind::One(INTENTS), Said, "what the author wants most";
    Intents "intents" Kind::Some(INTENTS), Said, "all the author may want";
    Complaint "complaint" Kind::Share, Said, "how likely it is a complaint; 0 where that cannot be told";
    Reason "reason" Kind::Word, Said, "what the complaint is about; empty where that cannot be told";
    NeedsAnswer "needs_answer" Kind::Share, Said, "how likely somebody waits for an answer; 1 where that cannot be told";
    Risks "risks" Kind::Some(RISKS), Said, "what may come of it";
    Negative "negative" Kind::Share, Said, "how likely it is meant negatively; 0 where that cannot be told";
    Positive "positive" Kind::Share, Said, "how likely it is meant positively; 0 where that cannot be told";
    Abstained "abstained" Kind::Flag, Said, "whether the sentiment could not be told";
    Offensive "offensive" Kind::Share, Said, "how likely it is offensive; 0 where that cannot be told";
    Irony "irony" Kind::Share, Said, "how likely it is ironic; 0 where that cannot be told";
    Emotion "emotion" Kind::Word, Said, "the likeliest emotion; empty where that cannot be told";
    Followers "followers" Kind::Int(0), Said, "how many follow the author; 0 where that is not known";
    Verified "verified" Kind::Flag, Said, "whether the platform vouches for the author";
    Bot "bot" Kind::Flag, Said, "whether the author says to be a bot";
    Likes "likes" Kind::Int(0), Said, "likes, as last heard";
    Replies "replies" Kind::Int(0), Said, "replies, as last heard";
    Reposts "reposts" Kind::Int(0), Said, "reposts, as last heard";
    Views "views" Kind::Int(0), Said, "views, as last heard";
    Promoted "promoted" Kind::Flag, Said, "whether somebody pays for its reach";
    Rated "rated" Kind::Flag, Said, "whether it has a rating";
    Rating "rating" Kind::Share, Said, "stars or their like; 0 without any, so ask for `rated` as well";
    Copies "copies" Kind::Int(0), Said, "how many mentions of the same text came before it";
    IsReply "is_reply" Kind::Flag, Said, "whether it answers another post";
    IsCustomer "is_customer" Kind::Flag, Said, "whether the author is surely a customer";
    Tier "tier" Kind::Word, Said, "the CRM's name of the customer's tier, where the match is sure";
    Value "value" Kind::Int(i64::MIN), Said, "what the customer is worth in the CRM's unit, where the match is sure";
    OpenCases "open_cases" Kind::Int(0), Said, "cases that the CRM has open, where the match is sure";
    InIncident "in_incident" Kind::Flag, Said, "whether it belongs to an incident";
    Incident "incident" Kind::Word, Said, "the id of that incident";
    Named "named" Kind::Some(NAMED), Said, "which of the tenant's lists it meets";
    Executives "executives" Kind::Words, Said, "the tenant's executives it names";
    Competitors "competitors" Kind::Words, Said, "the tenant's competitors it names";
    Products "products" Kind::Words, Said, "the tenant's products it names";
    Tone "tone" Kind::Some(TONES), Said, "how the author sounds beside what they said before";
    Clock "clock" Kind::One(CLOCKS), Clock, "which clock has run out";
}

impl Variable {
    /// Whether a condition in this scope may use it.
    #[must_use]
    pub fn is_known(&self, scope: Scope) -> bool {
        matches!(
            (self.from, scope),
            (From::Said, Scope::Floor | Scope::Mention)
                | (From::Weighed, Scope::Mention)
                | (From::Level, Scope::Mention | Scope::Step)
                | (From::Clock, Scope::Step)
        )
    }
}

impl Kind {
    /// Its type in CEL.
    #[must_use]
    pub fn cel(self) -> &'static str {
        match self {
            Kind::One(_) | Kind::Word => "string",
            Kind::Some(_) | Kind::Words => "list(string)",
            Kind::Int(_) => "int",
            Kind::Share => "double",
            Kind::Flag => "bool",
        }
    }

    /// The closed list it is out of.
    #[must_use]
    pub fn values(self) -> &'static [&'static str] {
        match self {
            Kind::One(values) | Kind::Some(values) => values,
            _ => &[],
        }
    }
}

/// A variable by its name.
pub(super) fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|known| known.name == name)
}

impl Var {
    /// Its entry in the table.
    pub(super) fn entry(self) -> &'static Variable {
        // Declared in the order of the table.
        &VARIABLES[self as usize]
    }
}
