//! Two sources for one file: an override where the guide allows one (`content.md`), else an error.

use super::{Feed, Route, RouteKind};
use crate::base::{Diagnostic, Diagnostics, Map, Set, codes};
use crate::site::{DocId, Section, SectionId, Site, TermId};

/// Sorts the routes by file, and leaves one for each.
pub(super) fn resolve(mut routes: Vec<Route>, site: &Site, out: &mut Diagnostics) -> Vec<Route> {
    routes.sort_by(|a, b| (&a.file, rank(a)).cmp(&(&b.file, rank(b))));
    let mut by_file: Map<String, Route> = Map::default();
    by_file.reserve(routes.len());
    // Two lists at one address collide on each of their pages, and in their feeds: that is one
    // mistake, seen best on their first pages.
    let mut pairs: Map<(Owner, Owner), (bool, Diagnostic)> = Map::default();
    for route in routes {
        let folded = route.file.folded();
        match by_file.get_mut(&folded) {
            None => {
                by_file.insert(folded, route);
            }
            Some(first) if replaces(&route, first, site) => *first = route,
            Some(first)
                if replaces(first, &route, site) || are_clashing_terms(first, &route, site) => {}
            Some(first) => {
                let found =
                    (matches!(route.kind, RouteKind::Feed(..)), collision(first, &route, site));
                match (owner(first), owner(&route)) {
                    (Some(one), Some(two)) => {
                        let known = pairs.entry((one, two)).or_insert_with(|| found.clone());
                        if known.0 && !found.0 {
                            *known = found;
                        }
                    }
                    _ => out.push(found.1),
                }
            }
        }
    }
    out.extend(pairs.into_values().map(|(_, diagnostic)| diagnostic));
    report_files_as_folders(&by_file, out);
    let mut list: Vec<Route> = by_file.into_values().collect();
    list.sort_by(|a, b| a.file.cmp(&b.file));
    list
}

/// What several files belong to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    Document(DocId),
    Section(SectionId),
    Term(TermId),
    Taxonomy(usize, usize),
    Archives(usize),
    Archive(usize),
}

fn owner(route: &Route) -> Option<Owner> {
    Some(match route.kind {
        RouteKind::Document(id) => Owner::Document(id),
        RouteKind::Section(id, _) | RouteKind::Feed(Feed::Section(id), _) => Owner::Section(id),
        RouteKind::Term(id, _) | RouteKind::Feed(Feed::Term(id), _) => Owner::Term(id),
        RouteKind::Taxonomy { taxonomy, language, .. } => Owner::Taxonomy(taxonomy, language),
        RouteKind::Archives(language) => Owner::Archives(language),
        RouteKind::Archive(index, _) => Owner::Archive(index),
        _ => return None,
    })
}

/// Whether two files belong to terms of one taxonomy that share their address: `site` has said so.
fn are_clashing_terms(first: &Route, second: &Route, site: &Site) -> bool {
    let (Some(Owner::Term(one)), Some(Owner::Term(two))) = (owner(first), owner(second)) else {
        return false;
    };
    let (one, two) = (&site.terms[one.0], &site.terms[two.0]);
    (one.taxonomy, one.language, &one.url) == (two.taxonomy, two.language, &two.url)
}

/// The more important of two claims is named first: documents before what is made from them.
fn rank(route: &Route) -> u8 {
    match route.kind {
        RouteKind::Document(_) => 0,
        RouteKind::Section(..) | RouteKind::Term(..) => 1,
        RouteKind::Redirect { .. } => 3,
        _ => 2,
    }
}

/// Whether `over` may stand in the place of `under`: a static file of the site or the theme
/// replaces what kisah makes whatever the content.
fn replaces(over: &Route, under: &Route, site: &Site) -> bool {
    let RouteKind::Asset(id) = over.kind else { return false };
    let generated = matches!(
        under.kind,
        RouteKind::NotFound(_) | RouteKind::Robots | RouteKind::Headers | RouteKind::NoJekyll
    );
    generated && site.assets[id.0].is_static
}

fn collision(first: &Route, second: &Route, site: &Site) -> Diagnostic {
    // What stands in no file of the user comes last by its rank; the file is what can be mended.
    for (made, other) in [(second, first), (first, second)] {
        if let Some((what, help)) = by_kisah(made, other, site) {
            let message = format!("`{}` is where kisah puts {what}", other.file);
            return Diagnostic::error(&codes::COLLISION, message)
                .at(other.origin.clone())
                .help(help);
        }
    }
    let message = if first.file == second.file {
        format!("`{}` would be written twice", second.file)
    } else {
        format!("`{}` and `{}` differ only in case or spelling", first.file, second.file)
    };
    let help = match (&first.kind, &second.kind) {
        (_, RouteKind::Redirect { .. }) => "remove this alias: a page stands at that address",
        (RouteKind::Asset(_), RouteKind::Asset(_)) => "rename one of the two",
        (_, RouteKind::Asset(_)) => "rename the file, or give the page another address",
        (RouteKind::Section(..), RouteKind::Section(..)) => "rename one of the folders",
        _ => "give one of them another `slug` or `path`, or rename its file",
    };
    // A file of ours cannot be renamed.
    let is_ours = second.origin.path.starts_with("kisah/");
    let (first, second) = if is_ours { (second, first) } else { (first, second) };
    Diagnostic::error(&codes::COLLISION, message)
        .at(second.origin.clone())
        .also(first.origin.clone(), "the other source")
        .help(help)
}

