//! Addresses: slugs, permalink patterns, `path` and aliases.

use rayon::prelude::*;

use super::DocumentRole;
use super::making::{Addressed, Candidate};
use super::withheld::{Withheld, WithheldReason};
use crate::base::fields::Spanned;
use crate::base::slug::{fallback, slugify};
use crate::base::{Diagnostic, Diagnostics, Map, OutputPath, Place, Set, UrlPath, codes, suggest};
use crate::config::{BuiltIn, Config, LanguageId};

/// A document that is not part of this build: the address it would have, and why it is withheld.
pub(super) struct HiddenDoc {
    pub(crate) document: Addressed,
    pub(crate) why: WithheldReason,
}

impl HiddenDoc {
    /// What other modules may know about it.
    pub(super) fn withheld(self) -> Withheld {
        let Addressed { candidate, url, .. } = self.document;
        let Candidate { doc, title, language, .. } = candidate;
        Withheld { path: doc.source.path.clone(), title, language, url, why: self.why }
    }
}

/// Gives every document its slug, address and aliases, hidden ones included: links may lead to
/// them.
pub(super) fn assign(
    documents: Vec<Candidate>,
    hidden: Vec<(Candidate, WithheldReason)>,
    config: &Config,
    out: &mut Diagnostics,
) -> (Vec<Addressed>, Vec<HiddenDoc>) {
    let patterns = Patterns::new(&documents, &hidden, out);
    let found = documents.into_par_iter().map(|candidate| {
        let mut out = Diagnostics::new();
        (addressed(candidate, &patterns, config, &mut out), out)
    });
    let mut documents = Vec::new();
    for (document, problems) in found.collect::<Vec<_>>() {
        out.extend(problems);
        documents.push(document);
    }
    let unsaid = || Diagnostics::new();
    let hidden = hidden.into_iter().map(|(candidate, why)| HiddenDoc {
        document: addressed(candidate, &patterns, config, &mut unsaid()),
        why,
    });
    (documents, hidden.collect())
}

fn addressed(
    candidate: Candidate,
    patterns: &Patterns,
    config: &Config,
    out: &mut Diagnostics,
) -> Addressed {
    let slug = match &candidate.front.slug {
        Some(slug) if !slugify(&slug.value, config.slugs).is_empty() => {
            slugify(&slug.value, config.slugs)
        }
        _ => slug_of(candidate.doc.placed.name(), config),
    };
    let url = address(&candidate, &slug, patterns, config, out);
    let aliases = aliases(&candidate, out);
    Addressed { candidate, slug, url, aliases }
}

/// `/`, or `/id/` for a language that is not the default one.
pub(super) fn language_root(config: &Config, language: LanguageId) -> UrlPath {
    if language.is_default() {
        return UrlPath::new("/");
    }
    UrlPath::new(&format!("/{}/", config.languages[language].code.to_lowercase()))
}

/// The address of a taxonomy, unless its document says otherwise.
pub(super) fn taxonomy(name: &str, language: LanguageId, config: &Config) -> UrlPath {
    language_root(config, language).join(&format!("{name}/"))
}

/// A folder as it appears in addresses: each part a slug, with a trailing slash.
pub(super) fn folder_path(folder: &str, config: &Config) -> String {
    let mut path = String::new();
    for part in folder.split('/').filter(|p| !p.is_empty()) {
        path.push_str(&slug_of(part, config));
        path.push('/');
    }
    path
}

/// The slug of a text; never empty.
pub(super) fn slug_of(text: &str, config: &Config) -> String {
    let slug = slugify(text, config.slugs);
    if slug.is_empty() { fallback(text) } else { slug }
}

