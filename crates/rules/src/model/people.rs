//! Who works, and who can be called.

use std::collections::BTreeMap;
use std::sync::Arc;

use stage::Micros;

use super::Valid;
use crate::Calendar;
use crate::file::Place;

/// Who can own a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Where its work lies.
    pub queue: String,
    /// Where it sits.
    pub place: Place,
    /// When it works.
    pub calendar: Arc<Calendar>,
    /// How much it works on at once: the sum of the weights of its cases.
    pub capacity: u32,
    /// Languages, as ISO 639-1, and how well the best of the team speaks them, from 1 to 5.
    pub languages: BTreeMap<String, u8>,
    /// What its agents can do, and how well the best of them does, from 1 to 5.
    pub skills: BTreeMap<String, u8>,
    /// Who helps out, by waiting time.
    pub overflow: Vec<Overflow>,
    /// How requirements fall with the waiting time.
    pub relax: Vec<Relax>,
}

/// Who helps out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overflow {
    /// After a case has waited this long, in microseconds of the team's calendar.
    pub after: Micros,
    /// The team that takes it.
    pub to: String,
}

/// A requirement that falls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relax {
    /// After a case has waited this long, in microseconds of the team's calendar.
    pub after: Micros,
    /// Every proficiency asked for is this much lower, but never below 1.
    pub lower_by: u8,
    /// These skills are not asked for any longer.
    pub without: Vec<String>,
}

impl Team {
    /// The skills that are still asked for when a case has waited this long, in microseconds.
    #[must_use]
    pub fn asks(&self, skills: &BTreeMap<String, u8>, waited: Micros) -> BTreeMap<String, u8> {
        let mut asked = skills.clone();
        for relax in self.relax.iter().filter(|relax| relax.after <= waited) {
            asked.retain(|skill, _| !relax.without.contains(skill));
            for level in asked.values_mut() {
                *level = level.saturating_sub(relax.lower_by).max(1);
            }
        }
        asked
    }

    /// Whether somebody in it can do all of this, as well as asked.
    #[must_use]
    pub fn can(&self, skills: &BTreeMap<String, u8>) -> bool {
        skills.iter().all(|(skill, asked)| self.skills.get(skill).is_some_and(|can| can >= asked))
    }
}

/// Somebody who can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// What they are.
    pub role: String,
    /// Ways to reach them, the first one first, as `kind:address`.
    pub reach: Vec<String>,
    /// When they can be called.
    pub calendar: Arc<Calendar>,
    /// From when to when they are there.
    pub valid: Valid,
    /// The day on which somebody last made sure of all this, from its beginning, in microseconds.
    pub confirmed: Micros,
}

/// Whom a step calls: a person, or a duty with those who take turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name of the person or the duty.
    pub name: String,
    /// Who that is, in the order of calling: places in the list of persons.
    pub(crate) on_call: Vec<usize>,
}
