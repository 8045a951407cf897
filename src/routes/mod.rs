//! What lives at which address: every page, list, feed and file of the output.
//!
//! In: the [`Site`]. Out: [`Routes`], one entry for each output file, without collisions, with what
//! other stages need to know about it ([`Facts`]). It decides addresses and page numbers, but
//! nothing about what the files contain.
//!
//! There is a module for each kind of page, which makes the routes with their facts. What is
//! derived from those, such as collisions and the sitemap, does not look at kinds.

mod archives;
mod assets;
mod collisions;
mod documents;
mod feeds;
mod hosting;
mod not_found;
mod pager;
mod route;
mod sections;
mod sitemap;
mod taxonomies;
mod terms;

use std::sync::Arc;

use crate::base::{Addresses, Date, Diagnostic, Diagnostics, OutputPath, UrlPath, codes};
use crate::site::{DocId, Document, Site, Translation};

pub(crate) use archives::{Archive, archives_title, archives_url};
pub(crate) use feeds::{Feed, has_entry, has_feed};
pub(crate) use pager::{Pager, page_url};
pub(crate) use route::{Facts, Owner, Route, RouteKind, RoutePart};
pub(crate) use sections::section_items;
pub(crate) use sitemap::{ListedPage, sitemap_part};
pub(crate) use taxonomies::{has_taxonomy_page, taxonomy_title, taxonomy_url};

/// The origin of the files that every site has.
const KISAH: &str = "kisah itself";

/// Every file of the output.
#[derive(Debug)]
pub(crate) struct Routes {
    /// Sorted by file.
    pub(crate) list: Vec<Route>,
    /// Years with posts: by language, newest first.
    pub(crate) archives: Vec<Archive>,
    /// Lists that have feeds.
    pub(crate) feeds: Vec<Feed>,
    /// Every address.
    pub(crate) urls: Addresses<()>,
    /// What the sitemap lists.
    pub(crate) listed: Vec<ListedPage>,
}

/// Decides what lives where.
pub(crate) fn routes(site: &Site, out: &mut Diagnostics) -> Routes {
    let archives = archives::gather(site);
    let changed = site.documents.iter().map(Document::changed).collect();
    let mut list = RouteList { routes: Vec::new(), feeds: Vec::new(), changed, out };
    documents::add(site, &mut list);
    sections::add(site, &mut list);
    taxonomies::add(site, &mut list);
    terms::add(site, &mut list);
    archives::add(site, &archives, &mut list);
    let listed = sitemap::gather(&list.routes);
    let has_redirects = list.routes.iter().any(|route| route.leads_to(site).is_some());
    let own_lines = assets::add(site, has_redirects, &mut list);
    if has_redirects {
        hosting::add_redirects(own_lines, &mut list);
    }
    not_found::add(site, &mut list);
    hosting::add(&mut list);
    if site.config.base_url.is_set() {
        sitemap::add(site, &listed, &mut list);
    } else {
        list.out.push(no_base_url());
    }
    let RouteList { routes, feeds, .. } = list;
    let routes = collisions::resolve(routes, out);
    let mut urls = Addresses::default();
    for route in &routes {
        urls.insert(&route.url, ());
    }
    Routes { list: routes, archives, feeds, urls, listed }
}

fn no_base_url() -> Diagnostic {
    let message =
        "there is no `base_url`: feeds, the sitemap, canonical links and social cards are left out";
    Diagnostic::warning(&codes::NO_BASE_URL, message)
        .help("set `base_url = \"https://…\"` in kisah.toml, or build with `--base-url`")
}

/// The routes collected so far.
struct RouteList<'a> {
    routes: Vec<Route>,
    feeds: Vec<Feed>,
    /// When each document changed. It is in some ten lists, but is looked up only once.
    changed: Vec<Option<Date>>,
    out: &'a mut Diagnostics,
}

impl RouteList<'_> {
    /// Adds the only file of an owner.
    fn add(&mut self, url: UrlPath, kind: RouteKind, owner: Owner) {
        self.push(url, kind, Facts { part: RoutePart::Page(1), owner: Arc::new(owner) });
    }

    /// Adds the pages of a list of `items`, `by` at a time.
    fn add_pages(
        &mut self,
        url: &UrlPath,
        items: usize,
        by: usize,
        owner: &Arc<Owner>,
        kind: impl Fn(Pager) -> RouteKind,
    ) {
        for pager in pager::pagers(items, by) {
            let part = RoutePart::Page(u32::try_from(pager.number).unwrap_or(u32::MAX));
            let facts = Facts { part, owner: Arc::clone(owner) };
            self.push(page_url(url, pager.number), kind(pager), facts);
        }
    }

    /// When a list changed: when anything on it did, or its own text.
    fn changed(&self, page: Option<DocId>, items: &[DocId]) -> Option<Date> {
        items.iter().copied().chain(page).filter_map(|id| self.changed[id.0]).max()
    }

    fn push(&mut self, url: UrlPath, kind: RouteKind, facts: Facts) {
        match OutputPath::new(&url.file()) {
            Ok(file) => self.routes.push(Route { url, file, kind, facts }),
            Err(why) => {
                let message = format!("`{url}` cannot be an address: {why}");
                let origin = facts.owner.origin.clone();
                self.out.push(Diagnostic::error(&codes::BAD_ADDRESS, message).at(origin));
            }
        }
    }
}

/// Language versions, or none if there is only one.
fn versions(found: impl IntoIterator<Item = Translation>) -> Arc<[Translation]> {
    let found: Vec<Translation> = found.into_iter().collect();
    if found.len() > 1 { found.into() } else { Arc::default() }
}
