//! Front matter that would go unread.
//!
//! In: a text that does not begin with front matter, or the body below front matter. Out: what
//! looks like front matter all the same: the line above it is misspelt, it is in another format, or
//! something stands above it. Showing it as text would publish drafts. But a story may begin with a
//! line `---` or with "Interviewer: …", so the lines must be keys, and at least one of them known.

use std::ops::Range;

use super::elsewhere::withholds;
use super::foreign::{self, normal};
use super::split::line;
use crate::base::{Node, Span, Value};
use crate::keys::FRONT_MATTER;

/// Something that looks like front matter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unseen {
    /// Where it begins.
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: &'static str,
    /// There is no line like `---` above it, so in a file of another kind it may be anything.
    pub(crate) is_loose: bool,
}

/// How many lines are searched for its end.
const MOST_LINES: usize = 300;

/// How many bytes of JSON are looked at.
const MOST_JSON: usize = 4096;

const HOW: &str = "write it in TOML between lines of `+++`, or in YAML between lines of `---`, at the very beginning";

/// Looks at a text from its beginning. `exact`: a correct `---` or `+++` counts as well, because
/// nothing reads this file; otherwise those have been dealt with already.
pub(super) fn first(text: &str, exact: bool) -> Option<Unseen> {
    let mut at = skip_blank(text, 0);
    let mut above = false;
    while let Some(end) = end_of_comment(text, at) {
        if let Some(keys) = keys_of(&text[at..end], false)
            && (keys.names.len() > 1 || keys.decides)
        {
            let message = "front matter in a comment is not read".to_owned();
            let at = at..at + line(text, at).0.len();
            return Some(Unseen { at, message, help: HOW, is_loose: true });
        }
        at = skip_blank(text, end);
        above = true;
    }
    let (content, next) = line(text, at);
    let is_fence = fence(content);
    let here = |message: &str, help| {
        let (at, is_loose) = (at..at + content.len(), is_fence.is_none());
        Some(Unseen { at, message: message.to_owned(), help, is_loose })
    };
    if let Some(is_exact) = is_fence {
        let is_exact = is_exact && content.starts_with(['-', '+']);
        if is_exact && !exact && !above {
            return None;
        }
        let (message, help) = fenced(text, content, next, exact)?;
        return match (is_exact, above) {
            (true, true) => here(ABOVE.0, ABOVE.1),
            (true, false) => here("front matter is read only in documents", HOW),
            (false, _) => here(&message, help),
        };
    }
    if content.trim_start().starts_with('{') {
        let help = "put a line `---` above and below it: JSON is also YAML";
        let is_json = json_has_known(&text[at..]);
        return is_json.then(|| here("front matter in JSON is not read", help))?;
    }
    if content.starts_with("# ") {
        return closed_block(text, skip_blank(text, next));
    }
    headers(text, at).then(|| {
        here("this looks like front matter, but there is no line `---` above it", HEADERS)
    })?
}

const ABOVE: (&str, &str) = (
    "the front matter is not read: there is something above it",
    "move it to the very beginning of the file",
);

const HEADERS: &str =
    "put a line `---` above and below the keys; if they are text, put a heading above: `# …`";

/// What is wrong with a line that seems to begin front matter, if front matter does follow.
fn fenced(text: &str, content: &str, next: usize, exact: bool) -> Option<(String, &'static str)> {
    let inner = &text[skip_blank(text, next)..];
    if inner.starts_with('{') && json_has_known(inner) {
        return Some(misread(content));
    }
    let keys = keys_of(&text[next..], true)?;
    let is_closed = keys.closing.is_some_and(|closing| fold(closing) == fold(content));
    let is_sure = keys.closing.is_some() || keys.names.len() > 1 || keys.decides;
    if !(is_sure && !keys.names.is_empty() || exact && is_closed) {
        return None;
    }
    Some(misread(content))
}

/// Says why a line does not begin front matter.
fn misread(content: &str) -> (String, &'static str) {
    if fence(content) == Some(true) {
        (
            "the front matter is not read: there is something before its first line".to_owned(),
            "remove what stands there, even if it is a blank or invisible",
        )
    } else {
        (
            format!("the front matter is not read: it begins with `{}`", content.trim()),
            "write `---` above and below YAML, `+++` above and below TOML, and nothing else there",
        )
    }
}

