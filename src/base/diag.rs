//! What went wrong, where, and what to do next.
//!
//! A [`Diagnostic`] carries the line that it speaks of, so that it can be shown, sorted, kept and
//! compared without the file at hand. Rendering lives in `cli`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::codes::Code;

/// How bad it is: an error stops the build from being committed, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The site has a mistake; nothing is written.
    Error,
    /// The site builds, but not as its author is likely to want.
    Warning,
}

impl Severity {
    /// The word used in messages and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A place in a file: the path and, where it is known, the line and what to underline in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Path as the user knows it: relative to the root, `/`-separated.
    pub path: Arc<str>,
    /// Line and what to mark in it; `None` when the whole file is meant.
    pub line: Option<Line>,
}

/// One line of a file with a marked range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Line {
    /// 1-based.
    pub number: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// The line without its end.
    pub text: Box<str>,
    /// Byte range in `text`; never empty unless the text is.
    pub mark: (u32, u32),
}

impl Place {
    /// The file as a whole.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Place { path: path.into(), line: None }
    }

    /// The line of `text` that holds the start of `span` (a byte range; clamped to the text and
    /// to the line, so that no span, however wrong, can panic).
    pub fn in_text(path: impl Into<Arc<str>>, text: &str, span: Range<usize>) -> Self {
        let start = floor_char_boundary(text, span.start);
        let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let line_end = text[line_start..].find(['\n', '\r']).map_or(text.len(), |i| line_start + i);
        let line = &text[line_start..line_end];
        let shown = line.strip_prefix('\u{feff}').unwrap_or(line);
        let cut = line.len() - shown.len();
        let from = start.saturating_sub(line_start + cut).min(shown.len());
        let mut to = floor_char_boundary(text, span.end)
            .clamp(start, line_end.max(start))
            .saturating_sub(line_start + cut)
            .min(shown.len());
        if to <= from {
            to = shown[from..].chars().next().map_or(from, |c| from + c.len_utf8());
        }
        Place {
            path: path.into(),
            line: Some(Line {
                number: count_lines(&text[..line_start]) + 1,
                column: u32::try_from(shown[..from].chars().count()).unwrap_or(u32::MAX - 1) + 1,
                text: shown.into(),
                mark: (to_u32(from), to_u32(to)),
            }),
        }
    }

    /// The line at 1-based `line` and `column` (in characters) of `text`.
    pub fn at(path: impl Into<Arc<str>>, text: &str, line: usize, column: usize) -> Self {
        let mut start = 0;
        for _ in 1..line.max(1) {
            match text[start..].find('\n') {
                Some(i) => start += i + 1,
                None => break,
            }
        }
        let rest = &text[start..];
        let end = rest.find('\n').unwrap_or(rest.len());
        let offset =
            rest[..end].char_indices().nth(column.saturating_sub(1)).map_or(end, |(i, _)| i);
        Place::in_text(path, text, start + offset..start + offset + 1)
    }
}

impl Place {
    /// The text that is marked.
    pub fn marked(&self) -> Option<&str> {
        let line = self.line.as_ref()?;
        line.text.get(line.mark.0 as usize..line.mark.1 as usize)
    }
}

/// Messages are one line each, and repeat what users wrote: names with line ends or with control
/// characters for a terminal in them are shown with these escaped.
fn printable(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let show =
        |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(show).collect()
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Line ends before a point: `\n`, `\r\n` and a lone `\r` count once each.
fn count_lines(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut lines = 0;
    for (i, b) in bytes.iter().enumerate() {
        if *b == b'\n' || (*b == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
            lines += 1;
        }
    }
    lines
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.line {
            Some(line) => write!(f, "{}:{}:{}", self.path, line.number, line.column),
            None => f.write_str(&self.path),
        }
    }
}

/// One mistake or warning.
///
/// Messages follow the style guide in CONTRIBUTING.md: lower case, no full stop, names in
/// backticks; the help says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Stable name with an explanation.
    #[serde(with = "code_by_name")]
    pub code: &'static Code,
    /// One line.
    pub message: String,
    /// Where; `None` only for what no file is to blame for.
    pub place: Option<Place>,
    /// Other places that belong to it, each with a label ("first defined here").
    pub also: Vec<(Place, String)>,
    /// Facts that help to understand.
    pub notes: Vec<String>,
    /// What to do next.
    pub help: Option<String>,
}

/// Kept diagnostics name their code, and are of no use to a program that does not know it.
mod code_by_name {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::base::codes::{self, Code};

    pub(super) fn serialize<S: Serializer>(code: &Code, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(code.name)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<&'static Code, D::Error> {
        let name = String::deserialize(from)?;
        codes::find(&name).ok_or_else(|| D::Error::custom("unknown code"))
    }
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A diagnostic of a severity that was decided elsewhere.
    pub fn new(severity: Severity, code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            severity,
            code,
            message: printable(message.into()),
            place: None,
            also: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Sets where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.also.push((place, label.into()));
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(printable(note.into()));
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(help.into()));
        self
    }
}

/// All that a build has to say, in the order of files and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Whether anything stops the build.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// Nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Sorts by path, line, column and code, and drops exact repeats: the order in which the
    /// parts of a build ran must not show.
    pub fn sort(&mut self) {
        fn place(d: &Diagnostic) -> Option<(&str, u32, u32)> {
            let place = d.place.as_ref()?;
            let (line, column) = place.line.as_ref().map_or((0, 0), |l| (l.number, l.column));
            Some((&*place.path, line, column))
        }
        self.list.sort_by(|a, b| {
            (place(a), a.severity, a.code.name, &a.message).cmp(&(
                place(b),
                b.severity,
                b.code.name,
                &b.message,
            ))
        });
        self.list.dedup();
    }

    /// In their present order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, iter: I) {
        self.list.extend(iter);
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Diagnostics { list: iter.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_span_is_clamped() {
        for (text, span) in [
            ("", 0..0),
            ("a\r\nb", 3..99),
            ("é", 1..1),
            ("\u{feff}title", 0..3),
            ("x\n", 2..2),
            #[allow(clippy::reversed_empty_ranges)]
            ("abc", 2..1),
        ] {
            let place = Place::in_text("f", text, span);
            let line = place.line.unwrap();
            assert!(line.text.get(line.mark.0 as usize..line.mark.1 as usize).is_some());
        }
    }

    #[test]
    fn messages_are_one_line() {
        let diagnostic = Diagnostic::error(&super::super::codes::SYNTAX, "a `b\n\u{1b}[31m` é")
            .note("x\ty")
            .help("z\r");
        assert_eq!(diagnostic.message, "a `b\\n\\u{1b}[31m` é");
        assert_eq!(diagnostic.notes, ["x\\ty"]);
        assert_eq!(diagnostic.help.as_deref(), Some("z\\r"));
    }

    #[test]
    fn mixed_line_ends_count_once_each() {
        let text = "a\r\nb\rc\nd";
        let line = |at| Place::in_text("f", text, at..at + 1).line.unwrap().number;
        assert_eq!([line(0), line(3), line(5), line(7)], [1, 2, 3, 4]);
    }
}
