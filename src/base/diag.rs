//! What went wrong, where, and what to do next.
//!
//! A [`Diagnostic`] carries the line that it is about, so that it can be shown, sorted, kept and
//! compared without the file. Rendering is in `cli`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Map;
use super::codes::Code;
use super::lines::Lines;

/// How bad it is: an error keeps the build from being committed, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The site has a mistake; nothing is written.
    Error,
    /// The site builds, but probably not as its author wants.
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
    pub line: Option<Box<Line>>,
}

/// One line of a file with a marked range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Line {
    /// 1-based.
    pub number: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// The line without its line break; for a very long one, the part around the mark, between `…`.
    pub text: Box<str>,
    /// Byte range in `text`; never empty unless the text is.
    pub mark: (u32, u32),
}

/// Lines longer than this many bytes are cut: an excerpt of a megabyte-long line is just as useful.
const LONG: usize = 1000;

/// How much of a long line is kept before and after the start of its mark.
const AROUND: usize = 240;

impl Place {
    /// The file as a whole.
    pub(crate) fn file(path: impl Into<Arc<str>>) -> Self {
        Place { path: path.into(), line: None }
    }

    /// The line of `text` that contains the start of `span` (a byte range; clamped to the text and
    /// to the line, so that no span, however wrong, can panic). It reads the whole text:
    /// [`super::SourceText::place`] does so only once for all spans.
    pub(crate) fn in_text(path: impl Into<Arc<str>>, text: &str, span: Range<usize>) -> Self {
        Self::in_lines(path.into(), text, &Lines::of(text), span)
    }

    pub(super) fn in_lines(path: Arc<str>, text: &str, lines: &Lines, span: Range<usize>) -> Self {
        let start = floor_char_boundary(text, span.start);
        let end = floor_char_boundary(text, span.end);
        let number = lines.number(start);
        let Range { start: mut line_start, end: line_end } = lines.range(text, number);
        // This character is a byte-order mark only at the very beginning of a file.
        if line_start == 0 && text.starts_with('\u{feff}') {
            line_start += '\u{feff}'.len_utf8();
        }
        let line = &text[line_start..line_end];
        let from = start.clamp(line_start, line_end) - line_start;
        let mut to = end.clamp(line_start, line_end) - line_start;
        if to <= from {
            to = line[from..].chars().next().map_or(from, |c| from + c.len_utf8());
        }
        let column = lines.chars(text, line_start..line_start + from) + 1;
        let (text, mark) = shown(line, from..to);
        let line = Line { number: to_u32(number), column: to_u32(column), text, mark };
        Place { path, line: Some(line.into()) }
    }

    /// The line at 1-based `line` and `column` (in characters) of `text`.
    pub(crate) fn at(path: impl Into<Arc<str>>, text: &str, line: usize, column: usize) -> Self {
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

/// The part of a line that is kept, and where the mark is in it; `…` replaces what was cut off.
fn shown(line: &str, mark: Range<usize>) -> (Box<str>, (u32, u32)) {
    if line.len() <= LONG {
        return (line.into(), (to_u32(mark.start), to_u32(mark.end)));
    }
    let from = floor_char_boundary(line, mark.start.saturating_sub(AROUND));
    let to = floor_char_boundary(line, mark.start + 2 * AROUND);
    let before = if from == 0 { "" } else { "…" };
    let after = if to == line.len() { "" } else { "…" };
    let at = |byte: usize| to_u32(byte.clamp(from, to) - from + before.len());
    let text = [before, &line[from..to], after].concat();
    (text.into(), (at(mark.start), at(mark.end)))
}

impl Place {
    /// The marked text.
    pub(crate) fn marked(&self) -> Option<&str> {
        let line = self.line.as_ref()?;
        line.text.get(line.mark.0 as usize..line.mark.1 as usize)
    }
}

/// Messages take up one line each, and repeat what users wrote: line breaks and terminal control
/// characters in names are escaped.
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
    /// Where; `None` only if no file is to blame.
    pub place: Option<Place>,
    /// Related places, each with a label ("first defined here").
    pub also: Vec<(Place, String)>,
    /// Facts that help in understanding it.
    pub notes: Vec<String>,
    /// What to do next.
    pub help: Option<String>,
    /// How many others, not shown, it stands for (see [`Diagnostics::sort`]); 0 if it stands only
    /// for itself.
    pub(crate) more: usize,
}

/// Saves the name of a diagnostic's code. A program that does not know the name cannot load the
/// diagnostic.
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
    pub(crate) fn warning(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A diagnostic whose severity was decided elsewhere.
    pub(crate) fn new(severity: Severity, code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            severity,
            code,
            message: printable(message.into()),
            place: None,
            also: Vec::new(),
            notes: Vec::new(),
            help: None,
            more: 0,
        }
    }

