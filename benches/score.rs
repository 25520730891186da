//! What scoring a text costs, on one core: `cargo bench -p harken --bench score`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::time::Instant;

use harken::demo::generator::Generator;
use sentiment::{Config, Sentiment};

const MENTIONS: usize = 20_000;

fn main() {
    let stage = Sentiment::new(Config::default()).unwrap();
    let mut generator = Generator::new(1);
    let mentions: Vec<_> = (0..MENTIONS).map(|n| generator.next(n as i64)).collect();
    let mut buffers = sentiment::Buffers::default();
    let best = (0..5).map(|_| {
        let start = Instant::now();
        for mention in &mentions {
            black_box(stage.understand(black_box(&mention.text), None, &mut buffers));
        }
        start.elapsed() / MENTIONS as u32
    });
    println!("score a mention: {:?}, best of 5 x {MENTIONS}", best.min().unwrap());
}
