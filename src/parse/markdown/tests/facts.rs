//! What is known about a body besides its HTML.

use super::*;
use crate::analysis::Analysers;

#[test]
fn kinds_of_addresses() {
    let markdown = "[a](1) ![b](2) <a href=3></a> <img src=4 srcset='5 1x'> \
                    <video src=6 poster=7></video> <iframe src=8></iframe> <area href=9>";
    let body = body(markdown, &config());
    let kinds: Vec<_> = body.links.iter().map(|l| format!("{}{:?}", l.dest, l.kind)).collect();
    assert_eq!(kinds.join(" "), "1Link 2Image 3Link 4Image 5Image 6Media 7Image 8Media 9Link");
    for (link, want) in body.links.iter().zip(["[a](1)", "![b](2)", "<a href=3>", "<img src=4"]) {
        assert!(markdown[link.span.range()].starts_with(want));
    }
}

/// What a page shows above `more` and as its lead, and the title it takes from the body.
#[test]
fn summaries() {
    for (markdown, more, lead, title) in [
        ("a\n\nb", None, "<p>a</p>\n", None),
        ("a\n\n<!--More-->\n\nb", Some("<p>a</p>\n"), "<p>a</p>\n", None),
        // In a paragraph, the whole of it is above.
        ("a <!--  more --> b\n\nc", Some("<p>a  b</p>\n"), "<p>a  b</p>\n", None),
        (
            "- a\n\n  <!-- more -->\n- b\n\nc",
            Some("<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n"),
            "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n<p>c</p>\n",
            None,
        ),
        // Never inside of an element.
        (
            "<div>\n\na\n\n<!-- more -->\n\n</div>\n\nb\n\nc",
            Some("<div>\n<p>a</p>\n</div>\n"),
            "<div>\n<p>a</p>\n</div>\n<p>b</p>\n",
            None,
        ),
        (
            "# T *u*\n\na",
            None,
            "<h1 id=\"t-u\">T <em>u</em></h1>\n<p>a</p>\n",
            Some(("T u", "<h1 id=\"t-u\">T <em>u</em></h1>\n")),
        ),
        ("a\n\n# T", None, "<p>a</p>\n", Some(("T", ""))),
        (
            "> # T\n\n![x](y)\n\na",
            None,
            "<blockquote>\n<h1 id=\"t\">T</h1>\n</blockquote>\n<p><img src=\"y\" alt=\"x\"+size loading=\"lazy\" decoding=\"async\"></p>\n<p>a</p>\n",
            None,
        ),
        ("- a", None, "", None),
        ("<!-- more -->\n\na", Some(""), "<p>a</p>\n", None),
        ("<!-- more or less -->\n\na", None, "<!-- more or less -->\n<p>a</p>\n", None),
    ] {
        let body = body(markdown, &config());
        let html = |end: Cut| {
            let (head, chunks, tail) = body.content.between(Cut::default(), end);
            [head, &fill(chunks, &body), tail].concat()
        };
        assert_eq!(body.more.map(html).as_deref(), more, "{markdown:?}");
        let without = Body { more: None, ..body.clone() };
        assert_eq!(html(without.summary_end()), lead, "{markdown:?}");
        assert_eq!(body.title.as_deref(), title.map(|(text, _)| text), "{markdown:?}");
        assert_eq!(html(body.title_end), title.map_or("", |(_, html)| html), "{markdown:?}");
    }
}

#[test]
fn plain_text() {
    for (markdown, text, excerpt) in [
        ("# A\n\nb *c*d\ne", "A\nb cd e", "b cd e"),
        ("a[^1] `b`\n\n```\nc\n```\n\n[^1]: d", "a b\nd", "a b"),
        ("|a|b|\n|-|-|\n|c|d|", "a\nb\nc\nd", "a b c d"),
        ("<p>a<b>b</b></p><p>c&nbsp;d</p><style>x</style>", "ab\nc\u{a0}d", "ab c d"),
        ("- a\n- b\n\nc", "a\nb\nc", "c"),
        ("![x](y)\n\na", "a", "a"),
        ("&eacute;\\*", "é*", "é*"),
    ] {
        let body = body(markdown, &config());
        assert_eq!(plain(markdown, &config()), text, "{markdown:?}");
        assert_eq!(body.excerpt, excerpt, "{markdown:?}");
    }
}

#[test]
fn spans_are_those_of_the_file() {
    let markdown = "# é\n\n[a](b) ![c](d)\n\n<i>\n<a\n href=e>x</a>\n\n> [f](g)\n";
    for text in [
        format!("---\ntitle: x\n---\n{markdown}"),
        format!("\u{feff}---\ntitle: x\n---\n{markdown}").replace('\n', "\r\n"),
    ] {
        let source = source(&text);
        let parsed = crate::parse::parse(&source, &config(), &mut Analysers::default());
        let doc = parsed.doc.unwrap();
        let spans: Vec<_> = doc.body.links.iter().map(|l| &text[l.span.range()]).collect();
        let tag = if text.contains('\r') { "<a\r\n href=e>" } else { "<a\n href=e>" };
        assert_eq!(spans, ["[a](b)", "![c](d)", tag, "[f](g)"]);
        let lines: Vec<_> =
            doc.body.links.iter().map(|l| doc.place(l.span).line.unwrap().number).collect();
        assert_eq!(lines, [6, 6, 9, 12]);
    }
}
