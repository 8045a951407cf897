//! Collections: lists that kisah.toml declares, so that templates need no queries.

use serde_json::Value as Json;

use super::order::sort;
use super::sections::Section;
use super::terms::{Taxonomy, Term};
use super::{DocId, Document, DocumentRole, Gathering, TermId, Withheld};
use crate::base::text::fold;
use crate::base::{Diagnostic, Diagnostics, Map, codes, suggest};
use crate::config::{Collection, Config, LanguageId, PerLanguage, TaxonomyId};
use crate::keys::SortKey;

/// The collections of one language, by name.
pub(crate) type Collected = Map<String, CollectedItems>;

/// What a collection holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CollectedItems {
    /// Posts or pages.
    Pages(Vec<DocId>),
    /// Terms of a taxonomy.
    Terms(Vec<TermId>),
}

/// Keys that `where` accepts, besides taxonomies and `extra.…`.
const KEYS: [&str; 7] = ["section", "series", "kind", "title", "weight", "draft", "slug"];

/// What collections are made from: the parts of a site, each complete.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) config: &'a Config,
    pub(super) documents: &'a [Document],
    pub(super) posts: &'a PerLanguage<Vec<DocId>>,
    pub(super) sections: &'a [Section],
    pub(super) taxonomies: &'a Map<TaxonomyId, Taxonomy>,
    pub(super) terms: &'a [Term],
    pub(super) withheld: &'a [Withheld],
}

/// Makes the collections of every language. A mistake in one is reported once, not per language.
pub(super) fn collect(site: Parts<'_>, out: &mut Diagnostics) -> PerLanguage<Collected> {
    let mut result = site.config.languages.map(|_, _| Collected::default());
    for (name, collection) in &site.config.collections {
        let filter = flatten(&collection.filter);
        let problem = problem(site, name, collection, &filter);
        for language in site.config.languages.ids() {
            // A collection with a mistake is empty, so that templates which use it do not fail as
            // well.
            let items = match problem {
                Some(_) => CollectedItems::Pages(Vec::new()),
                None => items(site, collection, &filter, language),
            };
            result[language].insert(name.clone(), items);
        }
        out.extend(problem);
    }
    result
}

/// `where.extra.featured = true` is the condition `extra.featured`.
fn flatten(filter: &[(String, Json)]) -> Vec<(String, Json)> {
    let mut flat = Vec::new();
    for (key, value) in filter {
        match value {
            Json::Object(map) => {
                let inner: Vec<_> =
                    map.iter().map(|(k, v)| (format!("{key}.{k}"), v.clone())).collect();
                flat.extend(flatten(&inner));
            }
            _ => flat.push((key.clone(), value.clone())),
        }
    }
    flat
}

fn problem(
    site: Parts<'_>,
    name: &str,
    collection: &Collection,
    filter: &[(String, Json)],
) -> Option<Diagnostic> {
    let taxonomies = || site.taxonomies.values().map(|t| t.name.as_str());
    let sections = || site.sections.iter().map(|s| s.folder.as_str()).filter(|f| !f.is_empty());
    // Naming a withheld section is no mistake: it is empty now, and will be back one day.
    let withheld = || site.withheld.iter().flat_map(Withheld::folders);
    let sources = || ["posts", "pages"].into_iter().chain(sections()).chain(taxonomies());
    let error = |message: String| {
        Diagnostic::error(&codes::BAD_COLLECTION, message).at(collection.place.clone())
    };
    if !sources().chain(withheld()).any(|s| s == collection.from) {
        let message =
            format!("collection `{name}` is made from `{}`, which is unknown", collection.from);
        let help = match suggest::closest(&collection.from, sources()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`from` names `posts`, `pages`, a section's folder or a taxonomy".to_owned(),
        };
        return Some(error(message).help(help));
    }
    if collection.sort == SortKey::Count && !taxonomies().any(|t| t == collection.from) {
        let message = format!("collection `{name}` contains posts, which have no count to sort by");
        return Some(error(message).help("sort them by `date`, `weight` or `title`"));
    }
    let known = || KEYS.into_iter().chain(taxonomies());
    let unknown = filter
        .iter()
        .map(|(key, _)| key.as_str())
        .find(|key| !key.starts_with("extra.") && !known().any(|k| k == *key))?;
    let message = format!("collection `{name}` asks for `{unknown}`, which posts do not have");
    let help = match suggest::closest(unknown, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("your own values are below `extra`: `extra.{unknown}`"),
    };
    Some(error(message).help(help))
}