/// Whether a text begins with lines `Key: value` that are no dialogue.
fn headers(text: &str, at: usize) -> bool {
    let (content, _) = line(text, at);
    let is_code = content.starts_with("    ") || content.starts_with('\t');
    let Some((name, _)) = key(content).or_else(|| toml_key(content)) else { return false };
    if is_code || !is_known(&name) {
        return false;
    }
    let Some(keys) = keys_of(&text[at..], false) else { return false };
    let is_plain = ["title", "slug", "tags", "draft"].contains(&normal(&name).as_str());
    keys.ends && (keys.names.len() > 1 || keys.decides || is_plain)
}

/// Whether front matter follows on a line `---`, though it may never end.
pub(super) fn follows(text: &str, at: usize) -> bool {
    keys_of(&text[at..], true).is_some_and(|keys| keys.names.len() > 1 || keys.decides)
}

/// Whether a body begins with front matter a second time.
pub(super) fn second(text: &str, body_start: usize) -> Option<Unseen> {
    let at = skip_blank(text, body_start);
    let unseen = closed_block(text, at)?;
    let message = "this looks like front matter, but it stands below the front matter".to_owned();
    Some(Unseen { message, help: "merge the two into one", ..unseen })
}

/// Front matter that is as it should be, but in the wrong place.
fn closed_block(text: &str, at: usize) -> Option<Unseen> {
    let (content, next) = line(text, at);
    let fence = content.trim_end();
    if fence != "---" && fence != "+++" {
        return None;
    }
    let keys = keys_of(&text[next..], true)?;
    let is_closed = keys.closing.is_some_and(|closing| closing.trim_end() == fence);
    (is_closed && !keys.names.is_empty()).then(|| Unseen {
        at: at..at + content.len(),
        message: ABOVE.0.to_owned(),
        help: ABOVE.1,
        is_loose: true,
    })
}

/// Whether a line seems to begin front matter, and whether it is right apart from what stands
/// before it: `---`, `----`, `---yaml`, `+++ toml`, `;;;`, and the dash into which some editors turn `---`.
fn fence(content: &str) -> Option<bool> {
    let line = content.trim_matches(is_blank);
    if line == "---" || line == "+++" {
        return Some(true);
    }
    let is_dash = |c: char| c == '-' || ('\u{2010}'..='\u{2015}').contains(&c) || c == '\u{2212}';
    let rest = line.trim_start_matches(is_dash);
    let dashes = line[..line.len() - rest.len()].chars().count();
    let is_drawn = line.chars().next().is_some_and(|c| !c.is_ascii());
    let rest = match line.chars().next()? {
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' if dashes > 1 || is_drawn => rest,
        mark @ ('+' | ';') if line.starts_with([mark; 2].iter().collect::<String>().as_str()) => {
            line.trim_start_matches(mark)
        }
        _ => return None,
    };
    let rest = rest.trim_start();
    let is_name = ["", "yaml", "yml", "toml", "json", "js", "javascript"];
    (is_name.iter().any(|name| rest.eq_ignore_ascii_case(name)) || rest.starts_with('#'))
        .then_some(false)
}

/// A fence without blanks and without the name of its format.
fn fold(fence: &str) -> &str {
    fence.trim_matches(is_blank).trim_end_matches(|c: char| c.is_alphanumeric() || c == ' ')
}

/// What lines of keys say.
#[derive(Default)]
struct Keys<'a> {
    /// How many there are.
    lines: usize,
    /// Those that are known.
    names: Vec<String>,
    /// One of them keeps the story from readers.
    decides: bool,
    /// The line that ends them, if it looks like a fence.
    closing: Option<&'a str>,
    /// They end at a blank line, at such a line, or at the end of the text.
    ends: bool,
}

