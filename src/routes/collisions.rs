//! Two sources for one file: an override where CONTRACT allows one, else an error.

use super::{Route, RouteKind};
use crate::base::{Diagnostic, Diagnostics, Map, codes};
use crate::site::Site;

/// Sorts the routes by file, and leaves one for each.
pub(super) fn resolve(mut routes: Vec<Route>, site: &Site, out: &mut Diagnostics) -> Vec<Route> {
    routes.sort_by(|a, b| (&a.file, rank(a)).cmp(&(&b.file, rank(b))));
    let mut by_file: Map<String, Route> = Map::default();
    by_file.reserve(routes.len());
    for route in routes {
        let folded = route.file.folded();
        match by_file.get_mut(&folded) {
            None => {
                by_file.insert(folded, route);
            }
            Some(first) if replaces(&route, first, site) => *first = route,
            Some(first) if replaces(first, &route, site) => {}
            Some(first) => out.push(collision(first, &route)),
        }
    }
    report_files_as_folders(&by_file, out);
    let mut list: Vec<Route> = by_file.into_values().collect();
    list.sort_by(|a, b| a.file.cmp(&b.file));
    list
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
        RouteKind::NotFound | RouteKind::Robots | RouteKind::Headers | RouteKind::NoJekyll
    );
    generated && site.assets[id.0].is_static
}

fn collision(first: &Route, second: &Route) -> Diagnostic {
    let message = if first.file == second.file {
        format!("`{}` would be written twice", second.file)
    } else {
        format!("`{}` and `{}` differ only in case or spelling", first.file, second.file)
    };
    let help = match (&first.kind, &second.kind) {
        (_, RouteKind::Redirect { .. }) => "remove this alias: a page stands at that address",
        (_, RouteKind::Asset(_)) => "rename the file, or give the page another address",
        _ => "give one of them another `slug` or `path`, or rename its file",
    };
    Diagnostic::error(&codes::COLLISION, message)
        .at(second.origin.clone())
        .also(first.origin.clone(), "the other source")
        .help(help)
}

/// `a` and `a/index.html` cannot both be files.
fn report_files_as_folders(by_file: &Map<String, Route>, out: &mut Diagnostics) {
    for (folded, route) in by_file {
        let mut end = folded.len();
        while let Some(slash) = folded[..end].rfind('/') {
            end = slash;
            if let Some(file) = by_file.get(&folded[..end]) {
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
