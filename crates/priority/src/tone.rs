//! Tones: how a mention compares with the author's earlier ones, as a pure fold over them.
//!
//! The fold keeps the most public channel and the clusters of the latest mentions, in at most 33
//! bytes. It does not recognise the same complaint in other words, which is in another cluster.
//!
//! Must not know: points, how long a history is kept.

use mention::{Channel, Intent, Scored, Tone};

/// The number of different clusters that are kept.
const CLUSTERS: usize = 4;
/// Above this probability the author states that earlier contact was not answered.
const LIKELY: f32 = 0.5;

/// The bytes of the fold: the reach of the most public channel, then the latest clusters of eight
/// bytes each, newest first. Empty before the first mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ToneHistory<'a>(&'a [u8]);

impl<'a> ToneHistory<'a> {
    /// A history from its bytes.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The tones of the author's next mention.
    pub(crate) fn tones(self, scored: &Scored) -> Vec<Tone> {
        // A first mention has nothing to be compared with.
        let Some((widest, clusters)) = self.0.split_first() else { return Vec::new() };
        let cluster = cluster(scored);
        let (recent, _) = clusters.as_chunks::<8>();
        let is_repeated = cluster.is_some_and(|cluster| recent.contains(&cluster));
        let tones = [
            (is_repeated, Tone::Repeated),
            (is_unanswered(scored), Tone::Unanswered),
            (reach(scored.mention.channel) > *widest, Tone::WiderChannel),
        ];
        tones.into_iter().filter(|(holds, _)| *holds).map(|(_, tone)| tone).collect()
    }

    /// The bytes of the history after one more mention.
    pub(crate) fn with_mention(self, scored: &Scored) -> Box<[u8]> {
        let (widest, clusters) = self.0.split_first().unwrap_or((&0, &[]));
        let mut after = vec![reach(scored.mention.channel).max(*widest)];
        let (recent, _) = clusters.as_chunks::<8>();
        let cluster = cluster(scored);
        // A repeated cluster moves to the front instead of being stored twice.
        let others = recent.iter().filter(|one| Some(**one) != cluster);
        let latest = cluster.iter().chain(others).take(CLUSTERS);
        after.extend(latest.flatten());
        after.into()
    }
}

/// The rank of a channel by the number of its readers; 0 stands for no mention yet.
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

/// The cluster, which dedupe names by 16 hexadecimal digits.
fn cluster(scored: &Scored) -> Option<[u8; 8]> {
    let name = scored.findings.cluster.as_ref()?;
    u64::from_str_radix(name, 16).ok().map(u64::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use mention::{DedupeResult, IntentFinding, Mention, Understanding};
    use proptest::prelude::*;

    use super::*;

    fn scored(channel: Channel, cluster: u64, cannot_reach: f32) -> Scored {
        let intent = Intent::CannotReachYou;
        Scored {
            mention: Mention { channel, ..Mention::default() },
            findings: DedupeResult {
                cluster: Some(format!("{cluster:016x}")),
                ..DedupeResult::default()
            },
            understanding: Understanding {
                intents: vec![IntentFinding { intent, probability: cannot_reach, evidence: None }],
                ..Understanding::default()
            },
        }
    }

    fn fold(mentions: &[Scored]) -> Vec<Vec<Tone>> {
        let mut memory: Box<[u8]> = Box::default();
        let each = mentions.iter().map(|scored| {
            let before = ToneHistory::of(&memory);
            let tones = before.tones(scored);
            memory = before.with_mention(scored);
            tones
        });
        each.collect()
    }

    #[test]
    fn an_author_escalates_by_repetition_by_naming_missing_answers_and_by_going_public() {
        let mentions = [
            scored(Channel::DirectMessage, 7, 0.9),
            scored(Channel::DirectMessage, 8, 0.1),
            scored(Channel::DirectMessage, 7, 0.9),
            scored(Channel::PublicPost, 9, 0.0),
            scored(Channel::PublicComment, 10, 0.0),
            scored(Channel::PublicPost, 10, 0.0),
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

    fn any_scored() -> impl Strategy<Value = Scored> {
        let channel = prop_oneof![
            Just(Channel::PublicPost),
            Just(Channel::PublicComment),
            Just(Channel::Review),
            Just(Channel::DirectMessage)
        ];
        (channel, 0..6_u64, 0.0..1.0_f32).prop_map(|(c, cluster, p)| scored(c, cluster, p))
    }

    proptest! {
        /// Against a model that keeps every mention.
        #[test]
        fn the_fold_gives_the_tones_of_the_whole_history(
            mentions in proptest::collection::vec(any_scored(), 1..20),
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
        fn the_history_stays_within_33_bytes(mentions in proptest::collection::vec(any_scored(), 1..40)) {
            let none: Box<[u8]> = Box::default();
            let after = mentions.iter().fold(none, |memory, scored| ToneHistory::of(&memory).with_mention(scored));
            prop_assert!(after.len() <= 1 + 8 * CLUSTERS);
        }
    }
}