    /// Sums up the diagnostics of one kind that are not shown: in one file, or in all the others.
    fn sum(like: &Diagnostic, more: usize, path: Option<&Arc<str>>) -> Self {
        let number = super::text::grouped(more);
        let message = match path {
            Some(path) => format!("and {number} more like this in `{path}`"),
            None => format!("and {number} more like this in other files"),
        };
        let place = path.map(|path| Place::file(Arc::clone(path)));
        Diagnostic { place, more, ..Self::new(like.severity, like.code, message) }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub(crate) fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.also.push((place, label.into()));
        self
    }

    /// Adds a fact.
    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(printable(note.into()));
        self
    }

    /// Sets what to do next.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(help.into()));
        self
    }
}

/// Everything a build has to say, in the order of files and lines.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// The number at which they are summed up again, so that a flood does not fill the memory.
    full: usize,
}

impl Diagnostics {
    /// How many of one kind are shown for one file.
    pub(crate) const SHOWN_OF_FILE: usize = 20;
    /// How many of one kind are shown in all.
    pub(crate) const SHOWN: usize = 1000;
    /// A list shorter than this need not be summed up before the end.
    const FULL: usize = 8192;

    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
        if self.list.len() >= self.full.max(Self::FULL) {
            self.sort();
            self.full = 2 * self.list.len();
        }
    }

    /// Whether anything stops the build.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many there are of one severity, including those that were summed up.
    pub fn count(&self, severity: Severity) -> usize {
        let these = self.list.iter().filter(|d| d.severity == severity);
        these.map(|d| d.more.max(1)).sum()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Sorts by path, line, column and code, and drops exact repeats, so that the result does not
    /// depend on the order in which the parts of a build ran.
    ///
    /// For each kind (a code, as an error or as a warning) the first [`Self::SHOWN_OF_FILE`] in
    /// each file are kept, and [`Self::SHOWN`] in all. The rest become one diagnostic for each
    /// file, and one for all files of which none is kept. The result does not depend on how often,
    /// and on which parts, this is done.
    pub(crate) fn sort(&mut self) {
        self.list.sort_by(|a, b| order(a).cmp(&order(b)));
        self.list.dedup_by(|a, b| a.more == 0 && a == b);
        if self.list.len() > Self::SHOWN_OF_FILE || self.list.iter().any(|d| d.more > 0) {
            self.sum_up();
        }
    }

    fn sum_up(&mut self) {
        let mut floods: Map<FloodKey, Flood> = Map::default();
        let mut kept = Vec::with_capacity(self.list.len().min(Self::FULL));
        for diagnostic in self.list.drain(..) {
            let kind = (diagnostic.severity, diagnostic.code.name);
            let flood = floods.entry(kind).or_default();
            let path = diagnostic.place.as_ref().map(|place| &place.path);
            // Diagnostics without a file each count as a file of their own.
            if flood.path.as_ref() != path || path.is_none() {
                flood.close(&mut kept);
                flood.path = path.cloned();
            }
            if diagnostic.more == 0
                && flood.of_file < Self::SHOWN_OF_FILE
                && flood.shown < Self::SHOWN
            {
                flood.of_file += 1;
                flood.shown += 1;
                kept.push(diagnostic);
            } else {
                let in_file = flood.of_file > 0 && path.is_some();
                let more = if in_file { &mut flood.more } else { &mut flood.elsewhere };
                *more += diagnostic.more.max(1);
                flood.like.get_or_insert(diagnostic);
            }
        }
        for flood in floods.values_mut() {
            flood.close(&mut kept);
            if let Some(like) = flood.like.as_ref().filter(|_| flood.elsewhere > 0) {
                kept.push(Diagnostic::sum(like, flood.elsewhere, None));
            }
        }
        self.list = kept;
        self.list.sort_by(|a, b| order(a).cmp(&order(b)));
    }

    /// The diagnostics in their present order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }
}

