//! Taxonomies, their terms, and series.

use std::sync::Arc;

use super::address::{language_root, slug_of};
use super::gathering::is_listed;
use super::making::Addressed;
use super::order::newest_first;
use super::people::{Person, PersonId};
use super::translations::{Translation, joined};
use super::{DocId, DocumentRole, Gathering};
use crate::base::text::fold;
use crate::base::{Diagnostic, Diagnostics, Map, Place, Set, Span, UrlPath, codes};
use crate::config::{self, BuiltIn, Config, LanguageId, PerLanguage, TaxonomyId};

/// Index into [`super::Site::terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub usize);

/// A taxonomy, with its terms in each language.
#[derive(Debug)]
pub(crate) struct Taxonomy {
    /// `tags`.
    pub(crate) name: String,
    /// Its `_index.md`.
    pub(crate) docs: PerLanguage<Option<DocId>>,
    /// The terms that it lists, in alphabetical order.
    pub(crate) terms: PerLanguage<Vec<TermId>>,
}

/// A term in one language.
#[derive(Debug)]
pub struct Term {
    /// Its taxonomy.
    pub(crate) taxonomy: TaxonomyId,
    /// Index of its language.
    pub(crate) language: LanguageId,
    /// Its name as shown.
    pub name: String,
    /// Last part of its address.
    pub(crate) slug: String,
    /// Its address.
    pub(crate) url: UrlPath,
    /// The document that is its page.
    pub(crate) doc: Option<DocId>,
    /// The person it stands for, if it is one.
    pub person: Option<PersonId>,
    /// The posts that it lists: newest first, or, for a series, by weight, then oldest first.
    pub(crate) pages: Vec<DocId>,
    /// The same term in other languages, itself included.
    pub(crate) translations: Arc<[Translation]>,
}

/// A term while its uses are counted.
#[derive(Default)]
struct Draft {
    /// Each spelling, with how often it is used and where first.
    spellings: Map<String, (usize, Option<(DocId, Span)>)>,
    /// Whether any post or page names it, listed or not.
    is_used: bool,
    /// The documents that it lists.
    pages: Vec<DocId>,
    doc: Option<DocId>,
    /// Its names as documents write them, folded; several if documents use both the slug and the
    /// title of its page.
    names: Vec<String>,
}

/// By taxonomy, language and folded name.
type Drafts = Map<(TaxonomyId, LanguageId, String), Draft>;

/// A term before its versions in other languages are known.
struct NamedTerm {
    /// The folded names that lead to it.
    names: Vec<String>,
    /// Whether a post or page names it.
    is_used: bool,
    taxonomy: TaxonomyId,
    language: LanguageId,
    name: String,
    slug: String,
    url: UrlPath,
    doc: Option<DocId>,
    pages: Vec<DocId>,
}

/// What [`gather`] finds.
pub(super) struct Gathered {
    pub(super) taxonomies: Map<TaxonomyId, Taxonomy>,
    pub(super) terms: Vec<Term>,
    pub(super) people: Vec<Person>,
    /// The terms of each document.
    pub(super) of_documents: Vec<Vec<TermId>>,
}

/// Gathers the terms of all documents.
pub(super) fn gather(documents: &[Addressed], config: &Config, out: &mut Diagnostics) -> Gathered {
    let mut drafts = uses(documents, config);
    own_pages(&mut drafts, documents, config);
    // Without either, its page would be an empty list.
    drafts.retain(|_, draft| !draft.pages.is_empty() || draft.doc.is_some());
    let mut terms: Vec<NamedTerm> = drafts
        .into_iter()
        .map(|((taxonomy, language, _), draft)| {
            report_merge(&draft, taxonomy, documents, config, out);
            named_term(taxonomy, language, draft, documents, config)
        })
        .collect();
    terms.sort_by_cached_key(|t| {
        let key = config.languages[t.language].locale.sort_key(&t.name);
        (t.taxonomy, t.language, key, t.names.clone(), t.slug.clone())
    });
    let taxonomies = taxonomies(&terms, documents, config);
    let of_documents = of_documents(&terms, documents, config);
    let (terms, people) = across_languages(terms, documents, config);
    report_clashes(&terms, documents, config, out);
    Gathered { taxonomies, terms, people, of_documents }
}

