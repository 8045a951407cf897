//! What lives at which address: every page, list, feed and file of the output.
//!
//! In: the [`Site`]. Out: [`Routes`], one entry for each output file, without collisions.
//! It decides addresses and page numbers, and nothing about what the files hold.

mod archives;
mod collisions;
mod sitemap;

use crate::base::{Addresses, Diagnostic, Diagnostics, OutputPath, Place, UrlPath, codes};
use crate::config::FeedFormat;
use crate::site::{AssetId, DocId, Gathering, Role, SectionId, Site, TermId};

pub use archives::Archive;
pub use sitemap::Listed;

/// One file of the output.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its address.
    pub url: UrlPath,
    /// Its file.
    pub file: OutputPath,
    /// What it is.
    pub kind: RouteKind,
    /// Who wants it to be there.
    pub origin: Place,
}

/// What a file of the output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteKind {
    /// A post or page.
    Document(DocId),
    /// A section, or the home of a language.
    Section(SectionId, Pager),
    /// All terms of a taxonomy in one language.
    Taxonomy {
        /// Index into [`Site::taxonomies`].
        taxonomy: usize,
        /// Index of the language.
        language: usize,
        /// Which part of the terms.
        pager: Pager,
    },
    /// A term.
    Term(TermId, Pager),
    /// The years of a language that have posts.
    Archives(usize),
    /// One year: an index into [`Routes::archives`].
    Archive(usize, Pager),
    /// What hosts show for an address that is not there; the index of its language.
    NotFound(usize),
    /// Leads on to another address.
    Redirect {
        /// Where to.
        to: UrlPath,
        /// Index of the language of the page it leads to.
        language: usize,
    },
    /// A feed, in one format.
    Feed(Feed, FeedFormat),
    /// A sitemap of some of [`Routes::listed`]: from one index up to another.
    Sitemap(usize, usize),
    /// The list of so many sitemaps.
    SitemapIndex(usize),
    /// `robots.txt`.
    Robots,
    /// `_redirects`: all redirects for hosts that know the file, after the lines of the site's own.
    Redirects(Option<AssetId>),
    /// `_headers`: what hosts that know the file send with every answer.
    Headers,
    /// `.nojekyll`: keeps GitHub from leaving out names with an underscore.
    NoJekyll,
    /// A file that is copied.
    Asset(AssetId),
}

/// Which posts a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feed {
    /// A section, or the home of a language.
    Section(SectionId),
    /// A term.
    Term(TermId),
}

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pager {
    /// 1-based.
    pub number: usize,
    /// How many pages the list has; at least 1.
    pub count: usize,
    /// Index of its first item.
    pub from: usize,
    /// Index one past its last item.
    pub to: usize,
}

/// Every file of the output.
#[derive(Debug)]
pub struct Routes {
    /// Sorted by file.
    pub list: Vec<Route>,
    /// Years with posts, newest first, by language.
    pub archives: Vec<Archive>,
    /// Every address.
    pub urls: Addresses<()>,
    /// What the sitemap lists.
    pub listed: Vec<Listed>,
}

/// The address of a page of a list: `/tags/x/`, `/tags/x/page/2/`.
pub fn page_url(list: &UrlPath, number: usize) -> UrlPath {
    if number == 1 { list.clone() } else { list.join(&format!("page/{number}/")) }
}

/// The pages of a list of `items`, `by` at a time (0: all on one).
pub fn pagers(items: usize, by: usize) -> impl Iterator<Item = Pager> {
    let by = if by == 0 { items.max(1) } else { by };
    let count = items.div_ceil(by).max(1);
    (0..count).map(move |i| Pager {
        number: i + 1,
        count,
        from: i * by,
        to: ((i + 1) * by).min(items),
    })
}

/// Finds out what lives where.
pub fn routes(site: &Site, out: &mut Diagnostics) -> Routes {
    let archives = archives::gather(site);
    let mut list = List { routes: Vec::new(), out };
    documents(site, &mut list);
    sections(site, &mut list);
    taxonomies(site, &mut list);
    years(site, &archives, &mut list);
    let listed = sitemap::gather(site, &list.routes);
    assets(site, &mut list);
    generated(site, &listed, &mut list);
    let routes = collisions::resolve(list.routes, site, out);
    let mut urls = Addresses::default();
    for route in &routes {
        urls.insert(&route.url, ());
    }
    Routes { list: routes, archives, urls, listed }
}

/// Routes as they are found.
struct List<'a> {
    routes: Vec<Route>,
    out: &'a mut Diagnostics,
}

