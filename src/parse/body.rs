//! What Markdown becomes: HTML with typed holes.

use crate::base::Span;

/// The body of a document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// In order; joined, with the holes filled, they are the page's content.
    pub chunks: Vec<Chunk>,
    /// How many of `chunks` stand before `<!-- more -->`.
    pub more: Option<usize>,
    /// How many of `chunks` are the first paragraph and what stands before it, for a summary
    /// where there is no `<!-- more -->`. 0 if there is no paragraph.
    pub lead: usize,
    /// For the table of contents, in order.
    pub headings: Vec<Heading>,
    /// Every id that the body defines (headings, footnotes, raw HTML), sorted.
    pub anchors: Vec<Box<str>>,
    /// Every address that the body names, in order; `Chunk::Url` and `Chunk::Size` point here.
    pub links: Vec<Link>,
    /// Every component call; `Chunk::Component` points here.
    pub components: Vec<ComponentCall>,
    /// The footnotes that are one paragraph, without its tags, for a place beside the text:
    /// `Chunk::Note` points here. `None` for those that only fit at the end.
    pub notes: Vec<Option<Vec<Chunk>>>,
    /// The first paragraph's words, at most about 300 characters: a description where none is given.
    pub(crate) excerpt: String,
    /// Words (for scripts without blanks: characters divided by two).
    pub(crate) words: usize,
    /// Text of the first heading, where the front matter has no title: then it is that of the page.
    pub(crate) title: Option<String>,
    /// How many of `chunks`, from the first, are that heading when the body begins with it: the page
    /// leaves them out. Else 0.
    pub title_chunks: usize,
}

impl Body {
    /// Leaves the first heading what it is: the page has another title.
    pub(super) fn keep_heading(&mut self) {
        self.title = None;
        self.title_chunks = 0;
    }
}

/// A chunk of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Chunk {
    /// Finished HTML.
    Html(Box<str>),
    /// The value of an `href`, `src`, `poster` or `srcset` candidate: an index in `links`. The
    /// quotes around it are in the HTML beside it; it is escaped when filled.
    Url(u32),
    /// ` width="…" height="…"` of the image at that index in `links`; nothing where unknown, or
    /// where the author gave them.
    Size(u32),
    /// ` id="…"`; left out where several bodies share a page. The id is escaped already.
    Id(Box<str>),
    /// A component call: an index in `components`.
    Component(u32),
    /// Where a footnote may stand beside the text, on its own page: an index in `notes`. It stands
    /// at the end of the body as well.
    Note(u32),
}

/// An address that a body names.
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
    /// Unique in the body.
    pub id: Box<str>,
    /// Its words without markup.
    pub(crate) text: Box<str>,
}

/// `{{<name arg="…"/>}}` or `{% <name arg="…"> %} … {% </name> %}` in Markdown.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentCall {
    /// The component.
    pub(crate) name: Box<str>,
    /// In the order written; names are unique.
    pub(crate) args: Vec<(Box<str>, Arg)>,
    /// The Markdown between the opening and the closing call.
    pub body: Option<Vec<Chunk>>,
    /// The call in the file (for one with a body: its opening).
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
