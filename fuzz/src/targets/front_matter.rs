//! A story with arbitrary front matter.

use super::choices;
use crate::laws::gist;
use crate::site::{Made, Site, Theme};
use crate::{Target, html};

pub const TARGET: Target = Target {
    name: "front_matter",
    run,
    words: &[
        "+++\n",
        "---\n",
        "---",
        "+++",
        ";;;\n",
        "{\n",
        "title = ",
        "title: ",
        "date = ",
        "date: ",
        "2020-01-01",
        "2030-01-01",
        "2020-01-01T10:00:00Z",
        "draft = true\n",
        "draft: true\n",
        "published: false\n",
        "expires = 2019-01-01\n",
        "tags = [",
        "tags: [",
        "\"a\", ",
        "- a\n",
        "[extra]\n",
        "extra:\n",
        "  a: 1\n",
        "[[extra.x]]\n",
        "slug = \"",
        "path = \"/",
        "aliases = [\"/",
        "lang = \"id\"\n",
        "series = \"S\"\n",
        "weight = 1\n",
        "template = \"x.html\"\n",
        "kind = ",
        "image = \"a.jpg\"\n",
        "related = [\"",
        "'''",
        "\"\"\"",
        "|\n",
        ">\n",
        "&a",
        "*a",
        "!!str",
        "true",
        "1e999",
        "0x",
        "nan",
        "null",
        "~",
        "{a = 1}",
        "? ",
        "%YAML 1.2\n",
        "...\n",
        "titel = 1\n",
        "tittle: 1\n",
        "unlisted = true\n",
        "summary = \"",
        "\\u0041",
        "\\x",
        "<<: *a\n",
        "status: draft\n",
    ],
};

/// Occurs in the body of the story, and nowhere else.
const MARK: &str = "qwertzuiop";

/// The variants to choose from: the configuration, and line breaks.
const CONFIGS: [&str; 4] = [
    "",
    "unknown_keys = \"extra\"\n",
    "unknown_keys = \"warn\"\ntaxonomies = [\"people\"]\n",
    "timezone = \"Asia/Jakarta\"\n[[languages]]\ncode = \"en\"\n[[languages]]\ncode = \"id\"\n",
];

pub fn run(data: &[u8]) {
    let Some((choice, text)) = choices(data) else { return };
    let config = CONFIGS[usize::from(choice) % CONFIGS.len()];
    let story = format!("{text}\n{MARK}\n");
    let made = make(config, &story);
    // A story that clearly says that it is a draft appears in nothing that is written.
    let is_draft = made.compiled.plan.as_ref().is_some_and(|(plan, _)| {
        let mut stories = plan.site().documents.iter().map(|d| &d.doc);
        stories.any(|doc| doc.source.path.as_str() == PATH && doc.front.draft == Some(true))
    });
    for (file, bytes) in &made.files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!is_draft || !text.contains(MARK), "{file} has what is a draft");
        if file.ends_with(".html") {
            assert_eq!(html::nesting(&text), Ok(()), "{file}:\n{text}");
        }
    }
    if !story.contains('\r') {
        let other = make(config, &story.replace('\n', "\r\n"));
        assert_eq!(gist(&made.diagnostics), gist(&other.diagnostics), "line ends show");
    }
}

const PATH: &str = "content/posts/a.md";

fn make(config: &str, story: &str) -> Made {
    let config = format!("base_url = \"https://example.org\"\n{config}[markdown]\nhtml = false\n");
    let other = "+++\ntitle = \"B\"\ndate = 2019-01-01\ntags = [\"a\"]\n+++\n\n[a](@/posts/a.md)\n";
    let files = [(PATH, story), ("content/posts/b.md", other)];
    Site::new(&config, Theme::Plain, &files).make()
}
