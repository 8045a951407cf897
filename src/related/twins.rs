//! Posts whose texts are nearly the same: copies that were forgotten, and files that exist twice.
//!
//! In: what each listed post is about. Out: pairs, so few that each group of copies is told once.
//! What is compared in full are only the candidates that [`super::nearest`] finds, so the work grows
//! with the number of posts.

use std::cmp::{Ordering, Reverse};

use rayon::prelude::*;

use super::languages;
use super::nearest::Index;
use super::posts::entries;
use super::statistics::Statistics;
use crate::analysis::{Features, Word};
use crate::site::{DocId, Gathering, Site};

/// A shorter text is no story yet: two announcements of a line may well be the same.
const LEAST_WORDS: usize = 50;

/// Two texts are nearly the same if they share so much: see [`likeness`]. In thousandths. On five
/// sites with 4,000 posts, copies share more than 850, and what was written anew about the same
/// (the next year's report, the next part) less than 480. A fifth of a text rewritten leaves 670.
const ALIKE: u32 = 600;

/// Candidates whose vectors are less alike are not compared in full. Texts that are [`ALIKE`] are
/// never near this; it only keeps the number of comparisons down.
const LEAST_COSINE: f32 = 0.4;

/// A post whose text is nearly that of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Twin {
    /// The later one.
    pub(crate) post: DocId,
    /// The earlier one.
    pub(crate) of: DocId,
    /// How much they share, in thousandths.
    pub(crate) likeness: u32,
}

/// Two posts and how much they share, by their numbers; the earlier one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    likeness: u32,
    earlier: usize,
    later: usize,
}

/// The posts whose texts are nearly those of earlier ones: one less in each group of copies than
/// there are copies. Left out are drafts and others that readers do not see, unlisted and short
/// ones, and pairs of which one has the other in `related.block`: that says that both are meant.
/// Versions in different languages are not compared.
pub(crate) fn twins(site: &Site) -> Vec<Twin> {
    let mut posts: Vec<DocId> = (0..site.documents.len()).map(DocId).collect();
    posts.retain(|id| is_compared(site, *id));
    // Whatever is told of a pair stands at the later one: the earlier is likely to be the original.
    posts.sort_by_key(|id| {
        let date = site.document(*id).date;
        (date.is_none(), date, *id)
    });
    let entries = entries(site, &posts);
    let mut twins: Vec<Twin> = Vec::new();
    for members in languages(&entries) {
        let here: Vec<_> = members.iter().map(|at| &entries[*at]).collect();
        let statistics = Statistics::of(&here);
        let near = Index::of(&here, &statistics).nearest();
        let pairs = near.par_iter().enumerate().flat_map_iter(|(at, near)| {
            let near = near.iter().take_while(|near| near.cosine >= LEAST_COSINE);
            let here = &here;
            near.filter_map(move |near| {
                let other = near.post as usize;
                let likeness = likeness(here[at].features, here[other].features)?;
                Some(Pair { likeness, earlier: at.min(other), later: at.max(other) })
            })
        });
        let mut pairs: Vec<Pair> = pairs.collect();
        let doc = |at: usize| posts[members[at]];
        pairs.retain(|pair| {
            let (one, two) = (doc(pair.earlier), doc(pair.later));
            let blocks = |a: DocId, b: DocId| site.document(a).blocked.contains(&b);
            !blocks(one, two) && !blocks(two, one)
        });
        twins.extend(forest(here.len(), pairs).into_iter().map(|pair| Twin {
            post: doc(pair.later),
            of: doc(pair.earlier),
            likeness: pair.likeness,
        }));
    }
    twins.sort_by_key(|twin| (twin.post, twin.of));
    twins
}

fn is_compared(site: &Site, id: DocId) -> bool {
    let document = site.document(id);
    document.is_post()
        && document.stands_in(Gathering::Lists)
        && document.withheld.is_none()
        && document.doc.body.words >= LEAST_WORDS
}

