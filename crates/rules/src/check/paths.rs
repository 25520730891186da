//! Escalation paths: every path is used, every step can be reached, and every level and clock finds
//! a step.

use crate::Rules;
use crate::condition::Region;
use crate::merged::MergedFiles;
use crate::problem::ProblemList;

pub(super) fn check(files: &MergedFiles, rules: &Rules, problems: &mut ProblemList<'_>) {
    for (written, path) in files.paths.iter().zip(&rules.paths) {
        let name = &written.entry.name;
        let mut left = Some(Region::all());
        for (place, step) in path.steps.iter().enumerate() {
            let Some(own) = step.when.region() else {
                // Too complex to prove that a level has no step.
                left = None;
                continue;
            };
            let own_place = written.entry.steps.get(place).and_then(|step| step.when.as_ref());
            if let (true, Some(when)) = (own.is_empty(), own_place) {
                let what = "unreachable: no case matches this step";
                problems.error(
                    written.file,
                    when,
                    what,
                    "its conditions contradict each other; correct one",
                );
            }
            // What remains after all steps are the cases for which the path calls no contact.
            left = left.and_then(|left| left.without(&own));
        }
        let Some(left) = left.filter(|left| !left.is_empty() && !path.steps.is_empty()) else {
            continue;
        };
        let what = format!("a dead end: path \"{}\" has no step for {}", path.name, left.example());
        problems.error(written.file, name, what, "end with a step that has no `when`");
    }
    let used = |name: &str| {
        let plays = files.playbook.iter().filter_map(|entry| entry.entry.path.as_ref());
        let routes = files.routes.iter().filter_map(|route| route.entry.path.as_ref());
        let paths = files.paths.iter().filter_map(|path| path.entry.then.as_ref());
        plays.chain(routes).chain(paths).any(|path| path.get_ref() == name)
    };
    for written in files.paths.iter().filter(|path| !used(path.entry.name.get_ref())) {
        let name = &written.entry.name;
        let what = format!("unreachable: nothing leads to path \"{}\"", name.get_ref());
        problems.error(
            written.file,
            name,
            what,
            "name it in a playbook entry or a route, or remove it",
        );
    }
}
