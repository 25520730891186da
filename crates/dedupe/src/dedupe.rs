//! The stage: from hearing a mention to what it is.

use mention::{Findings, Mention, Novelty, Reaction, ReactionKind, Spread, SpreadKind, Unique};
use stage::{Fault, Micros, Reason, Record, Stage, Tx};

use crate::changelog::{Key, Value};
use crate::entry::{Cluster, Heard, SPREAD, Said, WITHDRAWN};
use crate::reading::Reading;
use crate::time::{Second, is_over, length, second};
use crate::verdict::{Arrival, Verdict, judge};
use crate::{Config, Digest, In, Out, Seen, digest};

/// Entries of a kind forgotten with one record, at most.
const FORGOTTEN: usize = 16;

/// Passes each mention once.
#[derive(Debug)]
pub struct Dedupe {
    config: Config,
    window: u32,
    copy_window: u32,
    cluster_window: u32,
}

/// A mention on its way through the steps.
struct Hearing {
    mention: Box<Mention>,
    /// The digest of its id.
    id: Digest,
    /// Stream time.
    now: Second,
    /// What was known of it.
    known: Option<Heard>,
    /// What will be.
    heard: Heard,
}

impl Stage for Dedupe {
    const NAME: &'static str = "dedupe";
    type In = In;
    type Out = Out;
    type State = Seen;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        if tx.state().is_mixed_up() {
            return Err(Fault::last("restore dedupe: a key of one kind with a value of another"));
        }
        for Record { index, time, value: In::Received(mention), .. } in batch {
            match missing(&mention) {
                Some(what) => {
                    tx.reject(index, Reason::Invalid, format!("a mention without {what}"))
                }
                None => self.hear(mention, time, tx),
            }
        }
        Ok(())
    }
}

