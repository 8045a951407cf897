//! Markdown → [`Body`]: CommonMark with tables, strikethrough, task lists, footnotes, definition
//! lists, alerts and heading attributes, written out with holes where the site must be known.
//!
//! The HTML is that of CommonMark, except as described in these modules: footnotes (`notes`),
//! headings (`ids`), code (`code`, `highlight`), raw HTML (`raw`), component calls (`calls`,
//! `components`). No `style` attribute and no script is ever written.

mod calls;
mod code;
mod components;
mod highlight;
mod html;
mod ids;
mod image;
mod lines;
mod literal;
mod notes;
mod policy;
mod raw;
mod schemes;
mod sink;
#[cfg(test)]
mod tests;
mod text;
mod words;
mod writer;

use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

use pulldown_cmark::{Options, Parser};

use super::Body;
use crate::base::{Diagnostic, Diagnostics, SourceText, Span, codes};
use crate::config::Config;
use calls::Calls;
use lines::LineMap;
use writer::Writer;

pub(super) use html::decode_first;

/// Parses the Markdown that begins at byte `start` of a file. Returns the body, and its words
/// without markup and code, blank-separated.
pub(crate) fn parse(
    source: &SourceText,
    start: usize,
    config: &Config,
    out: &mut Diagnostics,
) -> (Body, String) {
    let (text, lines) = LineMap::of(source.text.get(start..).unwrap_or(""));
    let marks = marks(&text);
    if marks > config.limits.document_marks {
        let most = config.limits.document_marks;
        let message = format!(
            "the document has more than {most} marks (line ends, and characters that can be Markdown)"
        );
        let help = "split it, or move what is not a story to `static/`; if a story needs more, \
                    raise `document_marks` in `[limits]` of kisah.toml";
        out.push(
            Diagnostic::error(&codes::TOO_MUCH, message)
                .at(source.place(Span::new(start..start)))
                .help(help),
        );
        return Default::default();
    }
    let calls = find_calls(&text, source, start, config, out);
    let text = calls.as_ref().map_or(&*text, |calls| calls.masked.as_str());
    let place = Placing { source, start, lines: &lines };
    // No document may bring the whole build down, whatever bugs parsers have.
    let body = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut writer = Writer::new(text, place, config, calls.as_ref(), out);
        writer.run(Parser::new_ext(text, options(text, config)).into_offset_iter());
        writer.finish()
    }));
    body.unwrap_or_else(|_| {
        let message = "kisah failed to read this document, which is a bug in kisah";
        out.push(
            Diagnostic::error(&codes::SYNTAX, message)
                .at(source.place(Span::new(start..start)))
                .help("please report it, with this file; until then, leave out unusual markup"),
        );
        Default::default()
    })
}

/// How much there is in a text for a Markdown parser to keep track of: about fifty bytes for each
/// mark, all in memory at the same time.
fn marks(text: &str) -> usize {
    let mut marks = 0;
    let mut before = 0;
    for b in text.bytes() {
        marks += match b {
            // The text of the line and its end.
            b'\n' => 2,
            b'*' | b'_' | b'~' | b'[' | b']' | b'!' | b'<' | b'&' | b'\\' | b'`' | b'|' | b'"'
            | b'\'' => 1,
            b'.' | b'-' if before == b => 1,
            // They become a lot: a heading has an id, an entry in the table of contents, and words.
            b'#' if before == b'\n' => 4,
            b'^' if before == b'[' => 6,
            _ => 0,
        };
        before = b;
    }
    marks
}

/// Where the text that is parsed stands in its file.
#[derive(Clone, Copy)]
struct Placing<'a> {
    source: &'a SourceText,
    start: usize,
    lines: &'a LineMap,
}

impl Placing<'_> {
    /// A range of the text as a span of the file.
    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.start + self.lines.at(range.start)..self.start + self.lines.at(range.end))
    }
}

fn options(text: &str, config: &Config) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_SMART_PUNCTUATION, config.markdown.smart_punctuation);
    options.set(Options::ENABLE_HEADING_ATTRIBUTES, !has_backslash_task(text));
    options
}

/// Whether a task consists of `\` alone. If that is underlined and so becomes a heading,
/// pulldown-cmark 0.13.6 panics while it looks for the heading's attributes.
fn has_backslash_task(text: &str) -> bool {
    let mut rest = text;
    // Most texts have no backslash, and finding that out takes no time.
    while let Some(i) = rest.find('\\') {
        let before = rest[..i].trim_end_matches([' ', '\t']);
        rest = &rest[i + 1..];
        if before.ends_with(']') && rest.starts_with('\n') {
            return true;
        }
    }
    false
}

fn find_calls(
    text: &str,
    source: &SourceText,
    start: usize,
    config: &Config,
    out: &mut Diagnostics,
) -> Option<Calls> {
    match Calls::find(text, config.markdown.components) {
        Ok(calls) => calls,
        Err(_) if !config.markdown.components => None,
        Err(calls::TooMany) => {
            let message = "more component calls than one document can have";
            let diagnostic = Diagnostic::error(&codes::COMPONENT, message)
                .at(source.place(Span::new(start..start)))
                .help("split the document");
            out.push(diagnostic);
            None
        }
    }
}