impl List<'_> {
    fn add(&mut self, url: UrlPath, kind: RouteKind, origin: Place) {
        match OutputPath::new(&url.file()) {
            Ok(file) => self.routes.push(Route { url, file, kind, origin }),
            Err(why) => {
                let message = format!("`{url}` cannot be an address: {why}");
                self.out.push(Diagnostic::error(&codes::BAD_ADDRESS, message).at(origin));
            }
        }
    }
}

fn documents(site: &Site, list: &mut List<'_>) {
    for (id, document) in site.documents.iter().enumerate() {
        if matches!(document.role, Role::Post | Role::Page) {
            list.add(document.url.clone(), RouteKind::Document(DocId(id)), document.file());
        }
        for (alias, place) in &document.aliases {
            // Hugo and Jekyll sites list the page's own address among its aliases.
            if *alias != document.url {
                let (to, language) = (document.url.clone(), document.language);
                list.add(alias.clone(), RouteKind::Redirect { to, language }, place.clone());
            }
        }
    }
}

fn sections(site: &Site, list: &mut List<'_>) {
    for (id, section) in site.sections.iter().enumerate() {
        let origin = section.doc.map_or_else(
            || Place::file(format!("content/{}", section.folder)),
            |doc| site.document(doc).file(),
        );
        let items = section_items(site, SectionId(id));
        for pager in pagers(items.len(), section.paginate_by) {
            let url = page_url(&section.url, pager.number);
            list.add(url, RouteKind::Section(SectionId(id), pager), origin.clone());
        }
        if has_feed(site, Feed::Section(SectionId(id))) {
            feeds(site, Feed::Section(SectionId(id)), &section.url, &origin, list);
        }
    }
}

/// The feeds beside a list; entries need whole addresses.
fn feeds(site: &Site, which: Feed, url: &UrlPath, origin: &Place, list: &mut List<'_>) {
    if site.config.base_url.is_set() {
        for format in &site.config.feed.formats {
            list.add(url.join(format.file()), RouteKind::Feed(which, *format), origin.clone());
        }
    }
}

/// Whether a list has feeds. A list of pages alone has nothing to follow; that of the whole
/// language has them all the same, since readers may subscribe before the first story.
pub fn has_feed(site: &Site, which: Feed) -> bool {
    let (page, is_wanted, items) = match which {
        Feed::Section(id) => (site.sections[id.0].doc, true, section_items(site, id)),
        Feed::Term(id) => {
            let term = &site.terms[id.0];
            let taxonomy = &site.taxonomies[term.taxonomy];
            let settings = site.config.taxonomies.get(&taxonomy.name);
            let is_wanted = taxonomy.is_series || settings.is_some_and(|t| t.feed);
            (term.doc, is_wanted, term.pages.as_slice())
        }
    };
    let is_home = matches!(which, Feed::Section(id) if site.sections[id.0].folder.is_empty());
    is_wanted
        && site.stands_in(page, Gathering::Feeds)
        && (is_home || items.iter().any(|doc| has_entry(site, *doc)))
}

/// Whether a document stands in feeds: they order their entries by date.
pub fn has_entry(site: &Site, id: DocId) -> bool {
    let document = site.document(id);
    document.is_post() && document.date.is_some() && document.stands_in(Gathering::Feeds)
}

/// What a section lists: the home shows all posts of its language.
pub fn section_items(site: &Site, id: SectionId) -> &[DocId] {
    let section = &site.sections[id.0];
    if section.folder.is_empty() { &site.posts[section.language] } else { &section.pages }
}

fn taxonomies(site: &Site, list: &mut List<'_>) {
    for (index, taxonomy) in site.taxonomies.iter().enumerate() {
        for (language, terms) in taxonomy.terms.iter().enumerate() {
            if !has_taxonomy_page(site, index, language) {
                continue;
            }
            let doc = taxonomy.docs[language];
            let origin = doc.map_or_else(
                || Place::file(format!("the list of {}", taxonomy.name)),
                |doc| site.document(doc).file(),
            );
            let url = taxonomy_url(site, index, language);
            for pager in pagers(terms.len(), TERMS_PER_PAGE) {
                let kind = RouteKind::Taxonomy { taxonomy: index, language, pager };
                list.add(page_url(&url, pager.number), kind, origin.clone());
            }
        }
    }
    for id in (0..site.terms.len()).map(TermId) {
        term(site, id, list);
    }
}

/// Whether a taxonomy has a page in a language: it has something to list, or a text.
pub fn has_taxonomy_page(site: &Site, taxonomy: usize, language: usize) -> bool {
    let taxonomy = &site.taxonomies[taxonomy];
    !taxonomy.terms[language].is_empty() || taxonomy.docs[language].is_some()
}

/// Terms on one page of a taxonomy: an index is for looking names up, so its pages are long.
const TERMS_PER_PAGE: usize = 500;

