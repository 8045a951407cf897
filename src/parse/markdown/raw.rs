//! Raw HTML: it is passed on as it is, except that its addresses become holes; its ids are noted.
//!
//! Where the site does not allow raw HTML, it is shown as text.

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use super::calls::Segment;
use super::html::{self, Attribute, Piece, Tag};
use super::sink::push_attribute;
use super::writer::{Item, Writer};
use crate::parse::{BlockKind, Chunk, LinkKind, Within};

/// What is known about the raw HTML so far.
#[derive(Default)]
pub(super) struct RawState {
    /// Elements opened and not closed.
    open: usize,
    /// Those of them that are links, code, and more than a part of a line.
    links: usize,
    code: usize,
    blocks: usize,
    /// Where the lines of the current block are in the text: (in the block, in the text).
    lines: Vec<(usize, usize)>,
    /// Where the current tag is, if it is in a paragraph. The parser may have stripped the markers of
    /// quotes and lists that its lines begin with.
    tag: Option<Range<usize>>,
    /// What the policy of the pages forbids.
    pub(crate) forbidden: super::policy::Forbidden,
    /// Whether a paragraph of HTML that is shown as text has begun.
    shown: bool,
}

/// Elements without content, and those whose end may be left out.
const NEVER_CLOSED: [&str; 27] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup",
    "option", "optgroup",
];

/// Those of them whose text is code.
const CODE: [&str; 4] = ["code", "kbd", "samp", "tt"];

/// Elements that do not separate words.
pub(super) const INLINE: [&str; 30] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var",
];

impl RawState {
    /// Whether every element is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.open == 0
    }

    fn track(&mut self, name: &str, tag: &Tag) {
        if tag.empty || is_one_of(&NEVER_CLOSED, name) {
            return;
        }
        let count = |open: &mut usize| {
            *open = if tag.closing { open.saturating_sub(1) } else { *open + 1 };
        };
        count(&mut self.open);
        if name.eq_ignore_ascii_case("a") {
            count(&mut self.links);
        } else if is_one_of(&CODE, name) {
            count(&mut self.code);
        } else if !is_one_of(&INLINE, name) {
            count(&mut self.blocks);
        }
    }

    /// What the author's open tags make of text.
    pub(super) fn within(&self) -> Within {
        let mut within = Within::PROSE;
        for (open, flag) in
            [(self.links, Within::LINK), (self.code, Within::CODE), (self.blocks, Within::HTML)]
        {
            if open > 0 {
                within = within.and(flag);
            }
        }
        within
    }

    /// The byte of the text for a byte of the current block.
    fn at(&self, byte: usize) -> usize {
        let line = self.lines.partition_point(|(block, _)| *block <= byte).saturating_sub(1);
        self.lines.get(line).map_or(byte, |(block, text)| text + (byte - block))
    }
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// What an attribute is for, if it is an address.
fn link_kind(tag: &str, attribute: &str) -> Option<LinkKind> {
    let tag_is = |names: &[&str]| is_one_of(names, tag);
    if attribute.eq_ignore_ascii_case("href") {
        tag_is(&["a", "area"]).then_some(LinkKind::Link)
    } else if attribute.eq_ignore_ascii_case("src") {
        if tag_is(&["img", "input"]) {
            return Some(LinkKind::Image);
        }
        tag_is(&["source", "video", "audio", "iframe", "track", "embed"]).then_some(LinkKind::Media)
    } else if attribute.eq_ignore_ascii_case("poster") {
        tag_is(&["video"]).then_some(LinkKind::Image)
    } else if attribute.eq_ignore_ascii_case("srcset") {
        tag_is(&["img", "source"]).then_some(LinkKind::Image)
    } else {
        None
    }
}

