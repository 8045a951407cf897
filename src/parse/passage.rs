//! HTML with typed holes, and where in it the text stands.
//!
//! The runs of a passage say which of its bytes are text, so that words can be found, marked, linked
//! or shown without markup, and nothing has to read HTML again.

use super::markdown::decode_first;
use super::{Chunk, ComponentCall};

/// A body, the body of a component call, or a footnote.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Passage {
    /// In order; joined, with the holes filled, they are the passage.
    pub chunks: Vec<Chunk>,
    /// Its text, in order, except for that of component bodies, which have runs of their own.
    ///
    /// Code blocks, the alternative texts of pictures (except in headings), the numbers of footnotes
    /// and the links back from them do not count as text.
    pub runs: Vec<Run>,
}

/// A stretch of text that no markup interrupts, in the HTML of one chunk.
///
/// It is escaped, contains no `<` or `>`, and begins and ends between characters. It takes sixteen
/// bytes, because a story has hundreds of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// An index in `chunks`.
    pub chunk: u32,
    /// Its first byte in the HTML of the chunk.
    pub start: u32,
    /// The byte after its last. A run is empty only next to a bare `<` or `>` in the author's own HTML:
    /// these are text as well, but stand between runs.
    pub end: u32,
    /// What it stands in.
    pub(crate) within: Within,
    /// Whether a line of the text begins here, because a block begins or ends before it, or a line is
    /// broken. If not, a word may continue from the run before.
    pub(crate) apart: bool,
}

impl Run {
    /// The same run where its chunk, without its first `dropped` bytes, was put at another place.
    pub(super) fn moved(self, to: Cut, dropped: usize) -> Run {
        let byte =
            |old: u32| Cut::new(0, (old as usize + to.byte as usize).saturating_sub(dropped)).byte;
        Run { chunk: to.chunk, start: byte(self.start), end: byte(self.end), ..self }
    }
}

/// What a run stands in: any combination of the constants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Within(u16);

impl Within {
    /// None of the others: a paragraph at the top of a passage, or emphasis in it.
    pub(crate) const PROSE: Within = Within(0);
    /// A heading.
    pub(crate) const HEADING: Within = Within(1);
    /// A link.
    pub(crate) const LINK: Within = Within(1 << 1);
    /// Code within a line.
    pub(crate) const CODE: Within = Within(1 << 2);
    /// A quotation or an alert.
    pub(crate) const QUOTE: Within = Within(1 << 3);
    /// A list of any kind.
    pub(crate) const LIST: Within = Within(1 << 4);
    /// A table.
    pub(crate) const TABLE: Within = Within(1 << 5);
    /// The caption of a figure.
    pub(crate) const CAPTION: Within = Within(1 << 6);
    /// A footnote.
    pub(crate) const NOTE: Within = Within(1 << 7);
    /// A block that the author wrote as HTML.
    pub(crate) const HTML: Within = Within(1 << 8);
    /// The `alt` of a picture in a heading: an attribute, in which there can be no markup.
    pub(crate) const ALT: Within = Within(1 << 9);

    /// Both together.
    #[must_use]
    pub(crate) const fn and(self, other: Within) -> Within {
        Within(self.0 | other.0)
    }

    /// Whether it is in any of these.
    pub(crate) fn is_in(self, any: Within) -> bool {
        self.0 & any.0 != 0
    }
}

/// A place between two bytes of a passage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut {
    /// An index in `chunks`, or their number.
    pub(crate) chunk: u32,
    /// A byte in its HTML; 0 where it is a hole.
    pub(crate) byte: u32,
}

impl Cut {
    pub(super) fn new(chunk: usize, byte: usize) -> Cut {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Cut { chunk: number(chunk), byte: number(byte) }
    }
}

impl Passage {
    /// The place after everything.
    pub fn end(&self) -> Cut {
        Cut::new(self.chunks.len(), 0)
    }

    /// The runs between two places.
    pub(crate) fn runs_between(&self, from: Cut, to: Cut) -> &[Run] {
        let before = |cut: Cut| {
            self.runs.partition_point(|run| (run.chunk, run.start) < (cut.chunk, cut.byte))
        };
        self.runs.get(before(from)..before(to)).unwrap_or_default()
    }

    /// What is between two places: the end of a chunk, whole chunks, and the beginning of a chunk.
    pub(crate) fn between(&self, from: Cut, to: Cut) -> (&str, &[Chunk], &str) {
        let html = |cut: Cut| match self.chunks.get(cut.chunk as usize) {
            Some(Chunk::Html(html)) => &**html,
            _ => "",
        };
        let (start, end) = (from.byte as usize, to.byte as usize);
        if from >= to {
            return ("", &[], "");
        }
        if from.chunk == to.chunk {
            return (html(from).get(start..end).unwrap_or(""), &[], "");
        }
        let (head, first) = match start {
            0 => ("", from.chunk),
            _ => (html(from).get(start..).unwrap_or(""), from.chunk + 1),
        };
        let whole = self.chunks.get(first as usize..to.chunk as usize).unwrap_or_default();
        (head, whole, html(to).get(..end).unwrap_or(""))
    }
}

