use mention::{
    Customer, Intent, Level, Prioritized, Risk, RiskKind, WatchlistKind, WatchlistMatch,
};

use super::*;

const NOON: EventTime = EventTime::from_micros(1_795_435_200_000_000);

fn loaded(sources: &[Source]) -> Rules {
    Rules::load(sources).unwrap_or_else(|problems| {
        let messages: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", messages.join("\n"))
    })
}

/// The instant of a text such as `2026-11-23T12:00:00Z`.
fn instant(text: &str) -> EventTime {
    let at: jiff::Timestamp = text.parse().unwrap();
    EventTime::from_micros(at.as_microsecond())
}

fn prioritized(intent: Intent, level: Level) -> Prioritized {
    let mut fact = Prioritized::default();
    fact.mention.tenant = "northline".to_owned();
    fact.priority.intent = intent;
    fact.priority.level = level;
    fact.understanding.sentiment = Some(mention::Sentiment::default());
    fact
}

/// The deciding rule, the playbook entry and the owner.
fn decided(rules: &Rules, fact: &Prioritized) -> (String, String, String) {
    let decision = rules.decide(&Facts::from_mention(fact), NOON).unwrap();
    (decision.deciding_rule().to_owned(), decision.entry.name.clone(), decision.owner.to_owned())
}

#[test]
fn the_sample_is_accepted_and_nothing_in_it_is_stale() {
    let rules = loaded(&northline());
    assert_eq!(rules.sample_problems(), Vec::<String>::new());
    assert_eq!(rules.version.len(), 16);
}

impl Rules {
    /// The problems of the sample at the time of these tests.
    fn sample_problems(&self) -> Vec<String> {
        Rules::problems(&northline(), NOON).iter().map(ToString::to_string).collect()
    }
}

#[test]
fn the_sample_decides_as_its_comments_state() {
    let rules = loaded(&northline());
    let mut cases = vec![
        (prioritized(Intent::Spam, Level::P5), ("spam", "spam", "archive")),
        (prioritized(Intent::Complaint, Level::P3), ("complaint", "complaint", "care")),
        (
            prioritized(Intent::Complaint, Level::P1),
            ("urgent-complaint", "complaint", "care-urgent"),
        ),
        (
            prioritized(Intent::Question, Level::P3),
            ("question-or-request", "question-or-request", "care"),
        ),
        (prioritized(Intent::Praise, Level::P5), ("praise", "praise", "community")),
        (prioritized(Intent::Other, Level::P5), ("no-action", "no-action", "archive")),
        (prioritized(Intent::Other, Level::P3), ("everything-else", "everything-else", "care")),
    ];
    let mut loud = prioritized(Intent::Complaint, Level::P3);
    loud.mention.author.followers = Some(100_000);
    cases.push((loud.clone(), ("loud-complaint", "complaint", "press")));
    // A risk to life goes to the safety team, whatever the reach of its author.
    loud.understanding.risks = vec![Risk { kind: RiskKind::Safety, ..Risk::default() }];
    cases.push((loud, ("harm", "harm", "safety")));
    let mut business = prioritized(Intent::Question, Level::P3);
    let customer =
        |confidence| Customer { tier: "business".to_owned(), confidence, ..Customer::default() };
    business.priority.customer = Some(customer(0.9));
    cases.push((business.clone(), ("key-account", "question-or-request", "key-accounts")));
    business.priority.customer = Some(customer(0.7));
    cases.push((business, ("question-or-request", "question-or-request", "care")));
    let mut named = prioritized(Intent::Complaint, Level::P3);
    named.priority.named =
        vec![WatchlistMatch { kind: WatchlistKind::Executive, name: "Ada Quill".to_owned() }];
    cases.push((named, ("named-executive", "complaint", "press")));
    for (fact, (rule, play, owner)) in cases {
        let expected = (rule.to_owned(), play.to_owned(), owner.to_owned());
        assert_eq!(decided(&rules, &fact), expected, "{:?}", fact.priority);
    }
}

