//! Front matter in every spelling, and what is said about mistakes.

use super::*;
use crate::analysis::Analysers;
use crate::base::fields::{Spanned, UnknownKeys};
use crate::base::{SourcePath, SourceText};
use crate::config::Config;
use crate::keys::{FRONT_MATTER, FrontMatter, Kind, SortKey, Stands};
use crate::parse::testing::{config, config_with, source};
use crate::parse::{Parsed, parse};

/// What is said, one line each: place, message, help.
fn said(parsed: &Parsed) -> String {
    let lines = parsed.diagnostics.iter().map(|d| {
        let line = d.place.as_ref().and_then(|p| p.line.as_ref()).unwrap();
        let mark = &line.text[line.mark.0 as usize..line.mark.1 as usize];
        let help = d.help.as_deref().unwrap_or("-");
        format!(
            "{} {}:{} `{mark}` {}; {help}\n",
            d.severity.as_str(),
            line.number,
            line.column,
            d.message
        )
    });
    lines.collect()
}

fn front(text: &str, config: &Config) -> FrontMatter {
    let parsed = parse(&source(text), config, &mut Analysers::default());
    assert_eq!(said(&parsed), "", "{text}");
    parsed.doc.unwrap().front.as_ref().clone()
}

fn wrong(text: &str, config: &Config) -> String {
    said(&parse(&source(text), config, &mut Analysers::default()))
}

#[test]
fn fences() {
    for (text, title, body) in [
        ("a", "", "a"),
        ("---\ntitle: x\n---\na", "x", "a"),
        ("+++\ntitle = \"x\"\n+++\na", "x", "a"),
        ("\u{feff}---  \ntitle: x\n---\t\na", "x", "a"),
        ("\u{feff}a", "", "a"),
        ("---\r\ntitle: x\r\n---\r\na\r\nb", "x", "a b"),
        ("---\rtitle: x\rslug: y\r---\ra\rb", "x", "a b"),
        ("+++\rtitle = \"x\"\r\nslug = \"y\"\n+++\ra", "x", "a"),
        ("\u{feff}\n  \r\n---\ntitle: x\n---\na", "x", "a"),
        ("\n\na\n---\n", "", "a"),
        ("---\n---\na", "", "a"),
        ("---\n---", "", ""),
        ("+++\n+++", "", ""),
        ("---\n# nothing\n---\na", "", "a"),
        // The first fence ends it, and there is one spelling of it.
        ("---\ntitle: x\n----\n---\na\n---\nb", "", ""),
        ("---\ntitle: |\n  x\n  ---\n---\na", "x\n---", "a"),
        ("---\ntitle: x\n...\na", "", ""),
        // A line above a text.
        ("---\na: b\n\n---\nc", "", "c"),
        ("---\n\na", "", "a"),
        ("---", "", ""),
        ("--- a", "", "--- a"),
        (" ---\ntitle: x\n---\n", "", "title: x"),
    ] {
        let mut config = config();
        config.unknown_keys = UnknownKeys::Extra;
        let parsed = parse(&source(text), &config, &mut Analysers::default());
        let Some(doc) = parsed.doc else {
            assert_eq!(body, "", "{text:?}");
            continue;
        };
        assert_eq!(doc.front.title.as_deref().unwrap_or(""), title, "{text:?}");
        assert_eq!(doc.body.excerpt, body, "{text:?}");
    }
}

#[test]
fn unclosed() {
    for (text, want) in [
        (
            "---\ntitle: x\ntags:\n- a\n\nText",
            "error 1:1 `---` the front matter has no closing `---`; put a line `---` after the last key\n",
        ),
        (
            "\u{feff}+++\r\ntitle = \"x\"\r\n\r\nText +++",
            "error 1:1 `+++` the front matter has no closing `+++`; put a line `+++` after the last key\n",
        ),
    ] {
        let parsed = parse(&source(text), &config(), &mut Analysers::default());
        assert!(parsed.doc.is_none());
        assert_eq!(said(&parsed), want);
    }
    let parsed =
        parse(&source("---\ntitle: x\ntags:\n- a\n\nText"), &config(), &mut Analysers::default());
    let (place, label) = &parsed.diagnostics[0].also[0];
    assert_eq!(
        (place.line.as_ref().unwrap().number, label.as_str()),
        (4, "the last key seems to end here")
    );
}