impl Dedupe {
    /// A stage with these settings.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let [window, copy_window, cluster_window] =
            [config.window, config.copy_window, config.cluster_window].map(length);
        Self { config, window, copy_window, cluster_window }
    }

    fn hear(&self, mention: Box<Mention>, time: Micros, tx: &mut Tx<'_, Self>) {
        let now = tick(time, tx);
        let id = digest::of_id(&mention.tenant, &mention.platform, &mention.id);
        self.forget(id, tx);
        let known = self.known(id, now, tx.state());
        let arrival = Arrival {
            change: mention.change,
            version: mention.version.clamp(0, i64::from(u16::MAX)) as u16,
            content: digest::content(&mention),
        };
        let heard = Heard::next(known, arrival, now);
        let hearing = Hearing { mention, id, now, known, heard };
        match judge(known.map(Heard::known), arrival) {
            Verdict::Redelivery => {}
            Verdict::Withdrawal => withdraw(hearing, tx),
            Verdict::New | Verdict::Edit => self.compare(hearing, tx),
        }
    }

    /// Forgets what is over near this id, and the clusters that are over.
    ///
    /// Stream time never goes back, so nothing is forgotten that a later record would still find.
    fn forget(&self, id: Digest, tx: &mut Tx<'_, Self>) {
        let (clock, seen) = (tx.state().clock(), tx.state());
        let ids = seen.ids().near(id).filter(|(_, heard)| is_over(heard.since, clock, self.window));
        let ids: Vec<_> = ids.take(FORGOTTEN).map(|(digest, _)| Key::Id(digest)).collect();
        let old = seen.clusters().oldest();
        let old = old.take_while(|(since, _)| is_over(*since, clock, self.cluster_window));
        let old: Vec<_> = old.take(FORGOTTEN).map(|(_, name)| Key::Cluster(name)).collect();
        ids.into_iter().chain(old).for_each(|key| tx.remove(key));
    }

    /// Forgets what is over near something said.
    fn forget_sayings(&self, saying: Digest, tx: &mut Tx<'_, Self>) {
        let clock = tx.state().clock();
        let near = tx.state().sayings().near(saying);
        let over = near.filter(|(_, said)| is_over(said.since, clock, self.copy_window));
        let over: Vec<_> = over.take(FORGOTTEN).map(|(digest, _)| Key::Saying(digest)).collect();
        over.into_iter().for_each(|key| tx.remove(key));
    }

    fn known(&self, id: Digest, now: Second, seen: &Seen) -> Option<Heard> {
        seen.ids().get(id).copied().filter(|heard| !is_over(heard.since, now, self.window))
    }

    /// Compares what is new with what it repeats.
    fn compare(&self, hearing: Hearing, tx: &mut Tx<'_, Self>) {
        if let Some(original) = repeated(&hearing.mention) {
            let original = original.to_owned();
            return spread(hearing, SpreadKind::Repost, original, tx);
        }
        let reading = Reading::of(&hearing.mention, self.config.min_copy_chars);
        let first = reading.saying.and_then(|saying| {
            self.forget_sayings(saying, tx);
            self.first(saying, &hearing, tx.state())
        });
        match first {
            // An edit of what is somebody's work already changes that work, whatever it now says.
            Some(first) if !hearing.is_work() => spread(hearing, SpreadKind::Copy, first, tx),
            Some(_) => self.pass(hearing, Reading { saying: None, ..reading }, tx),
            None => self.pass(hearing, reading, tx),
        }
    }

    /// The id of another mention in which the author has said the same and still does.
    fn first(&self, saying: Digest, hearing: &Hearing, seen: &Seen) -> Option<String> {
        let Hearing { mention, now, .. } = hearing;
        let said = seen.sayings().get(saying)?;
        if is_over(said.since, *now, self.copy_window) || *said.id == *mention.id {
            return None;
        }
        let id = digest::of_id(&mention.tenant, &mention.platform, &said.id);
        let still = |heard: Heard| !heard.is(WITHDRAWN) && heard.content == said.content;
        self.known(id, *now, seen).is_none_or(still).then(|| said.id.to_string())
    }

    fn pass(&self, hearing: Hearing, reading: Reading, tx: &mut Tx<'_, Self>) {
        let novelty = if hearing.is_work() { Novelty::Edit } else { Novelty::New };
        let Hearing { mention, id, now, heard, .. } = hearing;
        tx.set(Key::Id(id), Value::Id(heard));
        if let Some(saying) = reading.saying {
            let said = Said { since: now, content: heard.content, id: mention.id.as_str().into() };
            tx.set(Key::Saying(saying), Value::Saying(said));
        }
        let mut findings = findings(novelty, heard, &mention);
        if let Some(simhash) = reading.simhash {
            let (name, before) = self.join(simhash, novelty, now, tx);
            findings.cluster = Some(format!("{name:016x}"));
            findings.cluster_size = i64::from(before);
        }
        tx.emit(Out::Unique(Box::new(Unique { mention: *mention, findings })));
    }

    /// Joins the nearest cluster, or begins one; returns its name and how many were in it before.
    /// An edit joins none, because its mention has been counted.
    fn join(
        &self,
        simhash: u64,
        novelty: Novelty,
        now: Second,
        tx: &mut Tx<'_, Self>,
    ) -> (u64, u32) {
        let is_live = |cluster: &Cluster| !is_over(cluster.since, now, self.cluster_window);
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

impl Hearing {
    /// Whether an earlier version of it was passed on as work.
    fn is_work(&self) -> bool {
        self.known.is_some_and(|known| !known.is(SPREAD))
    }
}

/// Moves stream time on; returns the time of this record, or stream time where that is later.
fn tick(time: Micros, tx: &mut Tx<'_, Dedupe>) -> Second {
    let time = second(time);
    let minutes = time.get() / 60;
    if minutes > tx.state().clock().get() / 60 {
        tx.set(Key::Clock, Value::Clock(minutes));
    }
    time.max(tx.state().clock())
}

fn withdraw(hearing: Hearing, tx: &mut Tx<'_, Dedupe>) {
    let Hearing { mention, id, heard, .. } = hearing;
    tx.set(Key::Id(id), Value::Id(heard.marked(WITHDRAWN)));
    let findings = findings(Novelty::Withdrawal, heard, &mention);
    tx.emit(Out::Unique(Box::new(Unique { mention: *mention, findings })));
}

fn spread(hearing: Hearing, kind: SpreadKind, original_id: String, tx: &mut Tx<'_, Dedupe>) {
    let Hearing { mention, id, heard, .. } = hearing;
    tx.set(Key::Id(id), Value::Id(heard.marked(SPREAD)));
    if let Some(reaction) = reaction(&mention, kind, &original_id) {
        tx.emit(Out::Reaction(Box::new(reaction)));
    }
    let Mention { tenant, platform, author, id, received_at, .. } = *mention;
    let spread = Spread { tenant, platform, author, id, original_id, kind, received_at };
    tx.emit(Out::Spread(Box::new(spread)));
}

/// A repost of somebody else's mention, where it is known whose that is; the brand's own is none.
fn reaction(mention: &Mention, kind: SpreadKind, original_id: &str) -> Option<Reaction> {
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

/// When it was first heard is known to the second, unless that is now.
fn findings(novelty: Novelty, heard: Heard, mention: &Mention) -> Findings {
    let first_received_at = match heard.revision() {
        1 => mention.received_at,
        _ => i64::from(heard.first) * 1_000_000,
    };
    let revision = i64::from(heard.revision());
    Findings { novelty, first_received_at, revision, ..Findings::default() }
}

fn missing(mention: &Mention) -> Option<&'static str> {
    let needed = [
        (&mention.platform, "a platform"),
        (&mention.id, "an id"),
        (&mention.author.id, "an author"),
    ];
    needed.into_iter().find(|(value, _)| value.is_empty()).map(|(_, what)| what)
}

/// What a mention repeats by its platform's own means. Whoever answers in his own words does not,
/// even if his platform hangs the original on the answer.
fn repeated(mention: &Mention) -> Option<&str> {
    let is_answer = mention.in_reply_to.is_some() && !mention.text.trim().is_empty();
    mention.repost_of.as_deref().filter(|_| !is_answer)
}
