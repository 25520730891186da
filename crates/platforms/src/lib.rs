//! Platform payloads become mentions, purely.
//!
//! One file a platform ([`canonical`], [`jetstream`], [`x_v2`]) turns what the platform sent into
//! [`mention::Mention`]s; [`read`] and [`read_all`] choose the file by [`Format`]. Everything that
//! comes in ends as exactly one [`Outcome`]: a mention (or a change of one), a [`Skip`] that is
//! counted, or a [`Refused`] that says what would be right. No message quotes what was said.
//!
//! Must not know: clocks (`received_at` is a parameter), the network, files, Kafka. Does not fold
//! redeliveries or copies: that is dedupe's work.

mod brand;
pub mod canonical;
mod documents;
mod field;
pub mod jetstream;
pub mod json;
mod outcome;
mod quota;
mod read;
mod refused;
pub mod x_v2;

pub use brand::{LINE_LIMIT, OwnedAccount, Settings, Tenant};
pub use outcome::{Outcome, Skip};
pub use quota::{Over, Quota, Quotas};
pub use read::{Format, Heard, read, read_all, read_array};
pub use refused::Refused;
