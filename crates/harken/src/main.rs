//! The binary `harken`: start-up and one match over the commands.

use std::process::ExitCode;

use harken::cli::Command;
use harken::start;

fn main() -> ExitCode {
    start::run(|command, config| match command {
        Command::Config(args) => harken::config::command(&args, &config),
        Command::Run(args) => harken::run::command(&args, &config),
        Command::Topics(args) => harken::topics::command(&args, &config),
        Command::Read(args) => harken::read::command(&args, &config),
        Command::DeadLetters(args) => harken::dead_letters::command(&args, &config),
        Command::Demo(args) => harken::demo::command(&args, &config),
        Command::Replay(args) => harken::replay::command(&args, &config),
        Command::Rules(args) => harken::rules::command(&args, &config),
        Command::Train(args) => harken::training::train(&args),
        Command::Eval(args) => harken::training::eval(&args),
        Command::Score => harken::score::command(&config),
        Command::Feedback(args) => harken::feedback::command(&args.command, &config),
        Command::Model(args) => harken::models::command(&args.command, &config),
        Command::Forecast(args) => harken::staffing::command(&args),
        Command::Bench(args) => harken::bench_surge::command(&args),
        Command::Schemas(args) => harken::schemas::command(&args.command),
        Command::Explain(args) => harken::explain::command(&args, &config),
        Command::Audit(args) => harken::audit::command(&args, &config),
        Command::Profiles(args) => harken::profiles::command(&args.command, &config),
        Command::Load(args) => harken::load::command(&args, &config),
    })
}
