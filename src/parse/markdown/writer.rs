//! The Markdown parser's events → a body.

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, LinkType, Tag, TagEnd};

use super::Placing;
use super::calls::Calls;
use super::components::Frame;
use super::highlight;
use super::ids::Ids;
use super::notes::Notes;
use super::raw::RawState;
use super::sink::{Sink, push_attribute};
use super::text::within;
use super::words;
use crate::base::text::shorten;
use crate::base::{Diagnostics, Span};
use crate::config::Config;
use crate::parse::{Block, BlockKind, Body, Chunk, Cut, Link, LinkKind, Within};

/// Longest excerpt in characters.
const EXCERPT: usize = 300;

/// An event, and where it is in the text.
pub(super) type Item<'a> = (Event<'a>, Range<usize>);

/// Writes a body.
pub(super) struct Writer<'a> {
    /// The text as the parser reads it, with component calls masked.
    text: &'a str,
    pub(crate) place: Placing<'a>,
    pub(crate) config: &'a Config,
    pub(crate) calls: Option<&'a Calls>,
    pub(crate) out: &'a mut Diagnostics,
    /// What is being written: the body, a component's body or a footnote.
    pub(crate) sink: Sink,
    /// What has been found out about the body so far.
    pub(crate) body: Body,
    pub(crate) ids: Ids,
    pub(crate) notes: Notes<'a>,
    /// Components whose body is being written.
    pub(crate) frames: Vec<Frame>,
    /// What text stands in here.
    pub(crate) within: Within,
    /// For each open element, what text stands in outside it.
    pub(crate) outer: Vec<Within>,
    /// The text that comes next begins a line.
    pub(crate) apart: bool,
    pub(crate) raw: RawState,
    pub(crate) more: More,
    pub(crate) open: Open,
    /// The open heading, and whether the body begins with it.
    heading: Option<bool>,
    table: Table,
    /// A task's `<label>` is open.
    label: bool,
    /// Open components that are left out because they are nested too deeply.
    pub(crate) too_deep: usize,
    /// What is left of the budget for highlighting.
    pub(crate) highlighting: usize,
    /// Room for text that is gathered before it is written.
    pub(crate) scratch: String,
}

/// The state of `<!-- more -->`.
#[derive(Default)]
pub(super) struct More {
    /// Met, but the summary cannot end there yet: that would cut an element in two.
    pub(crate) pending: bool,
    /// Where it was, if no element that Markdown knows of was open.
    pub(crate) stood: Option<Cut>,
}

