//! Synthetic authors: a few thousand, each with a platform, a handle and a follower count.

use mention::{Author, Channel, Customer, Mention, Profile};
use stage::EventTime;

use numeric::random::SplitMix64;

/// Number of authors.
pub(super) const PEOPLE: u64 = 4000;

/// Tenant of all mentions.
pub(super) const TENANT: &str = "northline";

const PLATFORMS: [(&str, usize); 6] = [
    ("x", 40),
    ("facebook", 18),
    ("bluesky", 14),
    ("instagram", 12),
    ("reddit", 9),
    ("appstore", 7),
];

const FIRST: &[&str] = &[
    "amber", "bold", "calm", "dusty", "eager", "frosty", "gentle", "happy", "icy", "jolly", "keen",
    "lucky", "misty", "noble", "odd", "proud", "quiet", "rusty", "sunny", "tiny", "urban", "vivid",
];
const SECOND: &[&str] = &[
    "badger", "comet", "daisy", "ember", "falcon", "gecko", "heron", "iris", "jackdaw", "kestrel",
    "lark", "maple", "newt", "otter", "pine", "quill", "raven", "sparrow", "thistle", "vole",
];

/// A mention by author `n` without text; the same for every seed.
pub(super) fn person(n: u64) -> Mention {
    // Seeded by the author alone, so an author looks the same in every mention.
    let mut random = SplitMix64::seeded(n ^ 0x6e6f_7274_686c_696e);
    let platform = platform(random.below(100));
    let handle = format!("{}_{}{}", random.pick(FIRST), random.pick(SECOND), n % 97);
    // Heavy-tailed, like real follower counts: the median is a few hundred.
    let followers = match random.below(1000) {
        0..700 => 15 + random.below(400),
        700..950 => 400 + random.below(5_000),
        950..996 => 5_000 + random.below(60_000),
        _ => 60_000 + random.below(200_000),
    };
    let author = Author {
        id: format!("p{n}"),
        handle: Some(handle),
        followers: Some(followers as i64),
        verified: Some(followers > 50_000),
        ..Author::default()
    };
    let channel = match platform {
        "appstore" => Channel::Review,
        "facebook" | "instagram" | "reddit" => Channel::PublicComment,
        _ if random.chance(8) => Channel::DirectMessage,
        _ => Channel::PublicPost,
    };
    Mention {
        tenant: TENANT.to_owned(),
        platform: platform.to_owned(),
        author,
        channel,
        ..Mention::default()
    }
}

fn platform(mut share: usize) -> &'static str {
    for (name, percent) in PLATFORMS {
        if share < percent {
            return name;
        }
        share -= percent;
    }
    "x"
}

/// Customer profiles of some of the authors.
pub(super) fn profiles(updated_at: EventTime) -> impl Iterator<Item = Profile> {
    (0..PEOPLE).filter_map(move |n| {
        let tier = match n {
            _ if n % 41 == 0 => "business",
            _ if n % 17 == 0 => "gold",
            _ if n % 9 == 0 => "silver",
            _ => return None,
        };
        let Mention { tenant, platform, author, .. } = person(n);
        let customer = Customer {
            customer_id: format!("C-{:06}", 100_000 + n),
            tier: tier.to_owned(),
            matched_by: "verified_handle".to_owned(),
            confidence: 0.97,
            ..Customer::default()
        };
        Some(Profile { tenant, platform, author_id: author.id, customer, updated_at })
    })
}

/// A mention by the owned account, without text.
pub(super) fn brand(platform: &str) -> Mention {
    let author = Author {
        id: "northline".to_owned(),
        handle: Some("northline".to_owned()),
        name: Some("Northline".to_owned()),
        followers: Some(310_000),
        verified: Some(true),
        ..Author::default()
    };
    Mention {
        tenant: TENANT.to_owned(),
        platform: platform.to_owned(),
        author,
        is_own: true,
        ..Mention::default()
    }
}

/// A mention by an author with more than a million followers, without text.
pub(super) fn celebrity() -> Mention {
    let author = Author {
        id: "star".to_owned(),
        handle: Some("mira_velasquez".to_owned()),
        name: Some("Mira Velasquez".to_owned()),
        followers: Some(1_240_000),
        verified: Some(true),
        ..Author::default()
    };
    Mention { tenant: TENANT.to_owned(), platform: "x".to_owned(), author, ..Mention::default() }
}