/// The lines of keys that a text begins with; between fences there may be blank ones. `None` if it
/// begins with anything else.
fn keys_of(text: &str, fenced: bool) -> Option<Keys<'_>> {
    let mut keys = Keys { ends: true, ..Keys::default() };
    let mut at = 0;
    for number in 0..MOST_LINES {
        if at >= text.len() {
            break;
        }
        let (content, next) = line(text, at);
        at = next;
        // Some programs keep keys in HTML comments, each preceded by two dots.
        let content = content.trim_start_matches("<!--").trim_end_matches("-->");
        let bare = content.trim_start().trim_start_matches(".. ");
        if bare.trim_end().is_empty() {
            if fenced || number == 0 {
                continue;
            }
            return Some(keys);
        }
        if fence(content).is_some() {
            keys.closing = Some(content);
            return Some(keys);
        }
        if let Some((name, value)) = key(bare).or_else(|| toml_key(bare)) {
            keys.lines += 1;
            let name = normal(&name);
            if is_known(&name) && !keys.names.contains(&name) {
                keys.decides |= withholds(&name, &value);
                keys.names.push(name);
            }
            continue;
        }
        let more = content.starts_with([' ', '\t', '#', '-', '[', ']', '{', '}', '"']);
        if !more {
            keys.ends = false;
            return (keys.lines > 0).then_some(keys);
        }
    }
    Some(keys)
}

/// `Key: value`.
pub(super) fn key(line: &str) -> Option<(String, Node)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_matches([' ', '"', '\'']);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_key = !name.is_empty() && name.len() < 40 && name.chars().all(is_word);
    (is_key && !value.starts_with("//") && !value.starts_with(':'))
        .then(|| (name.to_owned(), text(value)))
}

/// `key = value`.
fn toml_key(line: &str) -> Option<(String, Node)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_matches([' ', '"', '\'']);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let value = value.trim();
    let is_value = value.starts_with(['"', '\'', '[', '{'])
        || value.starts_with(|c: char| c.is_ascii_digit())
        || ["true", "false"].contains(&value);
    (is_value && !name.is_empty() && name.chars().all(is_word))
        .then(|| (name.to_owned(), text(value)))
}

fn text(value: &str) -> Node {
    let value = value.trim().trim_matches(['"', '\'', ',']);
    Node { span: Span::default(), value: Value::String(value.to_owned()) }
}

/// Whether a key is one of ours, or of other programs.
pub(super) fn is_known(name: &str) -> bool {
    let name = normal(name);
    let other = ["author", "layout", "guid", "uuid"];
    FRONT_MATTER.iter().any(|key| normal(key.spec.name) == name)
        || other.contains(&name.as_str())
        || foreign::rows(&name).next().is_some()
}

/// Whether JSON has a known key.
fn json_has_known(text: &str) -> bool {
    let mut end = text.len().min(MOST_JSON);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut parts = text[..end].split('"').skip(1);
    let first = text.trim_start().trim_start_matches('{').trim_start().starts_with('"');
    while let (true, Some(name), Some(rest)) = (first, parts.next(), parts.next()) {
        if rest.trim_start().starts_with(':') && is_known(name) {
            return true;
        }
        // After a colon and a value that is not a string comes the next key.
        if rest.trim() == ":" {
            let _ = (parts.next(), parts.next());
        }
    }
    false
}

/// Where a comment that begins at a byte ends: one in HTML, one in a template, or a link definition
/// used as a comment. A doctype or XML declaration is passed over like one.
fn end_of_comment(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    for (begin, end) in [("<!--", "-->"), ("{#", "#}"), ("{% comment %}", "{% endcomment %}")] {
        if rest.starts_with(begin) {
            return rest.find(end).map(|i| at + i + end.len());
        }
    }
    let is_line = ["[//]:", "<!DOCTYPE", "<!doctype", "<?xml"].iter().any(|b| rest.starts_with(b));
    is_line.then(|| line(text, at).1)
}

/// Invisible characters: blanks, and what editors and encodings leave behind.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// The beginning of the first line with something visible in it, leading blanks included.
fn skip_blank(text: &str, mut at: usize) -> usize {
    while at < text.len() {
        let (content, next) = line(text, at);
        if !content.chars().all(is_blank) {
            break;
        }
        at = next;
    }
    // A byte-order mark at the very beginning is none of the author's business.
    if at == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { at }
}
