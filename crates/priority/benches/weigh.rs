//! What a mention costs in this stage, without the codec: `cargo bench -p priority`.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a measurement")]

use std::hint::black_box;
use std::time::Instant;

use mention::{Customer, Incident, Mention, Scored, Sentiment, Understanding};
use priority::{Config, Incidents, Known, Priority};

const ROUNDS: usize = 200_000;

fn main() {
    let texts = [
        "My internet has been down since 9 this morning and nobody answers the phone, @northline",
        "Can you please call me back about my last bill? I was charged twice and the chat is closed",
        "thanks @northline, the new router is great",
        "Llevo dos días sin internet y nadie responde. ¿Cuándo lo van a arreglar?",
        "Just saw the new northline ad at the station, the one with the lighthouse and the long \
         sentence that never quite ends, and I am still not sure what it wants to sell me or why \
         the lighthouse sings, but the tune is now stuck in my head for the rest of the week",
    ];
    let scored: Vec<Scored> = texts.iter().map(|text| scored(text)).collect();
    let customer = Known::from(Customer {
        customer_id: "c-1".into(),
        tier: "gold".into(),
        matched_by: "handle".into(),
        confidence: 0.9,
        ..Customer::default()
    });
    let mut incidents = Incidents::default();
    for (n, word) in ["leeds", "fibre", "e-sim"].into_iter().enumerate() {
        let incident = Incident {
            tenant: "northline".into(),
            incident_id: format!("i-{n}"),
            words: vec![word.to_owned()],
            points: 20,
            ..Incident::default()
        };
        incidents.put(word.as_bytes(), Some(incident));
    }
    let stage = Priority::new(Config::default());
    for round in 1..=3 {
        let start = Instant::now();
        for n in 0..ROUNDS {
            let scored = &scored[n % scored.len()];
            black_box(stage.urgency(black_box(scored), 1_000_000, Some(&customer), &incidents));
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / ROUNDS as f64;
        println!("round {round}: {each:.2} µs a mention");
    }
}

fn scored(text: &str) -> Scored {
    Scored {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: "1".into(),
            text: text.to_owned(),
            ..Mention::default()
        },
        understanding: Understanding {
            sentiment: Some(Sentiment { negative: 0.8, neutral: 0.15, positive: 0.05 }),
            ..Understanding::default()
        },
        ..Scored::default()
    }
}
