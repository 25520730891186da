//! Builds the settings of the Kafka log from the configuration.

use std::collections::BTreeMap;

use kafka::{ForgedState, KafkaSettings};

use crate::CommandError;
use crate::config::{Config, ForgedStateSetting, SecurityProtocol};

/// The settings of the Kafka log. `stage` selects the commit interval of that stage; `None` and stages
/// without an override use `worker.commit_interval`.
///
/// # Errors
/// [`CommandError::Config`] with the property that librdkafka rejects.
pub fn kafka_settings(config: &Config, stage: Option<&str>) -> Result<KafkaSettings, CommandError> {
    let mut client = security_properties(config)?;
    client.extend(config.kafka.client.iter().map(|(k, v)| (k.to_owned(), v.to_owned())));
    let worker = &config.worker;
    // Without a stage (tools, ingest) nothing commits by this interval.
    let interval = match stage {
        None => crate::config::IntervalOverride::default(),
        Some(name) => {
            let unknown = || CommandError::Bug(format!("run {name}, which is no stage").into());
            (crate::stages::row(name).ok_or_else(unknown)?.commit_interval)(config)
        }
    };
    let settings = KafkaSettings {
        bootstrap: config.kafka.bootstrap.clone(),
        prefix: config.kafka.prefix.clone(),
        shadow_of: Some(config.kafka.shadow_of.clone()).filter(|prefix| !prefix.is_empty()),
        instance: worker.instance.clone(),
        client,
        max_batch: worker.batch.get(),
        commit_interval: interval.or(worker.commit_interval).0,
        session_timeout: worker.session_timeout.0,
        // A call that outlasts the transaction timeout can only be fenced: no need to wait longer.
        transaction_timeout: worker.transaction_timeout.0,
        timeout: worker.transaction_timeout.0,
        // Only stages restore and write changelogs: a tool may run where the key is not.
        state_key: match stage {
            Some(_) => config.kafka.security.state_key()?,
            None => Vec::new(),
        },
        forged_state: match config.kafka.security.forged_state {
            ForgedStateSetting::Stop => ForgedState::Stop,
            ForgedStateSetting::Repair => ForgedState::Repair,
        },
    };
    settings.check().map_err(|wrong| {
        CommandError::Config(format!("use kafka.client: failed to {}", wrong.message).into())
    })?;
    Ok(settings)
}

fn security_properties(config: &Config) -> Result<BTreeMap<String, String>, CommandError> {
    let security = &config.kafka.security;
    let (protocol, has_tls, has_sasl) = match security.protocol {
        SecurityProtocol::Plaintext => ("plaintext", false, false),
        SecurityProtocol::Tls => ("ssl", true, false),
        SecurityProtocol::SaslPlaintext => ("sasl_plaintext", false, true),
        SecurityProtocol::SaslTls => ("sasl_ssl", true, true),
    };
    let mut client = BTreeMap::from([("security.protocol".to_owned(), protocol.to_owned())]);
    let mut set = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            client.insert(key.to_owned(), value);
        }
    };
    if has_tls {
        let path =
            |setting: &crate::config::PathSetting| setting.path().map(|p| p.display().to_string());
        set("ssl.ca.location", path(&security.ca_file));
        set("ssl.certificate.location", path(&security.certificate_file));
        set("ssl.key.location", path(&security.key_file));
        let password = security
            .key_password
            .reveal(&security.key_password_file, "kafka.security.key_password")?;
        set("ssl.key.password", password);
    }
    // Only with SASL: the defaults of these settings are not empty.
    if has_sasl {
        set("sasl.mechanism", Some(security.mechanism.to_string()));
        let password =
            security.password.reveal(&security.password_file, "kafka.security.password")?;
        set("sasl.username", Some(security.username.clone()));
        set("sasl.password", password);
    }
    Ok(client)
}
