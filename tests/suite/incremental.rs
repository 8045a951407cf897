//! Whatever is edited, added, renamed and deleted between builds, the output is that of a clean
//! build, byte for byte, manifest included. If the edits leave a mistake, the output stays as it
//! was.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use jiff::ToSpan;
use kisah::build::{Memory, Request, Today};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::support::{self, Tree, rich};

/// Where documents may be: few places, so that edits collide.
const DOCUMENTS: [&str; 14] = [
    "content/posts/a.md",
    "content/posts/b.md",
    "content/posts/b.id.md",
    "content/posts/c.md",
    "content/posts/2019-05-06-d.md",
    "content/posts/bundle/index.md",
    "content/posts/bundle/index.id.md",
    "content/notes/e.md",
    "content/notes/deep/f.md",
    "content/about.md",
    "content/about.id.md",
    "content/people/ada.md",
    "content/series/life.md",
    "content/tags/_index.md",
];

/// The parts from which the front matter and the body of a document are made.
#[derive(Clone, Debug)]
struct Doc {
    keys: Vec<&'static str>,
    blocks: Vec<&'static str>,
}

const KEYS: [&str; 18] = [
    "title = \"One\"",
    "title = \"Two\"",
    "date = 2020-02-03",
    "date = 2021-03-04T05:06:07",
    "updated = 2022-01-01",
    "date = 2026-03-01",
    "expires = 2026-02-01",
    "draft = true",
    "slug = \"slug-NUMBER\"",
    "aliases = [\"/old/NUMBER/\"]",
    "summary = \"By hand.\"",
    "people = [\"Ada\", \"Ben\"]",
    "tags = [\"x\", \"Y\"]",
    "tags = \"y\"",
    "series = \"Life\"",
    "weight = 2",
    "image = \"p.gif\"",
    "extra.loud = true",
];

const BLOCKS: [&str; 14] = [
    "Words of a life.",
    // Pairs that cannot be told apart by the page's length, title and contents.
    "Words of a wife.",
    "Words in a life.",
    "Other words, *marked*.",
    "## Exile\n\nText.",
    "<!-- more -->",
    "[b](/posts/b/) and [c](/posts/c/#exile)",
    "[ada](/people/ada/) ![](/posts/bundle/p.gif)",
    "![](p.gif)",
    "Note.[^1]\n\n[^1]: The note.",
    "{{<badge text=\"t\"/>}}",
    "```rust\nlet x = 1;\n```",
    "[slug](/posts/slug-0/) [old](/old/0/) [tag](/tags/y/)",
    "# Heading first",
];

impl Doc {
    /// The text of the document at a path. Addresses that it sets itself contain its number, or
    /// most sites would have collisions; renamed documents still cause some.
    fn text(&self, path: &str) -> String {
        let number = DOCUMENTS.iter().position(|p| *p == path).unwrap_or_default();
        let mut text = String::from("+++\n");
        let mut seen = Vec::new();
        for key in &self.keys {
            let name = key.split(' ').next();
            if !seen.contains(&name) {
                seen.push(name);
                _ = writeln!(text, "{}", key.replace("NUMBER", &number.to_string()));
            }
        }
        text.push_str("+++\n");
        text.push_str(&self.blocks.join("\n\n"));
        text
    }
}

fn doc() -> impl Strategy<Value = Doc> {
    let keys = subsequence(KEYS.to_vec(), 0..6).prop_shuffle();
    let blocks = subsequence(BLOCKS.to_vec(), 0..5).prop_shuffle();
    (keys, blocks).prop_map(|(keys, blocks)| Doc { keys, blocks })
}

