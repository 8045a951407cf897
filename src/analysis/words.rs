//! Counts the stemmed words of a text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64;

#[cfg(test)]
use super::Features;
use super::spelling::{Notes, Spellings, Spot, Standing};
use super::stem::Stemmer;
use super::{Place, Word, stop};
use crate::base::Map;
use crate::base::text::is_unspaced;

/// Longer runs of letters and digits are addresses, keys and the like.
const MAX_BYTES: usize = 64;

/// The number of a stem, in one [`Analyser`].
pub(super) type Stem = u32;

/// Counts the words of a single post.
#[cfg(test)]
pub(crate) fn analyse(title: &str, text: &str, language: &str) -> Features {
    let mut analyser = Analyser::new(language);
    let title = analyser.title(title);
    analyser.text(text, Place::Body);
    let Counted { words, pairs, linked, spellings } = analyser.finish();
    Features { words, pairs, linked, title, spellings, ..Features::default() }
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
    /// The pairs that occur in it, each with its weight, as [`Word`]s.
    pairs: Vec<u64>,
    /// The digest of the word before, if it stands beside the next.
    before: Option<u64>,
    /// What was read since the last word that counted.
    between: Between,
    /// Whether a sentence begins.
    first: bool,
    notes: Notes,
    place: Place,
    /// Where the stems of a title or of a link go; those of a link go nowhere else.
    aside: Vec<u64>,
    linked: [Vec<u64>; 2],
    mode: Mode,
}

/// Where the words that are read go.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Mode {
    /// They are words of the text.
    Counted,
    /// They are words of the text, and wanted by themselves.
    Both,
    /// They are words of a link.
    Aside,
}

/// What stands between two words.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Between {
    Nothing,
    /// One blank or hyphen.
    One(char),
    More,
}

/// What [`Analyser::finish`] returns.
pub(crate) struct Counted {
    pub(crate) words: Vec<Word>,
    pub(crate) pairs: Vec<Word>,
    pub(crate) linked: [Vec<Word>; 2],
    pub(crate) spellings: Spellings,
}

/// How many recent words are kept; a power of two.
const RECENT: usize = 2048;

/// Stands for the stem of a word that does not count.
const NO_STEM: u32 = u32::MAX;