/// Joins the terms of all languages. They are the same if their pages are versions of one document,
/// or if they share a slug, as names of people mostly do. The people are found in passing.
fn across_languages(
    terms: Vec<NamedTerm>,
    documents: &[Addressed],
    config: &Config,
) -> (Vec<Term>, Vec<Person>) {
    let mut people: Map<String, Person> = Map::default();
    let mut persons = Vec::with_capacity(terms.len());
    let mut keys = Vec::with_capacity(terms.len());
    for (id, term) in terms.iter().enumerate() {
        let name = match term.doc {
            Some(doc) => {
                let key = &documents[doc.0].key;
                key.rsplit('/').next().unwrap_or(key).to_owned()
            }
            None => term.slug.clone(),
        };
        let is_person = config.taxonomies[term.taxonomy].built_in == Some(BuiltIn::People);
        persons.push(is_person.then(|| {
            let person = people.entry(name.clone());
            let id_of_person = PersonId(person.index());
            person.or_default().terms.push(TermId(id));
            id_of_person
        }));
        keys.push(((term.taxonomy, name, is_listed(documents, term.doc)), term.language));
    }
    let translations = joined(keys.into_iter(), |at| {
        let NamedTerm { language, url, name, .. } = &terms[at];
        Translation { language: *language, url: url.clone(), title: name.clone() }
    });
    let terms = terms.into_iter().zip(persons).zip(translations);
    let whole = |((term, person), translations): ((NamedTerm, _), _)| {
        let NamedTerm { taxonomy, language, name, slug, url, doc, pages, .. } = term;
        Term { taxonomy, language, name, slug, url, doc, person, pages, translations }
    };
    (terms.map(whole).collect(), people.into_values().collect())
}

/// Counts which documents use which term.
fn uses(documents: &[Addressed], config: &Config) -> Drafts {
    let mut drafts = Drafts::default();
    for (id, document) in documents.iter().enumerate() {
        if !matches!(document.role, DocumentRole::Post | DocumentRole::Page) {
            continue;
        }
        for (taxonomy, name, span) in named(document, config) {
            let folded = fold(name);
            let at = (taxonomy, document.language, folded.clone());
            let draft = drafts
                .entry(at)
                .or_insert_with(|| Draft { names: vec![folded], ..Draft::default() });
            let spelling = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let count = draft.spellings.entry(spelling).or_insert((0, Some((DocId(id), span))));
            draft.is_used = true;
            // A spelling that no reader sees must not decide how the term is shown.
            if !document.stands_in(Gathering::Lists) {
                continue;
            }
            count.0 += 1;
            if draft.pages.last() != Some(&DocId(id)) {
                draft.pages.push(DocId(id));
            }
        }
    }
    drafts
}

/// The terms that a document names: taxonomy, name, place.
fn named<'a>(
    document: &'a Addressed,
    config: &'a Config,
) -> impl Iterator<Item = (TaxonomyId, &'a str, Span)> {
    let terms = document
        .front
        .taxonomies
        .iter()
        .filter_map(|(name, terms)| Some((config.taxonomies.find(name)?, terms)));
    let terms =
        terms.flat_map(|(id, terms)| terms.iter().map(move |t| (id, t.value.as_str(), t.span)));
    let series = document.front.series.iter().filter_map(|s| {
        Some((config.taxonomies.find(BuiltIn::Series.name())?, s.value.as_str(), s.span))
    });
    terms.chain(series).filter(|(_, name, _)| !name.trim().is_empty())
}

/// Finds the term whose page a document is, by its slug and by its title, which may be two names
/// for it ("Kartini" and "Raden Ajeng Kartini" for `kartini.md`). If there is none, it becomes a
/// new term.
fn own_pages(drafts: &mut Drafts, documents: &[Addressed], config: &Config) {
    let mut by_slug: Map<(TaxonomyId, LanguageId, String), Set<String>> = Map::default();
    for ((taxonomy, language, folded), draft) in drafts.iter() {
        for spelling in draft.spellings.keys() {
            let names =
                by_slug.entry((*taxonomy, *language, slug_of(spelling, config))).or_default();
            if names.last() != Some(folded) {
                names.insert(folded.clone());
            }
        }
    }
    // All slugs come before any title: a slug is the stronger claim, whichever file comes first.
    let mut titles = Vec::new();
    for (id, document) in documents.iter().enumerate() {
        let DocumentRole::Term(taxonomy) = document.role else { continue };
        let title = fold(&document.title);
        let at = (taxonomy, document.language, document.slug.clone());
        let names = by_slug.get(&at);
        // "C" and "C++" have the same slug; a page titled "C++" belongs to the latter alone.
        let name = names.and_then(|names| names.get(&title).or(names.first()));
        let key = name.map(|name| (taxonomy, document.language, name.clone()));
        let free = key.and_then(|key| drafts.get_mut(&key)).filter(|draft| draft.doc.is_none());
        let claimed = free.is_some();
        if let Some(draft) = free {
            draft.doc = Some(DocId(id));
        }
        titles.push((
            DocId(id),
            (taxonomy, document.language, title),
            name.filter(|_| claimed).cloned(),
        ));
    }
    for (id, key, by_slug) in titles {
        by_title(drafts, id, key, by_slug, documents);
    }
}

