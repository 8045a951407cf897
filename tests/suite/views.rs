//! A view contains only what its template can name. That must not show: templates make the same
//! bytes from the whole view. (Each case also checks this.) And it contains the variables that the
//! contract promises to the template, and no others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kisah::plan::{Seen, contract};

use crate::support::{self, Tree, repository, rich};

fn agree(root: &Path) -> Tree {
    let mut request = support::request(root);
    request.overrides.drafts = true;
    request.overrides.future = true;
    let cut = support::render_all(&request, false).unwrap_or_else(|why| panic!("{why}"));
    let whole = support::render_all(&request, true).unwrap_or_else(|why| panic!("{why}"));
    let difference = support::difference(&cut, &whole);
    assert!(difference.is_empty(), "- cut, + whole\n{difference}");
    cut
}

#[test]
fn of_the_repositorys_own_site() {
    let files = agree(&repository());
    assert!(files.len() > 50, "{}", files.len());
    let guide = repository().join("content/guide/templates.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let kinds = guide.lines().find(|line| line.starts_with("| `kind` |")).expect("its row");
    for text in files.values().filter_map(|bytes| std::str::from_utf8(bytes).ok()) {
        if let Some((_, rest)) = text.split_once("\n<body class=\"kind-") {
            let (kind, _) = rest.split_once('"').expect("the end of the class");
            assert!(kinds.contains(&format!("`{kind}`")), "the guide lacks the kind `{kind}`");
        }
    }
}

#[test]
fn of_a_rich_site() {
    let folder = support::temp();
    support::write_tree(folder.path(), &rich::site(14, 1));
    let files = agree(folder.path());
    assert!(files.len() > 80, "{}", files.len());
}

/// Templates that show no page by themselves.
const PARTS: [&str; 3] = ["base.html", "components.html", "markdown.html"];

/// Templates of a site that only say which variables they see.
#[test]
fn templates_see_the_variables_of_the_contract() {
    let variables = contract().variables;
    let templates = support::read_tree(&repository().join("templates"));
    let templates: Vec<&str> =
        templates.keys().map(String::as_str).filter(|name| !PARTS.contains(name)).collect();
    let folder = support::temp();
    let write = |path: &str, text: &str| support::write(folder.path(), [(path, text.as_bytes())]);
    for template in &templates {
        let lines = variables.iter().map(|v| format!("{0} {{{{ {0} is defined }}}}\n", v.name));
        let text = format!("{template}\n{}", lines.collect::<String>());
        write(&format!("templates/{template}"), &text);
    }
    let front =
        "+++\ndate = 2025-12-10\ntags = [\"a\"]\npeople = [\"b\"]\naliases = [\"/old/\"]\n+++\n";
    write("content/posts/ada.md", front);
    write("content/about.md", "# About\n");
    let files = support::render_all(&support::request(folder.path()), false);
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let files = files.unwrap_or_else(|why| panic!("{why}"));
    for text in files.values().filter_map(|bytes| std::str::from_utf8(bytes).ok()) {
        let Some((name, lines)) = text.split_once('\n') else { continue };
        let Some(template) = templates.iter().copied().find(|template| *template == name) else {
            continue;
        };
        let before = *seen.entry(template).or_insert(lines);
        assert_eq!(before, lines, "pages of {template} differ");
    }
    for template in templates {
        let promised: String = variables
            .iter()
            .map(|variable| {
                let is_promised = match variable.seen {
                    Seen::Everywhere => true,
                    Seen::OnPages => template != "redirect.html",
                    Seen::In(templates) => templates.contains(&template),
                };
                format!("{} {is_promised}\n", variable.name)
            })
            .collect();
        assert_eq!(seen.get(template), Some(&promised.as_str()), "{template}");
    }
}
