//! Cards: what lists and sidebars show of a post. Each is made once per build.

use rayon::prelude::*;

use super::body::{Components, Filler, Shown};
use super::monogram;
use super::part::{Html, List, Made, Object, Part};
use super::shapes::{
    Facts, Image, Link, Listed, Monogram, Page, Shape, Short, Teaser, TermLink, Whole, Withheld,
};
use super::templates::Reach;
use crate::base::{Diagnostic, SourcePath};
use crate::config::{BuiltIn, TaxonomyId};
use crate::site::{DocId, Document, DocumentRole, Picture, Site, TermId, WithheldState};

/// The cards of all posts and pages.
pub(crate) struct Cards {
    /// The files of the documents, sorted; the card of each has the same index in `by_file`.
    files: Vec<SourcePath>,
    by_file: Vec<Option<Card>>,
    shared: Shared,
}

/// What many cards show.
struct Shared {
    terms: Vec<TermParts>,
    /// The `extra` of documents that have none.
    empty: Part,
    /// Whether cards have all fields.
    whole: bool,
}

/// What is shown of a document in places other than its page.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    /// All fields, if the site has templates of its own, which may ask for any.
    whole: Option<Made<Whole>>,
    /// Only the fields that the built-in lists show: a change of any other must not change them.
    listed: Made<Listed>,
    /// For links.
    pub(super) short: Made<Short>,
    /// For the related stories.
    pub(super) teaser: Made<Teaser>,
}

