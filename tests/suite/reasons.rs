//! Why a post stands beside another: what the plan knows of it.

use kisah::related::Reason;
use kisah::site::{DocId, PersonId};

use crate::support;

const FILES: [(&str, &str); 6] = [
    (
        "kisah.toml",
        "base_url = \"https://example.org\"\n\
         [related]\nexclude_series = false\nexclude_linked = false",
    ),
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
    let told = |reason: &Reason| match reason {
        Reason::Chosen => "chosen".to_owned(),
        Reason::Person(id) => format!("person {}", site.terms[id.0].name),
        Reason::Series(id) => format!("series {}", site.terms[id.0].name),
        Reason::Term(id) => format!("term {}", site.terms[id.0].name),
        Reason::Author(id) => format!("author {}", site.terms[id.0].name),
        Reason::Word(text) => format!("word {text}"),
        Reason::Cited => "cited".to_owned(),
    };
    let all = (0..site.documents.len()).map(DocId).map(|id| {
        let beside = plan.related(id).iter().map(|related| {
            let why: Vec<String> = related.reasons.iter().map(told).collect();
            format!("{}: {}", name(related.doc), why.join(", "))
        });
        format!("{} | {}", name(id), beside.collect::<Vec<_>>().join(" | "))
    });
    assert_eq!(
        all.collect::<Vec<_>>(),
        [
            "a | d: chosen | c: series Letters, person Kartini | b: ",
            "b | d: term schools | a: ",
            "c | a: series Letters, person Kartini",
            "d | b: term schools",
            "e | ",
        ]
    );
}

/// A person is one in all languages: by the slug, or by the file of their page.
#[test]
fn people_are_the_same_in_every_language() {
    let folder = support::temp();
    let files = [
        ("kisah.toml", "base_url = \"https://example.org\"\n[languages.id]"),
        ("content/posts/a.md", "+++\npeople = [\"Kartini\", \"Ada Lovelace\"]\n+++\n"),
        ("content/posts/a.id.md", "+++\npeople = [\"R.A. Kartini\", \"Ada Lovelace\"]\n+++\n"),
        ("content/people/kartini.md", "# Kartini"),
        ("content/people/kartini.id.md", "# R.A. Kartini"),
        ("content/posts/b.md", "+++\nauthors = [\"Ada Lovelace\"]\n+++\n"),
    ];
    support::write(folder.path(), files.map(|(path, text)| (path, text.as_bytes())));
    let compiled = support::compile(&support::request(folder.path()), false).unwrap();
    let (plan, _) = compiled.plan.unwrap();
    let site = plan.site();
    let person = |id: &PersonId| {
        let names = site.people[id.0].terms.iter().map(|term| site.terms[term.0].name.as_str());
        names.collect::<Vec<_>>().join(" = ")
    };
    let mut people: Vec<PersonId> = site.terms.iter().filter_map(|term| term.person).collect();
    people.sort_unstable();
    assert_eq!(
        people.iter().map(person).collect::<Vec<_>>(),
        [
            "Ada Lovelace = Ada Lovelace",
            "Ada Lovelace = Ada Lovelace",
            "Kartini = R.A. Kartini",
            "Kartini = R.A. Kartini"
        ]
    );
}
