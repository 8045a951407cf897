//! Links by address and anchors. Links by source path are resolved, or reported, in `site`.

use std::cell::OnceCell;

use crate::base::suggest::Names;
use crate::base::url::{decode, split_suffix};
use crate::base::{Diagnostic, Diagnostics, Map, Severity, UrlPath, codes};
use crate::config::MenuTarget;
use crate::parse::{Link, Role};
use crate::routes::Routes;
use crate::site::{DocId, Document, Resolved, Site, Target};

/// Links and menus of a site, as they are checked.
pub(super) struct Checker<'a> {
    site: &'a Site,
    routes: &'a Routes,
    /// Addresses to suggest; made for the first that is not there.
    addresses: OnceCell<Names>,
    /// Anchors to suggest, by document.
    anchors: Map<DocId, Names>,
    /// How often it was guessed what is meant: in all, and in the document at hand.
    guesses: (usize, usize),
}

impl<'a> Checker<'a> {
    pub(super) fn new(site: &'a Site, routes: &'a Routes) -> Self {
        let (addresses, anchors) = (OnceCell::new(), Map::default());
        Checker { site, routes, addresses, anchors, guesses: (0, 0) }
    }

    pub(super) fn links(&mut self, out: &mut Diagnostics) {
        let site = self.site;
        for (id, document) in site.documents.iter().enumerate() {
            self.guesses.1 = 0;
            if let Some(problem) = picture(site, document, self.routes) {
                out.push(problem);
            }
            for (link, resolved) in document.doc.body.links.iter().zip(&document.links) {
                let problem = match resolved {
                    Resolved::Site(target) => match target.doc {
                        Some(doc) => self.anchor(target, doc),
                        None if leads_nowhere(target, self.routes) => {
                            Some(self.broken(link, target))
                        }
                        None => None,
                    },
                    Resolved::Fragment(fragment) => self.own_anchor(document, DocId(id), fragment),
                    Resolved::Verbatim => None,
                };
                if let Some(problem) = problem {
                    out.push(problem.at(document.doc.place(link.span)));
                }
            }
        }
    }

    /// Entries of menus that lead to an address of this site.
    pub(super) fn menus(&mut self, out: &mut Diagnostics) {
        let config = &self.site.config;
        let own = config.languages.iter().flat_map(|language| language.menus.values());
        self.guesses = (0, 0);
        for item in config.menus.values().chain(own).flatten() {
            let MenuTarget::Url(url) = &item.target else { continue };
            if !url.starts_with('/') || url.starts_with("//") {
                continue;
            }
            let path = UrlPath::new(&decode(split_suffix(url).0));
            if spellings(&path).any(|url| self.routes.urls.contains(&url)) {
                continue;
            }
            if let Some(hidden) = hidden(self.site, &path) {
                let note = format!("the menu entry `{}` leads there", item.name);
                out.push(hidden.at(item.place.clone()).note(note));
                continue;
            }
            let message =
                format!("the menu entry `{}` leads to `{path}`, which is not there", item.name);
            let help = match self.near(&path) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a file instead: `page = \"@/about.md\"`".to_owned(),
            };
            out.push(
                Diagnostic::new(config.broken_links, &codes::BROKEN_LINK, message)
                    .at(item.place.clone())
                    .help(help),
            );
        }
    }

    /// Whether it is worth guessing once more: no more mistakes than these are shown.
    fn may_guess(&mut self) -> bool {
        let (all, here) = &mut self.guesses;
        *here += 1;
        if *here > Diagnostics::SHOWN_OF_FILE || *all >= Diagnostics::SHOWN {
            return false;
        }
        *all += 1;
        true
    }

    /// The address that is meant by another.
    fn near(&mut self, url: &UrlPath) -> Option<&str> {
        if !self.may_guess() {
            return None;
        }
        let addresses = || Names::new(self.routes.urls.iter().map(UrlPath::as_str));
        let names = self.addresses.get_or_init(addresses);
        names.moved(url.as_str()).or_else(|| names.closest(url.as_str()))
    }

    fn broken(&mut self, link: &Link, target: &Target) -> Diagnostic {
        let site = self.site;
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
        match self.near(&target.url) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if link.role == Role::Link => diagnostic
                .help("link the file, `[text](@/posts/x.md)`: then a wrong name is an error"),
            None => diagnostic.help("put it beside the document, or into `static/`"),
        }
    }

    /// The anchor of a link to another page. Where the page was named by source path, the author
    /// means this site's page as it is now, and the anchor must be there.
    fn anchor(&mut self, target: &Target, doc: DocId) -> Option<Diagnostic> {
        let fragment = target.fragment();
        let document = self.site.document(doc);
        if has_anchor(document, &fragment) {
            return None;
        }
        let severity =
            if target.by_source { Severity::Error } else { self.site.config.broken_links };
        let message = format!("`{}` has no `#{fragment}`", target.url);
        let diagnostic = Diagnostic::new(severity, &codes::BROKEN_ANCHOR, message);
        Some(diagnostic.help(self.anchor_help(document, doc, &fragment)))
    }

    /// `#part` on the page itself.
    fn own_anchor(
        &mut self,
        document: &Document,
        doc: DocId,
        fragment: &str,
    ) -> Option<Diagnostic> {
        let fragment = decode(fragment);
        if has_anchor(document, &fragment) {
            return None;
        }
        let message = format!("this page has no `#{fragment}`");
        let severity = self.site.config.broken_links;
        let diagnostic = Diagnostic::new(severity, &codes::BROKEN_ANCHOR, message);
        Some(diagnostic.help(self.anchor_help(document, doc, &fragment)))
    }

    fn anchor_help(&mut self, document: &Document, doc: DocId, fragment: &str) -> String {
        let body = &document.doc.body;
        if self.may_guess() {
            let names = || Names::new(body.anchors.iter().map(|anchor| &**anchor));
            if let Some(near) = self.anchors.entry(doc).or_insert_with(names).closest(fragment) {
                return format!("did you mean `#{near}`?");
            }
        }
        let headings = body.headings.iter().map(|h| format!("`#{}`", h.id));
        let known: Vec<String> = headings.take(8).collect();
        if known.is_empty() {
            "give a heading that id: `## Exile {#exile}`".to_owned()
        } else {
            format!("its headings are {}", known.join(", "))
        }
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

fn has_anchor(document: &Document, fragment: &str) -> bool {
    // HTML defines the empty fragment and `top` as the top of any page.
    fragment.is_empty()
        || fragment.eq_ignore_ascii_case("top")
        || document.doc.body.anchors.binary_search_by(|a| (**a).cmp(fragment)).is_ok()
}
