//! How a text writes its words: what may be told to readers as the reason for a related story.
//!
//! Ranking needs stems only. Readers must be shown words as they were written, so a post remembers
//! the spelling of those of its words that could be such a reason: those in its title or a heading,
//! and those that its prose has at least twice.

use super::words::Stem;

/// How many words, and how many phrases, a post remembers at most: a long one has no more to say.
const MOST_WORDS: usize = 64;
const MOST_PHRASES: usize = 24;

/// Words and phrases of one post with their spellings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spellings {
    /// The spellings, one after another.
    text: Box<str>,
    /// Sorted by key, each once.
    words: Box<[Spelt]>,
    /// Two words side by side; sorted by both keys, each pair once.
    phrases: Box<[(Spelt, u64)]>,
}

/// A word or phrase, in few bytes: there may be a hundred in each of 100,000 posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed(2))]
struct Spelt {
    /// The key of the word (of a phrase: its first word) in the upper 48 bits, then how often it
    /// occurs (8 bits), then [`HEAD`] and the others.
    bits: u64,
    start: u16,
    length: u8,
}

/// It stands in the title or in a heading.
const HEAD: u64 = 1;
/// Within sentences it mostly has a capital.
const NAME: u64 = 1 << 1;
/// It is two characters of a script without spaces between words.
const UNSPACED: u64 = 1 << 2;

/// A word or phrase as a post writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spelling<'a> {
    /// As it is mostly written there.
    pub(crate) text: &'a str,
    /// How often it occurs; at most 255.
    pub(crate) uses: u32,
    /// Whether it stands in the title or in a heading.
    pub(crate) in_head: bool,
    /// Whether it is mostly written with a capital within sentences.
    pub(crate) is_name: bool,
    /// Whether it is two characters of a script without spaces between words.
    pub(crate) is_unspaced: bool,
}

impl Spellings {
    /// How the post writes a word, if it could be a reason.
    pub(crate) fn word(&self, key: u64) -> Option<Spelling<'_>> {
        let at = self.words.binary_search_by_key(&key, |spelt| spelt.key()).ok()?;
        Some(self.spelling(self.words[at]))
    }

    /// The keys of all words, with their spellings.
    pub(crate) fn words(&self) -> impl Iterator<Item = (u64, Spelling<'_>)> {
        self.words.iter().map(|spelt| (spelt.key(), self.spelling(*spelt)))
    }

    /// How the post writes two words that stand side by side, if they could be a reason.
    pub(crate) fn phrase(&self, first: u64, second: u64) -> Option<Spelling<'_>> {
        let key = |(spelt, second): &(Spelt, u64)| (spelt.key(), *second);
        let at = self.phrases.binary_search_by_key(&(first, second), key).ok()?;
        Some(self.spelling(self.phrases[at].0))
    }

    /// The keys of all phrases.
    pub(crate) fn phrases(&self) -> impl Iterator<Item = (u64, u64)> {
        self.phrases.iter().map(|(spelt, second)| (spelt.key(), *second))
    }

    fn spelling(&self, spelt: Spelt) -> Spelling<'_> {
        let Spelt { bits, start, length } = spelt;
        let (start, end) = (usize::from(start), usize::from(start) + usize::from(length));
        Spelling {
            text: self.text.get(start..end).unwrap_or(""),
            uses: (bits >> 8 & 0xFF) as u32,
            in_head: bits & HEAD != 0,
            is_name: bits & NAME != 0,
            is_unspaced: bits & UNSPACED != 0,
        }
    }
}

impl Spelt {
    fn key(self) -> u64 {
        self.bits >> 16
    }
}

/// Whether a capital says that a word is a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Spot {
    /// It does: the word stands within a sentence.
    #[default]
    Within,
    /// It does not: every sentence begins with one.
    First,
    /// It does not: in titles and headings everything may have one.
    Head,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) spot: Spot,
    /// After the word before it and one blank or hyphen.
    pub(super) beside: bool,
    /// It is two characters of a script without spaces between words.
    pub(super) unspaced: bool,
}

/// A word of a text, where it was met.
#[derive(Debug, Clone, Copy)]
struct Met {
    stem: Stem,
    start: u32,
    length: u8,
    standing: Standing,
}

/// The words of a text that is being read.
#[derive(Default)]
pub(super) struct Notes {
    /// All of them as written, one after another, with the character after each.
    text: String,
    met: Vec<Met>,
    /// How often each stem was met, by its number, and whether in the title or in a heading.
    counts: Vec<(u32, bool)>,
}

impl Notes {
    /// Notes a word; `before` is what stands between it and the one before, if they stand side by
    /// side.
    pub(super) fn note(&mut self, stem: Stem, text: &str, before: char, standing: Standing) {
        let Ok(length) = u8::try_from(text.len()) else { return };
        let index = stem as usize;
        if self.counts.len() <= index {
            self.counts.resize(index + 1, (0, false));
        }
        let (count, head) = &mut self.counts[index];
        *count += 1;
        *head |= standing.spot == Spot::Head;
        self.text.push(before);
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(text);
        self.met.push(Met { stem, start, length, standing });
    }

