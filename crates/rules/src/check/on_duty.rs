//! Holes in the duty plan: times at which a clock runs and nobody of a contact is on duty.

use std::collections::BTreeSet;

use mention::{Clock, Level};
use stage::{EventTime, TimeDelta};

use crate::calendar::Zone;
use crate::file::SpannedText;
use crate::merged::MergedFiles;
use crate::problem::{InFile, ProblemList};
use crate::{Calendar, EscalationPath, Rules};

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
    let mut reported = BTreeSet::new();
    for (InFile { file, entry }, path) in files.paths.iter().zip(&rules.paths) {
        for step in &entry.steps {
            let name = step.call.get_ref().as_str();
            if reported.contains(name) {
                continue;
            }
            let gaps = gaps_of_step(rules, path, name, on);
            let Some(hole) = describe(&gaps, &zone_of(files, name)) else { continue };
            reported.insert(name);
            let what = format!("nobody of \"{name}\" is on duty {hole}, while a clock can run");
            let remedy = "put a person on duty, or write off_hours for the path";
            problems.warning(*file, &step.call, what, remedy);
        }
    }
}

/// The holes of a contact of a path, for the first level and clock that has any.
fn gaps_of_step(rules: &Rules, path: &EscalationPath, name: &str, on: EventTime) -> Vec<Gap> {
    const CLOCKS: [Clock; 3] = [Clock::Acknowledge, Clock::Respond, Clock::Resolve];
    for level in [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5] {
        for clock in CLOCKS {
            // The contact for off hours must be on duty when the others are not.
            let fallback = path.off_hours(level, clock).map(|off_hours| off_hours.call.as_str());
            let calendars = clock_calendars(rules, level, clock);
            let gaps = gaps(rules, [Some(name), fallback], on, &calendars);
            if !gaps.is_empty() {
                return gaps;
            }
        }
    }
    Vec::new()
}

/// The calendars by which a clock of a level runs, each once.
fn clock_calendars(rules: &Rules, level: Level, clock: Clock) -> Vec<&Calendar> {
    let mut calendars: Vec<&Calendar> = Vec::new();
    for targets in rules.policies.iter().map(|policy| policy.targets(level)) {
        let target = match clock {
            Clock::Acknowledge => targets.acknowledge,
            Clock::Respond => targets.respond,
            Clock::Resolve => targets.resolve,
        };
        if target.is_some()
            && !calendars.iter().any(|known| known.name() == targets.calendar.name())
        {
            calendars.push(targets.calendar);
        }
    }
    calendars
}

/// The holes of the coming days in which a calendar is open and none of the contacts is on duty.
fn gaps(
    rules: &Rules,
    contacts: [Option<&str>; 2],
    on: EventTime,
    calendars: &[&Calendar],
) -> Vec<Gap> {
    let (mut at, end, mut gaps) = (on, on + DAYS * TimeDelta::DAY, Vec::new());
    let contacts = || contacts.into_iter().flatten();
    while at < end {
        // Without any further duty, the stale entries say so.
        let Some(begins) = contacts().filter_map(|c| rules.next_duty(c, at)).min() else { break };
        let is_open = |calendar: &&Calendar| calendar.elapsed(at, begins) > TimeDelta::ZERO;
        if begins > at && calendars.iter().any(is_open) {
            gaps.push((at, begins.min(end)));
        }
        let ends = contacts().map(|contact| rules.duty_ends(contact, begins)).max();
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
