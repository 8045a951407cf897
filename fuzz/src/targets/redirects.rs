//! An arbitrary `_redirects`, and arbitrary requests.

use kisah::serve::address;
use kisah::serve::redirects::Redirects;

use super::text;
use crate::Target;

pub const TARGET: Target = Target {
    name: "redirects",
    run,
    words: &[
        "/a /b\n",
        "/a/* /b/:splat\n",
        "/* /:splat\n",
        "/:x/:y /:y/:x 302\n",
        "/x /y 200!\n",
        "/x /y 404\n",
        " 301",
        " 302!",
        " 999",
        "https://e.org/",
        "//e.org/",
        "/\\e.org",
        "http:",
        "*",
        ":splat",
        ":x",
        ":",
        "/",
        "//",
        " ",
        "\t",
        "#",
        " #",
        "%20",
        "%2e%2e",
        "%5c",
        "%0d%0a",
        "%ff",
        "é",
        "Country=id",
        "?a=b",
        "\n",
        "\n/",
        ".",
        "..",
    ],
};

/// Requests to try besides those that the rules themselves name.
const ASKED: [&str; 12] = [
    "/",
    "/a",
    "/a/",
    "/a/b/c",
    "/x/y",
    "/e.org",
    "/https:/e.org",
    "/%20/%C3%A9",
    "/a%3Fb",
    "/a%23b",
    "/:splat/:x",
    "/%25",
];

pub fn run(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let redirects = Redirects::parse(text);
    let words = text.split_whitespace().filter(|word| word.starts_with('/'));
    let filled = words.map(|word| word.replace('*', "q/r").replace(':', ""));
    for asked in filled.chain(ASKED.into_iter().map(str::to_owned)) {
        // Only a request that passes here is looked up.
        let Ok((path, _)) = address::parse(&asked) else { continue };
        let Some(found) = redirects.find(&path) else { continue };
        assert_eq!(redirects.find(&path), Some(found), "{asked}");
        let found = redirects.find(&path).expect("the same again");
        let to = found.to.as_str();
        assert!(!to.contains(|c: char| c.is_control() || c == ' '), "{asked} -> {to:?}");
        if leaves(to) {
            let is_meant =
                text.split_whitespace().any(|word| leaves(word) && shares_host(word, to));
            assert!(is_meant, "{asked} leads to {to}, which no rule says");
        }
        let status = found.status.as_u16();
        assert!(found.status.is_redirection() || [200, 404, 410].contains(&status), "{status}");
    }
}

/// Whether a browser would go to another host, or run a script.
fn leaves(to: &str) -> bool {
    let mut to = to.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    match to.next() {
        Some('/') => matches!(to.next(), Some('/' | '\\')),
        Some('\\') => true,
        Some(c) if c.is_ascii_alphabetic() => {
            to.find(|c| !c.is_ascii_alphanumeric() && !"+-.".contains(*c)) == Some(':')
        }
        _ => false,
    }
}

/// Whether an address begins like a rule's target, up to its path.
fn shares_host(rule: &str, to: &str) -> bool {
    let host = |address: &str| {
        let rest = address.split_once("//").map_or(address, |(_, rest)| rest);
        rest.split(['/', '\\', '?', '#']).next().unwrap_or("").to_owned()
    };
    // A rule may have a placeholder in place of a host.
    rule.split('/').nth(2).is_some_and(|host| host.contains(':')) || host(rule) == host(to)
}
