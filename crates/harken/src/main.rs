//! The binary `harken`: start-up and one match over the commands.

use std::process::ExitCode;

use harken::cli::Command;
use harken::start;

fn main() -> ExitCode {
    start::run(|command, config| match command {
        Command::Config(args) => harken::settings::command(&args, &config),
        Command::Demo(args) => harken::demo::command(&args, &config),
        Command::Forecast(args) => harken::staffing::command(&args),
        Command::Profiles(args) => harken::profiles::command(&args.command, &config),
        Command::Replay(args) => harken::replay::command(&args, &config),
        Command::Rules(args) => harken::rules::command(&args, &config),
        Command::Schemas(args) => harken::schemas::command(&args.command),
        Command::Score => harken::score::command(&config),
        #[cfg(feature = "kafka")]
        Command::Audit(args) => harken::audit::command(&args, &config),
        #[cfg(feature = "kafka")]
        Command::DeadLetters(args) => harken::dead_letters::command(&args, &config),
        #[cfg(feature = "kafka")]
        Command::Explain(args) => harken::explain::command(&args, &config),
        #[cfg(feature = "kafka")]
        Command::Feedback(args) => harken::feedback::command(&args.command, &config),
        #[cfg(feature = "kafka")]
        Command::Load(args) => harken::load::command(&args, &config),
        #[cfg(feature = "kafka")]
        Command::Read(args) => harken::read::command(&args, &config),
        #[cfg(feature = "kafka")]
        Command::Run(args) => harken::run::command(&args, &config),
        #[cfg(feature = "kafka")]
        Command::Topics(args) => harken::topics::command(&args, &config),
        #[cfg(feature = "train")]
        Command::Bench(args) => harken::bench_surge::command(&args),
        #[cfg(feature = "train")]
        Command::Eval(args) => harken::training::eval(&args),
        #[cfg(feature = "train")]
        Command::Model(args) => harken::models::command(&args.command, &config),
        #[cfg(feature = "train")]
        Command::Train(args) => harken::training::train(&args),
        #[cfg(not(all(feature = "kafka", feature = "train")))]
        _ => Err(harken::missing_feature()),
    })
}
