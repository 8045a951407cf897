//! The HTML of every construct.

use super::*;

#[test]
fn blocks() {
    check(
        &config(),
        &[
            ("", ""),
            ("a\n\nb", "<p>a</p>\n<p>b</p>\n"),
            (
                "a *b* **c** ~~d~~ `e<` \\<",
                "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;</code> &lt;</p>\n",
            ),
            ("a  \nb\\\nc\nd", "<p>a<br>\nb<br>\nc\nd</p>\n"),
            ("---", "<hr>\n"),
            ("- a\n- b\n  - c", "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n"),
            ("3. a\n\n   b", "<ol start=\"3\">\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ol>\n"),
            (
                "> a\n> > b",
                "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n",
            ),
            (
                "> [!WARNING]\n> a",
                "<blockquote class=\"alert alert-warning\">\n<p>a</p>\n</blockquote>\n",
            ),
            (
                "|a|b|c|\n|:-|:-:|-:|\n|1|*2*|",
                "<table><thead><tr><th class=\"align-left\">a</th><th class=\"align-center\">b</th>\
             <th class=\"align-right\">c</th></tr></thead><tbody>\n\
             <tr><td class=\"align-left\">1</td><td class=\"align-center\"><em>2</em></td>\
             <td class=\"align-right\"></td></tr>\n</tbody></table>\n",
            ),
            ("a\n: b", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>\n"),
            (
                "- [ ] a\n- [x] b\n  - c",
                "<ul>\n<li><label class=\"task\"><input type=\"checkbox\" disabled> a</label></li>\n\
             <li><label class=\"task\"><input type=\"checkbox\" disabled checked> b</label>\n\
             <ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n",
            ),
            // pulldown-cmark panics at this, if it reads attributes of headings.
            (
                "- [ ] \\\n  -",
                "<ul>\n<li>\n<h2 id=\"section\"><label class=\"task\"><input type=\"checkbox\" disabled> \\</label></h2>\n</li>\n</ul>\n",
            ),
            ("    a<\n", "<pre><code>a&lt;\n</code></pre>\n"),
            ("```\na\n```", "<pre><code>a\n</code></pre>\n"),
            (
                "``` Ru\"st<>,ignore\na\n```",
                "<pre><code class=\"language-ru-st--\" data-lang=\"Ru&quot;st&lt;&gt;\">a\n</code></pre>\n",
            ),
            (
                "```{.c++ hl=1}\n```",
                "<pre><code class=\"language-c++\" data-lang=\"c++\"></code></pre>\n",
            ),
            ("\"a\" -- b...", "<p>\"a\" -- b...</p>\n"),
            ("$a$ [[b]]", "<p>$a$ [[b]]</p>\n"),
        ],
    );
}

#[test]
fn smart_punctuation_is_a_choice() {
    let mut config = config();
    config.markdown.smart_punctuation = true;
    check(&config, &[("\"a\" -- 'b'...", "<p>“a” – ‘b’…</p>\n")]);
}

#[test]
fn links_and_images() {
    check(
        &config(),
        &[
            ("[a](b \"c&d\")", "<p><a href=\"b\" title=\"c&amp;d\">a</a></p>\n"),
            ("[a](<@/b c.md#d> )", "<p><a href=\"@/b c.md#d\">a</a></p>\n"),
            ("[a]\n\n[a]: b&amp;c", "<p><a href=\"b&amp;c\">a</a></p>\n"),
            (
                "<https://a.b> <a@b.c>",
                "<p><a href=\"https://a.b\">https://a.b</a> <a href=\"mailto:a@b.c\">a@b.c</a></p>\n",
            ),
            (
                "![a *b* ![c](d)](e)",
                "<p><img src=\"e\" alt=\"a b c\"+size loading=\"lazy\" decoding=\"async\"></p>\n",
            ),
            (
                "![\"a\"](b \"c\") d",
                "<p><img src=\"b\" alt=\"&quot;a&quot;\"+size title=\"c\" loading=\"lazy\" decoding=\"async\"> d</p>\n",
            ),
            (
                "![a](b \"c & d\")",
                "<figure><img src=\"b\" alt=\"a\"+size loading=\"lazy\" decoding=\"async\">\
             <figcaption>c &amp; d</figcaption></figure>\n",
            ),
            (
                "> ![a](b\n> \"c\")\n\nd",
                "<blockquote>\n<figure><img src=\"b\" alt=\"a\"+size loading=\"lazy\" decoding=\"async\">\
             <figcaption>c</figcaption></figure>\n</blockquote>\n<p>d</p>\n",
            ),
        ],
    );
}

#[test]
fn headings_and_their_ids() {
    check(
        &config(),
        &[
            ("# A *b* `c`", "<h1 id=\"a-b-c\">A <em>b</em> <code>c</code></h1>\n"),
            ("A\n-", "<h2 id=\"a\">A</h2>\n"),
            ("# A {#x .y .z k=v}", "<h1 id=\"x\" class=\"y z\">A</h1>\n"),
            // One that was given is not taken by another whose words are the same.
            (
                "# A\n# A\n# B {#a}",
                "<h1 id=\"a-1\">A</h1>\n<h1 id=\"a-2\">A</h1>\n<h1 id=\"a\">B</h1>\n",
            ),
            ("# A {#x}\n# B {#x}", "<h1 id=\"x\">A</h1>\n<h1 id=\"x-1\">B</h1>\n"),
            ("# A {#\"&}", "<h1 id=\"&quot;&amp;\">A</h1>\n"),
            ("# !\n# ?", "<h1 id=\"section\">!</h1>\n<h1 id=\"section-1\">?</h1>\n"),
            ("# Жизнь", "<h1 id=\"zhizn\">Жизнь</h1>\n"),
            ("<i id=a></i>\n\n# A", "<p><i id=a></i></p>\n<h1 id=\"a-1\">A</h1>\n"),
            (
                "# ![a](b)",
                "<h1 id=\"a\"><img src=\"b\" alt=\"a\"+size loading=\"lazy\" decoding=\"async\"></h1>\n",
            ),
        ],
    );
    let mut config = config();
    config.slugs = crate::base::slug::SlugStyle::Unicode;
    check(&config, &[("# Жизнь Ö", "<h1 id=\"жизнь-ö\">Жизнь Ö</h1>\n")]);
    let body = body("# A\n\n> # Q\n\n### B\n\n[^1]\n\n[^1]: # N", &config);
    let outline: Vec<_> = body.headings.iter().map(|h| (h.level, &*h.id)).collect();
    assert_eq!(outline, [(1, "a"), (3, "b")]);
    assert_eq!(body.anchors.join(" "), "a b fn-1 fnref-1 n q");
}

#[test]
fn footnotes() {
    let back = |id: &str, text: &str| {
        format!(
            "<a href=\"#{id}\" class=\"footnote-back\" role=\"doc-backlink\">↩\u{fe0e}{text}</a>"
        )
    };
    let reference = |n: u32, id: &str| {
        format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{n}\" id=\"{id}\" role=\"doc-noteref\">{n}</a></sup>"
        )
    };
    let section = |notes: &str| {
        format!("<div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n{notes}</ol>\n</div>\n")
    };
    for (markdown, want) in [
        // In the order of references; what nothing refers to is dropped.
        (
            "a[^x] b[^Y]\n\n[^z]: Z\n[^y]: Y\n[^x]: X\n[^x]: twice",
            format!("<p>a{} b{}</p>\n", reference(1, "fnref-1"), reference(2, "fnref-2"))
                + &section(&format!(
                    "<li id=\"fn-1\" class=\"beside\">\n<p>X {}</p>\n</li>\n<li id=\"fn-2\" class=\"beside\">\n<p>Y {}</p>\n</li>\n",
                    back("fnref-1", ""),
                    back("fnref-2", "")
                )),
        ),
        // Twice from the text, and once from another note that is first met there.
        (
            "[^b]: B[^a]\n\na[^a][^a]b[^b]\n\n[^a]: A\n\n    - l",
            format!(
                "<p>a{}{}b{}</p>\n",
                reference(1, "fnref-1"),
                reference(1, "fnref-1-2"),
                reference(2, "fnref-2")
            ) + &section(&format!(
                "<li id=\"fn-1\">\n<p>A</p>\n<ul>\n<li>l</li>\n</ul>\n<p>{} {} {}</p>\n</li>\n\
                 <li id=\"fn-2\" class=\"beside\">\n<p>B{} {}</p>\n</li>\n",
                back("fnref-1", ""),
                back("fnref-1-2", "<sup>2</sup>"),
                back("fnref-1-3", "<sup>3</sup>"),
                reference(1, "fnref-1-3"),
                back("fnref-2", "")
            )),
        ),
        ("a[^none]", "<p>a[^none]</p>\n".to_owned()),
    ] {
        check(&config(), &[(markdown, &want)]);
    }
    let markdown = "a[^1]\n\n# Fn 1 {#fn-1}\n\n[^1]: b\n";
    let body = body(markdown, &config());
    assert_eq!(plain(markdown, &config()), "a\nFn 1\nb");
    assert_eq!(body.anchors.join(" "), "fn-1 fn-1-1 fnref-1");
}

