//! Generates synthetic mentions of a fictional brand, Northline (mobile and internet). The same seed and
//! times give the same mentions. No content is taken from real people.
//!
//! Besides new posts it generates redeliveries, edits, deletions, reposts, copies, near-duplicates, spam,
//! other languages and answers of the brand.

mod authors;
mod sentences;

pub use numeric::random::SplitMix64;

use std::collections::VecDeque;

use mention::{AccountRole, Channel, Mention, MentionChange, Parent, Profile};
use stage::{EventTime, TimeDelta};

use sentences::{Theme, sentence};

/// A phase of the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Normal operation.
    Calm,
    /// The network is down.
    Outage,
    /// The network is back.
    Recovery,
}

/// The kind of a generated mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MentionKind {
    New(Theme),
    Repost,
    Redelivery,
    Edit,
    Deletion,
    Answer,
    Copy,
    Echo,
}

/// Percentage of each kind in the phases calm, outage and recovery.
const KIND_SHARES: [(MentionKind, [usize; 3]); 15] = [
    (MentionKind::New(Theme::Praise), [14, 3, 21]),
    (MentionKind::New(Theme::Question), [22, 12, 14]),
    (MentionKind::New(Theme::Request), [10, 4, 9]),
    (MentionKind::New(Theme::Complaint), [13, 7, 13]),
    (MentionKind::New(Theme::Outage), [1, 34, 4]),
    (MentionKind::New(Theme::Spam), [6, 3, 5]),
    (MentionKind::New(Theme::Chatter), [10, 4, 7]),
    (MentionKind::New(Theme::Foreign), [4, 5, 4]),
    (MentionKind::Repost, [5, 12, 7]),
    (MentionKind::Redelivery, [6, 6, 6]),
    (MentionKind::Edit, [2, 2, 2]),
    (MentionKind::Deletion, [1, 2, 2]),
    (MentionKind::Answer, [4, 3, 4]),
    (MentionKind::Copy, [1, 1, 1]),
    (MentionKind::Echo, [1, 2, 1]),
];

/// Number of recent mentions kept, to be edited, reposted, copied and so on.
const RECENT_MENTIONS: usize = 200;

/// Generates mentions in order of time.
#[derive(Debug, Clone)]
pub struct Generator {
    random: SplitMix64,
    phase: Phase,
    made: u64,
    recent: VecDeque<Mention>,
}

