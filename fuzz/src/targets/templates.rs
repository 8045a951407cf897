//! A template of whatever it is, for stories.

use super::text;
use crate::Target;
use crate::site::{Site, Theme};

pub const TARGET: Target = Target {
    name: "templates",
    run,
    words: &[
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "{# ",
        " #}",
        "{%- ",
        " -%}",
        "if ",
        "{% if x %}",
        "{% elif y %}",
        "{% else %}",
        "{% endif %}",
        "{% for x in page.tags %}",
        "{% for k, v in page %}",
        "{% endfor %}",
        "{% set x = 1 %}",
        "{% set_global x = 1 %}",
        "{% block b %}",
        "{% endblock %}",
        "{% extends \"kisah/base.html\" %}",
        "{% include \"list.html\" %}",
        "{% include \"post.html\" %}",
        "{% component c(x) %}",
        "{% endcomponent c %}",
        "{{ <c x={1} /> }}",
        "{% raw %}",
        "{% endraw %}",
        "{% filter upper %}",
        "{% endfilter %}",
        "page",
        ".title",
        ".content",
        ".tags",
        ".date",
        "[0]",
        "[-1]",
        "[\"x\"]",
        "| safe",
        "| date(format=\"%Y\")",
        "| upper",
        "| length",
        "| group_by(attribute=\"year\")",
        "| json",
        "| slugify",
        "| shorten(length=3)",
        "| strip_tags",
        "| first",
        "| last",
        "| join(sep=\",\")",
        "| default(value=1)",
        "| reverse",
        "| sort",
        "| replace(from=\"a\", to=\"b\")",
        " and ",
        " or ",
        " not ",
        " is defined",
        " is starting_with(pat=\"x\")",
        " in ",
        " + ",
        " / 0",
        " % 0",
        " * ",
        " ~ ",
        " == ",
        "()",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "1",
        "9223372036854775807",
        "-",
        "1e308",
        "\"\"",
        "strings",
        "site",
        "config",
        "__tera_context",
        "loop.index",
        "self",
        "super()",
        "range(end=3)",
        "none",
        "true",
        "a=1",
        ",",
        "...",
        "for ",
        "in ",
        "break",
        "continue",
        "{% break %}",
        "t(key=\"x\")",
    ],
};

pub fn run(data: &[u8]) {
    let Some(template) = text(data) else { return };
    // What multiplies without end is stopped, but only after seconds: tests/cases has that.
    let repeats = |word: &str| template.matches(word).count();
    let is_long = repeats("range") > 0 && repeats("set_global") + repeats("9") > 0;
    if is_long || repeats("range") > 1 || repeats("for ") > 3 {
        return;
    }
    let config = "base_url = \"https://example.org\"\n";
    let story = "+++\ntitle = \"A <b>\"\ndate = 2020-01-01\ntags = [\"x\", \"y z\"]\n[extra]\nn = 1\n\
        list = [1, 2]\n+++\n\n# Head\n\nWords [b](@/posts/b.md).\n";
    let other = "+++\ntitle = \"B\"\ndate = 2019-01-01\n+++\n\nOther words.\n";
    let files = [
        ("content/posts/a.md", story),
        ("content/posts/b.md", other),
        ("templates/post.html", template),
    ];
    Site::new(config, Theme::Plain, &files).make();
}
