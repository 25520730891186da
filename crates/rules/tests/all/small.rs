//! The smallest valid rules, and helpers that change one part of them.

use rules::{Rules, Source};
use stage::EventTime;

/// Rules of one file.
pub(crate) const SMALL: &str = r#"zone = "Europe/London"
last_resort = "care"
stale_after = "90d"
memory = { closed = "30d", lane = "7d", idle = "90d" }

[[calendar]]
name = "office"
zone = "Europe/London"
hours = { mon-fri = ["09:00-12:00", "13:00-17:00"] }
holidays = ["12-25", "2026-12-28"]

[[tenant]]
name = "north"
languages = ["en", "de"]
keywords = ["north"]

[[team]]
name = "care"
queue = "care"
calendar = "office"
capacity = 5
languages = { en = 5, de = 2 }
skills = { billing = 3 }

[[team]]
name = "press"
queue = "press"
calendar = "24x7"
capacity = 1
overflow = [{ to = "care", after = "1h" }]

[[person]]
name = "Ann"
reach = ["phone:1"]
until = "2027-06-30"
confirmed = "2026-11-01"

[[duty]]
name = "lead"
on_call = ["Ann"]

[[path]]
name = "duty"
steps = [{ call = "lead", after = "0m" }]
then = "more"

[[path]]
name = "more"
steps = [{ call = "Ann", after = "10m", when = "level == 'P1'" }, { call = "lead", after = "5m" }]
repeat = "1h"
max_raises = 5

[[policy]]
name = "fast"
when = "level == 'P1'"
calendar = "24x7"
[policy.targets]
P1 = { acknowledge = "5m", respond = "10m" }
P2 = { acknowledge = "6m", respond = "12m" }
P3 = { respond = "1h" }
P4 = { respond = "2h" }
P5 = { respond = "3h" }

[[policy]]
name = "usual"
calendar = "office"
[policy.targets]
P1 = { respond = "1h" }
P2 = { respond = "2h" }
P3 = { respond = "3h" }
P4 = { respond = "4h" }
P5 = {}

[[playbook]]
name = "complaint"
version = "1"
when = "intent == 'complaint'"
do = "Answer."
visibility = "public"
owner = "care"
skills = { billing = 2 }
speaks = "author"
path = "duty"

[[playbook]]
name = "rest"
version = "1"
until = "2026-12-31"
when = "true"
do = "Read."
visibility = "none"
owner = "care"

[[playbook]]
name = "unforeseen"
version = "1"
do = "Read."
visibility = "none"
owner = "care"

[[route]]
name = "loud"
when = "followers >= 1000"
owner = "press"

[[weights]]
name = "all"
levels = { P1 = 80, P2 = 55, P3 = 25, P4 = 8 }
points = { negative = 40, intent = { praise = -10 } }
[[weights.floor]]
name = "harm"
when = '"safety" in risks || "threat_of_harm" in risks'
level = "P1"

[[campaign]]
name = "launch"
tenant = "north"
kind = "launch"
from = "2026-12-01T09:00"
until = "2026-12-02T09:00"
expected = 2.0
"#;

/// Monday, 23 November 2026, 12:00 UTC.
pub(crate) const NOON: EventTime = EventTime::from_micros(1_795_435_200_000_000);

pub(crate) fn source(text: &str) -> Source {
    Source { file: "rules.toml".to_owned(), text: text.to_owned() }
}

/// The small rules with one piece of text changed.
pub(crate) fn with(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    SMALL.replacen(from, to, 1)
}

/// The problems of rejected rules.
pub(crate) fn load_problems(text: &str) -> Vec<String> {
    let problems = Rules::load(&[source(text)]).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}