    fn counts(&self, met: &Met) -> bool {
        let (count, head) = self.counts[met.stem as usize];
        count > 1 || head
    }

    /// What was noted since the last time; `key` gives the key of a stem.
    pub(super) fn finish(&mut self, key: impl Fn(Stem) -> u64) -> Spellings {
        let mut words: Vec<Met> = Vec::new();
        let mut phrases: Vec<(Met, Met)> = Vec::new();
        let mut last: Option<Met> = None;
        for met in &self.met {
            let counts = self.counts(met);
            if counts {
                words.push(*met);
            }
            match last.filter(|_| counts && met.standing.beside) {
                Some(last) if self.counts(&last) => phrases.push((last, *met)),
                _ => {}
            }
            last = Some(*met);
        }
        words.sort_unstable_by_key(|met| (met.stem, met.start));
        phrases.sort_unstable_by_key(|(one, two)| (one.stem, two.stem, one.start));
        let words = words.chunk_by(|a, b| a.stem == b.stem).map(|same| {
            let (uses, flags) = facts(same);
            let best = Self::usual(same.iter().map(|met| (self.slice(met, met), met.standing)));
            (key(same[0].stem), 0, uses, flags | self.is_name(same), best)
        });
        let words = most(words.collect(), MOST_WORDS);
        let pairs = phrases.chunk_by(|a, b| (a.0.stem, a.1.stem) == (b.0.stem, b.1.stem));
        let pairs = pairs.filter_map(|same| {
            let firsts: Vec<Met> = same.iter().map(|(first, _)| *first).collect();
            let (uses, flags) = facts(&firsts);
            let spelt = same.iter().map(|(a, b)| (self.slice(a, b), a.standing));
            let (first, second) = (same[0].0.stem, same[0].1.stem);
            let wanted = (uses > 1 || flags & HEAD != 0) && first != second;
            wanted.then(|| (key(first), key(second), uses, flags, Self::usual(spelt)))
        });
        let phrases = most(pairs.collect(), MOST_PHRASES);
        let mut text = String::new();
        let mut spell = |(first, second, uses, flags, spelt): Found<'_>| {
            let start = u16::try_from(text.len()).unwrap_or(u16::MAX);
            text.push_str(spelt);
            let uses = u64::from(uses.min(0xFF));
            let length = u8::try_from(spelt.len()).unwrap_or(0);
            (Spelt { bits: first << 16 | uses << 8 | flags, start, length }, second)
        };
        let words = words.into_iter().map(|found| spell(found).0).collect();
        let phrases = phrases.into_iter().map(&mut spell).collect();
        let spellings = Spellings { text: text.into(), words, phrases };
        for met in self.met.drain(..) {
            self.counts[met.stem as usize] = (0, false);
        }
        self.text.clear();
        spellings
    }

    /// What is written from one word to the end of another.
    fn slice(&self, from: &Met, to: &Met) -> &str {
        &self.text[from.start as usize..to.start as usize + usize::from(to.length)]
    }

    /// The spelling that occurs most, of those the first. What stands within a sentence counts
    /// before what has its capital from its place.
    fn usual<'a>(spelt: impl Iterator<Item = (&'a str, Standing)>) -> &'a str {
        let mut counts: Vec<(&str, (u32, u32))> = Vec::new();
        for (text, standing) in spelt {
            let is_within = standing.spot == Spot::Within;
            let at = counts.iter().position(|(known, _)| *known == text);
            let at = at.unwrap_or_else(|| {
                counts.push((text, (0, 0)));
                counts.len() - 1
            });
            let (within, other) = &mut counts[at].1;
            *if is_within { within } else { other } += 1;
        }
        counts.iter().rev().max_by_key(|(_, counts)| *counts).map_or("", |(text, _)| text)
    }

    fn is_name(&self, same: &[Met]) -> u64 {
        let within = same.iter().filter(|met| met.standing.spot == Spot::Within);
        let capital =
            |met: &&Met| self.slice(met, met).chars().next().is_some_and(char::is_uppercase);
        let (capitals, all) = within
            .fold((0, 0), |(capitals, all), met| (capitals + u32::from(capital(&met)), all + 1));
        if capitals * 2 > all { NAME } else { 0 }
    }
}

/// Key, second key, uses, flags, spelling.
type Found<'a> = (u64, u64, u32, u64, &'a str);

fn facts(same: &[Met]) -> (u32, u64) {
    let head = same.iter().any(|met| met.standing.spot == Spot::Head);
    let unspaced = same.iter().any(|met| met.standing.unspaced);
    let flags = if head { HEAD } else { 0 } | if unspaced { UNSPACED } else { 0 };
    (u32::try_from(same.len()).unwrap_or(u32::MAX), flags)
}

/// Those that say most, sorted by key.
fn most(mut found: Vec<Found<'_>>, limit: usize) -> Vec<Found<'_>> {
    if found.len() > limit {
        let rank = |(first, second, uses, flags, _): &Found<'_>| {
            (std::cmp::Reverse((flags & HEAD, flags & NAME, *uses)), *first, *second)
        };
        found.sort_unstable_by_key(rank);
        found.truncate(limit);
    }
    found.sort_unstable_by_key(|(first, second, ..)| (*first, *second));
    found
}
