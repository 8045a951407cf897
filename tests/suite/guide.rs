//! The guide tells the truth: its examples are built, and it names every name that the code knows.
//!
//! Fenced blocks of `content/guide/*.md` are examples if their info string says so:
//!
//! - `toml file=kisah.toml`: a file of this section's site. A `##` heading begins a new site; a
//!   path that occurs twice is overwritten.
//! - `html output=posts/x/index.html`: lines that this file of the output contains.
//! - `text diagnostics`: lines of what the build reports, at least the first one of each mistake. A
//!   site without such a block must build without any (except for the missing `base_url`).
//!
//! Readers do not see info strings, so the line above a block names its path. Other blocks are only
//! shown. A site is built where something is expected of it, and at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kisah::base::spec::{Absent, KeySpec, Shape};
use kisah::base::{Diagnostic, codes};
use kisah::config::strings;
use kisah::keys::{Cascades, FRONT_MATTER, Field, FrontKey, KISAH_TOML};
use kisah::plan::{Contract, Seen, contract};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::support::{build, message, messages, repository, request, temp, write};

#[test]
fn examples_of_the_guide_work() {
    let mut problems = String::new();
    let mut expectations = 0;
    for (name, text) in pages() {
        let mut site = Site::default();
        for block in blocks(&text) {
            if let Some(path) = block.unnamed(&text) {
                _ = writeln!(
                    problems,
                    "content/guide/{name}:{}: the line above does not name `{path}`\n",
                    block.line
                );
            }
            let result = match &block.kind {
                Kind::Heading => std::mem::take(&mut site).end(),
                Kind::File(path) => site.add(path, &block.text),
                Kind::Output(path) => {
                    expectations += 1;
                    site.output(path, &block.text)
                }
                Kind::Diagnostics => {
                    expectations += 1;
                    site.diagnostics(&block.text)
                }
            };
            if let Err(why) = result {
                _ = writeln!(problems, "content/guide/{name}:{}: {why}\n", block.line);
            }
        }
        if let Err(why) = site.end() {
            _ = writeln!(problems, "content/guide/{name}: {why}\n");
        }
    }
    assert!(problems.is_empty(), "{problems}");
    assert!(expectations > 40, "only {expectations} expectations: are the info strings read?");
}

#[test]
fn the_guide_names_every_key() {
    let pages: BTreeMap<String, BTreeSet<String>> =
        pages().into_iter().map(|(name, text)| (name, words_of_code(&text))).collect();
    let mut missing = String::new();
    let mut check = |page: &str, what: &str, least: usize, names: BTreeSet<String>| {
        assert!(names.len() >= least, "only {} names found: {what}", names.len());
        for name in names.iter().filter(|name| !pages[page].contains(*name)) {
            _ = writeln!(missing, "content/guide/{page} does not name `{name}`: {what}");
        }
    };

    let texts = strings::builtin("en").keys().cloned().collect();
    check("configuration.md", "an interface text", 40, texts);
    let keys = list("src/site/collections.rs", "KEYS");
    check("configuration.md", "a condition of collections", 5, keys);
    let tokens = list("src/site/address.rs", "TOKENS");
    check("links.md", "a part of permalink patterns", 8, tokens);

    let filters = literals("src/render/filters.rs", &["register_filter("]);
    check("templates.md", "a filter", 5, filters);
    let templates = files("templates");
    let names = templates.keys().cloned().collect();
    check("templates.md", "a built-in template", 10, names);
    let tags = |tag: &str| templates.values().flat_map(|text| tag_names(text, tag)).collect();
    check("templates.md", "a block", 5, tags("block"));
    check("templates.md", "a built-in component", 15, tags("component"));

    let names = codes::ALL.iter().map(|code| code.name.to_owned()).collect();
    check("messages.md", "a code", 20, names);
    assert!(missing.is_empty(), "{missing}");
}

/// The guide says which languages need no translation of the interface.
#[test]
fn the_guide_names_the_languages_that_have_texts() {
    let pages = pages();
    let text = section(&pages["configuration.md"], "Interface texts");
    for name in files("src/config/strings").keys() {
        let code = name.strip_suffix(".toml").expect("a file of texts");
        let named = text.contains(&format!("(`{code}`)"));
        assert!(named, "configuration.md, \"Interface texts\": (`{code}`)");
    }
}

