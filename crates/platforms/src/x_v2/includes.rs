//! The `includes` of a response: users, posts and media by their ids.

use std::collections::HashMap;

use mention::Media;
use serde_json::Value;

use crate::object::{FieldPath, JsonObject, lenient};

/// Lookup tables of one document.
#[derive(Debug)]
pub(super) struct Includes<'a> {
    users: HashMap<&'a str, &'a Value>,
    posts: HashMap<&'a str, &'a Value>,
    media: HashMap<&'a str, &'a Value>,
    post_count: usize,
}

impl<'a> Includes<'a> {
    /// Builds the tables of a document; empty without `includes`.
    pub(super) fn of(document: &JsonObject<'a>) -> Self {
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

    /// Number of included posts.
    pub(super) fn post_count(&self) -> usize {
        self.post_count
    }

    /// Returns the user with this id.
    pub(super) fn user(&self, id: &str) -> Option<JsonObject<'a>> {
        let user = self.users.get(id)?;
        JsonObject::of(user, FieldPath::Root, "a user, as an object").ok()
    }

    /// Returns the author id of an included post.
    pub(super) fn author_of(&self, post_id: &str) -> Option<&'a str> {
        self.posts.get(post_id)?.get("author_id")?.as_str()
    }

    /// Returns the text of an included post.
    pub(super) fn text_of(&self, post_id: &str) -> Option<&'a str> {
        self.posts.get(post_id)?.get("text")?.as_str()
    }

    /// Returns the id of the first version of an included post, else `post_id` itself.
    pub(super) fn first_version<'b>(&self, post_id: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let first = |post: &&'a Value| post.get("edit_history_tweet_ids")?.get(0)?.as_str();
        self.posts.get(post_id).and_then(first).unwrap_or(post_id)
    }

    /// Returns the attached media of a post.
    pub(super) fn media(&self, post: &JsonObject<'_>) -> Vec<Media> {
        let attached = post.value("attachments").and_then(|a| a.get("media_keys")?.as_array());
        let keys = attached.into_iter().flatten().filter_map(Value::as_str);
        keys.filter_map(|key| self.media_by_key(key)).collect()
    }

    fn media_by_key(&self, key: &str) -> Option<Media> {
        let media = JsonObject::of(self.media.get(key)?, FieldPath::Root, "an object").ok()?;
        let string = |name| lenient(media.string(name, "a string"));
        Some(Media {
            kind: string("type")?,
            // X returns no URL for videos and GIFs, only one of a preview image.
            url: string("url").or_else(|| string("preview_image_url")),
            alt: string("alt_text"),
        })
    }
}
