//! What a stage decides by and the runtime may replace while it runs, such as rules.

use std::sync::{Arc, PoisonError, RwLock};

/// Data in force, shared by the stages that decide by it and by whoever puts another in its place.
///
/// A stage takes it once a call of [`crate::Stage::process`] and decides by what it has taken: data
/// never change in the middle of a batch, and nobody waits while somebody decides. The lock is held
/// for as long as it takes to copy a pointer.
#[derive(Debug, Default)]
pub struct Reloadable<T>(Arc<RwLock<Arc<T>>>);

impl<T> Clone for Reloadable<T> {
    /// Another handle to the same data.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> From<T> for Reloadable<T> {
    fn from(data: T) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(data))))
    }
}

impl<T> From<Arc<T>> for Reloadable<T> {
    fn from(data: Arc<T>) -> Self {
        Self(Arc::new(RwLock::new(data)))
    }
}

impl<T> Reloadable<T> {
    /// The data in force.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other data in force, for whoever asks from now on.
    pub fn replace(&self, data: impl Into<Arc<T>>) {
        let data = data.into();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = data;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_taken_data_keeps_them_and_whoever_asks_later_has_the_others() {
        let one = Reloadable::from("old");
        let other = one.clone();
        let taken = other.get();
        one.replace("new");
        assert_eq!((*taken, *other.get()), ("old", "new"));
    }
}
