//! The addresses of files that are copied.

use std::sync::Arc;

use super::address::{HiddenDoc, folder_path};
use super::links::HiddenTarget;
use super::making::Addressed;
use super::withheld::{By, WithheldReason, Withholding};
use crate::base::{Diagnostics, Digest, Map, Place, Set, UrlPath};
use crate::config::Config;
use crate::parse::FileKind;
use crate::source::{Asset, Layer, folders};

/// Index into [`super::Site::assets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(pub(crate) usize);

/// A file that is copied.
#[derive(Debug, Clone)]
pub(crate) struct SiteAsset {
    /// The file.
    pub(crate) asset: Arc<Asset>,
    /// Its address.
    pub(crate) url: UrlPath,
    /// The address that pages use: `url`, or, with `assets.fingerprint`, one that contains a
    /// digest.
    pub(crate) linked: UrlPath,
    /// Whether it comes from a `static/`, be it that of the site, the theme or kisah.
    pub(crate) is_static: bool,
}

/// Places the assets: files of bundles beside their page, other files of `content/` below their
/// folder's address, files of `static/` at the root, where a higher layer hides a lower one. The
/// second list is of the files that are withheld with their bundle or section.
pub(super) fn place(
    assets: &[Asset],
    documents: &[Addressed],
    hidden: &[HiddenDoc],
    withholding: &Withholding<'_>,
    config: &Config,
    out: &mut Diagnostics,
) -> (Vec<SiteAsset>, Vec<HiddenTarget>) {
    let mut shelf = Shelf::new(documents, hidden, withholding, config);
    let mut withheld = Vec::new();
    let mut taken: Set<String> = Set::default();
    let mut placed = Vec::with_capacity(assets.len());
    let mut sorted: Vec<&Asset> = assets.iter().collect();
    sorted.sort_by(|a, b| (a.layer, &a.path).cmp(&(b.layer, &b.path)));
    for asset in sorted {
        let (url, is_static) = match asset.static_path() {
            Some(path) => {
                // If two layers have the same name, the first wins. Names that differ only in case
                // collide instead: a page that uses the other spelling would not find its file.
                if asset.layer != Layer::Site && taken.contains(path) {
                    continue;
                }
                taken.insert(path.to_owned());
                (UrlPath::new(path), true)
            }
            None => match shelf.address(asset.path.below(folders::CONTENT).unwrap_or_default()) {
                (url, None) => (url, false),
                (url, Some(why)) => {
                    withheld.push(HiddenTarget { path: asset.path.clone(), url, why });
                    continue;
                }
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
        placed.push(SiteAsset { asset: asset.into(), url, linked, is_static });
    }
    (placed, withheld)
}

/// Whether hosts and crawlers look for the file under exactly this name: `robots.txt`,
/// `_headers`, `.well-known/…`.
fn has_fixed_name(url: &UrlPath) -> bool {
    let names = ["/404.html", "/robots.txt", "/CNAME", "/favicon.ico"];
    // The page of a folder.
    url.as_str().ends_with('/')
        || names.contains(&url.as_str())
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

/// Finds the addresses of files in `content/`, and why they are withheld.
struct Shelf<'a> {
    /// By the folder of the bundle.
    bundles: Map<&'a str, Bundle<'a>>,
    withholding: &'a Withholding<'a>,
    config: &'a Config,
    /// Why the plain files of the last folder asked for are withheld: files of one folder come in a
    /// row.
    last: Option<(String, Option<WithheldReason>)>,
}

/// The language versions of a bundle's page.
#[derive(Default)]
struct Bundle<'a> {
    public: Vec<&'a Addressed>,
    hidden: Vec<&'a HiddenDoc>,
}

impl<'a> Shelf<'a> {
    fn new(
        documents: &'a [Addressed],
        hidden: &'a [HiddenDoc],
        withholding: &'a Withholding<'a>,
        config: &'a Config,
    ) -> Self {
        let is_bundle = |d: &Addressed| d.doc.placed.kind == FileKind::Bundle;
        let mut bundles: Map<&str, Bundle<'_>> = Map::default();
        for document in documents.iter().filter(|d| is_bundle(d)) {
            bundles.entry(document.key.as_str()).or_default().public.push(document);
        }
        for hidden in hidden.iter().filter(|h| is_bundle(&h.document)) {
            bundles.entry(hidden.document.key.as_str()).or_default().hidden.push(hidden);
        }
        for bundle in bundles.values_mut() {
            bundle.public.sort_by_key(|d| d.language);
            bundle.hidden.sort_by_key(|h| h.document.language);
        }
        Shelf { bundles, withholding, config, last: None }
    }

    /// The address of a file below `content/`, and why it is withheld.
    fn address(&mut self, path: &str) -> (UrlPath, Option<WithheldReason>) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut above = Some(folder).filter(|f| !f.is_empty());
        while let Some(at) = above {
            if let Some(bundle) = self.bundles.get(at) {
                let (page, why) = bundle.page(folder, self.withholding);
                return (directory(&page.url).join(&path[at.len() + 1..]), why);
            }
            above = super::classify::parent(at).filter(|f| !f.is_empty());
        }
        let url = UrlPath::new(&format!("/{}{name}", folder_path(folder, self.config)));
        if self.last.as_ref().is_none_or(|(known, _)| known != folder) {
            self.last = Some((folder.to_owned(), self.withholding.of_file(folder)));
        }
        (url, self.last.as_ref().and_then(|(_, why)| why.clone()))
    }
}

impl Bundle<'_> {
    /// The page beside which the files in a folder of the bundle are placed, and why they are
    /// withheld. All language versions share them, so they go beside the first that is public.
    fn page(
        &self,
        folder: &str,
        withholding: &Withholding<'_>,
    ) -> (&Addressed, Option<WithheldReason>) {
        let mut withheld = None;
        for page in &self.public {
            // A section may lie within a bundle.
            match withholding.of_folder(page.language, folder) {
                None => return (page, None),
                Some(why) => _ = withheld.get_or_insert((*page, Some(why))),
            }
        }
        withheld.unwrap_or_else(|| {
            let HiddenDoc { document, why } = self.hidden[0];
            let by = match &why.by {
                By::Itself => By::Page(document.doc.source.path.clone()),
                by => by.clone(),
            };
            (document, Some(WithheldReason { state: why.state, by }))
        })
    }
}

/// The folder of an address: for `/a/b/` itself, for `/a/b.html` it is `/a/`.
fn directory(url: &UrlPath) -> UrlPath {
    let path = url.as_str();
    UrlPath::new(&path[..=path.rfind('/').unwrap_or(0)])
}
