//! What feeds and the sitemap hold.

use std::sync::Arc;

use super::Plan;
use super::body::content_digest;
use super::card::summary_text;
use super::templates::Templates;
use crate::base::{Digest, Hasher, Set};
use crate::routes::{Feed, Route, RouteKind, Routes, section_items};
use crate::site::{DocId, Document, Site};

/// An Atom feed (RFC 4287).
#[derive(Debug)]
pub struct FeedView {
    /// `tag:` URI.
    pub id: String,
    /// Name of the site, or of the list and the site.
    pub title: String,
    /// May be empty.
    pub subtitle: String,
    /// BCP 47.
    pub language: String,
    /// Absolute address of the feed.
    pub self_url: String,
    /// Absolute address of the list.
    pub html_url: String,
    /// RFC 3339: of the newest entry.
    pub updated: String,
    /// Who made the site.
    pub author: String,
    /// Newest first.
    pub entries: Vec<Arc<FeedEntry>>,
}

/// An entry of a feed, made once for all feeds it stands in.
#[derive(Debug)]
pub struct FeedEntry {
    /// The post; its body is filled when the feed is rendered.
    pub doc: DocId,
    /// `tag:` URI, or what the front matter says.
    pub id: String,
    /// Title.
    pub title: String,
    /// Absolute address.
    pub url: String,
    /// RFC 3339.
    pub published: String,
    /// RFC 3339.
    pub updated: String,
    /// Names.
    pub authors: Vec<String>,
    /// Names of tags and categories.
    pub categories: Vec<String>,
    /// Plain text.
    pub summary: String,
    /// Whether the whole body stands in the feed.
    pub full: bool,
    digest: Digest,
}

impl FeedView {
    /// Of all that the feed shows.
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        for text in [
            &self.id,
            &self.title,
            &self.subtitle,
            &self.language,
            &self.self_url,
            &self.html_url,
            &self.updated,
            &self.author,
        ] {
            hasher.str(text);
        }
        for entry in &self.entries {
            hasher.digest(entry.digest);
        }
        hasher.finish()
    }
}

/// One address of the sitemap.
#[derive(Debug)]
pub struct SitemapEntry {
    /// Absolute address.
    pub url: String,
    /// RFC 3339 date or date-time of the last change of its content, where known.
    pub updated: Option<String>,
    /// Language codes and absolute addresses of all versions.
    pub alternates: Vec<(String, String)>,
}

/// Of a whole sitemap.
pub(super) fn sitemap_digest(entries: &[SitemapEntry]) -> Digest {
    let mut hasher = Hasher::new();
    for entry in entries {
        hasher.str(&entry.url).str(entry.updated.as_deref().unwrap_or(""));
        for (code, url) in &entry.alternates {
            hasher.str(code).str(url);
        }
    }
    hasher.finish()
}

/// The entries of all posts that stand in a feed.
pub(super) struct Entries {
    by_doc: Vec<Option<Arc<FeedEntry>>>,
}

impl Entries {
    pub(super) fn new(site: &Site, routes: &Routes, templates: &Templates) -> Self {
        let mut wanted: Set<DocId> = Set::default();
        for route in &routes.list {
            if let RouteKind::Feed(which) = route.kind {
                wanted.extend(posts_of(site, which));
            }
        }
        let components = templates.components_digest();
        let mut by_doc = vec![None; site.documents.len()];
        for id in wanted {
            by_doc[id.0] = Some(Arc::new(entry(site, id, components)));
        }
        Entries { by_doc }
    }
}

/// The newest dated posts of a list.
fn posts_of(site: &Site, which: Feed) -> impl Iterator<Item = DocId> {
    let list = match which {
        Feed::Section(id) => section_items(site, id),
        Feed::Term(id) => &site.terms[id.0].pages,
    };
    let mut posts: Vec<DocId> = list
        .iter()
        .copied()
        .filter(|id| site.document(*id).is_post() && site.document(*id).date.is_some())
        .collect();
    // A section may be in another order.
    posts.sort_by_key(|id| (std::cmp::Reverse(site.document(*id).date), *id));
    posts.truncate(site.config.feed.limit);
    posts.into_iter()
}

fn names(site: &Site, document: &Document, taxonomies: &[&str]) -> Vec<String> {
    let terms = document.terms.iter().map(|id| &site.terms[id.0]);
    let terms = terms.filter(|t| taxonomies.contains(&site.taxonomies[t.taxonomy].name.as_str()));
    terms.map(|t| t.name.clone()).collect()
}

/// `tag:` URI (RFC 4151) from the base URL's host and a path that no change of address touches.
/// The year is the same for all: it says who named the thing, not when it was written.
fn tag(site: &Site, path: &str) -> String {
    format!("tag:{},2000:{}", site.config.base_url.host(), crate::base::url::encode_path(path))
}

