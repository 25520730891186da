//! Compares help texts and usage errors with the golden files `tests/cli/*.trycmd`.

use clap::CommandFactory;

use crate::binary::file;

#[test]
fn help_texts_and_usage_errors_match_the_golden_files() {
    let cases = trycmd::TestCases::new();
    cases.register_bin("harken", std::path::Path::new(env!("CARGO_BIN_EXE_harken")));
    cases.case(file("tests/cli/*.trycmd"));
}

#[test]
fn every_command_has_a_golden_help_text() {
    let golden = std::fs::read_to_string(file("tests/cli/help.trycmd")).unwrap();
    let mut invocations = vec!["harken --help".to_owned()];
    for command in harken::cli::Cli::command().get_subcommands() {
        invocations.push(format!("harken {} --help", command.get_name()));
        let subcommands = command.get_subcommands().map(clap::Command::get_name);
        invocations
            .extend(subcommands.map(|name| format!("harken {} {name} --help", command.get_name())));
    }
    for line in invocations {
        assert!(golden.contains(&format!("$ {line}\n")), "{line} is not in tests/cli/help.trycmd");
    }
}
