//! The stage: decides for each mention whether it is new, an edit, a withdrawal, a repost, a copy or
//! a redelivery, and emits the matching record.

use mention::{
    DedupeResult, Mention, MentionChange, Novelty, Reaction, ReactionKind, Spread, SpreadKind,
    Unique,
};
use stage::{EventTime, Fault, Record, Stage, Tx, WallTime};

use crate::arrival::{Arrival, ArrivalKind, classify};
use crate::changelog::{Key, Value};
use crate::entry::{Cluster, OriginalEntry, SPREAD, SeenEntry, WITHDRAWN};
use crate::fingerprint::TextFingerprint;
use crate::time::{Second, is_expired, second_of, start_of, window_seconds};
use crate::{Config, Digest, In, Out, State, digest};

/// The most seconds by which a record may be earlier than stream time without setting it back.
const MAX_BACKWARD: u32 = 3600;

/// The stage that emits each mention once.
#[derive(Debug)]
pub struct Dedupe {
    pub(crate) config: Config,
    /// The windows of `config` in whole seconds.
    pub(crate) window: u32,
    pub(crate) copy_window: u32,
    pub(crate) cluster_window: u32,
}

/// A received mention with what the state knows about its id.
struct Incoming {
    mention: Box<Mention>,
    /// The digest of its id.
    id: Digest,
    /// The time of its record.
    time: EventTime,
    /// Stream time.
    now: Second,
    /// The entry of the version before; none for an id not seen within the window.
    previous: Option<SeenEntry>,
    /// The entry to store when the mention is emitted.
    entry: SeenEntry,
}

impl Stage for Dedupe {
    const NAME: &'static str = "dedupe";
    type In = In;
    type Out = Out;
    type State = State;
    type Table = ();
    type Rules = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for Record { time, value: In::Received { mention, source }, .. } in batch {
            self.process_mention(mention, source, time, tx);
        }
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.expire_when_idle(now, tx);
        Ok(())
    }
}

