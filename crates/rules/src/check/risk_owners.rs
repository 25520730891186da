//! Risks keep their owners: routes that take away what an entry about a risk gives.

use crate::Rules;
use crate::merged::MergedFiles;
use crate::problem::ProblemList;

/// Reports each route that would give mentions of an entry about a risk to another team. Only an entry
/// with `fixed_owner = false` lets routes decide.
pub(super) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    for (written, entry) in files.playbook.iter().zip(&rules.playbook) {
        let Some(place) = written.entry.fixed_owner.as_ref() else { continue };
        if !entry.is_for_risk || entry.is_owner_fixed {
            continue;
        }
        let Some(region) = entry.when.region() else { continue };
        let taking = rules.routes.iter().filter(|route| route.owner != entry.owner);
        for route in taking {
            let both = route.when.region().and_then(|other| region.and(&other));
            let Some(both) = both.filter(|both| !both.is_empty()) else { continue };
            let what = format!(
                "route \"{}\" takes mentions of the risk entry \"{}\" from {} to {}, for example: {}",
                route.name,
                entry.name,
                entry.owner,
                route.owner,
                both.example()
            );
            problems.warning(
                written.file,
                place,
                what,
                "remove fixed_owner: a risk keeps its owner",
            );
        }
    }
}
