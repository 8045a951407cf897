//! Whatever a file contains: never a panic, always a diagnostic with a place that exists; and slugs
//! of arbitrary text.

use kisah::analysis::Analysers;
use kisah::base::slug::{SlugStyle, fallback, slugify};
use kisah::base::{Diagnostic, Diagnostics, OutputPath, SourcePath, SourceText};
use kisah::config::{self, Config, Overrides};
use kisah::parse;
use proptest::prelude::*;
use unicode_normalization::is_nfc;

use crate::support;

/// Pieces of front matter, Markdown and component calls: random text rarely gets far into the
/// parsers.
const PIECES: [&str; 64] = [
    "+++\n",
    "---\n",
    "+++",
    "---",
    "\r\n",
    "\r",
    "\n",
    "\n\n",
    "\u{feff}",
    " ",
    "\t",
    "\0",
    "title",
    "date",
    "tags",
    "extra",
    "aliases",
    "taxonomies",
    "person",
    "[cascade]",
    "draft",
    "published",
    " = ",
    ": ",
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "{",
    "}",
    "- ",
    ", ",
    "2020-02-30",
    "2020-01-01 9:30",
    "true",
    "1e999",
    "null",
    "~",
    "&a",
    "*a",
    "!!str",
    "|\n  x",
    "# ",
    "## É\u{301}x {#y}\n",
    "> [!NOTE]\n",
    "[^1]",
    "[^1]: x\n",
    "| a | b |\n|:-|-:|\n",
    "<!-- more -->",
    "<div id=\"x\">",
    "</div>",
    "<img src=",
    "[x](@/y.md#z)",
    "![a](b \"c\")",
    "{{<figure src=\"a\"/>}}",
    "{% <quote> %}",
    "{% </quote> %}",
    "{% raw %}",
    "{{",
    "%}",
    "```rust\n",
    "فارسی",
    "🙂\u{200d}",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(|c| c.to_string()),
        1 => "[a-z0-9 ]{0,6}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A text that begins with front matter of either kind.
fn document() -> impl Strategy<Value = String> {
    let fence = prop::sample::select(vec!["+++\n", "---\n", "+++\r\n", "\u{feff}---\n", ""]);
    (fence, text(), text()).prop_map(|(fence, front, body)| {
        let fence_end = fence.trim_start_matches('\u{feff}');
        format!("{fence}{front}\n{fence_end}{body}")
    })
}

fn config(toml: &str) -> (Config, Diagnostics) {
    let mut out = Diagnostics::new();
    let files = [SourceText::new(SourcePath::new("kisah.toml"), toml)];
    (config::load(&files, &[], &Overrides::default(), &mut out), out)
}

/// Checks that a diagnostic's place is in the text, and that it can be shown.
fn is_in(text: &str, diagnostic: &Diagnostic) {
    let first = diagnostic.place.as_ref().into_iter();
    for place in first.chain(diagnostic.also.iter().map(|(place, _)| place)) {
        let Some(line) = &place.line else { continue };
        let lines = text.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1;
        assert!(line.number >= 1 && line.number as usize <= lines, "{place} of {lines} lines");
        assert!(text.contains(&*line.text), "{place}");
        let mark = line.mark.0 as usize..line.mark.1 as usize;
        assert!(line.text.get(mark).is_some(), "{place} {:?}", line.mark);
        assert!(line.column as usize <= line.text.chars().count() + 1, "{place}");
    }
    assert!(!support::message(diagnostic).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_document(text in document(), index in any::<bool>()) {
        for toml in ["", "slugs = \"unicode\"\n[markdown]\ncomponents = true\nhtml = false\n"] {
            let (config, _) = config(toml);
            let path = if index { "content/posts/_index.md" } else { "content/posts/2020-01-02-x.md" };
            let source = SourceText::new(SourcePath::new(path), text.as_str());
            let parsed = parse::parse(&source, &config, &mut Analysers::default());
            for diagnostic in &parsed.diagnostics {
                is_in(&text, diagnostic);
            }
            if let Some(doc) = parsed.doc {
                for span in doc.body.links.iter().map(|link| link.span) {
                    is_in(&text, &Diagnostic::error(&kisah::base::codes::IO, "x").at(doc.place(span)));
                }
                prop_assert!(doc.body.summary_end() <= doc.body.content.end());
                prop_assert!(doc.body.anchors.is_sorted());
            }
        }
    }

    #[test]
    fn any_settings(text in text()) {
        for diagnostic in &config(&text).1 {
            is_in(&text, diagnostic);
        }
    }

    #[test]
    fn slugs(text in any::<String>()) {
        for style in [SlugStyle::Ascii, SlugStyle::Unicode] {
            let slug = slugify(&text, style);
            prop_assert_eq!(&slugify(&slug, style), &slug, "it is a slug already");
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert!(is_nfc(&slug));
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            match style {
                SlugStyle::Ascii => prop_assert!(slug.chars().all(plain), "{slug}"),
                SlugStyle::Unicode => {
                    let separates = |c: char| c.is_whitespace() || c.is_control() || c.is_ascii_punctuation();
                    prop_assert!(!slug.chars().any(|c| c != '-' && separates(c)), "{slug}");
                }
            }
            let slug = if slug.is_empty() { fallback(&text) } else { slug };
            prop_assert!(OutputPath::new(&format!("posts/{slug}/index.html")).is_ok(), "{slug}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// All kinds of files at once, on disk: a whole build never panics, and its diagnostics can be
    /// shown.
    #[test]
    fn any_site(
        documents in prop::collection::vec(document(), 1..5),
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        data in text(),
        template in text(),
        settings in text(),
    ) {
        let folder = support::temp();
        let root = folder.path();
        let names = ["posts/a.md", "posts/_index.md", "people/b.md", "c.id.md"];
        for (name, text) in names.iter().zip(&documents) {
            support::write(root, [(format!("content/{name}").as_str(), text.as_bytes())]);
        }
        let settings = format!("base_url = \"https://example.org\"\n[extra]\n{settings}");
        support::write(root, [
            ("content/raw.md", bytes.as_slice()),
            ("content/raw.gif", &bytes),
            ("data/a.yaml", data.as_bytes()),
            ("data/b.json", data.as_bytes()),
            ("i18n/en.toml", data.as_bytes()),
            ("templates/page.html", template.as_bytes()),
            ("kisah.toml", settings.as_bytes()),
        ]);
        let report = support::build(&support::request(root));
        for diagnostic in &report.diagnostics {
            prop_assert!(!support::message(diagnostic).is_empty());
        }
        if report.diagnostics.has_errors() {
            prop_assert!(!root.join("public").exists());
        }
    }
}
