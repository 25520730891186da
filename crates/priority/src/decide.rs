//! What becomes of a mention: weighed when it is heard, and again when what it was weighed by has
//! changed.

use mention::{
    Engagement, Level, Mention, Novelty, Prioritized, Priority as Urgency, Scored, Term, Tone,
    codec,
};
use rules::Facts;
use stage::{Micros, Tx};
use xxhash_rust::xxh3::xxh3_64;

use crate::account::{Account, Post};
use crate::factors::{Factors, complaint};
use crate::memory::{self, Complains, Key, Open, Value, bits};
use crate::score::{BY_TIME, Verdict, weigh};
use crate::tone::Before;
use crate::{Incidents, Known, Out, Priority, Tenants, peers, signals, text};

/// What a mention is weighed by beside what it says itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The customer behind the author.
    pub customer: Option<&'a Known>,
    /// How many mentions of the author came before it, and how many of these were complaints.
    pub before: (u16, u16),
    /// How the author sounds beside those.
    pub tone: &'a [Tone],
    /// Reactions, where more are known than the mention itself tells of.
    pub engagement: Option<Engagement>,
}

/// Why a mention is decided again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Profile,
    Incident,
    Spread,
    Answer,
    Rules,
}

impl Cause {
    fn told(self, was: &Open, incident: u64) -> &'static str {
        match self {
            Cause::Profile => "what the CRM knows of the author has changed",
            Cause::Spread => "others repost it or reply to it",
            Cause::Answer => "another user has answered it",
            // All that is open is compared at a start as well, maybe with other weights.
            Cause::Incident if was.incident == 0 && incident == 0 => "it is weighed otherwise now",
            Cause::Incident => "an incident began, changed or is over",
            Cause::Rules => "the rules have changed",
        }
    }
}

/// What a mention was found to be worth, with what was read on the way.
struct Decided {
    urgency: Urgency,
    normalised: String,
}

impl Priority {
    /// Finds out how urgent a mention is.
    ///
    /// `now` is event time, in microseconds: until then its author has waited.
    #[must_use]
    pub fn urgency(
        &self,
        scored: &Scored,
        now: Micros,
        beside: &Beside<'_>,
        incidents: &Incidents,
    ) -> Urgency {
        if is_no_work(scored) {
            return Urgency { level: Level::P5, ..Urgency::default() };
        }
        self.decide(scored, &self.tenants.get(), now, beside, incidents).urgency
    }

    fn decide(
        &self,
        scored: &Scored,
        tenants: &Tenants,
        now: Micros,
        beside: &Beside<'_>,
        incidents: &Incidents,
    ) -> Decided {
        let mention = &scored.mention;
        let tenant = tenants.get(&mention.tenant);
        let normalised = text::normalise(&mention.text);
        let named = tenant.lists.find(&normalised);
        let incident = incidents.find(scored, &normalised, &named);
        let waited = mention.published_at.map_or(0, |at| now.saturating_sub(at));
        let engagement = beside.engagement.unwrap_or(mention.engagement);
        let factors = Factors {
            named: &named,
            tone: beside.tone,
            repeats: beside.before.0.into(),
            complained: beside.before.1 > 0,
            customer: beside.customer,
            incident,
            ..Factors::of(scored, engagement, waited)
        };
        let likeliest = factors.intents.first();
        let Verdict { level, score, terms, floor } = weigh(&factors, &tenant.weights);
        let mut urgency = Urgency {
            level,
            score,
            terms,
            intent: likeliest.map(|found| found.intent).unwrap_or_default(),
            intent_evidence: likeliest.and_then(|found| found.evidence.clone()),
            customer: beside.customer.map(Known::customer),
            incident_id: incident.map(|incident| incident.incident_id.clone()),
            incident_revision: incident.map_or(0, |incident| incident.revision),
            revision: 1,
            reviewed: None,
            floor,
            tone: beside.tone.to_vec(),
            rules_version: tenants.version().to_owned(),
            peer_answered: false,
            incident_notice: incident
                .map(|incident| incident.notice.clone())
                .filter(|notice| !notice.is_empty()),
            named,
        };
        let facts = Facts::of_parts(mention, &scored.findings, &scored.understanding, &urgency);
        if let Some(floor) = tenant.weights.floor(&facts).filter(|floor| floor.level < level) {
            (urgency.level, urgency.floor) = (floor.level, Some(floor.name.clone()));
        }
        Decided { urgency, normalised }
    }

