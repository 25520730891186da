//! Signals: the counts of one second and partition for each tenant and facet.
//!
//! Mentions are partitioned by author, so a subject spreads over all partitions. Each partition
//! publishes one record for each facet and second, for any number of mentions: a viral subject
//! costs as many records a second as there are partitions, and `surge` adds them up. A second is
//! published when stream time has passed it. Late mentions of it are published as a further part.
//!
//! Must not know: what is expected, when a count is an outbreak.

use std::collections::BTreeMap;
use std::ops::Range;

use mention::{Facet, Reaction, Scored, Signal, WatchlistKind, WatchlistMatch};
use stage::{EventTime, TimeDelta, Tx};

use crate::hashes::short_author_hash;
use crate::state::{Key, PendingSignal, Value};
use crate::{Out, Prioritizer, text};

/// The age below which an account counts as young.
const YOUNG: TimeDelta = TimeDelta::DAY.times(30);
/// The most mentions in one part of a second: it bounds the size of a record.
pub const MAX_PART: usize = 512;
/// The most mentions to count of all seconds.
pub const MAX_PENDING: usize = 1024;
/// The most words of one mention.
const MAX_WORDS: usize = 8;
/// The most words of a signal.
const MAX_TERMS: usize = 8;
/// The most mentions that a signal names.
const MAX_POSTS: usize = 3;

/// Stores a mention to be counted in the signals of the second of `time`.
///
/// `normalised` is its text; `named` are the watchlist entries it names.
pub(crate) fn count_mention(
    scored: &Scored,
    normalised: &str,
    named: &[WatchlistMatch],
    time: EventTime,
    tx: &mut Tx<'_, Prioritizer>,
) {
    add_pending(pending_signal(scored, normalised, named), time, tx);
}

/// Stores a repost to be counted in the signals: it adds no mention, but the followers of the
/// reposting account to the reach.
pub(crate) fn count_repost(
    scored: &Scored,
    named: &[WatchlistMatch],
    repost: &Reaction,
    time: EventTime,
    tx: &mut Tx<'_, Prioritizer>,
) {
    let pending = PendingSignal {
        author: short_author_hash(&repost.tenant, &repost.platform, &repost.by),
        followers: repost.followers.max(0),
        is_negative: false,
        is_young: false,
        is_repost: true,
        ..pending_signal(scored, "", named)
    };
    add_pending(pending, time, tx);
}

fn add_pending(pending: PendingSignal, time: EventTime, tx: &mut Tx<'_, Prioritizer>) {
    let (second, position) = tx.state().next_pending_key(second(time));
    tx.set(Key::PendingSignal(second, position), Value::PendingSignal(pending));
    if position as usize + 1 >= MAX_PART {
        emit(second..second.saturating_add(1), tx);
    }
    // Seconds are emitted in their order, so those of a later time wait for it. Emitting all of them
    // loses nothing: it only splits the counts of a second.
    if tx.state().pending_len() >= MAX_PENDING {
        emit(0..u32::MAX, tx);
    }
}

/// Emits the signals of every second before that of `time`.
pub(crate) fn emit_finished(time: EventTime, tx: &mut Tx<'_, Prioritizer>) {
    emit(0..second(time), tx);
}

fn emit(seconds: Range<u32>, tx: &mut Tx<'_, Prioritizer>) {
    let pending = || tx.state().pending_signals(seconds.clone());
    // Called for every record, mostly with nothing to emit.
    if pending().next().is_none() {
        return;
    }
    let signals = aggregate(pending().map(|((second, _), pending)| (second, pending)));
    let keys: Vec<_> = pending().map(|(key, _)| key).collect();
    for signal in signals {
        tx.emit(signal.second_at, Out::Signal(Box::new(signal)));
    }
    for (second, position) in keys {
        tx.remove(Key::PendingSignal(second, position));
    }
}

/// The second that contains `time`; times out of range are clamped.
fn second(time: EventTime) -> u32 {
    time.interval(TimeDelta::SECOND).clamp(0, i64::from(u32::MAX)) as u32
}

