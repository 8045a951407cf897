//! Checks what can be told from the text of `src/` alone: the order of modules, what pure modules
//! may not use, and house rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kisah::base::codes;

use crate::support::{read_tree, repository};

/// The modules in the order of the data's flow. Each may use those before it.
const ORDER: [&str; 16] = [
    "base", "keys", "config", "source", "analysis", "parse", "site", "related", "routes", "plan",
    "render", "check", "import", "store", "build", "serve",
];

/// Modules that may use the outside world: the disk, the clock, the environment, the network.
const OUTSIDE: [&str; 4] = ["store", "build", "serve", "cli"];

/// What pure modules must not name.
const IMPURE: [&str; 17] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::os",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "static mut",
    "thread_local!",
    "static Mutex",
    "static RwLock",
    ": Mutex<",
    "Atomic",
];

/// Exceptions: what is harmless in which file, and why.
const PURE: [(&str, &str, &str); 1] = [(
    "render/meter.rs",
    "thread_local!",
    "Tera hands filters no state of ours; it is empty before and after each page",
)];

/// What no shipped code may say, with the files that may, and why.
const BANNED: [(&str, &[(&str, &str)]); 6] = [
    (".unwrap()", &[]),
    (".expect(\"", &[("parse/markdown/calls.rs", "`expect` is a method of its reader")]),
    ("todo!", &[]),
    ("unimplemented!", &[]),
    ("dbg!", &[]),
    ("panic!", &[]),
];

/// Code files may not grow too long to read; tests and tables may be longer.
const MOST_LINES: usize = 600;

/// A file of `src/`.
struct Source {
    /// Path below `src/`.
    path: String,
    text: String,
    /// The text without comments and without what is compiled only for tests.
    code: String,
}

impl Source {
    /// The module that the file belongs to; empty for main.rs and lib.rs.
    fn module(&self) -> &str {
        let name = self.path.split('/').next().unwrap_or("");
        let name = name.strip_suffix(".rs").unwrap_or(name);
        if ["main", "lib"].contains(&name) { "" } else { name }
    }

    fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split(['/', '.']).collect();
        parts.contains(&"tests") || parts.contains(&"testing")
    }
}

fn sources() -> Vec<Source> {
    let tree = read_tree(&repository().join("src"));
    let files = tree.into_iter().filter(|(path, _)| is_rust(path));
    files
        .map(|(path, bytes)| {
            let text = String::from_utf8(bytes).expect("UTF-8");
            Source { code: code(&text), path, text }
        })
        .collect()
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == "rs")
}

/// The lines that ship: no comments, no item below `#[cfg(test)]`. Lines keep their numbers.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut in_test: Option<usize> = None;
    let mut test_next = false;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let bare = line.trim();
        if let Some(depth) = in_test {
            // rustfmt puts the end of an item under its beginning.
            if indent == depth && bare.starts_with('}') {
                in_test = None;
            }
        } else if bare == "#[cfg(test)]" {
            test_next = true;
        } else if test_next && !bare.starts_with("#[") {
            test_next = false;
            if !bare.ends_with(';') && !bare.ends_with('}') {
                in_test = Some(indent);
            }
        } else if !test_next && !bare.starts_with("//") {
            out.push_str(line.split(" // ").next().unwrap_or(line));
        }
        out.push('\n');
    }
    out
}

/// Every line of shipped code that contains a text: `path:line`.
fn mentions(source: &Source, text: &str) -> Vec<String> {
    let lines = source.code.lines().enumerate().filter(|(_, line)| contains(line, text));
    lines.map(|(i, line)| format!("src/{}:{}: {}", source.path, i + 1, line.trim())).collect()
}

/// Whether a line contains a text that does not begin inside a longer word.
fn contains(line: &str, text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(text)
        .any(|(at, _)| !text.starts_with(is_word) || !line[..at].ends_with(is_word))
}

