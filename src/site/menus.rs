//! Menus of each language, with what their entries lead to.

use super::links::{LinkIndex, NamedSource};
use super::{DocId, Document, LinkTarget};
use crate::base::{Diagnostic, Diagnostics, Map, Place, codes};
use crate::config::{Config, LanguageId, MenuItem, MenuTarget, PerLanguage};

/// The menus of one language by name: first the site's, each replaced by the language's own of that
/// name, then the language's other menus.
pub(crate) type Menus = Map<String, Vec<MenuLink>>;

/// An entry of a menu.
#[derive(Debug)]
pub(crate) struct MenuLink {
    /// Its text.
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) target: MenuLinkTarget,
    /// Where kisah.toml declares it.
    pub(crate) place: Place,
}

/// Where an entry of a menu leads.
#[derive(Debug)]
pub(crate) enum MenuLinkTarget {
    /// Something of this site.
    Site(LinkTarget),
    /// An address on another site.
    Elsewhere(String),
}

/// Resolves the menus of every language. Entries that name a missing document are reported and left
/// out.
pub(super) fn resolve(
    documents: &[Document],
    index: &LinkIndex<'_>,
    config: &Config,
    out: &mut Diagnostics,
) -> PerLanguage<Menus> {
    config.languages.map(|language, of_language| {
        let own = &of_language.menus;
        let shared =
            config.menus.iter().map(|(name, items)| (name, own.get(name).unwrap_or(items)));
        let others = own.iter().filter(|(name, _)| !config.menus.contains_key(*name));
        let mut menus = Menus::default();
        for (name, items) in shared.chain(others) {
            let links = items.iter().filter_map(|item| {
                let target = target(item, language, documents, index);
                let target = target.map_err(|problem| out.push(problem.at(item.place.clone())));
                let (name, place) = (item.name.clone(), item.place.clone());
                Some(MenuLink { name, target: target.ok()?, place })
            });
            menus.insert(name.clone(), links.collect());
        }
        menus
    })
}

fn target(
    item: &MenuItem,
    language: LanguageId,
    documents: &[Document],
    index: &LinkIndex<'_>,
) -> Result<MenuLinkTarget, Diagnostic> {
    match &item.target {
        MenuTarget::Url(url) => Ok(match index.within(url.trim()) {
            Some(target) => MenuLinkTarget::Site(target),
            None => MenuLinkTarget::Elsewhere(url.clone()),
        }),
        MenuTarget::Page(page) => {
            let source = format!("content/{}", page.strip_prefix("@/").unwrap_or(page));
            match index.source(&source) {
                Some(NamedSource::Document(id)) => {
                    Ok(MenuLinkTarget::Site(version(id, language, documents)))
                }
                Some(NamedSource::Hidden(hidden)) => {
                    Err(leads_to_hidden(hidden.of_source(), &item.name))
                }
                Some(NamedSource::Asset(_)) | None => Err(no_page(item, page)),
            }
        }
    }
}

/// A document, in the wanted language if that version exists.
fn version(id: DocId, language: LanguageId, documents: &[Document]) -> LinkTarget {
    let document = &documents[id.0];
    let version = document.translations.iter().find(|t| t.language == language);
    let url = version.map_or_else(|| document.url.clone(), |t| t.url.clone());
    LinkTarget { url, suffix: String::new(), doc: Some(id), asset: None, by_source: true }
}

/// Adds a note to a target's diagnostic: which menu entry leads there.
pub(crate) fn leads_to_hidden(problem: Diagnostic, entry: &str) -> Diagnostic {
    problem.note(format!("the menu entry `{entry}` leads there"))
}

fn no_page(item: &MenuItem, page: &str) -> Diagnostic {
    let message = format!("the menu entry `{}` leads to `{page}`, which does not exist", item.name);
    Diagnostic::error(&codes::BAD_MENU, message)
        .help("name a published file below `content/`: `page = \"@/about.md\"`")
}
