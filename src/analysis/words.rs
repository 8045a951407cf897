//! Counts the stemmed words of a text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64;

use super::stem::Stemmer;
use super::{Features, Word, stop};
use crate::base::Map;
use crate::base::text::is_unspaced;

/// How many times a word of the title counts.
const TITLE: u32 = 3;
/// Longer runs of letters and digits are addresses, keys and the like.
const MAX_BYTES: usize = 64;

/// Counts the words of a single post.
#[cfg(test)]
pub(crate) fn analyse(title: &str, text: &str, language: &str) -> Features {
    Analyser::new(language).analyse(title, text)
}

/// Counts the words of posts in one language.
///
/// Words are runs of letters and digits of any script, in lower case, without those that say
/// nothing (single letters, numbers below 100, the language's stop words), reduced to their stems
/// if the language has a stemmer. In scripts without spaces between words, every two neighbouring
/// characters count as a word instead.
///
/// It remembers the stems that it has seen, since a few thousand words make up most of any text.
/// What it remembers does not affect what it returns.
pub(crate) struct Analyser {
    stop: &'static [&'static str],
    stemmer: Stemmer,
    word: Current,
    run: UnspacedRun,
    /// Digest of a word as written → its stem, as an index in `stems`; [`NO_STEM`] for words that
    /// do not count. Texts repeat their words, and stemming is the expensive part.
    known: Map<u64, u32>,
    /// The words met most recently, each in the slot given by the end of its digest: the few
    /// hundred that make up half of any text are found here, in the processor's cache.
    recent: Box<[(u64, u32)]>,
    /// Digest of a stem → its index in `stems`.
    numbers: Map<u64, u32>,
    /// Digest of each stem, and how often it occurs in the text being read.
    stems: Vec<(u64, u32)>,
    /// The stems that occur in it, each once.
    found: Vec<u32>,
    weight: u32,
}

/// How many recent words are kept; a power of two.
const RECENT: usize = 2048;

/// Stands for the stem of a word that does not count.
const NO_STEM: u32 = u32::MAX;

/// The word being read.
#[derive(Default)]
struct Current {
    text: String,
    letters: usize,
    digits: usize,
    /// Whether it contains combining marks or full-width letters.
    uncomposed: bool,
}

/// A run of a script without spaces.
#[derive(Default)]
struct UnspacedRun {
    text: String,
    /// Where each character begins, except marks on the one before.
    starts: Vec<usize>,
}

enum CharClass {
    Word,
    /// Vowel points, harakat, tatweel, soft hyphens: the word is the same without them.
    Ignored,
    /// A letter of a script without spaces between words.
    Unspaced,
    Boundary,
}

fn kind(c: char) -> CharClass {
    match c {
        '\u{ad}'
        | '\u{200c}'
        | '\u{200d}'
        | '\u{640}'
        | '\u{591}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}' => CharClass::Ignored,
        // ASCII letters and digits are handled elsewhere.
        '\0'..='\u{a9}' => CharClass::Boundary,
        c if !c.is_alphanumeric() && !is_combining_mark(c) => CharClass::Boundary,
        c if is_unspaced(c) => CharClass::Unspaced,
        _ => CharClass::Word,
    }
}

impl Analyser {
    /// For texts in the language with that BCP 47 code.
    pub(crate) fn new(language: &str) -> Self {
        let base = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        Analyser {
            stop: stop::words(&base),
            stemmer: Stemmer::of(&base),
            word: Current::default(),
            run: UnspacedRun::default(),
            known: Map::default(),
            recent: vec![(0, NO_STEM); RECENT].into(),
            numbers: Map::default(),
            stems: Vec::new(),
            found: Vec::new(),
            weight: TITLE,
        }
    }

    /// Counts the words of a post. `title` weighs more than the text.
    pub(crate) fn analyse(&mut self, title: &str, text: &str) -> Features {
        self.weight = TITLE;
        self.read(title);
        self.weight = 1;
        self.read(text);
        self.finish()
    }

