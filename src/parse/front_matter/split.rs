//! Where the front matter of a file begins and ends.

use super::unseen::{self, Unseen};
use crate::base::{Diagnostic, Diagnostics, SourceText, Span, codes};

/// Where the front matter and the body of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) struct Split {
    /// First byte of the front matter, without its fences, and the byte after its last.
    pub(crate) front: (usize, usize),
    /// Whether it is YAML.
    pub(crate) yaml: bool,
    /// First byte of the body.
    pub(crate) body_start: usize,
}

/// Finds the front matter. A file without any is all body; `None` if it is never closed.
pub(in crate::parse) fn split(source: &SourceText, out: &mut Diagnostics) -> Option<Split> {
    let text = &*source.text;
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // Blank lines above are passed over, as Hugo and Zola do.
    let blank = text[start..].len() - text[start..].trim_ascii_start().len();
    let fence_start =
        text[start..start + blank].rfind(['\n', '\r']).map_or(start, |i| start + i + 1);
    let (first, front_start) = line(text, fence_start);
    let (fence, yaml) = match first.trim_end() {
        "+++" => ("+++", false),
        "---" => ("---", true),
        _ => return Some(all_body(source, start, out)),
    };
    let mut at = front_start;
    while at < text.len() {
        let (content, next) = line(text, at);
        if content.trim_end() == fence {
            report(unseen::second(text, next), source, out);
            return Some(Split { front: (front_start, at), yaml, body_start: next });
        }
        at = next;
    }
    // A lone `---` may just as well be a rule above a text without front matter.
    if yaml && !begins_with_key(text, front_start) && !unseen::follows(text, front_start) {
        return Some(all_body(source, start, out));
    }
    let mut diagnostic = Diagnostic::error(&codes::UNCLOSED_FRONT_MATTER, {
        format!("the front matter has no closing `{fence}`")
    })
    .at(source.place(Span::new(fence_start..fence_start + fence.len())))
    .help(format!("put a line `{fence}` after the last key"));
    if let Some(last) = last_key_line(text, front_start, yaml) {
        diagnostic = diagnostic.also(source.place(last), "the last key seems to end here");
    }
    out.push(diagnostic);
    None
}

/// For a file without front matter; front matter that is not recognised is a mistake.
fn all_body(source: &SourceText, start: usize, out: &mut Diagnostics) -> Split {
    report(unseen::first(&source.text, false), source, out);
    Split { front: (start, start), yaml: false, body_start: start }
}

fn report(unseen: Option<Unseen>, source: &SourceText, out: &mut Diagnostics) {
    out.extend(unseen.map(|Unseen { at, message, help, .. }| {
        Diagnostic::error(&codes::UNREAD_FRONT_MATTER, message)
            .at(source.place(Span::new(at)))
            .help(help)
    }));
}

/// The line that begins at a byte, without its line end, and where the next line begins.
pub(super) fn line(text: &str, at: usize) -> (&str, usize) {
    let rest = &text[at..];
    let Some(len) = rest.bytes().position(|b| b == b'\n' || b == b'\r') else {
        return (rest, text.len());
    };
    let end = if rest[len..].starts_with("\r\n") { 2 } else { 1 };
    (&rest[..len], at + len + end)
}

/// Whether the first line after an opening fence, comments aside, is `key: …`.
fn begins_with_key(text: &str, mut at: usize) -> bool {
    loop {
        let (content, next) = line(text, at);
        if !content.starts_with('#') {
            return is_key(content, ':');
        }
        at = next;
    }
}

/// `key: value`, or `key = value` in TOML.
fn is_key(line: &str, separator: char) -> bool {
    let Some((key, value)) = line.split_once(separator) else { return false };
    let key = key.trim_end();
    let key = key.trim_matches(['"', '\'']);
    !key.is_empty()
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && (separator == '=' || value.is_empty() || value.starts_with([' ', '\t']))
}

/// The last of the lines that look like front matter.
fn last_key_line(text: &str, mut at: usize, yaml: bool) -> Option<Span> {
    let mut last = None;
    while at < text.len() {
        let (content, next) = line(text, at);
        let fits = content.starts_with([' ', '\t', '#'])
            || if yaml { is_key(content, ':') } else { is_key(content, '=') }
            || content.starts_with(if yaml { '-' } else { '[' });
        if !fits {
            break;
        }
        last = Some(Span::new(at..at + content.len()));
        at = next;
    }
    last
}
