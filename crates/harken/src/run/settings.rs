//! Settings for the log, from the configuration.

use std::collections::BTreeMap;

use kafka::Settings;

use crate::Problem;
use crate::config::{Config, Protocol};

/// How a worker reaches the cluster; `stage` has a commit interval of its own, if it is one.
///
/// # Errors
/// [`Problem::Config`] with the setting that librdkafka refuses.
pub fn settings(config: &Config, stage: Option<&str>) -> Result<Settings, Problem> {
    let mut client = security(config)?;
    client.extend(config.kafka.client.iter().map(|(k, v)| (k.to_owned(), v.to_owned())));
    let worker = &config.worker;
    let pause = match stage {
        Some("dedupe") => config.dedupe.commit_interval,
        Some("sentiment") => config.sentiment.commit_interval,
        Some("priority") => config.priority.commit_interval,
        Some("escalation") => config.escalation.commit_interval,
        Some("surge") => config.surge.commit_interval,
        Some("metrics") => config.metrics.commit_interval,
        _ => crate::config::Pause::default(),
    };
    let settings = Settings {
        bootstrap: config.kafka.bootstrap.clone(),
        prefix: config.kafka.prefix.clone(),
        shadow_of: Some(config.kafka.shadow_of.clone()).filter(|prefix| !prefix.is_empty()),
        instance: worker.instance.clone(),
        client,
        batch: worker.batch.get(),
        commit_interval: pause.or(worker.commit_interval).0,
        session_timeout: worker.session_timeout.0,
        transaction_timeout: worker.transaction_timeout.0,
        patience: worker.transaction_timeout.0,
    };
    settings.check().map_err(|wrong| {
        Problem::Config(format!("use kafka.client: failed to {}", wrong.message))
    })?;
    Ok(settings)
}

fn security(config: &Config) -> Result<BTreeMap<String, String>, Problem> {
    let security = &config.kafka.security;
    let (protocol, has_tls, has_sasl) = match security.protocol {
        Protocol::Plaintext => ("plaintext", false, false),
        Protocol::Tls => ("ssl", true, false),
        Protocol::SaslPlaintext => ("sasl_plaintext", false, true),
        Protocol::SaslTls => ("sasl_ssl", true, true),
    };
    let mut client = BTreeMap::from([("security.protocol".to_owned(), protocol.to_owned())]);
    let mut set = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            client.insert(key.to_owned(), value);
        }
    };
    if has_tls {
        let path = |place: &crate::config::Place| place.path().map(|p| p.display().to_string());
        set("ssl.ca.location", path(&security.ca_file));
        set("ssl.certificate.location", path(&security.certificate_file));
        set("ssl.key.location", path(&security.key_file));
        let password = security
            .key_password
            .reveal(&security.key_password_file, "kafka.security.key_password")?;
        set("ssl.key.password", password);
    }
    if has_sasl {
        set("sasl.mechanism", Some(security.mechanism.to_string()));
        let password =
            security.password.reveal(&security.password_file, "kafka.security.password")?;
        set("sasl.username", Some(security.username.clone()));
        set("sasl.password", password);
    }
    Ok(client)
}
