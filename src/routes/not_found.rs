//! What hosts show for an address that does not exist.

use super::RouteList;
use super::route::{Made, Owner, RouteKind};
use crate::site::Site;

pub(super) fn add(site: &Site, list: &mut RouteList<'_>) {
    // Hosts that support it look in the nearest folder first, so each language has its own.
    for language in site.config.languages.ids() {
        let url = site.language_root(language).join("404.html");
        let made = Made {
            what: "the page for addresses that do not exist".to_owned(),
            is_replaceable: true,
            instead: Some(format!("write `static/{}` or `templates/404.html` instead", url.file())),
            ..Made::default()
        };
        list.add(url, RouteKind::NotFound(language), Owner::made(super::KISAH, made));
    }
}
