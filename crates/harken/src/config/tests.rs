use super::*;

fn with_file(toml: &str, name: &str) -> Result<Config, Problem> {
    let path = std::env::temp_dir().join(format!("harken-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, toml).unwrap();
    let loaded = Config::load(&Layers { file: Some(path.clone()), ..Layers::default() });
    std::fs::remove_file(path).unwrap();
    loaded
}

fn with_environment(variables: &[(&str, &str)]) -> Result<Config, Problem> {
    let environment = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Config::load(&Layers { file: None, environment })
}

#[test]
fn the_reference_is_complete_and_every_key_of_it_is_explained() {
    let printed = Config::load(&Layers::default()).unwrap().print().unwrap();
    let (shown, written): (toml::Table, toml::Table) =
        (toml::from_str(&printed).unwrap(), toml::from_str(DEFAULT).unwrap());
    assert_eq!(keys(&shown, ""), keys(&written, ""));
    let lines: Vec<&str> = DEFAULT.lines().collect();
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
fn the_environment_replaces_the_file_and_the_file_the_reference() {
    let config = with_file("[worker]\nbatch = 7\nworkers = 3\n", "layers").unwrap();
    assert_eq!((config.worker.batch.get(), config.worker.workers.get()), (7, 3));
    assert_eq!(config.kafka.prefix, "harken");
    let config = with_environment(&[("HARKEN__WORKER__BATCH", "9"), ("HARKEN_OTHER", "x")]);
    assert_eq!(config.unwrap().worker.batch.get(), 9);
}

#[test]
fn a_number_in_the_environment_stays_the_text_it_is_where_a_text_is_asked_for() {
    let config = with_environment(&[("HARKEN__WORKER__INSTANCE", "007")]).unwrap();
    assert_eq!(config.worker.instance, "007");
}

#[test]
fn a_wrong_setting_is_named_with_its_value_and_what_would_be_right() {
    let cases: [(&str, &[&str]); 17] = [
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
        ("[kafka.client]\nacks = 1", &["kafka.client", "acks belongs to exactly-once"]),
        ("[kafka.client]\nsasl.password = \"x\"", &["set kafka.security.password"]),
        ("[dedupe]\nmax_distance = 4", &["dedupe.max_distance is 4", "0, 1, 2 or 3"]),
        ("[sentiment]\nsure_of_language = 2", &["sentiment.sure_of_language", "2", "from 0 to 1"]),
        ("[sentiment.costs]\nmissed_answer = -1", &["sentiment.costs.missed_answer", "-1"]),
        ("[metrics.staffing]\nshare = 100", &["metrics.staffing.share", "100", "from 1 to 99"]),
        ("[metrics.staffing]\nhandling = \"0s\"", &["metrics.staffing.handling", "0s", "1s"]),
        ("[priority.weights]\nage = 2", &["priority", "weights stand in the rules now"]),
        ("[worker]\ntransaction_timeout = \"1m\"", &["worker.transaction_timeout", "1m", "15s"]),
        ("[ingest]\nowned_accounts = [\"x\"]", &["ingest.owned_accounts", "\"x\"", "/service"]),
    ];
    for (number, (toml, expected)) in cases.iter().enumerate() {
        let wrong = with_file(toml, &format!("wrong-{number}")).unwrap_err();
        assert_eq!(wrong.code(), 78, "{toml}");
        for part in *expected {
            assert!(wrong.to_string().contains(part), "{toml}: {wrong} lacks {part}");
        }
        assert!(!wrong.to_string().contains('\n'), "{wrong}");
    }
}

#[test]
fn a_broken_file_is_named_with_the_line_and_without_what_it_says() {
    let wrong = with_file("[kafka.security]\npassword = \"hunter2\" oops\n", "broken").unwrap_err();
    let said = wrong.to_string();
    assert!(said.contains("line 2") && !said.contains("hunter2"), "{said}");
    let layers = Layers { file: Some("/nowhere/harken.toml".into()), ..Layers::default() };
    assert!(Config::load(&layers).unwrap_err().to_string().contains("/nowhere/harken.toml"));
}

#[test]
fn a_secret_is_printed_only_as_set() {
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
fn librdkafka_settings_may_be_written_in_three_ways() {
    let dotted =
        with_file("[kafka.client]\nlinger.ms = 5\n\"fetch.wait.max.ms\" = 7", "dots").unwrap();
    let pairs: Vec<_> = dotted.kafka.client.iter().collect();
    assert_eq!(pairs, [("fetch.wait.max.ms", "7"), ("linger.ms", "5")]);
    let variable = [("HARKEN__KAFKA__CLIENT__LINGER_MS", "5")];
    let config = with_environment(&variable).unwrap();
    assert_eq!(config.kafka.client.iter().collect::<Vec<_>>(), [("linger.ms", "5")]);
}

#[test]
fn the_reference_says_what_the_stages_do_when_told_nothing() {
    let config = Config::load(&Layers::default()).unwrap();
    assert_eq!(config.ingest.settings(), platforms::Settings::default());
    assert_eq!(config.dedupe.settings(), dedupe::Config::default());
    assert_eq!(config.sentiment.settings(), understanding::Config::default());
    assert_eq!(config.priority.memory.bounds(), priority::Bounds::default());
    let books = config.metrics.settings(&config.ingest);
    assert_eq!(books.staffing, reporting::Staffing::default());
}
