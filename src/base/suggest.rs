//! "Did you mean …?"

use super::{Map, Set};

/// The candidate closest to `name`, if one is close enough to be worth suggesting. For a name or
/// two among a few; use [`Names`] for many.
///
/// The beginning and end that both share are ignored, so that two short names in one folder do not
/// count as close; of the rest at most a third may differ, by Damerau-Levenshtein distance.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = folded(name);
    candidates.into_iter().filter_map(|c| Some((distance(&name, c)?, c))).min().map(|(_, c)| c)
}

/// The parts of two texts that differ are compared up to this many characters.
const LONGEST: usize = 64;

fn folded(name: &str) -> Vec<char> {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// How far apart two texts are, if they are close.
fn distance(name: &[char], candidate: &str) -> Option<usize> {
    // A length in bytes is at most four times the length in characters.
    if candidate.len() > 4 * (2 * name.len() + 2) {
        return None;
    }
    let other = folded(candidate);
    let shorter = name.len().min(other.len());
    let start = (0..shorter).take_while(|i| name[*i] == other[*i]).count();
    let end = (0..shorter - start)
        .take_while(|i| name[name.len() - 1 - i] == other[other.len() - 1 - i])
        .count();
    let (a, b) = (&name[start..name.len() - end], &other[start..other.len() - end]);
    let longer = a.len().max(b.len());
    let limit = (longer / 3).max(1);
    // Texts whose lengths differ by more than the limit cannot be that close.
    if a.len().abs_diff(b.len()) > limit || longer > LONGEST {
        return None;
    }
    let distance = strsim::generic_damerau_levenshtein(a, b);
    (distance <= limit && distance < name.len()).then_some(distance)
}

/// Many names to suggest from: built once, then queried at a cost that does not grow with them.
///
/// If there are few, each is compared. Otherwise only those are that share the most of the name's
/// rarer trigrams; the price is that a very short name is sometimes missed.
pub(crate) struct Names {
    all: Vec<Box<str>>,
    /// The names that contain three given characters in a row; empty while there are few names.
    grams: Map<[char; 3], Vec<u32>>,
    /// The names by how they end (see [`tail`]).
    tails: Map<Box<str>, Vec<u32>>,
}

/// Up to this many names, all are compared.
const FEW: usize = 64;

/// How many entries in lists of trigrams are read for one name.
const READ: usize = 4096;

impl Names {
    /// Prepares names to suggest from.
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Names {
        let all: Vec<Box<str>> = names.into_iter().map(Into::into).collect();
        let mut grams: Map<[char; 3], Vec<u32>> = Map::default();
        let mut tails: Map<Box<str>, Vec<u32>> = Map::default();
        for (id, name) in (0..u32::MAX).zip(&all) {
            if let Some(tail) = tail(name) {
                tails.entry(tail.into()).or_default().push(id);
            }
            if all.len() > FEW {
                for gram in grams_of(&folded(name)) {
                    grams.entry(gram).or_default().push(id);
                }
            }
        }
        Names { all, grams, tails }
    }

    /// The closest name, as [`closest`] finds it.
    pub(crate) fn closest(&self, name: &str) -> Option<&str> {
        let name = folded(name);
        let near = self.near(&name).into_iter().map(|id| &*self.all[id as usize]);
        near.filter_map(|c| Some((distance(&name, c)?, c))).min().map(|(_, c)| c)
    }

    /// The only path that ends in the same way as another: a file that was moved keeps its name.
    pub(crate) fn moved(&self, path: &str) -> Option<&str> {
        match self.tails.get(tail(path)?)?.as_slice() {
            [id] => Some(&self.all[*id as usize]),
            // If there are several, the one that shares more folders than all others.
            several if several.len() <= FEW => {
                let shared = |id: &u32| shared_parts(&self.all[*id as usize], path);
                let most = several.iter().map(shared).max()?;
                let mut best = several.iter().filter(|id| shared(id) == most);
                best.next().filter(|_| best.next().is_none()).map(|id| &*self.all[*id as usize])
            }
            _ => None,
        }
    }

    /// The names worth comparing: all, or up to [`FEW`].
    fn near(&self, name: &[char]) -> Vec<u32> {
        if self.all.len() <= FEW {
            return (0..u32::MAX).take(self.all.len()).collect();
        }
        let mut lists: Vec<&Vec<u32>> =
            grams_of(name).iter().filter_map(|gram| self.grams.get(gram)).collect();
        lists.sort_by_key(|list| list.len());
        let mut left = READ;
        let mut counts: Map<u32, u32> = Map::default();
        for list in lists {
            let read = list.len().min(left);
            for id in &list[..read] {
                *counts.entry(*id).or_default() += 1;
            }
            left -= read;
        }
        let mut near: Vec<(u32, u32)> = counts.into_iter().collect();
        near.sort_unstable_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        near.truncate(FEW);
        near.into_iter().map(|(id, _)| id).collect()
    }
}

/// Every three characters in a row, with a mark at both ends.
fn grams_of(name: &[char]) -> Set<[char; 3]> {
    let end = ['\0'];
    let marked = [&end, &name[..name.len().min(4 * LONGEST)], &end].concat();
    marked.windows(3).map(|gram| [gram[0], gram[1], gram[2]]).collect()
}

/// What identifies a path wherever it is: its last part or, if many share that, such as `index.md`,
/// the part before it. `None` if that says too little.
fn tail(path: &str) -> Option<&str> {
    let path = path.trim_end_matches('/');
    let (folder, name) = path.rsplit_once('/')?;
    let stem = name.split('.').next().unwrap_or(name);
    let from = if ["index", "_index"].contains(&stem) {
        folder.rfind('/')? + 1
    } else if stem.chars().count() < 3 || stem.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    } else {
        folder.len() + 1
    };
    Some(&path[from..])
}

