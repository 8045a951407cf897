//! What the head of a page says of it: title, description, and the cards that social networks
//! show ([Open Graph](https://ogp.me),
//! [X](https://developer.x.com/en/docs/x-for-websites/cards/overview/markup)).

use super::card;
use super::part::{List, Made};
use super::shapes::{self, SocialTag};
use super::structured::one_line;
use crate::base::UrlPath;
use crate::config::{BuiltIn, LanguageId};
use crate::site::{Document, DocumentRole, Gathering, Picture, Site, Translation};

/// What the head of a page says.
pub(crate) struct Meta<'a> {
    /// Title of the page alone.
    pub(crate) title: &'a str,
    /// One sentence.
    pub(crate) description: &'a str,
    /// `article`, `website` or `profile`.
    pub(crate) og_type: &'static str,
    /// The document, for its picture and dates.
    pub(crate) document: Option<&'a Document>,
    /// The language.
    pub(crate) language: LanguageId,
    /// 1-based page of a list.
    pub(crate) number: usize,
    /// Whether the page has an address of its own: the one shown for wrong addresses has none.
    pub(crate) has_address: bool,
}

impl Meta<'_> {
    /// The value of `meta` for the page at an address.
    pub(crate) fn shape(
        &self,
        site: &Site,
        url: &UrlPath,
        versions: &[Translation],
    ) -> shapes::Meta {
        let image = self.image(site);
        let size = image.and_then(|picture| card::image_size(site, picture));
        let dates = self.document.filter(|d| d.is_post());
        shapes::Meta {
            title: self.full_title(site).into(),
            description: one_line(self.description).into(),
            og_type: self.og_type.into(),
            image: image.map(|picture| card::image_address(site, picture).into()),
            image_width: size.map(|(width, _)| width),
            image_height: size.map(|(_, height)| height),
            published: dates.and_then(|d| d.date).map(|d| d.rfc3339().into()),
            updated: dates.and_then(|d| d.front.updated).map(|d| d.rfc3339().into()),
            robots: if self.is_to_be_found() { "" } else { "noindex" }.into(),
            social: self.social(site, url, versions),
        }
    }

    /// Whether search engines may list it. What is not listed here should not be listed there.
    fn is_to_be_found(&self) -> bool {
        self.has_address && self.document.is_none_or(|d| d.stands_in(Gathering::Lists))
    }

    /// The picture that cards show. They need its whole address, so there must be a base URL.
    fn image(&self, site: &Site) -> Option<&Picture> {
        let image = self.document.and_then(|d| d.image.as_ref());
        image.filter(|_| site.config.base_url.is_set())
    }

    fn full_title(&self, site: &Site) -> String {
        let site_title = &site.language(self.language).title;
        if self.title == site_title {
            format!("{site_title}{}", self.suffix())
        } else {
            format!("{}{} · {site_title}", self.title, self.suffix())
        }
    }

    /// What tells a further page of a list from the first.
    pub(crate) fn suffix(&self) -> String {
        if self.number > 1 { format!(" ({})", self.number) } else { String::new() }
    }

    fn social(
        &self,
        site: &Site,
        url: &UrlPath,
        versions: &[Translation],
    ) -> List<Made<SocialTag>> {
        let mut tags = Tags::default();
        tags.property("og:type", self.og_type);
        let is_text = self
            .document
            .is_some_and(|d| matches!(d.role, DocumentRole::Post | DocumentRole::Page));
        let title = if is_text { self.title.to_owned() } else { self.full_title(site) };
        tags.property("og:title", &title);
        let language = site.language(self.language);
        tags.property("og:site_name", &language.title);
        tags.property("og:description", &one_line(self.description));
        if site.config.base_url.is_set() && self.has_address {
            tags.property("og:url", &site.config.base_url.absolute(url));
        }
        if let Some(locale) = language.locale.with_territory() {
            tags.property("og:locale", &locale);
        }
        for other in versions.iter().filter(|t| t.language != self.language) {
            if let Some(locale) = site.language(other.language).locale.with_territory() {
                tags.property("og:locale:alternate", &locale);
            }
        }
        let image = self.image(site);
        let size = image.and_then(|picture| card::image_size(site, picture));
        if let Some(picture) = image {
            tags.property("og:image", &card::image_address(site, picture));
            if let Some((width, height)) = size {
                tags.property("og:image:width", &width.to_string());
                tags.property("og:image:height", &height.to_string());
            }
            tags.property("og:image:alt", self.title);
        }
        if let Some(document) = self.document.filter(|_| self.og_type == "article") {
            article(&mut tags, site, document);
        }
        // A portrait would lose its head in the wide card.
        let is_wide = size.is_none_or(|(width, height)| width >= 300 && width > height);
        let wide = image.is_some() && is_wide;
        tags.name("twitter:card", if wide { "summary_large_image" } else { "summary" });
        if image.is_some() {
            tags.name("twitter:image:alt", self.title);
        }
        tags.list.into_iter().collect()
    }
}

/// What Open Graph knows of an article.
fn article(tags: &mut Tags, site: &Site, document: &Document) {
    if let Some(date) = document.date {
        tags.property("article:published_time", &date.rfc3339());
    }
    if let Some(date) = document.front.updated {
        tags.property("article:modified_time", &date.rfc3339());
    }
    let terms = |names| site.terms_of(document, names);
    if site.config.base_url.is_set() {
        for author in terms(&[BuiltIn::Authors]) {
            tags.property("article:author", &site.config.base_url.absolute(&author.url));
        }
    }
    if let Some(section) = site.shown_section(document) {
        tags.property("article:section", &section.title);
    }
    for tag in terms(&[BuiltIn::Tags, BuiltIn::Categories]) {
        tags.property("article:tag", &tag.name);
    }
}

/// `<meta>` tags in the making.
#[derive(Default)]
struct Tags {
    list: Vec<Made<SocialTag>>,
}

impl Tags {
    /// A tag of Open Graph. An empty one says nothing, and is left out.
    fn property(&mut self, key: &'static str, content: &str) {
        self.add("property", key, content);
    }

    fn name(&mut self, key: &'static str, content: &str) {
        self.add("name", key, content);
    }

    fn add(&mut self, attribute: &'static str, key: &'static str, content: &str) {
        if !content.is_empty() {
            let tag =
                SocialTag { attribute: attribute.into(), key: key.into(), content: content.into() };
            self.list.push(tag.into());
        }
    }
}
