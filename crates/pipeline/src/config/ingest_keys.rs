//! `[[ingest.keys]]`: keys, and what the holder of each may speak for.

use std::collections::BTreeSet;

use listener::ApiKey;
use platforms::{ChangePermission, Scope};
use serde::{Deserialize, Serialize};

use super::{NameList, PathSetting, Secret};
use crate::CommandError;

/// Name of the key in `ingest.api_key`, which speaks for everything.
const UNNAMED: &str = "api_key";

/// One of `[[ingest.keys]]`. An empty list stands for everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestKey {
    /// Name of the key in records and logs.
    pub name: String,
    /// The key.
    #[serde(default)]
    pub key: Secret,
    /// File that contains the key.
    #[serde(default)]
    pub key_file: PathSetting,
    /// Tenants that its holder may speak for.
    #[serde(default)]
    pub tenants: NameList,
    /// Platforms that its holder may speak for.
    #[serde(default)]
    pub platforms: NameList,
    /// Accounts, one of which every mention must address.
    #[serde(default)]
    pub accounts: NameList,
    /// Whether its holder may send edits and deletions.
    #[serde(default = "allowed")]
    pub changes: bool,
}

fn allowed() -> bool {
    true
}

/// A key that was read, with what its holder may speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// Name of the key.
    pub name: String,
    /// The key.
    pub key: ApiKey,
    /// What its holder may speak for.
    pub scope: Scope,
}

impl IngestKey {
    fn scope(&self) -> Scope {
        let owned = |names: &NameList| names.iter().map(str::to_owned).collect();
        Scope {
            tenants: owned(&self.tenants),
            // Mentions carry platforms in lower case.
            platforms: self.platforms.iter().map(str::to_ascii_lowercase).collect(),
            accounts: owned(&self.accounts),
            changes: if self.changes {
                ChangePermission::Allowed
            } else {
                ChangePermission::Denied
            },
        }
    }
}

/// Every problem that shows without reading a file.
pub(super) fn problems(api_key: &Secret, keys: &[IngestKey]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut names = BTreeSet::from([UNNAMED]);
    for IngestKey { name, key, key_file, .. } in keys {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_name) {
            let required = "must be up to 64 letters, digits, hyphens, dots and underscores";
            problems.push(format!("ingest.keys: the name {name:?} {required}"));
        }
        if !names.insert(name) {
            problems.push(format!("ingest.keys: two keys have the name {name:?}"));
        }
        if key.is_empty() == key_file.path().is_none() {
            problems.push(format!("ingest.keys: {name:?} must have either key or key_file"));
        }
    }
    let inline = keys.iter().map(|holder| (holder.name.as_str(), &holder.key));
    let inline = std::iter::once((UNNAMED, api_key)).chain(inline);
    let inline = inline.filter_map(|(name, key)| Some((name, key.inline()?)));
    problems.extend(invalid_keys(inline));
    problems
}

/// Keys that are too short, not sendable or equal. Never quotes a key.
fn invalid_keys<'a>(keys: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let (mut problems, mut seen) = (Vec::new(), Vec::new());
    for (name, key) in keys {
        let setting = setting_of(name);
        if let Err(wrong) = ApiKey::new(key) {
            problems.push(format!("{setting}: the key {wrong}"));
        }
        if let Some((other, _)) = seen.iter().find(|(_, other)| *other == key) {
            problems.push(format!("{setting}: the key is the same as that of {other:?}"));
        }
        seen.push((name, key));
    }
    problems
}

fn setting_of(name: &str) -> String {
    match name {
        UNNAMED => "ingest.api_key".to_owned(),
        name => format!("ingest.keys: {name:?}"),
    }
}

