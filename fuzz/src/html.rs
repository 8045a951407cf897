//! Checks that HTML is well nested.

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];

/// Reports the first end tag that closes something not open, or the first element that nothing
/// closes. Foreign content, such as an SVG, may use self-closing tags.
pub fn nesting(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").ok_or("a comment is not closed")?.1;
            continue;
        }
        let inner = tag(rest).ok_or("a tag is not closed")?;
        rest = &rest[inner.len() + 1..];
        if let Some(name) = inner.strip_prefix('/') {
            let name = name.trim_end();
            match open.pop() {
                Some(last) if last == name => {}
                last => return Err(format!("</{name}> where {last:?} is open")),
            }
        } else if inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = inner.split([' ', '\n', '\t', '/']).next().unwrap_or(inner);
            if ["script", "style", "textarea", "title"].contains(&name) {
                let end = format!("</{name}>");
                rest = rest.split_once(end.as_str()).ok_or("a script is not closed")?.1;
            } else if !VOID.contains(&name) && !inner.ends_with('/') {
                open.push(name);
            }
        }
    }
    open.pop().map_or(Ok(()), |last| Err(format!("<{last}> is never closed")))
}

/// A tag up to its `>`; a `>` in quotes does not count.
fn tag(text: &str) -> Option<&str> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '>' => return Some(&text[..at]),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::nesting;

    #[test]
    fn what_is_not_closed_is_found() {
        for (html, good) in [
            ("<p>a<br>b</p>", true),
            ("<p a=\">\">x</p><!-- </p> --><hr/>", true),
            ("<svg><path d=\"\"/></svg>", true),
            ("<p><em></p></em>", false),
            ("<p>", false),
            ("</p>", false),
        ] {
            assert_eq!(nesting(html).is_ok(), good, "{html}");
        }
    }
}
