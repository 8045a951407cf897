//! The links in the body of a post: found, given other targets, or taken away.
//!
//! In: Markdown, which may contain HTML. Out: where its inline links are, or the text with some of
//! them changed. It is no parser of Markdown: a link in a block of code is a link, too, which does
//! no harm here.

use std::fmt::Write as _;
use std::ops::Range;

/// `[text](url "title")` or `<a href="url">text</a>`.
#[derive(Debug)]
pub struct Link {
    /// From its first bracket to its last.
    pub whole: Range<usize>,
    pub text: Range<usize>,
    pub url: Range<usize>,
}

/// The links of a text, in order of their ends. Those around a picture contain it as their text.
pub fn links(text: &str) -> Vec<Link> {
    let mut links: Vec<Link> =
        text.match_indices("](").filter_map(|(at, _)| inline(text, at)).collect();
    links.extend(text.match_indices("href=").filter_map(|(at, _)| anchor(text, at)));
    links.sort_by_key(|link| link.whole.end);
    links
}

/// The link whose text ends at `middle`, before `](`; nothing for pictures.
fn inline(text: &str, middle: usize) -> Option<Link> {
    let bytes = text.as_bytes();
    let mut depth = 1;
    let mut open = middle;
    while depth > 0 {
        open = open.checked_sub(1)?;
        // Texts do not go on after an empty line.
        if bytes[open] == b'\n' && bytes[open + 1] == b'\n' {
            return None;
        }
        depth += match bytes[open] {
            b']' => 1,
            b'[' => -1,
            _ => 0,
        };
    }
    if open > 0 && bytes[open - 1] == b'!' {
        return None;
    }
    let rest = &text[middle + 2..];
    let start = middle + 2 + (rest.len() - rest.trim_start().len());
    let rest = &text[start..];
    let (url, after) = if let Some(inner) = rest.strip_prefix('<') {
        let end = inner.find(['>', '\n'])?;
        (start + 1..start + 1 + end, start + end + 2)
    } else if rest.starts_with("{{") {
        // A call of Hugo's or a variable of Liquid may contain spaces; more may follow.
        let call = rest.find("}}")? + 2;
        let end = start + call + plain_end(&rest[call..])?;
        (start..end, end)
    } else {
        let end = start + plain_end(rest)?;
        (start..end, end)
    };
    let close = after + closing(&text[after..])?;
    Some(Link { whole: open..close + 1, text: open + 1..middle, url })
}

/// Where a bare target ends: at a space, or at a bracket that it did not open.
fn plain_end(rest: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            c if c.is_whitespace() => return Some(at),
            _ => {}
        }
    }
    None
}

/// The bracket that ends a link, after its target and perhaps a title.
fn closing(rest: &str) -> Option<usize> {
    let title = rest.trim_start();
    let before = rest.len() - title.len();
    let Some(quote) = title.chars().next().filter(|c| ['"', '\''].contains(c)) else {
        return rest.find(')');
    };
    // A title may itself contain quotation marks: the last is followed by the bracket.
    let end = title.find(&format!("{quote})")).map(|end| end + 1);
    end.or_else(|| title.find(')')).map(|end| before + end)
}

/// The element `a` with the attribute `href` at `at`.
fn anchor(text: &str, at: usize) -> Option<Link> {
    let open = text[..at].rfind('<')?;
    let tag = text[open..at].to_ascii_lowercase();
    if !tag.starts_with("<a ") && !tag.starts_with("<a\n") || tag.contains('>') {
        return None;
    }
    let start = at + "href=".len();
    let quote = text[start..].chars().next().filter(|c| ['"', '\''].contains(c))?;
    let end = start + 1 + text[start + 1..].find(quote)?;
    let inner = end + text[end..].find('>')? + 1;
    let close = inner + text[inner..].find("</a>").or_else(|| text[inner..].find("</A>"))?;
    Some(Link { whole: open..close + 4, text: inner..close, url: start + 1..end })
}

/// The text with other targets: `target` gets each, and says what to write instead. The title of a
/// changed link, and everything else, stays.
pub fn retarget(text: &str, target: impl Fn(&str) -> Option<String>) -> String {
    let mut changes: Vec<(Range<usize>, String)> = links(text)
        .into_iter()
        .filter_map(|link| target(&text[link.url.clone()]).map(|url| (link.url, url)))
        .collect();
    changes.sort_by_key(|(range, _)| range.start);
    let mut out = String::new();
    let mut done = 0;
    for (range, url) in changes {
        if range.start >= done {
            out.push_str(&text[done..range.start]);
            out.push_str(&url);
            done = range.end;
        }
    }
    out + &text[done..]
}

/// The text without the links that `goes` names by their target. Their texts stay, or go as well.
pub fn unlink(text: &str, with_text: bool, goes: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    let mut done = 0;
    for link in links(text) {
        // A link in the text of another is not possible, except a mistake of this reader.
        if link.whole.start < done || !goes(&text[link.url.clone()]) {
            continue;
        }
        out.push_str(&text[done..link.whole.start]);
        if !with_text {
            out.push_str(&text[link.text]);
        }
        done = link.whole.end;
    }
    out + &text[done..]
}

/// Makes links by reference (`[text][name]`, `[name][]`) inline ones, if `target` knows the name,
/// which it gets in lower case with single spaces.
pub fn resolve_references(text: &str, target: impl Fn(&str) -> Option<String>) -> String {
    let name = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices("][") {
        let Some(end) = text[at + 2..].find(']').map(|end| at + 2 + end) else { break };
        let Some(open) = text[done.min(at)..at].rfind('[').map(|open| done + open) else {
            continue;
        };
        let own = &text[at + 2..end];
        let asked = if own.is_empty() { name(&text[open + 1..at]) } else { name(own) };
        if let Some(url) = target(&asked) {
            out.push_str(&text[done..=at]);
            let _ = write!(out, "({url})");
            done = end + 1;
        }
    }
    out + &text[done..]
}

/// The definitions of links by reference: names in lower case, and their targets.
pub fn definitions(text: &str) -> Vec<(String, String)> {
    let definition = |line: &str| {
        let (name, url) = line.strip_prefix('[')?.split_once("]:")?;
        let url = url.split_whitespace().next()?;
        Some((name.to_lowercase(), url.to_owned()))
    };
    text.lines().filter_map(definition).collect()
}
