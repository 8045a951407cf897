//! Raw HTML → its pieces: text, tags with their attributes, and what is passed through unread.
//!
//! It cuts HTML closely enough to the way browsers do to find the addresses and ids in tags. It
//! never fails and never corrects anything: joined, the pieces are the input.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Parser};

/// A piece of HTML, as a byte range.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Between tags.
    Text(Range<usize>),
    /// A comment, a declaration, the inside of `<script>` and the like, or a tag that never ends.
    Opaque(Range<usize>),
    /// A tag.
    Tag(Tag),
}

/// An opening or closing tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// From `<` to `>`.
    pub(crate) range: Range<usize>,
    /// Its name.
    pub(crate) name: Range<usize>,
    /// `</name>`.
    pub(crate) closing: bool,
    /// `<name/>`.
    pub(crate) empty: bool,
    /// Its attributes with values, in order.
    pub(crate) attributes: Vec<Attribute>,
}

/// An attribute with a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Its name.
    pub(crate) name: Range<usize>,
    /// Its value without quotes.
    pub(crate) value: Range<usize>,
    /// Its value with quotes, if it has any.
    pub(crate) quoted: Range<usize>,
}

/// Elements whose content is not HTML.
const RAW_TEXT: [&str; 8] =
    ["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"];

/// Cuts HTML into pieces.
pub(super) fn pieces(html: &str) -> Pieces<'_> {
    Pieces { html, at: 0, raw_text: None }
}

/// The iterator of [`pieces`].
pub(super) struct Pieces<'a> {
    html: &'a str,
    at: usize,
    /// The name of the element whose content, which is not HTML, comes next.
    raw_text: Option<Range<usize>>,
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let start = self.at;
        let rest = self.html.get(start..).filter(|rest| !rest.is_empty())?;
        if let Some(name) = self.raw_text.take() {
            self.at = start + end_of_raw_text(rest, &self.html[name]);
            if self.at > start {
                return Some(Piece::Opaque(start..self.at));
            }
        }
        let rest = &self.html[start..];
        let Some(markup) = find_markup(rest) else {
            self.at = self.html.len();
            return Some(Piece::Text(start..self.at));
        };
        if markup > 0 {
            self.at = start + markup;
            return Some(Piece::Text(start..self.at));
        }
        if rest.as_bytes()[1] == b'!' || rest.as_bytes()[1] == b'?' {
            self.at = start + end_of_declaration(rest);
            return Some(Piece::Opaque(start..self.at));
        }
        let Some(tag) = read_tag(self.html, start) else {
            // A browser would read to the end of the file in search of `>`.
            self.at = self.html.len();
            return Some(Piece::Opaque(start..self.at));
        };
        self.at = tag.range.end;
        let name = &self.html[tag.name.clone()];
        if !tag.closing && RAW_TEXT.iter().any(|raw| raw.eq_ignore_ascii_case(name)) {
            self.raw_text = Some(tag.name.clone());
        }
        Some(Piece::Tag(tag))
    }
}

/// The next `<` that begins a tag or declaration.
fn find_markup(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(i) = html[at..].find('<') {
        let letter = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphabetic);
        at += i;
        match bytes.get(at + 1)? {
            b'!' | b'?' => return Some(at),
            b'/' if letter(at + 2) => return Some(at),
            _ if letter(at + 1) => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Where a comment, `CDATA` section or declaration ends.
fn end_of_declaration(html: &str) -> usize {
    let (from, end) = match html {
        _ if html.starts_with("<!--") => (2, "-->"),
        _ if html.starts_with("<![CDATA[") => (9, "]]>"),
        _ if html.starts_with("<?") => (2, "?>"),
        _ => (2, ">"),
    };
    html[from..].find(end).map_or(html.len(), |i| from + i + end.len())
}

/// Where the content of an element ends that only its own closing tag can end.
fn end_of_raw_text(html: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(i) = html[at..].find("</") {
        at += i;
        let tail = &html.as_bytes()[at + 2..];
        if tail.len() >= name.len() && tail[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return at;
        }
        at += 2;
    }
    html.len()
}

/// Reads the tag at a `<`; `None` if it never ends.
fn read_tag(html: &str, start: usize) -> Option<Tag> {
    let bytes = html.as_bytes();
    let closing = bytes.get(start + 1) == Some(&b'/');
    let name = word(bytes, start + 1 + usize::from(closing), b"/>");
    let mut at = name.end;
    let mut attributes = Vec::new();
    let mut empty = false;
    loop {
        at = blanks(bytes, at);
        match bytes.get(at)? {
            b'>' => break,
            b'/' => {
                empty = true;
                at += 1;
                continue;
            }
            _ => empty = false,
        }
        // A `=` where a name should begin is part of the name.
        let name = at..word(bytes, at + 1, b"/>=").end;
        at = blanks(bytes, name.end);
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at = blanks(bytes, at + 1);
        let quote = *bytes.get(at)?;
        let (value, quoted) = if quote == b'"' || quote == b'\'' {
            let len = html[at + 1..].find(char::from(quote))?;
            (at + 1..at + 1 + len, at..at + len + 2)
        } else {
            let value = word(bytes, at, b">");
            (value.clone(), value)
        };
        at = quoted.end;
        attributes.push(Attribute { name, value, quoted });
    }
    Some(Tag { range: start..at + 1, name, closing, empty, attributes })
}

/// From a byte to the next blank or one of `ends`. Only ASCII ends it, so it ends between characters.
fn word(bytes: &[u8], from: usize, ends: &[u8]) -> Range<usize> {
    let from = from.min(bytes.len());
    let len = bytes[from..].iter().position(|b| b.is_ascii_whitespace() || ends.contains(b));
    from..len.map_or(bytes.len(), |len| from + len)
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    let from = from.min(bytes.len());
    bytes[from..]
        .iter()
        .position(|b| !b.is_ascii_whitespace())
        .map_or(bytes.len(), |len| from + len)
}

/// Length of the longest character reference, with its `;`.
const LONGEST_NAME: usize = 33;

/// Undoes character references: `&amp;`, `&eacute;`, `&#233;`.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(i) = rest.find('&') {
        out.push_str(&rest[..i]);
        rest = &rest[i..];
        let (decoded, len) = decode_first(rest);
        out.push_str(&decoded);
        rest = &rest[len..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Undoes the character reference that a text begins with; returns how long it was. An `&` that
/// begins none is itself.
pub(in crate::parse) fn decode_first(text: &str) -> (Cow<'static, str>, usize) {
    let end = text.bytes().take(LONGEST_NAME).position(|b| b == b';');
    let read = end.and_then(|end| Some((reference(&text[1..end])?, end + 1)));
    read.unwrap_or((Cow::Borrowed("&"), 1))
}

fn reference(name: &str) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match name {
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        "lt" => "<",
        "gt" => ">",
        "nbsp" => "\u{a0}",
        _ if name.starts_with('#') => return numbered(&name[1..]).map(|c| c.to_string().into()),
        _ => return named(name).map(Cow::Owned),
    }))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    if number.contains('+') {
        return None;
    }
    // A number that is not a character becomes `\u{fffd}`, as in browsers.
    Some(char::from_u32(code.ok()?).filter(|c| *c != '\0').unwrap_or('\u{fffd}'))
}

