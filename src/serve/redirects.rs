//! `_redirects`, as hosts read it.
//!
//! In: the text of the file. Out: for a path, the rule that matches it, if there is one. The format
//! is that of Netlify and Cloudflare Pages: `from to [status]`, with `*` at the end of `from` and
//! `:names`; a `!` after the status lets a rule hide a file. Lines that match more than a path (a
//! host, a country, a query) are ignored.

use hyper::StatusCode;

use crate::base::Map;
use crate::base::url::{decode, encode_path};

/// The rules of a site, in order.
#[derive(Debug, Default)]
pub struct Redirects {
    rules: Vec<Rule>,
    /// Rules without `*` and names, by path: a site that has moved has one for each page.
    plain: Map<String, usize>,
    /// The others, in order.
    patterns: Vec<usize>,
}

#[derive(Debug)]
struct Rule {
    from: Vec<RuleSegment>,
    to: String,
    status: StatusCode,
    forced: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum RuleSegment {
    Text(String),
    /// `:name`: one part of the path.
    Named(String),
    /// `*`: the whole rest, which may be empty.
    Rest,
}

/// The result of a rule that matches a path.
#[derive(Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Where it leads, encoded: a path on this host or an address on another.
    pub to: String,
    /// 301 and the like for a redirect; 200 or 404 for a page that is shown at the requested
    /// address.
    pub status: StatusCode,
    /// Whether it takes precedence over a file at that address.
    pub(crate) forced: bool,
}

impl Redirects {
    /// Reads the file.
    pub fn parse(text: &str) -> Self {
        let mut redirects = Redirects::default();
        for rule in text.lines().filter_map(rule) {
            let number = redirects.rules.len();
            let plain: Option<Vec<&str>> =
                rule.from
                    .iter()
                    .map(|part| {
                        if let RuleSegment::Text(text) = part { Some(text.as_str()) } else { None }
                    })
                    .collect();
            match plain {
                Some(parts) => _ = redirects.plain.entry(parts.join("/")).or_insert(number),
                None => redirects.patterns.push(number),
            }
            redirects.rules.push(rule);
        }
        redirects
    }

    /// The first rule for a decoded path.
    pub fn find(&self, path: &str) -> Option<Rewrite> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let plain = self.plain.get(&parts.join("/")).copied();
        let before = self.patterns.iter().copied().take_while(|at| plain.is_none_or(|p| *at < p));
        before.chain(plain).find_map(|at| {
            let rule = &self.rules[at];
            let mut to = fill(&rule.to, &fit(&rule.from, &parts)?);
            // If a name is empty, what follows it must not become a host.
            if names_host(&to) && !names_host(&rule.to) {
                to = format!("/{}", to.trim_start_matches(['/', '\\']));
            }
            Some(Rewrite { to, status: rule.status, forced: rule.forced })
        })
    }
}

/// Whether browsers take what follows the first slashes for a host.
fn names_host(to: &str) -> bool {
    to.starts_with("//") || to.starts_with("/\\")
}

fn rule(line: &str) -> Option<Rule> {
    let line = line.split(" #").next().unwrap_or(line).trim();
    let mut words = line.split_whitespace();
    let (from, to) = (words.next()?, words.next()?);
    let status = words.next().unwrap_or("301");
    let (status, forced) = match status.strip_suffix('!') {
        Some(status) => (status, true),
        None => (status, false),
    };
    // A fourth word is a condition that only a host can judge. No header can hold a control character.
    if !from.starts_with('/') || words.next().is_some() || to.contains(char::is_control) {
        return None;
    }
    // A target that begins with a name could be filled with another host.
    let is_address =
        |scheme: &str| to.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
    if !to.starts_with('/') && !is_address("https://") && !is_address("http://") {
        return None;
    }
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    let is_known = status.is_redirection() || [200, 404, 410].contains(&status.as_u16());
    let parts = from.split('/').filter(|part| !part.is_empty()).map(|part| match part {
        "*" => RuleSegment::Rest,
        part => match part.strip_prefix(':') {
            Some(name) => RuleSegment::Named(name.to_owned()),
            None => RuleSegment::Text(decode(part)),
        },
    });
    let (from, to) = (parts.collect(), to.to_owned());
    is_known.then_some(Rule { from, to, status, forced })
}

/// What the names of a rule stand for, if it matches.
fn fit<'a>(from: &'a [RuleSegment], path: &[&str]) -> Option<Vec<(&'a str, String)>> {
    let mut names = Vec::new();
    let mut rest = path;
    for part in from {
        match part {
            RuleSegment::Rest => {
                names.push(("splat", rest.join("/")));
                return Some(names);
            }
            RuleSegment::Named(name) => {
                names.push((name.as_str(), (*rest.first()?).to_owned()));
                rest = &rest[1..];
            }
            RuleSegment::Text(text) => {
                if rest.first()? != text {
                    return None;
                }
                rest = &rest[1..];
            }
        }
    }
    rest.is_empty().then_some(names)
}

fn fill(to: &str, names: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(to.len());
    let mut rest = to;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let fits = names.iter().filter(|(name, _)| rest.starts_with(name));
        // `:id` is not the beginning of `:id2`.
        match fits.max_by_key(|(name, _)| name.len()) {
            Some((name, value)) => {
                out.push_str(&encode_path(value));
                rest = &rest[name.len()..];
            }
            None => out.push(':'),
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let text = "# old addresses\n/old/ /new/ 301\n/a /b\n/blog/* /posts/:splat 302!\n\
                    /:year/:slug /posts/:slug/ 308\n/app/* /app.html 200\n\
                    /c /d 302 Country=id\n/x/:id/:id2 /y/:id2/:id\n/x/1/2 /never\n/z http://h:80/:z\nhttps://x.test/e /e\n/f /g 999\n/ki%20sah /x\n/g /h\u{1a}\n/s/* :splat\n/t HTTPS://h/t";
        let redirects = Redirects::parse(text);
        for (path, expected) in [
            ("/old/", Some(("/new/", 301, false))),
            ("/old", Some(("/new/", 301, false))),
            ("/a", Some(("/b", 301, false))),
            ("/blog/2010/x y/", Some(("/posts/2010/x%20y", 302, true))),
            ("/blog", Some(("/posts/", 302, true))),
            ("/2010/x", Some(("/posts/x/", 308, false))),
            ("/app/any/thing", Some(("/app.html", 200, false))),
            ("/ki sah", Some(("/x", 301, false))),
            ("/c", None),
            ("/x/1/:id", Some(("/y/:id/1", 301, false))),
            ("/x/1/2", Some(("/y/2/1", 301, false))),
            ("/z", Some(("http://h:80/:z", 301, false))),
            ("/e", None),
            ("/f", None),
            ("/g", None),
            ("/s/https:/evil.test", None),
            ("/t", Some(("HTTPS://h/t", 301, false))),
            ("/", None),
        ] {
            let found = redirects.find(path);
            let found = found.as_ref().map(|r| (r.to.as_str(), r.status.as_u16(), r.forced));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn nothing_leads_out_that_does_not_say_so() {
        for (rule, path, to) in [
            ("/* /:splat/e.test/", "/", "/e.test/"),
            ("/* /:splat\\e.test/", "/", "/e.test/"),
            ("/* /:splat/e.test/", "/a", "/a/e.test/"),
            ("/a/* //e.test/:splat", "/a/b", "//e.test/b"),
        ] {
            let found = Redirects::parse(rule).find(path);
            assert_eq!(found.map(|rule| rule.to).as_deref(), Some(to), "{rule} {path}");
        }
    }
}
