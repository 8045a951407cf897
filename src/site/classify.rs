//! What each document is: its role, what it inherits, and whether it is part of this build.

use std::sync::Arc;

use jiff::civil;
use rayon::prelude::*;

use super::DocumentRole;
use super::making::Candidate;
use super::withheld::{self, By, WithheldReason, WithheldState, Withholding};
use crate::base::{Map, Place, SourcePath};
use crate::config::{Config, LanguageId, PerLanguage};
use crate::keys::{Cascades, FrontMatter, Kind};
use crate::parse::{Doc, Placed};

/// Documents sorted into those that are part of this build and those that are not.
pub(super) struct Classified<'a> {
    pub(crate) documents: Vec<Candidate>,
    pub(crate) hidden: Vec<(Candidate, WithheldReason)>,
    pub(crate) withholding: Withholding<'a>,
    pub(crate) next_change: Option<civil::Date>,
}

pub(super) fn classify<'a>(
    docs: &'a [Arc<Doc>],
    config: &'a Config,
    today: civil::Date,
) -> Classified<'a> {
    let folders = SectionIndexes::new(docs, config);
    let all: Vec<(Candidate, Option<WithheldReason>)> = docs
        .par_iter()
        .map(|doc| {
            let document = document(doc, &folders, config);
            let why = own_reason(&document, &folders, config, today);
            (document, why)
        })
        .collect();
    let next_change = next_change(&all, &folders, today);
    let mut sections = Map::default();
    for (document, why) in &all {
        if let Some(why) = why
            && document.doc.placed.is_section()
        {
            sections.insert(document.doc.source.path.clone(), why.state);
        }
    }
    let withholding = Withholding::new(folders, sections, docs, config, today);
    let (mut documents, mut hidden) = (Vec::new(), Vec::new());
    for (document, why) in all {
        let folder = withheld::folder_of(&document.doc.source.path);
        match why.or_else(|| withholding.of_folder(document.language, folder)) {
            None => documents.push(document),
            Some(why) => hidden.push((document, why)),
        }
    }
    Classified { documents, hidden, withholding, next_change }
}

/// The first day after today on which a document, or what a section cascades, becomes public or
/// expires.
fn next_change(
    all: &[(Candidate, Option<WithheldReason>)],
    folders: &SectionIndexes<'_>,
    today: civil::Date,
) -> Option<civil::Date> {
    let own = all.iter().map(|(document, _)| &*document.front);
    let days = own.chain(folders.all_cascades()).flat_map(|front| [front.appears(), front.expires]);
    days.flatten().map(|date| date.day()).filter(|day| *day > today).min()
}

/// Why a document is withheld by its own keys and what it inherits.
fn own_reason(
    document: &Candidate,
    folders: &SectionIndexes<'_>,
    config: &Config,
    today: civil::Date,
) -> Option<WithheldReason> {
    let state = WithheldState::of(&document.front, config, today)?;
    if state.is_said_by(&document.doc.front) {
        return Some(WithheldReason { state, by: By::Itself });
    }
    let giver = inherits_from(&document.doc.placed)
        .and_then(|f| folders.giver(document.language, f, state));
    Some(WithheldReason { state, by: giver.map_or(By::Itself, By::Cascade) })
}

fn document(doc: &Arc<Doc>, folders: &SectionIndexes<'_>, config: &Config) -> Candidate {
    let language = doc.language;
    let (front, template) = folders.apply(doc, language);
    let role = role(doc, &front, config);
    Candidate {
        doc: Arc::clone(doc),
        date: front.date,
        front,
        role,
        language,
        folder: doc.placed.folder().to_owned(),
        key: doc.placed.key.clone(),
        title: doc.title.clone(),
        template,
    }
}

/// In a build with `--drafts` or `--future`, what would otherwise keep each document from readers.
pub(super) fn states(
    docs: &[Arc<Doc>],
    config: &Config,
    today: civil::Date,
) -> Map<SourcePath, WithheldState> {
    if !config.drafts && !config.future {
        return Map::default();
    }
    let public = Config { drafts: false, future: false, ..config.clone() };
    let withheld = classify(docs, &public, today).hidden;
    withheld.iter().map(|(hidden, why)| (hidden.doc.source.path.clone(), why.state)).collect()
}

fn role(doc: &Doc, front: &FrontMatter, config: &Config) -> DocumentRole {
    let placed = &doc.placed;
    let top = placed.key.split('/').next().unwrap_or("");
    let taxonomy = config.taxonomies.find(top);
    match taxonomy {
        Some(index) if placed.is_section() && placed.key == top => {
            return DocumentRole::Taxonomy(index);
        }
        Some(index) if !placed.is_section() && placed.key.contains('/') => {
            return DocumentRole::Term(index);
        }
        _ => {}
    }
    if placed.is_section() {
        return DocumentRole::Section;
    }
    match doc.front.kind.or(front.kind) {
        Some(Kind::Post) => DocumentRole::Post,
        Some(Kind::Page) => DocumentRole::Page,
        None if front.date.is_some() || !placed.folder().is_empty() => DocumentRole::Post,
        None => DocumentRole::Page,
    }
}

