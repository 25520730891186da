//! Closing hours: their books are written, and what is no longer kept is forgotten.

use stage::{Micros, Tx};

use crate::draft::Draft;
use crate::family::Family;
use crate::settings::HOUR;
use crate::value::Clock;
use crate::{Balance, Hour, Key, Metrics, Out, Settings, State, Value, Window, language};

/// Closes the hours before `tick` in which something was counted.
///
/// An hour whose facts came late is closed again with the next hour, never in between, so that
/// what is written does not depend on how the facts are cut into batches.
pub(crate) fn close(settings: &Settings, tick: i64, tx: &mut Tx<'_, Metrics>) {
    let Some(Clock { tick: from, partition }) = tx.state().clock else { return };
    if tick <= from {
        return;
    }
    for (due, tenant, hour) in due(tx.state(), from, tick) {
        let Some(counts) = tx.state().hours.get(&(tenant.clone(), hour)) else { continue };
        let revision = counts.revision + 1;
        let counts = Hour { revision, is_changed: false, ..counts.clone() };
        let (hour_at, closed_at) = (hour * HOUR, settings.time_of(due));
        let balance = Balance::of(&counts);
        let window = window(&balance, &tenant, (hour_at, closed_at));
        tx.emit(Out::Window(Window { partition, revision, ..window }));
        tx.set(Key::Hour(tenant, hour), Value::Hour(Box::new(counts)));
    }
    let expired = expired(settings, tx.state(), tick);
    let mut draft = Draft::default();
    for key in &expired {
        unclaimed(key, tx.state(), &mut draft);
    }
    draft.flush(tx);
    for key in expired {
        tx.remove(key);
    }
    tx.set(Key::Clock, Value::Clock(Clock { tick, partition }));
}

/// Labels of a case of which no message was ever seen are of no known language.
fn unclaimed(key: &Key, state: &State, draft: &mut Draft) {
    let Key::Case(id) = key else { return };
    let Some(case) = state.cases.get(id) else { return };
    for place in &case.early_labels {
        draft.add(state, &case.tenant, (Family::Labels, *place), language::name(0));
    }
}

/// The hours to be closed, in the order in which they fall due.
fn due(state: &State, from: i64, tick: i64) -> Vec<(i64, String, i64)> {
    let changed = state.hours.iter().filter(|(_, counts)| counts.is_changed);
    let at = changed.map(|((tenant, hour), _)| ((hour + 1).max(from + 1), tenant.clone(), *hour));
    let mut due: Vec<_> = at.filter(|(due, _, _)| *due <= tick).collect();
    due.sort();
    due
}

fn expired(settings: &Settings, state: &State, tick: i64) -> Vec<Key> {
    let hours = state.hours.keys().filter(|(_, hour)| hour + settings.hours <= tick);
    let cases = state.cases.iter().filter(|(_, case)| {
        let kept = if case.is_resolved { settings.hours } else { settings.open_hours };
        case.tick + kept <= tick
    });
    let hours = hours.map(|(tenant, hour)| Key::Hour(tenant.clone(), *hour));
    let scores = state.scores.keys().filter(|(_, _, hour)| hour + settings.hours <= tick);
    let references = state.references.iter();
    let references = references.filter(|(_, kept)| kept.last + settings.open_hours <= tick);
    let demand = state.demand.keys().filter(|(_, hour)| hour + settings.demand_hours <= tick);
    hours
        .chain(cases.map(|(id, _)| Key::Case(id.clone())))
        .chain(
            scores.map(|(tenant, model, hour)| Key::Scores(tenant.clone(), model.clone(), *hour)),
        )
        .chain(references.map(|((tenant, model), _)| Key::Reference(tenant.clone(), model.clone())))
        .chain(demand.map(|(tenant, hour)| Key::Demand(tenant.clone(), *hour)))
        .collect()
}

fn window(balance: &Balance, tenant: &str, (hour_at, closed_at): (Micros, Micros)) -> Window {
    Window {
        tenant: tenant.to_owned(),
        partition: 0,
        hour_at,
        revision: 0,
        heard: balance.heard,
        reposts: balance.reposts,
        copies: balance.copies,
        redelivered: balance.redelivered,
        own: balance.own,
        withdrawn: balance.withdrawn,
        routed: balance.routed,
        abstained: balance.abstained,
        filtered: balance.filtered,
        rejected: balance.rejected,
        difference: balance.difference(),
        closed_at,
    }
}