/// A collection cannot take the place of what templates see anyway.
#[test]
fn no_collection_has_the_name_of_a_variable() {
    let variables = contract().variables.iter().map(|variable| variable.name);
    // Loops of Tera set this one.
    let names: Vec<&str> = variables.chain(["loop"]).collect();
    // More mistakes of one kind in one file are summed up.
    for names in names.chunks(20) {
        let tables: String = names.iter().map(|name| format!("[collections.{name}]\n")).collect();
        let folder = temp();
        write(folder.path(), [("kisah.toml", tables.as_bytes())]);
        let said = messages(&build(&request(folder.path())).diagnostics);
        for name in names {
            let message = format!("error[bad-collection]: a collection cannot be named `{name}`\n");
            assert!(said.contains(&message), "{name}: {said}");
        }
    }
}

/// The guide has every variable where it speaks of the templates that see it, and all fields of a
/// map in one place.
#[test]
fn the_guide_has_the_contract_of_templates() {
    let page = &pages()["templates.md"];
    let Contract { variables, shapes } = contract();
    let mut missing = String::new();
    let words = |text: &str| words_of_code(text);
    let everywhere = words(section(page, "What every template sees"));
    let redirects = words(section(page, "Redirects"));
    for variable in variables {
        let mut check = |place: &str, words: &BTreeSet<String>| {
            if !words.contains(variable.name) {
                let (name, about) = (variable.name, variable.about);
                _ = writeln!(missing, "{place} lacks the variable `{name}`: {about}");
            }
        };
        match variable.seen {
            Seen::Everywhere => {
                check("\"What every template sees\"", &everywhere);
                check("\"Redirects\"", &redirects);
            }
            Seen::OnPages => check("\"What every template sees\"", &everywhere),
            Seen::In(templates) => {
                for template in templates {
                    let row = page.lines().find(|l| l.starts_with(&format!("| `{template}` |")));
                    check(&format!("the row of `{template}`"), &words(row.unwrap_or_default()));
                }
            }
        }
    }
    let places: Vec<BTreeSet<String>> = page.split("\n\n").map(words).collect();
    for shape in shapes {
        let lacking = places.iter().map(|words| {
            shape.fields.iter().filter(|field| !words.contains(field.name)).collect::<Vec<_>>()
        });
        let nearest = lacking.min_by_key(Vec::len).expect("a place");
        for field in nearest {
            let (name, of, about) = (field.name, shape.about, field.about);
            _ = writeln!(missing, "no place has all fields of \"{of}\": `{name}` ({about})");
        }
    }
    assert!(missing.is_empty(), "content/guide/templates.md:\n{missing}");
}

/// What stands below a heading of the second level.
fn section<'a>(page: &'a str, title: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n## {title}\n")).expect("the heading");
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

/// The guide's tables of keys are those of the code, word for word.
#[test]
fn the_guide_has_the_line_of_every_key() {
    let pages = pages();
    let mut missing = String::new();
    let mut check = |page: &str, line: String| {
        if !pages[page].lines().any(|other| other == line) {
            _ = writeln!(missing, "content/guide/{page} lacks the line\n{line}");
        }
    };
    for FrontKey { spec, field, .. } in FRONT_MATTER {
        if !matches!(field, Field::Foreign | Field::Later) {
            let KeySpec { name, about, .. } = spec;
            let absent = cell(spec.absent);
            check("front-matter.md", format!("| `{name}` | {about} |{absent}"));
        }
    }
    for key in KISAH_TOML {
        match key.shape {
            Shape::Table(keys) => check_table(&mut check, &format!("[{}]", key.name), keys),
            Shape::Named(keys) if key.name == "languages" => {
                check_table(&mut check, "[languages.CODE]", keys);
            }
            Shape::Named(keys) => check_table(&mut check, &format!("[{}.NAME]", key.name), keys),
            Shape::Lists(keys) => check_table(&mut check, &format!("[[{}.NAME]]", key.name), keys),
            Shape::Own => {}
            _ => check_table(&mut check, "", std::slice::from_ref(key)),
        }
    }
    assert!(missing.is_empty(), "{missing}");
}

