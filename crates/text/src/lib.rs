//! Reads texts of posts: the only place where a text is decoded, folded, lower-cased, cut into words
//! or mapped back to its bytes.
//!
//! [`Text::read`] decodes and folds a text once; [`Tokens`] and [`Words`] are cut from it, so a stage
//! that needs both reads the text once. The other views are of a whole text:
//!
//! | view | entities, escapes | look-alikes | marks | invisible characters | case | limit | used for |
//! |---|---|---|---|---|---|---|---|
//! | [`Text`] | decoded | folded | dropped | dropped | kept | [`LIMIT`] | the next two |
//! | [`Tokens`] | decoded | folded | dropped | dropped | [`fold::lower`] | [`LIMIT`] | features of models |
//! | [`Words`] | decoded | folded | dropped, accents too | dropped | [`fold::lower`] | [`LIMIT`] | phrases of rules |
//! | [`plain`] | kept | kept | kept | dropped | [`fold::push_lower`] | none | copies, near-duplicates |
//! | [`lower_case`] | kept | kept | kept | kept | [`str::to_lowercase`] | none | keywords of tenants |
//! | [`lower_case_with_straight_apostrophes`] | kept | `’` only | kept | kept | [`str::to_lowercase`] | none | watchlists, salient words |
//!
//! To change what a view folds, change its row here and its function: characters in `class` and
//! [`fold`], entities in `decode`, boundaries of words in [`is_whole_word`]. What a model has learned
//! depends on [`Text`] and [`Tokens`]: a change there needs a new feature recipe.
//!
//! Pure and total: every string has a reading, in time linear in its length. Must not know: rules,
//! models, mentions, tenants. Does not detect languages, stem words or correct spelling.

mod class;
mod cut;
mod decode;
pub mod fold;
mod lengths;
mod read;
mod tokens;
mod views;
mod words;

pub use cut::{each_word_or_pair, is_whole_word, joined_words, weight};
pub use read::{LIMIT, Text};
pub use tokens::{TokenKind, Tokens};
pub use views::{lower_case, lower_case_with_straight_apostrophes, plain};
pub use words::{Boundary, WordKind, WordToken, Words};
