//! Parses platform payloads into mentions.
//!
//! One module per platform ([`canonical`], [`jetstream`], [`x_v2`]) parses its payloads into
//! [`mention::Mention`]s; [`parse_one`] and [`parse_all`] select the module by [`PayloadFormat`].
//! Every line or list element yields exactly one [`LineOutcome`]: a mention (or a change of one), a
//! [`SkipReason`] or a [`Rejection`] that states the expected value. No error text quotes a mention.
//!
//! Must not know: clocks (`received_at` is a parameter), the network, files, Kafka. Does not drop
//! redeliveries or copies; dedupe does.

mod attribution;
pub mod canonical;
mod documents;
pub mod jetstream;
pub mod json;
mod object;
mod outcome;
mod parse;
mod quota;
mod rejection;
mod scope;
mod tenant_list;
pub mod x_v2;

pub use attribution::{Config, LINE_LIMIT, OwnedAccount, TenantIdentity};
pub use documents::stream::{DOCUMENT_LIMIT, DocumentStream};
pub use outcome::{LineOutcome, SkipReason};
pub use parse::{ParsedLine, PayloadFormat, parse_all, parse_array, parse_one};
pub use quota::{QuotaBuckets, QuotaExceeded, TenantQuota};
pub use rejection::Rejection;
pub use scope::{ChangePermission, Denied, OTHER_TENANT, Scope, UnknownTenants};
pub use tenant_list::TenantList;
