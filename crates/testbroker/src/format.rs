//! Formats the storage of one node, as Kafka demands before its first start.

use std::path::Path;

use crate::{Jars, Problem, TlsScram};

/// Any url-safe base64 UUID that does not begin with a hyphen; brokers here never meet.
const CLUSTER_ID: &str = "aGFya2VuLXRlc3Ricms4Zw";

/// Writes the storage, and the SCRAM user into it.
pub(crate) fn format(
    jars: &Jars,
    properties: &Path,
    user: Option<&TlsScram>,
) -> Result<(), Problem> {
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
