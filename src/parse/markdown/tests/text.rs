//! Where the text of a body stands in its HTML.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::super::html::{self, Piece};
use super::super::raw::INLINE;
use super::super::words::joined as words;
use super::random;
use super::*;
use crate::analysis::Analysers;
use crate::parse::testing::config_with;
use crate::parse::{BlockKind, Passage, Within};

/// The names of what a run stands in.
const NAMES: [(Within, &str); 10] = [
    (Within::HEADING, "heading"),
    (Within::LINK, "link"),
    (Within::CODE, "code"),
    (Within::QUOTE, "quote"),
    (Within::LIST, "list"),
    (Within::TABLE, "table"),
    (Within::CAPTION, "caption"),
    (Within::NOTE, "note"),
    (Within::HTML, "html"),
    (Within::ALT, "alt"),
];

/// The HTML of one chunk as far as it is text.
fn slice(passage: &Passage, run: &crate::parse::Run) -> String {
    let Chunk::Html(html) = &passage.chunks[run.chunk as usize] else { panic!("{run:?}: a hole") };
    html.get(run.start as usize..run.end as usize).expect("between characters").to_owned()
}

/// The same, behind a `/` where a line begins.
fn line_and_text(passage: &Passage, run: &crate::parse::Run) -> String {
    format!("{}{}", if run.apart { "/" } else { "" }, slice(passage, run))
}

fn passages(body: &Body) -> impl Iterator<Item = &Passage> {
    let called = body.components.iter().filter_map(|call| call.body.as_ref());
    called.chain(body.notes.iter().flatten()).chain([&body.content])
}

/// What must be true of the runs and blocks of any body.
fn check_runs(body: &Body) {
    for passage in passages(body) {
        let mut last = (0, 0);
        for run in &passage.runs {
            assert!(!slice(passage, run).contains(['<', '>']), "{:?}", slice(passage, run));
            assert!(last <= (run.chunk, run.start) && run.start <= run.end, "{run:?} out of order");
            last = (run.chunk, run.end);
        }
    }
    let mut last = Cut::default();
    for block in &body.blocks {
        assert!(last < block.end && block.end <= body.content.end(), "{block:?} out of order");
        let (head, chunks, tail) = body.content.between(last, block.end);
        let html = [head, &fill(chunks, body), tail].concat();
        match block.kind {
            BlockKind::Paragraph => assert!(html.ends_with("</p>\n"), "{html:?}"),
            BlockKind::Heading => assert!(html[html.len() - 6..].starts_with("</h"), "{html:?}"),
            BlockKind::Other => {}
        }
        last = block.end;
    }
}

/// The words between the tags of a passage, as someone would find them who reads its HTML again.
fn words_between_tags(passage: &Passage, body: &Body) -> String {
    let html = joined(passage, body);
    let mut text = String::new();
    // The elements whose text does not count, from the outermost.
    let mut left_out: Vec<String> = Vec::new();
    let mut in_heading = false;
    for piece in html::pieces(&html) {
        match piece {
            Piece::Text(range) if left_out.is_empty() => text += &html::decode(&html[range]),
            Piece::Tag(tag) => {
                let name = html[tag.name.clone()].to_ascii_lowercase();
                let written = &html[tag.range.clone()];
                let is_heading = name.len() == 2 && name.starts_with('h') && name != "hr";
                in_heading = if is_heading { !tag.closing } else { in_heading };
                if !INLINE.contains(&&*name) && name != "img" {
                    text.push(' ');
                }
                if tag.closing {
                    left_out.pop_if(|open| *open == name);
                } else if name == "pre" || written.contains("class=\"footnote-") {
                    left_out.push(name);
                } else if name == "img" && in_heading {
                    let alt = tag.attributes.iter().find(|a| html[a.name.clone()] == *"alt");
                    text += &alt.map_or("".into(), |a| html::decode(&html[a.value.clone()]));
                }
            }
            _ => {}
        }
    }
    words(&text)
}

/// The HTML of a passage, with component bodies where they are called and other holes left empty.
fn joined(passage: &Passage, body: &Body) -> String {
    let html = passage.chunks.iter().map(|chunk| match chunk {
        Chunk::Html(html) => html.to_string(),
        Chunk::Component(call) => {
            let called = body.components[*call as usize].body.as_ref();
            called.map_or_else(String::new, |called| joined(called, body))
        }
        _ => String::new(),
    });
    html.collect()
}

fn check_text(body: &Body, what: &str) {
    check_runs(body);
    let text = words(&body.text());
    assert_eq!(text, words_between_tags(&body.content, body), "{what}");
}

/// Every Markdown file of the repository: those of its site, and those in cases.
fn documents() -> Vec<(String, String)> {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut found = Vec::new();
    for folder in ["content", "tests/cases"] {
        for entry in walkdir::WalkDir::new(format!("{root}/{folder}")).sort_by_file_name() {
            let path = entry.unwrap().into_path();
            let Some(extension) = path.extension() else { continue };
            let name = path.display().to_string();
            if extension == "md" {
                found.push((name, fs::read_to_string(path).unwrap()));
            } else if extension == "txt" {
                let text = fs::read_to_string(path).unwrap();
                let sections = format!("\n{text}");
                found.extend(sections.split("\n-- ").filter_map(|section| {
                    let (header, text) = section.split_once(" --\n")?;
                    let is_document = Path::new(header).extension().is_some_and(|e| e == "md");
                    is_document.then(|| (format!("{name}: {header}"), text.to_owned()))
                }));
            }
        }
    }
    found
}

