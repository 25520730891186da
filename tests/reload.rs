//! Reload of the rules while the pipeline runs: valid rules take effect between two batches, invalid
//! ones are rejected.

use std::path::PathBuf;

use mention::{Author, Disposition, Mention, Routed, topics};
use pipeline::CommandError;
use pipeline::config::{Config, Layers};
use pipeline::memory_runner::{Driver, Progress, append_fact, run_with_driver, take_facts};
use pipeline::routing_chain;
use pipeline::rules::{LoadedRules, PollOutcome, RulesWatcher};
use stage::memory::MemoryBroker;
use stage::{EventTime, Taps, TimeDelta};

/// 2026-11-23 12:00 UTC.
const START: EventTime = EventTime::from_micros(1_795_435_200_000_000);
const SECOND: TimeDelta = TimeDelta::SECOND;

/// A temporary copy of the sample rules that a test edits.
struct RulesFolder(PathBuf);

impl RulesFolder {
    fn new(name: &str) -> Self {
        let folder = crate::binary::scratch(name);
        std::fs::create_dir_all(&folder).unwrap();
        for rules::Source { file, text } in rules::northline() {
            std::fs::write(folder.join(file), text).unwrap();
        }
        Self(folder)
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.0.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    fn config(&self, filter: &str) -> Config {
        let rules = self.0.to_str().unwrap();
        let set = [("HARKEN__ESCALATION__RULES", rules), ("HARKEN__ESCALATION__FILTER", filter)];
        let environment = set.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Config::load(&Layers { file: None, environment }).unwrap()
    }
}

impl Drop for RulesFolder {
    fn drop(&mut self) {
        // A leftover in the temporary folder is harmless.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One action of a script; runs when the pipeline has processed all input so far.
type Action<'a> = Box<dyn FnMut(&MemoryBroker) -> Progress + 'a>;

/// Performs actions one by one; `routed[n]` holds the records routed before action `n`.
struct Script<'a> {
    actions: Vec<Action<'a>>,
    routed: Vec<Vec<Routed>>,
}

impl Driver for Script<'_> {
    fn advance(&mut self, broker: &MemoryBroker) -> Result<Progress, CommandError> {
        self.routed.push(take_facts(broker, topics::ROUTED)?);
        let action = self.actions.get_mut(self.routed.len() - 1);
        Ok(action.map_or(Progress::End, |action| action(broker)))
    }
}

/// Publishes a mention of one author, `second` seconds after `START`.
fn publish_mention(broker: &MemoryBroker, id: &str, second: i64) -> Progress {
    let mention = Mention {
        tenant: "northline".into(),
        platform: "x".into(),
        id: id.into(),
        text: "My order has not arrived.".into(),
        author: Author { id: format!("author-{id}"), ..Author::default() },
        received_at: START + second * SECOND,
        ..Mention::default()
    };
    let mut key = Vec::new();
    mention.key(&mut key);
    append_fact(broker, topics::RECEIVED, mention.received_at, &key, &mention);
    Progress::More
}

/// Refers to a team that does not exist; the watcher rejects these rules once, with the line.
fn break_rules(folder: &RulesFolder, watcher: &mut RulesWatcher) {
    assert!(matches!(watcher.poll(), PollOutcome::Unchanged));
    folder.change("playbook.toml", "owner = \"legal\"", "owner = \"lawyers\"");
    assert!(matches!(watcher.poll(), PollOutcome::Unsettled));
    let PollOutcome::Rejected(problem) = watcher.poll() else {
        panic!("the poll accepts invalid rules")
    };
    let (text, code) = (problem.to_string(), problem.code());
    assert!(text.contains("playbook.toml, line ") && text.contains("no team \"lawyers\"; name"));
    assert_eq!(code, 78);
    assert!(
        matches!(watcher.poll(), PollOutcome::Unchanged),
        "the poll reports the same rejected rules twice"
    );
}

/// Restores the team and changes a weight; returns the versions before and after the reload.
fn mend_rules(folder: &RulesFolder, watcher: &mut RulesWatcher) -> (String, String) {
    folder.change("playbook.toml", "owner = \"lawyers\"", "owner = \"legal\"");
    folder.change("priority.toml", "negative = 40 ", "negative = 90 ");
    assert!(matches!(watcher.poll(), PollOutcome::Unsettled));
    // A second edit before the next poll: the folder has to be the same in two polls.
    folder.change("priority.toml", "negative = 90 ", "negative = 80 ");
    assert!(
        matches!(watcher.poll(), PollOutcome::Unsettled),
        "the poll reads files that still change"
    );
    let PollOutcome::Reloaded { from, to } = watcher.poll() else {
        panic!("the poll does not accept valid rules")
    };
    (from, to)
}

#[test]
fn a_reload_takes_effect_between_batches_and_re_scores_open_mentions() {
    let folder = RulesFolder::new("reload");
    let config = folder.config("");
    let rules = LoadedRules::load(&config).unwrap();
    let (old, chain) =
        (rules.rules(), routing_chain::build_with_rules(&rules, &config, Taps::On).unwrap());
    let watcher = std::cell::RefCell::new(RulesWatcher::new(&config, &rules).unwrap());
    let mut script = Script { actions: Vec::new(), routed: Vec::new() };
    script.actions.push(Box::new(|broker| publish_mention(broker, "1", 0)));
    script.actions.push(Box::new(|broker| {
        break_rules(&folder, &mut watcher.borrow_mut());
        publish_mention(broker, "2", 1)
    }));
    script.actions.push(Box::new(|_| {
        let (from, to) = mend_rules(&folder, &mut watcher.borrow_mut());
        assert_eq!((&from, &to), (&old.version, &rules.rules().version));
        assert_ne!(from, to);
        Progress::AdvanceTime(START + 2 * SECOND)
    }));
    script.actions.push(Box::new(|broker| publish_mention(broker, "3", 3)));
    run_with_driver(&chain, &rules.reloadable_part(), &MemoryBroker::new(1), &mut script).unwrap();

    let new = rules.rules().version.clone();
    // Id, disposition, and whether priority and routing used the new rules.
    let versions = |action: usize| -> Vec<(String, Disposition, bool, bool)> {
        let rows = script.routed[action].iter().map(|routed| {
            let Routed { mention, disposition, priority, route, .. } = routed;
            let is_new = (priority.rules_version == new, route.rules_version == new);
            (mention.id.clone(), *disposition, is_new.0, is_new.1)
        });
        rows.collect()
    };
    let line = |id: &str, what, is_new| (id.to_owned(), what, is_new, is_new);
    assert_eq!(versions(1), [line("1", Disposition::Routed, false)]);
    assert_eq!(
        versions(2),
        [line("2", Disposition::Routed, false)],
        "rejected rules leave the old ones in place"
    );
    let mut re_scored = versions(3);
    re_scored.sort_by(|one, other| one.0.cmp(&other.0));
    let both = [line("1", Disposition::Updated, true), line("2", Disposition::Updated, true)];
    assert_eq!(re_scored, both, "each open mention gets one revision");
    let reviewed = script.routed[3].iter().map(|routed| routed.priority.reviewed.as_deref());
    assert!(reviewed.into_iter().all(|why| why == Some("the rules have changed")));
    assert_eq!(versions(4), [line("3", Disposition::Routed, true)]);
}

#[test]
fn a_reload_on_request_takes_effect_at_once() {
    let folder = RulesFolder::new("reload-now");
    let config = folder.config("");
    let rules = LoadedRules::load(&config).unwrap();
    let mut watcher = RulesWatcher::new(&config, &rules).unwrap();
    folder.change("tenants.toml", "\"@northlinehelp\"", "\"@northlinecares\"");
    assert!(matches!(watcher.reload_now(), PollOutcome::Reloaded { .. }));
    let published = rules.ingest().get();
    let accounts = published.tenants[0].owned.iter().map(|account| account.account.as_str());
    assert_eq!(accounts.collect::<Vec<_>>(), ["@northlinecares", "@northline"]);
    assert!(matches!(watcher.reload_now(), PollOutcome::Unchanged));
    std::fs::remove_file(folder.0.join("teams.toml")).unwrap();
    assert!(matches!(watcher.reload_now(), PollOutcome::Rejected(_)));
    assert!(
        matches!(watcher.reload_now(), PollOutcome::Rejected(_)),
        "each request reports the rejected rules"
    );
    // The built-in rules have no folder to poll.
    let built_in = Config::load(&Layers::default()).unwrap();
    assert!(RulesWatcher::new(&built_in, &LoadedRules::load(&built_in).unwrap()).is_none());
}

#[test]
fn rules_without_a_lane_that_the_settings_filter_are_rejected() {
    let folder = RulesFolder::new("reload-filter");
    let config = folder.config("praise");
    let rules = LoadedRules::load(&config).unwrap();
    let mut watcher = RulesWatcher::new(&config, &rules).unwrap();
    folder.change("playbook.toml", "name = \"praise\"", "name = \"thanks\"");
    let before = rules.rules().version.clone();
    let PollOutcome::Rejected(problem) = watcher.reload_now() else {
        panic!("the poll accepts rules without the lane \"praise\"")
    };
    assert!(problem.to_string().contains("escalation.filter"), "{problem}");
    assert_eq!(rules.rules().version, before);
}
