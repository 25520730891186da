//! `harken config` and the exit code of invalid settings.

use crate::binary::{file, harken, run, scratch};

#[test]
fn the_printed_configuration_can_be_loaded_again_and_redacts_secrets() {
    let mut command = harken(&["config", "print"]);
    command.env("HARKEN__KAFKA__SECURITY__PASSWORD", "hunter2");
    let printed = run(command, b"");
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    assert!(printed.out.contains("password = \"<set>\""), "{}", printed.out);
    assert!(!printed.out.contains("hunter2"));
    let path = scratch("printed.toml");
    std::fs::write(&path, &printed.out).unwrap();
    let again = run(harken(&["config", "print", "--config", path.to_str().unwrap()]), b"");
    std::fs::remove_file(path).unwrap();
    assert_eq!(again.out, printed.out);
}

#[test]
fn the_reference_file_is_a_valid_configuration() {
    let reference = file("crates/pipeline/default.toml");
    let ended = run(harken(&["config", "check", "--config", reference.to_str().unwrap()]), b"");
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), "the configuration is valid\n"));
}

#[test]
fn an_invalid_setting_ends_every_command_with_exit_code_78_and_one_line() {
    let cases: [(&[&str], &str, &str, &str); 6] = [
        (&["config", "check"], "HARKEN__WORKER__BATCH", "many", "worker.batch"),
        (&["replay", "-"], "HARKEN__DEDUPE__WINDOW", "10", "dedupe.window: \"10\""),
        (&["config", "check"], "HARKEN__SENTIMENT__MODEL", "/nowhere", "/nowhere"),
        (&["config", "check"], "HARKEN__ESCALATION__RULES", "/nowhere", "/nowhere"),
        (&["config", "check"], "HARKEN__ESCALATION__FILTER", "none", "\"none\" is not a playbook"),
        (&["replay", "-"], "HARKEN__ESCALATION__FILTER", "spam,complaint", "has targets"),
    ];
    for (arguments, name, value, expected) in cases {
        let mut command = harken(arguments);
        command.env(name, value);
        let ended = run(command, b"");
        assert_eq!(ended.code, Some(78), "{name}: {}", ended.err);
        assert!(ended.err.starts_with("harken: failed to "), "{}", ended.err);
        assert!(ended.err.contains(expected), "{expected} is not in {}", ended.err);
        assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    }
}

#[test]
fn config_check_reads_the_keys_and_warns_about_metrics_that_everybody_can_read() {
    let (settings, key) = (scratch("keys.toml"), scratch("agency.key"));
    let toml = format!(
        "[telemetry]\nlisten = \"0.0.0.0:9464\"\n\n[[ingest.keys]]\nname = \"agency\"\n\
         key_file = {key:?}\ntenants = [\"northline\"]\n"
    );
    std::fs::write(&settings, toml).unwrap();
    let check = || run(harken(&["config", "check", "--config", settings.to_str().unwrap()]), b"");
    let unreadable = check();
    std::fs::write(&key, "short\n").unwrap();
    let short = check();
    std::fs::write(&key, "key-of-the-agency-of-northline\n").unwrap();
    let valid = check();
    std::fs::remove_file(settings).unwrap();
    std::fs::remove_file(key).unwrap();
    assert_eq!(unreadable.code, Some(78), "{}", unreadable.err);
    assert!(unreadable.err.contains("ingest.keys: agency.key_file"), "{}", unreadable.err);
    assert_eq!(short.code, Some(78), "{}", short.err);
    assert!(short.err.contains("\"agency\": the key must have at least 16"), "{}", short.err);
    assert_eq!(valid.code, Some(0), "{}", valid.err);
    let warning = "warning: everybody who reaches telemetry.listen = 0.0.0.0:9464 can read";
    assert!(valid.out.starts_with(warning), "{}", valid.out);
    assert!(valid.out.ends_with("\nthe configuration is valid\n"), "{}", valid.out);
}
