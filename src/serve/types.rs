//! The type that a file is served as.
//!
//! In: the path of a file of the output. Out: the value of `Content-Type`. It looks only at names.

/// Files without an extension that hosts read and people want to look at.
const TEXTS: [&str; 5] = ["_headers", "_redirects", "CNAME", ".nojekyll", "security.txt"];

/// The type of a file, with its charset if it is text: kisah writes only UTF-8.
pub(crate) fn content_type(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let essence = if TEXTS.contains(&name) {
        "text/plain"
    } else if has_ending(name, "xml") {
        // `text/xml` is an alias that some feed readers do not accept.
        "application/xml"
    } else {
        mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream")
    };
    if is_text(essence) { format!("{essence}; charset=utf-8") } else { essence.to_owned() }
}

/// Whether it is a page, into which live reload is inserted.
pub(crate) fn is_html(content_type: &str) -> bool {
    content_type.starts_with("text/html")
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, e)| e.eq_ignore_ascii_case(ending))
}

fn is_text(essence: &str) -> bool {
    essence.starts_with("text/")
        || essence.ends_with("+xml")
        || essence.ends_with("+json")
        || ["application/xml", "application/json", "application/javascript"].contains(&essence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        for (path, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("style.css", "text/css; charset=utf-8"),
            ("a/b.js", "text/javascript; charset=utf-8"),
            ("atom.xml", "application/xml; charset=utf-8"),
            ("feed.json", "application/json; charset=utf-8"),
            ("site.webmanifest", "application/manifest+json; charset=utf-8"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("_redirects", "text/plain; charset=utf-8"),
            ("x.svg", "image/svg+xml; charset=utf-8"),
            ("x.JPG", "image/jpeg"),
            ("x.webp", "image/webp"),
            ("x.avif", "image/avif"),
            ("x.woff2", "font/woff2"),
            ("x.mp4", "video/mp4"),
            ("x.pdf", "application/pdf"),
            ("unknown", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), expected, "{path}");
        }
    }
}
