//! CPU time and memory of the process, read from `/proc/self` on Linux.

use prometheus::proto::MetricFamily;

use crate::samples::{SampleValue, family, metric};
use crate::table;

/// Gathers CPU time and memory. Returns nothing on systems without `/proc`.
pub(crate) fn gather() -> Vec<MetricFamily> {
    let values = [
        ("process_cpu_seconds_total", cpu_seconds()),
        ("process_resident_memory_bytes", resident_bytes()),
    ];
    let families = values.into_iter().filter_map(|(name, value)| {
        let spec = table::find(name)?;
        Some(family(spec, vec![metric(spec, &[], &SampleValue::Number(value?))]))
    });
    families.collect()
}

fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let ticks = cpu_ticks(&stat)?;
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn resident_bytes() -> Option<f64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    // The second field of `statm` is the resident set size, in pages.
    let pages: u64 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages as f64 * rustix::param::page_size() as f64)
}

/// Sums user and system time, in clock ticks: fields 14 (`utime`) and 15 (`stime`) of
/// `/proc/[pid]/stat`, see proc(5).
fn cpu_ticks(stat: &str) -> Option<u64> {
    // Field 2, the program name in parentheses, may itself contain spaces and parentheses, so split
    // at the last `)`. The remainder starts with field 3.
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
    fn cpu_time_is_parsed_after_any_program_name() {
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
    fn cpu_time_and_memory_of_this_process_are_read() {
        assert!(resident_bytes().unwrap() > 1e5);
        assert!(cpu_seconds().unwrap() >= 0.0);
    }
}
