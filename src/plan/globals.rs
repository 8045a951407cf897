//! What every template may see, whatever the page: made once for each language.

use std::sync::Arc;

use serde_json::Value as Json;

use super::card::{Cards, Form};
use super::part::{Object, Part, View};
use super::templates::{Reach, Templates};
use crate::base::{Diagnostic, Diagnostics, Digest, Map, Set, codes};
use crate::config::{Language, LanguageId, PerLanguage};
use crate::site::{CollectedItems, MenuLink, MenuLinkTarget, Site, SiteAsset};
use crate::source::derived::{Operation, Supply, derive};

/// Names of variables that kisah gives to templates; a collection cannot have one of them.
pub(crate) const RESERVED: [&str; 33] = [
    "config",
    "lang",
    "dir",
    "strings",
    "menus",
    "kind",
    "home_url",
    "current_path",
    "current_url",
    "canonical",
    "feeds",
    "translations",
    "x_default",
    "assets",
    "integrity",
    "policy",
    "meta",
    "json_ld",
    "data",
    "page",
    "section",
    "paginator",
    "related",
    "taxonomy",
    "term",
    "terms",
    "groups",
    "pagination",
    "archive",
    "years",
    "target",
    "permalink",
    "loop",
];

/// The variables of one language that are the same on all its pages.
pub(crate) struct Globals {
    config: Part,
    lang: Part,
    dir: Part,
    strings: Part,
    menus: Part,
    data: Part,
    home_url: Part,
    policy: Part,
    collections: Vec<(String, Part)>,
    assets: Arc<Assets>,
}

/// For each template the addresses of the static files that it names, and of no others: a new
/// picture in `static/` must not change every page.
struct Assets {
    by_template: Map<Digest, Part>,
    /// Of those files, what browsers compare them with.
    integrity: Map<Digest, Part>,
}

impl Assets {
    fn new(site: &Site, templates: &Templates, supply: &dyn Supply, out: &mut Diagnostics) -> Self {
        let url = |file: &SiteAsset| Some(site.config.base_url.relative(&file.linked));
        let integrity = |file: &SiteAsset| {
            // Without fingerprints, a new style must not change every page.
            if !site.config.fingerprint || !file.asset.can_be_checked() {
                return None;
            }
            let made = derive(&file.asset, Operation::Integrity, supply);
            let text = made.and_then(|made| made.text(supply));
            text.map_err(|problem| out.push(*problem)).ok()
        };
        Assets {
            by_template: named(site, templates, url),
            integrity: named(site, templates, integrity),
        }
    }
}

/// For each template what there is to say of the static files that it names.
fn named(
    site: &Site,
    templates: &Templates,
    mut say: impl FnMut(&SiteAsset) -> Option<String>,
) -> Map<Digest, Part> {
    let files = site.assets.iter().filter(|a| a.is_static);
    let files: Map<String, &SiteAsset> = files.map(|a| (a.url.file(), a)).collect();
    let reaches = || templates.sources().map(|(name, _)| templates.reach(name));
    let literals = reaches().flat_map(Reach::literals);
    let wanted: Map<&str, &SiteAsset> =
        literals.filter_map(|path| Some((path, *files.get(path)?))).collect();
    let said: Map<&str, String> =
        wanted.into_iter().filter_map(|(path, file)| Some((path, say(file)?))).collect();
    let of = |reach: &Reach| {
        let mut named: Vec<(&str, &String)> =
            reach.literals().filter_map(|path| said.get(path).map(|said| (path, said))).collect();
        named.sort_unstable();
        let mut object = Object::new();
        for (path, said) in named {
            object.insert(path, said.into());
        }
        object.done()
    };
    reaches().map(|reach| (reach.digest, of(reach))).collect()
}

/// What the template of that reach names. A whole view has no template of its own: it names what
/// any one names.
fn of_reach(by_template: &Map<Digest, Part>, reach: &Reach) -> Part {
    if let Some(own) = by_template.get(&reach.digest) {
        return own.clone();
    }
    let mut object = Object::new();
    let mut seen = Set::default();
    for part in by_template.values() {
        for (key, value) in part.value.as_map().into_iter().flatten() {
            if let (Some(key), Some(said)) = (key.as_str(), value.as_str())
                && seen.insert(key)
            {
                object.insert(key, said.into());
            }
        }
    }
    object.done()
}

impl Globals {
    /// Makes the globals of every language.
    pub(crate) fn new(
        site: &Site,
        cards: &Cards,
        data: &Part,
        (templates, supply): (&Templates, &dyn Supply),
        out: &mut Diagnostics,
    ) -> PerLanguage<Globals> {
        report_reserved(site, out);
        let assets = Arc::new(Assets::new(site, templates, supply, out));
        site.config.languages.map(|language, _| globals(site, language, cards, data, &assets))
    }

