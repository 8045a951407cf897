//! One file at a time: text → [`Doc`]. Pure, and run in parallel.
//!
//! In: one document and the [`Config`]. Out: front matter with spans, and a body of HTML with
//! typed holes where the rest of the site is needed: link targets, image sizes, ids, components.
//! It knows no other document and never decides an address.

mod body;
mod front_matter;
pub mod markdown;

use std::sync::Arc;

use crate::base::{Diagnostic, Diagnostics, Digest, SourceText, Span};
use crate::config::Config;

pub use body::{Arg, Body, ComponentCall, Heading, Link, Part, Role};
pub use front_matter::{FrontMatter, Kind, SectionKeys};

/// One parsed document.
#[derive(Debug)]
pub struct Doc {
    /// The file.
    pub source: SourceText,
    /// Digest of the file's text.
    pub digest: Digest,
    /// What stands between the `+++` or `---` lines.
    pub front: FrontMatter,
    /// The rest.
    pub body: Body,
}

impl Doc {
    /// Whether this is a section's `_index.md`.
    pub fn is_index(&self) -> bool {
        self.source.path.stem().split('.').next() == Some("_index")
    }

    /// The place of a span of this document.
    pub fn place(&self, span: Span) -> crate::base::Place {
        self.source.place(span)
    }
}

/// A document, if it could be made sense of, and what is wrong with it.
///
/// `doc` is `None` only where the front matter cannot be read at all; a document with smaller
/// mistakes is still returned, so that links to it are not reported as well.
#[derive(Debug)]
pub struct Parsed {
    /// The document.
    pub doc: Option<Arc<Doc>>,
    /// Mistakes, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses one document.
pub fn parse(source: &SourceText, config: &Config) -> Parsed {
    let mut out = Diagnostics::new();
    let doc = front_matter::split(source, &mut out).and_then(|split| {
        let is_index = source.path.stem().split('.').next() == Some("_index");
        let mut front = front_matter::read(&split, source, is_index, config, &mut out)?;
        let body = markdown::parse(source, split.body_start, config, &mut out);
        if front.title.is_none() {
            front.title_from_body = body.title.clone();
        }
        let digest = Digest::of(source.text.as_bytes());
        Some(Arc::new(Doc { source: source.clone(), digest, front, body }))
    });
    Parsed { doc, diagnostics: out.into_iter().collect() }
}