fn entry(site: &Site, id: DocId, components: Digest) -> FeedEntry {
    let document = site.document(id);
    let front = &document.front;
    let published = document.date.map_or_else(String::new, |d| d.rfc3339());
    let updated = front.updated.max(document.date).map_or_else(String::new, |d| d.rfc3339());
    let suffix = match document.language {
        0 => String::new(),
        language => format!(".{}", site.language(language).code),
    };
    let own_id = document.doc.front.id.clone();
    let mut entry = FeedEntry {
        doc: id,
        id: own_id.unwrap_or_else(|| tag(site, &format!("{}{suffix}", document.key))),
        title: document.title.clone(),
        url: site.config.base_url.absolute(&document.url),
        published,
        updated,
        authors: names(site, document, &["authors"]),
        categories: names(site, document, &["tags", "categories"]),
        summary: summary_text(document).to_owned(),
        full: site.config.feed.full,
        digest: Digest::default(),
    };
    let mut hasher = Hasher::new();
    for text in
        [&entry.id, &entry.title, &entry.url, &entry.published, &entry.updated, &entry.summary]
    {
        hasher.str(text);
    }
    for name in entry.authors.iter().chain(&entry.categories) {
        hasher.str(name);
    }
    hasher.number(entry.authors.len() as u64).number(u64::from(entry.full));
    if entry.full {
        hasher.digest(content_digest(site, document));
        if !document.doc.body.components.is_empty() {
            hasher.digest(components);
        }
    }
    entry.digest = hasher.finish();
    entry
}

impl Plan {
    /// One feed.
    pub(super) fn feed(&self, which: Feed, route: &Route) -> FeedView {
        let site = &self.site;
        let (language, list_url, name, about) = match which {
            Feed::Section(id) => {
                let section = &site.sections[id.0];
                let about = section.doc.map_or("", |d| super::card::description(site.document(d)));
                (section.language, &section.url, section.title.as_str(), about)
            }
            Feed::Term(id) => {
                let term = &site.terms[id.0];
                let about = term.doc.map_or("", |d| super::card::description(site.document(d)));
                (term.language, &term.url, term.name.as_str(), about)
            }
        };
        let lang = site.language(language);
        let entries: Vec<Arc<FeedEntry>> =
            posts_of(site, which).filter_map(|id| self.entries.by_doc[id.0].clone()).collect();
        let newest = posts_of(site, which)
            .filter_map(|id| {
                let document = site.document(id);
                document.front.updated.max(document.date)
            })
            .max();
        let is_home = *list_url == site.language_root(language);
        FeedView {
            id: tag(site, route.url.as_str().trim_start_matches('/')),
            title: if is_home { lang.title.clone() } else { format!("{name} · {}", lang.title) },
            subtitle: if is_home && !lang.description.is_empty() {
                lang.description.clone()
            } else {
                about.to_owned()
            },
            language: lang.code.clone(),
            self_url: site.config.base_url.absolute(&route.url),
            html_url: site.config.base_url.absolute(list_url),
            updated: newest.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |d| d.rfc3339()),
            author: site.config.author.clone().unwrap_or_else(|| lang.title.clone()),
            entries,
        }
    }

    /// Every page that is to be found, sorted by address.
    pub(super) fn sitemap(&self) -> Vec<SitemapEntry> {
        let site = &self.site;
        let base = &site.config.base_url;
        let mut entries = Vec::new();
        for route in &self.routes.list {
            let (updated, versions): (_, &[_]) = match &route.kind {
                RouteKind::Document(id) => {
                    let document = site.document(*id);
                    let date = document.front.updated.max(document.date);
                    (date, &document.translations)
                }
                RouteKind::Section(id, pager) if pager.number == 1 => {
                    let newest = section_items(site, *id).iter().filter_map(|d| {
                        let document = site.document(*d);
                        document.front.updated.max(document.date)
                    });
                    (newest.max(), &site.sections[id.0].translations)
                }
                RouteKind::Term(id, pager) if pager.number == 1 => {
                    (None, &site.terms[id.0].translations)
                }
                RouteKind::Taxonomy { .. }
                | RouteKind::Term(..)
                | RouteKind::Section(..)
                | RouteKind::Archives(_)
                | RouteKind::Archive(..) => (None, &[]),
                _ => continue,
            };
            let alternates = versions
                .iter()
                .map(|t| (site.language(t.language).code.clone(), base.absolute(&t.url)));
            entries.push(SitemapEntry {
                url: base.absolute(&route.url),
                updated: updated.map(|d| d.iso()),
                alternates: alternates.collect(),
            });
        }
        entries.sort_by(|a, b| a.url.cmp(&b.url));
        entries
    }
}
