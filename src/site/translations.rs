//! Which documents, sections and terms are language versions of one another.

use std::hash::Hash;
use std::sync::Arc;

use super::gathering::is_listed;
use super::making::Addressed;
use super::people::{Person, PersonId};
use super::sections::Section;
use super::terms::{Term, TermId};
use super::{DocId, DocumentRole, Gathering};
use crate::base::{Diagnostic, Diagnostics, Map, UrlPath, codes};
use crate::config::{BuiltIn, Config, LanguageId, TaxonomyId};

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

/// Joins language versions: documents with the same key, sections with the same folder. Listed and
/// unlisted versions are joined separately: a page that readers can find must not lead them to one
/// that they are not meant to find.
pub(super) fn join(
    documents: &[Addressed],
    sections: &mut [Section],
    terms: &mut [Term],
    config: &Config,
    out: &mut Diagnostics,
) -> (Vec<Arc<[Translation]>>, Vec<Person>) {
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
    let mut by_folder: Map<(String, bool), Vec<Translation>> = Map::default();
    let key = |section: &Section| (section.folder.clone(), is_listed(documents, section.doc));
    for section in sections.iter() {
        let version = Translation {
            language: section.language,
            url: section.url.clone(),
            title: section.title.clone(),
        };
        by_folder.entry(key(section)).or_default().push(version);
    }
    let by_folder = shared(by_folder);
    for section in sections {
        if let Some(list) = by_folder.get(&key(section)) {
            section.translations = Arc::clone(list);
        }
    }
    (translations, join_terms(documents, terms, config))
}

/// Terms are the same if their pages are versions of one document, or if they share a slug, as
/// names of people mostly do. Finds the people among them in passing.
fn join_terms(documents: &[Addressed], terms: &mut [Term], config: &Config) -> Vec<Person> {
    let key = |term: &Term| {
        let name = match term.doc {
            Some(doc) => {
                let key = &documents[doc.0].key;
                key.rsplit('/').next().unwrap_or(key).to_owned()
            }
            None => term.slug.clone(),
        };
        (term.taxonomy, name, is_listed(documents, term.doc))
    };
    let mut by_key: Map<(TaxonomyId, String, bool), Vec<Translation>> = Map::default();
    for term in terms.iter() {
        let list = by_key.entry(key(term)).or_default();
        if !list.iter().any(|t| t.language == term.language) {
            let (language, url, title) = (term.language, term.url.clone(), term.name.clone());
            list.push(Translation { language, url, title });
        }
    }
    let by_key = shared(by_key);
    let mut people: Map<String, Person> = Map::default();
    for (id, term) in terms.iter_mut().enumerate() {
        if config.taxonomies[term.taxonomy].built_in == Some(BuiltIn::People) {
            let (_, name, _) = key(term);
            let person = people.entry(name);
            term.person = Some(PersonId(person.index()));
            person.or_default().terms.push(TermId(id));
        }
        let list = by_key.get(&key(term)).filter(|list| list.iter().any(|t| t.url == term.url));
        if let Some(list) = list {
            term.translations = Arc::clone(list);
        }
    }
    people.into_values().collect()
}

/// Keeps the groups with more than one version.
fn shared<K: Hash + Eq>(groups: Map<K, Vec<Translation>>) -> Map<K, Arc<[Translation]>> {
    let several = groups.into_iter().filter(|(_, list)| list.len() > 1);
    several.map(|(key, list)| (key, list.into())).collect()
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