/// The `_index.md` of every folder, in each language.
pub(super) struct SectionIndexes<'a> {
    indexes: Map<&'a str, PerLanguage<Option<&'a Arc<Doc>>>>,
}

/// What one section hands down.
pub(super) struct Cascade<'a> {
    /// Its `_index.md`.
    pub(crate) index: &'a Arc<Doc>,
    /// Its `[cascade]`.
    pub(crate) keys: &'a FrontMatter,
    /// Whether it is in the language asked for, and not the default language standing in for it.
    is_own: bool,
}

impl<'a> SectionIndexes<'a> {
    fn new(docs: &'a [Arc<Doc>], config: &Config) -> Self {
        let mut indexes: Map<&str, PerLanguage<Option<&Arc<Doc>>>> = Map::default();
        for doc in docs {
            if doc.placed.is_section() {
                let none = || config.languages.map(|_, _| None);
                indexes.entry(&doc.placed.key).or_insert_with(none)[doc.language] = Some(doc);
            }
        }
        SectionIndexes { indexes }
    }

    /// Whether a folder has an `_index.md` in any language.
    pub(super) fn has_index(&self, folder: &str) -> bool {
        self.indexes.contains_key(folder)
    }

    /// The `_index.md` of a folder in a language.
    fn own(&self, language: LanguageId, folder: &str) -> Option<&'a Arc<Doc>> {
        self.indexes.get(folder).and_then(|versions| versions[language])
    }

    /// The `_index.md` that decides whether a folder is public in a language: its own, or else the
    /// default language's.
    pub(super) fn governing(&self, language: LanguageId, folder: &str) -> Option<&'a Arc<Doc>> {
        let versions = self.indexes.get(folder)?;
        versions[language].or(versions[LanguageId::DEFAULT])
    }

    /// The cascades that reach a folder, nearest first.
    pub(super) fn cascades(
        &self,
        language: LanguageId,
        folder: &str,
    ) -> impl Iterator<Item = Cascade<'a>> {
        let above = std::iter::successors(Some(folder), |name| parent(name));
        above.filter_map(move |name| {
            let index = self.governing(language, name)?;
            let keys = index.front.section.cascade.as_deref()?;
            Some(Cascade { index, keys, is_own: index.language == language })
        })
    }

    fn all_cascades(&self) -> impl Iterator<Item = &'a FrontMatter> {
        let indexes = self.indexes.values().flat_map(PerLanguage::values).flatten();
        indexes.filter_map(|index| index.front.section.cascade.as_deref())
    }

    /// Whether any section hands down keys that can withhold documents.
    pub(super) fn cascades_visibility(&self) -> bool {
        self.all_cascades()
            .any(|c| c.draft.is_some() || c.appears().is_some() || c.expires.is_some())
    }

    /// The nearest section whose cascade has the key that leads to a state.
    pub(super) fn giver(
        &self,
        language: LanguageId,
        folder: &str,
        state: WithheldState,
    ) -> Option<SourcePath> {
        let mut cascades = self.cascades(language, folder);
        let found = cascades.find(|cascade| state.is_said_by(cascade.keys))?;
        Some(found.index.source.path.clone())
    }

    /// The front matter of a document with what it inherits, nearest section first, and the
    /// template it asks for.
    fn apply(
        &self,
        doc: &Arc<Doc>,
        language: LanguageId,
    ) -> (Arc<FrontMatter>, Option<(String, Place)>) {
        let own = doc.front.template.as_ref();
        let mut template = own.map(|t| (t.value.clone(), doc.place(t.span)));
        let mut front: Option<FrontMatter> = None;
        let from = inherits_from(&doc.placed);
        for cascade in from.into_iter().flat_map(|folder| self.cascades(language, folder)) {
            let front = front.get_or_insert_with(|| (*doc.front).clone());
            front.inherit(cascade.keys, Cascades::Everywhere);
            if cascade.is_own {
                front.inherit(cascade.keys, Cascades::InLanguage);
            }
        }
        if template.is_none() && !doc.placed.is_section() {
            template = self.template(language, doc.placed.folder());
        }
        (front.map_or_else(|| Arc::clone(&doc.front), Arc::new), template)
    }

    /// The template that sections give to a page in a folder; the nearest section that names one
    /// wins.
    fn template(&self, language: LanguageId, folder: &str) -> Option<(String, Place)> {
        std::iter::successors(Some(folder), |name| parent(name)).find_map(|name| {
            let index = self.own(language, name)?;
            let keys = &index.front.section;
            let cascaded = keys.cascade.as_ref().and_then(|cascade| cascade.template.as_ref());
            let own = keys.page_template.as_ref().filter(|_| name == folder);
            let template = cascaded.or(own)?;
            Some((template.value.clone(), index.place(template.span)))
        })
    }
}

/// The folder from which a document begins to inherit, upwards. A section does not hand down to
/// itself.
fn inherits_from(placed: &Placed) -> Option<&str> {
    if placed.is_section() { parent(&placed.key) } else { Some(placed.folder()) }
}

/// The folder above; the root has none.
pub(super) fn parent(folder: &str) -> Option<&str> {
    if folder.is_empty() {
        return None;
    }
    Some(folder.rsplit_once('/').map_or("", |(parent, _)| parent))
}
