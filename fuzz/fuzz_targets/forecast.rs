//! Histories of `harken forecast`. The lines give an error, or a forecast of finite numbers in order and
//! a number of agents, in bounded time.
#![no_main]

use std::path::Path;

use forecast::{BacklogTarget, agents_for_backlog, agents_for_queue, forecast_hours};
use harken::staffing::parse_history;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|history: &str| {
    let Ok(hours) = parse_history(history, Path::new("history.csv")) else { return };
    let forecast = forecast_hours(&hours, 3, &[]);
    assert_eq!(forecast.len(), 3);
    for hour in &forecast {
        assert!(0.0 <= hour.low && hour.low <= hour.mean && hour.mean <= hour.high, "{hour:?}");
        assert!(hour.high.is_finite(), "{hour:?}");
    }
    let staffing = agents_for_queue(forecast[0].mean, 300.0, 60.0, 0.8);
    assert!(staffing.service_level >= 0.8, "{staffing:?}");
    let target = BacklogTarget { handling: 300.0, within_minutes: 60, share: 0.9 };
    let means: Vec<f64> = forecast.iter().map(|hour| hour.mean).collect();
    let (_, share) = agents_for_backlog(&means, &target);
    assert!((0.0..=1.0).contains(&share), "{share}");
});
