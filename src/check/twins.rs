//! Stories whose texts are nearly the same.

use crate::base::{Diagnostic, Diagnostics, codes};
use crate::related::twins as found;
use crate::site::Site;

/// Reports each story whose text is nearly that of an earlier one.
pub(super) fn twins(site: &Site, out: &mut Diagnostics) {
    for twin in found(site) {
        let (post, of) = (site.document(twin.post), site.document(twin.of));
        let message = format!(
            "`{}` has nearly the same text as `{}`",
            post.doc.source.path, of.doc.source.path
        );
        let percent = twin.likeness / 10;
        out.push(
            Diagnostic::warning(&codes::NEAR_DUPLICATE, message)
                .at(post.file())
                .also(of.file(), "the other one")
                .note(format!("{percent} % of their words, and of pairs of them, are in both"))
                .help("remove one, or make one story of both; if both must stay, `related.block` in one of them says so"),
        );
    }
}
