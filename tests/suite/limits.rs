//! Templates and documents that would take for ever, or use up all memory or the whole stack, end
//! in a message: in a build, and in the server, which compiles with the same functions.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::support::{self, Tree, rich};

/// What is wrong with a site, with these files, whose stories are shown by this template.
fn messages(template: &str, files: &[(&str, &str)]) -> String {
    let folder = support::temp();
    let all = [
        ("content/posts/ada.md", "# Ada\n\nText.\n"),
        ("content/posts/grace.md", "# Grace\n\nText.\n"),
        ("templates/post.html", template),
    ];
    let all = all.iter().chain(files).map(|(path, text)| (*path, text.as_bytes()));
    support::write(folder.path(), all);
    let start = Instant::now();
    let report = support::build(&support::request(folder.path()));
    let took = start.elapsed();
    assert!(took < Duration::from_secs(120), "{took:?}: {template}");
    let errors = report.diagnostics.iter().filter(|d| d.code.name != "no-base-url");
    errors.map(|d| support::message(d) + "\n").collect()
}

/// A shorter budget than the default one, so that tests in a debug build are short.
const SHORT: (&str, &str) = ("kisah.toml", "[limits]\npage_steps = 300000\npage_megabytes = 16\n");

#[test]
fn runaway_templates() {
    let nothing = "{% component deep(n) %}{{ <deep n={n} /> }}{% endcomponent deep %}";
    let twice = "{% component twice(t) %}{{ t }}{{ t }}{% endcomponent twice %}";
    let long = "x".repeat(1000);
    let spread = "{% set a = [1] %}{% for i in range(end=60) %}{% set_global a = [...a, ...a] %}\
                  {% endfor %}{{ a | length }}";
    let mut wrong = String::new();
    for (template, expected) in [
        (
            "{% for i in range(end=10000) %}{% for j in range(end=10000) %}.{% endfor %}{% endfor %}",
            "steps",
        ),
        (
            "{% set x = 'ab' %}{% for i in range(end=40) %}{% set_global x = x ~ x %}{% endfor %}{{ x }}",
            "MB",
        ),
        (
            "{% set x = 'ab' %}{% for i in range(end=40) %}{% set_global x = 'c' ~ (x ~ x) %}{% endfor %}",
            "MB",
        ),
        (
            "{% set x = 'a' %}{% for i in range(end=90000) %}{% set_global x = 'a' ~ x %}{% endfor %}",
            "MB",
        ),
        (
            "{% set x = 'ab' %}{% for i in range(end=40) %}{% set_global x = [x ~ x, 1] | first %}\
             {% endfor %}",
            "MB",
        ),
        (
            "{% set x = 'aaaa' %}{% for i in range(end=40) %}\
          {% set_global x = x | replace(from='a', to=x) %}{% endfor %}",
            "MB",
        ),
        (
            "{% set x = 'aaaa' %}{% for i in range(end=40) %}\
          {% set_global x = [x, x] | join(sep=x) %}{% endfor %}",
            "MB",
        ),
        (
            "{% set x = 'a\n' %}{% for i in range(end=40) %}\
          {% set_global x = x | indent(width=1000, first=true) | replace(from=' ', to='\n') %}\
          {% endfor %}",
            "MB",
        ),
        (
            "{% set x = 'ab' %}{% for i in range(end=40) %}\
          {% set x %}{{ x }}{{ x }}{% endset %}{% set_global x = x %}{% endfor %}",
            "MB",
        ),
        (
            "{% set x = 'ab' %}{% for i in range(end=40) %}\
          {% set y = <twice t={x}/> %}{% set_global x = y %}{% endfor %}",
            "MB",
        ),
        (spread, "MB"),
        (
            "{% set a = [1] %}{% for i in range(end=60) %}{% set_global a = [a, a] %}{% endfor %}{{ a }}",
            "MB",
        ),
        (
            "{% set a = [1] %}{% for i in range(end=60) %}{% set_global a = [a, a] %}{% endfor %}\
          {{ a | json }}",
            "MB",
        ),
        (
            "{% set a = [1] %}{% for i in range(end=60) %}{% set_global a = {'k': a, 'l': a} %}{% endfor %}\
          {% if a == a %}same{% endif %}",
            "steps",
        ),
        (
            "{% set a = [1] %}{% for i in range(end=90000) %}{% set_global a = [a] %}{% endfor %}",
            "steps",
        ),
        (
            "{% set a = [1] %}{% for i in range(end=3000) %}{% set_global a = [a] %}{% endfor %}{{ a }}",
            "deeply",
        ),
        ("{{ [[i for i in range(end=100000)] for j in range(end=100000)] | length }}", "steps"),
        (
            "{{ [1 for i in range(end=100000) if [1 for j in range(end=100000) if false]] | length }}",
            "steps",
        ),
        (
            "{% set x = 'ab' %}{% for i in range(end=20) %}{% set_global x = x ~ x %}{% endfor %}\
             {{ x | split(pat='') | length }}",
            "MB",
        ),
        ("{{ <deep n={1}/> }}", "recursion"),
    ] {
        let said = messages(
            template,
            &[
                SHORT,
                ("templates/c.html", nothing),
                ("templates/d.html", twice),
                ("templates/long.html", &long),
            ],
        );
        let is_right = said.contains(expected)
            && (expected == "recursion"
                || said.contains("error[too-much]") && said.contains("--> templates/"));
        if !is_right {
            let _ = write!(wrong, "{template}: not {expected}\n{said}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn ten_includes_a_level() {
    let mut files: Vec<(String, String)> = Vec::new();
    for level in 0..10 {
        let text = format!("{{% include \"{}.html\" %}}\n", level + 1).repeat(10);
        files.push((format!("templates/{level}.html"), text));
    }
    files.push(("templates/10.html".to_owned(), "end".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let said = messages("{% include \"0.html\" %}", &[&[SHORT], files.as_slice()].concat());
    assert!(said.contains("more than 300000 steps for one page"), "{said}");
    assert!(said.contains("while rendering `posts/ada/index.html`"), "{said}");
    // Only the first page is reported: the other one is not tried.
    assert_eq!(said.matches("error[").count(), 1, "{said}");
}

#[test]
fn nested_sources() {
    let chain = |length: usize| {
        let files: Vec<(String, String)> = (0..length)
            .map(|i| (format!("templates/{i}.html"), format!("{{% include \"{}.html\" %}}", i + 1)))
            .chain([(format!("templates/{length}.html"), "end".to_owned())])
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        messages("{% include \"0.html\" %}", &files)
    };
    assert_eq!(chain(90), "");
    for length in [180, 3000] {
        let said = chain(length);
        assert!(said.contains("error[too-much]: more than 100 templates include"), "{said}");
    }
    let branches = |count: usize| {
        let mut text = "{% if page.title == \"0\" %}".to_owned();
        for i in 1..count {
            let _ = writeln!(text, "{{% elif page.title == \"{i}\" %}}{i}");
        }
        messages(&(text + "{% endif %}"), &[])
    };
    assert_eq!(branches(150), "");
    let said = branches(6000);
    assert!(said.contains("error[too-much]: more than 200 branches"), "{said}");
    assert!(said.contains("templates/post.html:200:"), "{said}");
}

/// As deep as templates may nest, in every way at once.
#[test]
fn nesting_below_the_limits_fits_on_the_stack() {
    let mut deep = String::new();
    for i in 0..30 {
        let _ = write!(deep, "{{% block b{i} %}}{{% if {i} == {i} %}}");
    }
    deep.push_str("{{ [1, (2 + (3 * (4 - (5))))] | length }}");
    deep.push_str(&"{% endif %}{% endblock %}".repeat(30));
    let said = messages(&deep, &[]);
    assert!(said.is_empty() || said.contains("too deep"), "{said}");
    let call = "{% component a(n) %}{% include \"0.html\" %}{% endcomponent a %}";
    let mut files = vec![("templates/a.html".to_owned(), call.to_owned())];
    for i in 0..90 {
        let text = format!("{{% include \"{}.html\" %}}", i + 1);
        files.push((format!("templates/{i}.html"), text));
    }
    files.push(("templates/90.html".to_owned(), "{{ <a n={1}/> }}".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let said = messages("{{ <a n={1}/> }}", &files);
    assert!(said.contains("recursion") || said.contains("deeply"), "{said}");
}

#[test]
fn components_in_markdown() {
    let twice = "{% component loop(n) %}{% for i in range(end=n) %}{% for j in range(end=n) %}\
                 .{% endfor %}{% endfor %}{% endcomponent loop %}";
    let config = "[markdown]\ncomponents = true\n\n[limits]\npage_steps = 300000\n";
    let said = messages(
        "{{ page.content | safe }}",
        &[
            ("kisah.toml", config),
            ("templates/c.html", twice),
            ("content/posts/bad.md", "# Bad\n\n{{<loop n={100}/>}}\n\n{{<loop n={10000}/>}}\n"),
        ],
    );
    assert_eq!(said.matches("error[too-much]").count(), 1, "{said}");
    assert!(said.contains("--> content/posts/bad.md:5:1"), "{said}");
    assert!(said.contains("templates/c.html:1:"), "{said}");
}

#[test]
fn documents_with_too_many_marks() {
    let many = "a\n".repeat(600_000);
    let said = messages("x", &[("content/posts/many.md", &many)]);
    assert!(said.contains("error[too-much]: the document has more than 1000000 marks"), "{said}");
    let config = ("kisah.toml", "[limits]\ndocument_marks = 2000000\n");
    assert_eq!(messages("x", &[config, ("content/posts/many.md", &many)]), "");
}

/// The built-in templates, used as the site's own, where they are metered, make the same bytes.
#[test]
fn counting_does_not_show() {
    let site = rich::site(14, 7);
    let mut own: Tree = site.clone();
    let folder = support::repository().join("templates");
    for (path, text) in support::read_tree(&folder) {
        own.entry(format!("templates/{path}")).or_insert(text);
    }
    assert!(own.len() > site.len() + 10);
    let strip = |mut tree: Tree| {
        tree.remove(support::MANIFEST);
        tree
    };
    let (plain, metered) =
        (strip(support::clean_output(&site)), strip(support::clean_output(&own)));
    let difference = support::difference(&plain, &metered);
    assert!(difference.is_empty(), "- as they are, + metered\n{difference}");
}
