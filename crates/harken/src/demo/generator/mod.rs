//! Made-up mentions of a made-up brand, Northline (mobile and internet): the same seed and the
//! same times give the same mentions. Nothing here is taken from real people.
//!
//! Beside new posts it makes what makes listening hard: redeliveries, edits, deletions, reposts,
//! copies, spam, other languages and the brand's own answers.

mod cast;
mod random;
mod texts;

pub use random::Random;

use std::collections::VecDeque;

use mention::{AccountRole, Change, Channel, Mention, Parent, Profile};
use stage::Micros;

use texts::{Theme, say};

/// What the day is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// A day like any other.
    Calm,
    /// The network is down.
    Outage,
    /// It is back.
    Recovery,
}

/// What a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    New(Theme),
    Repost,
    Redelivery,
    Edit,
    Deletion,
    Answer,
    Copy,
    Echo,
}

/// Kinds with their shares of a hundred: calm, outage, recovery.
const KINDS: [(Kind, [u64; 3]); 15] = [
    (Kind::New(Theme::Praise), [14, 3, 21]),
    (Kind::New(Theme::Question), [22, 12, 14]),
    (Kind::New(Theme::Request), [10, 4, 9]),
    (Kind::New(Theme::Complaint), [13, 7, 13]),
    (Kind::New(Theme::Outage), [1, 34, 4]),
    (Kind::New(Theme::Spam), [6, 3, 5]),
    (Kind::New(Theme::Chatter), [10, 4, 7]),
    (Kind::New(Theme::Foreign), [4, 5, 4]),
    (Kind::Repost, [5, 12, 7]),
    (Kind::Redelivery, [6, 6, 6]),
    (Kind::Edit, [2, 2, 2]),
    (Kind::Deletion, [1, 2, 2]),
    (Kind::Answer, [4, 3, 4]),
    (Kind::Copy, [1, 1, 1]),
    (Kind::Echo, [1, 2, 1]),
];

/// How many mentions stay in mind, to be edited, reposted and the like.
const MIND: usize = 200;

/// Makes mentions, one after another.
#[derive(Debug, Clone)]
pub struct Generator {
    random: Random,
    mood: Mood,
    made: u64,
    recent: VecDeque<Mention>,
}

