//! Converts the measurements of the stage `metrics` for the metrics registry.

/// Converts a measurement of the stage `metrics` into a sample of the metrics registry.
#[must_use]
pub fn telemetry_sample(sample: reporting::Measurement) -> telemetry::Sample {
    let reporting::Measurement { name, labels, value } = sample;
    let value = match value {
        reporting::MeasuredValue::Counter(number) | reporting::MeasuredValue::Gauge(number) => {
            telemetry::SampleValue::Number(number)
        }
        reporting::MeasuredValue::Histogram { bounds, counts, sum } => {
            telemetry::SampleValue::Histogram { bounds, counts, sum }
        }
    };
    telemetry::Sample { name, labels, value }
}
