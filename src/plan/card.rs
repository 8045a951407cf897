//! Cards: what lists, sidebars and feeds show of a post. Each is made once per build.

use rayon::prelude::*;

use super::body::{Components, Filler, Shown};
use super::monogram;
use super::part::{Object, Part};
use super::templates::Reach;
use crate::base::{Diagnostic, SourcePath};
use crate::config::{BuiltIn, TaxonomyId};
use crate::site::{DocId, Document, Picture, Role, Site, State, TermId};

/// The cards of all posts and pages.
pub(crate) struct Cards {
    /// The documents' files, sorted; each has its card at the same place.
    files: Vec<SourcePath>,
    by_file: Vec<Option<Card>>,
    shared: Shared,
}

/// What stands on many cards.
struct Shared {
    terms: Vec<TermParts>,
    /// A map without fields.
    empty: Part,
    /// Whether cards have all fields.
    whole: bool,
}

/// What is shown of a document in other places than its page.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    /// All fields, if the site has templates of its own, which may ask for any.
    whole: Option<Part>,
    /// Those that the built-in lists show: what they do not must not change them.
    listed: Part,
    /// Title, address and date.
    pub(crate) short: Part,
    /// Title, address, date and summary.
    pub(crate) related: Part,
}

impl Cards {
    /// Makes the cards of all posts and pages, in parallel, with all fields if they are to be
    /// `whole`. Those that are as they were in `last`,
    /// the cards of the last compilation, are taken from there: while two plans of a site exist,
    /// they need not be in memory twice.
    pub(crate) fn new(
        site: &Site,
        whole: bool,
        components: &dyn Components,
        last: Option<&Cards>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let terms = (0..site.terms.len()).into_par_iter().map(|id| term_parts(site, TermId(id)));
        let empty = Part::json(&serde_json::Value::Object(serde_json::Map::new()));
        let shared = Shared { terms: terms.collect(), empty, whole };
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
        Cards { files, by_file: cards, shared }
    }

    fn of_file(&self, path: &SourcePath) -> Option<&Card> {
        self.by_file[self.files.binary_search(path).ok()?].as_ref()
    }

    /// The card of another edition of a document.
    pub(crate) fn again(
        &self,
        site: &Site,
        document: &Document,
        components: &dyn Components,
        problems: &mut Vec<Diagnostic>,
    ) -> Card {
        card(site, document, &self.shared, components, problems)
    }

    /// The card of a document; only posts and pages have one.
    pub(crate) fn get(&self, id: DocId) -> Option<&Card> {
        self.by_file.get(id.0)?.as_ref()
    }

    /// Cards of some documents, as lists show them.
    pub(crate) fn list(&self, ids: &[DocId], form: Form) -> Part {
        let cards = ids.iter().filter_map(|id| self.get(*id));
        Part::list(cards.map(|card| card.form(form).clone()))
    }

    /// The fields of a document on its own page, but for those that only pages have.
    pub(crate) fn page(&self, site: &Site, document: &Document, card: &Card) -> Object {
        match &card.whole {
            Some(whole) => Object::extending(whole),
            None => fields(site, document, &self.shared, &Common::of(site, document, &self.shared)),
        }
    }

    /// Short forms of some documents.
    pub(crate) fn short(&self, ids: &[DocId]) -> Part {
        self.list(ids, Form::Short)
    }

    /// The short form of a document, or nothing.
    pub(crate) fn one_short(&self, id: Option<DocId>) -> Part {
        id.and_then(|id| self.get(id)).map_or_else(Part::none, |c| c.short.clone())
    }
}

/// How much of a document a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// All fields.
    Whole,
    /// What the built-in cards show.
    Listed,
    /// Title, address and date.
    Short,
}

impl Form {
    /// How much the lists of a template show. Of the built-in ones it is known what is `enough`.
    pub(crate) fn of(reach: &Reach, enough: Form) -> Form {
        if reach.is_builtin() { enough } else { Form::Whole }
    }
}

impl Card {
    /// So much of it. A site without templates of its own has no whole cards.
    fn form(&self, form: Form) -> &Part {
        match form {
            Form::Whole => self.whole.as_ref().unwrap_or(&self.listed),
            Form::Listed => &self.listed,
            Form::Short => &self.short,
        }
    }

    /// Whether it shows the same.
    fn is(&self, other: &Card) -> bool {
        let digests = |card: &Card| {
            let whole = card.whole.as_ref().map(|whole| whole.digest);
            (whole, card.listed.digest, card.short.digest, card.related.digest)
        };
        digests(self) == digests(other)
    }
}

/// What cards show of a term.
struct TermParts {
    /// Name, slug and address.
    link: Part,
    monogram: Part,
}

/// Fields that a document has wherever it is shown.
struct Common {
    title: Part,
    url: Part,
    date: Part,
    summary: Part,
    image: Part,
    monogram: Part,
    withheld: Part,
}

impl Common {
    fn of(site: &Site, document: &Document, shared: &Shared) -> Self {
        Common {
            title: document.title.as_str().into(),
            url: site.config.base_url.relative(&document.url).into(),
            date: document.date.map(|d| d.iso()).into(),
            summary: summary_text(document).into(),
            image: image(site, document.image.as_ref()),
            monogram: document_monogram(site, document, &shared.terms),
            withheld: withheld(Some(document)),
        }
    }

