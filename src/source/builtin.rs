//! The default theme, embedded in the binary.
//!
//! In: the repository's own `templates/` and `static/`, at compile time. Out: templates and assets
//! of the last layer. It reads nothing at run time. A file added to one of the folders must be
//! added to its list here; a test compares them.

use std::io::Cursor;
use std::sync::Arc;

use super::{Asset, AssetBytes, Layer, Template, dimensions};
use crate::base::{Digest, SourcePath, SourceText};

/// Name below `templates/` and text: `("base.html", include_str!("../../templates/base.html"))`.
const TEMPLATES: &[(&str, &str)] = &[
    ("404.html", include_str!("../../templates/404.html")),
    ("archive.html", include_str!("../../templates/archive.html")),
    ("base.html", include_str!("../../templates/base.html")),
    ("components.html", include_str!("../../templates/components.html")),
    ("index.html", include_str!("../../templates/index.html")),
    ("markdown.html", include_str!("../../templates/markdown.html")),
    ("page.html", include_str!("../../templates/page.html")),
    ("person.html", include_str!("../../templates/person.html")),
    ("post.html", include_str!("../../templates/post.html")),
    ("redirect.html", include_str!("../../templates/redirect.html")),
    ("section.html", include_str!("../../templates/section.html")),
    ("taxonomy.html", include_str!("../../templates/taxonomy.html")),
    ("term.html", include_str!("../../templates/term.html")),
];

/// Name below `static/` and bytes: `("style.css", include_bytes!("../../static/style.css"))`.
const STATIC: &[(&str, &[u8])] = &[
    ("favicon.svg", include_bytes!("../../static/favicon.svg")),
    ("style.css", include_bytes!("../../static/style.css")),
];

/// The built-in templates, sorted by name. Their paths are `kisah/NAME`.
pub fn templates() -> Vec<Template> {
    let mut list: Vec<Template> = TEMPLATES
        .iter()
        .map(|(name, text)| Template {
            layer: Layer::Builtin,
            name: Arc::from(*name),
            source: SourceText::new(SourcePath::new(format!("kisah/{name}")), *text),
        })
        .collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

/// The built-in static files, sorted by path. Their paths are `kisah/static/NAME`.
pub fn assets() -> Vec<Asset> {
    let mut list: Vec<Asset> = STATIC
        .iter()
        .map(|(name, bytes)| {
            let path = SourcePath::new(format!("kisah/static/{name}"));
            Asset {
                layer: Layer::Builtin,
                size: bytes.len() as u64,
                digest: Digest::of(bytes),
                dimensions: dimensions::of(path.extension(), &mut Cursor::new(*bytes)),
                bytes: AssetBytes::Here(Arc::from(*bytes)),
                path,
            }
        })
        .collect();
    list.sort_by(|a, b| a.path.cmp(&b.path));
    list
}
