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
