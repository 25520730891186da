//! What the operating system says of the process: `/proc/self`, where there is one.

use prometheus::proto::MetricFamily;

use crate::exports::{Reading, family, metric};
use crate::table;

/// CPU time and memory; nothing on systems without `/proc`.
pub(crate) fn gather() -> Vec<MetricFamily> {
    let readings = [
        ("process_cpu_seconds_total", cpu_seconds()),
        ("process_resident_memory_bytes", resident_bytes()),
    ];
    let known = readings.into_iter().filter_map(|(name, reading)| {
        let row = table::find(name)?;
        Some(family(row, vec![metric(row, &[], &Reading::Number(reading?))]))
    });
    known.collect()
}

fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let ticks = cpu_ticks(&stat)?;
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn resident_bytes() -> Option<f64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages as f64 * rustix::param::page_size() as f64)
}

/// User and system time, in clock ticks: fields 14 and 15 of proc(5). The name of the program,
/// field 2, stands in brackets and may hold anything, brackets and blanks too.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_found_behind_any_program_name() {
        let cases = [
            ("7 (harken) S 1 7 7 0 -1 4194560 9 0 0 0 250 50 0 0 20", Some(300)),
            ("7 (a) b (c)) S 1 7 7 0 -1 4194560 9 0 0 0 1 2 0 0 20", Some(3)),
            ("7 (harken) S 1", None),
            ("", None),
        ];
        for (stat, ticks) in cases {
            assert_eq!(cpu_ticks(stat), ticks, "{stat}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_uses_memory() {
        assert!(resident_bytes().unwrap() > 1e5);
        assert!(cpu_seconds().unwrap() >= 0.0);
    }
}
