//! The stage against a reference model that stores everything and compares each text with all others.

use std::collections::HashMap;

use dedupe::Config;
use dedupe::simhash::{Votes, distance};
use mention::{Channel, Mention, MentionChange};
use proptest::prelude::*;
use stage::{EventTime, TimeDelta};

use crate::scene::*;

/// A mention as the model stores it.
#[derive(Debug, Clone)]
struct ModelEntry {
    since: EventTime,
    version: i64,
    content: String,
    revision: i64,
    is_withdrawn: bool,
    is_spread: bool,
}

/// Everything received, by strings.
#[derive(Default)]
struct ReferenceModel {
    minute: EventTime,
    ids: HashMap<String, ModelEntry>,
    /// By author and text: time, content and id of the original.
    originals: HashMap<(String, String), (EventTime, String, String)>,
    /// SimHash of the first text, time of the last member, size.
    clusters: Vec<(u64, EventTime, i64)>,
}

/// The output as a summary, and the name and size of its cluster.
type ModelOutput = (String, Option<(String, i64)>);

impl ReferenceModel {
    fn process(
        &mut self,
        config: &Config,
        TestMention { mention, time, .. }: &TestMention,
    ) -> ModelOutput {
        let nothing = ("nothing".to_owned(), None);
        self.minute = self.minute.max(time.floor(TimeDelta::MINUTE));
        let now = time.floor(TimeDelta::SECOND).max(self.minute);
        let is_live = |since: EventTime, window: TimeDelta| now - since <= window;
        let content = format!("{}|{}", mention.text, mention.media.len());
        let previous =
            self.ids.get(&mention.id).filter(|it| is_live(it.since, config.window)).cloned();
        let is_newer =
            previous.as_ref().is_none_or(|previous| is_newer(previous, mention, &content));
        if previous.as_ref().is_some_and(|previous| previous.is_withdrawn) || !is_newer {
            return nothing;
        }
        let mut entry = ModelEntry {
            since: now,
            version: previous.as_ref().map_or(0, |previous| previous.version).max(mention.version),
            content: content.clone(),
            revision: previous.as_ref().map_or(0, |previous| previous.revision) + 1,
            is_withdrawn: mention.change == MentionChange::Deleted,
            is_spread: false,
        };
        let revision = entry.revision;
        if entry.is_withdrawn {
            self.ids.insert(mention.id.clone(), entry);
            return (format!("withdrawal {revision}"), None);
        }
        if let Some(original) = &mention.repost_of {
            entry.is_spread = true;
            self.ids.insert(mention.id.clone(), entry);
            return (format!("repost of {original}"), None);
        }
        let is_edit = previous.is_some_and(|previous| !previous.is_spread);
        let plain = mention.text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let letters = plain.chars().filter(|c| c.is_alphanumeric()).count();
        let is_long = letters >= config.min_copy_chars && !mention.is_own;
        if is_long
            && let Some(id) = self.original(config, mention, &plain, &content, now)
            && !is_edit
        {
            entry.is_spread = true;
            self.ids.insert(mention.id.clone(), entry);
            return (format!("copy of {id}"), None);
        }
        self.ids.insert(mention.id.clone(), entry);
        let cluster = is_long.then(|| self.cluster(config, &plain, now, is_edit));
        (format!("{} {revision}", if is_edit { "edit" } else { "new" }), cluster)
    }

    /// The id of the mention's original. Without one, the mention becomes the original of its text.
    fn original(
        &mut self,
        config: &Config,
        mention: &Mention,
        plain: &str,
        content: &str,
        now: EventTime,
    ) -> Option<String> {
        if mention.channel == Channel::DirectMessage || !mention.media.is_empty() {
            return None;
        }
        let is_live = |since: EventTime, window: TimeDelta| now - since <= window;
        let key = (mention.author.id.clone(), plain.to_owned());
        let original = self.originals.get(&key).filter(|(since, content, id)| {
            let entry = self.ids.get(id).filter(|it| is_live(it.since, config.window));
            let is_same = entry.is_none_or(|it| !it.is_withdrawn && it.content == *content);
            is_live(*since, config.copy_window) && *id != mention.id && is_same
        });
        let original = original.map(|(_, _, id)| id.clone());
        if original.is_none() {
            self.originals.insert(key, (now, content.to_owned(), mention.id.clone()));
        }
        original
    }

