//! The default theme, embedded in the binary.
//!
//! In: the repository's own `templates/` and `static/`, at compile time. Out: templates and assets
//! of the last layer. It reads nothing at run time. A file that is added to one of the folders is
//! added to its list here; a test compares them.

use std::io::Cursor;
use std::sync::Arc;

use super::{Asset, AssetBytes, Layer, Template, dimensions};
use crate::base::{Digest, SourcePath, SourceText};

/// Name below `templates/` and text: `("base.html", include_str!("../../templates/base.html"))`.
const TEMPLATES: &[(&str, &str)] = &[];

/// Name below `static/` and bytes: `("style.css", include_bytes!("../../static/style.css"))`.
const STATIC: &[(&str, &[u8])] = &[];

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