#[test]
fn raw_html() {
    check(
        &config(),
        &[
            ("a <b>c</b>", "<p>a <b>c</b></p>\n"),
            (
                "<DIV\nclass=x>\n*a*\n\n*b*\n</DIV>",
                "<DIV\nclass=x>\n*a*\n<p><em>b</em></p>\n</DIV>",
            ),
            ("<A HREF='x&amp;y' title='\"'>b</A>", "<p><A HREF=\"x&amp;y\" title='\"'>b</A></p>\n"),
            ("<div><a href=x>b</a></div>", "<div><a href=\"x\">b</a></div>"),
            ("<div><img src=x></div>", "<div><img src=\"x\"+size></div>"),
            ("<div><img src=x width=1></div>", "<div><img src=\"x\" width=1></div>"),
            (
                "<video src=a poster=b><source src=c><track src=d></video>",
                "<p><video src=\"a\" poster=\"b\"><source src=\"c\"><track src=\"d\"></video></p>\n",
            ),
            (
                "<img srcset='a.jpg 1x,b.jpg, c,d.jpg 20w'>",
                "<img srcset=\"a.jpg 1x,b.jpg, c,d.jpg 20w\">",
            ),
            ("<a href=x href=y>b</a>", "<p><a href=\"x\" href=y>b</a></p>\n"),
            ("<a href>b</a> <a href=''>", "<p><a href>b</a> <a href=''></p>\n"),
            ("<!-- <a href=x> -->", "<!-- <a href=x> -->"),
            (
                "<script>\n'<a href=x>'\n\n*a*\n</script>",
                "<script>\n'<a href=x>'\n\n*a*\n</script>",
            ),
            ("<link href=x><use href=y>", "<link href=x><use href=y>"),
            ("<div <a href=x", "<div <a href=x"),
            ("> <div\n> id='x'>\n> </div>", "<blockquote>\n<div\nid='x'>\n</div>\n</blockquote>\n"),
        ],
    );
    let markdown = "> <p>\n> <a\n>   href=x id=q name=r>A&amp;B</a><br>C";
    let (body, _) = parsed(&source(markdown), &config());
    assert_eq!(body.links[0].span.range(), 8..34);
    assert_eq!(body.anchors.join(" "), "q r");
    assert_eq!(plain(markdown, &config()), "A&B\nC");
}

