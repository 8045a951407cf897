//! What a text is about: its stemmed words with their counts.
//!
//! In: the title and the words of one document, and its language. Out: its [`Features`], a function
//! of that text alone, so that they can be kept for as long as the document is. It knows no other
//! document and weighs nothing; that is up to [`crate::related`].

mod stem;
mod stop;
#[cfg(test)]
mod tests;
mod words;

use crate::base::Map;

pub(crate) use words::Analyser;
#[cfg(test)]
pub(crate) use words::analyse;

/// What one post is about: made once per document, from that document alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Features {
    /// Its stemmed words, sorted; each once.
    pub(crate) words: Vec<Word>,
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

    /// How often it occurs in the text; at most 65,535. Words of the title count threefold.
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