    fn cluster(
        &mut self,
        config: &Config,
        plain: &str,
        now: EventTime,
        is_edit: bool,
    ) -> (String, i64) {
        let mut votes = Votes::default();
        text::each_word_or_pair(plain, |word| votes.add(word));
        let simhash = votes.simhash();
        let is_live = |since: EventTime| now - since <= config.cluster_window;
        let near = self.clusters.iter_mut();
        let near = near.filter(|it| is_live(it.1) && distance(it.0, simhash) <= 3);
        match near.min_by_key(|(name, ..)| (distance(*name, simhash), *name)) {
            Some((name, since, size)) => {
                let before = *size;
                if !is_edit {
                    (*since, *size) = (now, before + 1);
                }
                (format!("{name:016x}"), before)
            }
            None => {
                self.clusters.retain(|(name, ..)| *name != simhash);
                self.clusters.push((simhash, now, 1));
                (format!("{simhash:016x}"), 0)
            }
        }
    }
}

fn is_newer(previous: &ModelEntry, mention: &Mention, content: &str) -> bool {
    let is_other = previous.content != content;
    match (mention.change, previous.version, mention.version) {
        (MentionChange::Deleted, _, _) => true,
        (_, old, new) if old > 0 && new > 0 && new != old => new > old,
        (MentionChange::Edited, _, _) => is_other,
        (MentionChange::Created, 0, 1..) => is_other,
        (MentionChange::Created, _, _) => false,
    }
}

/// A few texts: short ones that differ in case or punctuation only, and long ones that differ in a
/// word.
fn texts() -> impl Strategy<Value = String> {
    let long = |word: &str| {
        let words: Vec<_> = (0..100).map(|n| format!("word{n}")).collect();
        format!("{} {word}", words.join(" "))
    };
    let short = ["thanks", "Thanks!", COMPLAINT, "my ROUTER has been down  since this morning"];
    let other = ["it works again, thank you", "It works again, thank you!", "where is my parcel"];
    let mut all: Vec<String> = short.into_iter().chain(other).map(str::to_owned).collect();
    all.extend(["one", "two", "three", "four"].map(long));
    prop::sample::select(all)
}

prop_compose! {
    fn mentions()(
        id in 0..14_i64,
        text in texts(),
        change in prop::sample::select(vec![
            MentionChange::Created, MentionChange::Created, MentionChange::Created, MentionChange::Edited, MentionChange::Deleted,
        ]),
        version in prop::sample::select(vec![0, 0, 0, 1, 2, 3]),
        kind in 0..12,
        step in prop::sample::select(vec![0, 1, 20, 20, 59, 61, 90, 200, -30, -90]),
        micros in 0..1_000_000_i64,
    ) -> (TestMention, TimeDelta) {
        // An id always has the same author.
        let author = ["ann", "ben", "cid"][usize::try_from(id % 3).unwrap_or(0)];
        let post = post(author, &id.to_string(), &text).with(|it| {
            (it.change, it.version) = (change, version);
            match kind {
                0 => it.repost_of = Some("99".to_owned()),
                1 => it.is_own = true,
                2 => it.channel = Channel::DirectMessage,
                3 => it.media.push(mention::Media::default()),
                _ => {}
            }
        });
        (post, step * TimeDelta::SECOND + TimeDelta::from_micros(micros))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_stage_emits_what_the_reference_model_emits(
        steps in prop::collection::vec(mentions(), 1..120),
        windows in prop::array::uniform3(prop::sample::select(vec![60, 150, 600, 100_000])),
    ) {
        let [window, copy_window, cluster_window] = windows.map(TimeDelta::from_secs);
        let config = Config { window, copy_window, cluster_window, ..Config::default() };
        let mut delay = TimeDelta::ZERO;
        let posts: Vec<TestMention> = steps.into_iter().map(|(post, step)| {
            delay = (delay + step).max(TimeDelta::ZERO);
            post.after(delay)
        }).collect();
        let mut model = ReferenceModel::default();
        let expected: Vec<ModelOutput> = posts.iter().map(|it| model.process(&config, it)).collect();
        let outputs: Vec<ModelOutput> =
            run_stage(config, &posts).iter().map(|it| (it.summary(), it.cluster())).collect();
        for (n, (output, expected)) in outputs.iter().zip(&expected).enumerate() {
            prop_assert_eq!(output, expected, "mention {} of {}", n, posts.len());
        }
    }
}