impl Dedupe {
    /// Creates a stage with this configuration.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let [window, copy_window, cluster_window] =
            [config.window, config.copy_window, config.cluster_window].map(window_seconds);
        Self { config, window, copy_window, cluster_window }
    }

    fn process_mention(
        &self,
        mention: Box<Mention>,
        source: u32,
        time: EventTime,
        tx: &mut Tx<'_, Self>,
    ) {
        let now = advance_clock(time, tx);
        let id = digest::of_id(&mention.tenant, &mention.platform, &mention.id);
        self.expire(id, tx);
        // `expire` is bounded, so an expired entry can still be there: the look-up compares times.
        let previous = self.live_entry(id, now, tx.state());
        // Whoever knows an id could otherwise delete it before it is posted.
        let is_deletion = mention.change == MentionChange::Deleted;
        let previous = previous.filter(|it| is_deletion || !it.is_premature_of_another(source));
        let arrival = Arrival {
            change: mention.change,
            version: mention.version.clamp(0, i64::from(u16::MAX)) as u16,
            content: digest::content(&mention),
        };
        let entry = match (previous, is_deletion) {
            (None, true) => SeenEntry::premature_withdrawal(source, arrival.version, now),
            _ => SeenEntry::next(previous, arrival, now),
        };
        let incoming = Incoming { mention, id, time, now, previous, entry };
        match classify(previous.map(SeenEntry::version_seen), arrival) {
            // The entry stays as it is: a redelivery must not extend the window.
            ArrivalKind::Redelivery => {}
            ArrivalKind::Withdrawal => emit_withdrawal(incoming, tx),
            ArrivalKind::New | ArrivalKind::Edit => self.emit_or_fold(incoming, tx),
        }
        self.evict(id, tx);
    }

    /// The entry of an id, unless it is expired.
    fn live_entry(&self, id: Digest, now: Second, state: &State) -> Option<SeenEntry> {
        state.ids().get(id).copied().filter(|entry| !is_expired(entry.since, now, self.window))
    }

    /// Emits a new or edited mention: as a repost, as a copy of an original, or as unique.
    fn emit_or_fold(&self, incoming: Incoming, tx: &mut Tx<'_, Self>) {
        if let Some(original_id) = reposted_id(&incoming.mention) {
            let original_id = original_id.to_owned();
            return emit_spread(incoming, SpreadKind::Repost, original_id, tx);
        }
        let fingerprint = TextFingerprint::of(&incoming.mention, self.config.min_copy_chars);
        let original_id = fingerprint.author_text.and_then(|author_text| {
            self.expire_originals(author_text, tx);
            self.find_original(author_text, &incoming, tx.state())
        });
        match original_id {
            Some(id) if !incoming.was_unique() => emit_spread(incoming, SpreadKind::Copy, id, tx),
            // The next stages already work on the earlier version, so an edit of it is never folded.
            // The original keeps its entry: later copies fold into that one.
            Some(_) => {
                self.emit_unique(incoming, TextFingerprint { author_text: None, ..fingerprint }, tx)
            }
            None => self.emit_unique(incoming, fingerprint, tx),
        }
    }

    /// The id of another mention with the same text by the same author, unless that mention was
    /// deleted or edited since.
    fn find_original(
        &self,
        author_text: Digest,
        incoming: &Incoming,
        state: &State,
    ) -> Option<String> {
        let Incoming { mention, now, .. } = incoming;
        let original = state.originals().get(author_text)?;
        if is_expired(original.since, *now, self.copy_window) || *original.id == *mention.id {
            return None;
        }
        let id = digest::of_id(&mention.tenant, &mention.platform, &original.id);
        let is_unchanged =
            |entry: SeenEntry| !entry.has(WITHDRAWN) && entry.content == original.content;
        // `copy_window` may be longer than `window`: an original without an entry counts as unchanged.
        let is_original = self.live_entry(id, *now, state).is_none_or(is_unchanged);
        is_original.then(|| original.id.to_string())
    }

    fn emit_unique(&self, incoming: Incoming, fingerprint: TextFingerprint, tx: &mut Tx<'_, Self>) {
        let novelty = if incoming.was_unique() { Novelty::Edit } else { Novelty::New };
        let Incoming { mention, id, time, now, entry, .. } = incoming;
        tx.set(Key::Id(id), Value::Id(entry));
        if let Some(author_text) = fingerprint.author_text {
            let id = mention.id.as_str().into();
            let original = OriginalEntry { since: now, content: entry.content, id };
            tx.set(Key::Original(author_text), Value::Original(original));
        }
        let mut findings = findings(novelty, entry, time);
        if let Some(simhash) = fingerprint.simhash {
            let (name, size_before) = self.join_cluster(simhash, novelty, now, tx);
            findings.cluster = Some(format!("{name:016x}"));
            findings.cluster_size = i64::from(size_before);
        }
        tx.emit(time, Out::Unique(Box::new(Unique { mention: *mention, findings })));
    }

    /// Adds a mention to the nearest cluster, or starts one; returns the name of the cluster and
    /// its size before. An edit does not change the size, because its mention is already counted.
    fn join_cluster(
        &self,
        simhash: u64,
        novelty: Novelty,
        now: Second,
        tx: &mut Tx<'_, Self>,
    ) -> (u64, u32) {
        let is_live = |cluster: &Cluster| !is_expired(cluster.since, now, self.cluster_window);
        let clusters = tx.state().clusters();
        match clusters.nearest(simhash, self.config.max_distance, is_live) {
            Some((name, found)) => {
                if novelty == Novelty::New {
                    let cluster = Cluster { since: now, size: found.size.saturating_add(1) };
                    tx.set(Key::Cluster(name), Value::Cluster(cluster));
                }
                (name, found.size)
            }
            None => {
                let cluster = Cluster { since: now, size: 1 };
                tx.set(Key::Cluster(simhash), Value::Cluster(cluster));
                (simhash, 0)
            }
        }
    }
}

