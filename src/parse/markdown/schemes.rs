//! Addresses that do something instead of leading somewhere.
//!
//! With `markdown.html = false`, texts are not trusted to run code, and a link must not be a way
//! around that.

use super::writer::Writer;
use crate::base::{Diagnostic, Span, codes};

/// Types of pictures that cannot contain code (SVG can).
const PICTURES: [&str; 6] = ["png", "jpeg", "gif", "webp", "avif", "bmp"];

impl Writer<'_> {
    /// Whether the address of the last link was left out. The link must not be written with an empty
    /// one, which would lead to the page itself.
    pub(super) fn was_refused(&self, dest: &str) -> bool {
        !dest.is_empty() && self.body.links.last().is_some_and(|link| link.dest.is_empty())
    }

    /// Whether an address may be linked; reports it if not.
    pub(super) fn may_link(&mut self, dest: &str, span: Span) -> bool {
        if self.config.markdown.html {
            return true;
        }
        let Some(scheme) = unsafe_scheme(dest) else { return true };
        let message = format!("a link with `{scheme}:` is left out");
        self.out.push(
            Diagnostic::warning(&codes::UNSAFE_LINK, message)
                .at(self.place.source.place(span))
                .note("`markdown.html = false` keeps code out of texts, and this address may contain some")
                .help("link a page or a file, or remove the link"),
        );
        false
    }
}

/// The scheme of an address that may contain code or open the reader's own files.
fn unsafe_scheme(dest: &str) -> Option<&'static str> {
    // Browsers ignore blanks and control characters before and inside a scheme.
    let bare = |c: &char| *c > ' ' && !c.is_control();
    let dest: String = dest.chars().filter(bare).take(64).collect::<String>().to_ascii_lowercase();
    let scheme = ["javascript", "vbscript", "data", "file"]
        .into_iter()
        .find(|scheme| dest.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(':')))?;
    let is_picture = || {
        let kind = dest.strip_prefix("data:image/");
        let kind = kind.and_then(|rest| rest.split([';', ',']).next());
        kind.is_some_and(|kind| PICTURES.contains(&kind))
    };
    (scheme != "data" || !is_picture()).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::unsafe_scheme;

    #[test]
    fn schemes_are_seen_through_blanks_and_case() {
        for (dest, scheme) in [
            ("javascript:alert(1)", Some("javascript")),
            (" JaVa\tScript\n:x", Some("javascript")),
            ("\u{1}vbscript:x", Some("vbscript")),
            ("data:text/html,x", Some("data")),
            ("data:image/svg+xml;base64,x", Some("data")),
            ("data:image/png;base64,x", None),
            ("file:///etc/passwd", Some("file")),
            ("javascript", None),
            ("/javascript:x", None),
            ("https://example.org/data:x", None),
            ("mailto:a@example.org", None),
        ] {
            assert_eq!(unsafe_scheme(dest), scheme, "{dest:?}");
        }
    }
}