#[test]
fn every_key() {
    let toml = r#"+++
title = " A life "
date = 2017-07-14
updated = "2017-07-15 09:30"
expires = 2027-01-01T00:00:00Z
draft = true
slug = "s"
path = "/p/"
aliases = ["/a/", "/b/"]
summary = "S"
description = "D"
authors = "Ann"
people = ["Ada", "", "Bob"]
series = "Lives"
weight = 3
template = "t.html"
image = "i.jpg"
lang = "en"
kind = "page"
id = "urn:x"
related = ["@/a.md"]
read_also = "@/b.md"
[taxonomies]
tags = ["x", "y"]
[person]
born = 1815
[extra]
k = { n = [1, 2.5, "a"] }
+++
"#;
    let yaml = "---
title: ' A life '
date: 2017-07-14
updated: 2017-07-15 09:30
expires: 2027-01-01T00:00:00Z
draft: true
slug: s
path: /p/
aliases: [/a/, /b/]
summary: S
description: D
authors: Ann
people:
  - Ada
  - ''
  -
  - Bob
series: Lives
weight: 3
template: t.html
image: i.jpg
lang: en
kind: page
id: urn:x
related:
- '@/a.md'
read_also: '@/b.md'
taxonomies:
  tags: [x, y]
person: {born: 1815}
extra:
  k: {n: [1, 2.5, a]}
---
";
    for text in [toml, yaml] {
        let front = front(text, &config());
        let dates = [front.date, front.updated, front.expires].map(|d| d.unwrap().iso());
        assert_eq!(dates, ["2017-07-14", "2017-07-15T09:30:00+07:00", "2027-01-01T07:00:00+07:00"]);
        assert_eq!(front.title.as_deref(), Some("A life"));
        let texts = [front.slug, front.path, front.series, front.template, front.image, front.lang];
        let values: Vec<_> = texts.iter().flatten().map(|t| t.value.as_str()).collect();
        assert_eq!(values.join(" "), "s /p/ Lives t.html i.jpg en");
        let related = front.related.first.unwrap();
        for spanned in texts.iter().flatten().chain(&front.aliases).chain(&related) {
            assert!(text[spanned.span.range()].contains(&spanned.value));
        }
        let list =
            |l: &[Spanned<String>]| l.iter().map(|t| t.value.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(list(&front.aliases), "/a/ /b/");
        assert_eq!(list(&related) + &list(&front.read_also.stories.unwrap()), "@/a.md@/b.md");
        let terms: Vec<_> = front
            .taxonomies
            .iter()
            .map(|(name, terms)| format!("{name}: {}", list(terms)))
            .collect();
        assert_eq!(terms, ["tags: x y", "people: Ada Bob", "authors: Ann"]);
        assert_eq!(
            (front.draft, front.weight, front.kind),
            (Some(true), Some(3), Some(Kind::Page))
        );
        assert_eq!(
            (front.summary.as_deref(), front.description.as_deref(), front.id.as_deref()),
            (Some("S"), Some("D"), Some("urn:x"))
        );
        assert_eq!(
            serde_json::Value::Object(front.extra).to_string(),
            r#"{"k":{"n":[1,2.5,"a"]}}"#
        );
    }
}

#[test]
fn what_is_empty_is_absent() {
    let text =
        "---\ntitle: ''\nslug:\ndate:\nimage: ' '\ntags:\naliases: ''\npeople: []\n---\n# B\n";
    let parsed = parse(&source(text), &config(), &mut Analysers::default());
    assert_eq!(parsed.doc.unwrap().title, "B");
    let front = front(text, &config());
    assert_eq!(front.title, None);
    assert!(front.slug.is_none() && front.date.is_none() && front.image.is_none());
    assert!(front.aliases.is_empty());
    // An empty list says that there are none, which may override what a section hands down.
    assert_eq!(front.taxonomies, [("people".to_owned(), Vec::new())]);
}

#[test]
fn plain_scalars_are_text_where_text_is_wanted() {
    let front = front("---\ntitle: 2001\ntags: [1984, yes, a]\nid: 5\n---\n", &config());
    assert_eq!((front.title.as_deref(), front.id.as_deref()), (Some("2001"), Some("5")));
    assert_eq!(front.taxonomies[0].1.len(), 3);
}

#[test]
fn published_is_jekylls_draft() {
    for (text, want) in [
        ("published: false", Some(true)),
        ("published: true", Some(false)),
        ("published: false\ndraft: false", Some(true)),
        ("published: true\ndraft: true", Some(true)),
        ("published: 'no'", Some(true)),
        ("published:", None),
        ("title: x", None),
    ] {
        assert_eq!(front(&format!("---\n{text}\n---\n"), &config()).draft, want, "{text}");
    }
    assert!(
        wrong("---\npublished: 2020-01-01\n---\n", &config())
            .contains("`published` must be `true` or `false` here, not a day")
    );
}

#[test]
fn dates_in_names() {
    for (path, front, want) in [
        ("content/posts/2014-01-02-x.md", "", Some("2014-01-02")),
        ("content/posts/2014-01-02-x.id.md", "", Some("2014-01-02")),
        ("content/posts/2014-01-02-x/index.md", "", Some("2014-01-02")),
        ("content/posts/2014-01-02-x/index.id.md", "", Some("2014-01-02")),
        ("content/posts/2014-01-02-x/_index.md", "", None),
        ("content/posts/2014-01-02-x/y.md", "", None),
        ("content/posts/2014-01-02-x.md", "date = 2015-01-01", Some("2015-01-01")),
        ("content/posts/2014-13-02-x.md", "", None),
        ("content/posts/2014-01-02.md", "", None),
        ("content/posts/2014-01-02-.md", "", None),
        ("content/posts/2014-01-02x.md", "", None),
        ("content/posts/é014-01-0-x.md", "", None),
    ] {
        let text = format!("+++\n{front}\n+++\n");
        let parsed = parse(
            &SourceText::new(SourcePath::new(path), text),
            &config(),
            &mut Analysers::default(),
        );
        let date = parsed.doc.unwrap().front.date.map(|d| d.iso());
        assert_eq!(date.as_deref(), want, "{path} {front}");
    }
}

#[test]
fn all_mistakes_at_once() {
    let config = config();
    for (text, want) in [(
        "+++\ntitle = 5\ndate = \"14 July\"\nupdated = 2017-07-14\nexpires = \"2017-02-30\"\ntgas = [\"a\"]\n\
             tags = [{}]\nkind = \"psot\"\nsort_by = \"date\"\nmine = 1\ndraft = \"yes\"\n[taxonomies]\nfoo = [\"a\"]\n+++\n[a](b)",
        "error 2:9 `5` `title` must be a string, not an integer; put it in quotes: `title = \"5\"`\n\
             error 3:8 `\"14 July\"` `date` cannot be read as a date: `14 July`; write `2017-07-14`, or with a time `2017-07-14 09:30`\n\
             error 5:11 `\"2017-02-30\"` `expires` is not a day in the calendar: `2017-02-30`; write `2017-07-14`, or with a time `2017-07-14 09:30`\n\
             error 6:1 `tgas` unknown key `tgas` in the front matter; did you mean `tags`?\n",
    )] {
        let got = wrong(text, &config);
        assert!(got.starts_with(want), "{got}");
        for part in [
            "7:9 `{}` `tags` must be a string, or a list of strings, not a table",
            "8:8 `\"psot\"` `kind` cannot be `psot`; did you mean `post`?",
            "9:1 `sort_by` `sort_by` is not a key of a post or page; it belongs in the `_index.md` of the section",
            "10:1 `mine` unknown key `mine` in the front matter; move it below `[extra]`, where any key is allowed",
            "11:9 `\"yes\"` `draft` must be `true` or `false`, not a string",
            "13:1 `foo` unknown taxonomy `foo`; declare it in kisah.toml: `[taxonomies.foo]`",
        ] {
            assert!(got.contains(part), "{part}\n{got}");
        }
        assert_eq!(got.lines().count(), 10);
    }
}

#[test]
fn syntax_errors_name_their_line() {
    for (text, places) in [
        ("+++\ntitle = x\ndate = 2020-01-01\ntags = [\n+++\n", vec![2, 4]),
        ("---\ntitle: x\ntitle: y\n---\n", vec![3]),
        ("---\r\ntitle: x\r\ntags: [a\r\n---\r\n", vec![3]),
        ("---\rtitle: x\rtitle: y\r---\r", vec![3]),
        ("---\njust text\n---\n", vec![2]),
    ] {
        let parsed = parse(&source(text), &config(), &mut Analysers::default());
        let lines: Vec<u32> = parsed
            .diagnostics
            .iter()
            .filter(|d| d.code.name == "syntax")
            .filter_map(|d| Some(d.place.as_ref()?.line.as_ref()?.number))
            .collect();
        assert_eq!(lines, places, "{text:?} {:#?}", parsed.diagnostics);
    }
}

#[test]
fn unknown_keys_as_configured() {
    let text = "---\ntitle: x\nlayout: post\nsort_by: date\nn: {a: 1}\nextra: {n: 2}\ntaxonomies: {foo: a}\n---\n";
    let mut config = config();
    config.unknown_keys = UnknownKeys::Warn;
    let got = wrong(text, &config);
    assert_eq!(got.matches("warning").count(), 4, "{got}");
    assert!(!got.contains("error"));
    config.unknown_keys = UnknownKeys::Extra;
    let extra = serde_json::Value::Object(front(text, &config).extra).to_string();
    assert_eq!(extra, r#"{"foo":"a","layout":"post","sort_by":"date","n":2}"#);
}

#[test]
fn taxonomies_of_the_site() {
    let config = config_with("[taxonomies.places]\nfeed = false");
    let front = front(
        "---\nplaces: Jakarta\ntags: a\ntaxonomies: {tags: [b], places: [Bali]}\n---\n",
        &config,
    );
    let terms: Vec<_> = front
        .taxonomies
        .iter()
        .flat_map(|(name, terms)| terms.iter().map(move |t| format!("{name}:{}", t.value)))
        .collect();
    assert_eq!(terms, ["tags:a", "tags:b", "places:Jakarta", "places:Bali"]);
}

#[test]
fn sections() {
    let index = |text: &str| {
        parse(
            &SourceText::new(SourcePath::new("content/posts/_index.id.md"), text),
            &config(),
            &mut Analysers::default(),
        )
    };
    let parsed = index(
        "+++\ntitle = \"x\"\nsort_by = \"weight\"\npaginate_by = 0\npage_template = \"p.html\"\n\
         permalink = \"/:slug/\"\n[cascade]\ndraft = true\ntags = \"a\"\n[cascade.extra]\nk = 1\n+++\n",
    );
    assert_eq!(said(&parsed), "");
    let section = &parsed.doc.as_ref().unwrap().front.section;
    assert_eq!((section.sort_by, section.paginate_by), (Some(SortKey::Weight), Some(0)));
    assert_eq!(section.page_template.as_ref().unwrap().value, "p.html");
    assert_eq!(section.permalink.as_ref().unwrap().value, "/:slug/");
    let cascade = section.cascade.as_ref().unwrap();
    assert_eq!((cascade.draft, cascade.taxonomies.len(), cascade.extra.len()), (Some(true), 1, 1));

    let parsed = index(
        "+++\nsort_by = \"size\"\npaginate_by = -1\n[cascade]\nslug = \"x\"\naliases = [\"y\"]\nsort_by = \"date\"\nfoo = 1\n+++\n",
    );
    assert_eq!(
        said(&parsed),
        "error 2:11 `\"size\"` `sort_by` cannot be `size`; use one of `date`, `weight`, `title`\n\
         error 3:15 `-1` `paginate_by` must be at least 0, not -1; -\n\
         error 5:1 `slug` `slug` cannot be handed down; set it in the documents themselves\n\
         error 6:1 `aliases` `aliases` cannot be handed down; set it in the documents themselves\n\
         error 7:1 `sort_by` `sort_by` cannot be handed down; move it out of `[cascade]`\n\
         error 8:1 `foo` unknown key `foo` in `[cascade]`; move it below `[extra]`, where any key is allowed\n"
    );
}

/// The guide shows the table that is in the code: no key is missing there.
#[test]
fn the_guide_names_every_key_that_withholds() {
    let guide = include_str!("../../../content/guide/front-matter.md");
    let (_, guide) = guide.split_once("## Keys of other programs").unwrap();
    let named: Vec<String> = guide.split('`').skip(1).step_by(2).map(foreign::normal).collect();
    let withhold = foreign::TABLE.iter().filter(|r| !matches!(r.means, foreign::Means::Name));
    for name in withhold.flat_map(|row| row.names) {
        assert!(named.iter().any(|n| n == name), "{name}");
    }
    for row in foreign::TABLE {
        for name in row.names {
            assert_eq!(foreign::normal(name), **name, "is not as `normal` makes it");
        }
        assert!(
            row.ours.is_none_or(|ours| FRONT_MATTER.iter().any(|key| key.spec.name == ours)),
            "{:?}",
            row.ours
        );
    }
}

/// What is declared is read where it may stand, and nowhere else.
#[test]
fn declared_keys_are_read() {
    for key in FRONT_MATTER {
        for file in ["_index.md", "a.md"] {
            let text = format!("---\n{}: \n---\n", key.spec.name);
            let path = SourcePath::new(format!("content/posts/{file}"));
            let source = SourceText::new(path, text);
            let said = said(&parse(&source, &config(), &mut Analysers::default()));
            let is_misplaced = key.stands == Stands::InSections && file == "a.md";
            assert_eq!(said.is_empty(), !is_misplaced, "{file}: {said}");
        }
    }
}
