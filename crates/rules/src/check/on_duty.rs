//! Holes in the duty plan: times at which a clock runs and nobody of a contact is on duty.

use std::collections::BTreeSet;
use std::sync::Arc;

use stage::{EventTime, TimeDelta};

use crate::calendar::Zone;
use crate::file::SpannedText;
use crate::merged::MergedFiles;
use crate::problem::{InFile, ProblemList};
use crate::{Calendar, Rules};

/// How far ahead duty is compared with the clocks.
const DAYS: i64 = 28;

/// A time without anybody on duty.
type Gap = (EventTime, EventTime);

/// Reports every contact of a path that nobody stands in for, with the first hole after `on`.
pub(crate) fn on_duty(
    files: &MergedFiles,
    rules: &Rules,
    on: EventTime,
    problems: &mut ProblemList<'_>,
) {
    let calendars = clock_calendars(rules);
    let mut seen = BTreeSet::new();
    for (InFile { file, entry }, path) in files.paths.iter().zip(&rules.paths) {
        // The contact for the time outside office hours must be on duty when the others are not.
        let fallback = path.off_hours.as_ref().map(|off_hours| off_hours.call.as_str());
        for step in &entry.steps {
            let name = step.call.get_ref().as_str();
            if !seen.insert(name) {
                continue;
            }
            let gaps = gaps(rules, [Some(name), fallback], on, &calendars);
            let Some(hole) = describe(&gaps, &zone_of(files, name)) else { continue };
            let what = format!("nobody of \"{name}\" is on duty {hole}, while a clock can run");
            let remedy = "put a person on duty, or write off_hours for the path";
            problems.warning(*file, &step.call, what, remedy);
        }
    }
}

/// The calendars of the clocks, each once.
fn clock_calendars(rules: &Rules) -> Vec<Arc<Calendar>> {
    let mut calendars: Vec<Arc<Calendar>> = Vec::new();
    for targets in rules.policies.iter().flat_map(|policy| &policy.level_targets) {
        if !calendars.iter().any(|known| Arc::ptr_eq(known, &targets.calendar)) {
            calendars.push(Arc::clone(&targets.calendar));
        }
    }
    calendars
}

/// The holes of the coming days in which a calendar is open and none of the contacts is on duty.
fn gaps(
    rules: &Rules,
    contacts: [Option<&str>; 2],
    on: EventTime,
    calendars: &[Arc<Calendar>],
) -> Vec<Gap> {
    let (mut at, end, mut gaps) = (on, on + DAYS * TimeDelta::DAY, Vec::new());
    let next = |at| contacts.into_iter().flatten().filter_map(|c| rules.next_duty(c, at)).min();
    while at < end {
        // Without any further duty, the stale entries say so.
        let Some(begins) = next(at) else { break };
        let is_open = |calendar: &Arc<Calendar>| calendar.elapsed(at, begins) > TimeDelta::ZERO;
        if begins > at && calendars.iter().any(is_open) {
            gaps.push((at, begins.min(end)));
        }
        let ends = contacts.into_iter().flatten().map(|c| rules.duty_ends(c, begins)).max();
        at = ends.unwrap_or(end).max(begins + TimeDelta::MINUTE);
    }
    gaps
}

/// "daily from 02:00 to 06:00 (Europe/Zurich)"; `None` without a hole.
fn describe(gaps: &[Gap], (zone_name, zone): &(String, Zone)) -> Option<String> {
    let local = |at| {
        let local = jiff::Timestamp::from_microsecond(zone.local_at(at)).ok()?;
        Some(local.to_zoned(jiff::tz::TimeZone::UTC).datetime())
    };
    let (from, to) = *gaps.first()?;
    let times = |(from, to)| Some((local(from)?.time(), local(to)?.time()));
    // The first or last hole may be cut.
    let whole = gaps.get(1..gaps.len().saturating_sub(1)).unwrap_or_default();
    let is_daily = whole.len() as i64 >= DAYS - 3
        && whole.windows(2).all(|pair| times(pair[0]) == times(pair[1]));
    if is_daily {
        let (from, to) = times(*whole.first()?)?;
        return Some(format!(
            "daily from {} to {} ({zone_name})",
            from.strftime("%H:%M"),
            to.strftime("%H:%M")
        ));
    }
    let (from, to) = (local(from)?, local(to)?);
    let more = match gaps.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more times within {DAYS} days"),
    };
    let [from, to] = [from, to].map(|at| at.strftime("%Y-%m-%d %H:%M").to_string());
    Some(format!("from {from} to {to} ({zone_name}){more}"))
}

/// The zone of the first person of a contact who has a calendar; the zone of the rules without one.
fn zone_of(files: &MergedFiles, name: &str) -> (String, Zone) {
    let duty = files.duties.iter().find(|duty| duty.entry.name.get_ref() == name);
    let names: Vec<&str> = match duty {
        Some(duty) => duty.entry.on_call.iter().map(|name| name.get_ref().as_str()).collect(),
        None => vec![name],
    };
    let person = |name: &&str| files.persons.iter().find(|p| p.entry.name.get_ref() == *name);
    let calendars = names.iter().filter_map(person).filter_map(|p| p.entry.calendar.as_ref());
    let zone = |calendar: &SpannedText| {
        let written = files.calendars.iter();
        let mut named = written.filter(|c| c.entry.name.get_ref() == calendar.get_ref());
        named.next().map(|calendar| calendar.entry.zone.get_ref().clone())
    };
    let of_rules = || files.zone.as_ref().map(|zone| zone.entry.get_ref().clone());
    let name = calendars.filter_map(zone).next().or_else(of_rules);
    let name = name.unwrap_or_else(|| "UTC".to_owned());
    let zone = crate::calendar::whole_zone(&name).unwrap_or_else(Zone::utc);
    (name, zone)
}