impl<'a> Writer<'a> {
    /// A block of HTML: its lines are put together, because a tag may span several.
    pub(super) fn html_block(&mut self, events: &mut Peekable<impl Iterator<Item = Item<'a>>>) {
        self.block();
        let mut block = std::mem::take(&mut self.scratch);
        self.raw.lines.clear();
        for (event, range) in events.by_ref() {
            match event {
                Event::Html(html) | Event::Text(html) => {
                    let next = self.raw.lines.last().map(|(b, text)| text + (block.len() - b));
                    if next != Some(range.start) {
                        self.raw.lines.push((block.len(), range.start));
                    }
                    block.push_str(&html);
                }
                Event::End(TagEnd::HtmlBlock) => break,
                _ => {}
            }
        }
        self.raw_html(&block);
        if std::mem::take(&mut self.raw.shown) {
            self.sink.push("</p>\n");
        }
        block.clear();
        self.scratch = block;
        self.end_of_block(BlockKind::Other);
    }

    /// One tag or comment within a paragraph.
    pub(super) fn inline_html(&mut self, html: &str, range: Range<usize>) {
        self.raw.tag = Some(range);
        self.raw.shown = true;
        self.raw_html(html);
        self.raw.shown = false;
        self.raw.tag = None;
    }

    fn raw_html(&mut self, html: &str) {
        let passes = self.config.markdown.html;
        let mut after_more = false;
        for piece in html::pieces(html) {
            let after = std::mem::take(&mut after_more);
            match piece {
                Piece::Opaque(range) if is_more(&html[range.clone()]) => {
                    self.summary_ends();
                    after_more = true;
                }
                // The rest of the comment's line goes with it.
                Piece::Text(range) if after && html[range.clone()].trim().is_empty() => {}
                Piece::Opaque(range) if self.is_call(&html[range.clone()]) => {
                    self.calls_in(&html[range], |_, _| {});
                }
                Piece::Text(range) if passes => self.calls_in(&html[range], Writer::raw_text),
                Piece::Opaque(range) if passes => self.verbatim(&html[range]),
                Piece::Tag(tag) if passes => self.raw_tag(html, &tag),
                Piece::Text(range) => self.calls_in(&html[range], Writer::show),
                Piece::Opaque(range) | Piece::Tag(Tag { range, .. }) => {
                    let text = self.unmask(&html[range]).into_owned();
                    self.show(&text);
                }
            }
        }
    }

    /// Whether a declaration is really the mask of a component call.
    fn is_call(&self, html: &str) -> bool {
        self.calls
            .is_some_and(|calls| html.starts_with("<?") && calls.begins_with_token(&html[2..]))
    }

    /// Writes the calls in a text, and hands the rest to a function.
    fn calls_in(&mut self, text: &str, mut rest: impl FnMut(&mut Self, &str)) {
        let Some(calls) = self.calls else { return rest(self, text) };
        for segment in calls.segments(text) {
            match segment {
                Segment::Text(text) => rest(self, text),
                Segment::Token(token) => self.token(token),
            }
        }
    }

    /// Text between tags. An author may have written a bare `<` or `>` in it.
    fn raw_text(&mut self, text: &str) {
        if text.trim_ascii().is_empty() && self.apart {
            return self.sink.push(text);
        }
        let mut rest = text;
        loop {
            let end = rest.find(['<', '>']).unwrap_or(rest.len());
            let start = self.sink.html().len();
            self.sink.push(&rest[..end]);
            self.note_text(start, Within::HTML);
            if end == rest.len() {
                break;
            }
            self.sink.push(&rest[end..=end]);
            rest = &rest[end + 1..];
        }
    }

    fn verbatim(&mut self, html: &str) {
        let html = self.unmask(html);
        self.sink.push(&html);
    }

    /// HTML as text.
    fn show(&mut self, html: &str) {
        if !self.raw.shown && !html.trim().is_empty() {
            self.raw.shown = true;
            self.gap();
            self.sink.push("<p>");
        }
        if self.raw.shown {
            self.text(html, Within::PROSE);
        } else {
            self.gap();
        }
    }

