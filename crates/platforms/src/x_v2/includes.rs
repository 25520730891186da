//! What a response sends along: users, posts and media by their ids.

use std::collections::HashMap;

use mention::Media;
use serde_json::Value;

use crate::field::{Fields, Path, detail};

/// The look-up tables of one document.
#[derive(Debug)]
pub(super) struct Includes<'a> {
    users: HashMap<&'a str, &'a Value>,
    posts: HashMap<&'a str, &'a Value>,
    media: HashMap<&'a str, &'a Value>,
    post_count: usize,
}

impl<'a> Includes<'a> {
    /// The tables of a document; empty where it has none.
    pub(super) fn of(document: &Fields<'a>) -> Self {
        let list = |name: &str| -> &'a [Value] {
            let includes = document.value("includes");
            includes.and_then(|i| i.get(name)?.as_array()).map_or(&[], Vec::as_slice)
        };
        let by = |name: &str, key: &str| {
            list(name).iter().filter_map(|v| Some((v.get(key)?.as_str()?, v))).collect()
        };
        Self {
            users: by("users", "id"),
            posts: by("tweets", "id"),
            media: by("media", "media_key"),
            post_count: list("tweets").len(),
        }
    }

    /// How many posts came along.
    pub(super) fn post_count(&self) -> usize {
        self.post_count
    }

    /// The user with an id.
    pub(super) fn user(&self, id: &str) -> Option<Fields<'a>> {
        let user = self.users.get(id)?;
        Fields::of(user, Path::Root, "a user, as an object").ok()
    }

    /// The author of a post that came along.
    pub(super) fn author_of(&self, post_id: &str) -> Option<&'a str> {
        self.posts.get(post_id)?.get("author_id")?.as_str()
    }

    /// The text of a post that came along.
    pub(super) fn text_of(&self, post_id: &str) -> Option<&'a str> {
        self.posts.get(post_id)?.get("text")?.as_str()
    }

    /// The id under which a post is known, whichever of its versions is named.
    pub(super) fn first_version<'b>(&self, post_id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let first = |post: &&'a Value| post.get("edit_history_tweet_ids")?.get(0)?.as_str();
        self.posts.get(post_id).and_then(first).unwrap_or(post_id)
    }

    /// The media that hang on a post.
    pub(super) fn media(&self, post: &Fields<'_>) -> Vec<Media> {
        let attached = post.value("attachments").and_then(|a| a.get("media_keys")?.as_array());
        let keys = attached.into_iter().flatten().filter_map(Value::as_str);
        keys.filter_map(|key| self.one(key)).collect()
    }

    fn one(&self, key: &str) -> Option<Media> {
        let media = Fields::of(self.media.get(key)?, Path::Root, "an object").ok()?;
        let string = |name| detail(media.string(name, "a string"));
        Some(Media {
            kind: string("type")?,
            url: string("url").or_else(|| string("preview_image_url")),
            alt: string("alt_text"),
        })
    }
}