#[test]
fn raw_html_can_be_off() {
    let mut config = config();
    config.markdown.html = false;
    check(
        &config,
        &[
            ("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n"),
            (
                "<div>\n<a href=x>\n</div>\n\nb",
                "<p>&lt;div&gt;\n&lt;a href=x&gt;\n&lt;/div&gt;\n</p>\n<p>b</p>\n",
            ),
            ("<!-- x -->", "<p>&lt;!-- x --&gt;</p>\n"),
            ("a\n\n<!-- more -->\n\nb", "<p>a</p>\n<p>b</p>\n"),
        ],
    );
}

#[test]
fn highlighting() {
    let mut config = config();
    config.markdown.highlight = true;
    check(
        &config,
        &[
            (
                "```rust\npub fn main() {\n    // a < b\n    let x = \"y\";\n}\n```",
                "<pre><code class=\"language-rust\" data-lang=\"rust\"><span class=\"k\">pub fn</span> \
             <span class=\"f\">main</span>() {\n    <span class=\"c\">// a &lt; b</span>\n    \
             <span class=\"k\">let</span> x = <span class=\"s\">\"y\"</span>;\n}\n\
             </code></pre>\n",
            ),
            (
                "```nonsense\na<\n```",
                "<pre><code class=\"language-nonsense\" data-lang=\"nonsense\">a&lt;\n</code></pre>\n",
            ),
        ],
    );
    let long = format!("```js\n{}\n```", "var a = 1; ".repeat(200));
    assert!(!fill(&body(&long, &config).content.chunks, &Body::default()).contains("span"));
}
