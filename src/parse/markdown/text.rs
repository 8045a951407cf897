//! Text and what it stands in: what is written here becomes runs.

use pulldown_cmark::Tag;

use super::calls::Segment;
use super::sink::push_text;
use super::writer::Writer;
use crate::parse::{Cut, Within};

impl Writer<'_> {
    /// Separates words: what follows begins a line of the text.
    pub(super) fn gap(&mut self) {
        self.apart = true;
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.outer.len()
    }

    /// Opens an element: its text stands in `within` besides all that is open already.
    pub(super) fn enter(&mut self, within: Within) {
        self.outer.push(self.within);
        self.within = self.within.and(within);
    }

    /// Ends the element opened last.
    pub(super) fn leave(&mut self) {
        if let Some(outer) = self.outer.pop() {
            self.within = outer;
        }
    }

    /// Writes text between markup, which may have component calls in it.
    pub(super) fn words(&mut self, text: &str) {
        let Some(calls) = self.calls else {
            self.text(text, Within::PROSE);
            return;
        };
        for segment in calls.segments(text) {
            match segment {
                Segment::Text(text) => self.text(text, Within::PROSE),
                Segment::Token(token) => self.token(token),
            }
        }
    }

    /// Writes text, which stands in `within` besides all else.
    pub(super) fn text(&mut self, text: &str, within: Within) {
        if text.is_empty() {
            return;
        }
        let start = self.sink.html().len();
        push_text(self.sink.html(), text);
        self.note_text(start, within);
    }

    /// Notes that the HTML written since byte `start` is text.
    pub(super) fn note_text(&mut self, start: usize, within: Within) {
        let within = self.within.and(self.raw.within()).and(within);
        let html = self.sink.run(start, within, std::mem::take(&mut self.apart));
        self.open.has_words = self.open.has_words || html.contains(|c: char| !c.is_whitespace());
    }

    /// The text since a place in what is being written.
    pub(super) fn text_since(&self, from: Cut) -> String {
        self.sink.text_since(from, &self.body.components)
    }

    /// Whether a heading is open.
    pub(super) fn in_heading(&self) -> bool {
        self.within.is_in(Within::HEADING)
    }
}

/// What the text in an element stands in.
pub(super) fn within(tag: &Tag<'_>) -> Within {
    match tag {
        Tag::Heading { .. } => Within::HEADING,
        Tag::BlockQuote(_) => Within::QUOTE,
        Tag::List(_) | Tag::DefinitionList => Within::LIST,
        Tag::Table(_) => Within::TABLE,
        Tag::Link { .. } => Within::LINK,
        _ => Within::PROSE,
    }
}
