//! Addresses: the base URL of a site, the paths of pages in it, and which of them are the same.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::Map;
use super::text::nfc;

/// What must be encoded in the path of an address (RFC 3986, plus what HTML and shells trip on).
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The address of a page or file within the site, decoded, without the base URL: `/posts/x/`.
/// Always begins with `/`, and never ends with `/index.html`: that is the file of its folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UrlPath(Arc<str>);

impl UrlPath {
    /// Takes a decoded path, or that of a file of the output; a missing leading slash is added.
    pub(crate) fn new(path: &str) -> Self {
        let folder = path.strip_suffix("index.html").filter(|f| f.is_empty() || f.ends_with('/'));
        let path = folder.unwrap_or(path);
        if path.starts_with('/') {
            UrlPath(path.into())
        } else {
            UrlPath(format!("/{path}").into())
        }
    }

    /// Decoded, with its leading slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that answers it: `/posts/x/` → `posts/x/index.html`, `/atom.xml` → `atom.xml`.
    pub(crate) fn file(&self) -> String {
        let path = &self.0[1..];
        if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.into()
        }
    }

    /// A path below this one: `/tags/` + `atom.xml`.
    #[must_use]
    pub(crate) fn join(&self, rest: &str) -> UrlPath {
        let slash = if self.0.ends_with('/') { "" } else { "/" };
        UrlPath::new(&format!("{}{slash}{rest}", self.0))
    }

    /// The addresses that this one may stand for, the likeliest first: whoever leaves out the last
    /// slash of a page is led to it by the host.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = UrlPath> {
        let page = || UrlPath(format!("{}/", self.0.trim_end_matches('/')).into());
        std::iter::once(self.clone()).chain(std::iter::once_with(page))
    }

    /// The same with composed letters (NFC), which readers cannot tell apart.
    fn composed(&self) -> UrlPath {
        if self.0.is_ascii() { self.clone() } else { UrlPath(nfc(&self.0).into()) }
    }

    /// Percent-encoded for an attribute or a file that holds URLs.
    pub(crate) fn encoded(&self) -> String {
        encode_path(&self.0)
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Percent-encodes a decoded path.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Undoes percent-encoding; what is not UTF-8 afterwards is left as it was.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// What is at the addresses of a site, found by any of their spellings: see [`UrlPath::spellings`].
#[derive(Debug)]
pub(crate) struct Addresses<T>(Map<UrlPath, T>);

impl<T> Default for Addresses<T> {
    fn default() -> Self {
        Addresses(Map::default())
    }
}

impl<T> Addresses<T> {
    /// Puts something at an address, in place of what was there.
    pub(crate) fn insert(&mut self, url: &UrlPath, what: T) {
        self.0.insert(url.composed(), what);
    }

    /// Puts something at an address, unless there is something already.
    pub(crate) fn add(&mut self, url: &UrlPath, what: T) {
        self.0.entry(url.composed()).or_insert(what);
    }

    /// What an address names.
    pub(crate) fn find(&self, url: &UrlPath) -> Option<&T> {
        let url = url.composed();
        url.spellings().find_map(|url| self.0.get(&url))
    }

    /// Every address.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &UrlPath> {
        self.0.keys()
    }
}

/// Splits an address into its path, and its query and fragment as written: `?a=b#part`.
pub(crate) fn split_suffix(address: &str) -> (&str, &str) {
    address.split_at(address.find(['?', '#']).unwrap_or(address.len()))
}

/// The configured `base_url`: where the site will be published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct BaseUrl {
    /// `https://example.org`, lower-cased; empty when no base URL is configured.
    origin: String,
    /// Path prefix without trailing slash: `` or `/blog`, percent-encoded.
    prefix: String,
}

