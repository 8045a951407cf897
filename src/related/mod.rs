//! Which posts belong beside this one, and why.
//!
//! In: what each post is about (its [`crate::analysis::Features`] and terms). Out: for each post the nearest others with
//! a score and the reasons. It never sees titles, addresses or templates, and never compares all
//! pairs.
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
mod vectors;

use crate::analysis::Features;

pub use posts::related_posts;
pub use rank::nearest;

/// One post as the index sees it.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Words.
    pub features: &'a Features,
    /// Terms (tags, people, …) as numbers that are unique over all taxonomies, each with the
    /// weight of its taxonomy; sorted by number. A weight of 1 lets a term that few posts have
    /// count as much as the whole text; not above 0 is the same as not there.
    pub terms: Vec<(u32, f32)>,
    /// Only posts of one language are compared.
    pub language: u32,
}

/// One related post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Its index among the entries.
    pub entry: usize,
    /// 0 to 1,000,000: the cosine, quantised.
    pub score: u32,
    /// Terms both have, strongest first.
    pub shared_terms: Vec<u32>,
}

#[cfg(test)]
mod tests;