    /// Adds those that a template can name.
    pub(crate) fn add(&self, view: &mut View, reach: &Reach) {
        view.set(reach, "config", || self.config.clone());
        view.set(reach, "lang", || self.lang.clone());
        view.set(reach, "dir", || self.dir.clone());
        view.set(reach, "strings", || self.strings.clone());
        view.set(reach, "menus", || self.menus.clone());
        view.set(reach, "data", || self.data.clone());
        view.set(reach, "home_url", || self.home_url.clone());
        view.set(reach, "policy", || self.policy.clone());
        for (name, part) in &self.collections {
            view.set(reach, name.clone(), || part.clone());
        }
        view.set(reach, "assets", || of_reach(&self.assets.by_template, reach));
        view.set(reach, "integrity", || of_reach(&self.assets.integrity, reach));
    }
}

fn report_reserved(site: &Site, out: &mut Diagnostics) {
    for (name, collection) in &site.config.collections {
        if RESERVED.contains(&name.as_str()) {
            let message = format!("a collection cannot be named `{name}`");
            out.push(
                Diagnostic::error(&codes::BAD_COLLECTION, message)
                    .at(collection.place.clone())
                    .note("templates already see a variable of that name")
                    .help("give it another name"),
            );
        }
    }
}

fn globals(
    site: &Site,
    id: LanguageId,
    cards: &Cards,
    data: &Part,
    assets: &Arc<Assets>,
) -> Globals {
    let language = site.language(id);
    let strings = Json::Object(language.strings.clone().into_iter().collect());
    let collections = site.collections[id].iter();
    let collections = collections.filter(|(name, _)| !RESERVED.contains(&name.as_str()));
    Globals {
        config: config(site, language),
        lang: language.code.as_str().into(),
        dir: language.locale.direction().into(),
        strings: Part::json(&strings),
        menus: menus(site, id),
        data: data.clone(),
        policy: Part::safe(&site.config.policy),
        home_url: site.config.base_url.relative(&site.language_root(id)).into(),
        collections: collections
            .map(|(name, items)| (name.clone(), collected(site, items, cards)))
            .collect(),
        assets: Arc::clone(assets),
    }
}

fn collected(site: &Site, items: &CollectedItems, cards: &Cards) -> Part {
    match items {
        CollectedItems::Pages(ids) => cards.list(ids, Form::Whole),
        CollectedItems::Terms(ids) => Part::list(ids.iter().map(|id| {
            let term = &site.terms[id.0];
            Object::new()
                .set("name", term.name.as_str())
                .set("slug", term.slug.as_str())
                .set("url", site.config.base_url.relative(&term.url))
                .set("count", term.pages.len())
                .done()
        })),
    }
}

fn config(site: &Site, language: &Language) -> Part {
    let config = &site.config;
    let languages = Part::list(config.languages.iter().map(|(id, l)| {
        Object::new()
            .set("code", l.code.as_str())
            .set("name", l.name.as_str())
            .set("title", l.title.as_str())
            .set("url", config.base_url.relative(&site.language_root(id)))
            .set("dir", l.locale.direction())
            .done()
    }));
    Object::new()
        .set("title", language.title.as_str())
        .set("description", language.description.as_str())
        .set("base_url", config.base_url.as_written())
        .set("default_language", config.default_language().code.as_str())
        .set("author", config.author.as_deref())
        .set("languages", languages)
        .set("logo", logo(site, &language.title))
        .set("footer", language.footer.as_deref().or(config.appearance.footer.as_deref()))
        .set("extra", Part::json(&Json::Object(config.extra.clone())))
        .done()
}

/// The picture in place of the site's name.
fn logo(site: &Site, name: &str) -> Part {
    let Some((path, _)) = &site.config.appearance.logo else { return Part::none() };
    let asset = site.assets.iter().find(|a| a.url.as_str() == path);
    let size = asset.and_then(|a| a.asset.dimensions);
    let url = asset.map_or_else(|| crate::base::UrlPath::new(path), |a| a.linked.clone());
    Object::new()
        .set("url", site.config.base_url.relative(&url))
        .set("width", size.map(|(width, _)| width))
        .set("height", size.map(|(_, height)| height))
        .set("alt", name)
        .done()
}

fn menus(site: &Site, language: LanguageId) -> Part {
    let mut object = Object::new();
    for (name, links) in &site.menus[language] {
        object.insert(name, Part::list(links.iter().map(|link| menu_link(site, link))));
    }
    object.done()
}

fn menu_link(site: &Site, link: &MenuLink) -> Part {
    let (url, path, external) = match &link.target {
        MenuLinkTarget::Site(target) => {
            let url = site.config.base_url.relative(&target.url);
            (format!("{url}{}", target.suffix), target.url.as_str(), false)
        }
        MenuLinkTarget::Elsewhere(url) => (url.clone(), "", true),
    };
    let entry = Object::new().set("name", link.name.as_str()).set("url", url);
    entry.set("path", path).set("external", external).done()
}