/// One of the other two thousand names, which the Markdown parser knows.
fn named(name: &str) -> Option<String> {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let written = format!("&{name};");
    let mut read = String::new();
    for event in Parser::new(&written) {
        if let Event::Text(text) = event {
            read.push_str(&text);
        }
    }
    (read != written).then_some(read)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn tags_are_cut_as_browsers_do() {
        for (html, want) in [
            ("a < b > c", "T[a < b > c]"),
            ("<b>x</b >", "<b>T[x]</b>"),
            ("<A HREF=x/y>", "<A HREF=x/y>"),
            ("<a href = 'x>y' b c=\"\" />", "<a href=x>y c= />"),
            ("<a ===x>", "<a ===x>"),
            ("<br/><br / x>", "<br /><br>"),
            ("<!-- <a href=x> --><p>", "O[<!-- <a href=x> -->]<p>"),
            ("<!--><i>", "O[<!-->]<i>"),
            ("<!-- open <p>", "O[<!-- open <p>]"),
            ("<![CDATA[<a>]]>x", "O[<![CDATA[<a>]]>]T[x]"),
            ("<!doctype html><?x >y?>", "O[<!doctype html>]O[<?x >y?>]"),
            ("<script>'<a href=x>'</SCRIPT>", "<script>O['<a href=x>']</SCRIPT>"),
            ("<style></style>x", "<style></style>T[x]"),
            ("<a href=\"x", "O[<a href=\"x]"),
            ("<", "T[<]"),
            ("</", "T[</]"),
            ("é<é>", "T[é<é>]"),
        ] {
            let mut got = String::new();
            let mut joined = String::new();
            for piece in pieces(html) {
                let range = match &piece {
                    Piece::Text(range) => {
                        write!(got, "T[{}]", &html[range.clone()]).unwrap();
                        range
                    }
                    Piece::Opaque(range) => {
                        write!(got, "O[{}]", &html[range.clone()]).unwrap();
                        range
                    }
                    Piece::Tag(tag) => {
                        let slash = if tag.closing { "/" } else { "" };
                        write!(got, "<{slash}{}", &html[tag.name.clone()]).unwrap();
                        for attribute in &tag.attributes {
                            let name = &html[attribute.name.clone()];
                            write!(got, " {name}={}", &html[attribute.value.clone()]).unwrap();
                        }
                        got += if tag.empty { " />" } else { ">" };
                        &tag.range
                    }
                };
                joined += &html[range.clone()];
            }
            assert_eq!(got, want);
            assert_eq!(joined, html);
        }
    }

    #[test]
    fn entities() {
        for (text, want) in [
            ("a&amp;b&lt;", "a&b<"),
            ("&eacute;&plus;&NotEqualTilde;&CounterClockwiseContourIntegral;", "é+≂̸∳"),
            ("&unknown;&copy", "&unknown;&copy"),
            ("&#233;&#xE9;&#0;", "éé\u{fffd}"),
            ("&; &x; &amp &&amp;", "&; &x; &amp &&"),
            ("&#99999999999;&#+5;", "&#99999999999;&#+5;"),
        ] {
            assert_eq!(decode(text), want);
        }
    }
}
