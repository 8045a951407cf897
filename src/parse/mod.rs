//! One file at a time: text → [`Doc`]. Pure, and run in parallel.
//!
//! In: one document and the [`Config`]. Out: front matter with spans, and a body of HTML with
//! typed holes where the rest of the site is needed: link targets, image sizes, ids, components.
//! It knows no other document and never decides an address.

mod about;
mod body;
mod front_matter;
mod identity;
pub(crate) mod markdown;
mod passage;
mod place;
#[cfg(test)]
mod testing;

use std::borrow::Cow;
use std::sync::Arc;

use crate::analysis::{Analysers, Features};
use crate::base::{Diagnostic, Diagnostics, Digest, SourceText, Span};
use crate::config::{Config, LanguageId};
use crate::keys::FrontMatter;

pub(crate) use body::{Arg, BlockKind, ComponentCall, Heading, Link, LinkKind};
pub use body::{Block, Body, Chunk};
pub(crate) use front_matter::{MOST_HEAD, is_html, is_in_drafts, may_be_story, unread};
use passage::TextSource;
pub(crate) use passage::Within;
pub use passage::{Cut, Passage, Run};
pub(crate) use place::{FileKind, Placed};

/// One parsed document.
#[derive(Debug)]
pub struct Doc {
    /// The file.
    pub source: SourceText,
    /// What its name means.
    pub(crate) placed: Placed,
    /// Digest of the file's text.
    pub(crate) digest: Digest,
    /// What is between the `+++` or `---` lines.
    pub front: Arc<FrontMatter>,
    /// Where in the text the body begins.
    pub(crate) body_start: usize,
    /// What follows the front matter.
    pub body: Body,
    /// Its language.
    pub(crate) language: LanguageId,
    /// Its title; never empty.
    pub(crate) title: String,
    /// What it is about.
    pub(crate) features: Features,
}

impl Doc {
    /// Whether this is another edition of the same file, and identical to it up to the body.
    pub(crate) fn has_front_matter_of(&self, other: &Doc) -> bool {
        self.source.path == other.source.path
            && self.source.text.get(..self.body_start) == other.source.text.get(..other.body_start)
    }

    /// The place of a span in this document.
    pub fn place(&self, span: Span) -> crate::base::Place {
        self.source.place(span)
    }
}

/// A document, if it could be made sense of, and what is wrong with it.
///
/// `doc` is `None` only where the front matter cannot be read at all; a document with smaller
/// mistakes is still returned, so that links to it are not reported as well.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Digest of the file's text.
    pub(crate) digest: Digest,
    /// The document.
    pub doc: Option<Arc<Doc>>,
    /// Mistakes, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses one document. What `analysers` have read before makes no difference to the result.
pub fn parse(source: &SourceText, config: &Config, analysers: &mut Analysers) -> Parsed {
    let mut out = Diagnostics::new();
    let digest = Digest::of(source.text.as_bytes());
    let readable = line_ends(source);
    let doc = front_matter::split(&readable, &mut out).and_then(|split| {
        let placed = Placed::of(&source.path, config);
        let front = front_matter::read(&split, &readable, &placed, config, &mut out)?;
        let (mut body, _) = markdown::parse(&readable, split.body_start, config, &mut out);
        if front.title.is_some() {
            body.keep_heading();
        }
        let language = identity::language(&front, &placed, &readable, config, &mut out);
        let title = identity::title(&front, body.title.as_deref(), &placed, &source.path, config);
        let analyser = analysers.of(&config.languages[language].code);
        let features = about::features(&title, &front, &body, config, analyser);
        Some(Arc::new(Doc {
            source: source.clone(),
            placed,
            digest,
            front: Arc::new(front),
            body_start: split.body_start,
            body,
            language,
            features,
            title,
        }))
    });
    out.sort();
    Parsed { digest, doc, diagnostics: out.into_iter().collect() }
}

/// The text with `\n` for each `\r` that ends a line by itself, as old editors write it: no parser
/// further down knows that line end. Byte offsets stay the same.
fn line_ends(source: &SourceText) -> Cow<'_, SourceText> {
    let bytes = source.text.as_bytes();
    let alone = |i: usize| bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n');
    if !source.text.contains('\r') || !(0..bytes.len()).any(alone) {
        return Cow::Borrowed(source);
    }
    let text: String = (source.text.char_indices())
        .map(|(i, c)| if c == '\r' && alone(i) { '\n' } else { c })
        .collect();
    Cow::Owned(SourceText::new(source.path.clone(), text))
}
