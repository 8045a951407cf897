//! The sources of a site as a value: what was on disk when the build began.
//!
//! In: nothing (`store` reads the disk and fills it; tests write it by hand). Out: [`Source`].
//! It never reads or writes a file. The bytes of assets stay on disk and are known by their digest;
//! they are copied at the commit, read earlier only if something is computed from them
//! ([`derived`]), and checked against that digest.

pub mod builtin;
pub mod derived;
pub(crate) mod dimensions;
pub(crate) mod folders;

use std::sync::Arc;

use crate::base::{Diagnostic, Digest, SourcePath, SourceText};

/// Everything a build reads.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// `content/**/*.md` and `*.markdown`, sorted by path.
    pub documents: Vec<SourceText>,
    /// Templates of the site, the theme and kisah, sorted by layer and name.
    pub templates: Vec<Template>,
    /// `data/*.toml|json|yaml`, sorted by path.
    pub data: Vec<SourceText>,
    /// `i18n/*.toml`, sorted by path.
    pub i18n: Vec<SourceText>,
    /// Files that are copied: below `content/`, `static/`, the theme's `static/`, and built in;
    /// sorted by layer and path.
    pub assets: Vec<Asset>,
    /// What could not be read.
    pub problems: Vec<Diagnostic>,
}

/// Who provides a template or static file; an earlier layer wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The site itself.
    Site,
    /// The theme below `themes/`.
    Theme,
    /// kisah.
    Builtin,
}

/// One template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Who provides it.
    pub layer: Layer,
    /// Name below the templates folder: `post.html`, `partials/card.html`.
    pub name: Arc<str>,
    /// Its text; the path is that of the file (`templates/post.html`), or `kisah/post.html` for a
    /// built-in one.
    pub source: SourceText,
}

/// One file that is copied unchanged.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Who provides it.
    pub(crate) layer: Layer,
    /// Where it is: `content/posts/x/portrait.jpg`, `static/style.css`, `themes/NAME/static/…`, or
    /// `kisah/static/…` for a built-in one.
    pub path: SourcePath,
    /// Length in bytes.
    pub(crate) size: u64,
    /// Digest of its content.
    pub(crate) digest: Digest,
    /// Width and height in pixels, for images whose header has them.
    pub(crate) dimensions: Option<(u32, u32)>,
    /// Its bytes, where they are at hand.
    pub(crate) bytes: AssetBytes,
}

/// Where the bytes of an asset are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AssetBytes {
    /// On disk, at the asset's path below the root.
    OnDisk,
    /// In memory.
    Here(Arc<[u8]>),
}

impl Asset {
    /// Name of the style sheet below `static/`, to which settings are appended.
    pub(crate) const STYLE: &str = "style.css";

    /// Appends rules to the style sheet; returns any other file unchanged. The style sheet's bytes
    /// are always in memory.
    #[must_use]
    pub(crate) fn with_style(self, css: &str) -> Self {
        let AssetBytes::Here(bytes) = &self.bytes else { return self };
        if self.static_path() != Some(Self::STYLE) {
            return self;
        }
        let bytes: Arc<[u8]> = [&**bytes, css.as_bytes()].concat().into();
        Asset {
            size: bytes.len() as u64,
            digest: Digest::of(&bytes),
            bytes: AssetBytes::Here(bytes),
            ..self
        }
    }

    /// Whether browsers can check it against a checksum: style sheets and scripts.
    pub(crate) fn can_be_checked(&self) -> bool {
        ["css", "js", "mjs"].contains(&self.path.extension())
    }

    /// Its path below the `static/` folder of its layer; `None` if it is not a static file.
    pub fn static_path(&self) -> Option<&str> {
        match self.layer {
            Layer::Site => self.path.below(folders::STATIC),
            Layer::Theme => {
                self.path.below(folders::THEMES)?.split_once("/static/").map(|(_, rest)| rest)
            }
            Layer::Builtin => self.path.below("kisah/static"),
        }
    }
}
