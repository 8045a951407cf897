//! Finds what is still open at the end of a template: Tera says only that the text ends too early.

use std::ops::Range;

/// Something that is not closed.
pub(super) struct Unclosed {
    /// Where it begins.
    pub(crate) at: Range<usize>,
    /// What it is, such as `{% if %}`.
    pub(crate) what: String,
    /// What would close it, such as `{% endif %}`.
    pub(crate) close: String,
}

/// Tags that need an end tag.
const BLOCKS: [&str; 7] = ["if", "for", "block", "component", "filter", "set", "raw"];

/// The innermost thing still open at the end of a text.
pub(super) fn find(text: &str) -> Option<Unclosed> {
    let mut open: Vec<Unclosed> = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('{').map(|i| at + i) {
        let (mark, end) = match text[found..].get(..2) {
            Some("{{") => ("{{", "}}"),
            Some("{%") => ("{%", "%}"),
            Some("{#") => ("{#", "#}"),
            _ => {
                at = found + 1;
                continue;
            }
        };
        let inner = found + 2;
        let Some(length) = length(&text[inner..], end, mark != "{#") else {
            return Some(Unclosed { at: found..inner, what: mark.into(), close: end.into() });
        };
        at = inner + length + 2;
        if mark == "{%" {
            let tag = text[inner..inner + length].trim_matches('-').trim();
            step(tag, found..at, &mut open)?;
            if tag == "raw" {
                // Anything like a tag in there is text.
                at += text[at..]
                    .find("endraw")
                    .and_then(|i| text[at..at + i].rfind("{%"))
                    .unwrap_or(0);
            }
        }
    }
    open.pop()
}

/// Follows one tag; `None` if it closes something other than what is open: Tera reports that
/// itself.
fn step(tag: &str, at: Range<usize>, open: &mut Vec<Unclosed>) -> Option<()> {
    let is_name = |c: char| c.is_alphanumeric() || "_.".contains(c);
    let name = |text: &str| text.chars().take_while(|c| is_name(*c)).collect::<String>();
    let word = name(tag);
    let closes = if let Some(rest) = tag.strip_prefix("</") {
        format!("{{% </{}> %}}", name(rest))
    } else if word.starts_with("end") {
        format!("{{% {word} %}}")
    } else {
        if let Some(rest) = tag.strip_prefix('<').filter(|_| !tag.ends_with("/>")) {
            let name = name(rest);
            let (what, close) = (format!("{{% <{name}> %}}"), format!("{{% </{name}> %}}"));
            open.push(Unclosed { at, what, close });
        } else if BLOCKS.contains(&word.as_str()) && !(word == "set" && tag.contains('=')) {
            let (what, close) = (format!("{{% {word} %}}"), format!("{{% end{word} %}}"));
            open.push(Unclosed { at, what, close });
        }
        return Some(());
    };
    open.pop().filter(|top| top.close == closes).map(|_| ())
}

/// The distance to `end`, ignoring quoted texts where there can be any.
fn length(text: &str, end: &str, has_texts: bool) -> Option<usize> {
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if text[i..].starts_with(end) => return Some(i),
            None if has_texts && matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_innermost_open_part_is_found() {
        for (text, what) in [
            ("{% if a %}{% for x in y %}{% endfor %}", Some("{% if %}")),
            ("{%- for x in y -%}{% if a %}", Some("{% if %}")),
            ("{{ a", Some("{{")),
            ("{{ \"}}\" ", Some("{{")),
            ("{% set x = 1 %}{% set y %}", Some("{% set %}")),
            ("{% <box a={1}> %}x", Some("{% <box> %}")),
            ("{% <box/> %}{% <box> %}{% </box> %}", None),
            ("{# it's \" #}{% block a %}{% endblock a %}", None),
            ("{# never", Some("{#")),
            ("{% if a %}{% endfor %}", None),
            ("{ é {é", None),
        ] {
            assert_eq!(find(text).map(|u| u.what).as_deref(), what, "{text:?}");
        }
    }
}
