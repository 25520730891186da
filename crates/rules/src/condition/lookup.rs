//! Looks up a variable in [`Facts`] by its id and type.

use super::facts::{EnumIndex, EnumSet, Facts};
use super::variables::VariableId;

impl Facts<'_> {
    /// The value of an enum variable; 0 for variables of other types, which lowering excludes.
    pub(super) fn enum_index(&self, id: VariableId) -> EnumIndex {
        match id {
            VariableId::Channel => self.channel,
            VariableId::Role => self.account_role,
            VariableId::Level => self.level,
            VariableId::Intent => self.intent,
            VariableId::Clock => self.clock,
            // Lowering has checked the type: no other variable gets here.
            _ => 0,
        }
    }

    /// The value of a set variable; empty for variables of other types.
    pub(super) fn enum_set(&self, id: VariableId) -> EnumSet {
        match id {
            VariableId::Intents => self.intents,
            VariableId::Risks => self.risks,
            VariableId::Named => self.named,
            VariableId::Tone => self.tone,
            _ => 0,
        }
    }

    pub(super) fn text(&self, id: VariableId) -> &str {
        match id {
            VariableId::Tenant => self.tenant,
            VariableId::Platform => self.platform,
            VariableId::Account => self.account,
            VariableId::Language => self.language,
            VariableId::Reason => self.reason,
            VariableId::Emotion => self.emotion,
            VariableId::Tier => self.tier,
            VariableId::Incident => self.incident,
            _ => "",
        }
    }

    pub(super) fn text_list(&self, id: VariableId) -> &[&str] {
        match id {
            VariableId::Executives => &self.executives,
            VariableId::Competitors => &self.competitors,
            VariableId::Products => &self.products,
            _ => &[],
        }
    }

    pub(super) fn int(&self, id: VariableId) -> i64 {
        match id {
            VariableId::Score => self.score,
            VariableId::Followers => self.followers,
            VariableId::Likes => self.likes,
            VariableId::Replies => self.replies,
            VariableId::Reposts => self.reposts,
            VariableId::Views => self.views,
            VariableId::Copies => self.copies,
            VariableId::Value => self.value,
            VariableId::OpenCases => self.open_cases,
            _ => 0,
        }
    }

    pub(super) fn probability(&self, id: VariableId) -> f64 {
        match id {
            VariableId::Complaint => self.complaint,
            VariableId::NeedsAnswer => self.needs_answer,
            VariableId::Negative => self.negative,
            VariableId::Positive => self.positive,
            VariableId::Offensive => self.offensive,
            VariableId::Irony => self.irony,
            VariableId::Rating => self.rating,
            _ => 0.0,
        }
    }

    pub(super) fn flag(&self, id: VariableId) -> bool {
        match id {
            VariableId::Abstained => self.abstained,
            VariableId::Verified => self.verified,
            VariableId::Bot => self.bot,
            VariableId::Promoted => self.promoted,
            VariableId::Rated => self.rated,
            VariableId::IsReply => self.is_reply,
            VariableId::IsCustomer => self.is_customer,
            VariableId::InIncident => self.in_incident,
            _ => false,
        }
    }
}