/// The address of a taxonomy in one language.
pub fn taxonomy_url(site: &Site, taxonomy: usize, language: usize) -> UrlPath {
    let taxonomy = &site.taxonomies[taxonomy];
    match taxonomy.docs[language] {
        Some(doc) => site.document(doc).url.clone(),
        None => site.language_root(language).join(&format!("{}/", taxonomy.name)),
    }
}

fn term(site: &Site, id: TermId, list: &mut List<'_>) {
    let term = &site.terms[id.0];
    let settings = site.config.taxonomies.get(&site.taxonomies[term.taxonomy].name);
    let paginate_by = settings.map_or(20, |t| t.paginate_by);
    let origin = match (term.doc, term.pages.first()) {
        (Some(doc), _) => site.document(doc).file(),
        (None, Some(page)) => site.document(*page).file(),
        (None, None) => Place::file(term.url.as_str()),
    };
    for pager in pagers(term.pages.len(), paginate_by) {
        let url = page_url(&term.url, pager.number);
        list.add(url, RouteKind::Term(id, pager), origin.clone());
    }
    if has_feed(site, Feed::Term(id)) {
        feeds(site, Feed::Term(id), &term.url, &origin, list);
    }
}

fn years(site: &Site, archives: &[Archive], list: &mut List<'_>) {
    for language in 0..site.config.languages.len() {
        if archives.iter().any(|a| a.language == language) {
            let url = archives::overview_url(site, language);
            let origin = Place::file("the list of years");
            list.add(url, RouteKind::Archives(language), origin);
        }
    }
    for (index, archive) in archives.iter().enumerate() {
        for pager in pagers(archive.pages.len(), archives::PAGINATE_BY) {
            let origin = Place::file(format!("the archive of {}", archive.year));
            let url = page_url(&archive.url, pager.number);
            list.add(url, RouteKind::Archive(index, pager), origin);
        }
    }
}

/// The address of the list of years.
pub fn archives_url(site: &Site, language: usize) -> UrlPath {
    archives::overview_url(site, language)
}

/// Files that are copied. The site's own `_redirects` is not, where kisah has lines to add to it.
fn assets(site: &Site, list: &mut List<'_>) {
    let redirects = list.routes.iter().any(|r| matches!(r.kind, RouteKind::Redirect { .. }));
    let mut own_lines = None;
    for (id, asset) in site.assets.iter().enumerate() {
        let origin = || Place::file(asset.asset.path.as_str());
        if redirects && asset.is_static && asset.url.as_str() == REDIRECTS {
            own_lines = Some(AssetId(id));
            continue;
        }
        list.add(asset.url.clone(), RouteKind::Asset(AssetId(id)), origin());
        if asset.linked != asset.url {
            list.add(asset.linked.clone(), RouteKind::Asset(AssetId(id)), origin());
        }
    }
    if redirects {
        let kind = RouteKind::Redirects(own_lines);
        list.add(UrlPath::new(REDIRECTS), kind, Place::file("kisah itself"));
    }
}

const REDIRECTS: &str = "/_redirects";

/// Files that are made whatever the content.
fn generated(site: &Site, listed: &[Listed], list: &mut List<'_>) {
    // Hosts that look for it look in the nearest folder first.
    for language in 0..site.config.languages.len() {
        let url = site.language_root(language).join("404.html");
        list.add(url, RouteKind::NotFound(language), Place::file("kisah itself"));
    }
    let mut add =
        |path: &str, kind| list.add(UrlPath::new(path), kind, Place::file("kisah itself"));
    add("/robots.txt", RouteKind::Robots);
    add("/_headers", RouteKind::Headers);
    add("/.nojekyll", RouteKind::NoJekyll);
    if !site.config.base_url.is_set() {
        let message = "there is no `base_url`: feeds, the sitemap, canonical links and social cards are left out";
        list.out.push(
            Diagnostic::warning(&codes::NO_BASE_URL, message)
                .help("set `base_url = \"https://…\"` in kisah.toml, or build with `--base-url`"),
        );
        return;
    }
    let parts = sitemap::parts(site, listed);
    match parts.as_slice() {
        [(from, to)] => add("/sitemap.xml", RouteKind::Sitemap(*from, *to)),
        _ => {
            add("/sitemap.xml", RouteKind::SitemapIndex(parts.len()));
            for (number, (from, to)) in parts.iter().enumerate() {
                add(&sitemap_part(number), RouteKind::Sitemap(*from, *to));
            }
        }
    }
}

/// The address of one of several sitemaps.
pub fn sitemap_part(number: usize) -> String {
    format!("/sitemap-{}.xml", number + 1)
}
