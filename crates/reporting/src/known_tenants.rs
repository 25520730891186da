//! The tenants whose names may be labels.

use std::collections::BTreeSet;

/// The tenants under whose names records are counted. Records of any other tenant are counted as
/// `other`: a name in a record is the word of its writer, and each name is a hundred series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownTenants(Option<BTreeSet<String>>);

impl KnownTenants {
    /// Every name is known, up to [`crate::Bounds::tenants_most`]: for files that are trusted.
    #[must_use]
    pub fn any() -> Self {
        Self(None)
    }

    /// Whether the name may be a label.
    pub(crate) fn contains(&self, tenant: &str) -> bool {
        self.0.as_ref().is_none_or(|known| known.contains(tenant))
    }
}

impl FromIterator<String> for KnownTenants {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(Some(names.into_iter().collect()))
    }
}
