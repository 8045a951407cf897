//! What a strict content security policy forbids in raw HTML: styles and scripts in the page.
//!
//! In: the tags of a body. Out: one warning for styles and one for scripts, each at the first that
//! was found. Nothing is rewritten: what the author wrote is passed on, but has no effect.

use super::html::{Attribute, Tag};
use crate::base::policy::{Policy, is_keyword};
use crate::base::{Diagnostic, Diagnostics, SourceText, Span, codes};

/// What was found so far: how many, and where the first one is.
#[derive(Default)]
pub(super) struct Forbidden {
    styles: Option<(Span, usize)>,
    scripts: Option<(Span, usize)>,
}

impl Forbidden {
    /// Looks at one tag.
    pub(super) fn look(&mut self, html: &str, tag: &Tag, span: Span) {
        if tag.closing {
            return;
        }
        let name = &html[tag.name.clone()];
        let attributes = || tag.attributes.iter().map(|a| Named::new(html, a));
        let has = |wanted: &str| attributes().any(|a| a.is(wanted));
        if name.eq_ignore_ascii_case("style") || has("style") {
            count(&mut self.styles, span);
        }
        let is_data = || attributes().any(|a| a.is("type") && !is_script(a.value));
        let inline = name.eq_ignore_ascii_case("script") && !has("src") && !is_data();
        if inline || attributes().any(|a| a.is_script()) {
            count(&mut self.scripts, span);
        }
    }

    /// Reports what was found, if the policy of the pages forbids it.
    pub(super) fn report(&self, policy: &str, source: &SourceText, out: &mut Diagnostics) {
        let policy = Policy::new(policy);
        let styles = "use a class, and put its rules into a style sheet below `static/`";
        let scripts = "put the script into a file below `static/`, and load it: `<script src=\"/x.js\"></script>`";
        for (found, what, help) in
            [(self.styles, "style", styles), (self.scripts, "script", scripts)]
        {
            let Some((span, count)) = found.filter(|_| forbids(&policy, what)) else { continue };
            let these = if count == 1 {
                format!("this {what} has")
            } else {
                format!("{count} {what}s have")
            };
            let message = format!("{these} no effect: the policy of the pages allows only files");
            let diagnostic = Diagnostic::warning(&codes::BLOCKED_BY_POLICY, message);
            out.push(diagnostic.at(source.place(span)).help(help));
        }
    }
}

/// Whether a content security policy forbids styles or scripts in the page.
fn forbids(policy: &Policy<'_>, what: &str) -> bool {
    let sources = policy.sources(&format!("{what}-src"));
    sources.is_some_and(|all| !all.iter().any(|source| is_keyword(source, "'unsafe-inline'")))
}

fn count(found: &mut Option<(Span, usize)>, span: Span) {
    let (_, count) = found.get_or_insert((span, 0));
    *count += 1;
}

/// The name and value of an attribute.
struct Named<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> Named<'a> {
    fn new(html: &'a str, attribute: &Attribute) -> Self {
        Named { name: &html[attribute.name.clone()], value: &html[attribute.value.clone()] }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// An event handler such as `onclick=…`, or an address that is a script.
    fn is_script(&self) -> bool {
        let begins = |text: &str, with: &str| {
            text.get(..with.len()).is_some_and(|t| t.eq_ignore_ascii_case(with))
        };
        let is_handler = begins(self.name, "on")
            && self.name.len() > 4
            && self.name.bytes().all(|b| b.is_ascii_alphabetic());
        is_handler || (self.is("href") && begins(self.value.trim_start(), "javascript:"))
    }
}

/// Whether a `type` means code; other types, such as JSON-LD, mean data.
fn is_script(kind: &str) -> bool {
    let kind = kind.trim().to_ascii_lowercase();
    kind.is_empty() || kind == "module" || kind.ends_with("javascript")
}
