//! What a text is about: its stemmed words with their counts.
//!
//! In: the title and the words of one document, and its language. Out: its [`Features`], a function
//! of that text alone, so that they can be kept for as long as the document is. It knows no other
//! document and weighs nothing; that is up to [`crate::related`].

mod spelling;
mod stem;
mod stop;
#[cfg(test)]
mod tests;
mod words;

use crate::base::Map;

pub(crate) use spelling::{Spelling, Spellings};
#[cfg(test)]
pub(crate) use words::analyse;
pub(crate) use words::{Analyser, Counted};

/// What one post is about: made once per document, from that document alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Features {
    /// Its stemmed words, sorted; each once.
    pub(crate) words: Vec<Word>,
    /// Its pairs of adjacent words, sorted; each once.
    pub(crate) pairs: Vec<Word>,
    /// Of `words` and `pairs`, what stands in links within the site.
    pub(crate) linked: [Vec<Word>; 2],
    /// The words of its title, sorted; each once.
    pub(crate) title: Vec<u64>,
    /// The words of links within the site, by the links' numbers.
    pub(crate) called: Vec<(u32, Box<[u64]>)>,
    /// Digests of the addresses on other sites that it links to, sorted; each once.
    pub(crate) sources: Vec<u64>,
    /// How it writes the words that readers may be told.
    pub(crate) spellings: Spellings,
}

impl Features {
    /// About how often two words follow each other, perhaps with small words between them.
    pub(crate) fn uses_of_pair(&self, first: u64, second: u64) -> Option<u32> {
        let pair = words::pair_of(first << 16, second << 16) >> 16;
        let at = self.pairs.binary_search_by_key(&pair, |pair| pair.key()).ok()?;
        Some(self.pairs[at].count().div_ceil(Place::Body.weight()))
    }

    /// The words of a link.
    pub(crate) fn called(&self, link: usize) -> &[u64] {
        let of = |(at, _): &(u32, Box<[u64]>)| *at as usize;
        let at = self.called.binary_search_by_key(&link, of);
        at.map_or(&[], |at| &self.called[at].1)
    }
}

/// What a text is to its post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Title,
    Heading,
    Body,
    /// Code within a line.
    Code,
}

/// How often a word of the title counts, in fifths.
pub(crate) const IN_TITLE: u32 = 40;

impl Place {
    /// How often a word counts that stands there, in fifths.
    fn weight(self) -> u32 {
        match self {
            Place::Title => IN_TITLE,
            Place::Heading => 15,
            Place::Body => 5,
            Place::Code => 5,
        }
    }
}

/// A stemmed word and how often it occurs in a text, in eight bytes: there are hundreds in each of
/// perhaps 100,000 posts. The upper 48 bits are a digest of the word, the lower 16 the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word(pub(crate) u64);

impl Word {
    fn new(digest: u64, count: u32) -> Self {
        Word(digest & !0xFFFF | u64::from(u16::try_from(count).unwrap_or(u16::MAX)))
    }

    /// Identifies the word: a number below 2⁴⁸.
    pub(crate) fn key(self) -> u64 {
        self.0 >> 16
    }

    /// How often it occurs in the text; at most 65,535. In fifths; see [`Place`].
    pub(crate) fn count(self) -> u32 {
        (self.0 & 0xFFFF) as u32
    }
}

/// One [`Analyser`] for each language that was asked for. They remember more the more they have
/// read, so keeping them is worthwhile.
#[derive(Default)]
pub struct Analysers {
    known: Map<String, Analyser>,
}

impl Analysers {
    /// The analyser for the language with that BCP 47 code.
    pub(crate) fn of(&mut self, language: &str) -> &mut Analyser {
        if !self.known.contains_key(language) {
            self.known.insert(language.to_owned(), Analyser::new(language));
        }
        &mut self.known[language]
    }
}
