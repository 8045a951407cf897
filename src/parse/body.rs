//! What Markdown becomes: HTML with typed holes, and what is known about it.

use super::passage::{Cut, Passage, Run, TextSource, Within};
use crate::base::Span;

/// The body of a document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// The whole of it, with the footnotes at the end.
    pub content: Passage,
    /// The blocks at the top of `content`, in order: each begins where the one before it ends. After
    /// the last one come the footnotes, and before these whatever the author's HTML leaves open.
    pub blocks: Vec<Block>,
    /// Where `<!-- more -->` stands.
    pub(crate) more: Option<Cut>,
    /// The headings for the table of contents, in order.
    pub headings: Vec<Heading>,
    /// Every id that the body defines (of headings, footnotes, raw HTML), sorted.
    pub anchors: Vec<Box<str>>,
    /// Every address in the body, in order; `Chunk::Url` and `Chunk::Size` point here.
    pub links: Vec<Link>,
    /// Every component call; `Chunk::Component` points here.
    pub components: Vec<ComponentCall>,
    /// The footnotes that are one paragraph, without its tags, to be shown beside the text:
    /// `Chunk::Note` points here. `None` for those that fit only at the end.
    pub notes: Vec<Option<Passage>>,
    /// The first paragraph's words, cut to about 300 characters: the description where none is given.
    pub(crate) excerpt: String,
    /// How many words it has (in scripts without blanks: half the number of characters).
    pub(crate) words: usize,
    /// The text of the first heading if the front matter has no title: then it is the page's title.
    pub(crate) title: Option<String>,
    /// Where that heading ends if the body begins with it, since the page leaves it out; otherwise the
    /// beginning.
    pub(crate) title_end: Cut,
}

impl Body {
    /// Keeps the first heading in the body, since the page has another title.
    pub(super) fn keep_heading(&mut self) {
        self.title = None;
        self.title_end = Cut::default();
    }

    /// Whether it begins with the heading that is the title of the page.
    pub(crate) fn begins_with_title(&self) -> bool {
        self.title_end > Cut::default()
    }

    /// Where the summary ends: at `<!-- more -->`, else after the first paragraph at the top. If there
    /// is neither, at the beginning.
    pub fn summary_end(&self) -> Cut {
        let is_paragraph = |block: &&Block| block.kind == BlockKind::Paragraph;
        let lead = self.blocks.iter().find(is_paragraph).map(|block| block.end);
        self.more.or(lead).unwrap_or_default()
    }

    /// The numbers of the blocks that are paragraphs with words.
    pub(crate) fn paragraphs(&self) -> impl Iterator<Item = usize> {
        let is_paragraph = |(_, block): &(usize, &Block)| block.kind == BlockKind::Paragraph;
        self.blocks.iter().enumerate().filter(is_paragraph).map(|(at, _)| at)
    }

    /// Whether something that the author did not write may stand after a block: between two plain
    /// paragraphs, but not after the first one, which says what the text is about, and not where the
    /// words lead over to what follows.
    pub(crate) fn has_room(&self, block: usize) -> bool {
        self.paragraphs().next() != Some(block)
            && self.is_plain(block)
            && self.is_plain(block + 1)
            && !self.text_of(block).ends_with([':', '：'])
    }

    /// Whether a block is a paragraph of words, without pictures or components, and more than a link.
    fn is_plain(&self, block: usize) -> bool {
        const OTHER: Within = Within::HEADING
            .and(Within::QUOTE)
            .and(Within::LIST)
            .and(Within::TABLE)
            .and(Within::CAPTION)
            .and(Within::HTML);
        if self.blocks.get(block).is_none_or(|block| block.kind != BlockKind::Paragraph) {
            return false;
        }
        let (from, to) = self.range(block);
        let is_words = |chunk: &Chunk| match chunk {
            Chunk::Url(link) => {
                self.links.get(*link as usize).is_some_and(|link| link.kind == LinkKind::Link)
            }
            Chunk::Size(_) | Chunk::Component(_) => false,
            Chunk::Html(_) | Chunk::Id(_) | Chunk::Note(_) => true,
        };
        let runs = self.content.runs_between(from, to);
        let is_prose = !runs.iter().any(|run| run.within.is_in(OTHER));
        is_prose && self.chunks_of(block).iter().all(is_words) && !self.is_link(block)
    }

