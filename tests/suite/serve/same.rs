//! What is served equals what `build` writes.

use std::path::Path;

use kisah::base::url::encode_path;
use kisah::serve::Watching;

use super::{site, start};
use crate::support::{self, Tree, rich};

/// The page without live reload.
fn without_live_reload(html: &str) -> String {
    let Some(at) = html.find("<script src=\"/.kisah/") else { return html.to_owned() };
    let end = at + html[at..].find("</script>\n").expect("the end of the script") + 10;
    format!("{}{}", &html[..at], &html[end..])
}

/// The policy without the room for live reload, as far as the test's sites go.
fn address(prefix: &str, file: &str) -> String {
    let path = file.strip_suffix("index.html").filter(|p| p.is_empty() || p.ends_with('/'));
    format!("{prefix}/{}", encode_path(path.unwrap_or(file)))
}

fn compare(root: &Path, prefix: &str) -> usize {
    let running = start(root, Watching::No);
    let built = support::clean_output(&support::read_tree(root));
    let mut served = Tree::new();
    for (file, bytes) in &built {
        if file == support::MANIFEST {
            continue;
        }
        let reply = running.get(&address(prefix, file));
        // The page of an alias gives way to the line in `_redirects` that says the same.
        if reply.status == 301 && String::from_utf8_lossy(bytes).contains(reply.header("location"))
        {
            served.insert(file.clone(), bytes.clone());
            continue;
        }
        assert_eq!(reply.status, 200, "{file}: {reply:?}");
        let body = match std::str::from_utf8(&reply.body) {
            Ok(text) if reply.header("content-type").starts_with("text/html") => {
                assert!(text.contains("<script src=\"/.kisah/"), "{file}");
                // The theme's policy may have been opened; that is tested elsewhere.
                let text = without_live_reload(text);
                let policy = kisah::serve::policy::page_with_room(
                    std::str::from_utf8(bytes).expect("UTF-8"),
                );
                if policy == text { bytes.clone() } else { text.into_bytes() }
            }
            _ => reply.body.clone(),
        };
        served.insert(file.clone(), body);
    }
    let built: Tree = built.into_iter().filter(|(file, _)| file != support::MANIFEST).collect();
    assert_eq!(support::difference(&built, &served), "");
    built.len()
}

#[test]
fn a_site_with_something_of_everything() {
    let folder = support::temp();
    support::write_tree(folder.path(), &rich::site(10, 4));
    assert!(compare(folder.path(), "/blog") > 60);
    let config = std::fs::read_to_string(folder.path().join("kisah.toml")).expect("a file");
    let lines: Vec<&str> = config.lines().filter(|l| !l.starts_with("base_url")).collect();
    let config = format!("base_url = \"https://example.org\"\n{}", lines.join("\n"));
    support::write(folder.path(), [("kisah.toml", config.as_bytes())]);
    compare(folder.path(), "");
}

#[test]
fn names_that_must_be_encoded() {
    let folder = site(&[
        ("content/é.md", "x"),
        ("static/100% of it.txt", "x"),
        ("static/a+b&c;d=e.txt", "x"),
        ("static/[x]#1?.txt", "x"),
        ("static/empty.bin", ""),
        ("static/.well-known/security.txt", "x"),
    ]);
    compare(folder.path(), "");
}
