//! Where the lines of a text are. Computed once for a text, so that placing the thousandth mistake
//! in a file costs no more than placing the first.

use std::ops::Range;

/// Characters are counted in advance at every multiple of this many bytes.
const BLOCK: usize = 1024;

/// The lines of a text. `\n`, `\r\n` and a lone `\r` each end a line.
#[derive(Debug)]
pub(super) struct Lines {
    /// The first byte of each line.
    starts: Vec<usize>,
    /// How many characters begin before each block.
    chars: Vec<usize>,
}

impl Lines {
    /// The lines of `text`.
    pub(super) fn of(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let (mut starts, mut chars, mut count) = (vec![0], Vec::new(), 0);
        for (i, byte) in bytes.iter().enumerate() {
            if i.is_multiple_of(BLOCK) {
                chars.push(count);
            }
            count += usize::from(begins_char(*byte));
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                starts.push(i + 1);
            }
        }
        if bytes.len().is_multiple_of(BLOCK) {
            chars.push(count);
        }
        Lines { starts, chars }
    }

    /// The number of the line that contains a byte, from 1. A line break belongs to its line.
    pub(super) fn number(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// The range of a line by its number, without its line break.
    pub(super) fn range(&self, text: &str, number: usize) -> Range<usize> {
        let start = self.starts[number - 1];
        let Some(next) = self.starts.get(number) else { return start..text.len() };
        let line = &text[start..*next];
        let end = line.strip_suffix('\n').unwrap_or(line);
        start..start + end.strip_suffix('\r').unwrap_or(end).len()
    }

    /// How many characters begin in a range of the text.
    pub(super) fn chars(&self, text: &str, range: Range<usize>) -> usize {
        self.before(text, range.end) - self.before(text, range.start)
    }

    fn before(&self, text: &str, byte: usize) -> usize {
        let block = byte / BLOCK;
        let rest = &text.as_bytes()[block * BLOCK..byte];
        self.chars[block] + rest.iter().filter(|byte| begins_char(**byte)).count()
    }
}

fn begins_char(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters_are_those_that_a_scan_finds() {
        let long = "ä€\u{10348}x\r\n".repeat(BLOCK);
        let whole = "x".repeat(2 * BLOCK);
        for text in ["", "a\r\nb\rc\n\n\r\rd", "\n", "é", &long, &whole] {
            let lines = Lines::of(text);
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]).step_by(7) {
                let range = lines.range(text, lines.number(byte));
                assert!(range.start <= byte && byte <= range.end + 2, "{byte} {range:?}");
                assert!(!text[range.clone()].contains(['\r', '\n']));
                let start = range.start.min(byte);
                let chars = text[start..byte].chars().count();
                assert_eq!(lines.chars(text, start..byte), chars, "{byte}");
            }
        }
    }
}