    /// Decides about a mention, remembers it and has it counted.
    pub(crate) fn hear(
        &self,
        scored: Scored,
        tenants: &Tenants,
        time: Micros,
        tx: &mut Tx<'_, Self>,
    ) {
        let (account, post) = (memory::account(&scored.mention), Post::of(&scored.mention.id));
        // An edit is weighed by all that was heard of it.
        let reactions = tx.state().reactions(account, post).unwrap_or_default();
        let earlier = tx.state().open(account, post).cloned();
        let earlier = earlier.map(|open| Open { reactions, ..open });
        if is_no_work(&scored) {
            if earlier.is_some() {
                Self::close(account, post, tx);
            }
            let urgency = Urgency { level: Level::P5, ..Urgency::default() };
            return emit(scored, urgency, time, tx);
        }
        let is_new = scored.findings.novelty == Novelty::New;
        let author = tx.state().author(account, &self.bounds).cloned().unwrap_or_default();
        // An edit stands where its first version stood.
        let before = match &earlier {
            _ if is_new => (author.mentions, author.complaints),
            Some(open) => open.before,
            None => (author.mentions.saturating_sub(1), author.complaints.saturating_sub(1)),
        };
        let heard = Before::of(&author.tone);
        let tone = match &earlier {
            _ if is_new => heard.tones(&scored),
            Some(open) => open.tone(),
            None => Vec::new(),
        };
        let engagement = earlier.as_ref().map(|open| open.engagement(scored.mention.engagement));
        let customer = tx.state().customers().get(account);
        let beside = Beside { customer, before, tone: &tone, engagement };
        let Decided { mut urgency, normalised } =
            self.decide(&scored, tenants, time, &beside, tx.table());
        if is_new {
            let complains = complains(&scored, &urgency);
            let now = tx.state().clock();
            let author = author.heard(now, complains, heard.after(&scored));
            tx.set(Key::Author(account), Value::Author(author));
            signals::hear(&scored, &normalised, &urgency.named, time, tx);
            if let Some(reaction) = peers::reply(&scored, urgency.intent, &normalised) {
                tx.emit(Out::Reaction(Box::new(reaction)));
            }
        } else {
            urgency.reviewed = Some("its author has changed it".to_owned());
        }
        urgency.peer_answered = earlier.as_ref().is_some_and(|open| open.is_answered);
        let mut bytes = Vec::with_capacity(512);
        codec::write(&scored, &mut bytes);
        if urgency.level < Level::P5 && bytes.len() <= self.bounds.open_bytes {
            let open = Open {
                since: tx.state().clock(),
                revision: 1,
                level: urgency.level,
                base: base(&urgency),
                incident: incident(&urgency),
                customer: customer_of(&urgency),
                reactions: earlier.as_ref().map(|open| open.reactions).unwrap_or_default(),
                is_answered: urgency.peer_answered,
                before,
                tones: bits(&tone),
                scored: bytes.into(),
            };
            tx.set(Key::Open(account, post), Value::Open(open));
        } else if earlier.is_some() {
            Self::close(account, post, tx);
        }
        emit(scored, urgency, time, tx);
    }

    /// Decides again about a mention that is still open; what comes out the same is not told.
    pub(crate) fn review(
        &self,
        (account, post): (Account, Post),
        cause: Cause,
        tenants: &Tenants,
        time: Micros,
        tx: &mut Tx<'_, Self>,
    ) {
        let Some(mut open) = tx.state().open(account, post).cloned() else { return };
        if matches!(cause, Cause::Spread | Cause::Answer) {
            open.reactions = tx.state().reactions(account, post).unwrap_or_default();
        }
        let Some(scored) = open.read() else { return Self::close(account, post, tx) };
        let tone = open.tone();
        let beside = Beside {
            customer: tx.state().customers().get(account),
            before: open.before,
            tone: &tone,
            engagement: Some(open.engagement(scored.mention.engagement)),
        };
        let mut urgency = self.decide(&scored, tenants, time, &beside, tx.table()).urgency;
        let (base, incident) = (base(&urgency), incident(&urgency));
        let customer = customer_of(&urgency);
        // Time alone changes levels, too, which is no reason to tell; other levels of the rules are.
        let is_other_level = cause == Cause::Rules && urgency.level != open.level;
        let is_answered = open.is_answered || cause == Cause::Answer;
        let (now, was) = ((base, incident, customer), (open.base, open.incident, open.customer));
        if now == was && is_answered == open.is_answered && !is_other_level {
            return;
        }
        let revision = open.revision.saturating_add(1);
        urgency.revision = revision.into();
        urgency.peer_answered = is_answered;
        urgency.reviewed = Some(cause.told(&open, incident).to_owned());
        let level = urgency.level;
        let open = Open { revision, level, base, incident, customer, is_answered, ..open };
        tx.set(Key::Open(account, post), Value::Open(open));
        emit(scored, urgency, time, tx);
    }
}

fn emit(scored: Scored, priority: Urgency, time: Micros, tx: &mut Tx<'_, Priority>) {
    let Scored { mention, findings, understanding } = scored;
    // What is decided once has the time of its mention, as every other record about it.
    let at = if priority.revision > 1 { time } else { mention.received_at };
    let fact = Prioritized { mention, findings, understanding, priority };
    tx.emit(Out::Prioritized(Box::new(fact), at));
}

/// Nobody waits for the brand's own mentions and for what was taken back.
fn is_no_work(scored: &Scored) -> bool {
    let Scored { mention: Mention { is_own, .. }, findings, .. } = scored;
    *is_own || findings.novelty == Novelty::Withdrawal
}

fn complains(scored: &Scored, urgency: &Urgency) -> Complains {
    use mention::Intent::{CannotReachYou, Complaint};
    let by_rule = matches!(urgency.intent, Complaint | CannotReachYou);
    if by_rule || complaint(scored) >= 0.5 { Complains::Yes } else { Complains::No }
}

/// The score without what changes by time alone.
fn base(urgency: &Urgency) -> i32 {
    let by_time = |term: &&Term| BY_TIME.contains(&term.name.as_str());
    let by_time = urgency.terms.iter().filter(by_time);
    urgency.score - by_time.map(|term| term.points).sum::<i32>()
}

fn incident(urgency: &Urgency) -> u64 {
    urgency.incident_id.as_ref().map_or(0, |id| xxh3_64(id.as_bytes()))
}

fn customer_of(urgency: &Urgency) -> u64 {
    let of = |customer: &mention::Customer| {
        xxh3_64(format!("{}/{}", customer.customer_id, customer.tier).as_bytes())
    };
    urgency.customer.as_ref().map_or(0, of)
}
