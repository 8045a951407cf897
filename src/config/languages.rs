//! Ids for the languages of a site, and values for each of them.

use std::ops::{Index, IndexMut};

/// A language of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LanguageId(usize);

impl LanguageId {
    /// The default language, which has no prefix in addresses.
    pub(crate) const DEFAULT: LanguageId = LanguageId(0);

    /// Whether it is the default language.
    pub(crate) fn is_default(self) -> bool {
        self == Self::DEFAULT
    }
}

/// A value for each language of the site, that of the default language first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PerLanguage<T>(Vec<T>);

impl<T> PerLanguage<T> {
    /// The languages.
    pub(crate) fn ids(&self) -> impl Iterator<Item = LanguageId> + use<T> {
        (0..self.0.len()).map(LanguageId)
    }

    /// Each language with its value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (LanguageId, &T)> {
        self.ids().zip(&self.0)
    }

    /// The values.
    pub(crate) fn values(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// The values, mutable.
    pub(crate) fn values_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.0.iter_mut()
    }

    /// Computes another value for each language.
    pub(crate) fn map<U>(&self, mut value: impl FnMut(LanguageId, &T) -> U) -> PerLanguage<U> {
        PerLanguage(self.iter().map(|(id, of)| value(id, of)).collect())
    }
}

impl<T> FromIterator<T> for PerLanguage<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        PerLanguage(values.into_iter().collect())
    }
}

impl<T> Index<LanguageId> for PerLanguage<T> {
    type Output = T;

    fn index(&self, id: LanguageId) -> &T {
        &self.0[id.0]
    }
}

impl<T> IndexMut<LanguageId> for PerLanguage<T> {
    fn index_mut(&mut self, id: LanguageId) -> &mut T {
        &mut self.0[id.0]
    }
}
