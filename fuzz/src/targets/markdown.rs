//! An arbitrary body, with and without raw HTML and components.

use kisah::parse::{Body, Chunk};

use super::choices;
use crate::site::{Site, Theme};
use crate::{Target, html};

pub const TARGET: Target = Target {
    name: "markdown",
    run,
    words: &[
        "{{<a/>}}",
        "{{<a x=\"1\"/>}}",
        "{{<a x={1}/>}}",
        "{{ <a/> }}",
        "{% <box> %}",
        "{% </box> %}",
        "{% <box t=\"x\"> %}\n",
        "\n{% </box> %}\n",
        "{% <box2> %}",
        "{% </box2> %}",
        "{{<figure src=\"",
        "\"/>}}",
        "{% raw %}",
        "{% endraw %}",
        "{{",
        "}}",
        "{%",
        "%}",
        "/>",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "    ",
        "```\n",
        "~~~\n",
        "# ",
        "## ",
        "{#a}",
        "{#a .b c=d}",
        "**",
        "*",
        "_",
        "~~",
        "`",
        "[",
        "](",
        ")",
        "![",
        "[^1]",
        "[^1]: ",
        ": ",
        "|",
        "|-|-|\n",
        "| a | b |\n",
        "---\n",
        "===\n",
        "<!-- more -->",
        "<!--",
        "-->",
        "<div>",
        "</div>",
        "<a href=\"",
        "<img src=\"x\">",
        "<script>",
        "</script>",
        "&amp;",
        "&#0;",
        "\\\n",
        "  \n",
        "[!NOTE]\n",
        "- [ ] ",
        "@/posts/b.md",
        "@/nothing.md#x",
        "javascript:",
        "https://e.org",
        "<https://e.org>",
        "\"",
        "'",
        "--",
        "...",
        "\t",
        "http://[",
        "%zz",
        "#x",
    ],
};

/// Components of the site's own, inline and around paragraphs.
const PARTS: &str = "{% component a(x=\"\") %}<i>{{ x }}</i>{% endcomponent a %}\n\
    {% component box(t=\"\") %}<div><b>{{ t }}</b>{{ body }}</div>{% endcomponent box %}\n\
    {% component box2() %}<section>{{ body }}</section>{% endcomponent box2 %}\n";

pub fn run(data: &[u8]) {
    let Some((choice, text)) = choices(data) else { return };
    let bit = |n: u8| choice >> n & 1 == 1;
    let (html, components, smart) = (bit(0), !bit(1), bit(2));
    let config = format!(
        "base_url = \"https://example.org\"\n[markdown]\nhtml = {html}\ncomponents = {components}\n\
         smart_punctuation = {smart}\nhighlight = false\n"
    );
    let front = "+++\ntitle = \"A\"\ndate = 2020-01-01\n+++\n";
    let story = format!("{front}{text}\n");
    let other = "+++\ntitle = \"B\"\ndate = 2019-01-01\n+++\n\n# One\n";
    let files = [
        ("content/posts/a.md", story.as_str()),
        ("content/posts/b.md", other),
        ("templates/parts.html", PARTS),
    ];
    let made = Site::new(&config, Theme::Plain, &files).make();
    if let Some((plan, _)) = &made.compiled.plan {
        for document in &plan.site().documents {
            body(&document.doc.body, &document.doc.source.text);
        }
    }
    // The author's own tags may be nested in any way.
    let has_tags = html && text.contains('<');
    if !has_tags
        && !made.has_errors()
        && let Some(page) = made.text("posts/a/index.html")
    {
        if let Err(why) = html::nesting(page) {
            panic!("{why}:\n{page}\n{:#?}", made.diagnostics);
        }
    }
}

/// Every range in a body lies within it, or within its text.
fn body(body: &Body, text: &str) {
    let spans = body.links.iter().map(|link| link.span);
    for span in spans.chain(body.components.iter().map(|call| call.span)) {
        assert!(text.get(span.range()).is_some_and(|s| !s.is_empty()), "{span:?} is no text");
    }
    let called = body.components.iter().filter_map(|call| call.body.as_ref());
    let passages = called.chain(body.notes.iter().flatten()).chain([&body.content]);
    for passage in passages.clone() {
        for run in &passage.runs {
            let Some(Chunk::Html(html)) = passage.chunks.get(run.chunk as usize) else {
                panic!("{run:?} is in no HTML");
            };
            let text = html.get(run.start as usize..run.end as usize);
            assert!(text.is_some_and(|text| !text.contains(['<', '>'])), "{run:?}: {text:?}");
        }
    }
    for chunk in passages.flat_map(|passage| &passage.chunks) {
        let (index, count) = match chunk {
            Chunk::Html(_) | Chunk::Id(_) => continue,
            Chunk::Url(i) | Chunk::Size(i) => (*i, body.links.len()),
            Chunk::Note(i) => (*i, body.notes.len()),
            Chunk::Component(i) => (*i, body.components.len()),
        };
        assert!((index as usize) < count, "{chunk:?} leads nowhere");
    }
    assert!(body.blocks.is_sorted_by(|a, b| a.end < b.end));
    assert!(body.summary_end() <= body.content.end(), "the summary ends behind the body");
    assert!(body.anchors.is_sorted());
    for heading in &body.headings {
        assert!(body.anchors.contains(&heading.id), "{heading:?} is no anchor");
    }
}