impl BaseUrl {
    /// Reads `https://example.org/blog/`. The error says what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or("it has no `https://`")?;
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err("it begins with neither `https://` nor `http://`");
        }
        if rest.contains(['?', '#']) {
            return Err("it has a query or a fragment");
        }
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let bad = |c: char| c.is_whitespace() || c.is_control() || "\"'<>\\^`{|}@".contains(c);
        if host.is_empty() || host.chars().any(bad) {
            return Err("it has no valid host name");
        }
        if path.split('/').any(|part| part == "." || part == "..") {
            return Err("its path contains `.` or `..`");
        }
        let path = encode_path(&decode(path.trim_end_matches('/')));
        Ok(BaseUrl { origin: format!("{scheme}://{host}").to_lowercase(), prefix: path })
    }

    /// Whether one is configured.
    pub(crate) fn is_set(&self) -> bool {
        !self.origin.is_empty()
    }

    /// `https://example.org`, or empty.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The path prefix, encoded, without trailing slash: `` or `/blog`.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The path that an address within this site names, with its query and fragment as written. The
    /// address either starts at the root or is absolute and begins with this URL; `None` for any
    /// other.
    pub(crate) fn within<'a>(&self, address: &'a str) -> Option<(UrlPath, &'a str)> {
        let (path, suffix) = split_suffix(address);
        let path =
            if path.starts_with('/') && !path.starts_with("//") { path } else { self.below(path)? };
        Some((UrlPath::new(&decode(path)), suffix))
    }

    /// The rest of an absolute address that begins with this URL.
    fn below<'a>(&self, address: &'a str) -> Option<&'a str> {
        if !self.is_set() {
            return None;
        }
        // Scheme and host are case-insensitive.
        let (origin, rest) = address.split_at_checked(self.origin.len())?;
        let rest = rest.strip_prefix(self.prefix.as_str())?;
        let is_own = origin.eq_ignore_ascii_case(&self.origin);
        (is_own && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
    }

    /// Host name without port, for `tag:` URIs; empty when none is configured.
    pub(crate) fn host(&self) -> &str {
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        host.split(':').next().unwrap_or("")
    }

    /// The address as pages link it: root-relative, with the prefix, encoded.
    pub(crate) fn relative(&self, path: &UrlPath) -> String {
        format!("{}{}", self.prefix, path.encoded())
    }

    /// The absolute address; root-relative when no base URL is configured.
    pub(crate) fn absolute(&self, path: &UrlPath) -> String {
        format!("{}{}{}", self.origin, self.prefix, path.encoded())
    }

    /// The base URL as written in templates: origin and prefix, no trailing slash.
    pub(crate) fn as_written(&self) -> String {
        format!("{}{}", self.origin, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_under_every_name() {
        let base = BaseUrl::parse("https://example.org/blog/").unwrap();
        let mut pages = Addresses::default();
        for page in ["/", "/posts/a/", "/caf\u{e9}/", "/atom.xml"] {
            pages.insert(&UrlPath::new(page), page);
        }
        for (written, named) in [
            ("/posts/a/", Some(("/posts/a/", ""))),
            ("/posts/a", Some(("/posts/a/", ""))),
            ("/posts/a/index.html?x#y", Some(("/posts/a/", "?x#y"))),
            ("/posts/%61/#y", Some(("/posts/a/", "#y"))),
            ("/index.html", Some(("/", ""))),
            ("/caf%C3%A9/", Some(("/caf\u{e9}/", ""))),
            ("/cafe%CC%81", Some(("/caf\u{e9}/", ""))),
            ("HTTPS://Example.org/blog/posts/a", Some(("/posts/a/", ""))),
            ("https://example.org/blog#top", Some(("/", "#top"))),
            // A file is not a folder, and a name that merely ends like `index.html` is not the file
            // of one.
            ("/atom.xml/", None),
            ("/posts/aindex.html", None),
            ("/posts/A/", None),
        ] {
            let (url, suffix) = base.within(written).unwrap();
            assert_eq!(pages.find(&url).map(|page| (*page, suffix)), named, "{written}");
        }
        for other in ["//example.org/blog/", "https://example.org/blogs/", "mailto:x@y", "posts/a/"]
        {
            assert!(base.within(other).is_none(), "{other}");
        }
    }

    #[test]
    fn base_url_with_prefix() {
        let base = BaseUrl::parse("https://Example.org/blog/").unwrap();
        assert_eq!(base.relative(&UrlPath::new("/kisah é/")), "/blog/kisah%20%C3%A9/");
        assert_eq!(base.absolute(&UrlPath::new("/")), "https://example.org/blog/");
        assert_eq!(base.host(), "example.org");
        for bad in
            ["example.org", "ftp://x", "https://", "https://a b/", "https://x/?q", "https://x/../y"]
        {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
    }
}
