//! Sections: folders whose posts are listed together.

use std::sync::Arc;

use super::address::{folder_path, language_root};
use super::classify::parent;
use super::gathering::is_listed;
use super::making::Addressed;
use super::order::sort;
use super::translations::Translation;
use super::{DocId, DocumentRole, Gathering};
use crate::base::text::capitalised;
use crate::base::{Map, UrlPath};
use crate::config::{Config, LanguageId};
use crate::keys::{PAGINATE_BY, SortKey};

/// Index into [`super::Site::sections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SectionId(pub(crate) usize);

/// A folder in one language. The home of a language is the one whose folder is empty.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its path below `content/`.
    pub(crate) folder: String,
    /// Index of its language.
    pub(crate) language: LanguageId,
    /// Its `_index.md`.
    pub(crate) doc: Option<DocId>,
    /// From `_index.md`, or the folder's name.
    pub(crate) title: String,
    /// Its address.
    pub(crate) url: UrlPath,
    /// The order of its posts.
    pub(crate) sort_by: SortKey,
    /// Posts per page; 0 for all on one.
    pub(crate) paginate_by: usize,
    /// The posts and pages that it lists, in its order. Empty for the home, which shows all posts.
    pub(crate) pages: Vec<DocId>,
    /// The section around it.
    pub(crate) parent: Option<SectionId>,
    /// The sections in it that it lists, by weight, then title.
    pub(crate) children: Vec<SectionId>,
    /// The same section in other languages, itself included.
    pub(crate) translations: Arc<[Translation]>,
}

/// Finds the sections: the home of every language, every top-level folder with posts or pages to
/// list, and every folder with an `_index.md`.
pub(super) fn gather(documents: &[Addressed], config: &Config) -> Vec<Section> {
    let mut folders: Map<(LanguageId, String), Option<DocId>> = Map::default();
    for language in config.languages.ids() {
        folders.insert((language, String::new()), None);
    }
    for (id, document) in documents.iter().enumerate() {
        let top = document.folder.split('/').next().unwrap_or("");
        match document.role {
            DocumentRole::Section => {
                folders.insert((document.language, document.key.clone()), Some(DocId(id)));
            }
            DocumentRole::Post | DocumentRole::Page
                if config.taxonomies.find(top).is_none()
                    && document.stands_in(Gathering::Lists) =>
            {
                folders.entry((document.language, top.to_owned())).or_insert(None);
            }
            _ => {}
        }
    }
    folders.sort_unstable_keys();
    let mut sections: Vec<Section> = folders
        .into_iter()
        .map(|((language, folder), doc)| {
            section(language, folder, doc.map(|id| (id, &documents[id.0])), config)
        })
        .collect();
    for at in 0..sections.len() {
        let Some(above) = parent_of(&sections, sections[at].language, &sections[at].folder) else {
            continue;
        };
        sections[at].parent = Some(above);
        if is_listed(documents, sections[at].doc) {
            sections[above.0].children.push(SectionId(at));
        }
    }
    sections
}

fn section(
    language: LanguageId,
    folder: String,
    doc: Option<(DocId, &Addressed)>,
    config: &Config,
) -> Section {
    let keys = doc.map(|(_, d)| &d.doc.front.section);
    let lang = &config.languages[language];
    let title = match doc {
        Some((_, document)) => document.title.clone(),
        None if folder.is_empty() => lang.title.clone(),
        None => capitalised(&folder.rsplit('/').next().unwrap_or("").replace(['-', '_'], " ")),
    };
    Section {
        title,
        // An `_index.md` may have a `path` of its own.
        url: doc.map_or_else(|| section_url(config, language, &folder), |(_, d)| d.url.clone()),
        sort_by: keys.and_then(|k| k.sort_by).unwrap_or_default(),
        paginate_by: keys.and_then(|k| k.paginate_by).unwrap_or(PAGINATE_BY),
        doc: doc.map(|(id, _)| id),
        folder,
        language,
        pages: Vec::new(),
        parent: None,
        children: Vec::new(),
        translations: Arc::default(),
    }
}

/// The address of a folder's list.
pub(super) fn section_url(config: &Config, language: LanguageId, folder: &str) -> UrlPath {
    language_root(config, language).join(&folder_path(folder, config))
}

/// The nearest section around a folder.
fn parent_of(sections: &[Section], language: LanguageId, folder: &str) -> Option<SectionId> {
    let mut above = parent(folder);
    while let Some(name) = above {
        let found =
            sections.binary_search_by(|s| (s.language, s.folder.as_str()).cmp(&(language, name)));
        if let Ok(at) = found {
            return Some(SectionId(at));
        }
        above = parent(name);
    }
    None
}

/// Puts every post and page into its section, and sorts every section. Returns the section of each
/// document.
pub(super) fn list(
    sections: &mut [Section],
    documents: &[Addressed],
    config: &Config,
) -> Vec<Option<SectionId>> {
    let mut own = vec![None; documents.len()];
    for (id, document) in documents.iter().enumerate() {
        if !matches!(document.role, DocumentRole::Post | DocumentRole::Page)
            || document.folder.is_empty()
        {
            continue;
        }
        let mut folder = Some(document.folder.as_str());
        while let Some(name) = folder.filter(|name| !name.is_empty()) {
            let found = sections.binary_search_by(|s| {
                (s.language, s.folder.as_str()).cmp(&(document.language, name))
            });
            if let Ok(at) = found {
                if document.stands_in(Gathering::Lists) {
                    sections[at].pages.push(DocId(id));
                }
                own[id] = Some(SectionId(at));
                break;
            }
            folder = parent(name);
        }
    }
    for section in sections.iter_mut() {
        let locale = &config.languages[section.language].locale;
        let keys = |id: DocId| (&*documents[id.0].front, documents[id.0].title.as_str());
        sort(&mut section.pages, section.sort_by, keys, locale);
    }
    let key = |sections: &[Section], id: SectionId| {
        let section = &sections[id.0];
        let weight = section.doc.and_then(|d| documents[d.0].front.weight);
        let title = config.languages[section.language].locale.sort_key(&section.title);
        (weight.is_none(), weight, title)
    };
    for at in 0..sections.len() {
        let mut children = std::mem::take(&mut sections[at].children);
        children.sort_by_cached_key(|id| key(sections, *id));
        sections[at].children = children;
    }
    own
}
