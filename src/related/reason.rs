//! Why two posts belong together.

use crate::site::{PersonId, TermId};

/// How many reasons are known of a pair of posts, at most: more would not be read.
pub(crate) const MOST_REASONS: usize = 3;

/// What connects a post with one that stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its author named the other one in `related`.
    Chosen,
    /// One of the two links to the other. It adds nothing to the score.
    Link,
    /// Both tell of a person.
    Person(PersonId),
    /// Both are parts of a series.
    Series(TermId),
    /// Both have a term of another taxonomy.
    Term(TermId),
    /// Both use a word: its [`crate::analysis::Word::key`].
    Word(u64),
}

/// A few values in their order, without memory of their own: there is one for each pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Few<T>([Option<T>; MOST_REASONS]);

impl<T: Copy> Few<T> {
    /// Takes the first ones.
    pub(crate) fn first(values: impl IntoIterator<Item = T>) -> Self {
        let mut values = values.into_iter();
        Few(std::array::from_fn(|_| values.next()))
    }

    /// The values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> {
        self.0.iter().copied().flatten()
    }
}
