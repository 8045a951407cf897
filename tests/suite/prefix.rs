//! A site in a folder of a host: for every address that its files name (pages, pictures and feeds,
//! in any format) there is a file when the output is served there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{self, Tree, repository, rich};

const ORIGIN: &str = "https://example.org";
const PREFIX: &str = "/blog";

/// All addresses of this site that its files name, with the first file that names each.
fn addresses(files: &Tree) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, bytes) in files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let named = match path.rsplit('.').next() {
            Some("html") => html(text),
            Some("xml") => between(text, &[("<loc>", "<"), ("href=\"", "\""), ("<link>", "<")]),
            Some("json") => between(text, &[("url\":\"", "\"")]),
            Some("css") => between(text, &[("url(", ")")]),
            _ if path == "_redirects" => text.split_whitespace().map(str::to_owned).collect(),
            _ if path == "robots.txt" => between(text, &[("Sitemap: ", "\n")]),
            _ => continue,
        };
        for address in named {
            let address =
                address.trim_matches(['"', '\'']).replace("&#39;", "'").replace("&amp;", "&");
            if seen.insert(address.clone()) {
                found.push((address, path.clone()));
            }
        }
    }
    found
}

fn html(text: &str) -> Vec<String> {
    // Code samples show attributes, too: only text in tags counts.
    let tags = between(text, &[("<", ">")]).join("\n");
    let mut named = between(&tags, &[(" href=\"", "\""), (" src=\"", "\""), ("url=", "\"")]);
    named.extend(between(&tags, &[("property=\"og:url\" content=\"", "\"")]));
    named.extend(between(&tags, &[("property=\"og:image\" content=\"", "\"")]));
    let data = between(text, &[("<script type=\"application/ld+json\">", "</script>")]).join("");
    let keys = [("url\":\"", "\""), ("\"item\":\"", "\""), ("\"@id\":\"", "\"")];
    named.extend(between(&data, &keys));
    named
}

fn between(text: &str, marks: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (before, after) in marks {
        for (at, _) in text.match_indices(before) {
            let rest = &text[at + before.len()..];
            found.extend(rest.find(after).map(|end| rest[..end].to_owned()));
        }
    }
    found
}

/// The file that a host shows for an address; none if the address is elsewhere.
fn file(address: &str) -> Option<Result<String, String>> {
    let path = address.strip_prefix(ORIGIN).unwrap_or(address);
    if !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let Some(path) = path.strip_prefix(PREFIX).filter(|rest| rest.starts_with('/')) else {
        return Some(Err(format!("`{address}` leaves {PREFIX}/")));
    };
    let path = kisah::base::url::decode(&path[1..]);
    let index = path.is_empty() || path.ends_with('/');
    Some(Ok(if index { format!("{path}index.html") } else { path }))
}

fn every_address_leads_to_a_file(root: &Path, least: usize) {
    let mut request = support::request(root);
    request.overrides.base_url = Some(format!("{ORIGIN}{PREFIX}/"));
    let files = support::render_all(&request, false).unwrap_or_else(|why| panic!("{why}"));
    let addresses = addresses(&files);
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (address, by) in &addresses {
        match file(address) {
            None => continue,
            Some(Ok(file)) if files.contains_key(&file) => {}
            Some(Ok(file)) => wrong.push(format!("{by}: `{address}`: there is no {file}")),
            Some(Err(why)) => wrong.push(format!("{by}: {why}")),
        }
        checked += 1;
    }
    assert!(checked >= least, "only {checked} addresses were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn of_the_repositorys_own_site() {
    every_address_leads_to_a_file(&repository(), 400);
}

#[test]
fn of_a_rich_site() {
    let folder = support::temp();
    support::write_tree(folder.path(), &rich::site(14, 1));
    every_address_leads_to_a_file(folder.path(), 200);
}
