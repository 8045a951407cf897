//! Variations of a text that may trip up a parser. The same seed makes the same variations.

/// Pseudo-random numbers (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }
}

/// Texts that mean something everywhere.
const ANYWHERE: [&str; 30] = [
    "\u{feff}", "\0", "\r", "\r\n", "\n", "\n\n", "\t", " ", "é", "字", "\u{301}", "\u{202e}",
    "\u{2028}", "\u{a0}", "😀", "\"", "'", "`", "<", ">", "&", "\\", "{", "}", "[", "]", "#", "=",
    ":", "-",
];

/// A variation of a text, by one to four changes.
pub fn mutated(random: &mut Random, from: &[u8], others: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..=random.below(4) {
        change(random, &mut bytes, others, words);
    }
    bytes
}

fn change(random: &mut Random, bytes: &mut Vec<u8>, others: &[Vec<u8>], words: &[&str]) {
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(24)).min(bytes.len());
    match random.below(12) {
        0 => drop(bytes.drain(at..end)),
        1 => {
            let piece = bytes[at..end].to_vec();
            let to = random.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        2 => bytes.truncate(at),
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        4 => {
            // Replaces one line with another.
            let mut lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
            let (a, b) = (random.below(lines.len()), random.below(lines.len()));
            lines.swap(a, b);
            *bytes = lines.join(&b'\n');
        }
        5 => {
            let Some(other) = random.pick(others) else { return };
            let from = random.below(other.len() + 1);
            let to = (from + random.below(120)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        6 => {
            // Repeats a line, once or many times.
            let line = bytes[at..].split_inclusive(|b| *b == b'\n').next().unwrap_or(&[]);
            let line = line.repeat(1 + random.below(3));
            bytes.splice(at..at, line);
        }
        7 | 8 => {
            let word = random.pick(&ANYWHERE).copied().unwrap_or("");
            bytes.splice(at..at, word.bytes());
        }
        _ => {
            let word = random.pick(words).copied().unwrap_or("");
            let end = if random.below(2) == 0 { at } else { end };
            bytes.splice(at..end, word.bytes());
        }
    }
}

/// Smaller inputs for which something is still true: drops whole pieces for as long as that works,
/// trying at most `most` inputs.
pub fn shrunk(bytes: &[u8], most: usize, mut holds: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut best = bytes.to_vec();
    let (mut size, mut tries) = (best.len() / 2, 0);
    while size > 0 {
        let mut at = 0;
        while at < best.len() && tries < most {
            let mut less = best.clone();
            less.drain(at..(at + size).min(less.len()));
            tries += 1;
            if holds(&less) { best = less } else { at += size }
        }
        size /= 2;
    }
    best
}
