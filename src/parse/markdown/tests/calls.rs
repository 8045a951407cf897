//! Component calls, and mistakes in them.

use super::*;

#[test]
fn components() {
    let mut config = config();
    config.markdown.components = true;
    check(
        &config,
        &[
            (
                "a {{<x p=\"q\" n={5} b={true} l={[\"m\"]}/>}} b",
                "<p>a {x p=\"q\" n=5 b=true l=[\"m\"]} b</p>\n",
            ),
            // A block of its own is in no paragraph.
            ("{{ <x/> }}\n\nb", "{x}\n<p>b</p>\n"),
            ("{{<x\n  p='*q*'\n/>}} {{-<y/>-}}", "{x p=\"*q*\"} {y}"),
            ("{% <x> %}a *b*{% </x> %}", "{x|a <em>b</em>}"),
            ("a {% <x> %}b{% </x> %}", "<p>a {x|b}</p>\n"),
            // Alone on its line, a tag is a block even next to a paragraph.
            ("{% <x p=`q`> %}\na\n{% </x> %}\nb", "{x p=\"q\"|\n<p>a</p>\n}\n<p>b</p>\n"),
            (
                "{% <x> %}\n\n{% <y> %}\n\n# H\n\n{% </y> %}\n\na[^1]\n\n{% </x> %}\n\n[^1]: n {{<z/>}}",
                "{x|\n{y|\n<h1 id=\"h\">H</h1>\n}\n\
             <p>a<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\" role=\"doc-noteref\">1</a></sup></p>\n}\n\
             <div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n<li id=\"fn-1\">\n<p>n {z} \
             <a href=\"#fnref-1\" class=\"footnote-back\" role=\"doc-backlink\">↩\u{fe0e}</a></p>\n</li>\n</ol>\n</div>\n",
            ),
            (
                "- {% <x> %}\n  a\n  {% </x> %}\n- b",
                "<ul>\n<li>\n{x|\na\n}\n</li>\n<li>b</li>\n</ul>\n",
            ),
            ("> {% <x> %}\n> a\n> {% </x> %}", "<blockquote>\n{x|\n<p>a</p>\n}\n</blockquote>\n"),
            // Addresses.
            (
                "{{<figure src=\"a\"/>}}{{<v src=\"a.mp4\" poster=\"p\"/>}}{{<v src=\"a.JPG?x\" href=\"h\"/>}}{{<v src={[1]}/>}}",
                "{figure src=Image:a}{v src=Media:a.mp4 poster=Image:p}{v src=Image:a.JPG?x href=Link:h}{v src=[1]}",
            ),
            // In code nothing is a call; nor in what is raw, in attributes and comments.
            ("`{{<x/>}}` `{{<x`", "<p><code>{{&lt;x/&gt;}}</code> <code>{{&lt;x</code></p>\n"),
            ("```\n{% <x> %}\n{{<y\n```", "<pre><code>{% &lt;x&gt; %}\n{{&lt;y\n</code></pre>\n"),
            (
                "{% raw %}{{<x/>}} {% <y> %} *a*{% endraw %}{{<z/>}}",
                "<p>{{&lt;x/&gt;}} {% &lt;y&gt; %} <em>a</em>{z}</p>\n",
            ),
            ("<!-- {{<x/>}} -->", "<!-- {{<x/>}} -->"),
            ("<div id=\"{{<x/>}}\">{{<y/>}}</div>", "<div id=\"{{<x/>}}\">{y}</div>"),
            ("[{{<x/>}}]({{<y/>}})", "<p><a href=\"{{&lt;y/&gt;}}\">{x}</a></p>\n"),
            (
                "|{{<x a=\"|\"/>}}|\n|-|",
                "<table><thead><tr><th>{x a=\"|\"}</th></tr></thead><tbody>\n</tbody></table>\n",
            ),
            ("{{ page.title }} {% if x %} { {", "<p>{{ page.title }} {% if x %} { {</p>\n"),
            // Masks begin with characters that a text may hold as well.
            (
                "\u{e000} {{<x/>}} `\u{e001}` \u{f8ff}",
                "<p>\u{e000} {x} <code>\u{e001}</code> \u{f8ff}</p>\n",
            ),
        ],
    );
    config.markdown.components = false;
    check(
        &config,
        &[
            ("a {{<x p=\"*q*\"/>}}", "<p>a {{&lt;x p=\"*q*\"/&gt;}}</p>\n"),
            (
                "{% <x> %}\n*a*\n{% </x> %}",
                "<p>{% &lt;x&gt; %}\n<em>a</em>\n{% &lt;/x&gt; %}</p>\n",
            ),
            ("{{< img src=\"x\" >}} {{<x", "<p>{{&lt; img src=\"x\" &gt;}} {{&lt;x</p>\n"),
        ],
    );
}

#[test]
fn mistakes_in_component_calls() {
    let mut config = config();
    config.markdown.components = true;
    for (markdown, want) in [
        ("a\n\n{{<x a=\"b", "3:8 the text of `a` has no closing `\"`"),
        ("a\n`{{<x`\n{{<x a={'b'}/>}}", "3:8 the value of `a` is not valid JSON"),
        ("{{<x a=\"\"\n a=\"\"/>}}", "2:2 the argument `a` appears twice in the call of `x`"),
        ("{{<x>}}", "1:1 the call of `x` does not end with `/>`"),
        ("{{< img src=\"x\" >}}", "1:1 the call of `img` does not end with `/>`"),
        ("{% <x/> %}", "1:1 `x` has no body between `{%` and `%}`"),
        ("{{<x/> }", "1:1 the call of `x` is not closed"),
        ("{% </x> %}", "1:1 `{% </x> %}` closes nothing"),
        ("{% <x> %}\n\na", "1:1 `x` is not closed"),
        ("- {% <x> %}\n- {% </x> %}", "1:3 `x` is not closed; 2:3 `{% </x> %}` closes nothing"),
        ("{% <x> %}\n{% <y> %}\n{% </x> %}", "2:1 `y` is not closed"),
        (
            "{% <x> %}\n\n> {% </x> %}",
            "3:3 `{% </x> %}` is not in the same paragraph, list item or quote as its opening",
        ),
    ] {
        // Places are those of the file, whatever its line ends and byte-order mark.
        for text in [markdown.to_owned(), format!("\u{feff}{}", markdown.replace('\n', "\r\n"))] {
            let source = source(&text);
            let start = text.find(|c| c != '\u{feff}').unwrap_or(0);
            let mut out = Diagnostics::new();
            parse(&source, start, &config, &mut out);
            let said: Vec<_> = out
                .iter()
                .map(|d| {
                    let line = d.place.as_ref().and_then(|p| p.line.as_ref()).unwrap();
                    assert!(d.help.is_some());
                    format!("{}:{} {}", line.number, line.column, d.message)
                })
                .collect();
            assert_eq!(said.join("; "), want, "{text:?}");
        }
    }
    // A hopeless file does not flood the terminal.
    let (_, mut out) = parsed(&source(&"{{<x ".repeat(5_000)), &config);
    out.sort();
    assert_eq!((out.iter().count(), out.count(crate::base::Severity::Error)), (21, 5_000));
}
