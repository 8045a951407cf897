//! Why two posts belong together.

use crate::site::{PersonId, TermId};

/// The most reasons that are kept for a pair of posts: nobody would read more.
pub(crate) const MOST_REASONS: usize = 3;

/// What connects a post with one that is shown beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its author named the other one in `related`.
    Chosen,
    /// One of the two links to the other. It adds nothing to the score.
    Link,
    /// Both are about the same person.
    Person(PersonId),
    /// Both are parts of the same series.
    Series(TermId),
    /// Both have the same term of another taxonomy.
    Term(TermId),
    /// Both use the same word: its [`crate::analysis::Word::key`].
    Word(u64),
}

/// A few values in order, without an allocation: every pair of posts has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Few<T>([Option<T>; MOST_REASONS]);

impl<T: Copy> Few<T> {
    /// Takes the first values, and drops the rest.
    pub(crate) fn first(values: impl IntoIterator<Item = T>) -> Self {
        let mut values = values.into_iter();
        Few(std::array::from_fn(|_| values.next()))
    }

    /// The values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> {
        self.0.iter().copied().flatten()
    }
}
