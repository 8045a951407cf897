//! What each document is: its role, what it inherits, and whether it is part of this build.

use std::sync::Arc;

use jiff::civil;
use rayon::prelude::*;

use super::{Document, Role};
use crate::base::{Map, Place, UrlPath};
use crate::config::Config;
use crate::parse::{Doc, FrontMatter, Kind, Placed};

/// Documents sorted into those that are part of this build and those that are not.
pub(super) struct Classified {
    pub documents: Vec<Document>,
    pub hidden: Vec<(Document, Hidden)>,
    pub next_change: Option<civil::Date>,
}

/// Why a document is not part of this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    Draft,
    Future,
    Expired,
}

pub(super) fn classify(docs: &[Arc<Doc>], config: &Config, today: civil::Date) -> Classified {
    let cascades = Cascades::new(docs, config);
    let mut result = Classified { documents: Vec::new(), hidden: Vec::new(), next_change: None };
    let all: Vec<Document> = docs.par_iter().map(|doc| document(doc, &cascades, config)).collect();
    for document in all {
        let front = &document.front;
        for day in [front.date, front.expires].into_iter().flatten().map(|d| d.day()) {
            if day > today && result.next_change.is_none_or(|next| day < next) {
                result.next_change = Some(day);
            }
        }
        match hidden(front, config, today) {
            None => result.documents.push(document),
            Some(why) => result.hidden.push((document, why)),
        }
    }
    result
}

fn hidden(front: &FrontMatter, config: &Config, today: civil::Date) -> Option<Hidden> {
    if front.draft == Some(true) && !config.drafts {
        Some(Hidden::Draft)
    } else if front.expires.is_some_and(|d| d.day() <= today) {
        Some(Hidden::Expired)
    } else if front.date.is_some_and(|d| d.day() > today) && !config.future {
        Some(Hidden::Future)
    } else {
        None
    }
}

fn document(doc: &Arc<Doc>, cascades: &Cascades, config: &Config) -> Document {
    let place = Placed::of(&doc.source.path, config);
    let language = doc.language;
    let (front, template) = cascades.apply(doc, &place, language);
    let role = role(doc, &front, &place, config);
    Document {
        doc: Arc::clone(doc),
        date: front.date,
        front,
        role,
        language,
        folder: place.folder.to_owned(),
        key: place.key,
        title: doc.title.clone(),
        slug: String::new(),
        url: UrlPath::new("/"),
        aliases: Vec::new(),
        template,
        terms: Vec::new(),
        section: None,
        links: Vec::new(),
        image: None,
        related: Vec::new(),
        read_also: Vec::new(),
        translations: Vec::new(),
    }
}

fn role(doc: &Doc, front: &FrontMatter, place: &Placed<'_>, config: &Config) -> Role {
    let top = place.key.split('/').next().unwrap_or("");
    let taxonomy = taxonomy_index(top, config);
    match taxonomy {
        Some(index) if place.is_index && place.key == top => return Role::Taxonomy(index),
        Some(index) if !place.is_index && place.key.contains('/') => return Role::Term(index),
        _ => {}
    }
    if place.is_index {
        return Role::Section;
    }
    match doc.front.kind.or(front.kind) {
        Some(Kind::Post) => Role::Post,
        Some(Kind::Page) => Role::Page,
        None if front.date.is_some() || !place.folder.is_empty() => Role::Post,
        None => Role::Page,
    }
}

/// The index of a taxonomy by name; series come after those of the configuration.
pub(super) fn taxonomy_index(name: &str, config: &Config) -> Option<usize> {
    if name == super::SERIES {
        return Some(config.taxonomies.len());
    }
    config.taxonomies.get_index_of(name)
}

/// `[cascade]` of every section, by language and folder.
struct Cascades<'a> {
    by_folder: Map<(usize, String), (&'a Arc<Doc>, &'a FrontMatter)>,
    /// `page_template` of every section.
    page_templates: Map<(usize, String), (String, Place)>,
}

impl<'a> Cascades<'a> {
    fn new(docs: &'a [Arc<Doc>], config: &Config) -> Self {
        let mut result = Cascades { by_folder: Map::default(), page_templates: Map::default() };
        for doc in docs.iter().filter(|d| d.is_index()) {
            let place = Placed::of(&doc.source.path, config);
            let at = (doc.language, place.key);
            if let Some(template) = &doc.front.section.page_template {
                let value = (template.value.clone(), doc.place(template.span));
                result.page_templates.insert(at.clone(), value);
            }
            if let Some(cascade) = &doc.front.section.cascade {
                result.by_folder.insert(at, (doc, cascade));
            }
        }
        result
    }

    /// The front matter of a document with what it inherits, nearest section first, and the
    /// template it asks for.
    fn apply(
        &self,
        doc: &Arc<Doc>,
        place: &Placed<'_>,
        language: usize,
    ) -> (Arc<FrontMatter>, Option<(String, Place)>) {
        let own = doc.front.template.as_ref();
        let mut template = own.map(|t| (t.value.clone(), doc.place(t.span)));
        let mut front: Option<FrontMatter> = None;
        let mut folder = if place.is_index { parent(&place.key) } else { Some(place.folder) };
        while let Some(name) = folder {
            let at = (language, name.to_owned());
            if let Some((source, cascade)) = self.by_folder.get(&at) {
                inherit(front.get_or_insert_with(|| (*doc.front).clone()), cascade);
                if let (None, Some(t), false) = (&template, &cascade.template, place.is_index) {
                    template = Some((t.value.clone(), source.place(t.span)));
                }
            }
            if template.is_none() && !place.is_index {
                template = self.page_templates.get(&at).filter(|_| name == place.folder).cloned();
            }
            folder = parent(name);
        }
        (front.map_or_else(|| Arc::clone(&doc.front), Arc::new), template)
    }
}

/// The folder above; the root has none.
pub(super) fn parent(folder: &str) -> Option<&str> {
    if folder.is_empty() {
        return None;
    }
    Some(folder.rsplit_once('/').map_or("", |(parent, _)| parent))
}

/// Fills in what `front` does not say itself. `template` is not among it: its place matters.
fn inherit(front: &mut FrontMatter, from: &FrontMatter) {
    fn fill<T: Clone>(to: &mut Option<T>, from: Option<&T>) {
        if to.is_none() {
            *to = from.cloned();
        }
    }
    fill(&mut front.date, from.date.as_ref());
    fill(&mut front.updated, from.updated.as_ref());
    fill(&mut front.expires, from.expires.as_ref());
    fill(&mut front.draft, from.draft.as_ref());
    fill(&mut front.summary, from.summary.as_ref());
    fill(&mut front.description, from.description.as_ref());
    fill(&mut front.series, from.series.as_ref());
    fill(&mut front.weight, from.weight.as_ref());
    fill(&mut front.image, from.image.as_ref());
    fill(&mut front.kind, from.kind.as_ref());
    for (name, terms) in &from.taxonomies {
        if !front.taxonomies.iter().any(|(n, _)| n == name) {
            front.taxonomies.push((name.clone(), terms.clone()));
        }
    }
    for (key, value) in &from.extra {
        if !front.extra.contains_key(key) {
            front.extra.insert(key.clone(), value.clone());
        }
    }
}