/// A passage, perhaps in the making, whose text is wanted.
#[derive(Clone, Copy)]
pub(super) struct TextSource<'a> {
    pub(crate) chunks: &'a [Chunk],
    /// The HTML after the last chunk.
    pub(crate) rest: &'a str,
    pub(crate) runs: &'a [Run],
    /// Those of the whole body, for the passages in them.
    pub(crate) components: &'a [ComponentCall],
}

impl<'a> TextSource<'a> {
    pub(super) fn of(passage: &'a Passage, components: &'a [ComponentCall]) -> TextSource<'a> {
        TextSource { chunks: &passage.chunks, rest: "", runs: &passage.runs, components }
    }

    /// The text up to a place.
    pub(super) fn until(
        passage: &'a Passage,
        to: Cut,
        components: &'a [ComponentCall],
    ) -> TextSource<'a> {
        let chunk = (to.chunk as usize).min(passage.chunks.len());
        TextSource {
            chunks: &passage.chunks[..chunk],
            rest: passage.between(Cut { byte: 0, ..to }, to).0,
            runs: passage.runs_between(Cut::default(), to),
            components,
        }
    }

    /// Appends the text from a place on: without markup and escapes, one line for each block.
    pub(super) fn push_text(&self, from: Cut, out: &mut String) {
        let first =
            self.runs.partition_point(|run| (run.chunk, run.start) < (from.chunk, from.byte));
        let mut runs = self.runs[first..].iter().peekable();
        for index in from.chunk.. {
            let html = match self.chunks.get(index as usize) {
                Some(Chunk::Html(html)) => html,
                Some(Chunk::Component(call)) => {
                    let call = self.components.get(*call as usize);
                    if let Some(body) = call.and_then(|call| call.body.as_ref()) {
                        TextSource::of(body, self.components).push_text(Cut::default(), out);
                    }
                    continue;
                }
                Some(_) => continue,
                None => self.rest,
            };
            let mut last = None;
            while let Some(run) = runs.next_if(|run| run.chunk == index) {
                let slice = |from: u32, to: u32| html.get(from as usize..to as usize).unwrap_or("");
                let before = last.map_or("", |last| slice(last, run.start));
                if before.bytes().all(|b| matches!(b, b'<' | b'>')) {
                    out.push_str(before);
                }
                if run.apart {
                    new_line(out);
                }
                push_decoded(out, slice(run.start, run.end));
                last = Some(run.end);
            }
            if index as usize >= self.chunks.len() {
                break;
            }
        }
    }
}

/// A stretch of text with its place.
pub(super) struct Stretch<'a> {
    pub text: &'a str,
    pub within: Within,
    /// Whether a word before it ends.
    pub apart: bool,
    /// The address, as an index in the body's links, that was written last before it.
    pub link: Option<u32>,
}

impl TextSource<'_> {
    /// Reads the text in its order.
    pub(super) fn read(&self, to: &mut dyn FnMut(Stretch<'_>)) {
        let mut runs = self.runs.iter().peekable();
        let mut link = None;
        let mut decoded = String::new();
        for (index, chunk) in (0..).zip(self.chunks) {
            match chunk {
                Chunk::Url(url) => link = Some(*url),
                Chunk::Component(call) => {
                    let call = self.components.get(*call as usize);
                    if let Some(body) = call.and_then(|call| call.body.as_ref()) {
                        TextSource::of(body, self.components).read(to);
                    }
                }
                Chunk::Html(html) => {
                    while let Some(run) = runs.next_if(|run| run.chunk == index) {
                        let text = html.get(run.start as usize..run.end as usize).unwrap_or("");
                        let text = if text.contains('&') {
                            decoded.clear();
                            push_decoded(&mut decoded, text);
                            &decoded
                        } else {
                            text
                        };
                        to(Stretch { text, within: run.within, apart: run.apart, link });
                    }
                }
                _ => {}
            }
        }
    }
}

fn new_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Appends escaped text. A line end in it, with the indentation after it, is a blank.
fn push_decoded(out: &mut String, html: &str) {
    let mut rest = html;
    if out.is_empty() || out.ends_with([' ', '\n']) {
        rest = rest.trim_ascii_start();
    }
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'&' | b'\n')) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            let (decoded, len) = decode_first(rest);
            out.push_str(&decoded);
            rest = &rest[len..];
        } else {
            if !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
            rest = rest.trim_ascii_start();
        }
    }
    out.push_str(rest);
}