/// Joins the term that has a document's title with the one that has its slug, if both exist.
fn by_title(
    drafts: &mut Drafts,
    id: DocId,
    key: (TaxonomyId, LanguageId, String),
    by_slug: Option<String>,
    documents: &[Addressed],
) {
    let free = drafts.get(&key).is_some_and(|draft| draft.doc.is_none());
    match by_slug {
        Some(name) if free => {
            let Some(titled) = drafts.swap_remove(&key) else { return };
            let Some(draft) = drafts.get_mut(&(key.0, key.1, name)) else { return };
            draft.names.extend(titled.names);
            draft.spellings.extend(titled.spellings);
            draft.is_used |= titled.is_used;
            draft.pages.extend(titled.pages);
            draft.pages.sort_unstable();
            draft.pages.dedup();
        }
        Some(_) => {}
        None if free => {
            if let Some(draft) = drafts.get_mut(&key) {
                draft.doc = Some(id);
            }
        }
        // A new term. Two people with the same name have two pages, told apart by their slugs. The
        // key is unique, since no name contains a line end.
        None => {
            let document = &documents[id.0];
            let name = format!("{}\n{}", key.2, document.doc.source.path);
            let mut draft = Draft { doc: Some(id), names: vec![key.2], ..Draft::default() };
            draft.spellings.insert(document.title.clone(), (0, None));
            drafts.insert((key.0, key.1, name), draft);
        }
    }
}

fn shown_name(draft: &Draft, documents: &[Addressed]) -> String {
    if let Some(doc) = draft.doc {
        return documents[doc.0].title.clone();
    }
    // The most frequent; among equals the alphabetically first, so that the order of files does not
    // matter.
    let best = draft
        .spellings
        .iter()
        .min_by_key(|(name, (count, _))| (std::cmp::Reverse(*count), (*name).clone()));
    best.map_or_else(String::new, |(name, _)| name.clone())
}

fn named_term(
    taxonomy: TaxonomyId,
    language: LanguageId,
    draft: Draft,
    documents: &[Addressed],
    config: &Config,
) -> NamedTerm {
    let name = shown_name(&draft, documents);
    let mut pages = draft.pages;
    newest_first(&mut pages, |id| &documents[id.0].front);
    if config.taxonomies[taxonomy].built_in == Some(BuiltIn::Series) {
        pages.reverse();
        pages.sort_by_key(|id| {
            let weight = documents[id.0].front.weight;
            (weight.is_none(), weight)
        });
    }
    let page = draft.doc.map(|doc| &documents[doc.0]);
    let slug = page.map_or_else(|| slug_of(&name, config), |page| page.slug.clone());
    NamedTerm {
        names: draft.names,
        is_used: draft.is_used,
        url: page
            .map_or_else(|| address(taxonomy, language, &slug, config), |page| page.url.clone()),
        taxonomy,
        language,
        name,
        slug,
        doc: draft.doc,
        pages,
    }
}

/// The address of a term that has no `path` of its own.
pub(super) fn address(
    taxonomy: TaxonomyId,
    language: LanguageId,
    slug: &str,
    config: &Config,
) -> UrlPath {
    let folder = &config.taxonomies[taxonomy].name;
    language_root(config, language).join(&format!("{folder}/{slug}/"))
}

fn taxonomies(
    terms: &[NamedTerm],
    documents: &[Addressed],
    config: &Config,
) -> Map<TaxonomyId, Taxonomy> {
    let empty = |(id, taxonomy): (TaxonomyId, &config::TaxonomyConfig)| {
        let name = taxonomy.name.clone();
        let docs = config.languages.map(|_, _| None);
        (id, Taxonomy { name, docs, terms: config.languages.map(|_, _| Vec::new()) })
    };
    let mut list: Map<TaxonomyId, Taxonomy> = config.taxonomies.iter().map(empty).collect();
    for (at, term) in terms.iter().enumerate() {
        if is_listed(documents, term.doc) {
            list[&term.taxonomy].terms[term.language].push(TermId(at));
        }
    }
    for (id, document) in documents.iter().enumerate() {
        if let DocumentRole::Taxonomy(taxonomy) = document.role {
            list[&taxonomy].docs[document.language].get_or_insert(DocId(id));
        }
    }
    list
}

