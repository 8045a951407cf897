//! Links by address and anchors. Links by source path are resolved, or reported, in `site`.

use crate::base::url::{decode, split_suffix};
use crate::base::{Diagnostic, Diagnostics, Severity, UrlPath, codes, suggest};
use crate::config::MenuTarget;
use crate::parse::{Link, Role};
use crate::routes::Routes;
use crate::site::{Document, Resolved, Site, Target};

/// Suggestions cost a comparison with every address, so only the first broken links get one.
const SUGGESTIONS: usize = 20;

pub(super) fn check(site: &Site, routes: &Routes, out: &mut Diagnostics) {
    let mut suggested = 0;
    for document in &site.documents {
        if let Some(problem) = picture(site, document, routes) {
            out.push(problem);
        }
        for (link, resolved) in document.doc.body.links.iter().zip(&document.links) {
            let problem = match resolved {
                Resolved::Site(target) if target.doc.is_some() => anchor(site, target),
                Resolved::Site(target) if leads_nowhere(target, routes) => {
                    suggested += 1;
                    Some(broken(site, link, target, routes, suggested <= SUGGESTIONS))
                }
                Resolved::Fragment(fragment) => own_anchor(site, document, fragment),
                Resolved::Site(_) | Resolved::Verbatim => None,
            };
            if let Some(problem) = problem {
                out.push(problem.at(document.doc.place(link.span)));
            }
        }
    }
}

/// Entries of menus that lead to an address of this site.
pub(super) fn menus(site: &Site, routes: &Routes, out: &mut Diagnostics) {
    let config = &site.config;
    let own = config.languages.iter().flat_map(|language| language.menus.values());
    for item in config.menus.values().chain(own).flatten() {
        let MenuTarget::Url(url) = &item.target else { continue };
        if !url.starts_with('/') || url.starts_with("//") {
            continue;
        }
        let path = UrlPath::new(&decode(split_suffix(url).0));
        if spellings(&path).any(|url| routes.urls.contains(&url)) {
            continue;
        }
        if let Some(hidden) = hidden(site, &path) {
            let note = format!("the menu entry `{}` leads there", item.name);
            out.push(hidden.at(item.place.clone()).note(note));
            continue;
        }
        let message =
            format!("the menu entry `{}` leads to `{path}`, which is not there", item.name);
        let near = suggest::closest(path.as_str(), routes.urls.iter().map(UrlPath::as_str));
        out.push(
            Diagnostic::new(config.broken_links, &codes::BROKEN_LINK, message)
                .at(item.place.clone())
                .help(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name a file instead: `page = \"@/about.md\"`".to_owned(),
                }),
        );
    }
}

/// The logo of the site.
pub(super) fn logo(site: &Site, out: &mut Diagnostics) {
    let Some((path, place)) = &site.config.appearance.logo else { return };
    if let Some(hidden) = site.hidden_by_url.get(&UrlPath::new(path)) {
        out.push(hidden.diagnostic(Severity::Error).at(place.clone()));
    } else if !site.assets.iter().any(|asset| asset.url.as_str() == path) {
        let message = format!("there is no picture at `{path}`");
        let help = "put it into `static/`: `/logo.svg` is `static/logo.svg`";
        let diagnostic = Diagnostic::error(&codes::BROKEN_LINK, message);
        out.push(diagnostic.at(place.clone()).help(help));
    }
}

/// The `image` of the front matter.
fn picture(site: &Site, document: &Document, routes: &Routes) -> Option<Diagnostic> {
    let picture = document.image.as_ref()?;
    let target = picture.target.as_ref().filter(|t| leads_nowhere(t, routes))?;
    if let Some(hidden) = hidden(site, &target.url) {
        return Some(hidden.at(picture.place.clone()));
    }
    let message = format!("there is no picture at `{}`", target.url);
    let diagnostic = Diagnostic::new(site.config.broken_links, &codes::BROKEN_LINK, message);
    Some(diagnostic.at(picture.place.clone()).help("put it beside the document, or into `static/`"))
}

