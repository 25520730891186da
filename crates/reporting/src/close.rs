//! Closes hours: publishes their reconciliation and removes expired entries.

use stage::{EventTime, Tx};

use crate::config::start_of_hour;
use crate::family::CounterFamily;
use crate::pending::PendingChanges;
use crate::value::HourClock;
use crate::{
    Config, HourCounts, HourWindow, Key, Out, Reconciliation, Reporting, State, Value, language,
};

/// Closes the hours before `first_open_hour` in which records were counted, and advances the clock.
///
/// An hour with late records is closed again together with the next hour, never in between, so that
/// the output does not depend on the boundaries of batches.
pub(crate) fn close_hours(config: &Config, first_open_hour: i64, tx: &mut Tx<'_, Reporting>) {
    let Some(HourClock { first_open_hour: from, partition }) = tx.state().clock else { return };
    if first_open_hour <= from {
        return;
    }
    for (due, tenant, hour) in due_hours(tx.state(), from, first_open_hour) {
        let Some(counts) = tx.state().hours.get(&(tenant.clone(), hour)) else { continue };
        let revision = counts.revision + 1;
        let counts = HourCounts { revision, is_changed: false, ..counts.clone() };
        let (hour_at, closed_at) = (start_of_hour(hour), config.closing_time(due));
        let reconciliation = Reconciliation::of(&counts);
        let window = window(&reconciliation, &tenant, (hour_at, closed_at));
        tx.emit(closed_at, Out::Window(HourWindow { partition, revision, ..window }));
        tx.set(Key::Hour(tenant, hour), Value::Hour(Box::new(counts)));
    }
    // Collect first: the state is borrowed from the transaction that removes the entries.
    let expired = expired(config, tx.state(), first_open_hour);
    let mut pending = PendingChanges::new(config.memory);
    for key in &expired {
        count_unclaimed_labels(key, tx.state(), &mut pending);
    }
    pending.flush(tx);
    for key in expired {
        tx.remove(key);
    }
    tx.set(Key::Clock, Value::Clock(HourClock { first_open_hour, partition }));
}

/// Counts the waiting labels of an expiring case, whose first message never arrived, as of unknown
/// language.
fn count_unclaimed_labels(key: &Key, state: &State, pending: &mut PendingChanges) {
    let Key::Case(id) = key else { return };
    let Some(case) = state.cases.get(id) else { return };
    for label in &case.early_labels {
        pending.increment(
            state,
            &case.tenant,
            (CounterFamily::Labels, *label),
            language::name_of(0),
        );
    }
}

/// Returns the changed hours to close as (first open hour at closing, tenant, hour), in that order.
fn due_hours(state: &State, from: i64, first_open_hour: i64) -> Vec<(i64, String, i64)> {
    let changed = state.hours.iter().filter(|(_, counts)| counts.is_changed);
    let at = changed.map(|((tenant, hour), _)| ((hour + 1).max(from + 1), tenant.clone(), *hour));
    // An hour before `from` was closed already; its late records fall due with hour `from`.
    let mut due: Vec<_> = at.filter(|(due, _, _)| *due <= first_open_hour).collect();
    due.sort();
    due
}

/// Returns the keys of all entries whose retention has passed.
fn expired(config: &Config, state: &State, first_open_hour: i64) -> Vec<Key> {
    let hours = state.hours.keys().filter(|(_, hour)| hour + config.hours <= first_open_hour);
    let cases = state.cases.iter().filter(|(_, case)| {
        let retention = if case.is_resolved { config.hours } else { config.open_hours };
        case.last_active_hour + retention <= first_open_hour
    });
    let hours = hours.map(|(tenant, hour)| Key::Hour(tenant.clone(), *hour));
    let scores = state.scores.keys().filter(|(_, _, hour)| hour + config.hours <= first_open_hour);
    let references = state.references.iter();
    let references =
        references.filter(|(_, scores)| scores.last_hour + config.open_hours <= first_open_hour);
    let demand =
        state.demand.keys().filter(|(_, hour)| hour + config.demand_hours <= first_open_hour);
    hours
        .chain(cases.map(|(id, _)| Key::Case(id.clone())))
        .chain(
            scores.map(|(tenant, model, hour)| Key::Scores(tenant.clone(), model.clone(), *hour)),
        )
        .chain(references.map(|((tenant, model), _)| Key::Reference(tenant.clone(), model.clone())))
        .chain(demand.map(|(tenant, hour)| Key::Demand(tenant.clone(), *hour)))
        .collect()
}

fn window(
    reconciliation: &Reconciliation,
    tenant: &str,
    (hour_at, closed_at): (EventTime, EventTime),
) -> HourWindow {
    HourWindow {
        tenant: tenant.to_owned(),
        partition: 0,
        hour_at,
        revision: 0,
        heard: reconciliation.received,
        reposts: reconciliation.reposts,
        copies: reconciliation.copies,
        redelivered: reconciliation.redelivered,
        own: reconciliation.own,
        withdrawn: reconciliation.withdrawn,
        routed: reconciliation.routed,
        abstained: reconciliation.abstained,
        filtered: reconciliation.filtered,
        rejected: reconciliation.rejected,
        difference: reconciliation.difference(),
        closed_at,
    }
}
