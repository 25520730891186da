//! Settings: a TOML file, or environment variables, over the defaults. They give a problem in one line, or
//! settings that can be printed, without secrets, and warn without a panic.
#![no_main]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use harken_fuzz::selector;
use libfuzzer_sys::fuzz_target;
use pipeline::config::{Config, Layers};

/// Stands in the seeds wherever a secret may.
const SECRET: &str = "s3cr3t-s3cr3t-s3cr3t";

/// The loader reads a file: one for each process, in memory where the system has such a folder.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
    folder.join(format!("harken-fuzz-{}.toml", std::process::id()))
});

fuzz_target!(|input: &[u8]| {
    let (choice, text) = selector(input);
    let mut layers = Layers::default();
    if choice & 1 == 0 {
        std::fs::write(&*FILE, text).expect("the folder takes a file");
        layers.file = Some(FILE.clone());
    } else {
        layers.environment = variables(&String::from_utf8_lossy(text));
    }
    match Config::load(&layers) {
        Ok(config) => {
            config.warnings().iter().for_each(|warning| assert!(!warning.contains(SECRET)));
            let printed = config.print().expect("settings can be printed");
            assert!(!printed.contains(SECRET), "{printed}");
        }
        Err(error) => {
            let error = error.to_string();
            assert!(!error.trim_end().contains('\n'), "{error}");
        }
    }
});

/// A variable on each line.
fn variables(text: &str) -> HashMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (format!("HARKEN__{name}"), value.to_owned())).collect()
}
