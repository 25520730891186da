//! How an author sounds beside what they said before: a pure fold over their mentions.
//!
//! It remembers of an author how public they have been and what their latest mentions were near
//! duplicates of, in at most 33 bytes. Must not know: points, how long anything is remembered.
//!
//! Not yet: the same complaint in other words; that takes more than a cluster of near duplicates.

use mention::{Channel, Intent, Scored, Tone};

/// Near duplicates of so many mentions are noticed.
const CLUSTERS: usize = 4;
/// Above this probability the author says that nobody answers.
const LIKELY: f32 = 0.5;

/// What the fold remembers: how public the author has been, then the latest clusters, the newest
/// first, eight bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Before<'a>(&'a [u8]);

impl<'a> Before<'a> {
    /// What these bytes remember; none remember nothing.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// How the author sounds now.
    pub(crate) fn tones(self, scored: &Scored) -> Vec<Tone> {
        let Some((widest, clusters)) = self.0.split_first() else { return Vec::new() };
        let cluster = cluster(scored);
        let (said, _) = clusters.as_chunks::<8>();
        let is_repeated = cluster.is_some_and(|cluster| said.contains(&cluster));
        let tones = [
            (is_repeated, Tone::Repeated),
            (is_unanswered(scored), Tone::Unanswered),
            (reach(scored.mention.channel) > *widest, Tone::WiderChannel),
        ];
        tones.into_iter().filter(|(holds, _)| *holds).map(|(_, tone)| tone).collect()
    }

    /// What is remembered after this mention.
    pub(crate) fn after(self, scored: &Scored) -> Box<[u8]> {
        let (widest, clusters) = self.0.split_first().unwrap_or((&0, &[]));
        let mut after = vec![reach(scored.mention.channel).max(*widest)];
        let (said, _) = clusters.as_chunks::<8>();
        let cluster = cluster(scored);
        let others = said.iter().filter(|one| Some(**one) != cluster);
        let latest = cluster.iter().chain(others).take(CLUSTERS);
        after.extend(latest.flatten());
        after.into()
    }
}

/// How many can read what is said there, in steps; 0 is for one who has said nothing.
fn reach(channel: Channel) -> u8 {
    match channel {
        Channel::DirectMessage => 1,
        Channel::PublicComment => 2,
        Channel::Review => 3,
        Channel::PublicPost => 4,
    }
}

fn is_unanswered(scored: &Scored) -> bool {
    let found = scored.understanding.intents.iter();
    let mut tried = found.filter(|found| found.intent == Intent::CannotReachYou);
    tried.any(|found| found.probability > LIKELY)
}

/// The cluster, which dedupe names in 16 hexadecimal digits.
fn cluster(scored: &Scored) -> Option<[u8; 8]> {
    let name = scored.findings.cluster.as_ref()?;
    u64::from_str_radix(name, 16).ok().map(u64::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use mention::{Findings, IntentFound, Mention, Understanding};
    use proptest::prelude::*;

    use super::*;

    fn said(channel: Channel, cluster: u64, cannot_reach: f32) -> Scored {
        let intent = Intent::CannotReachYou;
        Scored {
            mention: Mention { channel, ..Mention::default() },
            findings: Findings { cluster: Some(format!("{cluster:016x}")), ..Findings::default() },
            understanding: Understanding {
                intents: vec![IntentFound { intent, probability: cannot_reach, evidence: None }],
                ..Understanding::default()
            },
        }
    }

    fn fold(mentions: &[Scored]) -> Vec<Vec<Tone>> {
        let mut memory: Box<[u8]> = Box::default();
        let each = mentions.iter().map(|scored| {
            let before = Before::of(&memory);
            let tones = before.tones(scored);
            memory = before.after(scored);
            tones
        });
        each.collect()
    }

    #[test]
    fn an_author_escalates_by_saying_it_again_by_saying_that_nobody_answers_and_by_going_public() {
        let mentions = [
            said(Channel::DirectMessage, 7, 0.9),
            said(Channel::DirectMessage, 8, 0.1),
            said(Channel::DirectMessage, 7, 0.9),
            said(Channel::PublicPost, 9, 0.0),
            said(Channel::PublicComment, 10, 0.0),
            said(Channel::PublicPost, 10, 0.0),
        ];
        let expected = [
            vec![],
            vec![],
            vec![Tone::Repeated, Tone::Unanswered],
            vec![Tone::WiderChannel],
            vec![],
            vec![Tone::Repeated],
        ];
        assert_eq!(fold(&mentions), expected);
    }

    fn any_said() -> impl Strategy<Value = Scored> {
        let channel = prop_oneof![
            Just(Channel::PublicPost),
            Just(Channel::PublicComment),
            Just(Channel::Review),
            Just(Channel::DirectMessage)
        ];
        (channel, 0..6_u64, 0.0..1.0_f32).prop_map(|(c, cluster, p)| said(c, cluster, p))
    }

    proptest! {
        /// Against a model that forgets nothing.
        #[test]
        fn the_fold_says_what_the_whole_history_says(
            mentions in proptest::collection::vec(any_said(), 1..20),
        ) {
            for (n, tones) in fold(&mentions).into_iter().enumerate() {
                let (now, before) = (&mentions[n], &mentions[..n]);
                let mut latest = Vec::new();
                for cluster in before.iter().rev().filter_map(cluster) {
                    if !latest.contains(&cluster) && latest.len() < CLUSTERS {
                        latest.push(cluster);
                    }
                }
                let widest = before.iter().map(|one| reach(one.mention.channel)).max();
                let expected = [
                    (latest.contains(&cluster(now).unwrap()), Tone::Repeated),
                    (!before.is_empty() && is_unanswered(now), Tone::Unanswered),
                    (widest.is_some_and(|w| reach(now.mention.channel) > w), Tone::WiderChannel),
                ];
                let expected = expected.into_iter().filter(|(holds, _)| *holds);
                prop_assert_eq!(tones, expected.map(|(_, tone)| tone).collect::<Vec<_>>());
            }
        }

        #[test]
        fn what_is_remembered_stays_small(mentions in proptest::collection::vec(any_said(), 1..40)) {
            let none: Box<[u8]> = Box::default();
            let after = mentions.iter().fold(none, |memory, said| Before::of(&memory).after(said));
            prop_assert!(after.len() <= 1 + 8 * CLUSTERS);
        }
    }
}
