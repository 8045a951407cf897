//! Bodies with their holes filled.

use std::fmt::Write;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::base::text::escape_into;
use crate::base::{Diagnostic, Digest, Hasher};
use crate::config::Markdown;
use crate::parse::{Arg, Chunk, ComponentCall, Cut, Passage};
use crate::site::{DocId, Document, LinkTarget, Resolved, Site};

/// Where a body is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// On its own page: ids are kept, links are root-relative.
    OnItsPage,
    /// In a list, among others: without ids; `#part` leads to its page.
    InList,
    /// In a feed: without ids, links are absolute.
    InFeed,
}

/// Renders component calls. It is implemented in `render`, which knows the templates.
pub(crate) trait Components: Sync {
    /// The HTML of a call. `document` gives the page constants.
    fn render(
        &self,
        call: &ComponentCall,
        args: &[(&str, tera::Value)],
        body: Option<&str>,
        document: &Document,
    ) -> Result<String, Diagnostic>;

    /// Runs `fill`, which renders the calls of one document, and counts what all of them cost
    /// together.
    fn together(&self, fill: &mut dyn FnMut());

    /// Whether the component takes an argument of that name.
    fn takes(&self, component: &str, argument: &str) -> bool;
}

/// Fills the holes in the body of one document.
pub(crate) struct Filler<'a> {
    /// The site.
    pub(crate) site: &'a Site,
    /// Whose body it is.
    pub(crate) document: &'a Document,
    /// Where it is shown.
    pub(crate) shown: Shown,
    /// The stories that it offers on its own page, each with its place, in order.
    pub(crate) in_text: &'a [(Cut, DocId)],
    /// Renders component calls.
    pub(crate) components: &'a dyn Components,
}

impl Filler<'_> {
    /// The whole body, without the heading that became the page's title.
    pub(crate) fn content(&self, problems: &mut Vec<Diagnostic>) -> String {
        let body = &self.document.doc.body;
        let stories = if self.shown == Shown::OnItsPage { self.in_text } else { &[] };
        self.together(body.title_end, body.content.end(), stories, problems)
    }

    /// What comes before `<!-- more -->`, or the first paragraph.
    pub(crate) fn summary(&self, problems: &mut Vec<Diagnostic>) -> String {
        let body = &self.document.doc.body;
        let (from, to) = (body.title_end, body.summary_end());
        if from >= to { String::new() } else { self.together(from, to, &[], problems) }
    }

    /// What is between two places, with stories that are offered there.
    fn together(
        &self,
        from: Cut,
        to: Cut,
        stories: &[(Cut, DocId)],
        problems: &mut Vec<Diagnostic>,
    ) -> String {
        let content = &self.document.doc.body.content;
        let mut html = String::with_capacity(size(content.between(from, to).1));
        self.components.together(&mut || {
            let mut from = from;
            let ends = stories.iter().map(|(cut, doc)| (*cut, Some(*doc)));
            for (to, story) in ends.chain([(to, None)]) {
                let (head, chunks, tail) = content.between(from, to);
                html.push_str(head);
                self.fill(chunks, &mut html, problems);
                html.push_str(tail);
                if let Some(story) = story {
                    self.offer(story, &mut html);
                }
                from = to;
            }
        });
        html
    }

    /// A story between two paragraphs. Its class tells programs that extract texts to leave it out.
    fn offer(&self, story: DocId, out: &mut String) {
        let story = self.site.document(story);
        out.push_str("<p class=\"read-also-inline\">");
        escape_into(out, read_also(self.site, self.document));
        out.push_str(": <a href=\"");
        escape_into(out, &self.site.config.base_url.relative(&story.url));
        out.push_str("\">");
        escape_into(out, &story.title);
        out.push_str("</a></p>\n");
    }

    fn filled(&self, passage: &Passage, problems: &mut Vec<Diagnostic>) -> String {
        let mut html = String::with_capacity(size(&passage.chunks));
        self.fill(&passage.chunks, &mut html, problems);
        html
    }

    fn fill(&self, chunks: &[Chunk], out: &mut String, problems: &mut Vec<Diagnostic>) {
        for chunk in chunks {
            match chunk {
                Chunk::Html(html) => out.push_str(html),
                Chunk::Url(link) => escape_into(out, &self.url(*link)),
                Chunk::Size(link) => {
                    if let Some((width, height)) = self.size(*link) {
                        let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
                    }
                }
                Chunk::Id(id) => {
                    if self.shown == Shown::OnItsPage {
                        let _ = write!(out, " id=\"{id}\"");
                    }
                }
                Chunk::Note(note) => self.note(*note, out, problems),
                Chunk::Component(call) => {
                    if let Some(call) = self.document.doc.body.components.get(*call as usize) {
                        self.component(call, out, problems);
                    }
                }
            }
        }
    }

    /// A footnote beside the text. It is hidden from readers without the style sheet, who find the
    /// footnotes at the end.
    fn note(&self, note: u32, out: &mut String, problems: &mut Vec<Diagnostic>) {
        let passage = self.document.doc.body.notes.get(note as usize);
        let (Some(Some(passage)), Shown::OnItsPage) = (passage, self.shown) else { return };
        let number = note + 1;
        let _ = write!(out, "<span class=\"sidenote\" role=\"note\" hidden><sup>{number}</sup> ");
        self.fill(&passage.chunks, out, problems);
        out.push_str("</span>");
    }

    /// The address of a link, not yet escaped for HTML.
    fn url(&self, link: u32) -> String {
        let index = link as usize;
        match self.document.links.get(index) {
            Some(Resolved::Site(target)) => self.target(target),
            Some(Resolved::Fragment(fragment)) if self.shown == Shown::OnItsPage => {
                format!("#{fragment}")
            }
            Some(Resolved::Fragment(fragment)) => {
                let base = &self.site.config.base_url;
                let url = &self.document.url;
                let page = match self.shown {
                    Shown::InFeed => base.absolute(url),
                    _ => base.relative(url),
                };
                format!("{page}#{fragment}")
            }
            Some(Resolved::Verbatim) | None => self
                .document
                .doc
                .body
                .links
                .get(index)
                .map_or_else(String::new, |l| external(&l.dest)),
        }
    }

    fn target(&self, target: &LinkTarget) -> String {
        let base = &self.site.config.base_url;
        let mut url = match self.shown {
            Shown::InFeed => base.absolute(&target.url),
            _ => base.relative(&target.url),
        };
        url.push_str(&target.suffix);
        url
    }

    fn size(&self, link: u32) -> Option<(u32, u32)> {
        match self.document.links.get(link as usize)? {
            Resolved::Site(LinkTarget { asset: Some(id), .. }) => {
                self.site.assets[id.0].asset.dimensions
            }
            _ => None,
        }
    }

    fn component(&self, call: &ComponentCall, out: &mut String, problems: &mut Vec<Diagnostic>) {
        let mut args: Vec<(&str, tera::Value)> = Vec::with_capacity(call.args.len() + 2);
        let mut size = None;
        for (name, arg) in &call.args {
            let value = match arg {
                Arg::Value(json) => super::part::Part::json(json).value,
                Arg::Url(link) => {
                    size = size.or_else(|| self.size(*link));
                    tera::Value::from(self.url(*link))
                }
            };
            args.push((name, value));
        }
        if let Some((width, height)) = size {
            for (name, value) in [("width", width), ("height", height)] {
                let given = call.args.iter().any(|(n, _)| &**n == name);
                if !given && self.components.takes(&call.name, name) {
                    args.push((name, tera::Value::from(value)));
                }
            }
        }
        let body = call.body.as_ref().map(|passage| self.filled(passage, problems));
        match self.components.render(call, &args, body.as_deref(), self.document) {
            Ok(html) => out.push_str(&html),
            Err(problem) => problems.push(problem),
        }
    }
}

