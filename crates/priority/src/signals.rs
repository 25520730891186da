//! Partial counts: how much is said about what within each second, as this partition hears it.
//!
//! Each author's mentions stand in one partition, each topic's in all of them: what one partition
//! has counted of a second is one record a facet, however many mentions there were. So a topic that
//! everybody talks about makes as many records a second as there are partitions, and `surge` adds
//! them up. A second is told once a later one is heard or the clock has passed it; what is late for
//! it is told as a further part.

use std::collections::BTreeMap;
use std::ops::Range;

use mention::{Facet, NamedKind, Reaction, Scored, Signal, author_key};
use stage::{Micros, Tx};
use xxhash_rust::xxh3::xxh3_64;

use crate::memory::{Heard, Key, Value};
use crate::{Out, Priority, text};

const SECOND: Micros = 1_000_000;
/// An account is young for so long.
const YOUNG: Micros = 30 * 24 * 3_600 * SECOND;
/// A second with this many mentions is told in parts, so that no record grows without bound.
pub const PART: usize = 512;
/// Words of one mention, at most.
const WORDS: usize = 8;
/// Words of a signal, at most.
const TERMS: usize = 8;
/// Mentions that a signal names, at most.
const POSTS: usize = 3;

/// Remembers a mention until its second is told.
///
/// `words` is its text, normalised; `named` the products it names.
pub(crate) fn hear(
    scored: &Scored,
    normalised: &str,
    named: &[mention::Named],
    time: Micros,
    tx: &mut Tx<'_, Priority>,
) {
    keep(heard(scored, normalised, named), time, tx);
}

/// Remembers a repost of a mention until its second is told: it is no mention more, but it reaches
/// who follow the one that reposts.
pub(crate) fn hear_repost(
    scored: &Scored,
    named: &[mention::Named],
    repost: &Reaction,
    time: Micros,
    tx: &mut Tx<'_, Priority>,
) {
    let mut by = Vec::with_capacity(64);
    author_key(&repost.tenant, &repost.platform, &repost.by, &mut by);
    let heard = Heard {
        author: xxh3_64(&by),
        followers: repost.followers.max(0),
        is_negative: false,
        is_young: false,
        is_repost: true,
        ..heard(scored, "", named)
    };
    keep(heard, time, tx);
}

fn keep(heard: Heard, time: Micros, tx: &mut Tx<'_, Priority>) {
    let (second, place) = tx.state().next_heard(second(time));
    tx.set(Key::Heard(second, place), Value::Heard(heard));
    if place as usize + 1 >= PART {
        tell(second..second.saturating_add(1), tx);
    }
}

/// Tells every second that is over at `time`.
pub(crate) fn ring(time: Micros, tx: &mut Tx<'_, Priority>) {
    tell(0..second(time), tx);
}

fn tell(seconds: Range<u32>, tx: &mut Tx<'_, Priority>) {
    let heard = || tx.state().heard(seconds.clone());
    if heard().next().is_none() {
        return;
    }
    let signals = add_up(heard().map(|((second, _), heard)| (second, heard)));
    let told: Vec<_> = heard().map(|(at, _)| at).collect();
    for signal in signals {
        tx.emit(Out::Signal(Box::new(signal)));
    }
    for (second, place) in told {
        tx.remove(Key::Heard(second, place));
    }
}

fn second(time: Micros) -> u32 {
    u32::try_from(time.div_euclid(SECOND)).unwrap_or(if time < 0 { 0 } else { u32::MAX })
}