/// How much of what two texts have is in both, in thousandths: of all their words and pairs of
/// adjacent words, each counted once. `None` if it is less than [`ALIKE`].
///
/// Unlike the cosine, which a few rare words can decide, it is low as soon as either text says
/// something that the other does not; and how words follow each other tells a copy from another
/// text about the same.
fn likeness(one: &Features, two: &Features) -> Option<u32> {
    let counts = (one.words.len() + one.pairs.len(), two.words.len() + two.pairs.len());
    let (less, more) = (counts.0.min(counts.1), counts.0.max(counts.1));
    let part = |part: usize, of: usize| u32::try_from(part * 1000 / of.max(1)).unwrap_or(1000);
    // No need to look: one has too much that the other cannot have.
    if part(less, more) < ALIKE {
        return None;
    }
    let both = shared(&one.words, &two.words) + shared(&one.pairs, &two.pairs);
    let likeness = part(both, less + more - both);
    (likeness >= ALIKE).then_some(likeness)
}

/// How many words two sorted lists share.
fn shared(mut one: &[Word], mut two: &[Word]) -> usize {
    let mut count = 0;
    while let ([a, rest @ ..], [b, others @ ..]) = (one, two) {
        match a.key().cmp(&b.key()) {
            Ordering::Less => one = rest,
            Ordering::Greater => two = others,
            Ordering::Equal => {
                count += 1;
                (one, two) = (rest, others);
            }
        }
    }
    count
}

/// Of pairs so few that whatever they connected is still connected: the most alike first, so that
/// each post is told of the one that it is most alike.
fn forest(posts: usize, mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_unstable_by_key(|pair| (Reverse(pair.likeness), pair.earlier, pair.later));
    // For each post another one of its group; in the end, by way of others, the group's first.
    let mut leads: Vec<usize> = (0..posts).collect();
    pairs.retain(|pair| {
        let [one, two] = [pair.earlier, pair.later].map(|mut at| {
            while leads[at] != at {
                leads[at] = leads[leads[at]];
                at = leads[at];
            }
            at
        });
        leads[one.max(two)] = one.min(two);
        one != two
    });
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::analyse;

    /// A text of so many words, of which every `nth` is another.
    fn text(words: usize, nth: usize) -> String {
        let word = |at: usize| {
            if at % nth == nth - 1 { format!("other{at}") } else { format!("word{at}") }
        };
        (0..words).map(word).collect::<Vec<_>>().join(" ")
    }

    /// One word in eight leaves seven eighths of the words and three quarters of the pairs.
    #[test]
    fn where_likeness_ends() {
        let features = |nth: usize| analyse("", &text(400, nth), "xx");
        let original = features(usize::MAX);
        let likeness = |nth: usize| likeness(&original, &features(nth));
        assert_eq!(likeness(usize::MAX), Some(1000));
        assert_eq!(likeness(50), Some(944));
        assert_eq!(likeness(8), Some(685));
        assert_eq!(likeness(6), Some(602));
        assert_eq!(likeness(5), None);
    }

    /// The same words in another order are another text, and so is one with much more.
    #[test]
    fn order_and_length_count() {
        let features = |text: &str| analyse("", text, "xx");
        let mut words: Vec<String> = text(100, 200).split(' ').map(str::to_owned).collect();
        let forwards = words.join(" ");
        words.reverse();
        assert_eq!(likeness(&features(&forwards), &features(&words.join(" "))), None);
        let longer = text(200, 300);
        assert_eq!(likeness(&features(&forwards), &features(&longer)), None);
    }

    /// The most alike are told, and each group as often as it has copies.
    #[test]
    fn groups_are_told_once() {
        let pair = |earlier, later, likeness| Pair { likeness, earlier, later };
        let all = vec![
            pair(0, 2, 700),
            pair(1, 2, 900),
            pair(0, 1, 800),
            pair(1, 2, 900),
            pair(3, 5, 1000),
            pair(4, 5, 1000),
            pair(3, 4, 1000),
        ];
        let told = forest(6, all);
        assert_eq!(told, [pair(3, 4, 1000), pair(3, 5, 1000), pair(1, 2, 900), pair(0, 1, 800)]);
    }
}
