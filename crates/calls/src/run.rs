//! One record or tick: calls a contact, lets a case wait, fires timers, keeps the state bounded.

use std::collections::BTreeSet;

use mention::{Call, CalledCase, Cause, Raised};
use stage::{EventTime, TimeDelta, Tx, WallTime};

use crate::Calls;
use crate::config::Config;
use crate::contact::{Contact, Waiting};
use crate::state::{ContactKey, Key, Value, WaitingCase};
use crate::topics::{Out, called_case};

/// The most cases that a call lists.
const MAX_CASES: usize = 50;
/// The most bytes of the list, so that a call stays below [`mention::admission::MAX_REST`].
const MAX_LIST_BYTES: usize = 48 * 1024;
/// A call whose record is written this much after its time is late: the process was down.
const LATE_AFTER: TimeDelta = TimeDelta::MINUTE.times(5);

/// The work on one record, or on one tick of the loop.
pub(crate) struct Run<'a, 'tx, 's> {
    pub(crate) config: &'a Config,
    /// The wall clock: only marks late calls.
    pub(crate) wall: WallTime,
    pub(crate) tx: &'tx mut Tx<'s, Calls>,
}

impl Run<'_, '_, '_> {
    /// Makes every call that is due by `until`, and forgets the contacts that nothing limits any more.
    pub(crate) fn fire_due_timers(&mut self, until: EventTime) {
        while let Some((at, key)) = self.tx.state().first_timer_until(until) {
            let Some(contact) = self.tx.state().contact(&key).cloned() else { return };
            let Some(waiting) = contact.waiting else {
                self.tx.remove(Key::Contact(key));
                continue;
            };
            // The settings may have changed since the call began to wait.
            let due_at = contact.next_call_at(&self.waiting_paths(&key), at, self.config);
            if due_at > at {
                let waiting = Some(Waiting { due_at, ..waiting });
                self.set_contact(key, Contact { waiting, ..contact });
            } else {
                self.call_about_waiting(key, contact, at);
            }
        }
    }

    /// Calls the contact of an escalation, or lets the case wait.
    pub(crate) fn process_raised(&mut self, raised: Raised, time: EventTime) {
        let key = ContactKey { tenant: raised.tenant.clone(), callee: raised.callee().to_owned() };
        let case = called_case(raised);
        let mut contact = self.tx.state().contact(&key).cloned().unwrap_or_default();
        let time = contact.advance(time);
        let paths = BTreeSet::from([case.path.clone()]);
        // Behind a call that waits, so that the contact is called once about both.
        let is_free =
            contact.waiting.is_none() && contact.next_call_at(&paths, time, self.config) == time;
        if is_free {
            self.call(key.clone(), contact, vec![case], time);
        } else {
            self.hold(key.clone(), contact, case, time);
        }
        self.evict_contacts(&key, time);
    }

    /// Adds a case to the call that waits.
    fn hold(&mut self, key: ContactKey, mut contact: Contact, case: CalledCase, time: EventTime) {
        let new = Waiting { held_at: time, due_at: time, unlisted: 0 };
        let mut waiting = contact.waiting.unwrap_or(new);
        let before = self.tx.state().waiting_case(&key, &case.case_id).cloned();
        let listed = self.tx.state().waiting_cases(&key).count();
        let bytes: usize = self.tx.state().waiting_cases(&key).map(WaitingCase::bytes).sum();
        let number = before.as_ref().map_or(listed as u32, |before| before.number);
        let waiting_case = WaitingCase { number, case };
        let freed = before.as_ref().map_or(0, WaitingCase::bytes);
        let fits = bytes - freed + waiting_case.bytes() <= MAX_LIST_BYTES;
        let has_place = before.is_some() || listed < MAX_CASES;
        let is_full = self.tx.state().case_count() >= self.config.memory.cases_most;
        if fits && has_place && (before.is_some() || !is_full) {
            let case_id = waiting_case.case.case_id.clone();
            self.tx.set(Key::Case(key.clone(), case_id), Value::Case(Box::new(waiting_case)));
        } else if before.is_none() {
            // A listed case whose last escalation does not fit stays with the one before.
            waiting.unlisted = waiting.unlisted.saturating_add(1);
            if fits && has_place {
                self.tx.count_evictions("cases", 1);
            }
        }
        waiting.due_at = contact.next_call_at(&self.waiting_paths(&key), time, self.config);
        contact.waiting = Some(waiting);
        self.set_contact(key, contact);
    }

    /// Makes the call that waits.
    fn call_about_waiting(&mut self, key: ContactKey, contact: Contact, at: EventTime) {
        let mut listed: Vec<WaitingCase> = self.tx.state().waiting_cases(&key).cloned().collect();
        listed.sort_by_key(|waiting| waiting.number);
        for WaitingCase { case, .. } in &listed {
            self.tx.remove(Key::Case(key.clone(), case.case_id.clone()));
        }
        let cases = listed.into_iter().map(|waiting| waiting.case).collect();
        self.call(key, contact, cases, at);
    }

    fn call(
        &mut self,
        key: ContactKey,
        mut contact: Contact,
        cases: Vec<CalledCase>,
        at: EventTime,
    ) {
        let waiting = contact.waiting.take();
        let paths: BTreeSet<String> = cases.iter().map(|case| case.path.clone()).collect();
        contact.record_call(at, &paths, self.config);
        let unlisted = waiting.map_or(0, |waiting| waiting.unlisted);
        let count = (cases.len() as u64).saturating_add(unlisted);
        let call = Call {
            tenant: key.tenant.clone(),
            contact: cases.first().map_or(&key.callee, |case| &case.contact).clone(),
            callee: key.callee.clone(),
            paths: paths.into_iter().collect(),
            called_at: at,
            count: i64::try_from(count).unwrap_or(i64::MAX),
            is_summary: count > 1,
            explanation: explanation(&cases, count),
            cases,
            held_at: waiting.map(|waiting| waiting.held_at),
            calls_left: contact.calls_left(self.config) as i64,
            is_late: self.wall.as_event_time() - at > LATE_AFTER,
        };
        self.set_contact(key, contact);
        self.tx.emit(at, Out::Call(Box::new(call)));
    }

    /// Forgets contacts while there are more than the state may hold. Cases that wait for one are not
    /// lost: it is called at once.
    fn evict_contacts(&mut self, kept: &ContactKey, time: EventTime) {
        while self.tx.state().contact_count() > self.config.memory.contacts_most {
            let Some(key) = self.tx.state().least_needed(kept) else { return };
            let contact = self.tx.state().contact(&key).cloned().unwrap_or_default();
            if contact.waiting.is_some() {
                self.call_about_waiting(key.clone(), contact, time);
            }
            self.tx.evict("contacts", Key::Contact(key));
        }
    }

    /// The paths of the listed cases of a contact.
    fn waiting_paths(&self, key: &ContactKey) -> BTreeSet<String> {
        self.tx.state().waiting_cases(key).map(|waiting| waiting.case.path.clone()).collect()
    }

    fn set_contact(&mut self, key: ContactKey, contact: Contact) {
        self.tx.set(Key::Contact(key), Value::Contact(Box::new(contact)));
    }
}

/// "37 cases past their target"; of a single case, its own explanation.
fn explanation(cases: &[CalledCase], count: u64) -> String {
    if let ([case], 1) = (cases, count) {
        return case.explanation.clone();
    }
    let foreseen = cases.iter().any(|case| case.cause == Cause::Foreseen);
    let end = if foreseen { " or about to miss it" } else { "" };
    let (noun, their) = if count == 1 { ("case", "its") } else { ("cases", "their") };
    format!("{count} {noun} past {their} target{end}")
}