/// The guide says of each key whether `[cascade]` may contain it.
#[test]
fn the_guide_names_the_keys_that_are_handed_down() {
    let page = &pages()["front-matter.md"];
    let (_, sentence) = page.split_once("It may contain ").expect("the sentence about `[cascade]`");
    let (sentence, _) = sentence.split_once(", and all taxonomies").expect("its end");
    let said: BTreeSet<&str> = sentence.split('`').skip(1).step_by(2).collect();
    let is_told = |key: &&FrontKey| {
        !matches!(key.field, Field::Terms | Field::Taxonomies | Field::Foreign | Field::Later)
    };
    let handed_down = FRONT_MATTER.iter().filter(|key| key.cascades != Cascades::No);
    let handed_down: BTreeSet<&str> =
        handed_down.filter(is_told).map(|key| key.spec.name).collect();
    assert_eq!(said, handed_down);
}

/// Checks the lines of a table of kisah.toml, and its head.
fn check_table(check: &mut dyn FnMut(&str, String), table: &str, keys: &[KeySpec]) {
    // A table in a table has a page of its own.
    let page = if table.contains('.') && !table.contains(".NAME") && !table.contains(".CODE") {
        "related.md"
    } else {
        "configuration.md"
    };
    let defaults = keys.iter().all(|key| !key.absent.to_markdown().is_empty());
    if !table.is_empty() {
        let column = if defaults { " default |" } else { "" };
        check(page, format!("| key of `{table}` |{column} what it is |"));
    }
    for KeySpec { name, absent, about, .. } in keys {
        check(page, format!("| `{name}` |{} {about} |", cell(*absent)));
    }
    for key in keys {
        if let Shape::Table(inner) | Shape::Decimals(inner) = key.shape {
            let table = table.trim_matches(['[', ']']);
            check_table(check, &format!("[{table}.{}]", key.name), inner);
        }
    }
}

fn cell(absent: Absent) -> String {
    let words = absent.to_markdown();
    if words.is_empty() { words } else { format!(" {words} |") }
}

/// The pages of the guide by name.
fn pages() -> BTreeMap<String, String> {
    let pages = files("content/guide");
    assert!(pages.len() >= 8, "{:?}", pages.keys());
    pages
}

/// The files of a folder of the repository by name.
fn files(folder: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(repository().join(folder)).expect("a folder");
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|n| n.to_str()).expect("a name").to_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .collect()
}

/// A block, as the test reads it.
struct Block {
    line: usize,
    kind: Kind,
    text: String,
}

enum Kind {
    /// `##`: the start of a new site.
    Heading,
    File(String),
    Output(String),
    Diagnostics,
}

impl Block {
    /// The path of the block, if readers are not told.
    fn unnamed(&self, page: &str) -> Option<&str> {
        let (Kind::File(path) | Kind::Output(path)) = &self.kind else { return None };
        let above = page.lines().take(self.line - 1).filter(|line| !line.is_empty());
        let named = above.last().is_some_and(|line| line.contains(&format!("`{path}`")));
        (!named).then_some(path)
    }
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (event, range) in Parser::new(page).into_offset_iter() {
        let line = page[..range.start].matches('\n').count() + 1;
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. }) => {
                blocks.push(Block { line, kind: Kind::Heading, text: String::new() });
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = kind(&info).map(|kind| Block { line, kind, text: String::new() });
            }
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.text.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

fn kind(info: &str) -> Option<Kind> {
    let (_, what) = info.split_once(' ')?;
    match what.split_once('=') {
        Some(("file", path)) => Some(Kind::File(path.to_owned())),
        Some(("output", path)) => Some(Kind::Output(path.to_owned())),
        None if what == "diagnostics" => Some(Kind::Diagnostics),
        _ => panic!("a block's info string is `{info}`, which means nothing"),
    }
}

/// The site of one section of the guide.
#[derive(Default)]
struct Site {
    folder: Option<tempfile::TempDir>,
    /// What the last build of its current files reported.
    built: Option<Vec<Diagnostic>>,
    /// Whether a block has shown what the build reports.
    explained: bool,
}

