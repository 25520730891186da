//! Checks between entries that are valid by themselves: every rule can be reached, every path
//! ends, every team can do the work it gets, targets do not conflict.
//!
//! Must not know: how a single entry is parsed; that is `build`.

mod floors;
mod on_duty;
mod paths;
mod reachability;
mod risk_owners;
mod staffing;
mod stale;
mod targets;
mod tenants;

pub(crate) use on_duty::on_duty;
pub(crate) use stale::stale;

use crate::Rules;
use crate::merged::MergedFiles;
use crate::problem::ProblemList;

/// Reports every conflict between entries.
pub(crate) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    reachability::check(files, rules, problems);
    targets::check(files, rules, problems);
    paths::check(files, rules, problems);
    staffing::check(files, rules, problems);
    floors::check(files, rules, problems);
    risk_owners::check(files, rules, problems);
    tenants::check(files, problems);
}