    /// Whether a block is hardly more than a link: "Read also: …", written by hand.
    pub(crate) fn is_link(&self, block: usize) -> bool {
        let (from, to) = self.range(block);
        let runs = self.content.runs_between(from, to).iter();
        let (linked, others): (Vec<&Run>, Vec<&Run>) =
            runs.partition(|run| run.within.is_in(Within::LINK));
        let length = |runs: Vec<&Run>| runs.iter().map(|run| run.end - run.start).sum::<u32>();
        let (linked, others) = (length(linked), length(others));
        linked > 0 && (linked > others || others <= LABEL)
    }

    /// The links in a block, as indices in `links`.
    pub(crate) fn links_in(&self, block: usize) -> impl Iterator<Item = usize> {
        self.chunks_of(block).iter().filter_map(|chunk| match chunk {
            Chunk::Url(link) => Some(*link as usize),
            _ => None,
        })
    }

    /// The chunks of a block, but for the HTML that it shares with its neighbours.
    fn chunks_of(&self, block: usize) -> &[Chunk] {
        let (from, to) = self.range(block);
        self.content.between(from, to).1
    }

    /// Where a block begins and ends.
    fn range(&self, block: usize) -> (Cut, Cut) {
        let end = |block: &Block| block.end;
        let from = block.checked_sub(1).and_then(|before| self.blocks.get(before)).map(end);
        (from.unwrap_or_default(), self.blocks.get(block).map(end).unwrap_or_default())
    }

    /// The text of a block, without markup.
    pub(crate) fn text_of(&self, block: usize) -> String {
        let (from, to) = self.range(block);
        let mut text = String::new();
        TextSource::until(&self.content, to, &self.components).push_text(from, &mut text);
        text.truncate(text.trim_end().len());
        text
    }

    /// Its text without markup, one line for each block, list item and table cell. The text of
    /// component bodies is where they are called; that of footnotes is at the end, once.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        TextSource::of(&self.content, &self.components).push_text(Cut::default(), &mut text);
        text.truncate(text.trim_end().len());
        text
    }
}

/// So many bytes beside a link are no more than a label.
const LABEL: u32 = 24;

/// A block at the top of a body. Something can be inserted before and after it, because no element
/// is open there. If the author's HTML opens an element in one block and closes it in another, they
/// and all between them are one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What kind of block it is, or ends with.
    pub(crate) kind: BlockKind,
    /// Where it ends, in the body's `content`.
    pub end: Cut,
}

/// What kind of block it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// A paragraph with words.
    Paragraph,
    /// A heading.
    Heading,
    /// Anything else: a list, a table, a figure, a component.
    Other,
}

/// A chunk of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Chunk {
    /// Finished HTML.
    Html(Box<str>),
    /// The value of an `href`, `src`, `poster` or `srcset` candidate: an index in `links`. The
    /// quotes around it are in the HTML beside it; it is escaped when filled.
    Url(u32),
    /// ` width="…" height="…"` of the image at that index in `links`; nothing if the size is unknown
    /// or given by the author.
    Size(u32),
    /// ` id="…"`, escaped already; left out where several bodies share a page.
    Id(Box<str>),
    /// A component call: an index in `components`.
    Component(u32),
    /// Where a footnote may be shown beside the text on the document's own page: an index in `notes`.
    /// It is at the end of the body as well.
    Note(u32),
}

/// An address in a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// As written, with Markdown's and HTML's escapes undone: `@/posts/x.md#exile`, `a.jpg`.
    pub(crate) dest: Box<str>,
    /// The link in the file: the whole `[text](dest)`, tag or call.
    pub span: Span,
    /// What it is for.
    pub(crate) kind: LinkKind,
}

/// What an address in a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// A link that readers follow.
    Link,
    /// A picture.
    Image,
    /// Anything else that is loaded: video, audio, tracks.
    Media,
}

/// A heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// 1 to 6.
    pub(crate) level: u8,
    /// Its id, unique in the body.
    pub id: Box<str>,
    /// Its words, without markup.
    pub(crate) text: Box<str>,
}

/// `{{<name arg="…"/>}}` or `{% <name arg="…"> %} … {% </name> %}` in Markdown.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentCall {
    /// The name of the component.
    pub(crate) name: Box<str>,
    /// In the order written; names are unique.
    pub(crate) args: Vec<(Box<str>, Arg)>,
    /// The Markdown between the opening and the closing call.
    pub body: Option<Passage>,
    /// The call in the file; of a call with a body, its opening tag.
    pub span: Span,
}

/// The value of an argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arg {
    /// A literal: text, number, boolean, list or map.
    Value(serde_json::Value),
    /// `src`, `href` or `poster`: an address, as an index in the body's `links`.
    Url(u32),
}
