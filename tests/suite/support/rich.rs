//! A made-up site with something of everything, the same for the same seed.

use std::fmt::Write as _;

use super::{Random, Tree};

const WORDS: [&str; 24] = [
    "exile",
    "letters",
    "school",
    "engine",
    "radio",
    "ministry",
    "garden",
    "voyage",
    "archive",
    "portrait",
    "river",
    "independence",
    "notebook",
    "laboratory",
    "prison",
    "press",
    "teacher",
    "compass",
    "harbour",
    "translation",
    "theorem",
    "friendship",
    "protest",
    "return",
];
const PEOPLE: [&str; 7] =
    ["Kartini", "Ada Lovelace", "Soekarno", "Marie Curie", "Pavel Durov", "Ünal Öz", "de Wit"];
const TAGS: [&str; 6] = ["science", "Politics", "education", "art & craft", "war", "peace"];

/// A site with this many posts in English, a third of them also in Indonesian.
pub fn site(posts: usize, seed: u64) -> Tree {
    let mut tree = Tree::new();
    for (path, text) in FRAME {
        tree.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    let mut random = Random(seed);
    for number in 0..posts {
        let path = path(number);
        tree.insert(path.clone(), post(number, posts, &mut random, false).into_bytes());
        if number % 3 == 0 {
            let version = path.replace(".md", ".id.md");
            tree.insert(version, post(number, posts, &mut random, true).into_bytes());
        }
        if is_bundle(number) {
            let folder = path.replace("/index.md", "");
            tree.insert(format!("{folder}/map.gif"), gif(number));
            tree.insert(format!("{folder}/notes.txt"), b"notes".to_vec());
        }
    }
    tree
}

fn is_bundle(number: usize) -> bool {
    number % 4 == 1
}

fn path(number: usize) -> String {
    match number % 4 {
        1 => format!("content/posts/bundle-{number}/index.md"),
        2 => format!("content/notes/20{:02}-03-04-note-{number}.md", number % 25),
        3 => format!("content/posts/deep/post-{number}.md"),
        _ => format!("content/posts/post-{number}.md"),
    }
}

/// A picture with that many pixels.
pub fn gif(number: usize) -> Vec<u8> {
    let side = u8::try_from(number % 200 + 1).expect("below 256");
    let head = [b'G', b'I', b'F', b'8', b'9', b'a', side, 0, side, 0, 0, 0, 0, b';'];
    head.to_vec()
}

fn post(number: usize, posts: usize, random: &mut Random, indonesian: bool) -> String {
    let mut text = String::from("+++\n");
    let language = if indonesian { "Kisah" } else { "Story" };
    _ = writeln!(
        text,
        "title = \"{language} {number} of the {}\"",
        WORDS[random.below(WORDS.len())]
    );
    if !path(number).contains("-03-04-") {
        let (month, day) = (random.below(12) + 1, random.below(28) + 1);
        _ = writeln!(text, "date = 20{:02}-{month:02}-{day:02}", random.below(25));
    }
    match number % 11 {
        3 => text.push_str("draft = true\n"),
        5 => text.push_str("expires = 2020-01-01\n"),
        7 => _ = writeln!(text, "aliases = [\"/old/{language}-{number}/\"]"),
        8 => text.push_str("series = \"The long life\"\n"),
        9 => text.push_str("weight = 3\nsummary = \"By hand.\"\n"),
        _ => {}
    }
    let list = |from: &[&str], random: &mut Random| {
        let mut names: Vec<String> =
            (0..=random.below(2)).map(|_| format!("{:?}", random.pick(from))).collect();
        names.sort();
        names.dedup();
        names.join(", ")
    };
    _ = writeln!(text, "people = [{}]", list(&PEOPLE, random));
    _ = writeln!(text, "tags = [{}]", list(&TAGS, random));
    _ = writeln!(text, "places = [{}]", list(&["Jepara", "London"], random));
    if is_bundle(number) && !indonesian {
        text.push_str("image = \"map.gif\"\n");
    }
    text.push_str("+++\n");
    paragraphs(&mut text, number, posts, random);
    text
}

fn paragraphs(text: &mut String, number: usize, posts: usize, random: &mut Random) {
    for paragraph in 0..3 + random.below(3) {
        match paragraph {
            1 => text.push_str("<!-- more -->\n\n## The *middle* years\n\n"),
            2 => text.push_str("### Late\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n"),
            3 => text.push_str("```rust\nlet x = \"<y>\";\n```\n\n{{<mark_it text=\"z\"/>}}\n\n"),
            _ => {}
        }
        for _ in 0..20 + random.below(20) {
            text.push_str(WORDS[random.below(WORDS.len())]);
            text.push(' ');
        }
        // Not to a draft, and not to what has expired.
        let other = random.below(posts);
        if [3, 5].contains(&(other % 11)) {
            text.push_str("and [home](/).");
        } else {
            let source = path(other).replace("content/", "@/");
            _ = write!(text, "and [another]({source}), [a tag](/tags/peace/).[^n{paragraph}]");
        }
        if is_bundle(number) {
            text.push_str(" ![A map](map.gif \"Map\") and <a href=\"notes.txt\">notes</a>.");
        }
        _ = write!(text, "\n\n[^n{paragraph}]: Note {paragraph}.\n\n");
    }
}

/// The files that do not depend on the number of posts.
const FRAME: [(&str, &str); 21] = [
    (
        "kisah.toml",
        r#"title = "A rich site"
description = "Something of everything."
base_url = "https://example.org/blog"
timezone = "Asia/Jakarta"
author = "Redaksi"

[languages.id]
title = "Situs kaya"

[languages.ar]

[markdown]
components = true

[taxonomies.places]
paginate_by = 3

[collections.latest]
limit = 3

[collections.founders]
from = "people"
sort = "count"

[collections.heavy]
where.weight = 3
sort = "title"

[[menus.main]]
name = "Posts"
url = "/posts/"

[[menus.main]]
name = "About"
page = "@/about.md"

[extra]
colour = "red"
"#,
    ),
    ("content/_index.md", "+++\ntitle = \"Home\"\npaginate_by = 5\n+++\nWelcome.\n"),
    ("content/_index.id.md", "+++\ntitle = \"Beranda\"\n+++\nSelamat datang.\n"),
    (
        "content/about.md",
        "# About\n\nSee [the posts](/posts/) and [Kartini](@/people/kartini.md).\n",
    ),
    ("content/about.id.md", "# Tentang\n\nLihat [Kartini](people/kartini.id.md).\n"),
    ("content/posts/_index.md", "+++\ntitle = \"Posts\"\npaginate_by = 4\n+++\n"),
    (
        "content/notes/_index.md",
        "+++\ntitle = \"Notes\"\nsort_by = \"title\"\npermalink = \"/:year/:slug/\"\n\
         [cascade]\nauthors = [\"Guest\"]\n+++\n",
    ),
    ("content/posts/deep/_index.md", "+++\ntitle = \"Deep\"\npage_template = \"deep.html\"\n+++\n"),
    ("content/people/kartini.md", "+++\ntitle = \"R.A. Kartini\"\n+++\nBorn in Jepara.\n"),
    ("content/people/kartini.id.md", "+++\ntitle = \"R.A. Kartini\"\n+++\nLahir di Jepara.\n"),
    ("content/tags/_index.md", "+++\ntitle = \"All the tags\"\n+++\n"),
    ("content/loose.txt", "loose"),
    ("data/facts.toml", "one = 1\n[deep]\nlist = [1, \"b\"]\n"),
    ("data/places.yaml", "- name: Jepara\n- name: London\n"),
    ("i18n/id.toml", "home = \"Depan\"\n"),
    ("static/robots.txt", "User-agent: *\n"),
    ("static/more/extra.css", "body {}\n"),
    (
        "templates/post.html",
        "{% extends \"kisah/post.html\" %}\n{% block head %}<link rel=\"stylesheet\" \
         href=\"{{ assets[\"more/extra.css\"] }}\">{% include \"part.html\" %}{% endblock head %}\n",
    ),
    (
        "templates/deep.html",
        "{% extends \"post.html\" %}\n{% block footer %}{{ data.facts.one }}{% endblock footer %}\n",
    ),
    (
        "templates/part.html",
        "{% for p in latest %}{{ p.title }}{% endfor %}{% for t in founders %}{{ t.name }} {{ t.count }}{% endfor %}{{ config.extra.colour }}",
    ),
    (
        "templates/own.html",
        "{% component mark_it(text) %}<mark>{{ text }}</mark>{% endcomponent mark_it %}\n",
    ),
];