#[test]
fn runs_are_the_text_of_every_document_here() {
    let documents = documents();
    assert!(documents.len() > 300, "only {} documents were found", documents.len());
    for components in [false, true] {
        let mut config = config_with("");
        config.markdown.components = components;
        for (name, text) in &documents {
            let parsed = crate::parse::parse(&source(text), &config, &mut Analysers::default());
            if let Some(doc) = parsed.doc {
                check_text(&doc.body, name);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Raw HTML can be nested in any way, so what is text in it is told by `plain_text` alone.
    #[test]
    fn runs_are_the_text_of_anything(text in random::markdown(), mut config in random::configs()) {
        let (body, _) = parsed(&source(&text), &config);
        check_runs(&body);
        config.markdown.html = false;
        let (body, _) = parsed(&source(&text), &config);
        check_text(&body, &text);
    }
}

#[test]
fn runs_say_what_they_stand_in() {
    let mut config = config();
    config.markdown.components = true;
    for (markdown, want) in [
        ("a *b*\nc&d", "/a |b|\nc&amp;d"),
        ("# a [b](c) ![d](e)", "/a  heading|b heading link|  heading|d heading alt"),
        ("a `b` [`c`](d)", "/a |b code| |c link code"),
        ("> a\n> - b\n\nc", "/a quote|/b quote list|/c"),
        ("|a|\n|-|\n|b|\n\nc", "/a table|/b table|/c"),
        ("a\n: b", "/a list|/b list"),
        ("![a](b \"c\")", "/c caption"),
        ("a<br>b\\\nc", "/a|/b|/c"),
        ("a<a href=x>b<b>c</b></a> <kbd>d</kbd>", "/a|b link|c link| |d code"),
        ("<p>a</p> b < c\n\n<div>\n\nd\n\n</div>\n\ne", "/a html|/ b  html| c\n html|/d html|/e"),
        ("a[^1]b\n\n[^1]: c `d`", "/a|b|/c  note|d code note"),
        ("a{{<b/>}}c {% <d> %}e{% </d> %}", "/a|c "),
        ("```\na\n```\n\nb", "/b"),
    ] {
        let body = body(markdown, &config);
        let runs = body.content.runs.iter().map(|run| {
            let within = NAMES.iter().filter(|(flag, _)| run.within.is_in(*flag));
            let within: String = within.flat_map(|(_, name)| [" ", name]).collect();
            format!("{}{within}", line_and_text(&body.content, run))
        });
        assert_eq!(runs.collect::<Vec<_>>().join("|"), want, "{markdown:?}");
    }
}

#[test]
fn passages_inside_of_a_body_have_runs_of_their_own() {
    let mut config = config();
    config.markdown.components = true;
    let body = body("a {% <b> %}c *d*{% </b> %} e[^1]\n\n[^1]: f[^2] [g](h) i\n\n[^2]: j", &config);
    let texts = passages(&body).map(|passage| {
        let runs: Vec<_> = passage.runs.iter().map(|run| slice(passage, run)).collect();
        runs.join("|")
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["c |d", "f| |g| i", "a | e|f| |g| i|j"]);
    assert_eq!(body.text(), "a c d e\nf g i\nj");
}

#[test]
fn blocks_end_where_nothing_is_open() {
    for (markdown, want) in [
        ("# a\n\nb\n\nc", ["Heading /a", "Paragraph /b", "Paragraph /c"].as_slice()),
        ("- a\n\n  b\n\n> c", &["Other /a/b", "Other /c"]),
        ("<div>\n\na\n\nb\n\n</div>\n\nc", &["Other /a/b", "Paragraph /c"]),
        ("a <b>b\n\nc</b>\n\nd", &["Paragraph /a b/c", "Paragraph /d"]),
        ("![a](b)\n\n---\n\nc[^1]\n\n[^1]: d", &["Other ", "Other ", "Paragraph /c"]),
        ("a\n\n<!-- more -->\n\nb", &["Paragraph /a", "Paragraph /b"]),
    ] {
        let body = body(markdown, &config());
        let mut last = Cut::default();
        let blocks = body.blocks.iter().map(|block| {
            let of_block = body.content.runs.iter().filter(|run| {
                let start = Cut { chunk: run.chunk, byte: run.start };
                last <= start && start < block.end
            });
            let text: String = of_block.map(|run| line_and_text(&body.content, run)).collect();
            last = block.end;
            format!("{:?} {text}", block.kind)
        });
        assert_eq!(blocks.collect::<Vec<_>>(), want, "{markdown:?}");
    }
}

#[test]
fn a_run_is_small() {
    assert_eq!(size_of::<crate::parse::Run>(), 16);
}
