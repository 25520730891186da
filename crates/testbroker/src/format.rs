//! Formats the storage of a node, which Kafka requires before its first start.

use std::path::Path;

use crate::{BrokerError, Jars, TlsScram};

/// Any url-safe base64 UUID that does not begin with a hyphen. All brokers may share it: each is a
/// cluster of its own.
const CLUSTER_ID: &str = "aGFya2VuLXRlc3Ricms4Zw";

/// Formats the storage and stores the SCRAM user in it.
pub(crate) fn format(
    jars: &Jars,
    properties: &Path,
    user: Option<&TlsScram>,
) -> Result<(), BrokerError> {
    let properties = properties.display().to_string();
    let scram = user.map(|TlsScram { user, password }| {
        format!("SCRAM-SHA-512=[name={user},password={password}]")
    });
    let mut arguments = vec!["format", "-t", CLUSTER_ID, "-c", &properties];
    if let Some(scram) = &scram {
        arguments.extend(["--add-scram", scram]);
    }
    jars.run("kafka.tools.StorageTool", &arguments).map(drop)
}
