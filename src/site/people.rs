//! People: those whom stories are about, across languages.

use super::TermId;

/// Index into [`super::Site::people`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub usize);

/// Somebody whom stories are about.
#[derive(Debug, Default)]
pub struct Person {
    /// Their terms, by language.
    pub terms: Vec<TermId>,
}