/// The terms of each document, in the order written.
fn of_documents(terms: &[NamedTerm], documents: &[Addressed], config: &Config) -> Vec<Vec<TermId>> {
    let mut by_name: Map<(TaxonomyId, LanguageId, &str), TermId> = Map::default();
    for (at, term) in terms.iter().enumerate() {
        let NamedTerm { names, is_used, .. } = term;
        for name in names.iter().filter(|_| *is_used) {
            by_name.insert((term.taxonomy, term.language, name), TermId(at));
        }
    }
    let terms = documents.iter().map(|document| {
        let mut ids: Set<TermId> = Set::default();
        for (taxonomy, name, _) in named(document, config) {
            let folded = fold(name);
            ids.extend(by_name.get(&(taxonomy, document.language, folded.as_str())));
        }
        ids.into_iter().collect()
    });
    terms.collect()
}

/// One warning for each term that is spelt in several ways. (Slug and title of its own page are
/// two names, not two spellings.)
fn report_merge(
    draft: &Draft,
    taxonomy: TaxonomyId,
    documents: &[Addressed],
    config: &Config,
    out: &mut Diagnostics,
) {
    if draft.spellings.len() < 2 {
        return;
    }
    let shown = shown_name(draft, documents);
    let mut alike: Map<String, usize> = Map::default();
    for name in draft.spellings.keys() {
        *alike.entry(fold(name)).or_default() += 1;
    }
    let has_twin = |name: &str| alike.get(&fold(name)).is_some_and(|count| *count > 1);
    let others = draft.spellings.iter().filter(|(name, _)| **name != shown && has_twin(name));
    let mut others: Vec<_> = others.collect();
    if others.is_empty() {
        return;
    }
    others.sort_by(|a, b| a.0.cmp(b.0));
    let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
    let folder = &config.taxonomies[taxonomy].name;
    let is = if names.len() == 1 { "is" } else { "are" };
    let message = format!("`{}` in {folder} {is} merged with `{shown}`", names.join("`, `"));
    let mut diagnostic = Diagnostic::warning(&codes::MERGED_TERMS, message)
        .help(format!("write `{shown}` everywhere"));
    if let Some((_, (_, Some((doc, span))))) = others.first() {
        diagnostic = diagnostic.at(documents[doc.0].doc.place(*span));
    }
    out.push(diagnostic);
}

/// Reports different terms that share an address.
fn report_clashes(terms: &[Term], documents: &[Addressed], config: &Config, out: &mut Diagnostics) {
    let mut seen: Map<(TaxonomyId, LanguageId, &str), &Term> = Map::default();
    let mut uses = Uses { documents, config, of: Map::default() };
    for term in terms {
        let at = (term.taxonomy, term.language, term.url.as_str());
        let Some(first) = seen.get(&at) else {
            seen.insert(at, term);
            continue;
        };
        out.push(clash(first, term, &mut uses));
    }
}

fn clash(first: &Term, term: &Term, uses: &mut Uses<'_>) -> Diagnostic {
    let folder = &uses.config.taxonomies[term.taxonomy].name;
    let (message, help) = if let (Some(one), Some(two)) = (first.doc, term.doc) {
        let path = |doc: DocId| uses.documents[doc.0].doc.source.path.clone();
        (
            format!("`{}` and `{}` would share the address `{}`", path(one), path(two), term.url),
            "give one of them another `slug` or `path`, or remove it".to_owned(),
        )
    } else {
        (
            format!(
                "`{}` and `{}` in {folder} would share the address `{}`",
                first.name, term.name, term.url
            ),
            format!(
                "give one of them a page with its own name: `content/{folder}/….md` with `title = \"{}\"`",
                term.name
            ),
        )
    };
    let mut diagnostic = Diagnostic::error(&codes::SLUG_CLASH, message).help(help);
    if let Some(place) = uses.first(term) {
        diagnostic = diagnostic.at(place);
    }
    if let Some(place) = uses.first(first) {
        diagnostic = diagnostic.also(place, format!("`{}` is here", first.name));
    }
    diagnostic
}

/// Where documents name terms, by taxonomy and folded name. A document is read when first asked
/// for.
struct Uses<'a> {
    documents: &'a [Addressed],
    config: &'a Config,
    of: Map<DocId, Map<(TaxonomyId, String), Span>>,
}

impl Uses<'_> {
    /// Where a term is first named, by source path.
    fn first(&mut self, term: &Term) -> Option<Place> {
        if let Some(doc) = term.doc {
            return Some(self.documents[doc.0].file());
        }
        let id = term.pages.iter().min()?;
        let document = &self.documents[id.0];
        let uses = self.of.entry(*id).or_insert_with(|| {
            let mut uses = Map::default();
            for (taxonomy, name, span) in named(document, self.config) {
                uses.entry((taxonomy, fold(name))).or_insert(span);
            }
            uses
        });
        Some(document.doc.place(*uses.get(&(term.taxonomy, fold(&term.name)))?))
    }
}
