//! An arbitrary data file, and a page that shows it.

use super::choices;
use crate::Target;
use crate::laws::gist;
use crate::site::{Made, Site, Theme};

pub const TARGET: Target = Target {
    name: "data",
    run,
    words: &[
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"a\"",
        "\"a\": 1",
        "null",
        "true",
        "1",
        "-0",
        "1.5",
        "1e400",
        "9007199254740993",
        "18446744073709551616",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "a: 1\n",
        "- a\n",
        "  - b\n",
        "a:\n",
        "  b: c\n",
        "&x ",
        "*x",
        "<<: *x\n",
        "|\n",
        ">-\n",
        "!!int ",
        "!t ",
        "? ",
        "---\n",
        "...\n",
        "%TAG ! x\n",
        "'",
        "''",
        "yes",
        "0o17",
        "0x1F",
        ".inf",
        ".nan",
        "2020-01-01",
        "a = 1\n",
        "[a]\n",
        "[[a]]\n",
        "[a.b]\n",
        "a.b = 1\n",
        "\"\" = 1\n",
        "'''",
        "\"\"\"",
        "inf",
        "nan",
        "07:32:00",
        "\\",
        "// c\n",
        "/* c */",
        "# c\n",
        "\t",
        "a: b: c\n",
        "{a: 1, b}",
        "\"a\" 1",
    ],
};

const TYPES: [&str; 3] = ["toml", "json", "yaml"];

pub fn run(data: &[u8]) {
    let Some((choice, text)) = choices(data) else { return };
    let path = format!("data/x.{}", TYPES[usize::from(choice) % TYPES.len()]);
    let made = make(&path, text);
    if !text.contains('\r') {
        let other = make(&path, &text.replace('\n', "\r\n"));
        assert_eq!(gist(&made.diagnostics), gist(&other.diagnostics), "line ends show");
    }
}

fn make(path: &str, text: &str) -> Made {
    let page = "{% if data.x is defined %}{{ data.x | json | safe }}{% if data.x is map %}\
        {% for k, v in data.x %}{{ k }}{% endfor %}{% endif %}{% endif %}";
    let files = [("content/a.md", "A.\n"), (path, text), ("templates/page.html", page)];
    let made = Site::new("base_url = \"https://example.org\"\n", Theme::Plain, &files).make();
    assert!(made.has_errors() || made.files.contains_key("a/index.html"), "the page is missing");
    made
}