/// Reads all keys.
pub(super) fn holders(
    api_key: &Secret,
    api_key_file: &PathSetting,
    keys: &[IngestKey],
) -> Result<Vec<KeyHolder>, CommandError> {
    let mut read = Vec::new();
    if let Some(key) = api_key.reveal(api_key_file, "ingest.api_key")? {
        read.push((UNNAMED, key, Scope::default()));
    }
    for holder in keys {
        let setting = format!("ingest.keys: {}.key", holder.name);
        if let Some(key) = holder.key.reveal(&holder.key_file, &setting)? {
            read.push((holder.name.as_str(), key, holder.scope()));
        }
    }
    let invalid =
        |problem: String| CommandError::Config(format!("read the configuration: {problem}").into());
    // An empty file would otherwise remove a key, and with it perhaps the last one.
    if let Some(problem) =
        invalid_keys(read.iter().map(|(name, key, _)| (*name, key.as_str()))).pop()
    {
        return Err(invalid(problem));
    }
    let holder = |(name, key, scope): (&str, String, Scope)| match ApiKey::new(&key) {
        Ok(key) => Ok(KeyHolder { name: name.to_owned(), key, scope }),
        Err(wrong) => Err(invalid(format!("{}: the key {wrong}", setting_of(name)))),
    };
    read.into_iter().map(holder).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::config::tests::with_file;

    const KEYS: &str = r#"
[[ingest.keys]]
name = "acme-agency"
key = "key-of-the-agency-of-acme"
tenants = ["acme"]
platforms = ["X", "bluesky"]
changes = false

[[ingest.keys]]
name = "zenith"
key_file = "FILE"
"#;

    fn loaded(toml: &str, file: &str, name: &str) -> Result<Config, String> {
        let path = std::env::temp_dir().join(format!("harken-{}-{name}.key", std::process::id()));
        std::fs::write(&path, file).unwrap();
        let toml = toml.replace("FILE", path.to_str().unwrap());
        let config = with_file(&toml, name).map_err(|e| e.to_string());
        let checked = config.and_then(|config| {
            config.ingest.senders().map_err(|e| e.to_string())?;
            Ok(config)
        });
        std::fs::remove_file(path).unwrap();
        checked
    }

    #[test]
    fn keys_are_read_with_what_they_speak_for_and_printed_without_the_key() {
        let path = std::env::temp_dir().join(format!("harken-{}-zenith.key", std::process::id()));
        std::fs::write(&path, "key-of-the-feed-of-zenith\n").unwrap();
        let config = with_file(&KEYS.replace("FILE", path.to_str().unwrap()), "keys").unwrap();
        let senders = config.ingest.senders().unwrap();
        std::fs::remove_file(path).unwrap();
        let each: Vec<_> = senders
            .iter()
            .map(|s| (s.name.as_str(), s.scope.tenants.join(","), s.scope.platforms.join(",")))
            .collect();
        let expected = [("acme-agency", "acme", "x,bluesky"), ("zenith", "", "")];
        assert_eq!(each, expected.map(|(n, t, p)| (n, t.to_owned(), p.to_owned())));
        assert!(bool::from(senders[1].key.matches(b"key-of-the-feed-of-zenith")));
        let shown = format!("{} {:?}", config.print().unwrap(), config.ingest);
        assert!(shown.contains("key = \"<set>\"") && !shown.contains("key-of-the"), "{shown}");
    }

    #[test]
    fn keys_that_are_short_equal_or_ambiguous_are_refused() {
        let long = "key-of-the-feed-of-zenith";
        let with = |more: &str| format!("{KEYS}{more}");
        let third = |line: &str| with(&format!("[[ingest.keys]]\nname = \"third\"\n{line}\n"));
        for (number, (toml, file, expected)) in [
            (KEYS.to_owned(), "k", "ingest.keys: \"zenith\": the key must have at least 16"),
            (KEYS.to_owned(), "", "\"zenith\": the key must have at least 16"),
            (KEYS.to_owned(), "key-of-the-agency-of-acme", "the same as that of \"acme-agency\""),
            (third("key = \"x\""), long, "\"third\": the key must have at least 16 characters"),
            (third("key = \"key with some spaces\""), long, "visible ASCII"),
            (third("key = \"key-of-the-agency-of-acme\""), long, "the same as that of"),
            (third(""), long, "\"third\" must have either key or key_file"),
            (third("tenant = \"a\""), long, "unknown field `tenant`"),
            (
                with("[[ingest.keys]]\nname = \"zenith\"\nkey = \"another-key-of-zenith\""),
                long,
                "two keys",
            ),
            ("[ingest]\napi_key = \"k\"".to_owned(), long, "ingest.api_key: the key must have at"),
        ]
        .into_iter()
        .enumerate()
        {
            let error = loaded(&toml, file, &format!("bad-keys-{number}")).unwrap_err();
            assert!(error.contains(expected), "{toml}: {error} lacks {expected}");
            assert!(!error.contains("key-of-the"), "{error}");
        }
    }
}
