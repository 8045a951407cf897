//! Line ends: the parser gets `\n` only, so that a page does not depend on the author's editor.
//! (pulldown-cmark reads `\r\n`, but not everywhere as a single line end.)

use std::borrow::Cow;

/// Maps bytes of a text without `\r` to those of the original.
#[derive(Debug, Default)]
pub(super) struct LineMap {
    /// For each `\r` that was left out, the byte of the new text that it stood before.
    dropped: Vec<usize>,
}

impl LineMap {
    /// A text with `\n` for every `\r\n` and `\r`.
    pub(super) fn of(text: &str) -> (Cow<'_, str>, LineMap) {
        let mut lines = LineMap::default();
        if !text.contains('\r') {
            return (Cow::Borrowed(text), lines);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(i) = rest.find('\r') {
            out.push_str(&rest[..i]);
            rest = &rest[i + 1..];
            if rest.starts_with('\n') {
                lines.dropped.push(out.len());
            } else {
                out.push('\n');
            }
        }
        out.push_str(rest);
        (Cow::Owned(out), lines)
    }

    /// The byte of the original for a byte of the new text.
    pub(super) fn at(&self, byte: usize) -> usize {
        byte + self.dropped.partition_point(|dropped| *dropped < byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again() {
        let text = "a\r\nb\rc\n\r\n\r\rd";
        let (given, lines) = LineMap::of(text);
        assert_eq!(given, "a\nb\nc\n\n\n\nd");
        for (i, c) in given.char_indices().filter(|(_, c)| *c != '\n') {
            assert_eq!(text[lines.at(i)..].chars().next(), Some(c));
        }
        // Before a line end, and after it.
        assert_eq!((lines.at(1), lines.at(2)), (1, 3));
    }
}
