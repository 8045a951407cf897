//! What is served equals what `build` writes.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use kisah::base::url::encode_path;
use kisah::build::Today;
use kisah::serve::Watching;
use kisah::serve::session::{Refreshed, Session};
use kisah::serve::snapshot::{Found, Snapshot};
use kisah::site::DocId;
use kisah::store::RealDisk;

use super::{site, start};
use crate::support::{self, Tree, rich};

/// The page without live reload.
fn without_live_reload(html: &str) -> String {
    let Some(at) = html.find("<script src=\"/.kisah/") else { return html.to_owned() };
    let end = at + html[at..].find("</script>\n").expect("the end of the script") + 10;
    format!("{}{}", &html[..at], &html[end..])
}

/// The address of a file of the output.
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
                // The theme's policy may have been loosened; that is tested elsewhere.
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

/// What is shown of an edited page before the whole site is compiled again is what will be shown
/// afterwards; if that cannot be known, nothing is shown.
#[test]
fn a_look_ahead_shows_what_comes() {
    let folder = site(&[
        ("kisah.toml", "base_url = \"https://example.org\"\n[markdown]\ncomponents = true\n"),
        ("content/b.md", "## Part\n"),
        ("content/posts/p.gif", "GIF89a\u{3}\0\u{2}\0\0\0\0;"),
        (PATH, ""),
    ]);
    let path = folder.path().canonicalize().expect("a folder").join(PATH);
    let front = "+++\ntitle = \"A\"\ndate = 2020-01-01\ntags = \"t\"\n+++\n";
    let first = format!("{front}One.\n\n[b](../b.md#part) ![](p.gif)\n");
    std::fs::write(&path, &first).expect("a file");
    let mut session = Session::new(&RealDisk, support::request(folder.path()));
    let refresh = |session: &mut Session| {
        let Refreshed { compiled, .. } = session.refresh(Today::Day(date(2026, 1, 1)))?;
        let (plan, engine) = compiled.plan.expect("a plan");
        Some(Snapshot::new(plan, engine, &RealDisk, folder.path()))
    };
    let look = |snapshot: &Snapshot| {
        let Found::File(index, _) = snapshot.find("/posts/a/") else { panic!("no page") };
        snapshot.file(index).expect("a file").bytes
    };
    let mut snapshot = refresh(&mut session).expect("a site");
    let parsed = |snapshot: &Snapshot| {
        let id = snapshot.plan().site().documents.len() - 1;
        Arc::clone(&snapshot.plan().edition(DocId(id)).doc)
    };
    for body in [
        "Two.\n\n[b](../b.md#part) ![](p.gif)",
        "Another summary, *marked*.\n\n## Head\n\nNote.[^1]\n\n[^1]: The note.\n\n![](p.gif)",
        "{% <quote cite=\"Ada\"> %}\nCounted.\n{% </quote> %}",
        "",
        "Words. \n\n<!-- more -->\n\n```rust\nlet x = 1;\n```",
    ] {
        std::fs::write(&path, format!("{front}{body}\n")).expect("a file");
        let ahead = session.look_ahead(&path, &snapshot).expect(body);
        assert_ne!(look(&ahead), look(&snapshot), "{body}");
        snapshot = refresh(&mut session).expect(body);
        assert_eq!(look(&ahead), look(&snapshot), "{body}");
        assert!(Arc::ptr_eq(&parsed(&ahead), &parsed(&snapshot)), "parsed twice: {body}");
        assert!(session.look_ahead(&path, &snapshot).is_none(), "nothing changed: {body}");
    }
    for text in [
        format!("{front}[new](../b.md)"),
        format!("{front}[broken](../nothing.md)"),
        format!("{}Other front matter.", front.replace("tags", "people")),
        "No front matter.".to_owned(),
        format!("{front}{{{{<nothing/>}}}}\n\n<!-- more -->"),
        "+++\n".to_owned(),
    ] {
        std::fs::write(&path, &text).expect("a file");
        assert!(session.look_ahead(&path, &snapshot).is_none(), "{text}");
    }
    assert!(session.look_ahead(&folder.path().join("kisah.toml"), &snapshot).is_none());
    // A heading that is the title, while it stays the same.
    std::fs::write(&path, "# A\n\nOne.").expect("a file");
    snapshot = refresh(&mut session).expect("a site");
    std::fs::write(&path, "# A\n\nTwo.\n\n## Head\n\n# A\n").expect("a file");
    let ahead = session.look_ahead(&path, &snapshot).expect("the same title");
    snapshot = refresh(&mut session).expect("a site");
    assert_eq!(look(&ahead), look(&snapshot));
    std::fs::write(&path, "# B\n\nTwo.").expect("a file");
    assert!(session.look_ahead(&path, &snapshot).is_none(), "another title");
}

const PATH: &str = "content/posts/a.md";

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
