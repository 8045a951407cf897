//! Two sources for one file: an override where the guide (`content.md`) allows it, otherwise an
//! error.

use std::sync::Arc;

use super::route::{Nature, Owner, Route, RoutePart};
use crate::base::{Diagnostic, Diagnostics, Map, Set, codes};

/// Sorts the routes by file, and keeps one for each.
pub(super) fn resolve(mut routes: Vec<Route>, out: &mut Diagnostics) -> Vec<Route> {
    routes.sort_by(|a, b| (&a.file, rank(a)).cmp(&(&b.file, rank(b))));
    let mut by_file: Map<String, Route> = Map::default();
    by_file.reserve(routes.len());
    // Two lists at one address collide on each of their pages, and in their feeds. That is one
    // mistake, and best reported for their first pages.
    let mut pairs: Map<[*const Owner; 2], (bool, Diagnostic)> = Map::default();
    for route in routes {
        let folded = route.file.folded();
        match by_file.get_mut(&folded) {
            None => {
                by_file.insert(folded, route);
            }
            Some(first) if replaces(&route, first) => *first = route,
            Some(first) if replaces(first, &route) || are_clashing_terms(first, &route) => {}
            Some(first) => {
                let is_feed = first.facts.part == RoutePart::Feed;
                let found = (is_feed, collision(first, &route));
                let pair = [first, &route].map(|route| Arc::as_ptr(&route.facts.owner));
                let known = pairs.entry(pair).or_insert_with(|| found.clone());
                if known.0 && !found.0 {
                    *known = found;
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

/// Whether two files belong to terms of one taxonomy that share an address, which `site` has
/// reported.
fn are_clashing_terms(first: &Route, second: &Route) -> bool {
    let (one, two) = (&first.facts, &second.facts);
    matches!(one.owner.nature, Nature::Term { .. })
        && one.owner.nature == two.owner.nature
        && one.part == two.part
        && first.url == second.url
}

/// What the author of a source could change. A feed counts as made by kisah, whatever its list is.
fn nature(route: &Route) -> Nature {
    if route.facts.part == RoutePart::Feed { Nature::Made } else { route.facts.owner.nature }
}

/// Ranks claims to a file, the more important first: documents before what is made from them.
fn rank(route: &Route) -> u8 {
    match nature(route) {
        Nature::Document => 0,
        Nature::Folder | Nature::Term { .. } => 1,
        Nature::File { .. } | Nature::Made => 2,
        Nature::Alias(_) => 3,
    }
}

/// Whether `over` may replace `under`: a static file of the site or the theme replaces those files
/// that kisah makes on every site.
fn replaces(over: &Route, under: &Route) -> bool {
    let made = under.facts.owner.made.as_deref();
    matches!(nature(over), Nature::File { is_static: true, .. })
        && made.is_some_and(|m| m.is_replaceable)
}

fn collision(first: &Route, second: &Route) -> Diagnostic {
    // What kisah makes has no file of the user's, so the message points at the other source, which
    // can be changed.
    for (made, other) in [(second, first), (first, second)] {
        if let Some((what, help)) = by_kisah(made, other) {
            let message = format!("`{}` is where kisah puts {what}", other.file);
            return Diagnostic::error(&codes::COLLISION, message)
                .at(other.origin().clone())
                .help(help);
        }
    }
    let message = if first.file == second.file {
        format!("`{}` would be written twice", second.file)
    } else {
        format!("`{}` and `{}` differ only in case or spelling", first.file, second.file)
    };
    let help = match (nature(first), nature(second)) {
        (_, Nature::Alias(_)) => "remove this alias: there is a page at that address",
        (Nature::File { .. }, Nature::File { .. }) => "rename one of the two",
        (_, Nature::File { .. }) => "rename the file, or give the page another address",
        (Nature::Folder, Nature::Folder) => "rename one of the folders",
        _ => "give one of them another `slug` or `path`, or rename its file",
    };
    // The user cannot rename a file of ours.
    let is_ours = second.origin().path.starts_with("kisah/");
    let (first, second) = if is_ours { (second, first) } else { (first, second) };
    Diagnostic::error(&codes::COLLISION, message)
        .at(second.origin().clone())
        .also(first.origin().clone(), "the other source")
        .help(help)
}

/// What kisah makes by itself, and what to do about another source for that file.
fn by_kisah(made: &Route, other: &Route) -> Option<(String, String)> {
    let by_itself = match nature(other) {
        Nature::File { .. } => "remove or rename the file",
        Nature::Alias(_) => "remove this alias",
        _ => "give it another `slug` or `path`, or rename its file",
    };
    if let Some(number) = later_page(made).filter(|_| later_page(other).is_none()) {
        let list = made.url.as_str().trim_end_matches(&format!("page/{number}/"));
        return Some((format!("page {number} of the list at `{list}`"), by_itself.to_owned()));
    }
    if made.facts.part == RoutePart::Feed {
        return Some(("a feed".to_owned(), by_itself.to_owned()));
    }
    let owner = &made.facts.owner;
    let said = owner.made.as_deref()?;
    let page = said.page.as_ref().filter(|_| nature(other) == Nature::Document);
    let help = if let Some(instead) = &said.instead {
        instead.clone()
    } else if let Some(reason) = said.reason {
        format!("{by_itself}: {reason}")
    } else if page.and_then(|p| p.mistaken.as_deref()) == Some(&*other.origin().path) {
        "rename it to `_index.md` to make it the page of the section".to_owned()
    } else if let Some(help) = page.and_then(|p| p.help.as_ref()) {
        help.clone()
    } else if let Some(folder) = said.folder.filter(|_| nature(other) == Nature::Folder) {
        folder.to_owned()
    } else if owner.nature == Nature::Folder && nature(other) == Nature::Folder {
        return None;
    } else {
        by_itself.to_owned()
    };
    Some((said.what.clone(), help))
}

/// The number of a later page of a list; `None` for the first page.
fn later_page(route: &Route) -> Option<u32> {
    match route.facts.part {
        RoutePart::Page(number) if number > 1 => Some(number),
        _ => None,
    }
}

/// `a` and `a/index.html` cannot both be files. Reported once for each such file, however much is
/// in the folder.
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
                        .at(file.origin().clone())
                        .also(route.origin().clone(), format!("makes `{}`", route.file))
                        .help("give one of them another address"),
                );
                break;
            }
        }
    }
}
