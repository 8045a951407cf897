//! Mistakes as the browser shows them.
//!
//! In: diagnostics. Out: JSON for the live-reload overlay, and a page for when there is nothing
//! else to show. The browser inserts all text as plain text, and the page escapes it: a mistake
//! shows lines of sources, which may contain anything.

use std::fmt::Write as _;

use serde::Serialize;

use crate::base::text::{escape, grouped};
use crate::base::{Diagnostic, Digest, Place, Severity};

/// A diagnostic, cut into the pieces that are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    severity: &'static str,
    code: &'static str,
    message: String,
    /// For example `content/posts/x.md:3:1`.
    at: Option<String>,
    line: Option<Excerpt>,
    also: Vec<Also>,
    notes: Vec<String>,
    help: Option<String>,
    /// How many others it stands for; 0 if it stands only for itself.
    more: usize,
}

/// A line of a file, split at the part that is marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Excerpt {
    number: u32,
    before: String,
    mark: String,
    after: String,
}

/// A second place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Also {
    at: String,
    label: String,
}

/// Nobody reads more than this many in a browser.
const SHOWN: usize = 50;

/// The errors of a list, ready to be shown: the first ones, and how many more there are.
pub(crate) fn problems<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<Problem> {
    let mut errors = diagnostics.into_iter().filter(|d| d.severity == Severity::Error);
    let mut shown: Vec<Problem> = errors.by_ref().take(SHOWN).map(problem).collect();
    if let Some(next) = errors.next() {
        let more = next.more.max(1) + errors.map(|d| d.more.max(1)).sum::<usize>();
        let message = format!("and {} more, which the terminal shows", grouped(more));
        shown.push(Problem { more, ..problem(&Diagnostic::error(next.code, message)) });
    }
    shown
}

fn problem(diagnostic: &Diagnostic) -> Problem {
    let also = diagnostic.also.iter();
    Problem {
        severity: diagnostic.severity.as_str(),
        code: diagnostic.code.name,
        message: diagnostic.message.clone(),
        at: diagnostic.place.as_ref().map(ToString::to_string),
        line: diagnostic.place.as_ref().and_then(excerpt),
        also: also.map(|(at, label)| Also { at: at.to_string(), label: label.clone() }).collect(),
        notes: diagnostic.notes.clone(),
        help: diagnostic.help.clone(),
        more: diagnostic.more,
    }
}

fn excerpt(place: &Place) -> Option<Excerpt> {
    let line = place.line.as_ref()?;
    let (from, to) = (line.mark.0 as usize, line.mark.1 as usize);
    let part = |range: std::ops::Range<usize>| line.text.get(range).unwrap_or_default().to_owned();
    Some(Excerpt {
        number: line.number,
        before: part(0..from),
        mark: part(from..to),
        after: part(to..line.text.len()),
    })
}

/// The form in which the overlay gets them.
pub(crate) fn json(problems: &[Problem]) -> String {
    // Strings and numbers can always be written.
    serde_json::to_string(problems).unwrap_or_default()
}

/// A digest that distinguishes lists of problems; 0 for an empty one.
pub(crate) fn digest(problems: &[Problem]) -> Digest {
    if problems.is_empty() { Digest(0) } else { Digest::of(json(problems).as_bytes()) }
}

/// A page that says what is wrong, for when there is no good one. Live reload is inserted into it
/// like into any other, and then shows the same mistakes more clearly.
pub(crate) fn page(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems {
        let _ = writeln!(text, "{}[{}]: {}", problem.severity, problem.code, problem.message);
        if let Some(at) = &problem.at {
            let _ = writeln!(text, "  {at}");
        }
        if let Some(line) = &problem.line {
            let Excerpt { number, before, mark, after } = line;
            let _ = writeln!(text, "  {number} | {before}{mark}{after}");
        }
        for note in &problem.notes {
            let _ = writeln!(text, "  note: {note}");
        }
        if let Some(help) = &problem.help {
            let _ = writeln!(text, "  help: {help}");
        }
        text.push('\n');
    }
    notice("The site has errors", &text)
}

/// A plain page: a title and a text that is shown as written.
pub(crate) fn notice(title: &str, text: &str) -> String {
    let (title, text) = (escape(title), escape(text));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<pre>{text}</pre>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes;

    #[test]
    fn nothing_in_a_problem_becomes_markup() {
        let line = "title = <script>alert(1)</script>";
        let place = Place::in_text("content/<b>.md", line, 8..16);
        let error = Diagnostic::error(&codes::SYNTAX, "no `<script>`").at(place).help("a & b");
        let warning = Diagnostic::warning(&codes::UNUSED, "not shown");
        let shown = problems([&error, &warning]);
        assert_eq!(shown.len(), 1);
        let html = page(&shown);
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(html.contains("content/&lt;b&gt;.md:1:9"), "{html}");
        assert!(html.contains("1 | title = &lt;script&gt;alert"), "{html}");
        assert!(json(&shown).contains(r#""mark":"<script>""#), "{}", json(&shown));
    }

    #[test]
    fn a_flood_is_cut() {
        let one = |n: usize| Diagnostic::error(&codes::SYNTAX, format!("mistake {n}"));
        let mut all: Vec<Diagnostic> = (0..1000).map(one).collect();
        all[999].more = 2000;
        let shown = problems(&all);
        assert_eq!(shown.len(), SHOWN + 1);
        assert_eq!(shown[SHOWN].message, "and 2,949 more, which the terminal shows");
        assert_eq!(shown.iter().map(|p| p.more.max(1)).sum::<usize>(), 2999);
        assert_eq!(problems(&all[..SHOWN]).len(), SHOWN);
    }
}