fn address(
    document: &Candidate,
    slug: &str,
    patterns: &Patterns,
    config: &Config,
    out: &mut Diagnostics,
) -> UrlPath {
    let root = language_root(config, document.language);
    // The address if nothing else is given, or nothing usable.
    let usual = match document.role {
        DocumentRole::Term(_) | DocumentRole::Taxonomy(_) if document.doc.front.path.is_none() => {
            root.clone()
        }
        _ => root.join(&format!("{}{slug}/", folder_path(&document.folder, config))),
    };
    let mut from = None;
    let (url, place) = if let Some(path) = &document.doc.front.path {
        let place = document.doc.place(path.span);
        if is_elsewhere(&path.value) {
            out.push(elsewhere("path", &path.value, place));
            return usual;
        }
        (UrlPath::new(&with_slash(&path.value)), place)
    } else {
        let url = match document.role {
            DocumentRole::Section => root.join(&folder_path(&document.key, config)),
            DocumentRole::Term(id) => super::terms::address(id, document.language, slug, config),
            DocumentRole::Taxonomy(_) => taxonomy(&document.key, document.language, config),
            DocumentRole::Post | DocumentRole::Page => match patterns.of(document) {
                Some(pattern) => match pattern.fill(document, slug, config) {
                    Ok(path) => {
                        from = Some(&pattern.place);
                        root.join(path.trim_start_matches('/'))
                    }
                    Err(token) => {
                        out.push(no_value(document, pattern, token));
                        usual.clone()
                    }
                },
                None => {
                    if document.key == "index" && document.front.slug.is_none() {
                        out.push(index_page(document, &usual));
                    }
                    usual.clone()
                }
            },
        };
        (url, from.cloned().unwrap_or_else(|| document.file()))
    };
    checked(url, &place, out).unwrap_or(usual)
}

/// `content/index.md` is a page like any other, but whoever writes it means the home page.
fn index_page(document: &Candidate, url: &UrlPath) -> Diagnostic {
    let path = &document.doc.source.path;
    Diagnostic::warning(&codes::BAD_ADDRESS, format!("`{path}` gets the address `{url}`"))
        .at(document.file())
        .help("rename it to `_index.md` to make it the home page, or give it a `slug`")
}

/// Whether an address is more than a path on this site.
fn is_elsewhere(value: &str) -> bool {
    value.contains("://") || value.contains(['?', '#'])
}

fn elsewhere(what: &str, value: &str, place: Place) -> Diagnostic {
    let message = format!("the {what} `{value}` is not an address on this site");
    let help = "write it from the root, without host, query or fragment: `/2014/01/old/`";
    Diagnostic::error(&codes::BAD_ADDRESS, message).at(place).help(help)
}

/// Accepts an address if its file can exist.
pub(super) fn checked(url: UrlPath, place: &Place, out: &mut Diagnostics) -> Option<UrlPath> {
    match OutputPath::new(&url.file()) {
        Ok(_) => Some(url),
        Err(why) => {
            let message = format!("`{url}` cannot be an address: {why}");
            let help = "write an address within the site, such as `/people/kartini/`";
            out.push(Diagnostic::error(&codes::BAD_ADDRESS, message).at(place.clone()).help(help));
            None
        }
    }
}

/// An address without a file extension ends with a slash.
fn with_slash(path: &str) -> String {
    let path = path.trim();
    let last = path.rsplit('/').next().unwrap_or("");
    let is_file = last.rsplit_once('.').is_some_and(|(stem, ext)| {
        !stem.is_empty() && ["html", "htm", "xml", "txt", "php"].contains(&ext)
    });
    if is_file || path.ends_with('/') { path.to_owned() } else { format!("{path}/") }
}

fn aliases(document: &Candidate, out: &mut Diagnostics) -> Vec<(UrlPath, Place)> {
    let doc = &document.doc;
    let mut aliases = Vec::new();
    let mut known: Set<UrlPath> = Set::default();
    for Spanned { value, span } in &doc.front.aliases {
        let place = doc.place(*span);
        if is_elsewhere(value) || value.trim().is_empty() {
            out.push(elsewhere("alias", value, place));
            continue;
        }
        let decoded = crate::base::url::decode(value);
        let url = UrlPath::new(&with_slash(&decoded));
        if let Some(url) = checked(url, &place, out)
            && known.insert(url.clone())
        {
            aliases.push((url, place));
        }
    }
    aliases
}

fn no_value(document: &Candidate, pattern: &Pattern, token: &str) -> Diagnostic {
    let message = format!("the address of this post needs a {token}, but the post has none");
    Diagnostic::error(&codes::BAD_ADDRESS, message)
        .at(document.file())
        .also(pattern.place.clone(), "the pattern of its section".to_owned())
        .help(match token {
            "category" => "give it `categories`, or a `path` of its own".to_owned(),
            _ => "give it a `date`, or a `path` of its own".to_owned(),
        })
}

/// What may stand in a permalink pattern.
const TOKENS: [&str; 10] =
    ["year", "month", "day", "hour", "minute", "slug", "title", "filename", "section", "category"];

