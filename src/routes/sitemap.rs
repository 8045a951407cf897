//! Which addresses the sitemap lists, and how many files that takes.

use super::{Route, RouteKind};
use crate::base::UrlPath;
use crate::site::{Gathering, Site, Translation};

/// Bytes that a sitemap may have, by <https://www.sitemaps.org/protocol.html>.
const MAX_BYTES: usize = 50 * 1024 * 1024;

/// A page that is to be found.
#[derive(Debug)]
pub struct Listed {
    /// Its address.
    pub url: UrlPath,
    /// What it is.
    pub kind: RouteKind,
}

/// Every page that is to be found, by address.
pub(super) fn gather(site: &Site, routes: &[Route]) -> Vec<Listed> {
    let listed = routes.iter().filter(|route| is_listed(site, &route.kind));
    let mut listed: Vec<Listed> =
        listed.map(|r| Listed { url: r.url.clone(), kind: r.kind.clone() }).collect();
    listed.sort_by_cached_key(|l| l.url.encoded());
    listed
}

/// Whether it is a page that readers are to find.
fn is_listed(site: &Site, kind: &RouteKind) -> bool {
    let document = match kind {
        RouteKind::Document(id) => Some(*id),
        RouteKind::Section(id, _) => site.sections[id.0].doc,
        RouteKind::Taxonomy { taxonomy, language, .. } => {
            site.taxonomies[*taxonomy].docs[*language]
        }
        RouteKind::Term(id, _) => site.terms[id.0].doc,
        RouteKind::Archives(_) | RouteKind::Archive(..) => None,
        _ => return false,
    };
    site.stands_in(document, Gathering::Sitemap)
}

/// Where one file ends and the next begins: as few files as the limits allow.
pub(super) fn parts(site: &Site, listed: &[Listed]) -> Vec<(usize, usize)> {
    let sizes = listed.iter().map(|l| size(site, l));
    split(sizes, site.config.sitemap_limit, MAX_BYTES)
}

/// The bytes that an entry takes at most.
fn size(site: &Site, listed: &Listed) -> usize {
    const TAGS: usize = 120;
    let base = site.config.base_url.as_written().len();
    // Twice, because `&` and `'` are escaped. Nobody has more of them than letters.
    let own = TAGS + (base + listed.url.encoded().len()) * 2;
    let versions: &[Translation] = match &listed.kind {
        RouteKind::Document(id) => &site.document(*id).translations,
        RouteKind::Section(id, _) => &site.sections[id.0].translations,
        RouteKind::Term(id, _) => &site.terms[id.0].translations,
        // Theirs are alike in all languages.
        _ => return own * (site.config.languages.len() + 2),
    };
    let all = versions.iter().map(|v| TAGS + (base + v.url.encoded().len()) * 2);
    own * 2 + all.sum::<usize>()
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