fn items(
    site: Parts<'_>,
    collection: &Collection,
    filter: &[(String, Json)],
    language: LanguageId,
) -> CollectedItems {
    let locale = &site.config.languages[language].locale;
    let section =
        || site.sections.iter().find(|s| s.language == language && s.folder == collection.from);
    // Posts usually live in a folder `posts`, but the name stands for all posts.
    let pages: Vec<DocId> = match collection.from.as_str() {
        "posts" => site.posts[language].clone(),
        "pages" => with_role(site, language, &DocumentRole::Page),
        from => match site.taxonomies.values().find(|t| t.name == from) {
            Some(taxonomy) => {
                let mut terms = taxonomy.terms[language].clone();
                if collection.sort == SortKey::Count {
                    terms.sort_by_key(|id| std::cmp::Reverse(site.terms[id.0].pages.len()));
                }
                return CollectedItems::Terms(cut(terms, collection));
            }
            None => section().map_or_else(Vec::new, |s| s.pages.clone()),
        },
    };
    let mut pages: Vec<DocId> =
        pages.into_iter().filter(|id| filter.iter().all(|f| holds(site, *id, f))).collect();
    let keys = |id: DocId| (&*site.documents[id.0].front, site.documents[id.0].title.as_str());
    sort(&mut pages, collection.sort, keys, locale);
    CollectedItems::Pages(cut(pages, collection))
}

fn with_role(site: Parts<'_>, language: LanguageId, role: &DocumentRole) -> Vec<DocId> {
    let all = site.documents.iter().enumerate();
    all.filter(|(_, d)| d.language == language && d.role == *role)
        .filter(|(_, d)| d.stands_in(Gathering::Lists))
        .map(|(i, _)| DocId(i))
        .collect()
}

fn cut<T>(mut list: Vec<T>, collection: &Collection) -> Vec<T> {
    if collection.reverse {
        list.reverse();
    }
    if collection.limit > 0 {
        list.truncate(collection.limit);
    }
    list
}

/// Whether a condition holds for a document.
fn holds(site: Parts<'_>, id: DocId, (key, want): &(String, Json)) -> bool {
    let document = &site.documents[id.0];
    if let Some(path) = key.strip_prefix("extra.") {
        let found = path.split('.').try_fold(None, |at: Option<&Json>, part| {
            let next = match at {
                None => document.front.extra.get(part),
                Some(value) => value.get(part),
            };
            next.map(Some)
        });
        return match found.flatten() {
            Some(Json::Array(list)) => list.contains(want),
            Some(value) => value == want,
            None => *want == Json::Bool(false),
        };
    }
    let text = want.as_str().map(fold);
    let is = |value: &str| text.as_deref() == Some(fold(value).as_str());
    match key.as_str() {
        "section" => is(&document.folder),
        "kind" => is(if document.is_post() { "post" } else { "page" }),
        "title" => is(&document.title),
        "slug" => is(&document.slug),
        "weight" => want.as_i64().is_some() && document.front.weight == want.as_i64(),
        "draft" => want.as_bool() == Some(is_draft(document)),
        taxonomy => document.terms.iter().map(|t| &site.terms[t.0]).any(|term| {
            site.taxonomies[&term.taxonomy].name == taxonomy && (is(&term.name) || is(&term.slug))
        }),
    }
}

fn is_draft(document: &Document) -> bool {
    document.front.draft == Some(true)
}
