//! What every output file is made from: its recipe, and a key that changes whenever the file would.
//!
//! In: the [`Site`], its [`Routes`], the related posts and the templates' sources. Out: one
//! [`Artifact`] for each file. A page's recipe holds a *view*: an owned value with everything
//! that its template may see, so that `bytes = f(templates, view)`. Which variables there are, and
//! which fields they have, is declared once: see [`contract()`].
//!
//! It renders nothing but the summaries that views show.

mod archives;
pub(crate) mod body;
mod card;
mod contract;
mod data;
mod feed;
mod globals;
mod hosting;
mod lists;
pub(crate) mod manifest;
mod meta;
mod monogram;
mod offered;
mod pages;
pub(crate) mod part;
mod reasons;
mod shapes;
mod sitemap;
mod structured;
pub(crate) mod templates;
mod trail;
mod unlinked;
mod variables;
pub(crate) mod view;

use std::sync::{Arc, OnceLock};

use crate::base::slug::SlugStyle;
use crate::base::{
    Diagnostic, Diagnostics, Digest, Hasher, Map, OutputPath, Place, UrlPath, codes, suggest,
};
use crate::config::PerLanguage;
use crate::parse::{Cut, Doc};
use crate::related::{Beside, Related};
use crate::routes::{Route, RouteKind, Routes};
use crate::site::{AssetId, DocId, Document, DocumentRole, Resolved, Site};
use crate::source::derived::{Operation, Supply};

use body::Components;
use card::Card;
use globals::Globals;
use part::{List, Made, Part};
use shapes::Short;
use templates::Templates;
use view::View;

pub(crate) use body::{Filler, Shown};
pub(crate) use card::Cards;
pub use contract::{Contract, FieldDoc, Seen, ShapeDoc, VariableDoc, contract};
pub(crate) use data::data;
pub(crate) use feed::{FeedAuthor, FeedEntry, FeedView};
pub(crate) use sitemap::{Sitemap, SitemapEntry};

/// Part of every key, because another version of kisah may make other bytes from the same view.
const ENGINE: &str = concat!("kisah ", env!("CARGO_PKG_VERSION"), " views 3");

/// One file of the output.
#[derive(Debug)]
pub struct Artifact {
    /// Where it is written.
    pub file: OutputPath,
    /// Digest of everything it is made from.
    pub(crate) key: Digest,
    /// What it is made from.
    pub recipe: Recipe,
}

/// When a file takes its place at the commit: what pages need comes before them, and what lists them
/// comes after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Styles, pictures.
    Asset,
    /// Posts and pages.
    Page,
    /// Lists, feeds, the sitemap.
    List,
}

/// How a file is made.
///
/// A recipe makes one file. What consists of several files (a sitemap in parts, an index in shards)
/// has a route for each, numbered in `routes`, all with one owner. So the manifest, the check for
/// foreign files, the server and `--verify` know every file, and each has a key of its own. What such
/// files have in common is computed once and shared, as feeds share their entries.
#[derive(Debug)]
pub enum Recipe {
    /// A template and what it sees.
    Page {
        /// Full name of the template.
        template: String,
        /// Everything that it sees, except the body.
        view: View,
        /// The body that is put into the view when the page is rendered.
        content: Option<Content>,
        /// Whether it lists other pages.
        is_list: bool,
    },
    /// A feed, in any format.
    Feed(FeedView),
    /// A sitemap, or the list of several.
    Sitemap(Sitemap),
    /// A finished text.
    Text(String),
    /// Something computed from the bytes of a file, which may be just a copy of them.
    Derived {
        /// The file.
        source: AssetId,
        /// What is computed from it.
        operation: Operation,
    },
}

/// The body of a document as `content` of one of the view's variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// The document.
    pub(crate) doc: DocId,
    /// The name of the variable that has a field `content`.
    pub(crate) variable: &'static str,
}

impl Artifact {
    /// When it takes its place.
    pub(crate) fn phase(&self) -> Phase {
        match &self.recipe {
            Recipe::Derived { .. } => Phase::Asset,
            Recipe::Page { is_list: false, .. } => Phase::Page,
            _ => Phase::List,
        }
    }
}

/// What a plan is made from.
pub(crate) struct Input<'a> {
    /// The site.
    pub(crate) site: Site,
    /// Which file is at which address.
    pub(crate) routes: Routes,
    /// For each document, its related posts.
    pub(crate) related: Vec<Beside>,
    /// The data files, as templates see them.
    pub(crate) data: &'a Part,
    /// The templates' sources.
    pub(crate) templates: Templates,
    /// Renders component calls.
    pub(crate) components: &'a dyn Components,
    /// Provides the bytes of files.
    pub(crate) supply: &'a dyn Supply,
    /// The cards of the last compilation of the same site, to share memory with it; they make no
    /// difference to the plan.
    pub(crate) last: Option<&'a Cards>,
    /// Whether views contain every variable instead of only those that the template can name; for
    /// the test that both render to the same bytes.
    pub(crate) whole_views: bool,
}

