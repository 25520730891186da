//! `harken rules test`: runs each test case through the pipeline, in isolation.

use std::io::BufReader;

use mention::{Mention, Profile, Routed, author_key, topics};
use platforms::PayloadFormat;
use stage::memory::MemoryBroker;
use stage::{Taps, TimeDelta};

use super::cases::{RulesTestCase, load_cases};
use super::decision_fields::DecisionFields;
use crate::cli::RulesTestArgs;
use crate::{CommandError, Failure, output};
use pipeline::config::{Config, PathSetting};
use pipeline::input::{InputLine, LineReader};
use pipeline::memory_runner::{Driver, Progress, append_fact, run_with_driver, take_facts};
use pipeline::routing_chain::{self, RoutingChain};
use pipeline::rules::LoadedRules;

/// How long before the mention its customer profile is written, in microseconds.
const PROFILE_LEAD: TimeDelta = TimeDelta::SECOND;

/// `harken rules test`
pub(super) fn command(args: &RulesTestArgs, config: &Config) -> Result<(), CommandError> {
    let mut config = config.clone();
    if let Some(place) = &args.rules {
        config.escalation.rules = PathSetting::from_path(place);
    }
    let Some(place) = config.escalation.rules.path().map(ToOwned::to_owned) else {
        let what = "find a case: those of the built-in rules are in deploy/rules/northline";
        return Err(CommandError::Config(what.into()));
    };
    let rules = LoadedRules::load(&config)?;
    let chain = routing_chain::build_with_rules(&rules, &config, Taps::Off)?;
    let cases = load_cases(&place)?;
    let (mut failures, mut failed) = (String::new(), 0);
    for located in &cases {
        let differences = run_case(&located.case, &chain, &rules)?;
        if differences.is_empty() {
            continue;
        }
        failed += 1;
        let name = located.case.name.get_ref();
        failures.push_str(&format!("\n{}: {name}: {}", located.location, differences.join("; ")));
    }
    match failed {
        0 => output::print(&format!("{} cases are decided as expected\n", cases.len())),
        _ => {
            let count = cases.len();
            Err(CommandError::Config(format!("pass {failed} of {count} cases{failures}").into()))
        }
    }
}

/// Runs a case and returns the differences from the expected decision.
fn run_case(
    case: &RulesTestCase,
    chain: &RoutingChain,
    rules: &LoadedRules,
) -> Result<Vec<String>, CommandError> {
    let text = case.mention.to_string();
    let settings = rules.ingest().clone();
    let mut lines =
        LineReader::new(BufReader::new(text.as_bytes()), PayloadFormat::Canonical, settings);
    let line = lines.read().map_err(|e| CommandError::Bug(Failure::new("read a case", e)))?;
    let mention = match line {
        Some(InputLine::Mention(mention)) => mention,
        Some(InputLine::Rejected(_, why)) => return Ok(vec![format!("not a mention: {why}")]),
        Some(InputLine::Skipped(_)) | None => return Ok(vec!["not a mention".to_owned()]),
    };
    let mut driver =
        SingleMentionDriver { mention: &mention, case, is_fed: false, routed: Vec::new() };
    run_with_driver(chain, &rules.reloadable_part(), &MemoryBroker::new(1), &mut driver)?;
    let Some(routed) = driver.routed.first() else {
        return Ok(vec!["nothing was routed".to_owned()]);
    };
    let differences = case.expect.differences(&DecisionFields::from_routed(routed));
    let differences = differences.into_iter();
    Ok(differences.map(|(name, expected, is)| format!("{name} is {is}, not {expected}")).collect())
}

/// Feeds one mention with its context and collects what is routed.
struct SingleMentionDriver<'a> {
    mention: &'a Mention,
    case: &'a RulesTestCase,
    is_fed: bool,
    routed: Vec<Routed>,
}

impl Driver for SingleMentionDriver<'_> {
    fn advance(&mut self, broker: &MemoryBroker) -> Result<Progress, CommandError> {
        if self.is_fed {
            self.routed = take_facts(broker, topics::ROUTED)?;
            return Ok(Progress::End);
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
            // At equal times the mention is processed before the table is read.
            append_fact(broker, topics::PROFILE, *received_at - PROFILE_LEAD, &key, &profile);
        }
        if let Some(mut incident) = self.case.incident.clone() {
            incident.tenant.clone_from(tenant);
            append_fact(
                broker,
                topics::INCIDENT,
                *received_at,
                incident.incident_id.as_bytes(),
                &incident,
            );
        }
        append_fact(broker, topics::RECEIVED, *received_at, &key, self.mention);
        Ok(Progress::More)
    }
}