impl Generator {
    /// A generator that starts in the calm phase.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let random = SplitMix64::seeded(seed);
        Self {
            random,
            phase: Phase::Calm,
            made: 0,
            recent: VecDeque::with_capacity(RECENT_MENTIONS),
        }
    }

    /// Sets the phase of the next mentions.
    pub fn set_phase(&mut self, phase: Phase) {
        self.phase = phase;
    }

    /// Customer profiles of some of the authors.
    pub fn profiles(updated_at: EventTime) -> impl Iterator<Item = Profile> {
        authors::profiles(updated_at)
    }

    /// The next mention, received at `time`, in microseconds.
    pub fn next(&mut self, time: EventTime) -> Mention {
        let kind = self.pick_kind();
        let earlier = match kind {
            MentionKind::New(_) => None,
            _ => self.pick_recent(),
        };
        // Nothing to repost or edit yet: post something new instead.
        let Some(earlier) = earlier else {
            let theme = if let MentionKind::New(theme) = kind { theme } else { Theme::Question };
            return self.post(theme, time);
        };
        match kind {
            MentionKind::New(theme) => self.post(theme, time),
            // Same id and version: dedupe must drop it.
            MentionKind::Redelivery => Mention { received_at: time, ..earlier },
            MentionKind::Edit => self.edit(earlier, time),
            MentionKind::Deletion => {
                // A deleted mention must not be edited or reposted later.
                self.recent.retain(|mention| mention.id != earlier.id);
                Mention {
                    change: MentionChange::Deleted,
                    text: String::new(),
                    received_at: time,
                    ..earlier
                }
            }
            MentionKind::Repost => {
                let (original, author) =
                    (Some(earlier.id.clone()), Some(earlier.author.id.clone()));
                let repost =
                    Mention { repost_of: original, repost_of_author: author, ..self.person() };
                self.published(repost, earlier.text, time)
            }
            MentionKind::Answer => {
                let (id, author_id) = (earlier.id.clone(), Some(earlier.author.id.clone()));
                let in_reply_to = Some(Parent { id, author_id, text: None });
                let text = sentence(Theme::Answer, &mut self.random);
                let channel = Channel::PublicComment;
                let answer = Mention { in_reply_to, channel, ..authors::brand(&earlier.platform) };
                self.published(answer, text, time)
            }
            MentionKind::Copy => {
                // `published` assigns a new id: same author, same text.
                let copy = Mention { id: String::new(), ..earlier.clone() };
                self.published(copy, earlier.text, time)
            }
            MentionKind::Echo => {
                let person = self.person();
                self.published(person, earlier.text, time)
            }
        }
    }

    /// A complaint by an author with more than a million followers.
    pub fn celebrity_complaint(&mut self, time: EventTime) -> Mention {
        let text = "Two hours without any signal and @northline just shrugs. My whole crew is \
                    stranded in Kingsport. Worst service ever, this is a disgrace. Fix it now!";
        self.published(authors::celebrity(), text.to_owned(), time)
    }

    /// A complaint that names an executive.
    pub fn executive_complaint(&mut self, time: EventTime) -> Mention {
        let text = "Ada Quill promised us a network that does not fail. We cannot work, nobody \
                    answers, and @northline says nothing. Unacceptable. When will it be fixed?";
        let person = Mention { channel: Channel::PublicPost, ..self.person() };
        self.published(person, text.to_owned(), time)
    }

    fn pick_kind(&mut self) -> MentionKind {
        let mut share = self.random.below(100);
        for (kind, shares) in KIND_SHARES {
            let percent = shares[self.phase as usize];
            if share < percent {
                return kind;
            }
            share -= percent;
        }
        MentionKind::New(Theme::Chatter)
    }

    fn pick_recent(&mut self) -> Option<Mention> {
        let index = self.random.below(self.recent.len());
        self.recent.get(index).cloned()
    }

    fn person(&mut self) -> Mention {
        authors::person(self.random.below(authors::PEOPLE as usize) as u64)
    }

    fn post(&mut self, theme: Theme, time: EventTime) -> Mention {
        let (person, text) = (self.person(), sentence(theme, &mut self.random));
        let stars = match theme {
            Theme::Praise => 1.0,
            Theme::Outage | Theme::Complaint => 0.0,
            _ => 0.5,
        };
        let rating = Some(stars).filter(|_| person.channel == Channel::Review);
        let is_addressed = text.contains("@northline") || person.channel == Channel::DirectMessage;
        let account = is_addressed.then(|| "northline".to_owned());
        let role = if is_addressed { AccountRole::Service } else { AccountRole::Unknown };
        let mut post = Mention { rating, account, account_role: role, ..person };
        post.engagement.likes = self.random.below(30) as i64;
        post.engagement.replies = self.random.below(6) as i64;
        let post = self.published(post, text, time);
        if self.recent.len() == RECENT_MENTIONS {
            self.recent.pop_front();
        }
        self.recent.push_back(post.clone());
        post
    }

    fn edit(&mut self, original: Mention, time: EventTime) -> Mention {
        let text = format!("{} (edit: still waiting)", original.text);
        let change = MentionChange::Edited;
        let edited =
            Mention { change, version: original.version + 1, text, received_at: time, ..original };
        if let Some(kept) = self.recent.iter_mut().find(|mention| mention.id == edited.id) {
            (kept.text, kept.version) = (edited.text.clone(), edited.version);
        }
        edited
    }

    /// Sets the text, id, URL and times of a mention.
    fn published(&mut self, mention: Mention, text: String, time: EventTime) -> Mention {
        self.made += 1;
        let id = format!("{}", 7_000_000_000 + self.made);
        let url = Some(format!("https://{}.example/{id}", mention.platform));
        // Simulates a delivery delay of 1 to 40 seconds.
        let published_at = Some(time - TimeDelta::SECOND * (1 + self.random.below(40) as i64));
        Mention { id, text, url, published_at, received_at: time, ..mention }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seed: u64, phase: Phase) -> Vec<Mention> {
        let mut generator = Generator::new(seed);
        generator.set_phase(phase);
        (0..2000)
            .map(|n| {
                generator
                    .next(EventTime::from_micros(1_700_000_000_000_000) + n * TimeDelta::SECOND)
            })
            .collect()
    }

    #[test]
    fn equal_seeds_give_equal_mentions_and_different_seeds_different_ones() {
        assert_eq!(made(1, Phase::Outage), made(1, Phase::Outage));
        assert_ne!(made(1, Phase::Outage), made(2, Phase::Outage));
    }

    #[test]
    fn every_kind_of_mention_occurs_in_every_phase() {
        for phase in [Phase::Calm, Phase::Outage, Phase::Recovery] {
            let made = made(3, phase);
            let ids: std::collections::BTreeSet<_> = made.iter().map(|m| &m.id).collect();
            assert!(ids.len() < made.len() - 100, "redeliveries in {phase:?}");
            type Is = fn(&Mention) -> bool;
            let kinds: [(&str, Is); 6] = [
                ("edit", |m| m.change == MentionChange::Edited),
                ("deletion", |m| m.change == MentionChange::Deleted),
                ("repost", |m| m.repost_of.is_some()),
                ("answer", |m| m.is_own),
                ("review", |m| m.rating.is_some()),
                ("direct message", |m| m.channel == Channel::DirectMessage),
            ];
            for (name, is) in kinds {
                assert!(made.iter().filter(|m| is(m)).count() > 5, "{name} in {phase:?}");
            }
        }
    }

    #[test]
    fn the_percentages_of_every_phase_sum_to_100() {
        for phase in 0..3 {
            assert_eq!(KIND_SHARES.iter().map(|(_, shares)| shares[phase]).sum::<usize>(), 100);
        }
    }
}
