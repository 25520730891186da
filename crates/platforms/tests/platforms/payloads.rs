//! Recorded payloads: every line and element is a mention, a change of one, or skipped.

use std::collections::BTreeMap;

use platforms::{LineOutcome, PayloadFormat};

use crate::support::{count_outcomes, parse_lines, shared_data};

fn counts(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[test]
fn every_line_of_a_recorded_jetstream_is_accounted_for() {
    let test = "every_line_of_a_recorded_jetstream_is_accounted_for";
    let Some(folder) = shared_data(test, "payloads/bluesky") else { return };
    let lines = parse_lines(
        PayloadFormat::Jetstream,
        &std::fs::read(folder.join("jetstream-v1.jsonl")).unwrap(),
    );
    let expected = counts(&[
        ("created", 10),
        ("repost", 11),
        ("skipped like", 69),
        ("skipped follow", 8),
        ("skipped block", 1),
        ("skipped other_collection", 1),
    ]);
    assert_eq!(count_outcomes(&lines), expected);
    assert_eq!(lines.len(), 100);
    for mention in lines.iter().filter_map(|h| match &h.outcome {
        LineOutcome::Mention(mention) => Some(mention),
        _ => None,
    }) {
        assert!(mention.published_at.is_some(), "a mention without publication time");
        assert!(mention.id.starts_with(&format!("at://{}/", mention.author.id)));
        assert_eq!(mention.repost_of.is_some(), mention.repost_of_author.is_some());
        assert_eq!(mention.repost_of.is_some(), mention.text.is_empty());
    }
}

#[test]
fn every_element_of_recorded_x_responses_is_accounted_for() {
    let test = "every_element_of_recorded_x_responses_is_accounted_for";
    let Some(folder) = shared_data(test, "payloads/x") else { return };
    let cases = [
        ("v2-search_tweets_query.json", counts(&[("created", 4), ("skipped context", 3)])),
        ("v2-timeline_mentions.json", counts(&[("skipped no_author", 5)])),
        ("v2-tweet_quote_tweets_resp.json", counts(&[("created", 15)])),
        ("v2-tweets_resp.json", counts(&[("created", 2)])),
    ];
    for (name, expected) in &cases {
        let lines = parse_lines(PayloadFormat::XV2, &std::fs::read(folder.join(name)).unwrap());
        assert_eq!(&count_outcomes(&lines), expected, "{name}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), cases.len(), "a payload is not listed");
}

#[test]
fn a_recorded_x_reply_has_its_parent_and_its_author() {
    let test = "a_recorded_x_reply_has_its_parent_and_its_author";
    let Some(folder) = shared_data(test, "payloads/x") else { return };
    let lines = parse_lines(
        PayloadFormat::XV2,
        &std::fs::read(folder.join("v2-search_tweets_query.json")).unwrap(),
    );
    let Some(LineOutcome::Mention(first)) = lines.first().map(|h| &h.outcome) else {
        panic!("the first element is not a mention")
    };
    assert_eq!(first.author.handle.as_deref(), Some("happycamper"));
    let parent = first.in_reply_to.as_ref().unwrap();
    assert_eq!(parent.id, "1275653067283759104");
    assert_eq!(parent.author_id.as_deref(), Some("17200003"));
    assert!(parent.text.as_deref().is_some_and(|text| text.starts_with("@happycamper")));
}
