//! Checks that metered templates show the same as plain ones.

use tera::{Context, Tera};

use super::super::{counting, meter as count};
use super::meter;
use crate::config::LimitsConfig;

fn engine(text: &str) -> Result<Tera, tera::Error> {
    let mut tera = Tera::default();
    count::register(&mut tera);
    counting::register(&mut tera);
    tera.register_filter("json", |v: &tera::Value, _: tera::Kwargs, _: &tera::State| {
        serde_json::to_string(v).unwrap_or_default()
    });
    tera.autoescape_on([".html"]);
    tera.add_raw_templates([
        ("inner.html", "[{{ a }}]"),
        (
            "c.html",
            "{% component c(x=none, y=none) %}<{{ x }}{{ y }}{% if body is defined %}{{ body }}\
             {% endif %}>{% endcomponent c %}",
        ),
        ("base.html", "B{% block one %} base {% endblock one %}E"),
        ("page.html", text),
    ])?;
    Ok(tera)
}

fn render(tera: &Tera) -> Result<String, String> {
    let mut context = Context::new();
    context.insert("a", "a<b");
    context.insert("n", &3);
    context.insert("yes", &true);
    context.insert("list", &["x", "y&", "z"]);
    context.insert("map", &serde_json::json!({"k": {"l": [1, 2, 3]}, "in": "field"}));
    let rendered = || tera.render("page.html", &context).map_err(|e| e.to_string());
    count::within(LimitsConfig::default(), rendered).0
}

/// Expressions in which a misplaced call would change what is shown.
#[test]
fn metered_templates_show_the_same() {
    let mut wrong = Vec::new();
    for text in [
        "plain { { text }",
        "{{ a }} {{- a -}} {{ a }}",
        "{{ a ~ a }}{{ a ~ \"x\" ~ n ~ 1.5 ~ a }}{{ \"-\" ~ map.k.l[0] ~ list[1:] }}",
        "{{ a ~ list | join(sep=\"<\") ~ (a ~ a) | upper }}",
        "{{ 1 + 2 }}{{ 3 * 4 ~ 5 }}{{ -n ~ n }}{{ 2 ** n ~ \"\" }}{{ a ~ (2 ** 3) }}",
        "{{ a ~ <c x={a ~ a} y=\"q\"/> ~ a }}",
        "{{ a if yes else n }}{{ a ~ a if not yes else n ~ n }}",
        "{{ \"in\" if a in list else a }}{{ a not in list }}{{ \"x\" in list and n == 3 }}",
        "{{ a == \"a<b\" }}{{ n != 3 or n < 4 }}{{ n > 2 and n >= 3 and n <= 3 }}",
        "{{ map.in }}{{ map.in == \"field\" }}{{ map[\"k\"].l[1:][0] }}{{ map?.q?.r is defined }}",
        "{{ list | first ~ list | last }}{{ list | reverse | join(sep=\", \") }}",
        "{{ list | sort | json }}{{ {\"a\": a, \"b\": [n, {\"c\": n}]} | json }}",
        "{{ [1, 2, 3] }}{{ [a, n][0] }}{{ [...list, a] }}{{ {...map, \"z\": n} | json }}",
        "{{ [x for x in list] }}{{ [x ~ a for x in list if x != \"x\" and yes] }}",
        "{{ [x if yes else a for x in [n, a]] }}{{ [k for k, v in map if v is map] }}",
        "{% for x in list %}{{ loop.index }}{{ x }}{% else %}none{% endfor %}",
        "{% for x in list -%}  {{ x }}  {%- endfor %}{% for k, v in map %}{{ k }}={{ v }}{% endfor %}",
        "{% for x in [n, a ~ a] %} {{- x }} {%- if loop.last %}!{% endif %}\n{% endfor -%}  end",
        "{% set b = a ~ a %}{{ b }}{% set c %}[{{ a }}{{ b | safe }}]{% endset %}{{ c }}",
        "{% set d | upper | escape_xml %}{{ a }}{% endset %}{{ d }}",
        "{% filter upper %}{{ a }}&{% endfilter %}{% filter replace(from=\"a\", to=a) %}a<{% endfilter %}",
        "{%- filter escape_html | upper -%} <{{ a }}> {%- endfilter -%}",
        "{% <c x={a} y={[n, n] | json}> %}in {{ a }}{% </c> %}{{ <c/> }}{% set e = <c x={n}/> %}{{ e }}",
        "{% include \"inner.html\" %}{% set f %}{% include 'inner.html' %}{% endset %}{{ f }}",
        "{# c #} {%- extends \"base.html\" %}{% block one -%}  {{ super() }}{{ a ~ super() }}{% endblock one %}",
        "{% if n == 3 and a ~ n == \"a<b3\" %}1{% elif a %}2{% else %}3{% endif %}",
        "{% raw %}{{ a ~ }} {% for {% endraw %}{# {{ {% #}{{ \"}} {% '\" ~ '\"' }}",
        "{{ a | replace(from=\"\", to=\"-\") }}{{ a | safe | replace(from=\"b\", to=\"<\") }}",
        "{{ a | replace(from=\"b\", to=a | safe) }}{{ list | join(sep=\"<br>\" | safe) }}",
        "{{ \"x\\n\\ny\\n\" | indent(width=2, first=true, blank=true) }}{{ \"p\\nq\" | indent }}",
        "{{ a | safe | indent(indentation=\"&\", first=true) }}{{ \"a,b,,c\" | split(pat=\",\") | json }}",
        "{{ [n, n, 1, a, a] | unique | json }}{{ range(end=3) | json }}{{ [] | join }}",
        "{{ not yes }}{{ not a ~ a == a }}{{ yes is defined ~ a }}{{ a is containing(pat=\"b\") }}",
        "{{ a ~ (n if yes else a) ~ [1, 2][0] ~ {\"q\": 1}[\"q\"] }}",
    ] {
        let metered = meter(text);
        let shown = |text: &str| match engine(text) {
            Ok(tera) => render(&tera),
            Err(error) => Err(error.to_string()),
        };
        let (plain, counted) = (shown(text), shown(&metered.text));
        if plain.is_err() || plain != counted {
            wrong.push(format!("{text}\n{}\n{plain:?}\n{counted:?}", metered.text));
        }
        assert_eq!(text.lines().count(), metered.text.lines().count(), "{text}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn places_are_found_again() {
    let source = "{% for x in y %}\n{{ x ~ \"é\" ~ z }}{% endfor %}";
    let metered = meter(source);
    for word in ["for", "y %}", "x ~", "z }}", "endfor"] {
        // Insertions contain none of these.
        let at = metered.text.find(word).or_else(|| metered.text.find(&word[..1])).unwrap();
        let original = metered.original(at);
        assert_eq!(source[original..].chars().next(), word.chars().next(), "{word}");
    }
}