/// How many trailing parts two paths share.
fn shared_parts(one: &str, other: &str) -> usize {
    let parts = |path| str::trim_end_matches(path, '/').rsplit('/');
    parts(one).zip(parts(other)).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names() {
        let keys = ["title", "date", "draft", "tags"];
        assert_eq!(closest("titel", keys), Some("title"));
        assert_eq!(closest("Darft", keys), Some("draft"));
        assert_eq!(closest("wordpress_id", keys), None);
        assert_eq!(closest("stories", ["series"]), None);
        assert_eq!(closest("posts/zz.md", ["posts/a.md"]), None);
        assert_eq!(closest("posts/kartni.md", ["posts/kartini.md"]), Some("posts/kartini.md"));
        assert_eq!(closest("", ["a"]), None);
        assert_eq!(closest("a", ["b".repeat(1 << 20).as_str()]), None);
    }

    /// Names like those of a large site.
    fn many(count: u64) -> Vec<String> {
        let word = |n: u64| {
            let parts = ["ka", "mar", "ti", "sol", "en", "du", "wi", "ro", "bet", "ha", "lim"];
            let mut mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8;
            let mut word = String::new();
            for _ in 0..5 {
                word.push_str(parts[usize::try_from(mixed % 11).unwrap()]);
                mixed /= 11;
            }
            word
        };
        (0..count).map(|n| format!("content/posts/{}/{}-{n}.md", n % 97, word(n))).collect()
    }

    #[test]
    fn a_misspelt_name_among_many_is_found_with_little_work() {
        let all = many(50_000);
        let names = Names::new(all.iter().map(String::as_str));
        let mut compared = 0;
        for at in (0..all.len()).step_by(211) {
            // Letters lost, doubled or swapped.
            let mut wrong: Vec<char> = all[at].chars().collect();
            let middle = wrong.len() - 8;
            match at % 3 {
                0 => drop(wrong.remove(middle)),
                1 => wrong.insert(middle, wrong[middle]),
                _ => wrong[middle] = 'x',
            }
            let near = names.near(&wrong);
            compared += near.len();
            let wrong: String = wrong.into_iter().collect();
            assert_eq!(names.closest(&wrong), Some(all[at].as_str()), "{wrong}");
        }
        assert!(compared <= all.len().div_ceil(211) * FEW, "{compared}");
    }

    #[test]
    fn few_names_are_all_compared() {
        let all = many(FEW as u64);
        let names = Names::new(all.iter().map(String::as_str));
        for name in ["content/posts/1/x.md", "content/posts/0/kakakakaka-1.md", &all[3][1..]] {
            assert_eq!(names.closest(name), closest(name, all.iter().map(String::as_str)));
        }
    }

    #[test]
    fn what_was_moved_is_known_by_its_name() {
        let names = Names::new([
            "content/people/kartini.md",
            "content/trips/2014/bali.md",
            "content/trips/2015/bali.md",
            "content/trips/java/index.md",
            "content/trips/index.md",
            "content/trips/07.md",
            "/people/kartini/",
        ]);
        for (gone, moved) in [
            ("content/old/bali.md", None),
            ("content/old/2015/bali.md", Some("content/trips/2015/bali.md")),
            ("content/posts/kartini.md", Some("content/people/kartini.md")),
            ("content/java/index.md", Some("content/trips/java/index.md")),
            ("content/old/index.md", None),
            ("content/index.md", None),
            ("content/old/07.md", None),
            ("/posts/kartini", Some("/people/kartini/")),
        ] {
            assert_eq!(names.moved(gone), moved, "{gone}");
        }
    }
}