/// Files that are not documents, each in several versions; an empty one means that there is no such
/// file.
const OTHERS: [(&str, &[&str]); 14] = [
    (
        "kisah.toml",
        &[
            "base_url = \"https://example.org\"\ntimezone = \"Asia/Jakarta\"\n[languages.id]\n\
             [markdown]\ncomponents = true\n[collections.latest]\nlimit = 2\n",
            "title = \"Other\"\nbase_url = \"https://example.org/blog\"\n[languages.id]\n\
             [markdown]\ncomponents = true\nhighlight = false\n[collections.latest]\n\
             where.tags = \"y\"\n[feed]\nfull = false\n[assets]\nfingerprint = true\n",
            "base_url = \"https://example.org\"\nslugs = \"unicode\"\n[markdown]\n\
             components = true\nsmart_punctuation = false\n[collections.latest]\n\
             from = \"people\"\n[taxonomies.tags]\npaginate_by = 1\n[related]\nlimit = 1\n",
        ],
    ),
    ("content/_index.md", &["", "+++\ntitle = \"Home\"\npaginate_by = 2\n+++\nHello.\n"]),
    (
        "content/posts/_index.md",
        &[
            "",
            "+++\nsort_by = \"title\"\npaginate_by = 2\n[cascade]\nauthors = [\"Guest\"]\n+++\n",
            "+++\npermalink = \"/p/:slug/\"\nsort_by = \"weight\"\n+++\nPosts.\n",
        ],
    ),
    ("content/notes/_index.md", &["", "+++\npage_template = \"note.html\"\n+++\n"]),
    ("content/posts/p.gif", &["", "GIF89a\u{3}\0\u{2}\0\0\0\0;", "GIF89a\u{5}\0\u{4}\0\0\0\0;"]),
    ("content/posts/bundle/p.gif", &["", "GIF89a\u{7}\0\u{6}\0\0\0\0;"]),
    ("static/x.txt", &["", "one", "two"]),
    ("static/style.css", &["", "body {}"]),
    ("static/posts/a", &["", "in the way, sometimes"]),
    ("data/facts.toml", &["", "n = 1\n", "n = 2\n"]),
    ("i18n/en.toml", &["", "home = \"Start\"\n"]),
    (
        "templates/post.html",
        &[
            "",
            "{% extends \"kisah/post.html\" %}{% block head %}{{ data | json }}{% endblock head %}",
            "{{ page.title }}{{ page.content | safe }}{% for p in page.backlinks %}{{ p.title }}{% endfor %}{% for p in related %}{{ p.title }}{% endfor %}",
        ],
    ),
    (
        "templates/index.html",
        &[
            "",
            "{% for p in paginator.pages %}{{ p.title }}{{ p.summary_html | safe }}{{ p.tags | json }}{% endfor %}{% for x in latest %}{{ x.url }}{% endfor %}",
        ],
    ),
    (
        "templates/parts.html",
        &[
            "{% component badge(text) %}<b>{{ text }}</b>{% endcomponent badge %}",
            "{% component badge(text) %}<i>{{ text }}</i>{% endcomponent badge %}",
        ],
    ),
];

/// A template that always exists, for the section that asks for it.
const NOTE: (&str, &str) = ("templates/note.html", "{{ page.title }}|{{ assets | json }}");

