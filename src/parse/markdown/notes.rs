//! Footnotes: numbered in the order in which readers meet them, and written at the end of the body.
//! Those that consist of one paragraph are kept a second time, to be shown beside the text.
//!
//! A definition is kept as events until the body is written: only then is it known whether anything
//! refers to it, and which numbers the footnotes have that it refers to itself.

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::writer::{Item, Writer};
use crate::base::{Map, Span};
use crate::parse::{Chunk, LinkKind, Within};

/// The footnotes of a body.
#[derive(Default)]
pub(super) struct Notes<'a> {
    /// By label, in lower case; of several with the same label the first counts.
    definitions: Map<String, Vec<Item<'a>>>,
    /// The footnotes referred to, in order.
    order: Map<String, Note>,
}

/// A footnote that something refers to.
struct Note {
    /// The first reference.
    span: Span,
    /// How many there are.
    references: usize,
    /// Whether it may stand beside the text.
    beside: bool,
}

impl<'a> Notes<'a> {
    /// Keeps a definition, and those nested in it.
    pub(super) fn define(
        &mut self,
        label: &CowStr<'a>,
        events: &mut Peekable<impl Iterator<Item = Item<'a>>>,
    ) {
        let mut open = vec![(label.to_lowercase(), Vec::new())];
        for item in events.by_ref() {
            match &item.0 {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    open.push((label.to_lowercase(), Vec::new()));
                }
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((label, items)) = open.pop() {
                        self.definitions.entry(label).or_insert(items);
                    }
                    if open.is_empty() {
                        return;
                    }
                }
                _ => {
                    if let Some((_, items)) = open.last_mut() {
                        items.push(item);
                    }
                }
            }
        }
    }
}

impl<'a> Writer<'a> {
    /// `[^label]`.
    pub(super) fn reference(&mut self, label: &str, range: &Range<usize>) {
        let span = self.place.span(range);
        // Headings and tables have no margin of their own, and notes have no notes beside them.
        let beside = !self.within.is_in(Within::NOTE.and(Within::HEADING).and(Within::TABLE));
        let note = self.notes.order.entry(label.to_lowercase());
        let number = note.index() + 1;
        let note = note.or_insert(Note { span, references: 0, beside: false });
        note.references += 1;
        note.beside |= note.references == 1 && beside;
        let beside = beside && note.references == 1;
        let id = reference_id(number, note.references);
        let index = self.link(&format!("#fn-{number}"), LinkKind::Link, span);
        self.sink.push("<sup class=\"footnote-ref\"><a href=\"");
        self.sink.hole(Chunk::Url(index));
        self.sink.push("\"");
        self.ids.anchor(&id);
        self.sink.hole(Chunk::Id(id.into()));
        self.sink.push(" role=\"doc-noteref\">");
        self.sink.push(&number.to_string());
        self.sink.push("</a></sup>");
        if beside {
            self.sink.hole(Chunk::Note(u32::try_from(number - 1).unwrap_or(u32::MAX)));
        }
    }

    /// Writes the footnotes that something refers to.
    pub(super) fn write_notes(&mut self) {
        self.within = Within::NOTE;
        let mut written = Vec::new();
        // Writing one may turn up references to more.
        while let Some((label, _)) = self.notes.order.get_index(written.len()) {
            let events = self.notes.definitions.swap_remove(label).unwrap_or_default();
            let outer = std::mem::take(&mut self.sink);
            let open = self.write_note(events);
            written.push((std::mem::replace(&mut self.sink, outer), open));
        }
        if written.is_empty() {
            return;
        }
        self.sink.fresh_line();
        self.sink.push("<div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n");
        let mut none_beside = true;
        for (i, (mut note, open)) in written.into_iter().enumerate() {
            let number = i + 1;
            let beside = self.notes.order.get_index(i).is_some_and(|(_, note)| note.beside);
            let paragraph = if beside && open { note.paragraph() } else { None };
            let id = format!("fn-{number}");
            self.ids.anchor(&id);
            self.sink.push("<li");
            self.sink.hole(Chunk::Id(id.into()));
            match &paragraph {
                Some(_) => self.sink.push(" class=\"beside\">\n"),
                None if none_beside => self.sink.push(">\n"),
                // It keeps its number even where those before it are not shown.
                None => self.sink.push(&format!(" value=\"{number}\">\n")),
            }
            none_beside &= paragraph.is_none();
            self.body.notes.push(paragraph);
            self.sink.append(note);
            if !open {
                self.sink.fresh_line();
                self.sink.push("<p>");
            }
            self.back_links(i, open);
            self.sink.push("</p>\n</li>\n");
        }
        self.sink.push("</ol>\n</div>\n");
    }

    /// Writes the text of a footnote; returns whether it ends in a `<p>` that is left open for the
    /// links back.
    fn write_note(&mut self, mut events: Vec<Item<'a>>) -> bool {
        self.gap();
        let last = events.pop_if(|(event, _)| *event == Event::End(TagEnd::Paragraph)).is_some();
        self.run(events.into_iter());
        if !last {
            self.close_frames(0);
            return false;
        }
        self.end_open_paragraph()
    }

    fn back_links(&mut self, note: usize, after_text: bool) {
        let Some((_, Note { span, references, .. })) = self.notes.order.get_index(note) else {
            return;
        };
        let (span, references) = (*span, *references);
        for reference in 1..=references {
            let dest = format!("#{}", reference_id(note + 1, reference));
            let index = self.link(&dest, LinkKind::Link, span);
            self.sink.push(if after_text || reference > 1 { " <a href=\"" } else { "<a href=\"" });
            self.sink.hole(Chunk::Url(index));
            // The variation selector keeps the arrow from being shown as an emoji.
            self.sink.push("\" class=\"footnote-back\" role=\"doc-backlink\">↩\u{fe0e}");
            if reference > 1 {
                self.sink.push(&format!("<sup>{reference}</sup>"));
            }
            self.sink.push("</a>");
        }
    }
}

fn reference_id(number: usize, reference: usize) -> String {
    if reference == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{reference}") }
}