    fn read(&mut self, text: &str) {
        let mut rest = text;
        while let Some(first) = rest.bytes().next() {
            if first.is_ascii_alphanumeric() {
                let end = rest.bytes().position(|b| !b.is_ascii_alphanumeric());
                let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
                self.end_run();
                self.word.push_ascii(run);
                rest = after;
                continue;
            }
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            rest = chars.as_str();
            match kind(c) {
                CharClass::Word => {
                    self.end_run();
                    self.word.push(c);
                }
                CharClass::Ignored => {}
                CharClass::Unspaced => {
                    self.end_word();
                    self.run.push(c);
                }
                CharClass::Boundary => {
                    self.end_word();
                    self.end_run();
                }
            }
        }
        self.end_word();
        self.end_run();
    }

    fn end_word(&mut self) {
        if self.word.text.is_empty() {
            return;
        }
        let word = &mut self.word;
        let number = word.digits == word.letters;
        if word.letters > if number { 2 } else { 1 } && word.text.len() <= MAX_BYTES {
            if word.uncomposed {
                word.text = word.text.nfkc().collect();
            }
            let stem = self.stem();
            if stem != NO_STEM {
                self.count(stem);
            }
        }
        let word = &mut self.word;
        word.text.clear();
        (word.letters, word.digits, word.uncomposed) = (0, 0, false);
    }

    /// The stem of the word just read.
    fn stem(&mut self) -> u32 {
        let word = &self.word.text;
        let digest = xxh3_64(word.as_bytes());
        #[allow(clippy::cast_possible_truncation)]
        let recent = &mut self.recent[digest as usize % RECENT];
        if recent.0 == digest {
            return recent.1;
        }
        let stem = *self.known.entry(digest).or_insert_with(|| {
            if self.stop.binary_search(&word.as_str()).is_ok() {
                return NO_STEM;
            }
            let stem = xxh3_64(self.stemmer.stem(word).as_bytes());
            number_of(&mut self.numbers, &mut self.stems, stem)
        });
        *recent = (digest, stem);
        stem
    }

    fn count(&mut self, stem: u32) {
        let count = &mut self.stems[stem as usize].1;
        if *count == 0 {
            self.found.push(stem);
        }
        *count = count.saturating_add(self.weight);
    }

    fn end_run(&mut self) {
        if self.run.starts.is_empty() {
            return;
        }
        let UnspacedRun { text, starts } = std::mem::take(&mut self.run);
        // Each character with the next; one that is alone counts by itself.
        let last = starts.len().saturating_sub(1).max(1);
        for i in 0..last {
            let end = starts.get(i + 2).copied().unwrap_or(text.len());
            let digest = xxh3_64(&text.as_bytes()[starts[i]..end]);
            let pair = number_of(&mut self.numbers, &mut self.stems, digest);
            self.count(pair);
        }
        self.run = UnspacedRun { text, starts };
        self.run.text.clear();
        self.run.starts.clear();
    }

    fn finish(&mut self) -> Features {
        let mut words: Vec<Word> = Vec::with_capacity(self.found.len());
        for stem in self.found.drain(..) {
            let (digest, count) = &mut self.stems[stem as usize];
            words.push(Word::new(*digest, std::mem::take(count)));
        }
        words.sort_unstable();
        Features { words }
    }
}

/// The number of a stem, found by the part of its digest that [`Word`] keeps.
fn number_of(numbers: &mut Map<u64, u32>, stems: &mut Vec<(u64, u32)>, digest: u64) -> u32 {
    let digest = digest & !0xFFFF;
    *numbers.entry(digest).or_insert_with(|| {
        stems.push((digest, 0));
        u32::try_from(stems.len() - 1).unwrap_or(NO_STEM)
    })
}

impl Current {
    fn push_ascii(&mut self, run: &str) {
        let start = self.text.len();
        self.text.push_str(run);
        self.text[start..].make_ascii_lowercase();
        self.letters += run.len();
        self.digits += run.bytes().filter(u8::is_ascii_digit).count();
    }

    fn push(&mut self, c: char) {
        let mark = matches!(c, '\u{300}'..='\u{36f}');
        self.uncomposed |= mark || matches!(c, '\u{ff00}'..='\u{ffef}');
        self.letters += usize::from(!mark);
        self.digits += usize::from(c.is_numeric());
        match c {
            // Greek writes a small sigma differently at the end of a word.
            'ς' => self.text.push('σ'),
            _ => self.text.extend(c.to_lowercase()),
        }
    }
}

impl UnspacedRun {
    fn push(&mut self, c: char) {
        if self.starts.is_empty() || !is_combining_mark(c) {
            self.starts.push(self.text.len());
        }
        self.text.push(c);
    }
}
