//! What every decision may use besides the record and the case.

use rules::Rules;

use crate::config::Config;

/// The rules and the configuration of one call of the stage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) config: &'a Config,
}
