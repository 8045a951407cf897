//! A text with the path it came from, and small rules about text that several stages share.

use std::sync::Arc;

use super::diag::Place;
use super::node::Span;
use super::path::SourcePath;

/// One text file of the sources. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// Where it stands.
    pub path: SourcePath,
    /// What it says, exactly as on disk (byte-order mark and line ends included). A `String`, for
    /// to make an `Arc<str>` of what was read is to copy it.
    pub text: Arc<String>,
}

impl SourceText {
    /// A text at a path.
    pub fn new(path: SourcePath, text: impl Into<String>) -> Self {
        SourceText { path, text: Arc::new(text.into()) }
    }

    /// The place of a span, for a diagnostic.
    pub fn place(&self, span: Span) -> Place {
        Place::in_text(self.path.as_str(), &self.text, span.range())
    }

    /// The text under a span; empty if the span is outside.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// Folds a name for comparison: NFC, lower case, runs of white space as one blank.
/// "Ada  Lovelace" and "ada lovelace" are the same name.
pub fn fold(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
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
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

/// As [`escape`], onto the end of a string.
pub fn escape_into(out: &mut String, text: &str) {
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