/// The paragraph or heading that is being written.
#[derive(Default)]
pub(super) struct Open {
    /// Where it begins.
    from: Cut,
    /// Whether it has words so far.
    pub(crate) has_words: bool,
    /// Whether it is a paragraph without `<p>`.
    bare: bool,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        text: &'a str,
        place: Placing<'a>,
        config: &'a Config,
        calls: Option<&'a Calls>,
        out: &'a mut Diagnostics,
    ) -> Self {
        Writer {
            text,
            place,
            config,
            calls,
            out,
            sink: Sink::with_capacity(text.len().min(4096)),
            body: Body::default(),
            ids: Ids::default(),
            notes: Notes::default(),
            frames: Vec::new(),
            within: Within::PROSE,
            outer: Vec::new(),
            apart: false,
            raw: RawState::default(),
            more: More::default(),
            open: Open::default(),
            heading: None,
            table: Table::default(),
            label: false,
            too_deep: 0,
            highlighting: highlight::BUDGET,
            scratch: String::new(),
        }
    }

    /// Writes what the parser reports.
    pub(super) fn run(&mut self, events: impl Iterator<Item = Item<'a>>) {
        let mut events = events.peekable();
        while let Some((event, range)) = events.next() {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    self.notes.define(&label, &mut events);
                }
                Event::Start(Tag::HtmlBlock) => self.html_block(&mut events),
                Event::Start(Tag::CodeBlock(kind)) => self.code_block(&kind, &mut events),
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    self.image(&dest_url, &title, range, &mut events);
                }
                Event::Start(Tag::Paragraph) => self.paragraph(&range, &mut events),
                Event::Start(tag) => self.start(tag, range),
                Event::End(tag) => self.end(tag),
                event => self.inline(event, range),
            }
        }
    }

    /// Closes what is still open and ties up loose ends once everything is read. Returns the body's
    /// text as well.
    pub(super) fn finish(mut self) -> (Body, String) {
        self.close_frames(0);
        self.write_notes();
        self.raw.forbidden.report(&self.config.policy, self.place.source, self.out);
        let mut body = self.body;
        body.content = self.sink.finish();
        if body.more.is_none() {
            body.more = self.more.stood;
        }
        self.ids.resolve(&mut body, self.config.slugs);
        // Bodies are kept, thousands of them: what they had room for to grow is given back.
        body.blocks.shrink_to_fit();
        body.links.shrink_to_fit();
        body.headings.shrink_to_fit();
        body.anchors.shrink_to_fit();
        let text = body.text();
        body.words = words::count(&text);
        if body.excerpt.is_empty() {
            body.excerpt = shorten(&text, EXCERPT);
        }
        (body, text)
    }

    /// Notes an address; returns its number.
    pub(super) fn link(&mut self, dest: &str, kind: LinkKind, span: Span) -> u32 {
        let index = u32::try_from(self.body.links.len()).unwrap_or(u32::MAX);
        let dest = if self.may_link(dest, span) { dest } else { "" };
        self.body.links.push(Link { dest: dest.into(), span, kind });
        index
    }

    /// Whether what is written now is at the top of the body.
    pub(super) fn at_top(&self) -> bool {
        self.depth() == 0 && self.frames.is_empty() && !self.within.is_in(Within::NOTE)
    }

    fn paragraph(
        &mut self,
        range: &Range<usize>,
        events: &mut Peekable<impl Iterator<Item = Item<'a>>>,
    ) {
        self.block();
        self.open = Open { from: self.sink.here(), ..Open::default() };
        let figure = match events.peek() {
            Some((Event::Start(Tag::Image { title, .. }), image)) => {
                !title.is_empty()
                    && self.is_blank(range.start..image.start)
                    && self.is_blank(image.end..range.end)
            }
            _ => false,
        };
        self.open.bare = figure || self.calls.is_some_and(|calls| calls.fill(range.clone()));
        if !self.open.bare {
            self.sink.push("<p>");
        }
        self.enter(Within::PROSE);
        if figure
            && let Some((Event::Start(Tag::Image { dest_url, title, .. }), image)) = events.next()
        {
            self.figure(&dest_url, &title, image, events);
        }
    }

    fn is_blank(&self, range: Range<usize>) -> bool {
        self.text.get(range).is_some_and(|text| text.trim().is_empty())
    }

    /// Begins a block: on a new line, outside a task's label.
    pub(super) fn block(&mut self) {
        self.end_label();
        self.sink.fresh_line();
        self.gap();
    }

    fn end_label(&mut self) {
        if std::mem::take(&mut self.label) {
            self.sink.push("</label>");
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        let within = within(&tag);
        match tag {
            Tag::Heading { level, id, classes, .. } => {
                self.block();
                self.start_heading(level as u8, id, &classes);
            }
            Tag::BlockQuote(kind) => {
                self.block();
                self.sink.push(match kind {
                    None => "<blockquote>\n",
                    Some(BlockQuoteKind::Note) => "<blockquote class=\"alert alert-note\">\n",
                    Some(BlockQuoteKind::Tip) => "<blockquote class=\"alert alert-tip\">\n",
                    Some(BlockQuoteKind::Important) => {
                        "<blockquote class=\"alert alert-important\">\n"
                    }
                    Some(BlockQuoteKind::Warning) => "<blockquote class=\"alert alert-warning\">\n",
                    Some(BlockQuoteKind::Caution) => "<blockquote class=\"alert alert-caution\">\n",
                });
            }
            Tag::List(first) => {
                self.block();
                match first {
                    None => self.sink.push("<ul>\n"),
                    Some(1) => self.sink.push("<ol>\n"),
                    Some(n) => self.sink.push(&format!("<ol start=\"{n}\">\n")),
                }
            }
            Tag::Item => self.start_block("<li>"),
            Tag::DefinitionList => self.start_block("<dl>\n"),
            Tag::DefinitionListTitle => self.start_block("<dt>"),
            Tag::DefinitionListDefinition => self.start_block("<dd>"),
            Tag::Table(alignments) => {
                self.start_block("<table>");
                self.table.alignments = alignments;
            }
            Tag::TableHead => {
                self.table.head = true;
                self.table.column = 0;
                self.sink.push("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.sink.push("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.sink.push("<em>"),
            Tag::Strong => self.sink.push("<strong>"),
            Tag::Strikethrough => self.sink.push("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.start_link(link_type, &dest_url, &title, &range);
            }
            // The others are written elsewhere, or not enabled.
            _ => {}
        }
        self.enter(within);
    }

    fn start_block(&mut self, html: &str) {
        self.block();
        self.sink.push(html);
    }

    fn start_heading(&mut self, level: u8, id: Option<CowStr<'a>>, classes: &[CowStr<'a>]) {
        let first = self.at_top() && self.sink.here() == Cut::default();
        self.heading = Some(first && self.body.title.is_none());
        self.open = Open { from: self.sink.here(), ..Open::default() };
        self.sink
            .push(["<h1", "<h2", "<h3", "<h4", "<h5", "<h6"][usize::from(level.clamp(1, 6)) - 1]);
        let hole = self.ids.heading(level, id.map(|id| self.unmask(&id).into_owned()).as_deref());
        self.sink.hole(hole);
        for (i, class) in classes.iter().enumerate() {
            self.sink.push(if i == 0 { " class=\"" } else { " " });
            let class = self.unmask(class);
            push_attribute(self.sink.html(), &class);
        }
        self.sink.push(if classes.is_empty() { ">" } else { "\">" });
    }

    fn end_heading(&mut self, level: u8) -> BlockKind {
        self.end_label();
        self.sink.push(
            ["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"]
                [usize::from(level.clamp(1, 6)) - 1],
        );
        let text = words::joined(&self.text_since(self.open.from));
        let begins = self.heading.take() == Some(true);
        // Headings in quotes and footnotes are not part of the outline.
        let in_outline = !self.within.is_in(Within::QUOTE.and(Within::NOTE));
        if in_outline && self.body.title.is_none() && !text.is_empty() {
            self.body.title = Some(text.clone());
            if begins {
                self.body.title_end = self.sink.here();
            }
        }
        self.ids.heading_text(text, in_outline);
        BlockKind::Heading
    }

    fn start_cell(&mut self) {
        self.gap();
        let class = match self.table.alignments.get(self.table.column) {
            None | Some(Alignment::None) => "",
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-right\"",
        };
        self.sink.push(if self.table.head { "<th" } else { "<td" });
        self.sink.push(class);
        self.sink.push(">");
    }

    fn start_link(&mut self, kind: LinkType, dest: &str, title: &str, range: &Range<usize>) {
        let dest = self.unmask(dest);
        let dest = if kind == LinkType::Email { format!("mailto:{dest}").into() } else { dest };
        let index = self.link(&dest, LinkKind::Link, self.place.span(range));
        if self.was_refused(&dest) {
            self.sink.push("<a");
        } else {
            self.sink.push("<a href=\"");
            self.sink.hole(Chunk::Url(index));
            self.sink.push("\"");
        }
        self.title_attribute(title);
        self.sink.push(">");
    }

    pub(super) fn title_attribute(&mut self, title: &str) {
        if !title.is_empty() {
            let title = self.unmask(title);
            self.sink.push(" title=\"");
            push_attribute(self.sink.html(), &title);
            self.sink.push("\"");
        }
    }

    fn end(&mut self, tag: TagEnd) {
        self.close_frames(self.depth());
        self.leave();
        let mut kind = BlockKind::Other;
        match tag {
            TagEnd::Paragraph => kind = self.end_paragraph(),
            TagEnd::Heading(level) => kind = self.end_heading(level as u8),
            TagEnd::BlockQuote(_) => {
                self.sink.fresh_line();
                self.sink.push("</blockquote>\n");
            }
            TagEnd::List(ordered) => self.sink.push(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => {
                self.end_label();
                self.sink.push("</li>\n");
            }
            TagEnd::DefinitionList => self.sink.push("</dl>\n"),
            TagEnd::DefinitionListTitle => self.sink.push("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.sink.push("</dd>\n"),
            TagEnd::Table => {
                self.table.alignments.clear();
                self.sink.push("</tbody></table>\n");
            }
            TagEnd::TableHead => {
                self.table.head = false;
                self.sink.push("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.sink.push("</tr>\n"),
            TagEnd::TableCell => {
                self.sink.push(if self.table.head { "</th>" } else { "</td>" });
                self.table.column += 1;
            }
            TagEnd::Emphasis => self.sink.push("</em>"),
            TagEnd::Strong => self.sink.push("</strong>"),
            TagEnd::Strikethrough => self.sink.push("</del>"),
            TagEnd::Link => self.sink.push("</a>"),
            _ => {}
        }
        self.end_of_block(kind);
    }

    /// Ends a block, and perhaps the summary, if nothing is open any more. A cut inside raw HTML
    /// would leave its elements open.
    pub(super) fn end_of_block(&mut self, kind: BlockKind) {
        if !self.at_top() || !self.raw.is_closed() {
            return;
        }
        let end = self.sink.here();
        if self.body.blocks.last().map_or(Cut::default(), |last| last.end) < end {
            self.body.blocks.push(Block { kind, end });
        }
        if self.more.pending && self.body.more.is_none() {
            self.body.more = Some(end);
        }
    }

    fn end_paragraph(&mut self) -> BlockKind {
        self.end_label();
        if std::mem::take(&mut self.open.bare) {
            return BlockKind::Other;
        }
        self.sink.push("</p>\n");
        if self.open.has_words && self.body.excerpt.is_empty() && self.at_top() {
            self.body.excerpt = shorten(&self.text_since(self.open.from), EXCERPT);
        }
        if self.open.has_words { BlockKind::Paragraph } else { BlockKind::Other }
    }

    /// Ends the last paragraph of a footnote, except for its `</p>`; returns whether it needs one.
    pub(super) fn end_open_paragraph(&mut self) -> bool {
        self.close_frames(0);
        self.leave();
        self.end_label();
        !std::mem::take(&mut self.open.bare)
    }

    fn inline(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Text(text) => self.words(&text),
            Event::Code(text) => {
                let mut text = self.unmask(&text);
                if text.contains('\n') {
                    // A component call that spans lines.
                    text = text.replace('\n', " ").into();
                }
                self.sink.push("<code>");
                self.text(&text, Within::CODE);
                self.sink.push("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(label) => self.reference(&label, &range),
            Event::SoftBreak => {
                self.text("\n", Within::PROSE);
            }
            Event::HardBreak => {
                self.sink.push("<br>\n");
                self.gap();
            }
            Event::Rule => {
                self.start_block("<hr>\n");
                self.end_of_block(BlockKind::Other);
            }
            Event::TaskListMarker(done) => {
                self.sink.push(if done {
                    "<label class=\"task\"><input type=\"checkbox\" disabled checked> "
                } else {
                    "<label class=\"task\"><input type=\"checkbox\" disabled> "
                });
                self.label = true;
            }
            _ => {}
        }
    }

    /// The text as the author wrote it, without masks.
    pub(super) fn unmask<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        match self.calls {
            None => text.into(),
            Some(calls) => calls.unmask(text),
        }
    }
}
