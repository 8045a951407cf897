//! What feeds contain, in whatever format they are written.

use std::sync::Arc;

use rayon::prelude::*;

use super::Plan;
use super::body::content_digest;
use super::card::{description, image_address, summary_text};
use super::templates::Templates;
use crate::base::{Date, Digest, Hasher, Map, Set, UrlPath};
use crate::config::{BuiltIn, FeedFormat, LanguageId};
use crate::routes::{Feed, Routes, has_entry, section_items};
use crate::site::{DocId, Document, Site, newest_first};

/// A feed.
#[derive(Debug)]
pub struct FeedView {
    /// The format it is written in.
    pub(crate) format: FeedFormat,
    /// Its `tag:` URI.
    pub(crate) id: String,
    /// Name of the site, or of the list and the site.
    pub(crate) title: String,
    /// Description of the site or the list; may be empty.
    pub(crate) subtitle: String,
    /// Language code (BCP 47).
    pub(crate) language: String,
    /// Absolute address of the feed.
    pub(crate) self_url: String,
    /// Absolute address of the list.
    pub(crate) html_url: String,
    /// Date of the newest entry; 1970 where there is none.
    pub(crate) updated: Moment,
    /// Who made the site.
    pub(crate) author: String,
    /// Whether entries contain the whole text.
    pub(crate) full: bool,
    /// Its entries, the newest first.
    pub(crate) entries: Vec<Arc<FeedEntry>>,
}

/// An entry, made once for all feeds that it is in.
#[derive(Debug)]
pub(crate) struct FeedEntry {
    /// The post; its body is filled in when the feed is rendered.
    pub(crate) doc: DocId,
    /// Its `tag:` URI, or the id that its front matter gives.
    pub(crate) id: String,
    /// Title of the post.
    pub(crate) title: String,
    /// Its absolute address.
    pub(crate) url: String,
    /// Date of publication.
    pub(crate) published: Moment,
    /// Date of the last change.
    pub(crate) updated: Moment,
    /// Who wrote it.
    pub(crate) authors: Vec<FeedAuthor>,
    /// Names of tags and categories.
    pub(crate) categories: Vec<String>,
    /// Its summary in plain text.
    pub(crate) summary: String,
    /// Absolute address of its picture.
    pub(crate) image: Option<String>,
    /// Digest of everything but the text.
    digest: Digest,
    /// Digest of the text.
    body: Digest,
}

/// A date in both spellings that feeds use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// `2017-07-14T09:30:00+07:00`, for Atom and JSON Feed.
    pub(crate) rfc3339: String,
    /// `Fri, 14 Jul 2017 09:30:00 +0700`, for RSS.
    pub(crate) rfc2822: String,
}

impl Moment {
    fn new(date: Option<Date>) -> Self {
        date.map_or_else(
            || Moment {
                rfc3339: "1970-01-01T00:00:00Z".to_owned(),
                rfc2822: "Thu, 01 Jan 1970 00:00:00 +0000".to_owned(),
            },
            |date| Moment { rfc3339: date.rfc3339(), rfc2822: date.rfc2822() },
        )
    }
}

/// An author with a page of their own.
#[derive(Debug, Clone)]
pub(crate) struct FeedAuthor {
    /// The name as it is shown.
    pub(crate) name: String,
    /// Absolute address of the page.
    pub(crate) url: String,
}

impl FeedView {
    /// Digest of everything that the feed shows.
    pub(crate) fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        for text in [
            self.format.name(),
            &self.id,
            &self.title,
            &self.subtitle,
            &self.language,
            &self.self_url,
            &self.html_url,
            &self.updated.rfc3339,
            &self.author,
        ] {
            hasher.str(text);
        }
        for entry in &self.entries {
            hasher.digest(entry.digest);
            if self.full {
                hasher.digest(entry.body);
            }
        }
        hasher.finish()
    }
}

/// The posts of every feed, and their entries.
pub(super) struct Entries {
    by_feed: Map<Feed, Vec<Arc<FeedEntry>>>,
}

impl Entries {
    pub(super) fn new(site: &Site, routes: &Routes, templates: &Templates) -> Self {
        let feeds = &routes.feeds;
        let lists: Vec<Vec<DocId>> = feeds.par_iter().map(|feed| posts_of(site, *feed)).collect();
        let mut wanted: Vec<DocId> = lists.iter().flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let components = templates.components_digest();
        let made: Vec<Arc<FeedEntry>> =
            wanted.par_iter().map(|id| Arc::new(entry(site, *id, components))).collect();
        let mut by_doc = vec![None; site.documents.len()];
        for (id, entry) in wanted.into_iter().zip(made) {
            by_doc[id.0] = Some(entry);
        }
        let by_feed = feeds.iter().zip(lists).map(|(feed, list)| {
            let entries = list.iter().filter_map(|id| by_doc[id.0].clone());
            (*feed, entries.collect())
        });
        Entries { by_feed: by_feed.collect() }
    }
}

/// The newest dated posts of a list.
fn posts_of(site: &Site, which: Feed) -> Vec<DocId> {
    let list = match which {
        Feed::Section(id) => section_items(site, id),
        Feed::Term(id) => &site.terms[id.0].pages,
    };
    let mut posts: Vec<DocId> = list.iter().copied().filter(|id| has_entry(site, *id)).collect();
    // The pages of a section or a series may be in another order.
    newest_first(&mut posts, |id| &site.document(id).front);
    posts.truncate(site.config.feed.limit);
    posts
}