    fn short(&self) -> Object {
        Object::new()
            .set("title", &self.title)
            .set("url", &self.url)
            .set("date", &self.date)
            .set("withheld", &self.withheld)
    }

    fn related(&self) -> Object {
        self.short()
            .set("summary", &self.summary)
            .set("image", &self.image)
            .set("monogram", &self.monogram)
    }
}

fn card(
    site: &Site,
    document: &Document,
    shared: &Shared,
    components: &dyn Components,
    problems: &mut Vec<Diagnostic>,
) -> Card {
    let common = Common::of(site, document, shared);
    let whole = shared.whole.then(|| {
        let filler = Filler { site, document, shown: Shown::InList, components };
        let summary_html = Part::safe(&filler.summary(problems));
        fields(site, document, shared, &common).set("summary_html", summary_html).done()
    });
    let categories = site.config.taxonomies.find(BuiltIn::Categories.name());
    let listed = common
        .related()
        .set("lang", site.language(document.language).code.as_str())
        .set("draft", document.front.draft == Some(true))
        .set("categories", categories.map(|id| terms_of(site, document, id, &shared.terms)));
    Card {
        whole,
        listed: listed.done(),
        short: common.short().done(),
        related: common.related().done(),
    }
}

/// One or two sentences: `summary`, else `description`, else the first paragraph's words.
pub(crate) fn summary_text(document: &Document) -> &str {
    let front = &document.front;
    front.summary.as_deref().or(front.description.as_deref()).unwrap_or(&document.doc.body.excerpt)
}

/// For search engines: `description`, else `summary`, else the first paragraph's words.
pub(crate) fn description(document: &Document) -> &str {
    let front = &document.front;
    front.description.as_deref().or(front.summary.as_deref()).unwrap_or(&document.doc.body.excerpt)
}

/// Words that are read in a minute.
const WORDS_PER_MINUTE: usize = 220;

/// The fields that a page has both in lists and on its own page, but for `summary_html`.
fn fields(
    site: &Site,
    document: &Document,
    Shared { terms, empty, .. }: &Shared,
    common: &Common,
) -> Object {
    let front = &document.front;
    let base = &site.config.base_url;
    let words = document.doc.body.words;
    let mut taxonomies = Object::new();
    let mut lists = Vec::with_capacity(site.taxonomies.len());
    for (id, taxonomy) in site.config.taxonomies.iter() {
        if taxonomy.built_in != Some(BuiltIn::Series) {
            let list = terms_of(site, document, id, terms);
            taxonomies.insert(&taxonomy.name, list.clone());
            lists.push((taxonomy.built_in, list));
        }
    }
    let list = |built_in: BuiltIn| {
        let found = lists.iter().find(|(of, _)| *of == Some(built_in));
        found.map_or_else(Part::none, |(_, list)| list.clone())
    };
    let section = site.shown_section(document);
    let section = section.map(|s| link(&s.title, &base.relative(&s.url)));
    let extra = match &front.extra {
        extra if extra.is_empty() => empty.clone(),
        extra => Part::json(&serde_json::Value::Object(extra.clone())),
    };
    // Mostly the same words.
    let about = description(document);
    let is_summary = about == summary_text(document);
    let description = if is_summary { common.summary.clone() } else { about.into() };
    common
        .related()
        .set("description", description)
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
        .set("authors", list(BuiltIn::Authors))
        .set("people", list(BuiltIn::People))
        .set("tags", list(BuiltIn::Tags))
        .set("categories", list(BuiltIn::Categories))
}

/// What keeps a document, or the page of a list, from readers of the public site; nothing in the
/// public site.
pub(crate) fn withheld(document: Option<&Document>) -> Part {
    let (state, day) = match document.and_then(|document| document.withheld) {
        None => return Part::none(),
        Some(State::Draft) => ("draft", None),
        Some(State::Future(day)) => ("future", Some(day.to_string())),
        Some(State::Expired(day)) => ("expired", Some(day.to_string())),
    };
    Object::new().set("state", state).set("day", day).done()
}

/// A title and an address.
pub(crate) fn link(title: &str, url: &str) -> Part {
    Object::new().set("title", title).set("url", url).done()
}

/// The terms of a document in one taxonomy.
fn terms_of(site: &Site, document: &Document, taxonomy: TaxonomyId, parts: &[TermParts]) -> Part {
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
    let is_person = |id: &&TermId| site.terms[id.0].person.is_some();
    match document.terms.iter().find(is_person) {
        Some(person) => terms[person.0].monogram.clone(),
        None => monogram::of_title(&document.title, &document.slug),
    }
}

/// A picture: its addresses, and its size where known.
pub(crate) fn image(site: &Site, picture: Option<&Picture>) -> Part {
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
pub(crate) fn image_size(site: &Site, picture: &Picture) -> Option<(u32, u32)> {
    let id = picture.target.as_ref()?.asset?;
    site.assets[id.0].asset.dimensions
}

/// The absolute address of a picture.
pub(crate) fn image_address(site: &Site, picture: &Picture) -> String {
    match &picture.target {
        Some(target) => format!("{}{}", site.config.base_url.absolute(&target.url), target.suffix),
        None => picture.written.clone(),
    }
}
