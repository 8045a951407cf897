//! Structured data: what a page is, in the vocabulary of [schema.org](https://schema.org), which
//! search engines read.
//!
//! Every page is one `@graph`: the page itself, the way to it, the site it is part of. Without a
//! base URL there is no graph, since nothing in it could be named.

mod nodes;

use super::card;
use super::part::Html;
use super::trail::Step;
use crate::base::UrlPath;
use crate::config::{BuiltIn, LanguageId};
use crate::site::{DocId, Document, Site, Term, TermId};

use nodes::{
    Article, Graph, Image, List, ListItem, MainEntity, Named, Node, Page, Reference, Target, Thing,
    Website, script,
};

/// One page, and what is told of pages of all kinds.
pub(crate) struct Subject<'a> {
    /// The site.
    pub(crate) site: &'a Site,
    /// The page's language.
    pub(crate) language: LanguageId,
    /// Its address.
    pub(crate) url: &'a UrlPath,
    /// Its title.
    pub(crate) title: &'a str,
    /// One sentence; may be empty.
    pub(crate) description: &'a str,
    /// The way to it, without the page itself; empty for home pages.
    pub(crate) trail: &'a [Step],
}

/// What a page is, besides being a page.
pub(crate) enum PageContent<'a> {
    /// A story.
    Article(&'a Document),
    /// Any other page.
    Page,
    /// A list of posts and pages, and the number of its first item.
    Posts(&'a [DocId], usize),
    /// A list of terms, and the number of its first item.
    Terms(&'a [TermId], usize),
    /// A person, the list of what was written about them, and the number of its first item.
    Person(&'a Term, &'a [DocId], usize),
    /// Somebody who writes for this site.
    Author(&'a Term),
}

impl<'a> Subject<'a> {
    /// The value of `json_ld`.
    pub(crate) fn graph(&self, kind: &PageContent<'a>) -> Html {
        if !self.site.config.base_url.is_set() {
            return Html::empty();
        }
        let url = self.absolute(self.url);
        let node = match kind {
            PageContent::Article(document) => Node::Article(Box::new(self.article(document, &url))),
            _ => Node::Page(Box::new(self.page(kind, &url))),
        };
        let mut website = self.website();
        if !matches!(kind, PageContent::Article(_)) {
            website.publisher = Named::Here(self.publisher());
        }
        let mut nodes = vec![node];
        nodes.extend(self.breadcrumbs());
        nodes.push(Node::Website(Box::new(website)));
        script(&Graph { context: "https://schema.org", nodes }).into()
    }

    fn absolute(&self, url: &UrlPath) -> String {
        self.site.config.base_url.absolute(url)
    }

    fn home(&self) -> String {
        self.absolute(&self.site.language_root(self.language))
    }

    /// A node that others refer to: its name is the home page's address and a fragment.
    fn reference(&self, fragment: &str) -> Reference {
        Reference { id: format!("{}#{fragment}", self.home()) }
    }

    fn code(&self) -> &'a str {
        &self.site.language(self.language).code
    }

    /// What pages of all kinds have, and what is peculiar to this one.
    fn page<'s>(&'s self, kind: &PageContent<'a>, url: &'s str) -> Page<'s> {
        let list = |items: Vec<ListItem<'s>>| {
            let list = List { kind: "ItemList", items };
            (!list.items.is_empty()).then_some(MainEntity::List(list))
        };
        let (schema, main_entity) = match kind {
            PageContent::Article(_) | PageContent::Page => ("WebPage", None),
            PageContent::Posts(items, first) | PageContent::Person(_, items, first) => {
                ("CollectionPage", list(self.posts(items, *first)))
            }
            PageContent::Terms(items, first) => ("CollectionPage", list(self.terms(items, *first))),
            PageContent::Author(term) => {
                ("ProfilePage", Some(MainEntity::Profile(self.profile(term))))
            }
        };
        Page {
            kind: schema,
            id: url,
            url,
            name: self.title,
            description: one_line(self.description),
            in_language: self.code(),
            is_part_of: self.reference("website"),
            main_entity,
            about: match kind {
                PageContent::Person(term, ..) => Some(self.person(term)),
                _ => None,
            },
        }
    }

    fn posts(&self, items: &[DocId], first: usize) -> Vec<ListItem<'a>> {
        let site = self.site;
        let documents = items.iter().map(|id| site.document(*id));
        numbered(first, documents.map(|d| (d.title.as_str(), Target::Url(self.absolute(&d.url)))))
    }

    fn terms(&self, items: &[TermId], first: usize) -> Vec<ListItem<'a>> {
        let site = self.site;
        let terms = items.iter().map(|id| &site.terms[id.0]);
        numbered(first, terms.map(|t| (t.name.as_str(), Target::Url(self.absolute(&t.url)))))
    }

    fn article<'s>(&'s self, document: &'s Document, url: &'s str) -> Article<'s> {
        let site = self.site;
        let terms = |names| site.terms_of(document, names);
        let series = terms(&[BuiltIn::Series]).map(|term| {
            let url = self.absolute(&term.url);
            Named::Here(Thing::new("CreativeWorkSeries", "series", &term.name, url))
        });
        let website = Named::Elsewhere(self.reference("website"));
        Article {
            kind: "Article",
            id: format!("{url}#article"),
            headline: self.title,
            description: one_line(self.description),
            url,
            main_entity_of_page: url,
            in_language: self.code(),
            date_published: document.date.map(|date| date.rfc3339()),
            date_modified: document.changed().map(|date| date.rfc3339()),
            image: self.image(document).map(|image| [image]),
            author: self.authors(terms(&[BuiltIn::Authors])),
            publisher: self.publisher(),
            is_part_of: std::iter::once(website).chain(series).collect(),
            about: terms(&[BuiltIn::People]).map(|term| self.person(term)).collect(),
            keywords: terms(&[BuiltIn::Tags])
                .chain(terms(&[BuiltIn::Categories]))
                .map(|term| term.name.as_str())
                .collect(),
            section: site.shown_section(document).map(|section| section.title.as_str()),
            word_count: document.doc.body.words,
        }
    }

    /// The picture as it is: kisah cuts none to other ratios.
    fn image(&self, document: &Document) -> Option<Image> {
        let picture = document.image.as_ref()?;
        let size = card::image_size(self.site, picture);
        Some(Image {
            kind: "ImageObject",
            url: card::image_address(self.site, picture),
            width: size.map(|(width, _)| width),
            height: size.map(|(_, height)| height),
        })
    }

    /// The authors of a story, or whoever stands for the whole site.
    fn authors(&self, terms: impl Iterator<Item = &'a Term>) -> Vec<Named<'a>> {
        let authors: Vec<Named<'a>> = terms.map(|term| Named::Here(self.person(term))).collect();
        match &self.site.config.author {
            _ if !authors.is_empty() => authors,
            // Somebody without a page of their own has no address to be named by.
            Some(name) => {
                let person = Thing::new("Person", "", name, self.home());
                vec![Named::Here(Thing { id: None, ..person })]
            }
            None => vec![Named::Elsewhere(self.reference("publisher"))],
        }
    }

    /// A person, by the page that this site has of them.
    fn person(&self, term: &'a Term) -> Thing<'a> {
        Thing::new("Person", "person", &term.name, self.absolute(&term.url))
    }

    /// <https://developers.google.com/search/docs/appearance/structured-data/profile-page>
    fn profile(&self, term: &'a Term) -> Thing<'a> {
        let document = term.doc.map(|doc| self.site.document(doc));
        Thing {
            description: one_line(self.description),
            image: document.and_then(|document| self.image(document)),
            ..self.person(term)
        }
    }

    fn publisher(&self) -> Thing<'a> {
        let name = &self.site.language(self.language).title;
        Thing::new("Organization", "publisher", name, self.home())
    }

    fn website(&self) -> Website<'a> {
        let language = self.site.language(self.language);
        Website {
            kind: "WebSite",
            id: self.reference("website").id,
            url: self.home(),
            name: &language.title,
            in_language: &language.code,
            publisher: Named::Elsewhere(self.reference("publisher")),
            description: one_line(&language.description),
        }
    }

    /// <https://developers.google.com/search/docs/appearance/structured-data/breadcrumb>
    fn breadcrumbs(&self) -> Option<Node<'a>> {
        if self.trail.is_empty() {
            return None;
        }
        let here = (self.title, self.url);
        let steps = self.trail.iter().map(|s| (s.title.as_str(), &s.url)).chain([here]);
        let steps = steps.map(|(name, url)| (name, Target::Item(self.absolute(url))));
        Some(Node::Breadcrumbs(List { kind: "BreadcrumbList", items: numbered(1, steps) }))
    }
}

fn numbered<'a>(first: usize, items: impl Iterator<Item = (&'a str, Target)>) -> Vec<ListItem<'a>> {
    let items = (first..).zip(items);
    items
        .map(|(position, (name, target))| ListItem { kind: "ListItem", position, name, target })
        .collect()
}

/// Descriptions may be written on several lines.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