/// "Read also" in the language of a document.
fn read_also<'a>(site: &'a Site, document: &Document) -> &'a str {
    site.language(document.language).text("read_also").unwrap_or_default()
}

/// The digest of what a document offers in its text.
pub(crate) fn offers_digest(site: &Site, document: &Document, in_text: &[(Cut, DocId)]) -> Digest {
    let mut hasher = Hasher::new();
    for (cut, story) in in_text {
        let story = site.document(*story);
        hasher.number(u64::from(cut.chunk)).number(u64::from(cut.byte));
        hasher.str(read_also(site, document)).str(story.url.as_str()).str(&story.title);
    }
    hasher.finish()
}

/// About how many bytes chunks will have.
fn size(chunks: &[Chunk]) -> usize {
    let size = |chunk: &Chunk| if let Chunk::Html(html) = chunk { html.len() } else { 40 };
    chunks.iter().map(size).sum()
}

/// An address of elsewhere as valid HTML wants it: what a writer may type and a URL may not hold
/// (blanks, letters beyond ASCII) is percent-encoded; what is encoded already stays.
fn external(dest: &str) -> String {
    const ILLEGAL: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'`')
        .add(b'\\')
        .add(b'^')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    utf8_percent_encode(dest.trim(), ILLEGAL).to_string()
}

/// The digest of everything but templates that a filled body depends on: the file, and where its
/// links lead. That is cheaper than filling it.
pub(crate) fn content_digest(site: &Site, document: &Document) -> Digest {
    let base = &site.config.base_url;
    let mut hasher = Hasher::new();
    hasher.digest(document.doc.digest).str(base.prefix()).str(base.origin());
    for link in &document.links {
        match link {
            Resolved::Site(target) => {
                hasher.number(1).str(target.url.as_str()).str(&target.suffix);
                let asset = target.asset.map(|id| &site.assets[id.0].asset);
                if let Some((width, height)) = asset.and_then(|a| a.dimensions) {
                    hasher.number(u64::from(width)).number(u64::from(height));
                }
            }
            Resolved::Fragment(fragment) => {
                hasher.number(2).str(fragment);
            }
            Resolved::Verbatim => {
                hasher.number(3);
            }
        }
    }
    // Settings of Markdown change the HTML of a file that did not change.
    let markdown = site.config.markdown;
    let unicode = site.config.slugs == crate::base::slug::SlugStyle::Unicode;
    let Markdown { smart_punctuation, html, components, highlight } = markdown;
    for flag in [smart_punctuation, html, components, highlight, unicode] {
        hasher.number(u64::from(flag));
    }
    hasher.finish()
}
