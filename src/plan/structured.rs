//! Structured data: what a page is, told in the words of [schema.org](https://schema.org), as
//! search engines read them.
//!
//! Every page is one `@graph`: the page itself, the way to it, the site it is part of. Without a
//! base URL there is none, since nothing in it could be named.

use serde_json::{Map, Value as Json, json};

use super::card;
use super::part::Part;
use super::trail::Step;
use crate::base::UrlPath;
use crate::site::{DocId, Document, Site, Term, TermId};

/// One page, and what all kinds of pages tell of it.
pub struct Subject<'a> {
    /// The site.
    pub site: &'a Site,
    /// Index of the page's language.
    pub language: usize,
    /// Its address.
    pub url: &'a UrlPath,
    /// Its title.
    pub title: &'a str,
    /// One sentence; may be empty.
    pub description: &'a str,
    /// The way to it, itself not included; empty for home pages.
    pub trail: &'a [Step],
}

/// What a page is besides a page.
pub enum Kind<'a> {
    /// A story.
    Article(&'a Document),
    /// Any other page.
    Page,
    /// A list of posts and pages, the first of them with its number.
    Posts(&'a [DocId], usize),
    /// A list of terms, the first of them with its number.
    Terms(&'a [TermId], usize),
    /// A list of what was written about somebody.
    Person(&'a Term, &'a [DocId], usize),
    /// One who writes for this site.
    Author(&'a Term),
}

type Object = Map<String, Json>;

impl Subject<'_> {
    /// The value of `json_ld`.
    pub fn graph(&self, kind: &Kind<'_>) -> Part {
        if !self.site.config.base_url.is_set() {
            return "".into();
        }
        let node = match kind {
            Kind::Article(document) => self.article(document),
            Kind::Page => self.page("WebPage"),
            Kind::Posts(items, first) => self.list("CollectionPage", &self.posts(items, *first)),
            Kind::Terms(items, first) => self.list("CollectionPage", &self.terms(items, *first)),
            Kind::Person(term, items, first) => {
                let mut list = self.list("CollectionPage", &self.posts(items, *first));
                list.insert("about".into(), Json::Object(self.person(term)));
                list
            }
            Kind::Author(term) => {
                let mut page = self.page("ProfilePage");
                page.insert("mainEntity".into(), Json::Object(self.profile(term)));
                page
            }
        };
        let mut website = self.website();
        if !matches!(kind, Kind::Article(_)) {
            website["publisher"] = self.publisher();
        }
        let mut graph = vec![Json::Object(node)];
        graph.extend(self.breadcrumbs());
        graph.push(website);
        script(&json!({ "@context": "https://schema.org", "@graph": graph }))
    }

    fn absolute(&self, url: &UrlPath) -> String {
        self.site.config.base_url.absolute(url)
    }

    /// A node of the graph that others name: the home page's address and a fragment.
    fn id(&self, fragment: &str) -> String {
        format!("{}#{fragment}", self.absolute(&self.site.language_root(self.language)))
    }

    /// What every kind of page has.
    fn page(&self, kind: &str) -> Object {
        let url = self.absolute(self.url);
        let mut page = Object::new();
        page.insert("@type".into(), kind.into());
        page.insert("@id".into(), url.clone().into());
        page.insert("url".into(), url.into());
        page.insert("name".into(), self.title.into());
        if !self.description.is_empty() {
            page.insert("description".into(), one_line(self.description).into());
        }
        page.insert("inLanguage".into(), self.site.language(self.language).code.as_str().into());
        page.insert("isPartOf".into(), json!({ "@id": self.id("website") }));
        page
    }

    fn list(&self, kind: &str, items: &[Json]) -> Object {
        let mut page = self.page(kind);
        if !items.is_empty() {
            let list = json!({ "@type": "ItemList", "itemListElement": items });
            page.insert("mainEntity".into(), list);
        }
        page
    }

    fn posts(&self, items: &[DocId], first: usize) -> Vec<Json> {
        let documents = items.iter().map(|id| self.site.document(*id));
        numbered(first, documents.map(|d| (d.title.as_str(), self.absolute(&d.url))))
    }

    fn terms(&self, items: &[TermId], first: usize) -> Vec<Json> {
        let terms = items.iter().map(|id| &self.site.terms[id.0]);
        numbered(first, terms.map(|t| (t.name.as_str(), self.absolute(&t.url))))
    }

    /// <https://developers.google.com/search/docs/appearance/structured-data/article>
    fn article(&self, document: &Document) -> Object {
        let site = self.site;
        let url = self.absolute(self.url);
        let mut article = Object::new();
        let mut set = |key: &str, value: Json| article.insert(key.to_owned(), value);
        set("@type", "Article".into());
        set("@id", format!("{url}#article").into());
        set("headline", self.title.into());
        if !self.description.is_empty() {
            set("description", one_line(self.description).into());
        }
        set("url", url.as_str().into());
        set("mainEntityOfPage", url.into());
        set("inLanguage", site.language(self.language).code.as_str().into());
        if let Some(date) = document.date {
            set("datePublished", date.rfc3339().into());
        }
        if let Some(date) = document.changed() {
            set("dateModified", date.rfc3339().into());
        }
        if let Some(image) = self.image(document) {
            set("image", Json::Array(vec![image]));
        }
        let terms = |names| site.terms_of(document, names);
        set("author", self.authors(terms(&["authors"])));
        set("publisher", self.publisher());
        let series = document.terms.iter().map(|id| &site.terms[id.0]);
        let mut whole = vec![json!({ "@id": self.id("website") })];
        whole.extend(series.filter(|t| site.taxonomies[t.taxonomy].is_series).map(|term| {
            let url = self.absolute(&term.url);
            json!({ "@type": "CreativeWorkSeries", "@id": format!("{url}#series"), "name": term.name, "url": url })
        }));
        set("isPartOf", Json::Array(whole));
        let about: Vec<Json> = terms(&["people"]).map(|t| Json::Object(self.person(t))).collect();
        if !about.is_empty() {
            set("about", Json::Array(about));
        }
        let keywords: Vec<&str> =
            terms(&["tags"]).chain(terms(&["categories"])).map(|t| t.name.as_str()).collect();
        if !keywords.is_empty() {
            set("keywords", json!(keywords));
        }
        if let Some(section) = document.section.map(|id| &site.sections[id.0]) {
            set("articleSection", section.title.as_str().into());
        }
        set("wordCount", document.doc.body.words.into());
        article
    }

    /// Pictures are shown as they are; those in other ratios come when pictures are cut.
    fn image(&self, document: &Document) -> Option<Json> {
        let picture = document.image.as_ref()?;
        let mut image =
            json!({ "@type": "ImageObject", "url": card::image_address(self.site, picture) });
        if let Some((width, height)) = card::image_size(self.site, picture) {
            image["width"] = width.into();
            image["height"] = height.into();
        }
        Some(image)
    }

    /// The authors of a story, or who stands for the whole site.
    fn authors<'t>(&self, terms: impl Iterator<Item = &'t Term>) -> Json {
        let authors: Vec<Json> = terms.map(|term| Json::Object(self.person(term))).collect();
        match &self.site.config.author {
            _ if !authors.is_empty() => Json::Array(authors),
            Some(name) => {
                let home = self.absolute(&self.site.language_root(self.language));
                json!([{ "@type": "Person", "name": name, "url": home }])
            }
            None => json!([{ "@id": self.id("publisher") }]),
        }
    }

    /// A person, by the page that this site has of them.
    fn person(&self, term: &Term) -> Object {
        let url = self.absolute(&term.url);
        let mut person = Object::new();
        person.insert("@type".into(), "Person".into());
        person.insert("@id".into(), format!("{url}#person").into());
        person.insert("name".into(), term.name.as_str().into());
        person.insert("url".into(), url.into());
        person
    }

    /// <https://developers.google.com/search/docs/appearance/structured-data/profile-page>
    fn profile(&self, term: &Term) -> Object {
        let mut person = self.person(term);
        if !self.description.is_empty() {
            person.insert("description".into(), one_line(self.description).into());
        }
        let document = term.doc.map(|doc| self.site.document(doc));
        if let Some(image) = document.and_then(|d| self.image(d)) {
            person.insert("image".into(), image);
        }
        person
    }

    fn publisher(&self) -> Json {
        let name = &self.site.language(self.language).title;
        let home = self.absolute(&self.site.language_root(self.language));
        json!({ "@type": "Organization", "@id": self.id("publisher"), "name": name, "url": home })
    }

    fn website(&self) -> Json {
        let language = self.site.language(self.language);
        let home = self.absolute(&self.site.language_root(self.language));
        let mut website = json!({
            "@type": "WebSite",
            "@id": self.id("website"),
            "url": home,
            "name": language.title,
            "inLanguage": language.code,
            "publisher": { "@id": self.id("publisher") },
        });
        if !language.description.is_empty() {
            website["description"] = one_line(&language.description).into();
        }
        website
    }

    /// <https://developers.google.com/search/docs/appearance/structured-data/breadcrumb>
    fn breadcrumbs(&self) -> Option<Json> {
        if self.trail.is_empty() {
            return None;
        }
        let here = (self.title, self.url);
        let steps = self.trail.iter().map(|s| (s.title.as_str(), &s.url)).chain([here]);
        let items: Vec<Json> = steps
            .zip(1..)
            .map(|((name, url), position)| {
                json!({ "@type": "ListItem", "position": position, "name": name, "item": self.absolute(url) })
            })
            .collect();
        Some(json!({ "@type": "BreadcrumbList", "itemListElement": items }))
    }
}

fn numbered<'a>(first: usize, items: impl Iterator<Item = (&'a str, String)>) -> Vec<Json> {
    let item = |((name, url), position): ((&str, String), usize)| json!({ "@type": "ListItem", "position": position, "name": name, "url": url });
    items.zip(first..).map(item).collect()
}

/// Descriptions may be written on several lines.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// JSON that may stand in a `<script>`: no `<` can end it, or begin a comment.
fn script(json: &Json) -> Part {
    Part::safe(&json.to_string().replace('<', "\\u003c").replace("\u{2028}", "\\u2028"))
}
