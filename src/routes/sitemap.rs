//! Which addresses the sitemap lists, and how many files that takes.

use std::sync::Arc;

use super::route::{Facts, Made, Owner, Route, RouteKind, RoutePart};
use super::{KISAH, RouteList};
use crate::base::UrlPath;
use crate::site::{Site, Translation};

/// The most bytes that a sitemap may have, by <https://www.sitemaps.org/protocol.html>.
const MAX_BYTES: usize = 50 * 1024 * 1024;

/// A page that readers are meant to find.
#[derive(Debug)]
pub(crate) struct ListedPage {
    /// Its address.
    pub(crate) url: UrlPath,
    /// The facts of its route.
    pub(crate) facts: Facts,
}

/// Every page that readers are meant to find, by address.
pub(super) fn gather(routes: &[Route]) -> Vec<ListedPage> {
    let listed = routes.iter().filter(|route| route.facts.is_listed());
    let mut listed: Vec<ListedPage> =
        listed.map(|r| ListedPage { url: r.url.clone(), facts: r.facts.clone() }).collect();
    listed.sort_by_cached_key(|l| l.url.encoded());
    listed
}

/// Adds the sitemap, or several and the list of them, all with one owner.
pub(super) fn add(site: &Site, listed: &[ListedPage], list: &mut RouteList<'_>) {
    let made = Made {
        what: "the sitemap".to_owned(),
        reason: Some("kisah makes a sitemap of all pages itself"),
        ..Made::default()
    };
    let owner = Arc::new(Owner::made(KISAH, made));
    let mut push = |url, kind| {
        list.push(url, kind, Facts { part: RoutePart::Page(1), owner: Arc::clone(&owner) });
    };
    let parts = parts(site, listed);
    if let [(from, to)] = parts[..] {
        push(UrlPath::new("/sitemap.xml"), RouteKind::Sitemap(from, to));
        return;
    }
    push(UrlPath::new("/sitemap.xml"), RouteKind::SitemapIndex(parts.len()));
    for (number, (from, to)) in parts.into_iter().enumerate() {
        push(sitemap_part(number), RouteKind::Sitemap(from, to));
    }
}

/// The address of one of several sitemaps.
pub(crate) fn sitemap_part(number: usize) -> UrlPath {
    UrlPath::new(&format!("/sitemap-{}.xml", number + 1))
}

/// Splits the addresses into as few files as the limits allow.
fn parts(site: &Site, listed: &[ListedPage]) -> Vec<(usize, usize)> {
    let base = site.config.base_url.as_written().len();
    let sizes = listed.iter().map(|l| size(base, l));
    split(sizes, site.config.sitemap_limit, MAX_BYTES)
}

/// The most bytes that an entry can take.
fn size(base: usize, listed: &ListedPage) -> usize {
    const TAGS: usize = 120;
    // Twice the length, because `&` and `'` are escaped; no address consists mostly of them.
    let of = |url: &UrlPath| TAGS + (base + url.encoded().len()) * 2;
    let versions = listed.facts.owner.versions.iter().map(|v: &Translation| of(&v.url));
    of(&listed.url) * 2 + versions.sum::<usize>()
}

fn split(
    sizes: impl Iterator<Item = usize>,
    max_entries: usize,
    max_bytes: usize,
) -> Vec<(usize, usize)> {
    let (mut from, mut to, mut bytes) = (0, 0, 0);
    let mut parts = Vec::new();
    for size in sizes {
        if to > from && (to - from >= max_entries || bytes + size > max_bytes) {
            parts.push((from, to));
            (from, bytes) = (to, 0);
        }
        to += 1;
        bytes += size;
    }
    parts.push((from, to));
    parts
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn parts_keep_both_limits() {
        for (sizes, entries, bytes, expected) in [
            (&[][..], 2, 10, &[(0, 0)][..]),
            (&[1, 1], 2, 10, &[(0, 2)]),
            (&[1, 1, 1], 2, 10, &[(0, 2), (2, 3)]),
            (&[6, 4, 1, 9, 1], 9, 10, &[(0, 2), (2, 4), (4, 5)]),
            (&[99, 1], 9, 10, &[(0, 1), (1, 2)]),
        ] {
            assert_eq!(split(sizes.iter().copied(), entries, bytes), expected, "{sizes:?}");
        }
    }
}
