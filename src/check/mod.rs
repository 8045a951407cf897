//! Rules for the finished site: mistakes that need not stop any earlier stage.
//!
//! In: the [`Site`] and its [`Routes`]. Out: diagnostics. It changes nothing. `build` and `check`
//! apply the same rules, but for those that a build should not pay for.

mod links;
mod twins;

use crate::base::Diagnostics;
use crate::routes::Routes;
use crate::site::Site;

/// Applies every rule that `build` applies.
pub(crate) fn check(site: &Site, routes: &Routes, out: &mut Diagnostics) {
    let mut checker = links::Checker::new(site, routes);
    checker.links(out);
    checker.menus(out);
    links::logo(site, out);
}

/// Applies the rules that take time and never find a reason not to publish: only `check` does.
pub(crate) fn check_more(site: &Site, out: &mut Diagnostics) {
    twins::twins(site, out);
}
