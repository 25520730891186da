//! `[ingest]`: receiving mentions.

use std::net::SocketAddr;

use platforms::TenantQuota;
use serde::{Deserialize, Serialize};

use super::ingest_keys::{self, IngestKey};
use super::string_enum::string_enum;
use super::{DurationSetting, OwnedAccounts, PathSetting, Secret, SizeSetting};
use crate::CommandError;

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestConfig {
    /// Listen address of `POST /v1/mentions`.
    pub listen: SocketAddr,
    /// Bearer token that may speak for everything.
    pub api_key: Secret,
    /// File that contains that bearer token.
    pub api_key_file: PathSetting,
    /// Maximum size of a request body.
    pub body_limit: SizeSetting,
    /// Maximum time for a request body.
    pub body_timeout: DurationSetting,
    /// Minimum size of a request body for each second that it takes.
    pub body_rate: SizeSetting,
    /// Maximum of concurrent requests.
    pub in_flight: usize,
    /// Maximum of concurrent requests of one key.
    pub in_flight_per_key: usize,
    /// Maximum of open connections.
    pub connections: usize,
    /// Maximum of open connections of one address.
    pub connections_per_address: usize,
    /// Maximum time for the headers of a request, and for an idle connection.
    pub header_timeout: DurationSetting,
    /// Maximum length of an input line.
    pub line_limit: SizeSetting,
    /// Tenant of a mention that names none; empty derives it from the rules.
    pub tenant: String,
    /// What to do with a mention of a tenant that the rules do not list.
    pub unknown_tenants: UnknownTenants,
    /// Mentions per minute of each tenant that the rules do not list.
    pub unlisted_per_minute: u32,
    /// Owned accounts in addition to those of the rules.
    pub owned_accounts: OwnedAccounts,
    /// Keys that speak for tenants and platforms.
    pub keys: Vec<IngestKey>,
}

/// What to do with a mention of a tenant that the rules do not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownTenants {
    /// Reject it.
    Refuse,
    /// Attribute it to the tenant `other`.
    Other,
}

string_enum!(UnknownTenants { Refuse = "refuse", Other = "other" });

impl IngestConfig {
    /// The configuration of the crate `platforms`, without the tenants, which the rules define.
    #[must_use]
    pub fn platform_config(&self) -> platforms::Config {
        let (per_minute, burst) = (self.unlisted_per_minute, self.unlisted_per_minute);
        platforms::Config {
            owned: self.owned_accounts.iter().cloned().collect(),
            unknown_tenants: match self.unknown_tenants {
                UnknownTenants::Refuse => platforms::UnknownTenants::Refuse,
                UnknownTenants::Other => platforms::UnknownTenants::Other,
            },
            unlisted_quota: Some(TenantQuota { per_minute, burst }),
            // A limit beyond the address space is no limit.
            line_limit: usize::try_from(self.line_limit.0).unwrap_or(usize::MAX),
            ..platforms::Config::default()
        }
    }

    /// Whether requests need a key.
    pub(super) fn has_key(&self) -> bool {
        !self.api_key.is_empty() || self.api_key_file.path().is_some() || !self.keys.is_empty()
    }

    /// The keys with what each speaks for, also those in files; none if every request is authorized.
    ///
    /// # Errors
    /// [`CommandError::Config`] if a file cannot be read, a key is too short or two are equal.
    pub fn senders(&self) -> Result<Vec<ingest_keys::KeyHolder>, CommandError> {
        ingest_keys::holders(&self.api_key, &self.api_key_file, &self.keys)
    }
}
