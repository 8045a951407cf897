//! Links by address and anchors. Links by source path are resolved, or reported, in `site`.

use std::cell::OnceCell;

use crate::base::suggest::Names;
use crate::base::url::decode;
use crate::base::{Diagnostic, Diagnostics, Map, Place, Set, Severity, UrlPath, codes};
use crate::parse::{Link, LinkKind};
use crate::routes::Routes;
use crate::site::{DocId, Document, LinkTarget, MenuLinkTarget, Resolved, Site, leads_to_hidden};

/// Checks the links and menus of a site.
pub(super) struct Checker<'a> {
    site: &'a Site,
    routes: &'a Routes,
    /// Addresses to suggest; built when the first missing address is found.
    addresses: OnceCell<Names>,
    /// Anchors to suggest, by document.
    anchors: Map<DocId, Names>,
    /// How many guesses were made: in total, and in the current document.
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

    /// Checks the menu entries that lead to an address of this site.
    pub(super) fn menus(&mut self, out: &mut Diagnostics) {
        let site = self.site;
        self.guesses = (0, 0);
        // Entries that languages share are reported once.
        let mut said: Set<&Place> = Set::default();
        for link in site.menus.values().flat_map(|menus| menus.values().flatten()) {
            let MenuLinkTarget::Site(target) = &link.target else { continue };
            if !leads_nowhere(target, self.routes) || !said.insert(&link.place) {
                continue;
            }
            let url = &target.url;
            let problem = if let Some(hidden) = hidden(site, url) {
                leads_to_hidden(hidden, &link.name)
            } else {
                let message = format!(
                    "the menu entry `{}` leads to `{url}`, which does not exist",
                    link.name
                );
                let help = match self.near(url) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name a file instead: `page = \"@/about.md\"`".to_owned(),
                };
                let severity = site.config.broken_links;
                Diagnostic::new(severity, &codes::BROKEN_LINK, message).help(help)
            };
            out.push(problem.at(link.place.clone()));
        }
    }

    /// Whether to guess once more. Beyond the number of messages shown, guessing is wasted.
    fn may_guess(&mut self) -> bool {
        let (all, here) = &mut self.guesses;
        *here += 1;
        if *here > Diagnostics::SHOWN_OF_FILE || *all >= Diagnostics::SHOWN {
            return false;
        }
        *all += 1;
        true
    }

    /// The existing address that was probably meant by a missing one.
    fn near(&mut self, url: &UrlPath) -> Option<&str> {
        if !self.may_guess() {
            return None;
        }
        let addresses = || Names::new(self.routes.urls.iter().map(UrlPath::as_str));
        let names = self.addresses.get_or_init(addresses);
        names.moved(url.as_str()).or_else(|| names.closest(url.as_str()))
    }

    fn broken(&mut self, link: &Link, target: &LinkTarget) -> Diagnostic {
        let site = self.site;
        if let Some(hidden) = hidden(site, &target.url) {
            return hidden;
        }
        let what = match link.kind {
            LinkKind::Link => "page",
            LinkKind::Image => "picture",
            LinkKind::Media => "file",
        };
        let message = format!("there is no {what} at `{}`", target.url);
        let diagnostic = Diagnostic::new(site.config.broken_links, &codes::BROKEN_LINK, message);
        match self.near(&target.url) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if link.kind == LinkKind::Link => diagnostic
                .help("link the file, `[text](@/posts/x.md)`, so that a wrong name is an error"),
            None => diagnostic.help("put it beside the document, or into `static/`"),
        }
    }

    /// Checks the anchor of a link to another page. If the page was named by source path, the
    /// author means this site's page as it is now, so a missing anchor is an error.
    fn anchor(&mut self, target: &LinkTarget, doc: DocId) -> Option<Diagnostic> {
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

    /// Checks `#part` on the page itself.
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

/// Checks the logo of the site.
pub(super) fn logo(site: &Site, out: &mut Diagnostics) {
    let Some((path, place)) = &site.config.appearance.logo else { return };
    if let Some(hidden) = site.hidden_by_url.find(&UrlPath::new(path)) {
        out.push(hidden.diagnostic(Severity::Error).at(place.clone()));
    } else if !site.assets.iter().any(|asset| asset.url.as_str() == path) {
        let message = format!("there is no picture at `{path}`");
        let help = "put it into `static/`: `/logo.svg` is `static/logo.svg`";
        let diagnostic = Diagnostic::error(&codes::BROKEN_LINK, message);
        out.push(diagnostic.at(place.clone()).help(help));
    }
}

/// Checks the `image` of the front matter.
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

fn leads_nowhere(target: &LinkTarget, routes: &Routes) -> bool {
    target.asset.is_none() && !target.by_source && routes.urls.find(&target.url).is_none()
}

/// The diagnostic for a missing address that belongs to something withheld.
fn hidden(site: &Site, url: &UrlPath) -> Option<Diagnostic> {
    let hidden = site.hidden_by_url.find(url)?;
    Some(hidden.diagnostic(site.config.broken_links))
}

fn has_anchor(document: &Document, fragment: &str) -> bool {
    // HTML defines the empty fragment and `top` as the top of any page.
    fragment.is_empty()
        || fragment.eq_ignore_ascii_case("top")
        || document.doc.body.anchors.binary_search_by(|a| (**a).cmp(fragment)).is_ok()
}
