//! What the command line says is golden: `tests/cli/*.trycmd`.

use clap::CommandFactory;

use crate::binary::file;

#[test]
fn the_command_line_says_what_it_always_said() {
    let cases = trycmd::TestCases::new();
    cases.register_bin("harken", std::path::Path::new(env!("CARGO_BIN_EXE_harken")));
    cases.case(file("tests/cli/*.trycmd"));
}

#[test]
fn the_help_of_every_command_is_golden() {
    let golden = std::fs::read_to_string(file("tests/cli/help.trycmd")).unwrap();
    let mut wanted = vec!["harken --help".to_owned()];
    for command in harken::cli::Cli::command().get_subcommands() {
        wanted.push(format!("harken {} --help", command.get_name()));
        let deeper = command.get_subcommands().map(clap::Command::get_name);
        wanted.extend(deeper.map(|name| format!("harken {} {name} --help", command.get_name())));
    }
    for line in wanted {
        assert!(golden.contains(&format!("$ {line}\n")), "{line} is not in tests/cli/help.trycmd");
    }
}