fn leads_nowhere(target: &Target, routes: &Routes) -> bool {
    if target.asset.is_some() || target.by_source || routes.urls.contains(&target.url) {
        return false;
    }
    !spellings(&target.url).any(|url| routes.urls.contains(&url))
}

/// An address as written, with its last slash, and without `index.html`.
fn spellings(url: &UrlPath) -> impl Iterator<Item = UrlPath> {
    let path = url.as_str();
    let with_slash = UrlPath::new(&format!("{path}/"));
    let without_index = path.strip_suffix("index.html").map(UrlPath::new);
    [url.clone(), with_slash].into_iter().chain(without_index)
}

/// Says that an address which is not there would be that of something that is withheld.
fn hidden(site: &Site, url: &UrlPath) -> Option<Diagnostic> {
    let hidden = spellings(url).find_map(|url| site.hidden_by_url.get(&url))?;
    Some(hidden.diagnostic(site.config.broken_links))
}

fn broken(
    site: &Site,
    link: &Link,
    target: &Target,
    routes: &Routes,
    suggest_near: bool,
) -> Diagnostic {
    if let Some(hidden) = hidden(site, &target.url) {
        return hidden;
    }
    let what = match link.role {
        Role::Link => "page",
        Role::Image => "picture",
        Role::Media => "file",
    };
    let message = format!("there is no {what} at `{}`", target.url);
    let diagnostic = Diagnostic::new(site.config.broken_links, &codes::BROKEN_LINK, message);
    let near = suggest_near
        .then(|| suggest::closest(target.url.as_str(), routes.urls.iter().map(UrlPath::as_str)))
        .flatten();
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if link.role == Role::Link => {
            diagnostic.help("link the file, `[text](@/posts/x.md)`: then a wrong name is an error")
        }
        None => diagnostic.help("put it beside the document, or into `static/`"),
    }
}

/// The anchor of a link to another page. Where the page was named by source path, the author
/// means this site's page as it is now, and the anchor must be there.
fn anchor(site: &Site, target: &Target) -> Option<Diagnostic> {
    let fragment = target.fragment();
    let document = site.document(target.doc?);
    if has_anchor(document, &fragment) {
        return None;
    }
    let severity = if target.by_source { Severity::Error } else { site.config.broken_links };
    let message = format!("`{}` has no `#{fragment}`", target.url);
    Some(suggest_anchor(
        Diagnostic::new(severity, &codes::BROKEN_ANCHOR, message),
        document,
        &fragment,
    ))
}

/// `#part` on the page itself.
fn own_anchor(site: &Site, document: &Document, fragment: &str) -> Option<Diagnostic> {
    let fragment = crate::base::url::decode(fragment);
    if has_anchor(document, &fragment) {
        return None;
    }
    let message = format!("this page has no `#{fragment}`");
    let diagnostic = Diagnostic::new(site.config.broken_links, &codes::BROKEN_ANCHOR, message);
    Some(suggest_anchor(diagnostic, document, &fragment))
}

fn has_anchor(document: &Document, fragment: &str) -> bool {
    // HTML defines the empty fragment and `top` as the top of any page.
    fragment.is_empty()
        || fragment.eq_ignore_ascii_case("top")
        || document.doc.body.anchors.binary_search_by(|a| (**a).cmp(fragment)).is_ok()
}

fn suggest_anchor(diagnostic: Diagnostic, document: &Document, fragment: &str) -> Diagnostic {
    let anchors = || document.doc.body.anchors.iter().map(|a| &**a);
    match suggest::closest(fragment, anchors()) {
        Some(near) => diagnostic.help(format!("did you mean `#{near}`?")),
        None => {
            let headings = document.doc.body.headings.iter().map(|h| format!("`#{}`", h.id));
            let known: Vec<String> = headings.take(8).collect();
            if known.is_empty() {
                diagnostic.help("give a heading that id: `## Exile {#exile}`")
            } else {
                diagnostic.help(format!("its headings are {}", known.join(", ")))
            }
        }
    }
}