/// `permalink` patterns by language and folder.
struct Patterns {
    by_folder: Map<(LanguageId, String), Pattern>,
}

struct Pattern {
    text: String,
    place: Place,
}

impl Patterns {
    /// The pattern of a section counts even while the section is withheld: links must still find
    /// what is withheld below it, and its other languages must not move when it is published.
    fn new(
        documents: &[Candidate],
        hidden: &[(Candidate, WithheldReason)],
        out: &mut Diagnostics,
    ) -> Self {
        let mut by_folder = Map::default();
        let mut unsaid = Diagnostics::new();
        for (document, _) in hidden {
            add_pattern(&mut by_folder, document, &mut unsaid);
        }
        for document in documents {
            add_pattern(&mut by_folder, document, out);
        }
        Patterns { by_folder }
    }

    /// The pattern of the nearest section above that has one, in the document's language or,
    /// failing that, the default one.
    fn of(&self, document: &Candidate) -> Option<&Pattern> {
        if self.by_folder.is_empty() {
            return None;
        }
        let mut folder = Some(document.folder.as_str());
        while let Some(name) = folder {
            let own = self.by_folder.get(&(document.language, name.to_owned()));
            if let Some(pattern) =
                own.or_else(|| self.by_folder.get(&(LanguageId::DEFAULT, name.to_owned())))
            {
                // The pattern of the home section is for posts, not for "about".
                return (document.is_post() || !name.is_empty()).then_some(pattern);
            }
            folder = super::classify::parent(name);
        }
        None
    }
}

/// Adds the pattern of a section, if it has a usable one.
fn add_pattern(
    by_folder: &mut Map<(LanguageId, String), Pattern>,
    section: &Candidate,
    out: &mut Diagnostics,
) {
    let keys = &section.doc.front.section;
    let Some(pattern) = keys.permalink.as_ref().filter(|_| section.role == DocumentRole::Section)
    else {
        return;
    };
    let (text, place) = (pattern.value.clone(), section.doc.place(pattern.span));
    if is_elsewhere(&text) {
        out.push(elsewhere("pattern", &text, place));
        return;
    }
    let Some(unknown) = tokens(&text).find(|token| !TOKENS.contains(token)) else {
        by_folder.insert((section.language, section.key.clone()), Pattern { text, place });
        return;
    };
    let help = match suggest::closest(unknown, TOKENS) {
        Some(token) => format!("did you mean `:{token}`?"),
        None => format!("known names are `:{}`", TOKENS.join("`, `:")),
    };
    let message = if unknown.is_empty() {
        "a `:` in a permalink pattern must be followed by a name".to_owned()
    } else {
        format!("permalink patterns have no `:{unknown}`")
    };
    out.push(Diagnostic::error(&codes::BAD_ADDRESS, message).at(place).help(help));
}

/// The names after colons.
fn tokens(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split(':').skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        &rest[..end]
    })
}

impl Pattern {
    /// The address of a document; the error is the token that it has no value for.
    fn fill(
        &self,
        document: &Candidate,
        slug: &str,
        config: &Config,
    ) -> Result<String, &'static str> {
        let mut parts = self.text.split(':');
        let mut path = parts.next().unwrap_or("").to_owned();
        for rest in parts {
            let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
            path.push_str(&token(&rest[..end], document, slug, config)?);
            path.push_str(&rest[end..]);
        }
        Ok(with_slash(&path))
    }
}

fn token(
    name: &str,
    document: &Candidate,
    slug: &str,
    config: &Config,
) -> Result<String, &'static str> {
    let date = || document.date.map(|d| d.local).ok_or("date");
    Ok(match name {
        "year" => format!("{:04}", date()?.year()),
        "month" => format!("{:02}", date()?.month()),
        "day" => format!("{:02}", date()?.day()),
        "hour" => format!("{:02}", date()?.hour()),
        "minute" => format!("{:02}", date()?.minute()),
        "title" => slug_of(&document.title, config),
        "filename" => slug_of(document.doc.placed.name(), config),
        "section" => folder_path(&document.folder, config).trim_end_matches('/').to_owned(),
        "category" => {
            let categories = BuiltIn::Categories.name();
            let terms = document.front.taxonomies.iter().find(|(name, _)| name == categories);
            let first = terms.and_then(|(_, terms)| terms.first()).ok_or("category")?;
            slug_of(&first.value, config)
        }
        _ => slug.to_owned(),
    })
}