/// Every file of the output.
///
/// Artifacts are made on demand: together, a site's views are many times as large as its sources,
/// and each is needed only until its page is rendered.
#[derive(Clone)]
pub struct Plan {
    site: Arc<Site>,
    routes: Arc<Routes>,
    related: Arc<Vec<Beside>>,
    templates: Arc<Templates>,
    neighbours: Arc<pages::Neighbours>,
    entries: Arc<feed::Entries>,
    everything: Option<Arc<templates::Reach>>,
    /// For each term that is a series, its parts, made when they are first needed.
    series: Arc<Vec<OnceLock<List<Made<Short>>>>>,
    cards: Arc<Cards>,
    globals: Arc<PerLanguage<Globals>>,
    /// See [`Plan::with_body`].
    edited: Option<Arc<Edited>>,
}

/// A document with a newer body than the site has.
struct Edited {
    id: DocId,
    document: Document,
    card: Card,
}

/// Prepares what many files share.
pub(crate) fn plan(input: Input<'_>, out: &mut Diagnostics) -> Plan {
    let Input { site, routes, related, data, templates, components, supply, last, whole_views } =
        input;
    let mut problems = Vec::new();
    let cards =
        Cards::new(&site, whole_views || templates.has_own(), components, last, &mut problems);
    out.extend(problems);
    let globals = Globals::new(&site, &cards, data, (&templates, supply), out);
    Plan {
        neighbours: pages::Neighbours::new(&site).into(),
        entries: feed::Entries::new(&site, &routes, &templates).into(),
        everything: whole_views.then(|| templates::Reach::everything().into()),
        series: Arc::new(site.terms.iter().map(|_| OnceLock::new()).collect()),
        site: site.into(),
        routes: routes.into(),
        related: related.into(),
        templates: templates.into(),
        cards: cards.into(),
        globals: globals.into(),
        edited: None,
    }
}

/// A template, what it sees, and the body that is filled in later.
struct Planned {
    template: String,
    view: View,
    content: Option<Content>,
    is_list: bool,
}

impl Plan {
    /// The site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// A document of the site, or its newer edition.
    pub fn edition(&self, id: DocId) -> &Document {
        match &self.edited {
            Some(edited) if edited.id == id => &edited.document,
            _ => self.site.document(id),
        }
    }

    fn card(&self, id: DocId) -> Option<&Card> {
        match &self.edited {
            Some(edited) if edited.id == id => Some(&edited.card),
            _ => self.cards.get(id),
        }
    }

    /// The same plan, except that one document has another body on its own page: to show the page
    /// before the whole site is compiled again. What other pages show of the document stays as it
    /// was.
    ///
    /// `None` if the body alone does not tell what the page will be: the front matter is not the same
    /// to the letter, the title has changed, a link is new, a component call is wrong, or the document
    /// is neither a post nor a page.
    pub(crate) fn with_body(
        &self,
        id: DocId,
        doc: Arc<Doc>,
        components: &dyn Components,
    ) -> Option<Plan> {
        let old = self.edition(id);
        let listed = matches!(old.role, DocumentRole::Post | DocumentRole::Page);
        let is_titled_alike = doc.title == old.title && !doc.placed.is_section();
        if !listed || !is_titled_alike || !doc.has_front_matter_of(&old.doc) {
            return None;
        }
        let mut known: Map<&str, &Resolved> = Map::default();
        known.extend(old.doc.body.links.iter().map(|link| &*link.dest).zip(&old.links));
        let links = doc.body.links.iter().map(|link| match link.dest.strip_prefix('#') {
            Some(fragment) => Some(Resolved::Fragment(fragment.to_owned())),
            None => known.get(&*link.dest).copied().cloned(),
        });
        let links = links.collect::<Option<Vec<_>>>()?;
        let document = Document { doc, links, ..old.clone() };
        let mut problems = Vec::new();
        let shown = Shown::OnItsPage;
        let in_text = &[];
        let filler = Filler { site: &self.site, document: &document, shown, in_text, components };
        if !document.doc.body.components.is_empty() {
            filler.content(&mut problems);
        }
        let card = self.cards.again(&self.site, &document, components, &mut problems);
        if !problems.is_empty() {
            return None;
        }
        let edited = Some(Arc::new(Edited { id, document, card }));
        Some(Plan { edited, ..self.clone() })
    }

    /// The posts that are shown beside a document, the best first, and why.
    pub fn related(&self, id: DocId) -> &[Related] {
        self.related.get(id.0).map_or(&[], |beside| &beside.stories)
    }

    /// The stories that the text of a document offers, each with its place there. A newer edition
    /// may have no room any more where the old one had.
    pub(crate) fn in_text(&self, id: DocId) -> Vec<(Cut, DocId)> {
        let body = &self.edition(id).doc.body;
        let stories = self.related.get(id.0).into_iter().flat_map(|beside| &beside.in_text);
        let stories = stories.filter(|story| body.has_room(story.after));
        stories.map(|story| (body.blocks[story.after].end, story.doc)).collect()
    }

