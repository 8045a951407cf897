//! Rules for the finished site: mistakes that need not stop any earlier stage.
//!
//! In: the [`Site`] and its [`Routes`]. Out: diagnostics. It changes nothing; `build` and `check`
//! apply the same rules.

mod links;

use crate::base::Diagnostics;
use crate::routes::Routes;
use crate::site::Site;

/// Applies every rule.
pub(crate) fn check(site: &Site, routes: &Routes, out: &mut Diagnostics) {
    let mut checker = links::Checker::new(site, routes);
    checker.links(out);
    checker.menus(out);
    links::logo(site, out);
}