impl Incoming {
    /// Whether an earlier version was emitted as [`Out::Unique`].
    fn was_unique(&self) -> bool {
        self.previous.is_some_and(|previous| !previous.has(SPREAD))
    }
}

/// Advances stream time; returns the time of this record, or stream time if that is later.
fn advance_clock(time: EventTime, tx: &mut Tx<'_, Dedupe>) -> Second {
    let time = second_of(time);
    let (minutes, clock) = (time.get() / 60, tx.state().clock());
    // Append time goes back by the difference between two brokers at most: a clock further ahead is
    // wrong, and would keep every id or forget every id until time has caught up with it.
    let is_wrong = clock.get().saturating_sub(time.get()) > MAX_BACKWARD;
    // By the minute, so that the changelog gets one clock entry a minute and not one a record.
    if minutes > clock.get() / 60 || is_wrong {
        tx.set(Key::Clock, Value::Clock(minutes));
    }
    time.max(tx.state().clock())
}

fn emit_withdrawal(incoming: Incoming, tx: &mut Tx<'_, Dedupe>) {
    let Incoming { mention, id, time, entry, .. } = incoming;
    tx.set(Key::Id(id), Value::Id(entry.with_flag(WITHDRAWN)));
    let findings = findings(Novelty::Withdrawal, entry, time);
    tx.emit(time, Out::Unique(Box::new(Unique { mention: *mention, findings })));
}

fn emit_spread(incoming: Incoming, kind: SpreadKind, original_id: String, tx: &mut Tx<'_, Dedupe>) {
    let Incoming { mention, id, time, entry, .. } = incoming;
    tx.set(Key::Id(id), Value::Id(entry.with_flag(SPREAD)));
    if let Some(reaction) = repost_reaction(&mention, kind, &original_id) {
        tx.emit(time, Out::Reaction(Box::new(reaction)));
    }
    let Mention { tenant, platform, author, id, received_at, .. } = *mention;
    let spread = Spread { tenant, platform, author, id, original_id, kind, received_at };
    tx.emit(time, Out::Spread(Box::new(spread)));
}

/// The reaction to publish for a repost of another author's mention; none if that author is
/// unknown or the repost is the brand's own.
fn repost_reaction(mention: &Mention, kind: SpreadKind, original_id: &str) -> Option<Reaction> {
    let author_id = mention.repost_of_author.as_ref().filter(|id| **id != mention.author.id)?;
    if kind != SpreadKind::Repost || mention.is_own || author_id.is_empty() {
        return None;
    }
    Some(Reaction {
        tenant: mention.tenant.clone(),
        platform: mention.platform.clone(),
        author_id: author_id.clone(),
        original_id: original_id.to_owned(),
        kind: ReactionKind::Repost,
        id: mention.id.clone(),
        by: mention.author.id.clone(),
        followers: mention.author.followers.unwrap_or(0).max(0),
        received_at: mention.received_at,
    })
}

/// The findings of a mention without its cluster.
fn findings(novelty: Novelty, entry: SeenEntry, time: EventTime) -> DedupeResult {
    // The time of the log and not `received_at`: the order of the queue counts from it, and a slow
    // clock of one sender must not put its mentions first.
    let first_received_at = match entry.revision() {
        1 => time,
        // Entries hold whole seconds: the microseconds of the first version are gone.
        _ => start_of(entry.first),
    };
    let revision = i64::from(entry.revision());
    DedupeResult { novelty, first_received_at, revision, ..DedupeResult::default() }
}

/// The id of the mention that this one reposts.
fn reposted_id(mention: &Mention) -> Option<&str> {
    // A quote with words of its own is a mention, although some platforms attach the original to it.
    let is_quote = mention.in_reply_to.is_some() && !mention.text.trim().is_empty();
    mention.repost_of.as_deref().filter(|_| !is_quote)
}
