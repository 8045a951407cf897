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
    for ids in versions.values_mut().filter(|ids| ids.len() > 1) {
        ids.sort_by_key(|id| (documents[id.0].language, *id));
        for pair in ids.windows(2) {
            let (first, second) = (&documents[pair[0].0], &documents[pair[1].0]);
            if first.language == second.language && first.url != second.url {
                out.push(clash(first, second));
            }
        }
    }
    let keys = documents.iter().map(|document| {
        let is_section = document.role == DocumentRole::Section;
        let listed = document.stands_in(Gathering::Lists);
        ((document.key.as_str(), is_section, listed), document.language)
    });
    joined(keys, |at| {
        let Addressed { url, candidate, .. } = &documents[at];
        let (language, title) = (candidate.language, candidate.title.clone());
        Translation { language, url: url.clone(), title }
    })
}

/// The language versions of each of some pages: those with the same key, by language. Of several in
/// one language, the first is a version, and the others have none. `version` makes the version of
/// the page at a place.
pub(super) fn joined<K: Hash + Eq>(
    pages: impl Iterator<Item = (K, LanguageId)>,
    version: impl Fn(usize) -> Translation,
) -> Vec<Arc<[Translation]>> {
    let mut groups: Map<K, Vec<(LanguageId, usize)>> = Map::default();
    let mut versions = Vec::new();
    for (at, (key, language)) in pages.enumerate() {
        versions.push(Arc::default());
        let group = groups.entry(key).or_default();
        if !group.iter().any(|(known, _)| *known == language) {
            group.push((language, at));
        }
    }
    for mut group in groups.into_values().filter(|group| group.len() > 1) {
        group.sort_unstable();
        let list: Arc<[Translation]> = group.iter().map(|(_, at)| version(*at)).collect();
        for (_, at) in group {
            versions[at] = Arc::clone(&list);
        }
    }
    versions
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
