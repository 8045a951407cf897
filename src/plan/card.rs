//! Cards: what lists, sidebars and feeds show of a post. Each is made once per build.

use rayon::prelude::*;

use super::body::{Components, Filler, Shown};
use super::monogram;
use super::part::{Object, Part};
use crate::base::{Diagnostic, SourcePath};
use crate::site::{DocId, Document, Picture, Role, Site, TermId};

/// The cards of all posts and pages.
pub struct Cards {
    /// The documents' files, sorted; each has its card at the same place.
    files: Vec<SourcePath>,
    cards: Vec<Option<Card>>,
    shared: Shared,
}

/// What stands on many cards.
struct Shared {
    terms: Vec<TermParts>,
    /// A map without fields.
    empty: Part,
}

/// What is shown of a document in other places than its page.
#[derive(Debug, Clone)]
pub struct Card {
    /// All fields of a page in a list.
    pub full: Part,
    /// Title, address and date.
    pub short: Part,
    /// Title, address, date and summary.
    pub related: Part,
}

impl Cards {
    /// Makes the cards of all posts and pages, in parallel. Those that are as they were in `last`,
    /// the cards of the last compilation, are taken from there: while two plans of a site exist,
    /// they need not be in memory twice.
    pub fn new(
        site: &Site,
        components: &dyn Components,
        last: Option<&Cards>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let terms = (0..site.terms.len()).into_par_iter().map(|id| term_parts(site, TermId(id)));
        let empty = Part::json(&serde_json::Value::Object(serde_json::Map::new()));
        let shared = Shared { terms: terms.collect(), empty };
        let made: Vec<(Option<Card>, Vec<Diagnostic>)> = site
            .documents
            .par_iter()
            .map(|document| {
                let mut problems = Vec::new();
                let listed = matches!(document.role, Role::Post | Role::Page);
                let card = listed.then(|| {
                    let card = card(site, document, &shared, components, &mut problems);
                    let before = last.and_then(|last| last.of_file(&document.doc.source.path));
                    before.filter(|before| before.is(&card)).cloned().unwrap_or(card)
                });
                (card, problems)
            })
            .collect();
        let mut cards = Vec::with_capacity(made.len());
        for (card, found) in made {
            cards.push(card);
            problems.extend(found);
        }
        let files = site.documents.iter().map(|d| d.doc.source.path.clone()).collect();
        Cards { files, cards, shared }
    }

    fn of_file(&self, path: &SourcePath) -> Option<&Card> {
        self.cards[self.files.binary_search(path).ok()?].as_ref()
    }

    /// The card of another edition of a document; `None` if there is a mistake in it.
    pub fn again(
        &self,
        site: &Site,
        document: &Document,
        components: &dyn Components,
    ) -> Option<Card> {
        let mut problems = Vec::new();
        let card = card(site, document, &self.shared, components, &mut problems);
        problems.is_empty().then_some(card)
    }

    /// The card of a document; only posts and pages have one.
    pub fn get(&self, id: DocId) -> Option<&Card> {
        self.cards.get(id.0)?.as_ref()
    }

    /// Full cards of some documents.
    pub fn full(&self, ids: &[DocId]) -> Part {
        Part::list(ids.iter().filter_map(|id| self.get(*id)).map(|c| c.full.clone()))
    }

    /// Short forms of some documents.
    pub fn short(&self, ids: &[DocId]) -> Part {
        Part::list(ids.iter().filter_map(|id| self.get(*id)).map(|c| c.short.clone()))
    }

    /// The short form of a document, or nothing.
    pub fn one_short(&self, id: Option<DocId>) -> Part {
        id.and_then(|id| self.get(id)).map_or_else(Part::none, |c| c.short.clone())
    }
}

impl Card {
    /// Whether it shows the same.
    fn is(&self, other: &Card) -> bool {
        let digests = |card: &Card| [card.full.digest, card.short.digest, card.related.digest];
        digests(self) == digests(other)
    }
}

/// What cards show of a term.
struct TermParts {
    /// Name, slug and address.
    link: Part,
    monogram: Part,
}

fn card(
    site: &Site,
    document: &Document,
    shared: &Shared,
    components: &dyn Components,
    problems: &mut Vec<Diagnostic>,
) -> Card {
    let filler = Filler { site, document, shown: Shown::InList, components };
    let summary_html = filler.summary(problems);
    let title: Part = document.title.as_str().into();
    let url: Part = site.config.base_url.relative(&document.url).into();
    let date: Part = document.date.map(|d| d.iso()).into();
    let summary: Part = summary_text(document).into();
    let short = Object::new().set("title", &title).set("url", &url).set("date", &date).done();
    let image = image(site, document.image.as_ref());
    let monogram = document_monogram(site, document, &shared.terms);
    let related = Object::new()
        .set("title", &title)
        .set("url", &url)
        .set("date", &date)
        .set("summary", &summary)
        .set("image", &image)
        .set("monogram", &monogram)
        .done();
    // Mostly the same words.
    let about = description(document);
    let is_summary = about == summary_text(document);
    let description = if is_summary { summary.clone() } else { about.into() };
    let full = Object::new()
        .set("title", &title)
        .set("url", &url)
        .set("date", &date)
        .set("description", description);
    let full = page_fields(full, site, document, shared)
        .set("image", &image)
        .set("monogram", &monogram)
        .set("summary", &summary)
        .set("summary_html", Part::safe(&summary_html))
        .done();
    Card { full, short, related }
}

