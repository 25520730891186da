//! Trains the sentiment model and reports on rows it did not see:
//! `cargo run --release -p classify --features train --example train -- DATA_DIR OUT`

use classify::data::read_pair;
use classify::eval::evaluate;
use classify::train::{Options, sentiment};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("needs the folder of labelled texts and the file to write".into());
    };
    let folder = Path::new(&folder);
    let model = sentiment(folder, &Options::default(), &mut |line| eprintln!("{line}"))?;
    std::fs::write(&out, model.to_bytes())?;
    let unseen = folder.join("tweeteval/sentiment");
    let rows = read_pair(&unseen.join("val_text.txt"), &unseen.join("val_labels.txt"))?;
    println!("{}", evaluate(&model, &rows).to_text());
    Ok(())
}
