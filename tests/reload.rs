//! Rules that change while the pipeline runs: in force between two batches, refused when wrong.

use std::path::PathBuf;

use harken::Problem;
use harken::chain;
use harken::config::{Config, Layers};
use harken::embedded::{Edge, Turn, append, drive, take};
use harken::rules::{InForce, Looked, Watch};
use mention::{Author, Disposition, Mention, Routed, topics};
use stage::memory::Broker;
use stage::{Micros, Taps};

const START: Micros = 1_795_435_200_000_000;
const SECOND: Micros = 1_000_000;

/// A copy of the sample that can be changed.
struct Folder(PathBuf);

impl Folder {
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

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary ones does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Something done while the pipeline runs.
type Step<'a> = Box<dyn FnMut(&Broker) -> Turn + 'a>;

/// What is done, one step after the other, and what came out after each.
struct Story<'a> {
    steps: Vec<Step<'a>>,
    routed: Vec<Vec<Routed>>,
}

impl Edge for Story<'_> {
    fn turn(&mut self, broker: &Broker) -> Result<Turn, Problem> {
        self.routed.push(take(broker, topics::ROUTED)?);
        let step = self.steps.get_mut(self.routed.len() - 1);
        Ok(step.map_or(Turn::End, |step| step(broker)))
    }
}

fn say(broker: &Broker, id: &str, second: i64) -> Turn {
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
    append(broker, topics::RECEIVED, mention.received_at, &key, &mention);
    Turn::More
}

#[test]
fn other_rules_come_into_force_while_the_pipeline_runs_and_decide_again_what_is_open() {
    let folder = Folder::new("reload");
    let config = folder.config("");
    let rules = InForce::load(&config).unwrap();
    let (old, chain) = (rules.rules().get(), chain::by(&rules, &config, Taps::On).unwrap());
    let watch = std::cell::RefCell::new(Watch::new(&config, &rules).unwrap());
    let look = || watch.borrow_mut().look();
    let mut story = Story { steps: Vec::new(), routed: Vec::new() };
    story.steps.push(Box::new(|broker| say(broker, "1", 0)));
    story.steps.push(Box::new(|broker| {
        assert!(matches!(look(), Looked::Unchanged));
        folder.change("playbook.toml", "owner = \"legal\"", "owner = \"lawyers\"");
        assert!(matches!(look(), Looked::Unsettled));
        let Looked::Refused(problem) = look() else { panic!("wrong rules are refused") };
        let (told, code) = (problem.to_string(), problem.code());
        assert!(
            told.contains("playbook.toml, line ") && told.contains("no team \"lawyers\"; name")
        );
        assert_eq!(code, 78);
        assert!(matches!(look(), Looked::Unchanged), "they are told once");
        say(broker, "2", 1)
    }));
    story.steps.push(Box::new(|_| {
        folder.change("playbook.toml", "owner = \"lawyers\"", "owner = \"legal\"");
        folder.change("priority.toml", "negative = 40 ", "negative = 90 ");
        assert!(matches!(look(), Looked::Unsettled));
        folder.change("priority.toml", "negative = 90 ", "negative = 80 ");
        assert!(matches!(look(), Looked::Unsettled), "somebody is still writing");
        let Looked::Taken { from, to } = look() else { panic!("right rules are taken up") };
        assert_eq!((&from, &to), (&old.version, &rules.rules().get().version));
        assert_ne!(from, to);
        Turn::Time(START + 2 * SECOND)
    }));
    story.steps.push(Box::new(|broker| say(broker, "3", 3)));
    drive(&chain, &Broker::new(1), &mut story).unwrap();

    let new = rules.rules().get().version.clone();
    let versions = |step: usize| -> Vec<(String, Disposition, bool, bool)> {
        let told = story.routed[step].iter().map(|routed| {
            let Routed { mention, disposition, priority, route, .. } = routed;
            let is_new = (priority.rules_version == new, route.rules_version == new);
            (mention.id.clone(), *disposition, is_new.0, is_new.1)
        });
        told.collect()
    };
    let line = |id: &str, what, is_new| (id.to_owned(), what, is_new, is_new);
    assert_eq!(versions(1), [line("1", Disposition::Routed, false)]);
    assert_eq!(versions(2), [line("2", Disposition::Routed, false)], "the old ones stay");
    let mut again = versions(3);
    again.sort_by(|one, other| one.0.cmp(&other.0));
    let both = [line("1", Disposition::Updated, true), line("2", Disposition::Updated, true)];
    assert_eq!(again, both, "what is open is decided again, once");
    let reviewed = story.routed[3].iter().map(|routed| routed.priority.reviewed.as_deref());
    assert!(reviewed.into_iter().all(|why| why == Some("the rules have changed")));
    assert_eq!(versions(4), [line("3", Disposition::Routed, true)]);
}

#[test]
fn who_knows_that_rules_are_whole_has_them_taken_up_at_once() {
    let folder = Folder::new("reload-now");
    let config = folder.config("");
    let rules = InForce::load(&config).unwrap();
    let mut watch = Watch::new(&config, &rules).unwrap();
    folder.change("tenants.toml", "\"@northlinehelp\"", "\"@northlinecares\"");
    assert!(matches!(watch.look_now(), Looked::Taken { .. }));
    let known = rules.ingest().get();
    let accounts = known.tenants[0].owned.iter().map(|account| account.account.as_str());
    assert_eq!(accounts.collect::<Vec<_>>(), ["@northlinecares", "@northline"]);
    assert!(matches!(watch.look_now(), Looked::Unchanged));
    std::fs::remove_file(folder.0.join("teams.toml")).unwrap();
    assert!(matches!(watch.look_now(), Looked::Refused(_)));
    assert!(matches!(watch.look_now(), Looked::Refused(_)), "whoever asks is told");
    let built_in = Config::load(&Layers::default()).unwrap();
    assert!(Watch::new(&built_in, &InForce::load(&built_in).unwrap()).is_none());
}

#[test]
fn rules_that_lack_a_lane_which_the_settings_filter_are_refused() {
    let folder = Folder::new("reload-filter");
    let config = folder.config("praise");
    let rules = InForce::load(&config).unwrap();
    let mut watch = Watch::new(&config, &rules).unwrap();
    folder.change("playbook.toml", "name = \"praise\"", "name = \"thanks\"");
    let before = rules.rules().get().version.clone();
    let Looked::Refused(problem) = watch.look_now() else { panic!("\"praise\" is no lane") };
    assert!(problem.to_string().contains("escalation.filter"), "{problem}");
    assert_eq!(rules.rules().get().version, before);
}
