//! The target of a request → a decoded path, or why it is refused.
//!
//! In: what is between the method and the version in the first line of a request. Out: the path as
//! the site's own addresses are written, `/posts/kartini/`. It never becomes a path of the file
//! system: it is looked up in a map. What would be dangerous elsewhere is refused all the same, in
//! every encoding, so that safety does not depend on that.

use percent_encoding::percent_decode_str;

/// Longer targets are refused.
const MOST_BYTES: usize = 8 * 1024;

/// A path that was encoded more often than this is an attempt at something.
const MOST_LAYERS: usize = 4;

/// Why a target is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not the form `/path?query`, or badly encoded.
    Malformed,
    /// Contains `.`, `..`, a backslash, a control character, a drive or a stream, which no address
    /// of a site does.
    Suspicious,
    /// Longer than any address.
    TooLong,
}

/// The decoded path of a target, and its query.
pub fn parse(target: &str) -> Result<(String, Option<&str>), Refusal> {
    if target.len() > MOST_BYTES {
        return Err(Refusal::TooLong);
    }
    let (raw, query) = match target.split_once('?') {
        Some((raw, query)) => (raw, Some(query)),
        None => (target, None),
    };
    if !raw.starts_with('/') || !raw.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::Malformed);
    }
    let lower = raw.to_ascii_lowercase();
    if lower.contains("%2f") || lower.contains("%5c") {
        return Err(Refusal::Suspicious);
    }
    let path = decode(raw).ok_or(Refusal::Malformed)?;
    let mut layer = path.clone();
    for _ in 0..MOST_LAYERS {
        if is_suspicious(&layer) {
            return Err(Refusal::Suspicious);
        }
        match decode(&layer) {
            Some(next) if next != layer => layer = next,
            // What cannot be decoded again was not encoded twice: `100%`.
            _ => return Ok((path, query)),
        }
    }
    Err(Refusal::Suspicious)
}

/// Undoes percent-encoding; `None` if a `%` is not followed by two digits, or the result is not
/// UTF-8.
fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('%') {
        let digits = bytes.get(at + 1..at + 3)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
    }
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

fn is_suspicious(path: &str) -> bool {
    path.contains("//")
        || path.contains('\\')
        || path.contains("::$")
        || path.chars().any(char::is_control)
        || path.split('/').any(|part| is_dots(part) || is_drive(part))
}

/// Whether a part is `.`, `..`, or something that Windows takes for them: `...`, `.. `.
fn is_dots(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b == b'.' || b == b' ')
}

fn is_drive(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_once() {
        let cases = [
            ("/", "/"),
            ("/posts/x/?a=/../b", "/posts/x/"),
            ("/ki%20sah/%C3%A9.jpg", "/ki sah/é.jpg"),
            ("/100%25.txt", "/100%.txt"),
            ("/.well-known/x", "/.well-known/x"),
            ("/a..b/c...", "/a..b/c..."),
            ("/wiki/Special:Pages", "/wiki/Special:Pages"),
        ];
        for (target, path) in cases {
            assert_eq!(parse(target).map(|p| p.0).as_deref(), Ok(path), "{target}");
        }
    }
}
