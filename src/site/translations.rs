//! Which documents, sections and terms are language versions of one another.

use std::hash::Hash;
use std::sync::Arc;

use super::making::Addressed;
use super::{DocId, DocumentRole, Gathering};
use crate::base::{Diagnostic, Diagnostics, Map, UrlPath, codes};
use crate::config::LanguageId;

/// One language version of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Translation {
    /// Index of the language.
    pub(crate) language: LanguageId,
    /// Its address.
    pub(crate) url: UrlPath,
    /// Its title.
    pub(crate) title: String,
}

/// The language versions of each document: those with the same key. Listed and unlisted versions
/// are joined separately: a page that readers can find must not lead them to one that they are not
/// meant to find.
pub(super) fn of_documents(
    documents: &[Addressed],
    out: &mut Diagnostics,
) -> Vec<Arc<[Translation]>> {
    let mut versions: Map<(&str, bool), Vec<DocId>> = Map::default();
    for (id, document) in documents.iter().enumerate() {
        let is_section = document.role == DocumentRole::Section;
        versions.entry((&document.key, is_section)).or_default().push(DocId(id));
    }
    let mut groups: Vec<Vec<DocId>> = versions.into_values().filter(|ids| ids.len() > 1).collect();
    let mut translations = vec![Arc::default(); documents.len()];
    for ids in &mut groups {
        ids.sort_by_key(|id| (documents[id.0].language, *id));
        for pair in ids.windows(2) {
            let (first, second) = (&documents[pair[0].0], &documents[pair[1].0]);
            if first.language == second.language && first.url != second.url {
                out.push(clash(first, second));
            }
        }
        for listed in [true, false] {
            let is_like = |id: &&DocId| documents[id.0].stands_in(Gathering::Lists) == listed;
            let mut ids: Vec<DocId> = ids.iter().filter(is_like).copied().collect();
            ids.dedup_by_key(|id| documents[id.0].language);
            let list: Arc<[Translation]> = ids.iter().map(|id| version(&documents[id.0])).collect();
            if list.len() > 1 {
                for id in ids {
                    translations[id.0] = Arc::clone(&list);
                }
            }
        }
    }
    translations
}

/// The language versions of sections or terms: those with the same key. Of several in one language,
/// the first is a version, and the others have none.
pub(super) fn joined<K: Hash + Eq>(all: Vec<(K, Translation)>) -> Vec<Arc<[Translation]>> {
    let mut groups: Map<K, Vec<Translation>> = Map::default();
    let mut places = Vec::with_capacity(all.len());
    for (key, version) in all {
        let group = groups.entry(key);
        let place = group.index();
        let list = group.or_default();
        let is_first = !list.iter().any(|known| known.language == version.language);
        if is_first {
            list.push(version);
        }
        places.push((place, is_first));
    }
    let groups: Vec<Arc<[Translation]>> = groups.into_values().map(Arc::from).collect();
    let versions = places.into_iter().map(|(place, is_first)| {
        let group = &groups[place];
        if is_first && group.len() > 1 { Arc::clone(group) } else { Arc::default() }
    });
    versions.collect()
}

fn version(document: &Addressed) -> Translation {
    Translation {
        language: document.language,
        url: document.url.clone(),
        title: document.title.clone(),
    }
}

fn clash(first: &Addressed, second: &Addressed) -> Diagnostic {
    let message = format!(
        "`{}` and `{}` are the same page in the same language",
        first.doc.source.path, second.doc.source.path
    );
    Diagnostic::error(&codes::TRANSLATION_CLASH, message)
        .at(second.file())
        .also(first.file(), "the other one")
        .help("remove one, rename it, or give it another `lang`")
}
