//! Measures decisions, conditions and calendars: `cargo bench -p rules`. Runs the same conditions
//! in the interpreter of `cel` for comparison.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark that cannot measure must end"
)]

use std::hint::black_box;
use std::time::Instant;

use cel::{Context, Program};
use mention::{Customer, Intent, Level, Prioritized};
use rules::{Calendar, Condition, Facts, Rules, Scope, northline};
use stage::{EventTime, TimeDelta};

const ROUNDS: usize = 300_000;
const NOON: EventTime = EventTime::from_micros(1_795_435_200_000_000);

fn main() {
    let rules = Rules::load(&northline()).unwrap();
    let mentions = mentions();
    time("read the facts of a mention", ROUNDS, |n| {
        black_box(Facts::from_mention(&mentions[n % mentions.len()]));
    });
    let facts: Vec<Facts<'_>> = mentions.iter().map(Facts::from_mention).collect();
    time("decide by the sample: playbook, routes, policies", ROUNDS, |n| {
        black_box(rules.decide(black_box(&facts[n % facts.len()]), NOON));
    });
    conditions(&facts);
    calendars(&rules);
    time("load and check the sample", 20, |_| {
        black_box(Rules::load(&northline())).ok();
    });
    large_files();
}

/// Prints the time of one check of many routes, by what tells them apart.
fn large_files() {
    type RouteCondition = fn(usize) -> String;
    let kinds: [(&str, RouteCondition); 6] = [
        ("account", |n| format!("account == 'account {n}' && channel == 'review'")),
        ("product", |n| format!("'product {n}' in products && tenant == 'northline'")),
        ("followers", |n| format!("followers >= {} && followers < {}", 10 * n, 10 * n + 10)),
        ("accounts of a platform", |n| {
            format!("platform == 'p{}' && account in ['a{n}', 'b{n}']", n % 50)
        }),
        ("followers or account", |n| format!("followers > {n} || account == 'a{n}'")),
        ("followers or account, covered", |n| format!("followers >= {n} || account == 'a{n}'")),
    ];
    for (kind, condition) in kinds {
        for count in [300, 3_000, 10_000] {
            let route = |n| {
                let condition = condition(n);
                format!("[[route]]\nname = \"r{n}\"\nowner = \"care\"\nwhen = \"{condition}\"\n")
            };
            let mut files = northline();
            let text = (0..count).map(route).collect();
            files.push(rules::Source { file: "routes.toml".to_owned(), text });
            let start = Instant::now();
            let checked = Rules::load(&files);
            let took = start.elapsed().as_secs_f64();
            let found = checked.map_or_else(|problems| problems.len(), |_| 0);
            println!("{took:>12.3} s   check {count} routes by {kind}: {found} problems");
        }
    }
}

/// Prints the fastest of five rounds.
fn time(what: &str, rounds: usize, mut each: impl FnMut(usize)) {
    let round = |_| {
        let start = Instant::now();
        (0..rounds).for_each(&mut each);
        start.elapsed().as_secs_f64() * 1e9 / rounds as f64
    };
    let least = (0..5).map(round).fold(f64::INFINITY, f64::min);
    println!("{least:>12.1} ns  {what}");
}

fn conditions(facts: &[Facts<'_>]) {
    let texts = [
        "level <= 'P2' && intent in ['complaint', 'request']",
        "followers >= 100000 && intent == 'complaint' && level <= 'P3'",
        "tier in ['business', 'platinum'] && level <= 'P4'",
    ];
    for text in texts {
        let condition = Condition::parse(text, Scope::Mention).unwrap();
        time(text, ROUNDS, |n| {
            black_box(condition.matches(black_box(&facts[n % facts.len()])));
        });
        let program = Program::compile(text).unwrap();
        let mut context = Context::default();
        context.add_variable_from_value("level", "P2");
        context.add_variable_from_value("intent", "complaint");
        context.add_variable_from_value("tier", "gold");
        context.add_variable_from_value("followers", 200_000_i64);
        time("    the same in the interpreter, with prepared variables", ROUNDS / 10, |_| {
            black_box(program.execute(black_box(&context))).ok();
        });
    }
    time("    prepare four variables for the interpreter", ROUNDS / 10, |_| {
        let mut context = Context::default();
        context.add_variable_from_value("level", "P2");
        context.add_variable_from_value("intent", "complaint");
        context.add_variable_from_value("tier", "gold");
        context.add_variable_from_value("followers", 200_000_i64);
        black_box(&context);
    });
}

fn calendars(rules: &Rules) {
    let policy = rules.policy("standard").unwrap();
    let calendar: &Calendar = policy.targets(Level::P3).calendar;
    let hour = TimeDelta::HOUR;
    // Starts are spread over three years to defeat the cache.
    let start = |n: usize| NOON + (n as i64 * 7_919 % 26_000) * hour;
    for (what, lasting) in
        [("an hour", hour), ("60 hours", 60 * hour), ("a year of hours", 3000 * hour)]
    {
        time(&format!("the due time of {what} on a calendar with split days"), ROUNDS, |n| {
            black_box(calendar.due(black_box(start(n)), lasting));
        });
    }
    time("the open time of a period", ROUNDS, |n| {
        black_box(calendar.elapsed(start(n), start(n) + 100 * hour));
    });
}

fn mentions() -> Vec<Prioritized> {
    let intents = [Intent::Complaint, Intent::Question, Intent::Praise, Intent::Other];
    let levels = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
    let mention = |n: usize| {
        let mut fact = Prioritized::default();
        fact.mention.tenant = "northline".to_owned();
        fact.mention.platform = "bluesky".to_owned();
        fact.mention.author.followers = Some(1000);
        fact.understanding.language = Some("en".to_owned());
        fact.understanding.sentiment = Some(mention::Sentiment::default());
        fact.priority.intent = intents[n % intents.len()];
        fact.priority.level = levels[n % levels.len()];
        let customer = Customer { tier: "gold".to_owned(), confidence: 0.9, ..Customer::default() };
        fact.priority.customer = n.is_multiple_of(3).then_some(customer);
        fact
    };
    (0..64).map(mention).collect()
}