/// One or two sentences: `summary`, else `description`, else the first paragraph's words.
pub fn summary_text(document: &Document) -> &str {
    let front = &document.front;
    front.summary.as_deref().or(front.description.as_deref()).unwrap_or(&document.doc.body.excerpt)
}

/// For search engines: `description`, else `summary`, else the first paragraph's words.
pub fn description(document: &Document) -> &str {
    let front = &document.front;
    front.description.as_deref().or(front.summary.as_deref()).unwrap_or(&document.doc.body.excerpt)
}

/// Words that are read in a minute.
const WORDS_PER_MINUTE: usize = 220;

/// The other fields that a page has both in lists and on its own page.
fn page_fields(
    object: Object,
    site: &Site,
    document: &Document,
    Shared { terms, empty }: &Shared,
) -> Object {
    let front = &document.front;
    let base = &site.config.base_url;
    let words = document.doc.body.words;
    let mut taxonomies = Object::new();
    let mut lists = Vec::with_capacity(site.taxonomies.len());
    for (index, taxonomy) in site.taxonomies.iter().enumerate() {
        if !taxonomy.is_series {
            let list = terms_of(site, document, index, terms);
            taxonomies.insert(&taxonomy.name, list.clone());
            lists.push((taxonomy.name.as_str(), list));
        }
    }
    let list = |name: &str| {
        lists.iter().find(|(n, _)| *n == name).map_or_else(Part::none, |(_, list)| list.clone())
    };
    let section = document.section.map(|id| {
        let section = &site.sections[id.0];
        link(&section.title, &base.relative(&section.url))
    });
    let extra = match &front.extra {
        extra if extra.is_empty() => empty.clone(),
        extra => Part::json(&serde_json::Value::Object(extra.clone())),
    };
    object
        .set("permalink", base.absolute(&document.url))
        .set("path", document.url.as_str())
        .set("slug", document.slug.as_str())
        .set("kind", if document.is_post() { "post" } else { "page" })
        .set("lang", site.language(document.language).code.as_str())
        .set("updated", front.updated.map(|d| d.iso()))
        .set("word_count", words)
        .set("reading_time", words.div_ceil(WORDS_PER_MINUTE).max(1))
        .set("draft", front.draft == Some(true))
        .set("weight", front.weight)
        .set("extra", extra)
        .set("section", section)
        .set("series", front.series.as_ref().map(|s| s.value.as_str()))
        .set("taxonomies", taxonomies.done())
        .set("authors", list("authors"))
        .set("people", list("people"))
        .set("tags", list("tags"))
        .set("categories", list("categories"))
}

/// A title and an address.
pub fn link(title: &str, url: &str) -> Part {
    Object::new().set("title", title).set("url", url).done()
}

/// The terms of a document in one taxonomy.
fn terms_of(site: &Site, document: &Document, taxonomy: usize, parts: &[TermParts]) -> Part {
    let terms = document.terms.iter().filter(|id| site.terms[id.0].taxonomy == taxonomy);
    Part::list(terms.map(|id| parts[id.0].link.clone()))
}

fn term_parts(site: &Site, id: TermId) -> TermParts {
    let term = &site.terms[id.0];
    let link = Object::new()
        .set("name", term.name.as_str())
        .set("slug", term.slug.as_str())
        .set("url", site.config.base_url.relative(&term.url))
        .done();
    TermParts { link, monogram: monogram::of_name(&term.name, &term.slug) }
}

/// A story looks like the first person that it is about.
fn document_monogram(site: &Site, document: &Document, terms: &[TermParts]) -> Part {
    let is_person = |id: &&TermId| site.taxonomies[site.terms[id.0].taxonomy].name == "people";
    match document.terms.iter().find(is_person) {
        Some(person) => terms[person.0].monogram.clone(),
        None => monogram::of_title(&document.title, &document.slug),
    }
}

/// A picture: its addresses, and its size where known.
pub fn image(site: &Site, picture: Option<&Picture>) -> Part {
    let Some(picture) = picture else { return Part::none() };
    let base = &site.config.base_url;
    let size = image_size(site, picture);
    let url = picture.target.as_ref().map_or_else(
        || picture.written.clone(),
        |t| format!("{}{}", base.relative(&t.url), t.suffix),
    );
    Object::new()
        .set("url", url)
        .set("permalink", image_address(site, picture))
        .set("width", size.map(|(width, _)| width))
        .set("height", size.map(|(_, height)| height))
        .set("alt", "")
        .done()
}

/// Width and height of a picture, where they are known.
pub fn image_size(site: &Site, picture: &Picture) -> Option<(u32, u32)> {
    let id = picture.target.as_ref()?.asset?;
    site.assets[id.0].asset.dimensions
}

/// The absolute address of a picture.
pub fn image_address(site: &Site, picture: &Picture) -> String {
    match &picture.target {
        Some(target) => format!("{}{}", site.config.base_url.absolute(&target.url), target.suffix),
        None => picture.written.clone(),
    }
}
