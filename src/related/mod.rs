//! Which posts belong beside this one, and why.
//!
//! In: what each post is about (its [`crate::analysis::Features`] and terms). Out: for each post
//! those that its author chose and the nearest others, with the [`Reason`]s. It never sees titles,
//! addresses or templates, and never compares all pairs.
//!
//! # How
//! [`nearest`] sees all posts at once and compares those of one language by the cosine of their
//! vectors.
//!
//! A vector has two parts. **Words** weigh √count · idf; together they have length 1. **Terms**
//! (tags, people, …) weigh their taxonomy's weight · idf / the largest idf possible: a term of
//! weight 1 that only two posts have counts as much as all words together. Words and terms of one
//! post only, or of more than half of all, are left out.
//!
//! An inverted index finds the neighbours. For each post at most some thousand postings are read,
//! those of its heaviest words first, which are mostly rare; that is all of them on a site of some
//! hundred posts. On larger ones the best by what was read are then compared by everything, so
//! that a score is always the exact cosine. The work grows with the number of posts, not with its
//! square.
//!
//! The reasons are what added most to the score. There are few of them, and they are numbers, not
//! texts: with 100,000 posts there are half a million pairs.
//!
//! # Same everywhere, and steady
//! Logarithms come from `libm`, components are integers of 1/32768, and sums of integers do not
//! depend on their order: neither threads nor machines show in the result.
//!
//! One edited post changes how many posts have a word, and with that the weight of the word
//! everywhere, a little. Rounding idf and lengths to steps, so that most weights stay the same,
//! was tried and makes it worse: fewer scores move, but those jump, and lists change order.
//! On 2,084 posts, halving one of them changed about 18 lists of five without steps, and about 28
//! with steps of 1/8 of log₂ (measured with a lighter English stemmer than the present one).

mod posts;
mod rank;
mod reason;
mod vectors;

use crate::analysis::Features;
use crate::config::LanguageId;
use crate::site::TermId;

pub(crate) use posts::{Related, related_posts};
pub(crate) use rank::nearest;
pub(crate) use reason::MOST_REASONS;
pub use reason::Reason;

use reason::Few;

/// One post as the index sees it.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    /// Words.
    pub(crate) features: &'a Features,
    /// Terms (tags, people, …), each with the weight of its taxonomy; sorted. A weight of 1 lets a
    /// term that few posts have count as much as the whole text; not above 0 is the same as not
    /// there.
    pub(crate) terms: Vec<(TermId, f32)>,
    /// Only posts of one language are compared.
    pub(crate) language: LanguageId,
}

/// What two posts share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shared {
    /// A term.
    Term(TermId),
    /// A word: its [`crate::analysis::Word::key`].
    Word(u64),
}

/// A post that is near to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Neighbour {
    /// Its index among the entries.
    pub(crate) entry: usize,
    /// 0 to 1,000,000: the cosine, quantised.
    pub(crate) score: u32,
    /// What made most of the score, strongest first.
    pub(crate) shared: Few<Shared>,
}

#[cfg(test)]
mod tests;