/// The word being read.
#[derive(Default)]
struct Current {
    text: String,
    /// The same as it is written.
    written: String,
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
            pairs: Vec::new(),
            before: None,
            between: Between::More,
            first: true,
            notes: Notes::default(),
            place: Place::Body,
            aside: Vec::new(),
            linked: Default::default(),
            mode: Mode::Counted,
        }
    }

    /// Counts the words of a title, and returns them.
    pub(crate) fn title(&mut self, text: &str) -> Vec<u64> {
        self.place = Place::Title;
        self.aside(text, Mode::Both)
    }

    /// The words of a link, which do not count.
    pub(crate) fn link(&mut self, text: &str) -> Vec<u64> {
        self.place = Place::Body;
        self.gap();
        self.aside(text, Mode::Aside)
    }

    fn aside(&mut self, text: &str, mode: Mode) -> Vec<u64> {
        self.mode = mode;
        self.read(text);
        self.gap();
        self.mode = Mode::Counted;
        let mut keys = std::mem::take(&mut self.aside);
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Counts words of the text. A word may go on in what is read next.
    pub(crate) fn text(&mut self, text: &str, place: Place) {
        self.place = place;
        self.read(text);
    }

    /// Ends a word, and what stands side by side.
    pub(crate) fn gap(&mut self) {
        self.end_word();
        self.end_run();
        self.before = None;
        self.between = Between::More;
        self.first = true;
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
                CharClass::Ignored => self.word.ignore(c),
                CharClass::Unspaced => {
                    self.end_word();
                    self.run.push(c);
                }
                CharClass::Boundary => {
                    self.end_word();
                    self.end_run();
                    self.boundary(c);
                }
            }
        }
    }

    fn boundary(&mut self, c: char) {
        self.between = match (self.between, c) {
            (Between::Nothing, ' ' | '\n' | '\u{a0}') => Between::One(' '),
            (Between::One(' '), ' ' | '\n') => Between::One(' '),
            (Between::Nothing, '-' | '\u{2010}') => Between::One(c),
            _ => Between::More,
        };
        // What follows has a capital because it follows.
        self.first |= !matches!(c, ' ' | '\n' | '\u{a0}' | ',' | '-' | '\'' | '’' | '/' | '&');
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
            let mut is_noted = false;
            if stem != NO_STEM {
                self.count(stem);
                is_noted = self.note_word(stem);
            }
            self.between = if is_noted { Between::Nothing } else { Between::More };
        } else {
            self.between = Between::More;
        }
        self.first = false;
        let word = &mut self.word;
        word.text.clear();
        word.written.clear();
        (word.letters, word.digits, word.uncomposed) = (0, 0, false);
    }

    /// Notes how the word just read is written, if it could be told to readers; returns whether it
    /// could.
    fn note_word(&mut self, stem: Stem) -> bool {
        let word = &self.word;
        let letters = word.letters - word.digits.min(word.letters);
        let initials = letters == 2 && word.written.chars().all(char::is_uppercase);
        let is_noted =
            self.mode != Mode::Aside && self.place != Place::Code && (letters > 2 || initials);
        if is_noted {
            let (before, standing) = self.standing(false);
            self.notes.note(stem, word.written.trim_end_matches('\u{200c}'), before, standing);
        }
        is_noted
    }

    fn standing(&self, unspaced: bool) -> (char, Standing) {
        let (beside, before) = match self.between {
            Between::One(c) => (true, c),
            _ => (false, ' '),
        };
        let spot = match self.place {
            Place::Title | Place::Heading => Spot::Head,
            Place::Body | Place::Code if self.first => Spot::First,
            Place::Body | Place::Code => Spot::Within,
        };
        (before, Standing { spot, beside, unspaced })
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

    fn count(&mut self, stem: Stem) {
        let weight = self.place.weight();
        let (digest, count) = &mut self.stems[stem as usize];
        if self.mode != Mode::Counted {
            self.aside.push(*digest >> 16);
        }
        if self.mode == Mode::Aside {
            self.linked[0].push(*digest & !0xFFFF | u64::from(weight));
        }
        if *count == 0 {
            self.found.push(stem);
        }
        *count = count.saturating_add(weight);
        let digest = *digest;
        if let Some(before) = self.before.replace(digest) {
            let pair = pair_of(before, digest) | u64::from(weight);
            self.pairs.push(pair);
            if self.mode == Mode::Aside {
                self.linked[1].push(pair);
            }
        }
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
            let written = &text[starts[i]..end];
            let digest = xxh3_64(written.as_bytes());
            let pair = number_of(&mut self.numbers, &mut self.stems, digest);
            self.count(pair);
            if self.mode != Mode::Aside && self.place != Place::Code && starts.len() > 1 {
                let (before, standing) = self.standing(true);
                self.notes.note(pair, written, before, Standing { beside: false, ..standing });
            }
        }
        self.run = UnspacedRun { text, starts };
        self.run.text.clear();
        self.run.starts.clear();
        self.between = Between::More;
    }

    /// Everything that was read since the last time.
    pub(crate) fn finish(&mut self) -> Counted {
        self.gap();
        let mut words: Vec<Word> = Vec::with_capacity(self.found.len());
        for stem in self.found.drain(..) {
            let (digest, count) = &mut self.stems[stem as usize];
            words.push(Word::new(*digest, std::mem::take(count)));
        }
        words.sort_unstable();
        let pairs = merged(&mut self.pairs);
        let linked = self.linked.each_mut().map(merged);
        let stems = &self.stems;
        let spellings = self.notes.finish(|stem| stems[stem as usize].0 >> 16);
        Counted { words, pairs, linked, spellings }
    }
}

/// The digest of two words that follow each other, with room for a count.
pub(super) fn pair_of(first: u64, second: u64) -> u64 {
    (first.rotate_left(23) ^ second).wrapping_mul(0x9E37_79B9_7F4A_7C15) & !0xFFFF
}

/// Sorted, each once, with the sum of its weights.
fn merged(found: &mut Vec<u64>) -> Vec<Word> {
    found.sort_unstable();
    let same = found.chunk_by(|a, b| a >> 16 == b >> 16);
    let sum = |same: &[u64]| same.iter().map(|word| (word & 0xFFFF) as u32).sum();
    let words = same.map(|same| Word::new(same[0], sum(same))).collect();
    found.clear();
    words
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
    /// Takes in a character that says nothing about which word it is, but belongs to its spelling.
    fn ignore(&mut self, c: char) {
        if !self.written.is_empty() && c != '\u{ad}' {
            self.written.push(c);
        }
    }

    fn push_ascii(&mut self, run: &str) {
        let start = self.text.len();
        self.text.push_str(run);
        self.written.push_str(run);
        self.text[start..].make_ascii_lowercase();
        self.letters += run.len();
        self.digits += run.bytes().filter(u8::is_ascii_digit).count();
    }

    fn push(&mut self, c: char) {
        self.written.push(c);
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
