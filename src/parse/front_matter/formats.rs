//! Stories in formats that kisah does not read, which must not be copied as they are.
//!
//! In: a path, and the beginning of the file. Out: a mistake, if it begins with front matter.

use super::unseen::{self, Unseen, is_known};
use crate::base::{Diagnostic, SourcePath, SourceText, Span, codes};

/// How many bytes of a file are looked at.
pub(crate) const MOST_HEAD: u64 = 8 * 1024;

/// How many lines are looked at where front matter has no fences.
const MOST_LINES: usize = 60;

/// How a format writes keys, apart from front matter between fences.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Fences,
    /// `#+title: x`
    Org,
    /// `:title: x`, `.. title: x`
    Fields,
}

const MARKDOWN: &str = "rename it to end in `.md`";
const COPY: &str = "delete it, or rename it to end in `.md`";
const RICH: &str = "rewrite it in Markdown, as a file that ends in `.md`";
const TEXT: &str =
    "rename it to end in `.md` if it is a story; if not, put a line of text above the front matter";
const HTML: &str = "put its text into a file that ends in `.md`, with the front matter above it";

/// Extensions of files that other programs may read as stories.
const FORMATS: [(&str, Style, &str); 36] = [
    ("adoc", Style::Fields, RICH),
    ("asc", Style::Fields, RICH),
    ("asciidoc", Style::Fields, RICH),
    ("ejs", Style::Fences, HTML),
    ("erb", Style::Fences, HTML),
    ("haml", Style::Fences, HTML),
    ("hbs", Style::Fences, HTML),
    ("htm", Style::Fences, HTML),
    ("html", Style::Fences, HTML),
    ("liquid", Style::Fences, HTML),
    ("livemd", Style::Fences, MARKDOWN),
    ("mdoc", Style::Fences, RICH),
    ("mdown", Style::Fences, MARKDOWN),
    ("mdtext", Style::Fences, MARKDOWN),
    ("mdtxt", Style::Fences, MARKDOWN),
    ("mdwn", Style::Fences, MARKDOWN),
    ("mdx", Style::Fences, RICH),
    ("mediawiki", Style::Fences, RICH),
    ("mkd", Style::Fences, MARKDOWN),
    ("mkdn", Style::Fences, MARKDOWN),
    ("mkdown", Style::Fences, MARKDOWN),
    ("njk", Style::Fences, HTML),
    ("org", Style::Org, RICH),
    ("pandoc", Style::Fences, MARKDOWN),
    ("pug", Style::Fences, HTML),
    ("qmd", Style::Fences, RICH),
    ("rest", Style::Fields, RICH),
    ("rmd", Style::Fences, RICH),
    ("rst", Style::Fields, RICH),
    ("slim", Style::Fences, HTML),
    ("svx", Style::Fences, RICH),
    ("text", Style::Fences, TEXT),
    ("textile", Style::Fences, RICH),
    ("txt", Style::Fences, TEXT),
    ("wiki", Style::Fences, RICH),
    ("xhtml", Style::Fences, HTML),
];

/// The format of a file, by its name. A copy of a document, such as `x.md.old`, counts as a format
/// as well.
fn format(path: &SourcePath) -> Option<(Style, &'static str)> {
    let ending = path.extension();
    let known = FORMATS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(ending));
    let inner = path.stem().rsplit_once('.').map(|(_, inner)| inner);
    let is_copy =
        || inner.is_some_and(|e| ["md", "markdown"].iter().any(|m| e.eq_ignore_ascii_case(m)));
    match known {
        Some((_, style, help)) => Some((*style, *help)),
        None if is_copy() => Some((Style::Fences, COPY)),
        None => None,
    }
}

/// Whether a file that is not a document may be a story to another program, so that its beginning
/// must be looked at.
pub(crate) fn may_be_story(path: &SourcePath) -> bool {
    format(path).is_some()
}

/// Whether a file is a page of HTML, by its name.
pub(crate) fn is_html(path: &SourcePath) -> bool {
    ["htm", "html", "xhtml"].iter().any(|html| html.eq_ignore_ascii_case(path.extension()))
}

/// The mistake, if a file that is not a document begins with front matter.
pub(crate) fn unread(path: &SourcePath, head: &[u8]) -> Option<Diagnostic> {
    let (style, help) = format(path)?;
    let text = decode(head);
    let found =
        unseen::first(&text, true).filter(|found| style != Style::Fences || !found.is_loose);
    let at = match found {
        Some(Unseen { at, .. }) => at,
        None => keys(&text, style)?,
    };
    let source = SourceText::new(path.clone(), text);
    let message = "the file has front matter, but only `.md` and `.markdown` are documents";
    Some(
        Diagnostic::error(&codes::UNREAD_FRONT_MATTER, message)
            .at(source.place(Span::new(at)))
            .help(help),
    )
}

/// The first key in a format that writes keys in its own way.
fn keys(text: &str, style: Style) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        let bare = match style {
            Style::Fences => return None,
            Style::Org => line.strip_prefix("#+"),
            Style::Fields => line.strip_prefix(".. ").or_else(|| line.strip_prefix(':')),
        };
        if let Some((name, _)) = bare.and_then(unseen::key)
            && is_known(&name)
        {
            return Some(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    None
}

/// The beginning of a file as text; it may have been cut off in the middle of a character.
fn decode(head: &[u8]) -> String {
    let units = |of: fn([u8; 2]) -> u16| -> Vec<u16> {
        head[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect()
    };
    match head {
        [0xFF, 0xFE, ..] => String::from_utf16_lossy(&units(u16::from_le_bytes)),
        [0xFE, 0xFF, ..] => String::from_utf16_lossy(&units(u16::from_be_bytes)),
        _ => String::from_utf8_lossy(head).into_owned(),
    }
}
