//! `harken audit compare`: where a shadow has decided otherwise than the deployment beside it.
//!
//! Compared is what both have heard: the mentions received from the first one the shadow decided
//! about to the last one. A shadow that began later has not seen the cases before it.

use kafka::{Settings, peek};
use mention::codec::{self, Fact};
use mention::{Filtered, Routed, topics};
use stage::{Fault, Micros, Topic};

use crate::config::Config;
use crate::rules::difference::{Day, told};
use crate::{Problem, output, run};

/// Compares.
///
/// # Errors
/// [`Problem::Config`] when it is not said what is shadowed, [`Problem::Unavailable`] when the
/// cluster cannot be read, [`Problem::Usage`] when the shadow has decided nothing.
pub(super) fn command(config: &Config) -> Result<(), Problem> {
    let shadow = run::settings(config, None)?;
    let Some(prefix) = shadow.shadow_of.clone() else {
        let what = "compare a shadow: kafka.shadow_of is empty, set it to the prefix of the \
                    deployment it decides beside";
        return Err(Problem::Config(what.to_owned()));
    };
    let live = Settings { prefix, shadow_of: None, ..shadow.clone() };
    kafka::admin::partitions(&shadow, config.kafka.timeout.0).map_err(unavailable)?;
    let mut span = None::<(Micros, Micros)>;
    let is = day(&shadow, &mut |at| {
        let (first, last) = span.unwrap_or((at, at));
        span = Some((first.min(at), last.max(at)));
        true
    })?;
    let Some((first, last)) = span else {
        let topic = shadow.topic(topics::ROUTED);
        return Err(Problem::Usage(format!("find a decision of the shadow on {topic}")));
    };
    let was = day(&live, &mut |at| (first..=last).contains(&at))?;
    output::text(&told(&was, &is))
}

/// What a deployment has decided about mentions received when `takes` says so.
fn day(settings: &Settings, takes: &mut dyn FnMut(Micros) -> bool) -> Result<Day, Problem> {
    let mut day = Day::default();
    each::<Routed>(settings, topics::ROUTED, &mut |routed| {
        if takes(routed.mention.received_at) {
            day.hear(routed);
        }
    })?;
    each::<Filtered>(settings, topics::FILTERED, &mut |filtered| {
        day.filtered += usize::from(takes(filtered.received_at));
    })?;
    Ok(day)
}

/// Reads a topic to its end as of now; what is no record of it is left to `harken read` to tell.
fn each<T: Fact>(
    settings: &Settings,
    topic: Topic,
    take: &mut dyn FnMut(T),
) -> Result<(), Problem> {
    let mut each = |record: peek::Peeked| {
        if let Some(fact) = record.value.and_then(|value| codec::read::<T>(&value).ok()) {
            take(fact);
        }
    };
    peek::read(settings, &settings.topic(topic), &mut each).map_err(unavailable)
}

fn unavailable(fault: Fault) -> Problem {
    Problem::Unavailable(fault.message)
}