    /// What other pages show of documents, for the next compilation.
    pub(crate) fn cards(&self) -> &Arc<Cards> {
        &self.cards
    }

    /// One route for each file, sorted by path.
    pub fn routes(&self) -> &[Route] {
        &self.routes.list
    }

    /// What the file of a route is made from.
    pub fn artifact(&self, route: &Route) -> Result<Artifact, Box<Diagnostic>> {
        let (key, recipe) = match &route.kind {
            RouteKind::Document(id) => self.page(self.document(*id, route)?),
            RouteKind::Section(id, pager) => self.page(self.section(*id, *pager, route)?),
            RouteKind::Taxonomy { taxonomy, language, pager } => {
                self.page(self.taxonomy(*taxonomy, *language, *pager, route)?)
            }
            RouteKind::Term(id, pager) => self.page(self.term(*id, *pager, route)?),
            RouteKind::Archives(language) => self.page(self.archives(*language, route)?),
            RouteKind::Archive(index, pager) => self.page(self.archive(*index, *pager, route)?),
            RouteKind::NotFound(language) => self.page(self.not_found(*language, route)?),
            RouteKind::Redirect(to) => self.page(self.redirect(*to)?),
            RouteKind::Feed(which, format) => {
                let view = self.feed(*which, *format, &route.url);
                (key_of("feed", view.digest()), Recipe::Feed(view))
            }
            RouteKind::Sitemap(from, to) => sitemap_recipe(self.sitemap(*from, *to)),
            RouteKind::SitemapIndex(count) => sitemap_recipe(self.sitemap_index(*count)),
            RouteKind::Robots => text_recipe(self.robots()),
            RouteKind::Redirects(own) => text_recipe(self.redirects(*own)),
            RouteKind::Headers => text_recipe(self.headers()),
            RouteKind::NoJekyll => text_recipe(String::new()),
            RouteKind::Asset(id) => self.derived(*id, Operation::Copy),
        };
        Ok(Artifact { file: route.file.clone(), key, recipe })
    }

    fn derived(&self, source: AssetId, operation: Operation) -> (Digest, Recipe) {
        let digest = self.site.assets[source.0].asset.digest;
        (operation.key(digest), Recipe::Derived { source, operation })
    }

    fn page(&self, planned: Planned) -> (Digest, Recipe) {
        let Planned { template, view, content, is_list } = planned;
        let mut hasher = Hasher::new();
        let reach = self.templates.reach(&template);
        hasher.str(ENGINE).str(&template).digest(reach.digest).digest(view.digest());
        // This is the only filter that depends on more than its arguments.
        if reach.can_name("slugify") {
            hasher.number(u64::from(self.site.config.slugs == SlugStyle::Unicode));
        }
        if let Some(content) = content {
            let document = self.edition(content.doc);
            let in_text = self.in_text(content.doc);
            hasher.str(content.variable).digest(body::content_digest(&self.site, document));
            hasher.digest(body::offers_digest(&self.site, document, &in_text));
        }
        (hasher.finish(), Recipe::Page { template, view, content, is_list })
    }

    /// What a template can name.
    fn reach(&self, template: &str) -> &templates::Reach {
        self.everything.as_deref().unwrap_or_else(|| self.templates.reach(template))
    }

    /// The full name of the template that a page asks for, or of the usual one.
    fn template(
        &self,
        wanted: Option<&(String, Place)>,
        usual: &str,
    ) -> Result<String, Box<Diagnostic>> {
        let name = wanted.map_or(usual, |(name, _)| name.as_str());
        if let Some(found) = self.templates.resolve(name) {
            return Ok(found.to_owned());
        }
        let message = format!("there is no template `{name}`");
        let whole = format!("{name}.html");
        let near = self.templates.resolve(&whole).map(|_| whole.as_str());
        let near = near.or_else(|| suggest::closest(name, self.templates.names()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if name.split('/').any(|part| part == "..") => {
                "write its path below `templates/`: `partials/card.html`".to_owned()
            }
            None => format!("write `templates/{name}`, or name one that exists"),
        };
        let mut diagnostic = Diagnostic::error(&codes::TEMPLATE_MISSING, message).help(help);
        diagnostic.place = wanted.map(|(_, place)| place.clone());
        Err(Box::new(diagnostic))
    }

    fn url(&self, path: &UrlPath) -> String {
        self.site.config.base_url.relative(path)
    }
}

fn key_of(kind: &str, digest: Digest) -> Digest {
    Hasher::new().str(ENGINE).str(kind).digest(digest).finish()
}

fn sitemap_recipe(sitemap: Sitemap) -> (Digest, Recipe) {
    (key_of("sitemap", sitemap.digest()), Recipe::Sitemap(sitemap))
}

fn text_recipe(text: String) -> (Digest, Recipe) {
    (key_of("text", Digest::of(text.as_bytes())), Recipe::Text(text))
}
