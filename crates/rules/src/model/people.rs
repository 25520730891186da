//! Teams, persons and contacts.

use std::collections::BTreeMap;
use std::sync::Arc;

use stage::{EventTime, TimeDelta};

use super::Validity;
use crate::Calendar;
use crate::calendar::Zone;
use crate::file::TeamLocation;

/// A team, which can own cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The name.
    pub name: String,
    /// The name of its queue.
    pub queue: String,
    /// Whether it belongs to the contact centre.
    pub location: TeamLocation,
    /// Its working hours.
    pub calendar: Arc<Calendar>,
    /// The maximum sum of the weights of its accepted cases.
    pub capacity: u32,
    /// Languages, as ISO 639-1, with the best proficiency in the team, from 1 to 5.
    pub languages: BTreeMap<String, u8>,
    /// Skills with the best proficiency in the team, from 1 to 5.
    pub skills: BTreeMap<String, u8>,
    /// The teams that take over as the waiting time grows.
    pub overflow: Vec<Overflow>,
    /// The requirements that are given up as the waiting time grows.
    pub relax: Vec<RelaxRule>,
}

/// A team that takes over after a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overflow {
    /// After a case has waited this long on the team's calendar.
    pub after: TimeDelta,
    /// The name of the team.
    pub to: String,
}

/// Requirements that are given up after a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelaxRule {
    /// After a case has waited this long on the team's calendar.
    pub after: TimeDelta,
    /// Lowers every required proficiency by this much, but not below 1.
    pub lower_by: u8,
    /// Skills that are no longer required.
    pub without: Vec<String>,
}

impl Team {
    /// The skills that are still required after a wait of `waited` on the calendar.
    #[must_use]
    pub fn required_skills(
        &self,
        skills: &BTreeMap<String, u8>,
        waited: TimeDelta,
    ) -> BTreeMap<String, u8> {
        let mut required = skills.clone();
        // Relaxations add up: every one whose wait has passed applies.
        for relax in self.relax.iter().filter(|relax| relax.after <= waited) {
            required.retain(|skill, _| !relax.without.contains(skill));
            for level in required.values_mut() {
                *level = level.saturating_sub(relax.lower_by).max(1);
            }
        }
        required
    }

    /// Whether the team has all these skills at the required proficiency.
    #[must_use]
    pub fn has_skills(&self, skills: &BTreeMap<String, u8>) -> bool {
        skills.iter().all(|(skill, level)| self.skills.get(skill).is_some_and(|own| own >= level))
    }
}

/// A person whom an escalation can notify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// What records call the person; the name if the rules give no id.
    pub id: String,
    /// The role, as free text.
    pub role: String,
    /// Addresses in order of preference, as `kind:address`.
    pub reach: Vec<String>,
    /// The hours in which the person is on duty.
    pub calendar: Arc<Calendar>,
    /// The period in which the person works here.
    pub validity: Validity,
    /// The beginning, in UTC, of the day on which these data were last confirmed.
    pub confirmed_at: EventTime,
}

impl Person {
    /// The kind of the preferred address, such as `phone`.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.reach.first()?.split_once(':').map(|(kind, _)| kind)
    }
}

/// A contact of a path: a person, or a duty with the persons who share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name of the person or duty.
    pub name: String,
    /// Indices into the persons of the rules, in the order of calling.
    pub(crate) on_call: Vec<usize>,
    /// Moves the order on; `None` if it never changes.
    pub(crate) rotation: Option<Rotation>,
}

/// Persons who take turns: with every hand-over the next one of the list comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The local time at which the turn of the first person began, in microseconds.
    pub(crate) from: i64,
    /// Whole days of local time between two hand-overs.
    pub(crate) every: TimeDelta,
    pub(crate) zone: Zone,
}

impl Rotation {
    /// The number of hand-overs up to `at`; negative before the first turn.
    pub(crate) fn turn(&self, at: EventTime) -> i64 {
        let every = self.every.as_micros().max(1);
        let turn = self.zone.local_at(at).saturating_sub(self.from).div_euclid(every);
        // Where clocks go back over the hand-over, its first occurrence counts: the duty does not
        // return for an hour to the one who has handed it over.
        let next = self.from.saturating_add(every.saturating_mul(turn.saturating_add(1)));
        if at >= self.zone.first_instant_at(next) { turn.saturating_add(1) } else { turn }
    }
}
