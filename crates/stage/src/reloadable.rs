//! Data that the runtime may replace while stages use it, such as rules.

use std::sync::{Arc, PoisonError, RwLock};

/// A value shared by the stages that read it and the runtime that replaces it.
///
/// A stage calls [`Reloadable::get`] once per call of [`crate::Stage::process`] and uses that
/// version to the end of the call, so the data never change in the middle of a slice. The lock is
/// held only while a pointer is copied: a reader never blocks a reload.
#[derive(Debug, Default)]
pub struct Reloadable<T>(Arc<RwLock<Arc<T>>>);

impl<T> Clone for Reloadable<T> {
    /// Returns another handle to the same value.
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
    /// Returns the current version.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        // A poisoned lock is harmless: the writer only stores a pointer, so the value is whole.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the value for every later call of [`Reloadable::get`], on all handles.
    pub fn replace(&self, data: impl Into<Arc<T>>) {
        let data = data.into();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = data;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_keeps_its_version_while_later_readers_get_the_new_one() {
        let one = Reloadable::from("old");
        let other = one.clone();
        let read_before = other.get();
        one.replace("new");
        assert_eq!((*read_before, *other.get()), ("old", "new"));
    }
}
