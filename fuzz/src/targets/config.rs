//! An arbitrary kisah.toml, over a site with a little of everything.

use super::text;
use crate::Target;
use crate::laws::gist;
use crate::site::{Made, Site, Theme};

pub const TARGET: Target = Target {
    name: "config",
    run,
    words: &[
        "title = \"",
        "base_url = \"https://example.org/blog\"\n",
        "base_url = ",
        "timezone = \"Asia/Jakarta\"\n",
        "[markdown]\n",
        "html = false\n",
        "[feed]\n",
        "formats = [\"atom\", \"rss\", \"json\"]\n",
        "limit = ",
        "full = true\n",
        "[[languages]]\n",
        "code = \"en\"\n",
        "code = \"id\"\n",
        "code = \"ar\"\n",
        "name = \"X\"\n",
        "[permalinks]\n",
        "posts = \"/:year/:month/:slug/\"\n",
        ":year",
        ":slug",
        ":section",
        "[[taxonomies]]\n",
        "taxonomies = [\"",
        "paginate_by = ",
        "[[menus.main]]\n",
        "url = \"/x/\"\n",
        "url = \"@/posts/a.md\"\n",
        "[collections.best]\n",
        "from = \"posts\"\n",
        "sort = ",
        "[appearance]\n",
        "accent = \"#123456\"\n",
        "[appearance.social]\n",
        "unknown_keys = \"extra\"\n",
        "output_dir = \"",
        "theme = \"x\"\n",
        "[assets]\n",
        "fingerprint = true\n",
        "[related]\n",
        "[archives]\n",
        "policy = \"",
        "author = ",
        "[author]\n",
        "description = \"",
        "symlinks = [\"",
        "ignore = [\"",
        "slugs = \"ascii\"\n",
        "[extra]\n",
        "true",
        "false",
        "0",
        "-1",
        "1e9",
        "99999999999999999999",
        "\"\"\"",
        "'''",
        "[",
        "]",
        "{",
        "}",
        "[[",
        "]]",
        "\\u00e9",
        "\\",
        "2020-01-01",
        "# c\n",
        "=",
        ".",
        ", ",
    ],
};

pub fn run(data: &[u8]) {
    let Some(config) = text(data) else { return };
    let made = make(config);
    if !config.contains('\r') {
        let other = make(&config.replace('\n', "\r\n"));
        assert_eq!(gist(&made.diagnostics), gist(&other.diagnostics), "line ends show");
    }
    // Everything written is below the output folder.
    for file in made.files.keys() {
        let mut parts = file.split('/');
        assert!(parts.all(|part| !["", ".", ".."].contains(&part)), "{file} lies elsewhere");
    }
}

fn make(config: &str) -> Made {
    let a = "+++\ntitle = \"A\"\ndate = 2020-01-01\ntags = [\"x\"]\npeople = [\"P\"]\nseries = \"S\"\n+++\n\nWords.\n";
    let b = "+++\ntitle = \"B\"\ndate = 2019-02-01\ntags = [\"x\", \"y\"]\naliases = [\"/old/\"]\n+++\n\nOther words.\n";
    let files = [
        ("content/posts/a.md", a),
        ("content/posts/b.md", b),
        ("content/posts/a.id.md", "+++\ntitle = \"A\"\n+++\n\nKata.\n"),
        ("content/about.md", "About.\n"),
    ];
    Site::new(config, Theme::Builtin, &files).make()
}