#[test]
fn the_version_is_the_hash_of_names_and_texts() {
    let sample = northline();
    let version = |sources: &[Source]| loaded(sources).version;
    assert_eq!(version(&sample), version(&sample));
    let mut other = sample.clone();
    other[0].text.push_str("# a word\n");
    assert_ne!(version(&sample), version(&other));
    let mut renamed = sample.clone();
    renamed[0].file = "a.toml".to_owned();
    assert_ne!(version(&sample), version(&renamed));
}

#[test]
fn requirements_relax_and_overflow_teams_join_as_the_wait_grows() {
    let rules = loaded(&northline());
    let team = rules.team("care-urgent").unwrap();
    let required = [("billing".to_owned(), 3), ("de-escalation".to_owned(), 5)].into();
    let after = |minutes: i64| -> Vec<String> {
        let required = team.required_skills(&required, minutes * TimeDelta::MINUTE);
        required.iter().map(|(skill, level)| format!("{skill} {level}")).collect()
    };
    assert_eq!(after(0), ["billing 3", "de-escalation 5"]);
    assert_eq!(after(10), ["billing 1", "de-escalation 3"]);
    assert_eq!(after(20), ["billing 1"]);
    let helpers = |minutes: i64| -> Vec<&str> {
        let waited = minutes * TimeDelta::MINUTE;
        rules.overflow_candidates(team, waited).map(|team| team.name.as_str()).collect()
    };
    assert_eq!(helpers(14), ["care-urgent"]);
    assert_eq!(helpers(15), ["care-urgent", "care"]);
    assert_eq!(rules.last_resort().unwrap().name, "triage");
}

#[test]
fn on_duty_are_the_persons_whose_calendar_is_open_in_the_order_of_the_duty() {
    let rules = loaded(&northline());
    let names = |at: EventTime| -> Vec<&str> {
        rules.on_duty("network-shift-lead", at).iter().map(|p| p.name.as_str()).collect()
    };
    assert_eq!(names(NOON), ["Mara Stone"]);
    assert_eq!(names(NOON + 12 * TimeDelta::HOUR), ["Jan Keller", "Mara Stone"]);
    assert!(rules.on_duty("unknown", NOON).is_empty());
    let first = rules.on_duty("network-shift-lead", NOON)[0];
    assert_eq!((first.id.as_str(), first.channel()), ("staff-106", Some("pager")));
}

#[test]
fn a_person_without_an_id_is_called_by_name_and_an_id_belongs_to_one_person() {
    let mut sources = northline();
    let paths = sources.iter_mut().find(|source| source.file == "paths.toml").unwrap();
    paths.text = paths.text.replace("id = \"staff-106\"\n", "");
    let rules = loaded(&sources);
    assert_eq!(rules.on_duty("network-manager", NOON)[0].id, "Mara Stone");
    let paths = sources.iter_mut().find(|source| source.file == "paths.toml").unwrap();
    paths.text = paths.text.replace("id = \"staff-105\"", "id = \"staff-104\"");
    let problems = Rules::load(&sources).unwrap_err();
    let is_found = |problem: &RuleProblem| problem.to_string().contains("id of a person");
    assert!(problems.iter().any(is_found), "{problems:?}");
}

/// A mention with these risks.
fn risky(kinds: &[RiskKind]) -> Prioritized {
    let mut fact = prioritized(Intent::Complaint, Level::P2);
    let risks = kinds.iter().map(|kind| Risk { kind: *kind, ..Risk::default() });
    fact.understanding.risks = risks.collect();
    fact
}