/// A `tag:` URI (RFC 4151), made from the base URL's host and a path that stays the same when the
/// address changes. The year is the same for all: it says who owned the host when the URI was made,
/// not when the post was written.
fn tag(site: &Site, path: &str) -> String {
    format!("tag:{},2000:{}", site.config.base_url.host(), crate::base::url::encode_path(path))
}

fn entry(site: &Site, id: DocId, components: Digest) -> FeedEntry {
    let document = site.document(id);
    let base = &site.config.base_url;
    let suffix = match document.language {
        LanguageId::DEFAULT => String::new(),
        language => format!(".{}", site.language(language).code),
    };
    let terms = |taxonomies| site.terms_of(document, taxonomies);
    let own_id = document.doc.front.id.clone();
    let mut entry = FeedEntry {
        doc: id,
        id: own_id.unwrap_or_else(|| tag(site, &format!("{}{suffix}", document.key))),
        title: document.title.clone(),
        url: base.absolute(&document.url),
        published: Moment::new(document.date),
        updated: Moment::new(document.changed()),
        authors: terms(&[BuiltIn::Authors])
            .map(|t| FeedAuthor { name: t.name.clone(), url: base.absolute(&t.url) })
            .collect(),
        // For readers, a tag and a category with the same name are the same word.
        categories: terms(&[BuiltIn::Tags, BuiltIn::Categories])
            .map(|t| t.name.clone())
            .collect::<Set<String>>()
            .into_iter()
            .collect(),
        summary: summary_text(document).to_owned(),
        image: document.image.as_ref().map(|picture| image_address(site, picture)),
        digest: Digest::default(),
        body: body_digest(site, document, components),
    };
    entry.digest = entry_digest(&entry);
    entry
}

/// The digest of an entry without its text.
fn entry_digest(entry: &FeedEntry) -> Digest {
    let mut hasher = Hasher::new();
    for text in [
        &entry.id,
        &entry.title,
        &entry.url,
        &entry.published.rfc3339,
        &entry.updated.rfc3339,
        &entry.summary,
        entry.image.as_deref().unwrap_or(""),
    ] {
        hasher.str(text);
    }
    hasher.number(entry.authors.len() as u64);
    for author in &entry.authors {
        hasher.str(&author.name).str(&author.url);
    }
    for name in &entry.categories {
        hasher.str(name);
    }
    hasher.finish()
}

fn body_digest(site: &Site, document: &Document, components: Digest) -> Digest {
    let own = content_digest(site, document);
    if document.doc.body.components.is_empty() {
        own
    } else {
        Hasher::new().digest(own).digest(components).finish()
    }
}

/// The list that a feed follows.
struct List<'a> {
    language: LanguageId,
    url: &'a UrlPath,
    name: &'a str,
    about: &'a str,
    /// The path of the list in the sources: a new address must not make it another feed.
    key: String,
}

impl Plan {
    /// A feed in one format.
    pub(super) fn feed(&self, which: Feed, format: FeedFormat, url: &UrlPath) -> FeedView {
        let site = &self.site;
        let list = self.followed(which);
        let lang = site.language(list.language);
        let entries = self.entries.by_feed.get(&which).cloned().unwrap_or_default();
        let newest = entries.iter().filter_map(|entry| site.document(entry.doc).changed()).max();
        let is_home = *list.url == site.language_root(list.language);
        let feed = &site.config.feed;
        FeedView {
            format,
            id: tag(site, &format!("{}{}", list.key, format.file())),
            title: if is_home {
                lang.title.clone()
            } else {
                format!("{} · {}", list.name, lang.title)
            },
            subtitle: if is_home && !lang.description.is_empty() {
                lang.description.clone()
            } else {
                list.about.to_owned()
            },
            language: lang.code.clone(),
            self_url: site.config.base_url.absolute(url),
            html_url: site.config.base_url.absolute(list.url),
            updated: Moment::new(newest),
            author: site.config.author.clone().unwrap_or_else(|| lang.title.clone()),
            full: feed.full && (feed.full_terms || matches!(which, Feed::Section(_))),
            entries,
        }
    }

    fn followed(&self, which: Feed) -> List<'_> {
        let site = &self.site;
        let about = |doc: Option<DocId>| doc.map_or("", |d| description(site.document(d)));
        let root = |language| site.language_root(language).as_str()[1..].to_owned();
        match which {
            Feed::Section(id) => {
                let section = &site.sections[id.0];
                let slash = if section.folder.is_empty() { "" } else { "/" };
                List {
                    language: section.language,
                    url: &section.url,
                    name: &section.title,
                    about: about(section.doc),
                    key: format!("{}{}{slash}", root(section.language), section.folder),
                }
            }
            Feed::Term(id) => {
                let term = &site.terms[id.0];
                let taxonomy = &site.taxonomies[&term.taxonomy].name;
                List {
                    language: term.language,
                    url: &term.url,
                    name: &term.name,
                    about: about(term.doc),
                    key: format!("{}{taxonomy}/{}/", root(term.language), term.slug),
                }
            }
        }
    }
}
