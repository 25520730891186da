use super::*;

pub(super) fn with_file(toml: &str, name: &str) -> Result<Config, CommandError> {
    let path = std::env::temp_dir().join(format!("harken-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, toml).unwrap();
    let loaded = Config::load(&Layers { file: Some(path.clone()), ..Layers::default() });
    std::fs::remove_file(path).unwrap();
    loaded
}

fn with_environment(variables: &[(&str, &str)]) -> Result<Config, CommandError> {
    let environment = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Config::load(&Layers { file: None, environment })
}

#[test]
fn the_default_file_contains_and_documents_every_key() {
    let printed = Config::load(&Layers::default()).unwrap().print().unwrap();
    let (shown, written): (toml::Table, toml::Table) =
        (toml::from_str(&printed).unwrap(), toml::from_str(DEFAULT_TOML).unwrap());
    assert_eq!(keys(&shown, ""), keys(&written, ""));
    let lines: Vec<&str> = DEFAULT_TOML.lines().collect();
    for (before, line) in lines.iter().zip(&lines[1..]) {
        let is_key = line.split_once(" = ").is_some_and(|(key, _)| !key.starts_with('#'));
        assert!(!is_key || before.starts_with("# "), "{line} has no comment");
    }
}

fn keys(table: &toml::Table, under: &str) -> Vec<String> {
    let mut names: Vec<_> = table
        .iter()
        .flat_map(|(key, value)| match value {
            toml::Value::Table(inner) => keys(inner, &format!("{under}{key}.")),
            _ => vec![format!("{under}{key}")],
        })
        .collect();
    names.sort();
    names
}

#[test]
fn the_environment_overrides_the_file_and_the_file_overrides_the_defaults() {
    let config = with_file("[worker]\nbatch = 7\nworkers = 3\n", "layers").unwrap();
    assert_eq!((config.worker.batch.get(), config.worker.workers.get()), (7, 3));
    assert_eq!(config.kafka.prefix, "harken");
    let config = with_environment(&[("HARKEN__WORKER__BATCH", "9"), ("HARKEN_OTHER", "x")]);
    assert_eq!(config.unwrap().worker.batch.get(), 9);
}

#[test]
fn a_number_in_the_environment_keeps_its_digits_where_the_setting_is_a_string() {
    let config = with_environment(&[("HARKEN__WORKER__INSTANCE", "007")]).unwrap();
    assert_eq!(config.worker.instance, "007");
}

#[test]
fn an_invalid_setting_is_reported_with_its_value_and_the_valid_ones() {
    let cases: &[(&str, &[&str])] = &[
        ("[worker]\nbatsh = 7", &["worker", "batsh", "batch"]),
        ("[wroker]\nbatch = 7", &["wroker", "worker"]),
        ("[worker]\nbatch = \"many\"", &["worker.batch", "many", "integer"]),
        ("[worker]\nbatch = 0", &["worker.batch", "0", "nonzero"]),
        ("[worker]\ncommit_interval = 5", &["worker.commit_interval", "\"5\"", "\"250ms\""]),
        ("[telemetry]\nlisten = \"here\"", &["telemetry.listen", "socket address"]),
        (
            "[kafka.security]\nprotocol = \"ssl\"",
            &["kafka.security.protocol", "ssl", "plaintext, tls"],
        ),
        #[cfg(feature = "kafka")]
        ("[kafka.client]\nacks = 1", &["kafka.client", "acks is managed by exactly-once"]),
        #[cfg(feature = "kafka")]
        ("[kafka.client]\nsasl.password = \"x\"", &["set kafka.security.password"]),
        ("[dedupe]\nmax_distance = 4", &["dedupe.max_distance is 4", "0, 1, 2 or 3"]),
        (
            "[sentiment]\nsure_of_language = 2",
            &["sentiment.sure_of_language", "2", "between 0 and 1"],
        ),
        ("[sentiment.costs]\nmissed_answer = -1", &["sentiment.costs.missed_answer", "-1"]),
        ("[metrics.staffing]\nshare = 100", &["metrics.staffing.share", "100", "from 1 to 99"]),
        ("[metrics.staffing]\nhandling = \"0s\"", &["metrics.staffing.handling", "0s", "1s"]),
        ("[worker]\ntransaction_timeout = \"1m\"", &["worker.transaction_timeout", "1m", "15s"]),
        ("[kafka]\nbootstrap = \"\"", &["kafka.bootstrap", "broker-1:9092"]),
        ("[kafka]\nbootstrap = \"not an address\"", &["kafka.bootstrap", "not an address"]),
        ("[kafka]\nbootstrap = \"a:9092,b\"", &["kafka.bootstrap", "a:9092,b", "broker-1:9092"]),
        ("[kafka]\nbootstrap = \"a:0\"", &["kafka.bootstrap", "a:0"]),
        ("[kafka]\nbootstrap = \"a:65536\"", &["kafka.bootstrap", "a:65536"]),
        ("[kafka]\nbootstrap = \"::1:9092\"", &["kafka.bootstrap", "::1:9092"]),
        ("[kafka]\nprefix = \"care.\"", &["kafka.prefix", "care.", "no dot at the ends"]),
        ("[kafka]\nprefix = \"care desk\"", &["kafka.prefix", "care desk", "letters"]),
        ("[kafka]\ntimeout = \"0s\"", &["kafka.timeout", "0s", "1s", "10m"]),
        ("[dedupe]\nwindow = \"1000years\"", &["dedupe.window", "1000years", "10years"]),
        ("[worker]\nworkers = 10000", &["worker.workers", "10000", "256"]),
        ("[ingest]\nbody_limit = \"0B\"", &["ingest.body_limit", "0B", "1KiB"]),
        ("[ingest]\ntenant = \"a/b\"", &["ingest.tenant", "a/b", "'/'"]),
        ("[ingest]\ntenant = \" \"", &["ingest.tenant", "\" \"", "space"]),
        ("[ingest]\ntenant = \"a\\u200bb\"", &["ingest.tenant", "a\\u{200b}b", "invisible"]),
        ("[ingest]\nlisten = \"0.0.0.0:8080\"", &["ingest.api_key", "0.0.0.0:8080", "loopback"]),
        ("[telemetry]\napi_key = \"short\"", &["telemetry.api_key", "at least 16"]),
        ("[ingest]\nconnections = 0", &["ingest.connections", "0", "1", "100000"]),
        ("[ingest]\nin_flight_per_key = 0", &["ingest.in_flight_per_key", "0", "1"]),
        ("[ingest]\nheader_timeout = \"0s\"", &["ingest.header_timeout", "0s", "1s"]),
        ("[ingest]\nbody_rate = \"0B\"", &["ingest.body_rate", "0B", "1B"]),
        ("[ingest]\nunknown_tenants = \"ask\"", &["unknown_tenants", "ask", "refuse, other"]),
        ("[ingest]\nowned_accounts = [\"x\"]", &["ingest.owned_accounts", "\"x\"", "/service"]),
    ];
    for (number, (toml, expected)) in cases.iter().enumerate() {
        let error = with_file(toml, &format!("invalid-{number}")).unwrap_err();
        assert_eq!(error.code(), 78, "{toml}");
        for part in *expected {
            assert!(error.to_string().contains(part), "{toml}: {error} lacks {part}");
        }
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[test]
fn every_stage_must_commit_before_its_transaction_times_out() {
    let sections = ["worker", "dedupe", "sentiment", "priority", "escalation", "calls", "surge"];
    for section in sections.into_iter().chain(["metrics"]) {
        for interval in ["1000years", "60s", "10s"] {
            let toml = format!("[{section}]\ncommit_interval = \"{interval}\"");
            let error = with_file(&toml, &format!("interval-{section}")).unwrap_err().to_string();
            let expected = format!("{section}.commit_interval: ");
            assert!(error.contains(&expected) && error.ends_with("(10s)"), "{toml}: {error}");
        }
        let toml = format!("[{section}]\ncommit_interval = \"9s\"");
        assert!(with_file(&toml, &format!("interval-{section}")).is_ok(), "{toml}");
    }
}

#[test]
fn brokers_are_named_by_host_or_address_and_port() {
    for bootstrap in ["broker-1:9092, broker_2.example.org:9093", "127.0.0.1:1", "[::1]:65535"] {
        let toml = format!("[kafka]\nbootstrap = \"{bootstrap}\"");
        assert_eq!(with_file(&toml, "brokers").unwrap().kafka.bootstrap, bootstrap);
    }
}

#[test]
fn a_file_beyond_a_mebibyte_is_refused_unread_and_the_largest_one_is_read() {
    let toml = |bytes: usize| {
        let setting = "[worker]\nbatch = 7\n#";
        format!("{setting}{}", "x".repeat(bytes - setting.len()))
    };
    assert_eq!(with_file(&toml(1 << 20), "largest").unwrap().worker.batch.get(), 7);
    let error = with_file(&toml((1 << 20) + 1), "too-large").unwrap_err();
    assert_eq!(error.code(), 78);
    assert!(error.to_string().ends_with("too-large.toml: the file has more than 1MiB"), "{error}");
}

#[test]
fn an_error_in_a_file_names_the_file() {
    let error = with_file("[worker]\nbatch = \"many\"", "named").unwrap_err().to_string();
    assert!(error.contains("-named.toml)"), "{error}");
}

#[test]
fn a_file_of_a_secret_is_bounded() {
    let path = std::env::temp_dir().join(format!("harken-{}-password", std::process::id()));
    let read = |bytes: usize| {
        std::fs::write(&path, "p".repeat(bytes)).unwrap();
        Secret::default().reveal(&PathSetting::from_path(&path), "kafka.security.password")
    };
    assert_eq!(read(64 << 10).unwrap().unwrap().len(), 64 << 10);
    let error = read((64 << 10) + 1).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    assert!(error.to_string().ends_with("the file has more than 64KiB"), "{error}");
}

#[test]
fn a_malformed_file_is_reported_by_line_number_without_its_content() {
    let error = with_file("[kafka.security]\npassword = \"hunter2\" oops\n", "broken").unwrap_err();
    let text = error.to_string();
    assert!(text.contains("line 2") && !text.contains("hunter2"), "{text}");
    let layers = Layers { file: Some("/nowhere/harken.toml".into()), ..Layers::default() };
    assert!(Config::load(&layers).unwrap_err().to_string().contains("/nowhere/harken.toml"));
}

#[test]
fn a_secret_is_redacted_when_printed() {
    let variables = [
        ("HARKEN__KAFKA__SECURITY__PASSWORD", "hunter2"),
        ("HARKEN__KAFKA__CLIENT__SSL_KEYSTORE_PASSWORD", "hunter3"),
    ];
    let config = with_environment(&variables).unwrap();
    let shown = format!("{} {:?}", config.print().unwrap(), config.kafka.security);
    assert!(shown.contains("password = \"<set>\"") && !shown.contains("hunter"), "{shown}");
    let security = &config.kafka.security;
    let revealed = security.password.reveal(&security.password_file, "kafka.security.password");
    assert_eq!(revealed.unwrap().as_deref(), Some("hunter2"));
}

#[test]
fn librdkafka_properties_can_be_written_in_three_ways() {
    let dotted =
        with_file("[kafka.client]\nlinger.ms = 5\n\"fetch.wait.max.ms\" = 7", "dots").unwrap();
    let pairs: Vec<_> = dotted.kafka.client.iter().collect();
    assert_eq!(pairs, [("fetch.wait.max.ms", "7"), ("linger.ms", "5")]);
    let variable = [("HARKEN__KAFKA__CLIENT__LINGER_MS", "5")];
    let config = with_environment(&variable).unwrap();
    assert_eq!(config.kafka.client.iter().collect::<Vec<_>>(), [("linger.ms", "5")]);
}

#[test]
fn the_default_file_equals_the_defaults_of_every_stage() {
    let config = Config::load(&Layers::default()).unwrap();
    assert_eq!(config.ingest.platform_config(), platforms::Config::default());
    assert_eq!(config.dedupe.stage_config(), dedupe::Config::default());
    assert_eq!(config.sentiment.stage_config(), understanding::Config::default());
    assert_eq!(config.priority.memory.bounds(), priority::Bounds::default());
    let metrics = config.metrics.stage_config(&config.ingest);
    assert_eq!(metrics.staffing, reporting::StaffingTargets::default());
}

#[test]
fn metrics_that_strangers_can_read_are_warned_about() {
    let warnings = |toml: &str, name: &str| with_file(toml, name).unwrap().warnings();
    let open = "[telemetry]\nlisten = \"0.0.0.0:9464\"\n";
    let shown = warnings(open, "open-metrics");
    assert_eq!(shown.len(), 1);
    assert!(
        shown[0].contains("0.0.0.0:9464") && shown[0].contains("telemetry.api_key"),
        "{shown:?}"
    );
    let with_key = format!("{open}api_key = \"scrape-key-of-ops\"\n");
    assert!(warnings(&with_key, "closed-metrics").is_empty());
    assert!(warnings("", "loopback-metrics").is_empty());
}
