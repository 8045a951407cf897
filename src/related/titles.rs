//! What titles are worth: whether posts whose titles share a word are alike otherwise, too.
//!
//! Where titles are topics they are, and a word of a title counts much more than one of the text.
//! Where titles are people's names they are not: "Ben Fry" and "Ben Shahn" share a first name, and
//! no more than any two posts. Each site shows itself which it is.

use rayon::prelude::*;

use super::Entry;
use super::statistics::Statistics;
use crate::base::{Map, Set};

/// What titles are worth at most. A fixed number of steps, so that an edit seldom changes it: it
/// is in all vectors.
pub(super) const WHOLE: u32 = 8;

/// Posts that share a word of the title must be so many times as alike as any two posts for titles
/// to be worth all. On the judged sites (`benches/related`) they are 2.6 to 4.6 times as alike, on
/// one of interviews with the names of people as titles 1.05 times.
const ENOUGH: f32 = 2.0;

/// Few pairs prove nothing: the mean is taken with so many more that are [`USUALLY`] as alike.
const PRIOR: f32 = 20.0;
const USUALLY: f32 = 3.0;

/// How many pairs are compared at most, and how many of them for one word.
const PAIRS: usize = 1000;
const OF_ONE_WORD: usize = 8;

/// Two posts, by their places.
type Pair = [u32; 2];

/// The rare words of a text that its title does not have, as a vector of length one, sorted by key.
type Rest = Vec<(u64, f32)>;

/// What titles are worth, from 1 to [`WHOLE`]. In: all posts, and which of them are counted.
pub(super) fn worth(entries: &[&Entry<'_>], sampled: &[bool], statistics: &Statistics) -> u32 {
    let mut posts: Vec<(u64, u32)> = (0..)
        .zip(entries)
        .zip(sampled)
        .filter(|(_, sampled)| **sampled)
        .map(|((post, entry), _)| (entry.sample, post))
        .collect();
    // By their digests, so that neighbours are any two posts, and an edit moves none.
    posts.sort_unstable();
    let posts: Vec<u32> = posts.into_iter().map(|(_, post)| post).collect();
    let alike = with_a_word_in_common(&posts, entries);
    let any = neighbours(&posts, PAIRS);
    if alike.is_empty() {
        return WHOLE;
    }
    let compared: Set<u32> = alike.iter().chain(&any).flatten().copied().collect();
    let rests = compared.into_iter().collect::<Vec<u32>>().into_par_iter();
    let rests = rests.map(|post| (post, rest(entries[post as usize], statistics)));
    let rests: Map<u32, Rest> = rests.collect::<Vec<_>>().into_iter().collect();
    let sum = |pairs: &[Pair]| -> f32 {
        pairs.iter().map(|[one, two]| cosine(&rests[one], &rests[two])).sum()
    };
    #[allow(clippy::cast_precision_loss)]
    let (usual, pairs) = (sum(&any) / any.len() as f32, alike.len() as f32);
    if usual <= 0.0 {
        return WHOLE;
    }
    let times = (sum(&alike) / usual + PRIOR * USUALLY) / (pairs + PRIOR);
    steps((times - 1.0) / (ENOUGH - 1.0))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn steps(part: f32) -> u32 {
    ((part * WHOLE as f32).round() as u32).clamp(1, WHOLE)
}

fn neighbours(posts: &[u32], limit: usize) -> Vec<Pair> {
    posts.windows(2).take(limit).map(|pair| [pair[0], pair[1]]).collect()
}

/// Pairs of posts whose titles share a word that is in at most a fifth of the titles.
fn with_a_word_in_common(posts: &[u32], entries: &[&Entry<'_>]) -> Vec<Pair> {
    let mut having: Vec<(u64, u32)> = Vec::new();
    for (place, post) in (0..).zip(posts) {
        let title = &entries[*post as usize].features.title;
        having.extend(title.iter().map(|word| (*word, place)));
    }
    // Words are digests: the first ones are any words.
    having.sort_unstable();
    let mut pairs: Vec<Pair> = Vec::new();
    for same in having.chunk_by(|a, b| a.0 == b.0) {
        if same.len() <= (posts.len() / 5).max(2) && pairs.len() < PAIRS {
            let same: Vec<u32> = same.iter().map(|(_, place)| posts[*place as usize]).collect();
            pairs.extend(neighbours(&same, OF_ONE_WORD));
        }
    }
    pairs
}

fn rest(entry: &Entry<'_>, statistics: &Statistics) -> Rest {
    let title = &entry.features.title;
    let words = entry.features.words.iter();
    let words = words.filter(|word| title.binary_search(&word.key()).is_err());
    let rare = statistics.rare_words();
    // Squared: what few have and this text says often tells best what it is about.
    let mut rest: Rest = words
        .filter(|word| statistics.word(word.key()).is_some_and(|word| rare.contains(&word)))
        .map(|word| (word.key(), statistics.weight(word.key(), word.count())))
        .map(|(word, weight)| (word, weight * weight))
        .collect();
    let length = rest.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
    for (_, value) in rest.iter_mut().filter(|_| length > 0.0) {
        *value /= length;
    }
    rest
}

fn cosine(mut one: &[(u64, f32)], mut two: &[(u64, f32)]) -> f32 {
    let mut sum = 0.0;
    while let ([a, ones @ ..], [b, twos @ ..]) = (one, two) {
        if a.0 == b.0 {
            sum += a.1 * b.1;
        }
        (one, two) = (if a.0 <= b.0 { ones } else { one }, if b.0 <= a.0 { twos } else { two });
    }
    sum
}
