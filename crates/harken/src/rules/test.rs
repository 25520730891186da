//! `harken rules test`: each case through the pipeline, by itself.

use std::io::BufReader;

use mention::{Mention, Profile, Routed, author_key, topics};
use platforms::Format;
use stage::memory::Broker;
use stage::{Micros, Taps};

use super::InForce;
use super::cases::{Case, beside};
use super::decided::Decided;
use crate::chain::{self, Chain};
use crate::cli::RulesTestArgs;
use crate::config::{Config, Place};
use crate::embedded::{Edge, Turn, append, drive, take};
use crate::replay::{Line, Lines};
use crate::{Problem, output};

/// How long before the mention a profile is told, in microseconds.
const KNOWN_BEFORE: Micros = 1_000_000;

/// Tries all cases.
pub(super) fn command(args: &RulesTestArgs, config: &Config) -> Result<(), Problem> {
    let mut config = config.clone();
    if let Some(place) = &args.rules {
        config.escalation.rules = Place::of(place);
    }
    let Some(place) = config.escalation.rules.path().map(ToOwned::to_owned) else {
        let what = "find a case: those of the rules built in lie in deploy/rules/northline";
        return Err(Problem::Config(what.to_owned()));
    };
    let rules = InForce::load(&config)?;
    let chain = chain::by(&rules, &config, Taps::Off)?;
    let cases = beside(&place)?;
    let (mut told, mut wrong) = (String::new(), 0);
    for placed in &cases {
        let differences = try_case(&placed.case, &chain, &rules)?;
        if differences.is_empty() {
            continue;
        }
        wrong += 1;
        let name = placed.case.name.get_ref();
        told.push_str(&format!("\n{}: {name}: {}", placed.place, differences.join("; ")));
    }
    match wrong {
        0 => output::text(&format!("{} cases are decided as expected\n", cases.len())),
        _ => {
            let many = cases.len();
            Err(Problem::Config(format!("pass {wrong} of {many} cases{told}")))
        }
    }
}

/// What is decided otherwise than expected.
fn try_case(case: &Case, chain: &Chain, rules: &InForce) -> Result<Vec<String>, Problem> {
    let text = case.mention.to_string();
    let settings = rules.ingest().clone();
    let mut lines = Lines::new(BufReader::new(text.as_bytes()), Format::Canonical, settings);
    let line = lines.read().map_err(|e| Problem::Bug(format!("read a case: {e}")))?;
    let mention = match line {
        Some(Line::Mention(mention)) => mention,
        Some(Line::Refused(_, why)) => return Ok(vec![format!("it is no mention: {why}")]),
        Some(Line::Skipped(_)) | None => return Ok(vec!["it is no mention".to_owned()]),
    };
    let mut once = Once { mention: &mention, case, is_fed: false, routed: Vec::new() };
    drive(chain, &Broker::new(1), &mut once)?;
    let Some(routed) = once.routed.first() else {
        return Ok(vec!["nothing was routed".to_owned()]);
    };
    let differences = case.expect.differences(&Decided::of(routed));
    let told = differences.into_iter();
    Ok(told.map(|(name, expected, is)| format!("{name} is {is}, not {expected}")).collect())
}

/// The two ends of a pipeline through which one mention goes.
struct Once<'a> {
    mention: &'a Mention,
    case: &'a Case,
    is_fed: bool,
    routed: Vec<Routed>,
}

impl Edge for Once<'_> {
    fn turn(&mut self, broker: &Broker) -> Result<Turn, Problem> {
        if self.is_fed {
            self.routed = take(broker, topics::ROUTED)?;
            return Ok(Turn::End);
        }
        self.is_fed = true;
        let Mention { tenant, platform, author, received_at, .. } = self.mention;
        let mut key = Vec::new();
        author_key(tenant, platform, &author.id, &mut key);
        if let Some(customer) = self.case.customer.clone() {
            let profile = Profile {
                tenant: tenant.clone(),
                platform: platform.clone(),
                author_id: author.id.clone(),
                customer,
                ..Profile::default()
            };
            // Known before the mention is heard: at the same time the mention would go first.
            append(broker, topics::PROFILE, received_at - KNOWN_BEFORE, &key, &profile);
        }
        if let Some(mut incident) = self.case.incident.clone() {
            incident.tenant.clone_from(tenant);
            append(
                broker,
                topics::INCIDENT,
                *received_at,
                incident.incident_id.as_bytes(),
                &incident,
            );
        }
        append(broker, topics::RECEIVED, *received_at, &key, self.mention);
        Ok(Turn::More)
    }
}
