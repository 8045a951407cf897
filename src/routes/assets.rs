//! Files that are copied.

use super::RouteList;
use super::hosting::REDIRECTS;
use super::route::{Nature, Owner, RouteKind};
use crate::base::Place;
use crate::site::{AssetId, Site};

/// Adds all assets. But if kisah has lines to add to the site's own `_redirects`, that file is not
/// added but returned.
pub(super) fn add(site: &Site, has_redirects: bool, list: &mut RouteList<'_>) -> Option<AssetId> {
    let mut own_lines = None;
    for (id, asset) in site.assets.iter().enumerate() {
        let (id, is_static) = (AssetId(id), asset.is_static);
        if has_redirects && is_static && asset.url.as_str() == REDIRECTS {
            own_lines = Some(id);
            continue;
        }
        let fingerprinted = Some(&asset.linked).filter(|linked| **linked != asset.url);
        for url in [&asset.url].into_iter().chain(fingerprinted) {
            let origin = Place::file(asset.asset.path.as_str());
            let owner = Owner::new(Nature::File { id, is_static }, origin);
            list.add(url.clone(), RouteKind::Asset(id), owner);
        }
    }
    own_lines
}