/// The modules of this crate that a file names: `crate::X` and `use crate::{X, Y}`.
fn uses(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(name(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (i, c) in list.char_indices() {
            if start && depth == 0 {
                found.insert(name(&list[i..]));
                start = false;
            }
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' => start = true,
                _ => {}
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn none(problems: &[String], law: &str) {
    assert!(problems.is_empty(), "{law}:\n{}", problems.join("\n"));
}

#[test]
fn modules_use_only_those_above_them() {
    let mut problems = Vec::new();
    for source in sources().iter().filter(|s| !s.module().is_empty()) {
        let rank = |name: &str| ORDER.iter().position(|m| *m == name);
        // The command line comes last, and nothing uses it.
        let own = if source.module() == "cli" { Some(ORDER.len()) } else { rank(source.module()) };
        let Some(own) = own else {
            problems.push(format!("src/{}: a module without a place in the order", source.path));
            continue;
        };
        for used in uses(&source.code).iter().filter(|used| *used != source.module()) {
            match rank(used) {
                Some(rank) if rank < own => {}
                _ => problems.push(format!("src/{}: uses `crate::{used}`", source.path)),
            }
        }
    }
    none(&problems, "a module may use those above it in lib.rs, not below");
}

#[test]
fn lib_rs_declares_the_modules_in_order() {
    let lib = fs::read_to_string(repository().join("src/lib.rs")).expect("lib.rs");
    let declared: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let order: Vec<&str> =
        ORDER.into_iter().chain(["cli"]).filter(|m| declared.contains(m)).collect();
    assert_eq!(declared, order);
}

#[test]
fn pure_modules_ask_nothing_outside() {
    let mut problems = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test()) {
        let module = source.module();
        if module.is_empty() || OUTSIDE.contains(&module) {
            continue;
        }
        let may = |word: &str| PURE.iter().any(|(p, w, _)| *p == source.path && *w == word);
        let words = IMPURE.iter().filter(|word| !may(word));
        problems.extend(words.flat_map(|word| mentions(source, word)));
        // `use std::{fs, …}` is another way of writing the same.
        problems.extend(mentions(source, "use std::{"));
    }
    none(&problems, "pure modules use no disk, clock, environment, network or global state");
}

#[test]
fn only_the_store_writes() {
    let mut problems = Vec::new();
    for source in sources().iter().filter(|s| s.module() != "store" && !s.is_test()) {
        for word in ["fs::", "File::", "OpenOptions", "walkdir::"] {
            problems.extend(mentions(source, word));
        }
    }
    none(&problems, "only `store` touches the disk");
}

#[test]
fn only_the_command_line_prints() {
    let mut problems = Vec::new();
    for source in sources().iter().filter(|s| s.module() != "cli") {
        for word in ["println!", "print!", "eprintln!", "eprint!", "stdout()", "stderr()"] {
            problems.extend(mentions(source, word));
        }
    }
    none(&problems, "only `cli` prints");
}

#[test]
fn no_panics() {
    let mut problems = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test()) {
        for (word, but) in BANNED {
            if !but.iter().any(|(path, _)| *path == source.path) {
                problems.extend(mentions(source, word));
            }
        }
    }
    none(&problems, "a mistake of a user is a diagnostic, never a panic");
}

#[test]
fn files_can_be_read() {
    let mut problems = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > MOST_LINES && !source.is_test() {
            problems.push(format!("src/{}: {lines} lines", source.path));
        }
        if !source.text.is_empty() && !source.text.starts_with("//!") {
            problems.push(format!("src/{}: does not begin with `//!`", source.path));
        }
    }
    none(&problems, "files have at most 600 lines and say first what they are");
}

/// The files that may know kinds of pages: those that make their routes, and those that make their
/// files.
const KINDS: [&str; 2] = ["routes/", "plan/mod.rs"];

/// Files among them that must rely on facts, too.
const BY_FACTS: [&str; 1] = ["routes/collisions.rs"];

#[test]
fn kinds_of_pages_are_told_apart_once() {
    let mut problems = Vec::new();
    let mut matched = 0;
    for source in sources() {
        let may = KINDS.iter().any(|path| source.path.starts_with(path))
            && !BY_FACTS.contains(&source.path.as_str());
        let mentions = mentions(&source, "RouteKind::");
        let arms = mentions.iter().filter(|line| line.contains("=>"));
        matched += usize::from(arms.count() > 0);
        if !may {
            problems.extend(mentions);
        }
    }
    none(&problems, "what is asked of a route is one of its facts, not told from its kind");
    assert_eq!(matched, 1, "one match tells kinds apart: where artifacts are made");
}

#[test]
fn std_hash_maps_are_disallowed() {
    let clippy = fs::read_to_string(repository().join("clippy.toml")).expect("clippy.toml");
    for name in ["std::collections::HashMap", "std::collections::HashSet"] {
        assert!(clippy.contains(&format!("path = \"{name}\"")), "{name}");
    }
    let mut problems = Vec::new();
    for source in sources() {
        let lines = source.text.lines().enumerate();
        let allowed = lines.filter(|(_, line)| line.contains("allow(clippy::disallowed"));
        problems.extend(allowed.map(|(i, _)| format!("src/{}:{}", source.path, i + 1)));
    }
    none(&problems, "std's hash maps vary between runs");
}

/// Codes that no case shows, and why.
const CODES_WITHOUT_CASE: [(&str, &str); 1] =
    [("half-written", "the disk of a case does not refuse anything; that of `store`'s tests does")];

#[test]
fn every_code_is_shown_by_a_case() {
    let cases = read_tree(&repository().join("tests/cases"));
    let text: String =
        cases.values().map(|bytes| String::from_utf8_lossy(bytes)).collect::<Vec<_>>().join("\n");
    let shown = |name: &str| {
        text.contains(&format!("error[{name}]")) || text.contains(&format!("warning[{name}]"))
    };
    let missing: Vec<String> = codes::ALL
        .iter()
        .filter(|code| !shown(code.name))
        .filter(|code| !CODES_WITHOUT_CASE.iter().any(|(name, _)| *name == code.name))
        .map(|code| code.name.to_owned())
        .collect();
    none(&missing, "every diagnostic has a case that shows it");
}

#[test]
fn the_scanner_sees_what_it_should() {
    let text = "use crate::{base::Map, store::{Disk, RealDisk}, plan};\n// crate::cli\n\
                fn f() { crate::site::x(); } // std::fs\n\
                #[cfg(test)]\nmod tests {\n    use std::fs;\n}\nfn g() {}\n\
                #[cfg(test)]\nmod more;\nuse std::env;\n";
    let source = Source { path: "parse/x.rs".into(), text: text.into(), code: code(text) };
    let used: Vec<String> = uses(&source.code).into_iter().collect();
    assert_eq!(used, ["base", "plan", "site", "store"]);
    assert_eq!(mentions(&source, "std::fs"), [""; 0]);
    assert_eq!(mentions(&source, "std::env"), ["src/parse/x.rs:11: use std::env;"]);
    assert!(contains("a.unwrap()", ".unwrap()") && !contains("eprintln!", "println!"));
}
