//! The stage against a model that remembers everything and compares all with all.

use std::collections::HashMap;

use dedupe::simhash::{Votes, distance};
use dedupe::{Config, text};
use mention::{Change, Channel, Mention};
use proptest::prelude::*;
use stage::Micros;

use crate::scene::*;

/// A mention as the model remembers it.
#[derive(Debug, Clone)]
struct Memo {
    since: Micros,
    version: i64,
    content: String,
    revision: i64,
    is_withdrawn: bool,
    is_spread: bool,
}

/// Everything ever heard, by strings.
#[derive(Default)]
struct Model {
    minute: Micros,
    ids: HashMap<String, Memo>,
    /// By author and text: when, with which content, under which id.
    sayings: HashMap<(String, String), (Micros, String, String)>,
    /// SimHash of the first text, time of the last member, size.
    clusters: Vec<(u64, Micros, i64)>,
}

/// What comes out, and the cluster it is said to be in.
type Answer = (String, Option<(String, i64)>);

impl Model {
    fn hear(&mut self, config: &Config, Said { mention, time }: &Said) -> Answer {
        let nothing = ("nothing".to_owned(), None);
        let second = time / SECOND;
        self.minute = self.minute.max(second / 60 * 60);
        let now = second.max(self.minute);
        let lasts = |since: Micros, window: Micros| now - since <= window / SECOND;
        let content = format!("{}|{}", mention.text, mention.media.len());
        let known = self.ids.get(&mention.id).filter(|it| lasts(it.since, config.window)).cloned();
        let is_newer = known.as_ref().is_none_or(|known| newer(known, mention, &content));
        if known.as_ref().is_some_and(|known| known.is_withdrawn) || !is_newer {
            return nothing;
        }
        let mut memo = Memo {
            since: now,
            version: known.as_ref().map_or(0, |known| known.version).max(mention.version),
            content: content.clone(),
            revision: known.as_ref().map_or(0, |known| known.revision) + 1,
            is_withdrawn: mention.change == Change::Deleted,
            is_spread: false,
        };
        let revision = memo.revision;
        if memo.is_withdrawn {
            self.ids.insert(mention.id.clone(), memo);
            return (format!("withdrawal {revision}"), None);
        }
        if let Some(original) = &mention.repost_of {
            memo.is_spread = true;
            self.ids.insert(mention.id.clone(), memo);
            return (format!("repost of {original}"), None);
        }
        let is_edit = known.is_some_and(|known| !known.is_spread);
        let plain = mention.text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let letters = plain.chars().filter(|c| c.is_alphanumeric()).count();
        let is_long = letters >= config.min_copy_chars && !mention.is_own;
        if is_long && mention.channel != Channel::DirectMessage && mention.media.is_empty() {
            let key = (mention.author.id.clone(), plain.clone());
            let first = self.sayings.get(&key).filter(|(since, said, id)| {
                let of = self.ids.get(id).filter(|it| lasts(it.since, config.window));
                let still = of.is_none_or(|it| !it.is_withdrawn && it.content == *said);
                lasts(*since, config.copy_window) && *id != mention.id && still
            });
            match first {
                Some((_, _, id)) if !is_edit => {
                    let summary = format!("copy of {id}");
                    memo.is_spread = true;
                    self.ids.insert(mention.id.clone(), memo);
                    return (summary, None);
                }
                Some(_) => {}
                None => {
                    self.sayings.insert(key, (now, content, mention.id.clone()));
                }
            }
        }
        self.ids.insert(mention.id.clone(), memo);
        let cluster = is_long.then(|| self.cluster(config, &plain, now, is_edit));
        (format!("{} {revision}", if is_edit { "edit" } else { "new" }), cluster)
    }

    fn cluster(
        &mut self,
        config: &Config,
        plain: &str,
        now: Micros,
        is_edit: bool,
    ) -> (String, i64) {
        let mut votes = Votes::default();
        text::words(plain, |word| votes.add(word));
        let simhash = votes.outcome();
        let lasts = |since: Micros| now - since <= config.cluster_window / SECOND;
        let near = self.clusters.iter_mut();
        let near = near.filter(|it| lasts(it.1) && distance(it.0, simhash) <= 3);
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

fn newer(known: &Memo, mention: &Mention, content: &str) -> bool {
    let is_other = known.content != content;
    match (mention.change, known.version, mention.version) {
        (Change::Deleted, _, _) => true,
        (_, old, new) if old > 0 && new > 0 && new != old => new > old,
        (Change::Edited, _, _) => is_other,
        (Change::Created, 0, 1..) => is_other,
        (Change::Created, _, _) => false,
    }
}

/// Few texts, some of which differ in a link or a mark only, and long ones that differ in a word.
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
            Change::Created, Change::Created, Change::Created, Change::Edited, Change::Deleted,
        ]),
        version in prop::sample::select(vec![0, 0, 0, 1, 2, 3]),
        kind in 0..12,
        step in prop::sample::select(vec![0, 1, 20, 20, 59, 61, 90, 200, -30, -90]),
        micros in 0..SECOND,
    ) -> (Said, Micros) {
        // The author of an id is always the same.
        let author = ["ann", "ben", "cid"][usize::try_from(id % 3).unwrap_or(0)];
        let said = said(author, &id.to_string(), &text).with(|it| {
            (it.change, it.version) = (change, version);
            match kind {
                0 => it.repost_of = Some("99".to_owned()),
                1 => it.is_own = true,
                2 => it.channel = Channel::DirectMessage,
                3 => it.media.push(mention::Media::default()),
                _ => {}
            }
        });
        (said, step * SECOND + micros)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_stage_hears_what_the_model_hears(
        steps in prop::collection::vec(mentions(), 1..120),
        windows in prop::array::uniform3(prop::sample::select(vec![60, 150, 600, 100_000])),
    ) {
        let [window, copy_window, cluster_window] = windows.map(|seconds| seconds * SECOND);
        let config = Config { window, copy_window, cluster_window, ..Config::default() };
        let mut time = 0;
        let said: Vec<Said> = steps.into_iter().map(|(said, step)| {
            time = (time + step).max(0);
            said.after(time)
        }).collect();
        let mut model = Model::default();
        let expected: Vec<Answer> = said.iter().map(|it| model.hear(&config, it)).collect();
        let heard: Vec<Answer> =
            hear(config, &said).iter().map(|it| (it.summary(), it.cluster())).collect();
        for (n, (heard, expected)) in heard.iter().zip(&expected).enumerate() {
            prop_assert_eq!(heard, expected, "mention {} of {}", n, said.len());
        }
    }
}
