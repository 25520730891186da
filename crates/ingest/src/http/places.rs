//! Places of concurrent requests: some for each sender, fewer for all together.
//!
//! A sender whose requests are slow occupies its own places; the others keep theirs.

use std::sync::{Arc, Mutex, PoisonError};

use platforms::Scope;
use tokio::sync::{Semaphore, SemaphorePermit};

/// What the endpoint keeps for each sender.
#[derive(Debug)]
pub(super) struct SenderState {
    name: String,
    scope: Scope,
    places: Semaphore,
    /// The attribution that was narrowed last, and the result.
    narrowed: Mutex<Option<[Arc<platforms::Config>; 2]>>,
}

/// The place of one request. Dropping it frees the place.
#[derive(Debug)]
pub(super) struct Place<'a> {
    _of_sender: SemaphorePermit<'a>,
    _of_all: SemaphorePermit<'a>,
}

impl SenderState {
    pub(super) fn new(name: String, scope: Scope, places: usize) -> Self {
        Self { name, scope, places: Semaphore::new(places), narrowed: Mutex::default() }
    }

    /// Name of the sender's key; empty without one.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Takes a place for a request of this sender; `None` if it, or all together, have none left.
    pub(super) fn take_place<'a>(&'a self, all: &'a Semaphore) -> Option<Place<'a>> {
        let of_sender = self.places.try_acquire().ok()?;
        Some(Place { _of_sender: of_sender, _of_all: all.try_acquire().ok()? })
    }

    /// The attribution of the sender's mentions. Narrowed once for each version of the rules, because
    /// the keywords of the tenants may be many.
    pub(super) fn attribution(&self, all: Arc<platforms::Config>) -> Arc<platforms::Config> {
        if self.scope == Scope::default() {
            return all;
        }
        let mut narrowed = self.narrowed.lock().unwrap_or_else(PoisonError::into_inner);
        match &*narrowed {
            Some([of, config]) if Arc::ptr_eq(of, &all) => Arc::clone(config),
            _ => {
                let config = Arc::new(all.within(self.scope.clone()));
                *narrowed = Some([all, Arc::clone(&config)]);
                config
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_takes_its_own_places_and_all_together_the_total() {
        let all = Semaphore::new(3);
        let [first, second] =
            [(); 2].map(|()| SenderState::new(String::new(), Scope::default(), 2));
        let _held = [first.take_place(&all).unwrap(), first.take_place(&all).unwrap()];
        assert!(first.take_place(&all).is_none(), "its own places");
        let last = second.take_place(&all).unwrap();
        assert!(second.take_place(&all).is_none(), "the total");
        drop(last);
        assert!(second.take_place(&all).is_some());
    }

    #[test]
    fn the_attribution_is_narrowed_again_after_a_reload() {
        let scope = Scope { tenants: vec!["acme".to_owned()], ..Scope::default() };
        let sender = SenderState::new(String::new(), scope, 1);
        let rules = Arc::new(platforms::Config::default());
        let narrowed = sender.attribution(Arc::clone(&rules));
        assert_eq!(narrowed.tenant, "acme");
        assert!(Arc::ptr_eq(&narrowed, &sender.attribution(rules)));
        let reloaded = Arc::new(platforms::Config { line_limit: 7, ..Default::default() });
        assert_eq!(sender.attribution(reloaded).line_limit, 7);
    }
}
