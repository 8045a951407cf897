//! What each document is: its language, its role, and whether it is part of this build.

use std::sync::Arc;

use jiff::civil;

use super::{Document, Role};
use crate::base::locale::Locale;
use crate::base::{Diagnostic, Diagnostics, Map, Place, UrlPath, codes, suggest};
use crate::config::Config;
use crate::parse::{Doc, FrontMatter, Kind, date_prefix};

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

pub(super) fn classify(
    docs: &[Arc<Doc>],
    config: &Config,
    today: civil::Date,
    out: &mut Diagnostics,
) -> Classified {
    let cascades = Cascades::new(docs, config);
    let mut result = Classified { documents: Vec::new(), hidden: Vec::new(), next_change: None };
    for doc in docs {
        let document = document(doc, &cascades, config, out);
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

fn document(
    doc: &Arc<Doc>,
    cascades: &Cascades,
    config: &Config,
    out: &mut Diagnostics,
) -> Document {
    let place = Placed::of(doc, config);
    let language = language(doc, &place, config, out);
    let (front, template) = cascades.apply(doc, &place, language);
    let role = role(doc, &front, &place, config);
    let stem = place.key.rsplit('/').next().unwrap_or("");
    let title = front
        .title
        .clone()
        .or_else(|| front.title_from_body.clone())
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty())
        .unwrap_or_else(|| title_from_name(stem, &doc.source.path, config));
    Document {
        doc: Arc::clone(doc),
        date: front.date,
        front,
        role,
        language,
        folder: place.folder.to_owned(),
        key: place.key,
        title,
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

/// A title for a document that has none: the words of its file name.
fn title_from_name(stem: &str, path: &crate::base::SourcePath, config: &Config) -> String {
    let words = strip_date(stem).replace(['-', '_', '.'], " ");
    let mut chars = words.trim().chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None if path.stem().starts_with("_index") => config.title.clone(),
        None => path.file_name().to_owned(),
    }
}

/// A file name without its `YYYY-MM-DD-`.
pub(super) fn strip_date(stem: &str) -> &str {
    date_prefix(stem).map_or(stem, |(_, rest)| rest)
}

/// Where a file stands, seen apart from its language.
struct Placed<'a> {
    /// Folder below `content/`; for a bundle, the folder that the bundle is in.
    folder: &'a str,
    /// Below `content/`, without suffix: `posts/x`; for a section its folder.
    key: String,
    /// The suffix `id` of `x.id.md`, if it is a configured language.
    suffix: Option<usize>,
    is_index: bool,
}

impl<'a> Placed<'a> {
    fn of(doc: &'a Doc, config: &Config) -> Self {
        let path = doc.source.path.as_str();
        let below = path.strip_prefix("content/").unwrap_or(path);
        let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (stem, suffix) = match stem.rsplit_once('.') {
            Some((rest, code)) if config.language_index(code).is_some() => {
                (rest, config.language_index(code))
            }
            _ => (stem, None),
        };
        let is_index = stem == "_index";
        let (folder, key) = if is_index {
            (folder, folder.to_owned())
        } else if stem == "index" && !folder.is_empty() {
            (folder.rsplit_once('/').map_or("", |(parent, _)| parent), folder.to_owned())
        } else if folder.is_empty() {
            (folder, stem.to_owned())
        } else {
            (folder, format!("{folder}/{stem}"))
        };
        Placed { folder, key, suffix, is_index }
    }
}

fn language(doc: &Doc, place: &Placed<'_>, config: &Config, out: &mut Diagnostics) -> usize {
    let Some(lang) = &doc.front.lang else { return place.suffix.unwrap_or(0) };
    if let Some(index) = config.language_index(&lang.value) {
        return index;
    }
    let codes: Vec<&str> = config.languages.iter().map(|l| l.code.as_str()).collect();
    let named = config.languages.iter().find(|l| l.name.eq_ignore_ascii_case(&lang.value));
    let near = named.map(|l| l.code.as_str());
    let help = match near.or_else(|| suggest::closest(&lang.value, codes.iter().copied())) {
        Some(code) => format!("did you mean `{code}`?"),
        None if Locale::new(&lang.value).is_some() => {
            format!("add `[languages.{}]` to kisah.toml", lang.value)
        }
        None => format!(
            "use one of `{}`; others are added to kisah.toml by their codes, such as `[languages.fr]`",
            codes.join("`, `")
        ),
    };
    out.push(
        Diagnostic::error(
            &codes::UNKNOWN_LANGUAGE,
            format!("`{}` is not a language of this site", lang.value),
        )
        .at(doc.place(lang.span))
        .help(help),
    );
    place.suffix.unwrap_or(0)
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
            let place = Placed::of(doc, config);
            let lang = doc.front.lang.as_ref().and_then(|l| config.language_index(&l.value));
            let at = (lang.or(place.suffix).unwrap_or(0), place.key);
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
