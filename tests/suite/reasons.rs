//! Why a post stands beside another: what the plan knows of it.

use kisah::related::Reason;
use kisah::site::DocId;

use crate::support;

const FILES: [(&str, &str); 6] = [
    ("kisah.toml", "base_url = \"https://example.org\""),
    (
        "content/posts/a.md",
        "+++\npeople = [\"Kartini\"]\nseries = \"Letters\"\nrelated = [\"@/posts/d.md\"]\n+++\n\
         Jepara, [b](b.md)",
    ),
    ("content/posts/b.md", "+++\ntags = [\"schools\"]\n+++\nJepara, Bandung"),
    ("content/posts/c.md", "+++\npeople = [\"Kartini\"]\nseries = \"Letters\"\n+++\nSemarang"),
    ("content/posts/d.md", "+++\ntags = [\"schools\"]\n+++\nBandung"),
    ("content/posts/e.md", "Nothing of the kind"),
];

#[test]
fn each_related_post_has_reasons() {
    let folder = support::temp();
    support::write(folder.path(), FILES.map(|(path, text)| (path, text.as_bytes())));
    let compiled = support::compile(&support::request(folder.path()), false).unwrap();
    let (plan, _) = compiled.plan.unwrap();
    let site = plan.site();
    let name = |id: DocId| site.document(id).doc.source.path.stem().to_owned();
    let told = |reason: Reason| match reason {
        Reason::Chosen => "chosen".to_owned(),
        Reason::Link => "link".to_owned(),
        Reason::Person(id) => format!("person {}", site.terms[id.0].name),
        Reason::Series(id) => format!("series {}", site.terms[id.0].name),
        Reason::Term(id) => format!("term {}", site.terms[id.0].name),
        Reason::Word(_) => "word".to_owned(),
    };
    let all = (0..site.documents.len()).map(DocId).map(|id| {
        let beside = plan.related(id).iter().map(|related| {
            let why: Vec<String> = related.reasons().map(told).collect();
            format!("{}: {}", name(related.doc), why.join(", "))
        });
        format!("{} | {}", name(id), beside.collect::<Vec<_>>().join(" | "))
    });
    assert_eq!(
        all.collect::<Vec<_>>(),
        [
            "a | d: chosen | c: person Kartini, series Letters | b: link, word",
            "b | d: word, term schools | a: link, word",
            "c | a: person Kartini, series Letters",
            "d | b: word, term schools",
            "e | ",
        ]
    );
}