impl Site {
    fn add(&mut self, path: &str, text: &str) -> Result<(), String> {
        // A site with mistakes is built before it is corrected.
        let before = if self.built.is_some() { self.finish() } else { Ok(()) };
        let folder = self.folder.get_or_insert_with(temp);
        write(folder.path(), [(path, text.as_bytes())]);
        self.built = None;
        self.explained = false;
        before
    }

    fn built(&mut self) -> Result<(&Path, &[Diagnostic]), String> {
        let folder = self.folder.as_ref().ok_or("there is no file above this block")?.path();
        let diagnostics = self.built.get_or_insert_with(|| {
            let report = build(&request(folder));
            report.diagnostics.into_iter().filter(|d| d.code != &codes::NO_BASE_URL).collect()
        });
        Ok((folder, diagnostics))
    }

    fn output(&mut self, path: &str, lines: &str) -> Result<(), String> {
        let (folder, diagnostics) = self.built()?;
        let at = folder.join("public").join(path);
        let text = fs::read_to_string(&at).map_err(|error| {
            format!("the build does not make `{path}`: {error}\n{}", all(diagnostics))
        })?;
        lacks(&text, lines).map_err(|line| format!("`{path}` lacks `{line}`; it is\n{text}"))
    }

    fn diagnostics(&mut self, lines: &str) -> Result<(), String> {
        self.explained = true;
        let (_, diagnostics) = self.built()?;
        let text = all(diagnostics);
        lacks(&text, lines)
            .map_err(|line| format!("no message holds `{line}`; they are\n{text}"))?;
        for diagnostic in diagnostics {
            let first = message(diagnostic).lines().next().unwrap_or_default().to_owned();
            if !lines.contains(&first) {
                return Err(format!("the build also says `{first}`"));
            }
        }
        Ok(())
    }

    /// Builds whatever was not built, and checks that nothing is left unexplained.
    fn finish(&mut self) -> Result<(), String> {
        if self.folder.is_none() || self.explained {
            return Ok(());
        }
        match self.built()? {
            (_, []) => Ok(()),
            (_, diagnostics) => Err(format!("the site above says\n{}", all(diagnostics))),
        }
    }

    fn end(mut self) -> Result<(), String> {
        self.finish()
    }
}

fn all(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| message(d) + "\n\n").collect()
}

/// The first of some lines that a text does not contain.
fn lacks(text: &str, lines: &str) -> Result<(), String> {
    let held = |line: &&str| !text.contains(line.trim());
    lines.lines().find(held).map_or(Ok(()), |line| Err(line.trim().to_owned()))
}

/// Every word in the code spans of a page. Names of templates, codes and components keep their dots
/// and hyphens.
fn words_of_code(page: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for event in Parser::new_ext(page, pulldown_cmark::Options::ENABLE_TABLES) {
        if let Event::Code(code) = event {
            let part = |c: char| !c.is_alphanumeric() && c != '_';
            words.extend(code.split(part).map(str::to_owned));
            words.extend(code.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The string literals that stand as the first argument of calls in a source file.
fn literals(file: &str, calls: &[&str]) -> BTreeSet<String> {
    let text = fs::read_to_string(repository().join(file)).expect("a source file");
    let mut names = BTreeSet::new();
    for call in calls {
        for (at, _) in text.match_indices(call) {
            let rest = text[at + call.len()..].trim_start();
            let literal = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
            names.extend(literal.map(|(name, _)| name.to_owned()));
        }
    }
    names
}

/// The string literals of a constant list in a source file.
fn list(file: &str, name: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(repository().join(file)).expect("a source file");
    let (_, rest) = text.split_once(&format!("const {name}: ")).expect("the constant");
    let (_, rest) = rest.split_once('=').expect("a value");
    let (list, _) = rest.split_once(']').expect("a list");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The names in `{% block name %}` or `{% component name(…) %}`.
fn tag_names(template: &str, tag: &str) -> BTreeSet<String> {
    let opening = format!("{{% {tag} ");
    let rests = template.match_indices(&opening).map(|(at, _)| &template[at + opening.len()..]);
    rests.filter_map(|rest| rest.split([' ', '(']).next().map(str::to_owned)).collect()
}