impl Cards {
    /// Makes the cards of all posts and pages, in parallel, with all fields if they are to be
    /// `whole`. Cards that have not changed since the last compilation are taken from `last`: while
    /// two plans of a site exist, the same cards need not be in memory twice.
    pub(crate) fn new(
        site: &Site,
        whole: bool,
        components: &dyn Components,
        last: Option<&Cards>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let terms = (0..site.terms.len()).into_par_iter().map(|id| term_parts(site, TermId(id)));
        let empty = Object::new(0).done();
        let shared = Shared { terms: terms.collect(), empty, whole };
        let made: Vec<(Option<Card>, Vec<Diagnostic>)> = site
            .documents
            .par_iter()
            .map(|document| {
                let mut problems = Vec::new();
                let listed = matches!(document.role, DocumentRole::Post | DocumentRole::Page);
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

    /// The card of a newer edition of a document.
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
    pub(super) fn list(&self, ids: &[DocId], form: Form) -> List<Part> {
        ids.iter().filter_map(|id| self.get(*id)).map(|card| card.form(form).clone()).collect()
    }

    /// The fields of a document on its own page that lists show, too; the others follow.
    pub(crate) fn page(&self, site: &Site, document: &Document, card: &Card) -> Object {
        const ROOM: usize = Whole::SIZE + Page::SIZE;
        match &card.whole {
            Some(whole) => Object::extending(whole.part(), ROOM),
            None => facts(site, document, &self.shared, teaser(site, document, &self.shared))
                .object(ROOM),
        }
    }

    /// Short forms of some documents.
    pub(super) fn short(&self, ids: &[DocId]) -> List<Made<Short>> {
        ids.iter().filter_map(|id| self.get(*id)).map(|card| card.short.clone()).collect()
    }

    /// The short form of a document that may not exist.
    pub(super) fn one_short(&self, id: Option<DocId>) -> Option<Made<Short>> {
        Some(self.get(id?)?.short.clone())
    }
}

/// How much of a document a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// All fields.
    Whole,
    /// The fields that the built-in cards show.
    Listed,
    /// Title, address and date.
    Short,
}

impl Form {
    /// How much the lists of a template show. What is `enough` is only known of built-in ones.
    pub(crate) fn of(reach: &Reach, enough: Form) -> Form {
        if reach.is_builtin() { enough } else { Form::Whole }
    }
}

impl Card {
    /// The card in one of its forms. A site without templates of its own has no whole cards.
    fn form(&self, form: Form) -> &Part {
        match form {
            Form::Whole => self.whole.as_ref().map_or(self.listed.part(), Made::part),
            Form::Listed => self.listed.part(),
            Form::Short => self.short.part(),
        }
    }

    /// Whether it shows the same as another.
    fn is(&self, other: &Card) -> bool {
        let digests = |card: &Card| {
            let whole = card.whole.as_ref().map(|whole| whole.part().digest);
            let Card { listed, short, teaser, .. } = card;
            (whole, listed.part().digest, short.part().digest, teaser.part().digest)
        };
        digests(self) == digests(other)
    }
}

/// What cards show of a term.
struct TermParts {
    link: Made<TermLink>,
    monogram: Made<Monogram>,
}

/// The fields that all longer forms of a card have, too.
fn teaser(site: &Site, document: &Document, shared: &Shared) -> Teaser {
    Teaser {
        base: Short {
            title: document.title.as_str().into(),
            url: site.config.base_url.relative(&document.url).into(),
            date: document.date.map(|d| d.iso().into()),
            withheld: withheld(Some(document)),
        },
        summary: summary_text(document).into(),
        image: image(site, document.image.as_ref()),
        monogram: document_monogram(site, document, &shared.terms),
    }
}

fn card(
    site: &Site,
    document: &Document,
    shared: &Shared,
    components: &dyn Components,
    problems: &mut Vec<Diagnostic>,
) -> Card {
    let teaser = teaser(site, document, shared);
    let whole = shared.whole.then(|| {
        let filler = Filler { site, document, shown: Shown::InList, in_text: &[], components };
        let summary_html = Html::from(filler.summary(problems));
        Whole { base: facts(site, document, shared, teaser.clone()), summary_html }.into()
    });
    let categories = site.config.taxonomies.find(BuiltIn::Categories.name());
    let listed = Listed {
        base: teaser.clone(),
        lang: site.language(document.language).code.as_str().into(),
        draft: document.front.draft == Some(true),
        categories: categories.map(|id| terms_of(site, document, id, &shared.terms)),
    };
    Card { whole, listed: listed.into(), short: teaser.base.clone().into(), teaser: teaser.into() }
}

/// One or two sentences: `summary`, else `description`, else the first paragraph's words.
pub(crate) fn summary_text(document: &Document) -> &str {
    let front = &document.front;
    front.summary.as_deref().or(front.description.as_deref()).unwrap_or(&document.doc.body.excerpt)
}

/// A description for search engines: `description`, else `summary`, else the first paragraph's words.
pub(crate) fn description(document: &Document) -> &str {
    let front = &document.front;
    front.description.as_deref().or(front.summary.as_deref()).unwrap_or(&document.doc.body.excerpt)
}

/// How many words people read in a minute.
const WORDS_PER_MINUTE: usize = 220;

/// The fields that a page has both in lists and on its own page.
fn facts(
    site: &Site,
    document: &Document,
    Shared { terms, empty, .. }: &Shared,
    teaser: Teaser,
) -> Facts {
    let front = &document.front;
    let base = &site.config.base_url;
    let words = document.doc.body.words;
    let mut taxonomies = Object::new(site.taxonomies.len());
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
        found.map(|(_, list)| list.clone())
    };
    let section = site.shown_section(document);
    let extra = match &front.extra {
        extra if extra.is_empty() => empty.clone(),
        extra => Part::json(&serde_json::Value::Object(extra.clone())),
    };
    // The description and the summary are mostly the same words.
    let about = description(document);
    let is_summary = about == summary_text(document);
    let description = if is_summary { teaser.summary.clone() } else { about.into() };
    Facts {
        base: teaser,
        description,
        permalink: base.absolute(&document.url).into(),
        path: document.url.as_str().into(),
        slug: document.slug.as_str().into(),
        kind: if document.is_post() { "post" } else { "page" }.into(),
        lang: site.language(document.language).code.as_str().into(),
        updated: front.updated.map(|d| d.iso().into()),
        word_count: words,
        reading_time: words.div_ceil(WORDS_PER_MINUTE).max(1),
        draft: front.draft == Some(true),
        weight: front.weight,
        extra,
        section: section.map(|s| link(&s.title, base.relative(&s.url))),
        series: front.series.as_ref().map(|s| s.value.as_str().into()),
        taxonomies: taxonomies.done(),
        authors: list(BuiltIn::Authors),
        people: list(BuiltIn::People),
        tags: list(BuiltIn::Tags),
        categories: list(BuiltIn::Categories),
    }
}

/// What keeps a document, or the page of a list, from readers of the public site; `None` for what
/// they see.
pub(crate) fn withheld(document: Option<&Document>) -> Option<Made<Withheld>> {
    let (state, day) = match document?.withheld? {
        WithheldState::Draft => ("draft", None),
        WithheldState::Future(day) => ("future", Some(day)),
        WithheldState::Expired(day) => ("expired", Some(day)),
    };
    Some(Withheld { state: state.into(), day: day.map(|day| day.to_string().into()) }.into())
}

/// A title and an address.
pub(crate) fn link(title: &str, url: String) -> Link {
    Link { title: title.into(), url: url.into() }
}

/// The terms of a document in one taxonomy.
fn terms_of(
    site: &Site,
    document: &Document,
    taxonomy: TaxonomyId,
    parts: &[TermParts],
) -> List<Made<TermLink>> {
    let terms = document.terms.iter().filter(|id| site.terms[id.0].taxonomy == taxonomy);
    terms.map(|id| parts[id.0].link.clone()).collect()
}

fn term_parts(site: &Site, id: TermId) -> TermParts {
    let term = &site.terms[id.0];
    let link = TermLink {
        name: term.name.as_str().into(),
        slug: term.slug.as_str().into(),
        url: site.config.base_url.relative(&term.url).into(),
    };
    TermParts { link: link.into(), monogram: monogram::of_name(&term.name, &term.slug) }
}

/// A story without a picture is shown as the first person that it is about.
fn document_monogram(site: &Site, document: &Document, terms: &[TermParts]) -> Made<Monogram> {
    let is_person = |id: &&TermId| site.terms[id.0].person.is_some();
    match document.terms.iter().find(is_person) {
        Some(person) => terms[person.0].monogram.clone(),
        None => monogram::of_title(&document.title, &document.slug),
    }
}

/// A picture: its addresses, and its size where known.
pub(crate) fn image(site: &Site, picture: Option<&Picture>) -> Option<Made<Image>> {
    let picture = picture?;
    let base = &site.config.base_url;
    let size = image_size(site, picture);
    let url = picture.target.as_ref().map_or_else(
        || picture.written.clone(),
        |t| format!("{}{}", base.relative(&t.url), t.suffix),
    );
    let image = Image {
        url: url.into(),
        permalink: image_address(site, picture).into(),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        alt: "".into(),
    };
    Some(image.into())
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
