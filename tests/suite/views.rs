//! A view contains only what its template can name. That must not show: templates make the same
//! bytes from the whole view. (Each case also checks this.)

use std::path::Path;

use crate::support::{self, Tree, repository, rich};

fn agree(root: &Path) -> Tree {
    let mut request = support::request(root);
    request.overrides.drafts = true;
    request.overrides.future = true;
    let cut = support::render_all(&request, false).unwrap_or_else(|why| panic!("{why}"));
    let whole = support::render_all(&request, true).unwrap_or_else(|why| panic!("{why}"));
    let difference = support::difference(&cut, &whole);
    assert!(difference.is_empty(), "- cut, + whole\n{difference}");
    cut
}

#[test]
fn of_the_repositorys_own_site() {
    let files = agree(&repository());
    assert!(files.len() > 50, "{}", files.len());
}

#[test]
fn of_a_rich_site() {
    let folder = support::temp();
    support::write_tree(folder.path(), &rich::site(14, 1));
    let files = agree(folder.path());
    assert!(files.len() > 80, "{}", files.len());
}
