//! Taxonomies, their terms, and series.

use super::address::{checked, language_root, slug_of};
use super::translations::Translation;
use super::{DocId, Document, Role, newest_first};
use crate::base::text::fold;
use crate::base::{Diagnostic, Diagnostics, Map, Place, Span, UrlPath, codes};
use crate::config::Config;

/// The name under which series are a taxonomy.
pub const SERIES: &str = "series";

/// Index into [`super::Site::terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub usize);

/// One taxonomy; its terms are per language.
#[derive(Debug)]
pub struct Taxonomy {
    /// `tags`.
    pub name: String,
    /// Whether its terms are series: oldest first, and no part of related posts.
    pub is_series: bool,
    /// For each language its `_index.md`.
    pub docs: Vec<Option<DocId>>,
    /// For each language its terms, in alphabetical order.
    pub terms: Vec<Vec<TermId>>,
}

/// A term in one language.
#[derive(Debug)]
pub struct Term {
    /// Index into [`super::Site::taxonomies`].
    pub taxonomy: usize,
    /// Index of its language.
    pub language: usize,
    /// As shown.
    pub name: String,
    /// Last part of its address.
    pub slug: String,
    /// Its address.
    pub url: UrlPath,
    /// The document that is its page.
    pub doc: Option<DocId>,
    /// Its posts: newest first; of a series by weight, then oldest first.
    pub pages: Vec<DocId>,
    /// The same term in other languages, itself included.
    pub translations: Vec<Translation>,
}

/// A term while its uses are counted.
#[derive(Default)]
struct Draft {
    /// Spellings with how often and where first.
    spellings: Map<String, (usize, Option<(DocId, Span)>)>,
    pages: Vec<DocId>,
    doc: Option<DocId>,
}

type Drafts = Map<(usize, usize, String), Draft>;

/// Gathers the terms of all documents, and gives documents that are terms their addresses.
pub(super) fn gather(
    documents: &mut [Document],
    config: &Config,
    out: &mut Diagnostics,
) -> (Vec<Taxonomy>, Vec<Term>) {
    let mut drafts = uses(documents, config);
    own_pages(&mut drafts, documents, config);
    let mut terms: Vec<(String, Term)> = drafts
        .into_iter()
        .map(|((taxonomy, language, folded), draft)| {
            report_merge(&draft, taxonomy, documents, config, out);
            let name = shown_name(&draft, documents);
            (folded, term(taxonomy, language, name, draft, documents, config))
        })
        .collect();
    terms.sort_by_cached_key(|(folded, t)| {
        let key = config.languages[t.language].locale.sort_key(&t.name);
        (t.taxonomy, t.language, key, folded.clone())
    });
    report_clashes(&terms, documents, config, out);
    let taxonomies = taxonomies(&terms, documents, config);
    finish(&terms, &taxonomies, documents, config, out);
    let mut terms: Vec<Term> = terms.into_iter().map(|(_, term)| term).collect();
    for term in &mut terms {
        if let Some(doc) = term.doc {
            term.url = documents[doc.0].url.clone();
        }
    }
    (taxonomies, terms)
}

