//! Sections: folders whose posts are listed together.

use std::sync::Arc;

use super::address::{folder_path, language_root};
use super::classify::parent;
use super::gathering::is_listed;
use super::making::Addressed;
use super::order::sort;
use super::translations::{Translation, joined};
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

/// A folder that is a section, before its neighbours are known.
struct Folder<'a> {
    language: LanguageId,
    path: String,
    doc: Option<(DocId, &'a Addressed)>,
    title: String,
    url: UrlPath,
}

/// Finds the sections: the home of every language, every top-level folder with posts or pages to
/// list, and every folder with an `_index.md`. Returns them, and the section of each document.
pub(super) fn gather(
    documents: &[Addressed],
    config: &Config,
) -> (Vec<Section>, Vec<Option<SectionId>>) {
    let folders = folders(documents, config);
    let (pages, own) = pages(&folders, documents, config);
    let (parents, children) = family(&folders, documents, config);
    let keys = folders.iter().map(|folder| {
        let is_listed = is_listed(documents, folder.doc.map(|(id, _)| id));
        ((folder.path.as_str(), is_listed), folder.language)
    });
    let translations = joined(keys, |at| {
        let Folder { language, url, title, .. } = &folders[at];
        Translation { language: *language, url: url.clone(), title: title.clone() }
    });
    let sections = folders.into_iter().zip(pages).zip(parents).zip(children).zip(translations);
    let section = |((((folder, pages), parent), children), translations)| {
        let Folder { language, path, doc, title, url } = folder;
        let keys = doc.map(|(_, document)| &document.doc.front.section);
        Section {
            folder: path,
            language,
            doc: doc.map(|(id, _)| id),
            title,
            url,
            sort_by: sort_by(doc),
            paginate_by: keys.and_then(|keys| keys.paginate_by).unwrap_or(PAGINATE_BY),
            pages,
            parent,
            children,
            translations,
        }
    };
    (sections.map(section).collect(), own)
}

/// The folders, sorted by language and path.
fn folders<'a>(documents: &'a [Addressed], config: &Config) -> Vec<Folder<'a>> {
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
    let folder = |((language, path), doc): ((LanguageId, String), Option<DocId>)| {
        let doc = doc.map(|id| (id, &documents[id.0]));
        let title = match doc {
            Some((_, document)) => document.title.clone(),
            None if path.is_empty() => config.languages[language].title.clone(),
            None => capitalised(&path.rsplit('/').next().unwrap_or("").replace(['-', '_'], " ")),
        };
        // An `_index.md` may have a `path` of its own.
        let url = doc.map_or_else(|| section_url(config, language, &path), |(_, d)| d.url.clone());
        Folder { language, path, doc, title, url }
    };
    folders.into_iter().map(folder).collect()
}

fn sort_by(doc: Option<(DocId, &Addressed)>) -> SortKey {
    doc.and_then(|(_, document)| document.doc.front.section.sort_by).unwrap_or_default()
}

/// The address of a folder's list.
pub(super) fn section_url(config: &Config, language: LanguageId, folder: &str) -> UrlPath {
    language_root(config, language).join(&folder_path(folder, config))
}

fn find(folders: &[Folder<'_>], language: LanguageId, path: &str) -> Option<SectionId> {
    let at = folders.binary_search_by(|f| (f.language, f.path.as_str()).cmp(&(language, path)));
    at.ok().map(SectionId)
}

/// The section around each, and the sections that each lists.
fn family(
    folders: &[Folder<'_>],
    documents: &[Addressed],
    config: &Config,
) -> (Vec<Option<SectionId>>, Vec<Vec<SectionId>>) {
    let mut children = vec![Vec::new(); folders.len()];
    let mut parents = Vec::with_capacity(folders.len());
    for (at, folder) in folders.iter().enumerate() {
        let mut above = std::iter::successors(parent(&folder.path), |path| parent(path));
        let above = above.find_map(|path| find(folders, folder.language, path));
        parents.push(above);
        if let Some(above) = above
            && is_listed(documents, folder.doc.map(|(id, _)| id))
        {
            children[above.0].push(SectionId(at));
        }
    }
    for children in &mut children {
        children.sort_by_cached_key(|id| {
            let folder = &folders[id.0];
            let weight = folder.doc.and_then(|(_, document)| document.doc.front.weight);
            let title = config.languages[folder.language].locale.sort_key(&folder.title);
            (weight.is_none(), weight, title)
        });
    }
    (parents, children)
}

/// The posts and pages that each section lists, in its order, and the section of each document.
fn pages(
    folders: &[Folder<'_>],
    documents: &[Addressed],
    config: &Config,
) -> (Vec<Vec<DocId>>, Vec<Option<SectionId>>) {
    let mut pages = vec![Vec::new(); folders.len()];
    let mut own = vec![None; documents.len()];
    for (id, document) in documents.iter().enumerate() {
        if !matches!(document.role, DocumentRole::Post | DocumentRole::Page) {
            continue;
        }
        let around = std::iter::successors(Some(document.folder.as_str()), |path| parent(path));
        // The home lists all posts by itself.
        let mut around = around.take_while(|path| !path.is_empty());
        own[id] = around.find_map(|path| find(folders, document.language, path));
        if let Some(section) = own[id].filter(|_| document.stands_in(Gathering::Lists)) {
            pages[section.0].push(DocId(id));
        }
    }
    for (folder, pages) in folders.iter().zip(&mut pages) {
        let locale = &config.languages[folder.language].locale;
        let keys = |id: DocId| (&*documents[id.0].front, documents[id.0].title.as_str());
        sort(pages, sort_by(folder.doc), keys, locale);
    }
    (pages, own)
}