    /// `<!-- more -->`: what is above is the summary.
    fn summary_ends(&mut self) {
        if self.body.more.is_some() || self.more.pending || self.within.is_in(Within::NOTE) {
            return;
        }
        self.more.pending = true;
        if self.at_top() {
            self.more.stood = Some(self.sink.here());
        }
        self.end_of_block(BlockKind::Other);
    }

    fn raw_tag(&mut self, html: &str, tag: &Tag) {
        let name = &html[tag.name.clone()];
        self.raw.track(name, tag);
        if !is_one_of(&INLINE, name) {
            self.gap();
        }
        let range =
            self.raw.tag.clone().unwrap_or_else(|| {
                self.raw.at(tag.range.start)..self.raw.at(tag.range.end - 1) + 1
            });
        let span = self.place.span(&range);
        self.raw.forbidden.look(html, tag, span);
        let mut last = tag.range.start;
        let mut seen: Vec<&str> = Vec::new();
        for attribute in &tag.attributes {
            let key = &html[attribute.name.clone()];
            let value = &html[attribute.value.clone()];
            // Of several attributes with the same name, browsers take the first.
            if seen.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                continue;
            }
            if key.eq_ignore_ascii_case("id")
                || (key.eq_ignore_ascii_case("name") && name.eq_ignore_ascii_case("a"))
            {
                let id = self.unmask(value);
                self.ids.anchor(&html::decode(&id));
            }
            let Some(kind) = link_kind(name, key) else { continue };
            if value.trim().is_empty() {
                continue;
            }
            seen.push(key);
            self.verbatim(&html[last..attribute.quoted.start]);
            self.sink.push("\"");
            let value = self.unmask(value).into_owned();
            if key.eq_ignore_ascii_case("srcset") {
                self.candidates(&value, |writer, dest| {
                    let index = writer.link(dest, LinkKind::Image, span);
                    writer.sink.hole(Chunk::Url(index));
                });
                self.sink.push("\"");
            } else {
                let index = self.link(&address(&value), kind, span);
                self.sink.hole(Chunk::Url(index));
                self.sink.push("\"");
                if name.eq_ignore_ascii_case("img") && !is_sized(html, &tag.attributes) {
                    self.sink.hole(Chunk::Size(index));
                }
            }
            last = attribute.quoted.end;
        }
        self.verbatim(&html[last..tag.range.end]);
    }

    /// The candidates of a `srcset`: each address is handed to a function, the rest is written.
    fn candidates(&mut self, value: &str, mut address_of: impl FnMut(&mut Self, &str)) {
        let value = html::decode(value);
        let mut rest = &*value;
        loop {
            let begin = rest.find(|c: char| !c.is_ascii_whitespace() && c != ',');
            let (gap, tail) = rest.split_at(begin.unwrap_or(rest.len()));
            push_attribute(self.sink.html(), gap);
            if tail.is_empty() {
                return;
            }
            let end = tail.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tail.len());
            let dest = tail[..end].trim_end_matches(',');
            address_of(self, dest);
            rest = &tail[dest.len()..];
            if dest.len() == end {
                // What follows, up to a comma, is the width or density.
                let (descriptor, tail) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                push_attribute(self.sink.html(), descriptor);
                rest = tail;
            }
        }
    }
}

/// Whether the author has given the picture's size.
fn is_sized(html: &str, attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| is_one_of(&["width", "height"], &html[a.name.clone()]))
}

/// The value of an attribute as an address: browsers drop line ends and tabs.
fn address(value: &str) -> String {
    let mut address = html::decode(value.trim()).into_owned();
    address.retain(|c| !matches!(c, '\n' | '\r' | '\t'));
    address
}

/// `<!-- more -->` in any spelling.
fn is_more(comment: &str) -> bool {
    comment
        .strip_prefix("<!--")
        .and_then(|rest| rest.strip_suffix("-->"))
        .is_some_and(|word| word.trim().eq_ignore_ascii_case("more"))
}