/// Counts who uses which term.
fn uses(documents: &[Document], config: &Config) -> Drafts {
    let mut drafts = Drafts::default();
    for (id, document) in documents.iter().enumerate() {
        if !matches!(document.role, Role::Post | Role::Page) {
            continue;
        }
        for (taxonomy, name, span) in named(document, config) {
            let at = (taxonomy, document.language, fold(name));
            let draft = drafts.entry(at).or_default();
            let spelling = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let count = draft.spellings.entry(spelling).or_insert((0, Some((DocId(id), span))));
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
    document: &'a Document,
    config: &'a Config,
) -> impl Iterator<Item = (usize, &'a str, Span)> {
    let terms =
        document.front.taxonomies.iter().filter_map(|(name, terms)| {
            Some((config.taxonomies.get_index_of(name.as_str())?, terms))
        });
    let terms = terms
        .flat_map(|(index, terms)| terms.iter().map(move |t| (index, t.value.as_str(), t.span)));
    let series = document.front.series.iter();
    terms
        .chain(series.map(|s| (config.taxonomies.len(), s.value.as_str(), s.span)))
        .filter(|(_, name, _)| !name.trim().is_empty())
}

/// Finds the term of every document that is one: by slug, then by title; else it is a new term.
fn own_pages(drafts: &mut Drafts, documents: &[Document], config: &Config) {
    let mut by_slug: Map<(usize, usize, String), String> = Map::default();
    for ((taxonomy, language, folded), draft) in drafts.iter() {
        for spelling in draft.spellings.keys() {
            let at = (*taxonomy, *language, slug_of(spelling, config));
            by_slug.entry(at).or_insert_with(|| folded.clone());
        }
    }
    for (id, document) in documents.iter().enumerate() {
        let Role::Term(taxonomy) = document.role else { continue };
        let at = (taxonomy, document.language, document.slug.clone());
        let folded = by_slug.get(&at).cloned().unwrap_or_else(|| fold(&document.title));
        let draft = drafts.entry((taxonomy, document.language, folded)).or_default();
        draft.doc.get_or_insert(DocId(id));
        if draft.spellings.is_empty() {
            draft.spellings.insert(document.title.clone(), (0, None));
        }
    }
}

fn shown_name(draft: &Draft, documents: &[Document]) -> String {
    if let Some(doc) = draft.doc {
        return documents[doc.0].title.clone();
    }
    // The most frequent; among equals the first in the alphabet, so that the order of files
    // does not decide.
    let best = draft
        .spellings
        .iter()
        .min_by_key(|(name, (count, _))| (std::cmp::Reverse(*count), (*name).clone()));
    best.map_or_else(String::new, |(name, _)| name.clone())
}

fn term(
    taxonomy: usize,
    language: usize,
    name: String,
    draft: Draft,
    documents: &[Document],
    config: &Config,
) -> Term {
    let mut pages = draft.pages;
    newest_first(&mut pages, documents);
    if taxonomy == config.taxonomies.len() {
        pages.reverse();
        pages.sort_by_key(|id| {
            let weight = documents[id.0].front.weight;
            (weight.is_none(), weight)
        });
    }
    let slug = match draft.doc {
        Some(doc) => documents[doc.0].slug.clone(),
        None => slug_of(&name, config),
    };
    let folder = taxonomy_name(taxonomy, config);
    Term {
        url: language_root(config, language).join(&format!("{folder}/{slug}/")),
        taxonomy,
        language,
        name,
        slug,
        doc: draft.doc,
        pages,
        translations: Vec::new(),
    }
}

/// `tags`, or `series`.
fn taxonomy_name(index: usize, config: &Config) -> &str {
    config.taxonomies.get_index(index).map_or(SERIES, |(name, _)| name.as_str())
}

fn taxonomies(terms: &[(String, Term)], documents: &[Document], config: &Config) -> Vec<Taxonomy> {
    let mut list: Vec<Taxonomy> = (0..=config.taxonomies.len())
        .map(|index| Taxonomy {
            name: taxonomy_name(index, config).to_owned(),
            is_series: index == config.taxonomies.len(),
            docs: vec![None; config.languages.len()],
            terms: vec![Vec::new(); config.languages.len()],
        })
        .collect();
    for (at, (_, term)) in terms.iter().enumerate() {
        list[term.taxonomy].terms[term.language].push(TermId(at));
    }
    for (id, document) in documents.iter().enumerate() {
        if let Role::Taxonomy(index) = document.role {
            list[index].docs[document.language].get_or_insert(DocId(id));
        }
    }
    list
}

/// Tells documents their terms, and those that are terms or taxonomies their addresses.
fn finish(
    terms: &[(String, Term)],
    taxonomies: &[Taxonomy],
    documents: &mut [Document],
    config: &Config,
    out: &mut Diagnostics,
) {
    let by_name: Map<(usize, usize, &str), TermId> = terms
        .iter()
        .enumerate()
        .map(|(at, (folded, t))| ((t.taxonomy, t.language, folded.as_str()), TermId(at)))
        .collect();
    for document in documents.iter_mut() {
        let mut ids: Vec<TermId> = Vec::new();
        for (taxonomy, name, _) in named(document, config) {
            let folded = fold(name);
            let found = by_name.get(&(taxonomy, document.language, folded.as_str()));
            if let Some(id) = found.filter(|id| !ids.contains(id)) {
                ids.push(*id);
            }
        }
        document.terms = ids;
        let root = language_root(config, document.language);
        let url = match document.role {
            Role::Term(index) => {
                let folder = taxonomy_name(index, config);
                root.join(&format!("{folder}/{}/", document.slug))
            }
            Role::Taxonomy(index) => root.join(&format!("{}/", taxonomies[index].name)),
            _ => continue,
        };
        // A `path` of its own was taken with the other addresses.
        if document.doc.front.path.is_none() {
            let place = document.file();
            document.url = checked(url, &place, out).unwrap_or(root);
        }
    }
}

/// One warning for each term that is spelt in several ways.
fn report_merge(
    draft: &Draft,
    taxonomy: usize,
    documents: &[Document],
    config: &Config,
    out: &mut Diagnostics,
) {
    if draft.spellings.len() < 2 {
        return;
    }
    let shown = shown_name(draft, documents);
    let others = draft.spellings.iter().filter(|(name, _)| **name != shown);
    let mut others: Vec<_> = others.collect();
    others.sort_by(|a, b| a.0.cmp(b.0));
    let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
    let folder = taxonomy_name(taxonomy, config);
    let message = format!("`{}` in {folder} is merged with `{shown}`", names.join("`, `"));
    let mut diagnostic = Diagnostic::warning(&codes::MERGED_TERMS, message)
        .help(format!("write `{shown}` everywhere"));
    if let Some((_, (_, Some((doc, span))))) = others.first() {
        diagnostic = diagnostic.at(documents[doc.0].doc.place(*span));
    }
    out.push(diagnostic);
}

/// Different terms must not share an address in silence.
fn report_clashes(
    terms: &[(String, Term)],
    documents: &[Document],
    config: &Config,
    out: &mut Diagnostics,
) {
    let mut seen: Map<(usize, usize, &str), &Term> = Map::default();
    for (_, term) in terms {
        let at = (term.taxonomy, term.language, term.slug.as_str());
        let Some(first) = seen.get(&at) else {
            seen.insert(at, term);
            continue;
        };
        let folder = taxonomy_name(term.taxonomy, config);
        let message = format!(
            "`{}` and `{}` in {folder} would share the address `{}`",
            first.name, term.name, term.url
        );
        let help = format!(
            "give one of them a page with its own name: `content/{folder}/….md` with `title = \"{}\"`",
            term.name
        );
        let mut diagnostic = Diagnostic::error(&codes::SLUG_CLASH, message).help(help);
        if let Some(place) = first_use(term, documents, config) {
            diagnostic = diagnostic.at(place);
        }
        if let Some(place) = first_use(first, documents, config) {
            diagnostic = diagnostic.also(place, format!("`{}` is here", first.name));
        }
        out.push(diagnostic);
    }
}

/// Where a term is first named, by source path.
fn first_use(term: &Term, documents: &[Document], config: &Config) -> Option<Place> {
    if let Some(doc) = term.doc {
        return Some(documents[doc.0].file());
    }
    let id = term.pages.iter().min()?;
    let document = &documents[id.0];
    let name = fold(&term.name);
    let (_, _, span) = named(document, config)
        .find(|(taxonomy, n, _)| *taxonomy == term.taxonomy && fold(n) == name)?;
    Some(document.doc.place(span))
}
