//! Any text whatever.

use proptest::prelude::*;

use super::*;
use crate::analysis::Analysers;

/// Texts made of what means something to one of the parsers.
pub(super) fn markdown() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b ",
        "é",
        "字",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        "    ",
        " ",
        "*",
        "_",
        "**",
        "`",
        "```",
        "~~~",
        "~~",
        "# ",
        "## ",
        "{#a}",
        "{.b}",
        "> ",
        "- ",
        "1. ",
        "- [ ] ",
        "[x] ",
        "[",
        "]",
        "(",
        ")",
        "](",
        "![",
        "[^1]",
        "[^1]: ",
        "[^a]: ",
        ": ",
        "|",
        "|-|-|",
        "---",
        "===",
        "+++",
        "<",
        ">",
        "</",
        "<a href=",
        "<a ",
        "<div>",
        "</div>",
        "<img src=\"",
        "srcset='a 1x, b'",
        "<!--",
        "-->",
        "<!-- more -->",
        "<script>",
        "</script>",
        "<![CDATA[",
        "<?",
        "?>",
        "\"",
        "'",
        "=",
        "/",
        "/>",
        "{{<",
        "{{<a/>}}",
        "{{<b src=\"c\"/>}}",
        "{% <a> %}",
        "{% </a> %}",
        "{% raw %}",
        "{% endraw %}",
        "}}",
        "%}",
        "{",
        "&",
        "&amp;",
        "&#65;",
        "\\",
        "\u{feff}",
        "\u{e000}",
        "\0",
        "title: x",
        "[a]: b \"c\"",
        "[!NOTE]",
        "x=\"1\"",
        "--",
        "...",
    ]);
    prop_oneof![prop::collection::vec(piece, 0..40).prop_map(|v| v.concat()), any::<String>()]
}

pub(super) fn configs() -> impl Strategy<Value = Config> {
    any::<[bool; 4]>().prop_map(|[smart, html, components, highlight]| {
        let mut config = config();
        config.markdown =
            crate::config::Markdown { smart_punctuation: smart, html, components, highlight };
        config
    })
}

fn check_chunks(chunks: &[Chunk], body: &Body) {
    for chunk in chunks {
        match chunk {
            Chunk::Html(html) => assert!(!html.is_empty() && !html.contains('\r')),
            Chunk::Url(i) | Chunk::Size(i) => assert!((*i as usize) < body.links.len()),
            Chunk::Id(id) => assert!(!id.is_empty() && !id.contains('\n')),
            Chunk::Note(i) => assert!((*i as usize) < body.notes.len()),
            Chunk::Component(i) => assert!((*i as usize) < body.components.len()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_everything_is_inside(text in markdown(), config in configs()) {
        let source = source(&text);
        let parsed = crate::parse::parse(&source, &config, &mut Analysers::default());
        if let Some(doc) = parsed.doc {
            let body = &doc.body;
            for link in &body.links {
                prop_assert!(text.get(link.span.range()).is_some_and(|s| !s.is_empty()));
            }
            for crate::parse::ComponentCall { span, body: body_of, .. } in &body.components {
                let call = text.get(span.range());
                prop_assert!(call.is_some_and(|s| s.as_bytes()[0] == b'\x7b'));
                check_chunks(body_of.as_ref().map_or(&[], |body| &body.chunks), body);
            }
            check_chunks(&body.content.chunks, body);
            prop_assert!(body.anchors.is_sorted());
            for heading in &body.headings {
                prop_assert!(body.anchors.contains(&heading.id));
            }
        }
    }

    #[test]
    fn line_ends_do_not_show(text in markdown(), config in configs()) {
        let text = text.replace('\r', "");
        let crlf = text.replace('\n', "\r\n");
        let [a, b] = [source(&text), source(&crlf)].map(|s| parsed(&s, &config).0);
        prop_assert_eq!(fill(&a.content.chunks, &a), fill(&b.content.chunks, &b));
        prop_assert_eq!((&a.blocks, a.more), (&b.blocks, b.more));
        prop_assert_eq!(plain(&text, &config), plain(&crlf, &config));
    }
}