#[test]
fn a_risk_keeps_its_owner_and_further_risks_are_watched() {
    let rules = loaded(&northline());
    let decide = |kinds: &[RiskKind]| {
        let fact = risky(kinds);
        let decision = rules.decide(&Facts::from_mention(&fact), NOON).unwrap();
        let watchers: Vec<String> = decision.watchers().map(str::to_owned).collect();
        (decision.owner.to_owned(), watchers)
    };
    // The route of urgent complaints matches as well.
    let (owner, _) = decide(&[RiskKind::LegalThreat]);
    assert_eq!(owner, "legal");
    let (owner, watchers) = decide(&[RiskKind::LegalThreat, RiskKind::SecurityOrFraud]);
    assert_ne!(owner, "legal");
    assert!(watchers.contains(&"legal".to_owned()), "{owner}: {watchers:?}");
    assert!(!watchers.contains(&owner));
    let (owner, watchers) = decide(&[]);
    assert_eq!((owner.as_str(), watchers.contains(&"legal".to_owned())), ("care-urgent", false));
}

#[test]
fn a_route_that_takes_a_risk_from_its_owner_is_found() {
    let mut sources = northline();
    let book = sources.iter_mut().find(|source| source.file == "playbook.toml").unwrap();
    let at = book.text.find("name = \"legal-threat\"").unwrap();
    book.text.insert_str(at, "fixed_owner = false\n");
    let problems = Rules::problems(&sources, NOON);
    let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let taken = "route \"urgent-complaint\" takes mentions of the risk entry \"legal-threat\" from legal to care-urgent";
    assert!(found.iter().any(|message| message.contains(taken)), "{found:?}");
    let rules = loaded(&sources);
    assert_eq!(decided(&rules, &risky(&[RiskKind::LegalThreat])).2, "care-urgent");
}

#[test]
fn a_path_skips_steps_that_do_not_match_and_repeats_the_last_one() {
    let rules = loaded(&northline());
    let path = rules.path("safety-duty").unwrap();
    let calls = |clock| -> Vec<&str> {
        (0..5).map(|place| path.step(Level::P1, clock, place).unwrap().call.as_str()).collect()
    };
    let (lead, manager, head) = ("care-lead", "care-manager", "head-of-care");
    assert_eq!(
        calls(mention::Clock::Acknowledge),
        ["safeguarding-lead", manager, lead, manager, head]
    );
    assert_eq!(calls(mention::Clock::Respond), ["safeguarding-lead", lead, manager, head, head]);
    let delay = |place| path.delay_after(Level::P1, mention::Clock::Respond, place);
    let minutes = |place| delay(place) / TimeDelta::MINUTE;
    assert_eq!([0, 1, 2, 3, 4].map(minutes), [0, 30, 120, 240, 240]);
}

#[test]
fn a_playbook_entry_is_valid_from_its_first_to_its_last_day() {
    let mut sources = northline();
    let book = sources.iter_mut().find(|source| source.file == "playbook.toml").unwrap();
    book.text = book.text.replacen(
        "name = \"complaint\"\nversion = \"4\"",
        "name = \"complaint\"\nversion = \"4\"\nfrom = \"2026-11-23\"\nuntil = \"2026-11-24\"",
        1,
    );
    let rules = loaded(&sources);
    let fact = prioritized(Intent::Complaint, Level::P3);
    let play = |at: &str| {
        rules.decide(&Facts::from_mention(&fact), instant(at)).unwrap().entry.name.clone()
    };
    assert_eq!(play("2026-11-22T23:59:59Z"), "everything-else");
    assert_eq!(play("2026-11-23T00:00:00Z"), "complaint");
    assert_eq!(play("2026-11-24T23:59:59Z"), "complaint");
    assert_eq!(play("2026-11-25T00:00:00Z"), "everything-else");
}

#[test]
fn campaigns_and_weights_are_found_by_tenant_and_time() {
    let rules = loaded(&northline());
    let planned = |tenant| rules.campaigns(tenant, instant("2026-12-02T12:00:00Z")).count();
    assert_eq!((planned("northline"), planned("southline")), (1, 0));
    assert_eq!(rules.weights("anybody").unwrap().name, "standard");
}
