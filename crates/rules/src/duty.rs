//! Who is on duty: the persons behind a contact of an escalation path, by dates of employment,
//! calendar and rotation.
//!
//! A person is on duty within the dates of employment while the calendar is open. Of a duty, all its
//! persons who are on duty can be reached; a rotation moves the order of calling. Must not know: cases,
//! clocks, the wall clock.

use stage::{EventTime, TimeDelta};

use crate::{Contact, Person, Rules};

/// The most stretches of duty that [`Rules::duty_due`] adds up: more than a year of three shifts a day.
const MAX_STRETCHES: usize = 1_200;

impl Person {
    /// Whether the person is on duty at `at`.
    #[must_use]
    pub fn is_on_duty(&self, at: EventTime) -> bool {
        self.validity.contains(at) && self.calendar.is_open(at)
    }

    /// The first instant from `at` on at which the person is on duty; `None` if there is none.
    fn next_duty(&self, at: EventTime) -> Option<EventTime> {
        let opens = self.calendar.next_opening(at.max(self.validity.from));
        self.is_on_duty(opens).then_some(opens)
    }

    /// The end of the stretch of duty that contains `at`.
    fn duty_ends(&self, at: EventTime) -> EventTime {
        self.calendar.next_closing(at).min(self.validity.until)
    }
}

impl Rules {
    /// The persons of a contact who are on duty at `at`, in the order of calling.
    #[must_use]
    pub fn on_duty(&self, name: &str, at: EventTime) -> Vec<&Person> {
        let Some(contact) = self.contact(name) else { return Vec::new() };
        let count = contact.on_call.len();
        let turn = contact.rotation.as_ref().map_or(0, |rotation| rotation.turn(at));
        let first = usize::try_from(turn.rem_euclid(count.max(1) as i64)).unwrap_or(0);
        let order = (0..count).filter_map(|place| contact.on_call.get((first + place) % count));
        let persons = order.filter_map(|index| self.persons.get(*index));
        persons.filter(|person| person.is_on_duty(at)).collect()
    }

    /// The first instant from `at` on at which anybody of the contact is on duty; `None` if there is
    /// none.
    #[must_use]
    pub fn next_duty(&self, name: &str, at: EventTime) -> Option<EventTime> {
        self.persons_of(name).filter_map(|person| person.next_duty(at)).min()
    }

    /// The instant at which the contact has been on duty for `delay` since `from`; `from + delay` if
    /// that never happens.
    #[must_use]
    pub fn duty_due(&self, name: &str, from: EventTime, delay: TimeDelta) -> EventTime {
        let (mut at, mut left) = (from, delay);
        for _ in 0..MAX_STRETCHES {
            let Some(begins) = self.next_duty(name, at) else { break };
            let ends = self.duty_ends(name, begins);
            if left < ends - begins {
                return begins + left;
            }
            (at, left) = (ends, left - (ends - begins));
        }
        from + delay
    }

    /// The end of the longest stretch of duty of a person of the contact that contains `at`; `at` if
    /// nobody is on duty.
    pub(crate) fn duty_ends(&self, name: &str, at: EventTime) -> EventTime {
        let on_duty = self.persons_of(name).filter(|person| person.is_on_duty(at));
        on_duty.map(|person| person.duty_ends(at)).max().unwrap_or(at)
    }

    /// Whether nobody of the contact is on duty at `at` or later.
    pub(crate) fn is_never_on_duty(&self, name: &str, at: EventTime) -> bool {
        self.next_duty(name, at).is_none()
    }

    fn contact(&self, name: &str) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.name == name)
    }

    fn persons_of(&self, name: &str) -> impl Iterator<Item = &Person> {
        let indices = self.contact(name).map_or(&[][..], |contact| &contact.on_call);
        indices.iter().filter_map(|index| self.persons.get(*index))
    }
}

#[cfg(test)]
mod tests;
