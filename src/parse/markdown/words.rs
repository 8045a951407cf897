//! Counting and joining words.

use crate::base::text::is_unspaced;

/// What an ASCII character does to a word: a letter or digit begins or continues it, a blank ends
/// it, and anything else does neither (`don't`).
static ASCII: [u8; 128] = {
    let mut kinds = [0; 128];
    let mut c = 0_u8;
    while c < 128 {
        if c.is_ascii_alphanumeric() {
            kinds[c as usize] = LETTER;
        } else if matches!(c, b'\t'..=b'\r' | b' ') {
            kinds[c as usize] = BLANK;
        }
        c += 1;
    }
    kinds
};

const LETTER: u8 = 1;
const BLANK: u8 = 2;

/// How many words a text has: sequences between blanks that contain a letter or digit; in scripts
/// without blanks, half the number of characters.
pub(super) fn count(text: &str) -> usize {
    let mut words = 0;
    let mut dense = 0_usize;
    // Whether a word has begun: 0 or 1.
    let mut inside = 0_u8;
    let mut rest = text;
    loop {
        // Most texts are mostly ASCII; without branches, that takes a nanosecond per byte.
        let mut ascii = 0;
        for b in rest.bytes() {
            let Some(kind) = ASCII.get(usize::from(b)) else { break };
            words += usize::from(kind & LETTER & !inside);
            inside = (inside | kind) & LETTER & !(kind >> 1);
            ascii += 1;
        }
        let mut chars = rest[ascii..].chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        if is_unspaced(c) {
            dense += usize::from(c.is_alphanumeric());
            inside = 0;
        } else if c.is_alphanumeric() {
            words += usize::from(inside == 0);
            inside = 1;
        } else if c.is_whitespace() {
            inside = 0;
        }
    }
    words + dense.div_ceil(2)
}

/// A text with single blanks between its words.
pub(super) fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_in_every_script() {
        for (text, want) in [
            ("", 0),
            ("Ada Lovelace wrote — the first program.", 6),
            ("don't stop-gap 3.14", 3),
            ("Дуров, Павел", 2),
            ("北京大学", 2),
            ("他是CEO。", 2),
            ("สวัสดี", 3),
            ("ꦲꦏ꧀ꦱꦫ", 2),
            ("한국어 위키", 2),
            ("\u{a0}a\u{a0}b", 2),
        ] {
            assert_eq!(count(text), want, "{text}");
        }
    }
}
