//! A text with the path it came from, and small rules about text that several stages share.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use unicode_normalization::UnicodeNormalization;

use super::diag::Place;
use super::lines::Lines;
use super::node::Span;
use super::path::SourcePath;

/// One text file of the sources. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// Where it is.
    pub path: SourcePath,
    /// Its content, exactly as on disk (including byte-order mark and line breaks).
    pub text: Arc<Text>,
}

impl SourceText {
    /// A text at a path.
    pub fn new(path: SourcePath, text: impl Into<String>) -> Self {
        let text = Text { content: text.into(), lines: OnceLock::new() };
        SourceText { path, text: Arc::new(text) }
    }

    /// The place of a span, for a diagnostic.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::in_lines(self.path.shared(), &self.text, self.text.lines(), span.range())
    }

    /// The text without a byte-order mark, and where it begins.
    pub(crate) fn unmarked(&self) -> (&str, usize) {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text);
        (text, self.text.len() - text.len())
    }

    /// The number of the line that a byte is on, from 1.
    pub(crate) fn line_of(&self, byte: usize) -> usize {
        self.text.lines().number(byte)
    }

    /// The text under a span; empty if the span is outside.
    pub(crate) fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// A text that finds its lines when first asked for them: most texts have no mistakes.
pub struct Text {
    /// A `String`, because converting what we read to `Arc<str>` would copy it.
    content: String,
    lines: OnceLock<Lines>,
}

impl Text {
    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.content))
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.content
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content.fmt(f)
    }
}

/// Composes the letters of a text (NFC): an accented letter may be written as one character or as
/// two.
pub(crate) fn nfc(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

/// A name with its first letter capitalised.
pub(crate) fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whether a letter belongs to a script without spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff // Thai, Lao
        | 0x0f00..=0x0fff // Tibetan
        | 0x1000..=0x109f // Burmese
        | 0x1780..=0x17ff // Khmer
        | 0x1950..=0x19df // Tai Le, New Tai Lue
        | 0x1a20..=0x1aaf // Tai Tham
        | 0x1b00..=0x1b7f // Balinese
        | 0x3005..=0x3007 // Han: signs of repetition, zero
        | 0x3040..=0x30ff // Japanese syllables
        | 0x31f0..=0x31ff
        | 0x3400..=0x9fff // Han
        | 0xa980..=0xa9ff // Javanese, more of Burmese
        | 0xaa60..=0xaa7f
        | 0xf900..=0xfaff // Han
        | 0xff66..=0xff9f // Japanese syllables of half width
        | 0x2_0000..=0x3_ffff)
}

/// Folds a name for comparison: NFC, lower case, runs of white space as one space.
/// "Ada  Lovelace" and "ada lovelace" are the same name.
pub(crate) fn fold(name: &str) -> String {
    if name.is_ascii() {
        let words: Vec<&str> = name.split_ascii_whitespace().collect();
        return words.join(" ").to_ascii_lowercase();
    }
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.nfc().flat_map(char::to_lowercase).nfc());
    }
    out
}

/// Escapes text for HTML and XML, in element content and in double-quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

/// Like [`escape`], appending to a string.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    let mut last = 0;
    for (i, b) in text.bytes().enumerate() {
        let entity = match b {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(&text[last..i]);
        out.push_str(entity);
        last = i + 1;
    }
    out.push_str(&text[last..]);
}

/// A number with commas between its thousands: "1,204".
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The beginning of a text, at most `limit` characters besides a final `…`, with single spaces
/// between its words: cut between words or, if that would leave less than half of it, anywhere.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let blank = usize::from(length > 0);
        let chars = word.chars().take(limit + 1).count();
        if length + blank + chars > limit {
            // A long "word" is text without spaces, which can be cut anywhere.
            if length < limit / 2 {
                out.extend(std::iter::repeat_n(' ', blank));
                out.extend(word.chars().take(limit.saturating_sub(length + blank)));
            }
            let end =
                out.trim_end_matches(|c: char| c.is_whitespace() || ",;:-–—".contains(c)).len();
            out.truncate(end);
            out.push('…');
            return out;
        }
        out.extend(std::iter::repeat_n(' ', blank));
        out.push_str(word);
        length += blank + chars;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!([7, 999, 1204, 1_000_000].map(grouped), ["7", "999", "1,204", "1,000,000"]);
    }

    #[test]
    fn texts_are_cut_between_words() {
        assert_eq!(shorten(" a\n b  c ", 5), "a b c");
        assert_eq!(shorten("a b c", 4), "a b…");
        assert_eq!(shorten("word, word, word", 11), "word, word…");
        assert_eq!(shorten("字字字字", 3), "字字字…");
        assert_eq!(shorten("a", 0), "…");
        assert_eq!(shorten("", 0), "");
    }
}
