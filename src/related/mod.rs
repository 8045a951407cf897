//! Which posts belong beside a post, and why.
//!
//! In: what each post is about (its [`crate::analysis::Features`] and terms). Out: for each post,
//! those that its author chose and the nearest others, with the [`Reason`]s. It never sees titles,
//! addresses or templates, and never compares all pairs.
//!
//! # How
//! [`nearest`] sees all posts at once and compares those of one language by the cosine of their
//! vectors.
//!
//! A vector has two parts. **Words** weigh √count · idf; together they have length 1. **Terms**
//! (tags, people, …) weigh their taxonomy's weight · idf / the largest possible idf: a term of
//! weight 1 that only two posts have counts as much as all words together. Words and terms that
//! only one post has, or more than half of all posts, are left out.
//!
//! An inverted index finds the neighbours. For each post at most a few thousand postings are read,
//! beginning with those of its heaviest words, which are mostly rare; on a site of a few hundred
//! posts that is all of them. On larger sites, the best candidates so far are then compared in
//! full, so a score is always the exact cosine. The work grows with the number of posts, not with
//! its square.
//!
//! The reasons are what added most to the score. They are few, and are numbers rather than texts,
//! because 100,000 posts have half a million pairs.
//!
//! # Same everywhere, and steady
//! Logarithms come from `libm`, components are integers in units of 1/32768, and integer sums do
//! not depend on their order: the result is the same with any number of threads and on any machine.
//!
//! Editing one post changes how many posts have a word, and so, a little, the weight of that word
//! everywhere. Rounding idf and lengths to steps, to keep most weights the same, made it worse when
//! we tried it: fewer scores move, but those that do jump, and lists change order. On 2,084 posts,
//! cutting one of them in half changed about 18 lists of five without steps, and about 28 with
//! steps of 1/8 of log₂ (measured with a lighter English stemmer than the present one).

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

/// A post as the index sees it.
#[derive(Debug, Clone)]
pub(crate) struct IndexedPost<'a> {
    /// Its words.
    pub(crate) features: &'a Features,
    /// Its terms (tags, people, …), each with the weight of its taxonomy; sorted. With a weight of
    /// 1, a rare term counts as much as the whole text; a weight of 0 or less leaves the term out.
    pub(crate) terms: Vec<(TermId, f32)>,
    /// Its language: only posts in the same language are compared.
    pub(crate) language: LanguageId,
}

/// What two posts share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SharedFeature {
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
    /// What contributed most to the score, strongest first.
    pub(crate) shared: Few<SharedFeature>,
}

#[cfg(test)]
mod tests;
