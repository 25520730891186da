//! Every case that needs somebody finds somebody on its path.

use crate::Rules;
use crate::book::Book;
use crate::problem::Findings;
use crate::when::Region;

pub(super) fn check(book: &Book, rules: &Rules, found: &mut Findings<'_>) {
    for (written, path) in book.paths.iter().zip(&rules.paths) {
        let name = &written.it.name;
        let mut left = Some(Region::all());
        for (place, step) in path.steps.iter().enumerate() {
            let Some(own) = step.when.region() else {
                left = None;
                continue;
            };
            let own_place = written.it.steps.get(place).and_then(|step| step.when.as_ref());
            if let (true, Some(when)) = (own.is_empty(), own_place) {
                let what = "unreachable: no case ever meets this step";
                found.broken(
                    written.file,
                    when,
                    what,
                    "its conditions contradict each other; mend one",
                );
            }
            left = left.and_then(|left| left.without(&own));
        }
        let Some(left) = left.filter(|left| !left.is_empty() && !path.steps.is_empty()) else {
            continue;
        };
        let what = format!(
            "a dead end: nobody on path \"{}\" is called for {}",
            path.name,
            left.example()
        );
        found.broken(written.file, name, what, "end with a step that has no `when`");
    }
    let used = |name: &str| {
        let plays = book.plays.iter().filter_map(|play| play.it.path.as_ref());
        let routes = book.routes.iter().filter_map(|route| route.it.path.as_ref());
        let paths = book.paths.iter().filter_map(|path| path.it.then.as_ref());
        plays.chain(routes).chain(paths).any(|path| path.get_ref() == name)
    };
    for written in book.paths.iter().filter(|path| !used(path.it.name.get_ref())) {
        let name = &written.it.name;
        let what = format!("unreachable: nothing leads to path \"{}\"", name.get_ref());
        found.broken(
            written.file,
            name,
            what,
            "name it in a playbook entry or a route, or remove it",
        );
    }
}
