//! Gives a mention its priority as a sum of named terms: how it is meant, what it asks for, who
//! hears of it, whose customer says it, how long it has waited, which incident it belongs to.
//!
//! The terms stand in the record and add up to the score exactly; no factor can lower the urgency
//! by growing worse. The author's customer comes from `customer.profile.v1` (a table of this
//! partition), the incidents from `incident.state.v1` (a table all partitions share).
//!
//! Not yet: risks and their floors, velocity, open cases and repeat contacts, weights per tenant,
//! a new decision when a profile or an incident changes after the mention has gone through.
//! Must not know: teams, deadlines, other stages, the clock.

mod config;
mod customers;
mod incidents;
pub mod intent;
mod score;
mod topics;

pub use config::Config;
pub use customers::{Account, Customers, Known};
pub use incidents::Incidents;
pub use score::{Factors, Verdict, weigh};
pub use topics::{In, Out};

use mention::{Novelty, Prioritized, Priority as Urgency, Scored, Term};
use stage::{Fault, Follows, Micros, Record, Stage, Topic, Tx};

/// The stage.
#[derive(Debug)]
pub struct Priority {
    config: Config,
    phrases: intent::Phrases,
}

impl Priority {
    /// A stage with these weights.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, phrases: intent::Phrases::default() }
    }

    /// Finds out how urgent a mention is.
    ///
    /// `now` is its event time, in microseconds: until then its author has waited.
    #[must_use]
    pub fn urgency(
        &self,
        scored: &Scored,
        now: Micros,
        customer: Option<&Known>,
        incidents: &Incidents,
    ) -> Urgency {
        let mention = &scored.mention;
        if mention.is_own || scored.findings.novelty == Novelty::Withdrawal {
            return Urgency { level: mention::Level::P5, ..Urgency::default() };
        }
        let text = intent::normalise(&mention.text);
        let found = self.phrases.find(&text);
        let incident = incidents.find(&mention.tenant, &text);
        let factors = Factors {
            sentiment: scored.understanding.sentiment,
            abstained: scored.understanding.abstained.as_deref(),
            intent: found.intent,
            evidence: found.evidence,
            followers: mention.author.followers.unwrap_or(0),
            engagement: mention.engagement,
            customer,
            channel: mention.channel,
            rating: mention.rating,
            is_promoted: mention.promoted,
            waited: mention.published_at.map_or(0, |at| now.saturating_sub(at)),
            incident,
        };
        let Verdict { level, score, terms } = weigh(&factors, &self.config);
        Urgency {
            level,
            score,
            terms,
            intent: found.intent,
            intent_evidence: found.evidence.map(str::to_owned),
            customer: customer.map(Known::customer),
            incident_id: incident.map(|incident| incident.incident_id.clone()),
            incident_revision: incident.map_or(0, |incident| incident.revision),
            ..Urgency::default()
        }
    }
}

impl Stage for Priority {
    const NAME: &'static str = "priority";
    type In = In;
    type Out = Out;
    type State = Customers;
    type Table = Incidents;

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for record in batch {
            match record.value {
                In::Scored(scored) => {
                    let customer = tx.state().of(&scored.mention);
                    let priority = self.urgency(&scored, record.time, customer, tx.table());
                    let Scored { mention, findings, understanding } = *scored;
                    let fact = Prioritized { mention, findings, understanding, priority };
                    tx.emit(Out::Prioritized(Box::new(fact)));
                }
                In::Profile(account, Some(profile)) => {
                    let known = Known::from(profile.customer);
                    if tx.state().get(account) != Some(&known) {
                        tx.set(account, known);
                    }
                }
                In::Profile(account, None) => {
                    if tx.state().get(account).is_some() {
                        tx.remove(account);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Follows for Priority {
    type Link = Box<Scored>;
    const LINK: Topic = mention::topics::SCORED;
    const REFUSES: bool = false;

    fn accept(link: Box<Scored>) -> In {
        In::Scored(link)
    }
}

/// The sum of the points.
#[must_use]
pub fn sum(terms: &[Term]) -> i32 {
    terms.iter().map(|term| term.points).sum()
}
