//! What machines read of a page: title, description, social cards, structured data.

use serde_json::{Map, Value as Json, json};

use super::card;
use super::part::{Object, Part};
use crate::base::UrlPath;
use crate::site::{Document, Site};

/// What the head of a page says.
pub struct Meta<'a> {
    /// Title of the page alone.
    pub title: &'a str,
    /// One sentence.
    pub description: &'a str,
    /// `article`, `website` or `profile`.
    pub og_type: &'static str,
    /// The document, for its picture and dates.
    pub document: Option<&'a Document>,
    /// Index of the language.
    pub language: usize,
    /// 1-based page of a list.
    pub number: usize,
    /// Not to be indexed.
    pub noindex: bool,
}

impl Meta<'_> {
    /// The value of `meta`.
    pub fn part(&self, site: &Site) -> Part {
        let image = self.document.and_then(|d| d.image.as_ref());
        let target = image.and_then(|picture| picture.target.as_ref());
        let size = target.and_then(|t| t.asset).and_then(|id| site.assets[id.0].asset.dimensions);
        let base = &site.config.base_url;
        let image = image.filter(|_| base.is_set());
        let dates = self.document.filter(|d| d.is_post());
        Object::new()
            .set("title", self.full_title(site))
            .set("description", one_line(self.description))
            .set("og_type", self.og_type)
            .set("image", image.map(|picture| card::image_address(site, picture)))
            .set("image_width", size.map(|s| s.0))
            .set("image_height", size.map(|s| s.1))
            .set("published", dates.and_then(|d| d.date).map(|d| d.rfc3339()))
            .set("updated", dates.and_then(|d| d.front.updated).map(|d| d.rfc3339()))
            .set("robots", if self.noindex { "noindex" } else { "" })
            .done()
    }

    fn full_title(&self, site: &Site) -> String {
        let site_title = &site.language(self.language).title;
        let number = if self.number > 1 { format!(" ({})", self.number) } else { String::new() };
        if self.title == site_title {
            format!("{site_title}{number}")
        } else {
            format!("{}{number} · {site_title}", self.title)
        }
    }
}

/// Descriptions stand in attributes: no line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// JSON-LD of a post: an [Article](https://schema.org/Article).
pub fn article(site: &Site, document: &Document) -> Part {
    let base = &site.config.base_url;
    let language = site.language(document.language);
    let url = base.absolute(&document.url);
    let mut article = Map::new();
    let mut set = |key: &str, value: Json| article.insert(key.to_owned(), value);
    set("@context", json!("https://schema.org"));
    set("@type", json!("Article"));
    set("headline", json!(document.title));
    let description = one_line(card::description(document));
    if !description.is_empty() {
        set("description", json!(description));
    }
    set("url", json!(url));
    set("mainEntityOfPage", json!(url));
    set("inLanguage", json!(language.code));
    if let Some(date) = document.date {
        set("datePublished", json!(date.rfc3339()));
    }
    if let Some(date) = document.front.updated.or(document.date) {
        set("dateModified", json!(date.rfc3339()));
    }
    if let Some(image) = &document.image {
        set("image", json!(card::image_address(site, image)));
    }
    let terms = |name: &str| -> Vec<Json> {
        let terms = document.terms.iter().map(|id| &site.terms[id.0]);
        let terms = terms.filter(|t| site.taxonomies[t.taxonomy].name == name);
        terms
            .map(|t| json!({"@type": "Person", "name": t.name, "url": base.absolute(&t.url)}))
            .collect()
    };
    let mut authors = terms("authors");
    if authors.is_empty() {
        let name = site.config.author.as_ref();
        authors.extend(name.map(|name| json!({"@type": "Person", "name": name})));
    }
    if !authors.is_empty() {
        set("author", Json::Array(authors));
    }
    let about = terms("people");
    if !about.is_empty() {
        set("about", Json::Array(about));
    }
    let home = site.language_root(document.language);
    set(
        "publisher",
        json!({"@type": "Organization", "name": language.title, "url": base.absolute(&home)}),
    );
    set(
        "isPartOf",
        json!({"@type": "WebSite", "name": language.title, "url": base.absolute(&home)}),
    );
    script(&Json::Object(article))
}

/// JSON-LD of the home page: a [WebSite](https://schema.org/WebSite).
pub fn website(site: &Site, language: usize, url: &UrlPath) -> Part {
    let lang = site.language(language);
    let mut value = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": lang.title,
        "url": site.config.base_url.absolute(url),
        "inLanguage": lang.code,
    });
    if !lang.description.is_empty() {
        value["description"] = json!(lang.description);
    }
    script(&value)
}

/// JSON that may stand in a `<script>`: no `<` can end it.
fn script(json: &Json) -> Part {
    Part::safe(&json.to_string().replace('<', "\\u003c").replace("\u{2028}", "\\u2028"))
}
