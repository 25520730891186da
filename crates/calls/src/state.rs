//! The state of one partition: contacts, the cases that wait for their call, and timers.

use std::collections::{BTreeMap, BTreeSet};

use mention::CalledCase;
use stage::{EventTime, KeyedState, Malformed};

use crate::contact::Contact;

/// Identifies a contact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContactKey {
    /// The tenant.
    pub tenant: String,
    /// The id of the person; the name of the contact if nobody is on call.
    pub callee: String,
}

/// The key of a changelog entry. Cases are entries of their own: a storm would otherwise write the whole
/// list of a contact again for each escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A contact.
    Contact(ContactKey),
    /// A case that waits for the next call of the contact, by its id.
    Case(ContactKey, String),
}

/// The value of a changelog entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The value of [`Key::Contact`].
    Contact(Box<Contact>),
    /// The value of [`Key::Case`].
    Case(Box<WaitingCase>),
}

/// A case that waits for a call.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingCase {
    /// Its position in the list of the contact, from 0.
    pub(crate) number: u32,
    /// What the call says about it.
    pub(crate) case: CalledCase,
}

impl WaitingCase {
    /// The bytes that the case takes in the record of a call, whose `paths` may repeat its path.
    pub(crate) fn bytes(&self) -> usize {
        /// More than the numbers and the lengths of the texts take.
        const NUMBERS: usize = 64;
        let CalledCase {
            case_id,
            platform,
            author_id,
            mention_id,
            owner,
            path,
            explanation,
            contact,
            ..
        } = &self.case;
        let texts =
            [case_id, platform, author_id, mention_id, owner, path, path, explanation, contact];
        texts.map(String::len).iter().sum::<usize>() + NUMBERS
    }
}

/// The state of one partition.
#[derive(Debug, Default)]
pub struct State {
    contacts: BTreeMap<ContactKey, Contact>,
    cases: BTreeMap<ContactKey, BTreeMap<String, WaitingCase>>,
    case_count: usize,
    /// The timers of contacts with a waiting call.
    due: BTreeSet<(EventTime, ContactKey)>,
    /// The timers of all others, at which they are forgotten.
    expiring: BTreeSet<(EventTime, ContactKey)>,
}

impl State {
    pub(crate) fn contact(&self, key: &ContactKey) -> Option<&Contact> {
        self.contacts.get(key)
    }

    /// The number of contacts.
    #[must_use]
    pub fn contact_count(&self) -> usize {
        self.contacts.len()
    }

    /// The number of listed cases of all contacts.
    #[must_use]
    pub fn case_count(&self) -> usize {
        self.case_count
    }

    pub(crate) fn waiting_case(&self, key: &ContactKey, case_id: &str) -> Option<&WaitingCase> {
        self.cases.get(key)?.get(case_id)
    }

    /// The listed cases of a contact, in the order of their ids.
    pub(crate) fn waiting_cases(&self, key: &ContactKey) -> impl Iterator<Item = &WaitingCase> {
        self.cases.get(key).into_iter().flat_map(BTreeMap::values)
    }

    /// The contact with the earliest timer, if it is due by `until`. Ties go to the smaller key.
    pub(crate) fn first_timer_until(&self, until: EventTime) -> Option<(EventTime, ContactKey)> {
        let first = [self.due.first(), self.expiring.first()].into_iter().flatten().min();
        first.filter(|(at, _)| *at <= until).cloned()
    }

    /// The contact that a full store gives up, but for `kept`: the one called longest ago; if cases wait
    /// for every one, the one that is due first.
    pub(crate) fn least_needed(&self, kept: &ContactKey) -> Option<ContactKey> {
        let mut candidates = self.expiring.iter().chain(&self.due).map(|(_, key)| key);
        candidates.find(|key| *key != kept).cloned()
    }

    fn set_contact(&mut self, key: ContactKey, contact: Option<Contact>) {
        let previous = match &contact {
            Some(contact) => self.contacts.insert(key.clone(), contact.clone()),
            None => self.contacts.remove(&key),
        };
        // Both sets change with the contact, or an old timer would fire again.
        if let Some(previous) = previous {
            self.timers_of(&previous).remove(&(previous.timer(), key.clone()));
        }
        if let Some(contact) = contact {
            self.timers_of(&contact).insert((contact.timer(), key));
        }
    }

    fn timers_of(&mut self, contact: &Contact) -> &mut BTreeSet<(EventTime, ContactKey)> {
        match contact.waiting {
            Some(_) => &mut self.due,
            None => &mut self.expiring,
        }
    }

    fn set_case(&mut self, key: ContactKey, case_id: String, case: Option<WaitingCase>) {
        match case {
            Some(case) => {
                let cases = self.cases.entry(key).or_default();
                self.case_count += usize::from(cases.insert(case_id, case).is_none());
            }
            None => {
                let Some(cases) = self.cases.get_mut(&key) else { return };
                self.case_count -= usize::from(cases.remove(&case_id).is_some());
                if cases.is_empty() {
                    self.cases.remove(&key);
                }
            }
        }
    }
}

impl KeyedState for State {
    const STAGE: &'static str = "calls";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) -> Result<(), Malformed> {
        match (key, value) {
            (Key::Contact(key), Some(Value::Contact(contact))) => {
                self.set_contact(key, Some(*contact));
            }
            (Key::Contact(key), None) => self.set_contact(key, None),
            (Key::Case(key, case_id), Some(Value::Case(case))) => {
                self.set_case(key, case_id, Some(*case));
            }
            (Key::Case(key, case_id), None) => self.set_case(key, case_id, None),
            (_, Some(_)) => return Err(Malformed::WrongValue),
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.contacts.len() + self.case_count
    }
}