/// What groups diagnostics: the severity and the code.
type FloodKey = (Severity, &'static str);

/// Counts the diagnostics of one kind, file by file.
#[derive(Default)]
struct Flood {
    /// One of those being summed up.
    like: Option<Diagnostic>,
    /// The current file.
    path: Option<Arc<str>>,
    /// How many in this file are shown.
    of_file: usize,
    /// How many in this file are not.
    more: usize,
    /// How many are shown across all files.
    shown: usize,
    /// How many there are in files of which none is shown.
    elsewhere: usize,
}

impl Flood {
    /// Finishes the current file.
    fn close(&mut self, kept: &mut Vec<Diagnostic>) {
        if let Some(like) = self.like.as_ref().filter(|_| self.more > 0) {
            kept.push(Diagnostic::sum(like, self.more, self.path.as_ref()));
        }
        (self.of_file, self.more) = (0, 0);
    }
}

/// The sort order, in which a summary comes after what it sums up.
fn order(d: &Diagnostic) -> impl Ord + '_ {
    let place = d.place.as_ref().map(|place| {
        let (line, column) = place.line.as_ref().map_or((0, 0), |l| (l.number, l.column));
        (&*place.path, d.more > 0, line, column)
    });
    let of_all = d.more > 0 && place.is_none();
    (of_all, place, d.severity, d.code.name, &*d.message)
}

impl PartialEq for Diagnostics {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Diagnostics {}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, iter: I) {
        iter.into_iter().for_each(|diagnostic| self.push(diagnostic));
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
        let mut all = Diagnostics::new();
        all.extend(iter);
        all
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
    fn long_lines_are_cut_around_the_mark() {
        let line = format!("{}<é>{}", "ä".repeat(5000), "ö".repeat(5000));
        let text = format!("first\n{line}\n");
        let at = text.find('<').unwrap();
        for (span, marked) in
            [(at..at + 4, "<é>"), (6..8, "ä"), (text.len() - 3..text.len() - 1, "ö")]
        {
            let place = Place::in_text("f", &text, span.clone());
            assert_eq!(place.marked(), Some(marked));
            let kept = place.line.unwrap();
            assert_eq!(kept.column as usize, text[6..span.start].chars().count() + 1);
            assert!(kept.text.len() < LONG, "{}", kept.text);
            assert_eq!(kept.text.starts_with('…'), span.start > 6);
        }
        let place = Place::in_text("f", &line, 0..line.len());
        assert!(place.line.unwrap().text.len() < LONG);
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
    fn floods_are_summed_up_alike_in_one_go_and_in_parts() {
        // A flood of one kind in one file, others in many files, and some without a file.
        let at = |path: String, line: usize| {
            Place::in_text(path, &"x\n".repeat(line + 1), 2 * line..2 * line + 1)
        };
        let code = &super::super::codes::SYNTAX;
        let mut all: Vec<Diagnostic> = (0..60)
            .map(|n| Diagnostic::error(code, format!("{n}")).at(at("b".into(), n)))
            .chain((0..3000).map(|n| {
                Diagnostic::warning(code, format!("{n}")).at(at(format!("f{:04}", n / 2), n % 2))
            }))
            .chain((0..3).map(|n| Diagnostic::error(code, format!("nowhere {n}"))))
            .collect();
        all.push(Diagnostic::error(&super::super::codes::IO, "other").at(Place::file("b")));
        let mut whole: Diagnostics = all.iter().cloned().collect();
        whole.sort();
        let mut parts = Diagnostics::new();
        for part in all.rchunks(7) {
            let mut one: Diagnostics = part.iter().rev().cloned().collect();
            one.sort();
            parts.extend(one);
            if parts.list.len() > 50 {
                parts.sort();
            }
        }
        parts.sort();
        assert_eq!(whole, parts);
        assert_eq!(whole.count(Severity::Error), 64);
        assert_eq!(whole.count(Severity::Warning), 3000);
        let sums: Vec<(&str, Option<String>)> = whole
            .iter()
            .filter(|d| d.more > 0)
            .map(|d| (d.message.as_str(), d.place.as_ref().map(ToString::to_string)))
            .collect();
        assert_eq!(
            sums,
            [
                ("and 40 more like this in `b`", Some("b".to_owned())),
                ("and 2,000 more like this in other files", None),
            ]
        );
        let shown: Vec<&str> = whole
            .iter()
            .filter(|d| d.more == 0 && d.place.as_ref().is_some_and(|p| &*p.path == "b"))
            .map(|d| d.message.as_str())
            .collect();
        let first: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        assert_eq!(shown[0], "other");
        assert_eq!(shown[1..], first);
        whole.sort();
        assert_eq!(whole, parts);
    }

    #[test]
    fn mixed_line_ends_count_once_each() {
        let text = "a\r\nb\rc\nd";
        let line = |at| Place::in_text("f", text, at..at + 1).line.unwrap().number;
        assert_eq!([line(0), line(3), line(5), line(7)], [1, 2, 3, 4]);
    }
}