#[derive(Clone, Debug)]
enum Edit {
    Write(&'static str, Doc),
    /// Adds one word at the end of a document.
    Touch(&'static str, &'static str),
    Other(usize, usize),
    Delete(&'static str),
    Rename(&'static str, &'static str),
    Day(i64),
    Drafts(bool),
    /// Someone deletes a file of the output.
    Lose(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let path = || select(DOCUMENTS.to_vec());
    prop_oneof![
        6 => (path(), doc()).prop_map(|(path, doc)| Edit::Write(path, doc)),
        3 => (path(), select(vec!["one", "two"])).prop_map(|(path, word)| Edit::Touch(path, word)),
        5 => (0..OTHERS.len(), 0..3_usize).prop_map(|(file, version)| Edit::Other(file, version)),
        2 => path().prop_map(Edit::Delete),
        2 => (path(), path()).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => (0..90_i64).prop_map(Edit::Day),
        1 => any::<bool>().prop_map(Edit::Drafts),
        1 => (0..100_usize).prop_map(Edit::Lose),
    ]
}

/// A site on disk that is edited, and what its sources should be.
struct Site {
    _folder: tempfile::TempDir,
    sources: Tree,
    request: Request,
}

impl Site {
    fn new(docs: Vec<Doc>) -> Site {
        let folder = support::temp();
        let root = folder.path().join("site");
        fs::create_dir_all(&root).expect("a folder");
        let mut site =
            Site { _folder: folder, sources: Tree::new(), request: support::request(&root) };
        for (path, doc) in DOCUMENTS.iter().zip(docs) {
            site.write(path, doc.text(path).as_bytes());
        }
        for (path, versions) in OTHERS {
            site.write(path, versions[0].as_bytes());
        }
        site.write(NOTE.0, NOTE.1.as_bytes());
        site
    }

    fn root(&self) -> &Path {
        &self.request.root
    }

    /// Writes a file; an empty one is removed.
    fn write(&mut self, path: &str, bytes: &[u8]) {
        if bytes.is_empty() {
            if self.sources.remove(path).is_some() {
                fs::remove_file(self.root().join(path)).expect("a file to remove");
            }
        } else {
            self.sources.insert(path.to_owned(), bytes.to_vec());
            support::write(self.root(), [(path, bytes)]);
        }
    }

    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Write(path, doc) => self.write(path, doc.text(path).as_bytes()),
            Edit::Other(file, version) => {
                let (path, versions) = OTHERS[*file];
                self.write(path, versions[version % versions.len()].as_bytes());
            }
            Edit::Touch(path, word) => {
                if let Some(bytes) = self.sources.get(*path) {
                    let text = String::from_utf8(bytes.clone()).expect("UTF-8");
                    let end = |word: &str| format!("\n\n{word}\n");
                    let old = ["one", "two"].into_iter().find(|w| text.ends_with(&end(w)));
                    let kept = old.map_or(text.as_str(), |w| text.trim_end_matches(&*end(w)));
                    let text = format!("{kept}{}", end(word));
                    self.write(path, text.as_bytes());
                }
            }
            Edit::Delete(path) => self.write(path, b""),
            Edit::Rename(from, to) => {
                if let Some(bytes) = self.sources.get(*from).cloned() {
                    self.write(from, b"");
                    self.write(to, &bytes);
                }
            }
            Edit::Day(days) => {
                self.request.today = Today::Day(jiff::civil::date(2026, 1, 1) + days.days());
            }
            Edit::Drafts(drafts) => self.request.overrides.drafts = *drafts,
            Edit::Lose(number) => {
                let output = self.root().join("public");
                let mut files = support::read_tree(&output);
                files.remove(support::MANIFEST);
                if let Some(path) = files.keys().nth(number % files.len().max(1)) {
                    fs::remove_file(output.join(path)).expect("a file to remove");
                }
            }
        }
    }

    /// Builds here and, from nothing, elsewhere, and compares.
    fn build(&self, what: &str) {
        let output = self.root().join("public");
        let before = support::read_tree(&output);
        let here = support::build(&self.request);
        let after = support::read_tree(&output);
        let elsewhere = support::temp();
        let mut request = self.request.clone();
        request.root = elsewhere.path().join("site");
        support::write_tree(&request.root, &self.sources);
        let clean = support::build(&request);
        let messages = |r: &kisah::build::Report| support::messages(&r.diagnostics);
        assert_eq!(messages(&here), messages(&clean), "{what}");
        let want = if clean.diagnostics.has_errors() {
            before
        } else {
            support::read_tree(&request.root.join("public"))
        };
        let difference = support::difference(&want, &after);
        assert!(difference.is_empty(), "{what}: - wanted, + made\n{difference}");
    }
}

/// How many sequences of edits are tried: enough for everyday use, or as many as `SEQUENCES` says.
fn sequences() -> u32 {
    std::env::var("SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(50)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: sequences(),
        max_shrink_iters: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn after_any_edits_the_output_is_that_of_a_clean_build(
        docs in prop::collection::vec(doc(), 4..DOCUMENTS.len()),
        edits in prop::collection::vec(prop::collection::vec(edit(), 1..3), 1..6),
    ) {
        let mut site = Site::new(docs);
        site.build("the first build");
        for edits in &edits {
            for edit in edits {
                site.apply(edit);
            }
            site.build(&format!("after {edits:?}"));
        }
    }
}

/// What a compilation takes over from the last one, as the server's do, is not seen in any file,
/// whatever was edited of what others show of a story.
#[test]
fn what_was_compiled_before_does_not_show() {
    let list = "{% for p in paginator.pages %}{{ p.summary_html | safe }}{% endfor %}";
    for templates in [None, Some(("templates/section.html", list.as_bytes()))] {
        let folder = support::temp();
        let other = &b"+++\ndate = 2020-01-01\npeople = [\"Ada\"]\n+++\nOther words."[..];
        let files = [("content/posts/b.md", other), ("content/posts/p.gif", b"GIF89a")];
        support::write(folder.path(), files.into_iter().chain(templates));
        let request = support::request(folder.path());
        let (mut memory, mut before) = (Memory::default(), Tree::new());
        for (key, body) in [
            ("", "Words."),
            ("", "Other words."),
            ("summary = \"By hand.\"", ""),
            ("summary = \"By another hand.\"", ""),
            ("description = \"In short.\"", ""),
            ("title = \"A life\"", ""),
            ("date = 2019-01-01", ""),
            ("slug = \"life\"", ""),
            ("image = \"p.gif\"", ""),
            ("people = [\"Ada\"]", ""),
            ("categories = [\"x\"]", ""),
            ("expires = 2025-01-01", ""),
        ] {
            let text = format!("+++\n{key}\n+++\n{body}");
            support::write(folder.path(), [("content/posts/a.md", text.as_bytes())]);
            let again = support::render_again(&request, &mut memory).expect("a site");
            let alone = support::render_all(&request, false).expect("a site");
            let difference = support::difference(&alone, &again);
            assert!(difference.is_empty(), "{text}: - alone, + again\n{difference}");
            assert_ne!(again, before, "{text}");
            before = again;
        }
    }
}

/// The edits that writers make most often, on a larger site: each renders no more than it must.
#[test]
fn small_edits_stay_small() {
    let folder = support::temp();
    let mut tree = rich::site(14, 7);
    support::write_tree(folder.path(), &tree);
    let request = support::request(folder.path());
    let all = support::build_clean(&request).rendered;
    let edit = |tree: &mut Tree, path: &str, from: &str, to: &str| {
        let text = String::from_utf8(tree[path].clone()).expect("UTF-8");
        assert!(text.contains(from), "{path}: {text}");
        let text = text.replacen(from, to, 1);
        support::write(folder.path(), [(path, text.as_bytes())]);
        tree.insert(path.to_owned(), text.into_bytes());
        let report = support::build_clean(&request);
        let made = support::read_tree(&folder.path().join("public"));
        let difference = support::difference(&support::clean_output(tree), &made);
        assert!(difference.is_empty(), "{difference}");
        report.rendered
    };
    let path = "content/posts/post-0.md";
    // Below the summary: the page, and the feeds that contain it.
    let body = edit(&mut tree, path, "### Late", "### Later");
    assert!((1..all / 3).contains(&body), "{body} of {all}");
    // One word replaced by another far below the summary.
    let word = edit(&mut tree, path, "[^n2]: Note", "[^n2]: Rest");
    assert!((1..all / 3).contains(&word), "{word} of {all}");
    // A template that one section uses.
    let template = edit(&mut tree, "templates/deep.html", "facts.one", "facts.deep");
    assert!((1..all / 4).contains(&template), "{template} of {all}");
    // A text that only Indonesian pages show.
    let texts = edit(&mut tree, "i18n/id.toml", "Depan", "Muka");
    assert!((1..all / 2).contains(&texts), "{texts} of {all}");
}
