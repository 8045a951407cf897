//! Markdown → [`Body`]: CommonMark with tables, strikethrough, task lists, footnotes, definition
//! lists, alerts and heading attributes, written out with holes where the site must be known.
//!
//! The HTML is that of CommonMark, but for what is said in the modules: footnotes and headings
//! ([`notes`], [`ids`]), code ([`code`]), raw HTML ([`raw`]), component calls ([`components`]).
//! No `style` attribute and no script is ever written.

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
mod raw;
mod sink;
#[cfg(test)]
mod tests;
mod words;
mod writer;

use std::ops::Range;

use pulldown_cmark::{Options, Parser};

use super::Body;
use crate::base::{Diagnostic, Diagnostics, SourceText, Span, codes};
use crate::config::Config;
use calls::Calls;
use lines::Lines;
use writer::Writer;

/// Parses the Markdown that begins at byte `start` of a file.
pub fn parse(source: &SourceText, start: usize, config: &Config, out: &mut Diagnostics) -> Body {
    let (text, lines) = Lines::of(source.text.get(start..).unwrap_or(""));
    let calls = find_calls(&text, source, start, config, out);
    let text = calls.as_ref().map_or(&*text, |calls| calls.masked.as_str());
    let place = Placing { source, start, lines: &lines };
    let mut writer = Writer::new(text, place, config, calls.as_ref(), out);
    writer.run(Parser::new_ext(text, options(config)).into_offset_iter());
    writer.finish()
}

/// Where the text that is parsed stands in its file.
#[derive(Clone, Copy)]
struct Placing<'a> {
    source: &'a SourceText,
    start: usize,
    lines: &'a Lines,
}

impl Placing<'_> {
    /// A range of the text as a span of the file.
    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.start + self.lines.at(range.start)..self.start + self.lines.at(range.end))
    }
}

fn options(config: &Config) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_SMART_PUNCTUATION, config.markdown.smart_punctuation);
    options
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