fn pending_signal(scored: &Scored, normalised: &str, named: &[WatchlistMatch]) -> PendingSignal {
    let Scored { mention, findings, understanding } = scored;
    let is_product = |named: &&WatchlistMatch| named.kind == WatchlistKind::Product;
    let created = mention.author.created_at;
    // A cluster of one is no subject: it would cost a record for each mention.
    let cluster = findings.cluster.as_deref().filter(|_| findings.cluster_size > 0);
    let reason = understanding.reason.as_ref().map_or("", |reason| reason.name.as_str());
    PendingSignal {
        tenant: mention.tenant.as_str().into(),
        post: mention.mention_id().into(),
        author: short_author_hash(&mention.tenant, &mention.platform, &mention.author.id),
        followers: mention.author.followers.unwrap_or(0).max(0),
        is_negative: understanding
            .sentiment
            .is_some_and(|s| s.negative > s.neutral && s.negative > s.positive),
        is_young: created.is_some_and(|at| mention.received_at - at < YOUNG),
        is_repost: false,
        reason: reason.into(),
        cluster: cluster.unwrap_or_default().into(),
        products: named.iter().filter(is_product).map(|n| n.name.as_str().into()).collect(),
        words: text::salient_words(normalised, MAX_WORDS).join(" ").into(),
    }
}

/// Adds up mentions, given with their seconds, to signals ordered by second, tenant, facet and
/// value.
#[must_use]
pub fn aggregate<'a>(pending: impl Iterator<Item = (u32, &'a PendingSignal)>) -> Vec<Signal> {
    let mut counts = BTreeMap::<(u32, &str, Facet, &str), SignalCounts<'_>>::new();
    for (second, pending) in pending {
        let reason = (!pending.reason.is_empty()).then_some((Facet::Reason, &*pending.reason));
        let products = pending.products.iter().map(|product| (Facet::Product, &**product));
        let cluster = (!pending.cluster.is_empty()).then_some((Facet::Cluster, &*pending.cluster));
        let facets = std::iter::once((Facet::All, "")).chain(reason).chain(products).chain(cluster);
        for (facet, value) in facets {
            counts.entry((second, &pending.tenant, facet, value)).or_default().add(pending);
        }
    }
    counts
        .into_iter()
        .map(|((second, tenant, facet, value), counts)| Signal {
            tenant: tenant.to_owned(),
            facet,
            value: value.to_owned(),
            second_at: EventTime::default() + TimeDelta::from_secs(second.into()),
            ..counts.signal()
        })
        .collect()
}

/// The counts of one tenant, facet and second.
#[derive(Debug, Default)]
struct SignalCounts<'a> {
    mentions: i64,
    negative: i64,
    /// Followers of each author, and whether the account is young.
    authors: BTreeMap<u64, (i64, bool)>,
    /// Followers of each reposting account.
    reposters: BTreeMap<u64, i64>,
    reposts: i64,
    words: BTreeMap<&'a str, u32>,
    posts: Vec<&'a str>,
}

impl<'a> SignalCounts<'a> {
    fn add(&mut self, pending: &'a PendingSignal) {
        // A repost adds reach only: its text is already counted with the mention.
        if pending.is_repost {
            self.reposts += 1;
            let followers = self.reposters.entry(pending.author).or_default();
            *followers = (*followers).max(pending.followers);
            return;
        }
        self.mentions += 1;
        self.negative += i64::from(pending.is_negative);
        let author = self.authors.entry(pending.author).or_default();
        *author = (author.0.max(pending.followers), author.1 || pending.is_young);
        for word in pending.words.split(' ').filter(|word| !word.is_empty()) {
            *self.words.entry(word).or_default() += 1;
        }
        if self.posts.len() < MAX_POSTS {
            self.posts.push(&pending.post);
        }
    }

    fn signal(self) -> Signal {
        let mut words: Vec<_> = self.words.into_iter().collect();
        // The most frequent first; ties by the alphabet, so that every run gives the same record.
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
            terms: words.into_iter().take(MAX_TERMS).map(|(word, _)| word.to_owned()).collect(),
            posts: self.posts.into_iter().map(str::to_owned).collect(),
            ..Signal::default()
        }
    }
}
