//! Where files that are copied stand in the output.

use super::Document;
use super::address::folder_path;
use crate::base::{Diagnostics, Digest, Map, Place, Set, UrlPath};
use crate::config::Config;
use crate::source::{Asset, Layer};

/// Index into [`super::Site::assets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(pub usize);

/// A file that is copied.
#[derive(Debug, Clone)]
pub struct SiteAsset {
    /// The file.
    pub asset: Asset,
    /// Its address.
    pub url: UrlPath,
    /// The address that pages use: `url`, or with `assets.fingerprint` one with a digest.
    pub linked: UrlPath,
    /// Whether it is a file of `static/`, of the site, the theme or kisah.
    pub is_static: bool,
}

/// Places the assets: files of bundles beside their page, other files of `content/` below their
/// folder's address, files of `static/` at the root, where a higher layer hides a lower one.
/// Files of a bundle whose page is not part of this build are left out with it.
pub(super) fn place(
    assets: &[Asset],
    documents: &[Document],
    hidden: &[super::address::HiddenDoc],
    config: &Config,
    out: &mut Diagnostics,
) -> Vec<SiteAsset> {
    let bundles = Bundles::new(documents, hidden);
    let mut taken: Set<String> = Set::default();
    let mut placed = Vec::with_capacity(assets.len());
    let mut sorted: Vec<&Asset> = assets.iter().collect();
    sorted.sort_by(|a, b| (a.layer, &a.path).cmp(&(b.layer, &b.path)));
    for asset in sorted {
        let (url, is_static) = match asset.static_path() {
            Some(path) => {
                // The same name in two layers: the first one stands. One that differs in case
                // collides: a page that names the other would not find it.
                if asset.layer != Layer::Site && taken.contains(path) {
                    continue;
                }
                taken.insert(path.to_owned());
                (UrlPath::new(path), true)
            }
            None => match bundles.address(asset, config) {
                Some(url) => (url, false),
                None => continue,
            },
        };
        let asset = match config.appearance.css.as_str() {
            "" => asset.clone(),
            css => asset.clone().with_style(css),
        };
        let place = Place::file(asset.path.as_str());
        let Some(url) = super::address::checked(url, &place, out) else { continue };
        let linked = if config.fingerprint && !has_fixed_name(&url) {
            fingerprinted(&url, asset.digest)
        } else {
            url.clone()
        };
        placed.push(SiteAsset { asset, url, linked, is_static });
    }
    placed
}

/// Whether hosts and crawlers look for the file under exactly this name: `robots.txt`,
/// `_headers`, `.well-known/…`.
fn has_fixed_name(url: &UrlPath) -> bool {
    let names = ["/404.html", "/robots.txt", "/CNAME", "/favicon.ico"];
    names.contains(&url.as_str())
        || url.as_str().split('/').any(|part| part.starts_with(['.', '_']))
}

/// `/style.css` → `/style.1f0a6c2e9b3d4857.css`.
fn fingerprinted(url: &UrlPath, digest: Digest) -> UrlPath {
    let hex = &digest.to_string()[..16];
    let path = url.as_str();
    let name_at = path.rfind('/').map_or(0, |i| i + 1);
    let dot = path[name_at..].rfind('.').filter(|i| *i > 0).map_or(path.len(), |i| name_at + i);
    UrlPath::new(&format!("{}.{hex}{}", &path[..dot], &path[dot..]))
}

/// Folders of page bundles and the addresses of their pages.
struct Bundles<'a> {
    pages: Map<&'a str, &'a UrlPath>,
    hidden: Set<&'a str>,
}

impl<'a> Bundles<'a> {
    fn new(documents: &'a [Document], hidden: &'a [super::address::HiddenDoc]) -> Self {
        let is_bundle = |d: &Document| d.doc.source.path.stem().split('.').next() == Some("index");
        let mut bundles: Vec<&Document> = documents.iter().filter(|d| is_bundle(d)).collect();
        // The files of a bundle in several languages stand beside the first language's page.
        bundles.sort_by_key(|d| d.language);
        let mut pages = Map::default();
        for document in bundles {
            pages.entry(document.key.as_str()).or_insert(&document.url);
        }
        let hidden = hidden.iter().map(|h| &h.document).filter(|d| is_bundle(d));
        let hidden = hidden.map(|d| d.key.as_str()).filter(|k| !pages.contains_key(k)).collect();
        Bundles { pages, hidden }
    }

    fn address(&self, asset: &Asset, config: &Config) -> Option<UrlPath> {
        let path = asset.path.below("content")?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut above = Some(folder).filter(|f| !f.is_empty());
        while let Some(bundle) = above {
            if self.hidden.contains(bundle) {
                return None;
            }
            if let Some(url) = self.pages.get(bundle) {
                let rest = &path[bundle.len() + 1..];
                return Some(directory(url).join(rest));
            }
            above = super::classify::parent(bundle).filter(|f| !f.is_empty());
        }
        Some(UrlPath::new(&format!("/{}{name}", folder_path(folder, config))))
    }
}

/// The folder of an address: `/a/b/` of itself, `/a/b.html` of `/a/`.
fn directory(url: &UrlPath) -> UrlPath {
    let path = url.as_str();
    UrlPath::new(&path[..=path.rfind('/').unwrap_or(0)])
}
