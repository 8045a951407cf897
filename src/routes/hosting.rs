//! Files for hosts and crawlers: `_redirects`, `_headers`, `.nojekyll`, `robots.txt`.

use super::route::{Made, Nature, Owner, RouteKind};
use super::{KISAH, RouteList};
use crate::base::{Place, UrlPath};
use crate::site::AssetId;

/// The address of `_redirects`.
pub(super) const REDIRECTS: &str = "/_redirects";

/// Adds `_redirects`, which begins with the lines of the site's own, if there is one.
pub(super) fn add_redirects(own_lines: Option<AssetId>, list: &mut RouteList<'_>) {
    let owner = Owner::new(Nature::Made, Place::file(KISAH));
    list.add(UrlPath::new(REDIRECTS), RouteKind::Redirects(own_lines), owner);
}

/// Adds the files that every site has.
pub(super) fn add(list: &mut RouteList<'_>) {
    for (name, kind, what) in [
        ("robots.txt", RouteKind::Robots, "the rules for crawlers"),
        ("_headers", RouteKind::Headers, "the headers for hosts"),
        (".nojekyll", RouteKind::NoJekyll, "a marker for hosts"),
    ] {
        let made = Made {
            what: what.to_owned(),
            is_replaceable: true,
            instead: Some(format!("write `static/{name}` instead")),
            ..Made::default()
        };
        list.add(UrlPath::new(name), kind, Owner::made(KISAH, made));
    }
}