fn heard(scored: &Scored, normalised: &str, named: &[mention::Named]) -> Heard {
    let Scored { mention, findings, understanding } = scored;
    let mut key = Vec::with_capacity(64);
    mention.key(&mut key);
    let is_product = |named: &&mention::Named| named.kind == NamedKind::Product;
    let created = mention.author.created_at;
    let of_others = findings.cluster.as_deref().filter(|_| findings.cluster_size > 0);
    let told = understanding.reason.as_ref().map_or("", |reason| reason.name.as_str());
    Heard {
        tenant: mention.tenant.as_str().into(),
        post: mention.mention_id().into(),
        author: xxh3_64(&key),
        followers: mention.author.followers.unwrap_or(0).max(0),
        is_negative: understanding
            .sentiment
            .is_some_and(|s| s.negative > s.neutral && s.negative > s.positive),
        is_young: created.is_some_and(|at| mention.received_at.saturating_sub(at) < YOUNG),
        is_repost: false,
        reason: told.into(),
        cluster: of_others.unwrap_or_default().into(),
        products: named.iter().filter(is_product).map(|n| n.name.as_str().into()).collect(),
        words: text::telling(normalised, WORDS).join(" ").into(),
    }
}

/// The signals of mentions with their seconds: by second, tenant, facet and value.
#[must_use]
pub fn add_up<'a>(heard: impl Iterator<Item = (u32, &'a Heard)>) -> Vec<Signal> {
    let mut tallies = BTreeMap::<(u32, &str, Facet, &str), Tally<'_>>::new();
    for (second, heard) in heard {
        let one = |facet, value: &'a str| (facet, value);
        let mut facets = vec![one(Facet::All, "")];
        facets.extend((!heard.reason.is_empty()).then(|| one(Facet::Reason, &heard.reason)));
        facets.extend(heard.products.iter().map(|product| one(Facet::Product, product)));
        facets.extend((!heard.cluster.is_empty()).then(|| one(Facet::Cluster, &heard.cluster)));
        for (facet, value) in facets {
            tallies.entry((second, &heard.tenant, facet, value)).or_default().add(heard);
        }
    }
    tallies
        .into_iter()
        .map(|((second, tenant, facet, value), tally)| Signal {
            tenant: tenant.to_owned(),
            facet,
            value: value.to_owned(),
            second_at: i64::from(second) * SECOND,
            ..tally.signal()
        })
        .collect()
}

#[derive(Debug, Default)]
struct Tally<'a> {
    mentions: i64,
    negative: i64,
    /// Each author once, with followers and youth.
    authors: BTreeMap<u64, (i64, bool)>,
    /// Who reposted, each once, with followers.
    reposters: BTreeMap<u64, i64>,
    reposts: i64,
    words: BTreeMap<&'a str, u32>,
    posts: Vec<&'a str>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, heard: &'a Heard) {
        if heard.is_repost {
            self.reposts += 1;
            let followers = self.reposters.entry(heard.author).or_default();
            *followers = (*followers).max(heard.followers);
            return;
        }
        self.mentions += 1;
        self.negative += i64::from(heard.is_negative);
        let author = self.authors.entry(heard.author).or_default();
        *author = (author.0.max(heard.followers), author.1 || heard.is_young);
        for word in heard.words.split(' ').filter(|word| !word.is_empty()) {
            *self.words.entry(word).or_default() += 1;
        }
        if self.posts.len() < POSTS {
            self.posts.push(&heard.post);
        }
    }

    fn signal(self) -> Signal {
        let mut words: Vec<_> = self.words.into_iter().collect();
        words.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
        let followers = self.authors.values().map(|(followers, _)| followers);
        let followers = followers.chain(self.reposters.values());
        let reach = followers.fold(0_i64, |sum, followers| sum.saturating_add(*followers));
        Signal {
            mentions: self.mentions,
            reposts: self.reposts,
            negative: self.negative,
            reach,
            young: self.authors.values().map(|(_, is_young)| i64::from(*is_young)).sum(),
            authors: self.authors.keys().map(|author| author.cast_signed()).collect(),
            terms: words.into_iter().take(TERMS).map(|(word, _)| word.to_owned()).collect(),
            posts: self.posts.into_iter().map(str::to_owned).collect(),
            ..Signal::default()
        }
    }
}
