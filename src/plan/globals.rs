//! The variables that do not depend on the page, made once for each language.

use std::sync::Arc;

use serde_json::Value as Json;

use super::card::{Cards, Form};
use super::part::{Html, Made, Object, Part, Text};
use super::shapes::{self, Logo, TermCount};
use super::templates::{Reach, Templates};
use super::variables;
use super::view::View;
use crate::base::{Diagnostic, Diagnostics, Digest, Map, Set, codes};
use crate::config::{Language, LanguageId, PerLanguage};
use crate::site::{CollectedItems, MenuLink, MenuLinkTarget, Site, SiteAsset};
use crate::source::derived::{Operation, Supply, derive};

/// The variables of one language that are the same on all its pages.
pub(crate) struct Globals {
    config: Made<shapes::Config>,
    lang: Text,
    dir: Text,
    strings: Part,
    menus: Part,
    data: Part,
    home_url: Text,
    policy: Html,
    collections: Vec<(String, Part)>,
    assets: Arc<Assets>,
}

/// For each template, what it may see of the static files that it names, and of no others: a new
/// picture in `static/` must not change every page.
struct Assets {
    /// Their addresses.
    by_template: Map<Digest, Part>,
    /// The checksums that browsers compare them with.
    integrity: Map<Digest, Part>,
}

impl Assets {
    fn new(site: &Site, templates: &Templates, supply: &dyn Supply, out: &mut Diagnostics) -> Self {
        let url = |file: &SiteAsset| Some(site.config.base_url.relative(&file.linked));
        let integrity = |file: &SiteAsset| {
            // Without fingerprints, a change of a style sheet must not change every page.
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

/// For each template, what `say` tells of the static files that it names.
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
        let mut object = Object::new(named.len());
        for (path, said) in named {
            object.insert(path, said.as_str());
        }
        object.done()
    };
    reaches().map(|reach| (reach.digest, of(reach))).collect()
}

/// What is told of the static files that the template of a reach names. A whole view has no
/// template of its own, so it gets what is told to any template.
fn of_reach(by_template: &Map<Digest, Part>, reach: &Reach) -> Part {
    if let Some(own) = by_template.get(&reach.digest) {
        return own.clone();
    }
    let mut object = Object::new(by_template.len());
    let mut seen = Set::default();
    for part in by_template.values() {
        for (key, value) in part.value.as_map().into_iter().flatten() {
            if let (Some(key), Some(said)) = (key.as_str(), value.as_str())
                && seen.insert(key)
            {
                object.insert(key, said);
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

    /// Adds the variables that a template can name.
    pub(crate) fn add(&self, view: &mut View, reach: &Reach) {
        view.set(reach, variables::CONFIG, || self.config.clone());
        view.set(reach, variables::LANG, || self.lang.clone());
        view.set(reach, variables::DIR, || self.dir.clone());
        view.set(reach, variables::STRINGS, || self.strings.clone());
        view.set(reach, variables::MENUS, || self.menus.clone());
        view.set(reach, variables::DATA, || self.data.clone());
        view.set(reach, variables::HOME_URL, || self.home_url.clone());
        view.set(reach, variables::POLICY, || self.policy.clone());
        for (name, part) in &self.collections {
            view.set_named(reach, name, part);
        }
        view.set(reach, variables::ASSETS, || of_reach(&self.assets.by_template, reach));
        view.set(reach, variables::INTEGRITY, || of_reach(&self.assets.integrity, reach));
    }
}

fn report_reserved(site: &Site, out: &mut Diagnostics) {
    for (name, collection) in &site.config.collections {
        if variables::is_reserved(name) {
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
    let collections = collections.filter(|(name, _)| !variables::is_reserved(name));
    Globals {
        config: config(site, language).into(),
        lang: language.code.as_str().into(),
        dir: language.locale.direction().into(),
        strings: Part::json(&strings),
        menus: menus(site, id),
        data: data.clone(),
        policy: site.config.policy.as_str().into(),
        home_url: site.config.base_url.relative(&site.language_root(id)).into(),
        collections: collections
            .map(|(name, items)| (name.clone(), collected(site, items, cards)))
            .collect(),
        assets: Arc::clone(assets),
    }
}

fn collected(site: &Site, items: &CollectedItems, cards: &Cards) -> Part {
    match items {
        CollectedItems::Pages(ids) => cards.list(ids, Form::Whole).into(),
        CollectedItems::Terms(ids) => Part::list(ids.iter().map(|id| {
            let term = &site.terms[id.0];
            TermCount {
                name: term.name.as_str().into(),
                slug: term.slug.as_str().into(),
                url: site.config.base_url.relative(&term.url).into(),
                count: term.pages.len(),
            }
        })),
    }
}

fn config(site: &Site, language: &Language) -> shapes::Config {
    let config = &site.config;
    let languages = config.languages.iter().map(|(id, l)| shapes::Language {
        code: l.code.as_str().into(),
        name: l.name.as_str().into(),
        title: l.title.as_str().into(),
        url: config.base_url.relative(&site.language_root(id)).into(),
        dir: l.locale.direction().into(),
    });
    let footer = language.footer.as_deref().or(config.appearance.footer.as_deref());
    shapes::Config {
        title: language.title.as_str().into(),
        description: language.description.as_str().into(),
        base_url: config.base_url.as_written().into(),
        default_language: config.default_language().code.as_str().into(),
        author: config.author.as_deref().map(Text::from),
        languages: languages.collect(),
        logo: logo(site, &language.title),
        footer: footer.map(Text::from),
        extra: Part::json(&Json::Object(config.extra.clone())),
    }
}

/// The picture in place of the site's name.
fn logo(site: &Site, name: &str) -> Option<Logo> {
    let (path, _) = site.config.appearance.logo.as_ref()?;
    let asset = site.assets.iter().find(|a| a.url.as_str() == path);
    let size = asset.and_then(|a| a.asset.dimensions);
    let url = asset.map_or_else(|| crate::base::UrlPath::new(path), |a| a.linked.clone());
    Some(Logo {
        url: site.config.base_url.relative(&url).into(),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        alt: name.into(),
    })
}

fn menus(site: &Site, language: LanguageId) -> Part {
    let mut object = Object::new(site.menus[language].len());
    for (name, links) in &site.menus[language] {
        object.insert(name, Part::list(links.iter().map(|link| menu_link(site, link))));
    }
    object.done()
}

fn menu_link(site: &Site, link: &MenuLink) -> shapes::MenuLink {
    let (url, path, external) = match &link.target {
        MenuLinkTarget::Site(target) => {
            let url = site.config.base_url.relative(&target.url);
            (format!("{url}{}", target.suffix), target.url.as_str(), false)
        }
        MenuLinkTarget::Elsewhere(url) => (url.clone(), "", true),
    };
    shapes::MenuLink {
        name: link.name.as_str().into(),
        url: url.into(),
        path: path.into(),
        external,
    }
}