impl Generator {
    /// A generator for a calm day.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let random = Random::seeded(seed);
        Self { random, mood: Mood::Calm, made: 0, recent: VecDeque::with_capacity(MIND) }
    }

    /// Changes what the day is like.
    pub fn feel(&mut self, mood: Mood) {
        self.mood = mood;
    }

    /// What the CRM knows of some of the authors.
    pub fn profiles(updated_at: Micros) -> impl Iterator<Item = Profile> {
        cast::profiles(updated_at)
    }

    /// The next mention, heard at `time`, in microseconds.
    pub fn next(&mut self, time: Micros) -> Mention {
        let kind = self.kind();
        let known = match kind {
            Kind::New(_) => None,
            _ => self.recall(),
        };
        let Some(known) = known else {
            let theme = if let Kind::New(theme) = kind { theme } else { Theme::Question };
            return self.post(theme, time);
        };
        match kind {
            Kind::New(theme) => self.post(theme, time),
            Kind::Redelivery => Mention { received_at: time, ..known },
            Kind::Edit => self.edit(known, time),
            Kind::Deletion => {
                self.recent.retain(|mention| mention.id != known.id);
                Mention { change: Change::Deleted, text: String::new(), received_at: time, ..known }
            }
            Kind::Repost => {
                let (original, author) = (Some(known.id.clone()), Some(known.author.id.clone()));
                let repost =
                    Mention { repost_of: original, repost_of_author: author, ..self.person() };
                self.said(repost, known.text, time)
            }
            Kind::Answer => {
                let (id, author_id) = (known.id.clone(), Some(known.author.id.clone()));
                let in_reply_to = Some(Parent { id, author_id, text: None });
                let text = say(Theme::Answer, &mut self.random);
                let channel = Channel::PublicComment;
                let answer = Mention { in_reply_to, channel, ..cast::brand(&known.platform) };
                self.said(answer, text, time)
            }
            Kind::Copy => {
                let copy = Mention { id: String::new(), ..known.clone() };
                self.said(copy, known.text, time)
            }
            Kind::Echo => {
                let person = self.person();
                self.said(person, known.text, time)
            }
        }
    }

    /// Somebody whom a million people listen to is angry.
    pub fn star(&mut self, time: Micros) -> Mention {
        let text = "Two hours without any signal and @northline just shrugs. My whole crew is \
                    stranded in Kingsport. Worst service ever, this is a disgrace. Fix it now!";
        self.said(cast::star(), text.to_owned(), time)
    }

    /// Somebody names who speaks for the brand.
    pub fn names_the_boss(&mut self, time: Micros) -> Mention {
        let text = "Ada Quill promised us a network that does not fail. We cannot work, nobody \
                    answers, and @northline says nothing. Unacceptable. When will it be fixed?";
        let person = Mention { channel: Channel::PublicPost, ..self.person() };
        self.said(person, text.to_owned(), time)
    }

    fn kind(&mut self) -> Kind {
        let mut share = self.random.below(100);
        for (kind, shares) in KINDS {
            let percent = shares[self.mood as usize];
            if share < percent {
                return kind;
            }
            share -= percent;
        }
        Kind::New(Theme::Chatter)
    }

    fn recall(&mut self) -> Option<Mention> {
        let place = self.random.below(self.recent.len() as u64);
        self.recent.get(place as usize).cloned()
    }

    fn person(&mut self) -> Mention {
        cast::person(self.random.below(cast::PEOPLE))
    }

    fn post(&mut self, theme: Theme, time: Micros) -> Mention {
        let (person, text) = (self.person(), say(theme, &mut self.random));
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
        let post = self.said(post, text, time);
        if self.recent.len() == MIND {
            self.recent.pop_front();
        }
        self.recent.push_back(post.clone());
        post
    }

    fn edit(&mut self, known: Mention, time: Micros) -> Mention {
        let text = format!("{} (edit: still waiting)", known.text);
        let change = Change::Edited;
        let edited =
            Mention { change, version: known.version + 1, text, received_at: time, ..known };
        if let Some(kept) = self.recent.iter_mut().find(|mention| mention.id == edited.id) {
            (kept.text, kept.version) = (edited.text.clone(), edited.version);
        }
        edited
    }

    /// Gives a mention its text, its id and its times.
    fn said(&mut self, mention: Mention, text: String, time: Micros) -> Mention {
        self.made += 1;
        let id = format!("{}", 7_000_000_000 + self.made);
        let url = Some(format!("https://{}.example/{id}", mention.platform));
        let published_at = Some(time - 1_000_000 * (1 + self.random.below(40) as i64));
        Mention { id, text, url, published_at, received_at: time, ..mention }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seed: u64, mood: Mood) -> Vec<Mention> {
        let mut generator = Generator::new(seed);
        generator.feel(mood);
        (0..2000).map(|n| generator.next(1_700_000_000_000_000 + n * 1_000_000)).collect()
    }

    #[test]
    fn the_same_seed_tells_the_same_story_and_another_one_another() {
        assert_eq!(made(1, Mood::Outage), made(1, Mood::Outage));
        assert_ne!(made(1, Mood::Outage), made(2, Mood::Outage));
    }

    #[test]
    fn every_kind_of_mention_occurs_in_every_mood() {
        for mood in [Mood::Calm, Mood::Outage, Mood::Recovery] {
            let made = made(3, mood);
            let ids: std::collections::BTreeSet<_> = made.iter().map(|m| &m.id).collect();
            assert!(ids.len() < made.len() - 100, "redeliveries in {mood:?}");
            type Is = fn(&Mention) -> bool;
            let kinds: [(&str, Is); 6] = [
                ("edit", |m| m.change == Change::Edited),
                ("deletion", |m| m.change == Change::Deleted),
                ("repost", |m| m.repost_of.is_some()),
                ("answer", |m| m.is_own),
                ("review", |m| m.rating.is_some()),
                ("direct message", |m| m.channel == Channel::DirectMessage),
            ];
            for (name, is) in kinds {
                assert!(made.iter().filter(|m| is(m)).count() > 5, "{name} in {mood:?}");
            }
        }
    }

    #[test]
    fn the_shares_of_every_mood_make_a_hundred() {
        for mood in 0..3 {
            assert_eq!(KINDS.iter().map(|(_, shares)| shares[mood]).sum::<u64>(), 100);
        }
    }
}