/// What kisah makes of itself, and what to do about another source of that file.
fn by_kisah(made: &Route, other: &Route, site: &Site) -> Option<(String, String)> {
    let by_itself = match other.kind {
        RouteKind::Asset(_) => "remove or rename the file",
        RouteKind::Redirect { .. } => "remove this alias",
        _ => "give it another `slug` or `path`, or rename its file",
    };
    if let Some(number) = later_page(made).filter(|_| later_page(other).is_none()) {
        let list = made.url.as_str().trim_end_matches(&format!("page/{number}/"));
        return Some((format!("page {number} of the list at `{list}`"), by_itself.to_owned()));
    }
    let (what, help) = match made.kind {
        RouteKind::Sitemap(..) => {
            ("the sitemap", format!("{by_itself}: kisah makes a sitemap of all pages itself"))
        }
        RouteKind::NotFound(_) => (
            "the page for addresses that are not there",
            format!("write `static/{0}` or `templates/404.html` instead", made.file),
        ),
        RouteKind::Robots => {
            ("the rules for crawlers", "write `static/robots.txt` instead".to_owned())
        }
        RouteKind::Headers => {
            ("the headers for hosts", "write `static/_headers` instead".to_owned())
        }
        RouteKind::NoJekyll => ("a mark for hosts", "write `static/.nojekyll` instead".to_owned()),
        // The origin of a list that no document is the page of is its name.
        RouteKind::Taxonomy { .. } | RouteKind::Archives(_) | RouteKind::Archive(..)
            if !made.origin.path.starts_with("content/") =>
        {
            let help = match (&made.kind, &other.kind) {
                (RouteKind::Taxonomy { .. }, RouteKind::Document(_)) => format!(
                    "write it as `content/{}_index.md`, or give it another `slug` or `path`",
                    made.url.as_str().trim_start_matches('/')
                ),
                _ => by_itself.to_owned(),
            };
            (&*made.origin.path, help)
        }
        RouteKind::Section(id, _) if site.sections[id.0].doc.is_none() => {
            return by_section(&site.sections[id.0], other, by_itself, site);
        }
        RouteKind::Feed(..) => ("a feed", by_itself.to_owned()),
        _ => return None,
    };
    Some((what.to_owned(), help))
}

/// The number of a page of a list, from the second on.
fn later_page(route: &Route) -> Option<usize> {
    let (RouteKind::Section(_, pager)
    | RouteKind::Term(_, pager)
    | RouteKind::Archive(_, pager)
    | RouteKind::Taxonomy { pager, .. }) = &route.kind
    else {
        return None;
    };
    Some(pager.number).filter(|number| *number > 1)
}

/// As [`by_kisah`], of a section without a document of its own.
fn by_section(
    section: &Section,
    other: &Route,
    by_itself: &str,
    site: &Site,
) -> Option<(String, String)> {
    let is_home = section.folder.is_empty();
    let path = if is_home { "content".to_owned() } else { format!("content/{}", section.folder) };
    let help = match other.kind {
        // Two folders with one slug are equals; but that of a language is no folder.
        RouteKind::Section(..) if is_home => "rename the folder".to_owned(),
        RouteKind::Section(..) => return None,
        // A bundle that was meant to be the section's page.
        RouteKind::Document(_) if *other.origin.path == *format!("{path}/index.md") => {
            "rename it to `_index.md`: then it is the page of the section".to_owned()
        }
        RouteKind::Document(_) if section.language == 0 => {
            format!("write it as `{path}/_index.md`, or give it another address")
        }
        _ => by_itself.to_owned(),
    };
    let what = match (is_home, section.language) {
        (false, _) => format!("the list of `{path}`"),
        (true, 0) => "the home page".to_owned(),
        (true, language) => format!("the home page of `{}`", site.language(language).code),
    };
    Some((what, help))
}

/// `a` and `a/index.html` cannot both be files. Said once of each such file, however much would
/// be in the folder.
fn report_files_as_folders(by_file: &Map<String, Route>, out: &mut Diagnostics) {
    let mut said: Set<&str> = Set::default();
    for (folded, route) in by_file {
        let mut end = folded.len();
        while let Some(slash) = folded[..end].rfind('/') {
            end = slash;
            if let Some(file) = by_file.get(&folded[..end]) {
                if !said.insert(&folded[..end]) {
                    break;
                }
                let message = format!("`{}` would be both a file and a folder", file.file);
                out.push(
                    Diagnostic::error(&codes::COLLISION, message)
                        .at(file.origin.clone())
                        .also(route.origin.clone(), format!("makes `{}`", route.file))
                        .help("give one of them another address"),
                );
                break;
            }
        }
    }
}
