//! Reads a variable of the record.

use super::facts::{Bits, Code, Facts};
use super::vars::Var;

impl Facts<'_> {
    /// One of a closed list.
    pub(super) fn code(&self, var: Var) -> Code {
        match var {
            Var::Channel => self.channel,
            Var::Role => self.account_role,
            Var::Level => self.level,
            Var::Intent => self.intent,
            Var::Clock => self.clock,
            _ => 0,
        }
    }

    /// Some of a closed list.
    pub(super) fn bits(&self, var: Var) -> Bits {
        match var {
            Var::Intents => self.intents,
            Var::Risks => self.risks,
            Var::Named => self.named,
            Var::Tone => self.tone,
            _ => 0,
        }
    }

    pub(super) fn word(&self, var: Var) -> &str {
        match var {
            Var::Tenant => self.tenant,
            Var::Platform => self.platform,
            Var::Account => self.account,
            Var::Language => self.language,
            Var::Reason => self.reason,
            Var::Emotion => self.emotion,
            Var::Tier => self.tier,
            Var::Incident => self.incident,
            _ => "",
        }
    }

    pub(super) fn words(&self, var: Var) -> &[&str] {
        match var {
            Var::Executives => &self.executives,
            Var::Competitors => &self.competitors,
            Var::Products => &self.products,
            _ => &[],
        }
    }

    pub(super) fn int(&self, var: Var) -> i64 {
        match var {
            Var::Score => self.score,
            Var::Followers => self.followers,
            Var::Likes => self.likes,
            Var::Replies => self.replies,
            Var::Reposts => self.reposts,
            Var::Views => self.views,
            Var::Copies => self.copies,
            Var::Value => self.value,
            Var::OpenCases => self.open_cases,
            _ => 0,
        }
    }

    pub(super) fn share(&self, var: Var) -> f64 {
        match var {
            Var::Complaint => self.complaint,
            Var::NeedsAnswer => self.needs_answer,
            Var::Negative => self.negative,
            Var::Positive => self.positive,
            Var::Offensive => self.offensive,
            Var::Irony => self.irony,
            Var::Rating => self.rating,
            _ => 0.0,
        }
    }

    pub(super) fn flag(&self, var: Var) -> bool {
        match var {
            Var::Abstained => self.abstained,
            Var::Verified => self.verified,
            Var::Bot => self.bot,
            Var::Promoted => self.promoted,
            Var::Rated => self.rated,
            Var::IsReply => self.is_reply,
            Var::IsCustomer => self.is_customer,
            Var::InIncident => self.in_incident,
            _ => false,
        }
    }
}
