//! Measures inputs that nobody writes on purpose: documents of one mark again and again, templates
//! that never end, folders that link to each other.
//!
//!     cargo bench --bench limits -- [--megabytes 10]
//!
//! Each is a site of its own, built from nothing by the program. The table is Markdown on stdout:
//! processor time, peak memory (`ru_maxrss`, from GNU `time`), and what was reported. The bench
//! fails if the program is killed, ends by a signal or takes longer than two minutes.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// Files of a site, by path.
type Site = Vec<(String, String)>;

/// What of a text repeated is a document, and how many marks that is for each so many bytes.
const DOCUMENTS: [(&str, &str); 14] = [
    ("lines", "a\n"),
    ("paragraphs", "a\n\n"),
    ("emphasis", "*a* "),
    ("links", "[a](https://example.org) "),
    ("lists", "- a\n"),
    ("headings", "# a\n"),
    ("quotes", "> a\n"),
    ("table rows", "|a|b|\n"),
    ("footnotes", "[^1] "),
    ("tags", "<b>"),
    ("code", "`a` "),
    ("one line of words", "word "),
    ("one word", "a"),
    ("Chinese", "漢字仮名"),
];

/// Documents that would have more marks are cut to this many.
const MARKS: usize = 990_000;

fn main() -> ExitCode {
    let mut args = std::env::args().skip_while(|arg| arg != "--megabytes");
    let megabytes = args.nth(1).and_then(|value| value.parse().ok()).unwrap_or(10_usize);
    let mut failed = false;
    println!("| input | processor time | peak memory | what is said |");
    println!("|---|--:|--:|---|");
    for (name, piece) in DOCUMENTS {
        let whole = megabytes * 1_000_000 / piece.len();
        let most = if marks(piece) == 0 { whole } else { whole.min(MARKS / marks(piece)) };
        let sizes = if most < whole { vec![whole, most] } else { vec![whole] };
        for count in sizes {
            #[allow(clippy::cast_precision_loss)]
            let size = (count * piece.len()) as f64 / 1e6;
            let head = if name == "table rows" { "|a|b|\n|-|-|\n" } else { "" };
            let text = format!("{head}{}\n\n[^1]: note\n", piece.repeat(count));
            let site = vec![("content/posts/a.md".to_owned(), text)];
            failed |= !measure(&format!("{size:.1} MB of {name}"), &site, |_| {});
        }
    }
    for (name, template) in [
        ("a text doubled 40 times", DOUBLED),
        (
            "`range(end=10000)` in itself",
            "{% for i in range(end=10000) %}{% for j in range(end=10000) %}.{% endfor %}{% endfor %}",
        ),
        ("ten includes on each of ten levels", "{% include \"0.html\" %}"),
        ("180 includes in each other", "{% include \"chain0.html\" %}"),
    ] {
        let mut site = vec![
            ("content/posts/a.md".to_owned(), "# A\n".to_owned()),
            ("templates/post.html".to_owned(), template.to_owned()),
        ];
        if template.contains("chain0") {
            site.extend(
                (0..180).map(|i| (format!("templates/chain{i}.html"), include("chain", i))),
            );
            site.push(("templates/chain180.html".to_owned(), String::new()));
        } else {
            site.extend(
                (0..10).map(|i| (format!("templates/{i}.html"), include("", i).repeat(10))),
            );
            site.push(("templates/10.html".to_owned(), String::new()));
        }
        failed |= !measure(name, &site, |_| {});
    }
    let branches: Vec<String> =
        (0..6000).map(|i| format!("{{% elif page.title == \"{i}\" %}}")).collect();
    let site = vec![
        ("content/posts/a.md".to_owned(), "# A\n".to_owned()),
        (
            "templates/post.html".to_owned(),
            format!("{{% if false %}}{}{{% endif %}}", branches.concat()),
        ),
    ];
    failed |= !measure("6,000 `elif`", &site, |_| {});
    let site = vec![("content/posts/a.md".to_owned(), "# A\n".to_owned())];
    failed |= !measure("16 folders with two links each", &site, link_folders);
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

const DOUBLED: &str = "{% set x = 'ab' %}{% for i in range(end=40) %}{% set_global x = x ~ x %}\
                       {% endfor %}{{ x }}";

fn include(name: &str, level: usize) -> String {
    format!("{{% include \"{name}{}.html\" %}}\n", level + 1)
}

/// Counts marks as the program does.
fn marks(piece: &str) -> usize {
    let of = |b| if b == b'\n' { 2 } else { usize::from(b"*[]<`|".contains(&b)) };
    piece.bytes().map(of).sum()
}

#[cfg(unix)]
fn link_folders(root: &Path) {
    for i in 0..16 {
        let folder = root.join(format!("content/links/{i}"));
        fs::create_dir_all(&folder).expect("a folder");
        for name in ["a", "b"].iter().filter(|_| i < 15) {
            let to = format!("../{}", i + 1);
            std::os::unix::fs::symlink(to, folder.join(name)).expect("a link");
        }
    }
}

#[cfg(not(unix))]
fn link_folders(_: &Path) {}

/// Builds a site and prints a row; returns whether the program ended by itself.
fn measure(name: &str, site: &Site, and: fn(&Path)) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for (path, text) in site {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    and(root);
    let report = root.join("time");
    let output = Command::new("/usr/bin/time")
        .args(["-q", "-f", "%M %U", "-o"])
        .arg(&report)
        .args(["timeout", "120", env!("CARGO_BIN_EXE_kisah"), "build"])
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .expect("GNU time");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let error = said.lines().find(|line| line.starts_with("error")).unwrap_or("nothing");
    let error = error.split_once(']').map_or(error, |(code, _)| code).replace("error[", "`");
    let ended = matches!(output.status.code(), Some(0 | 1));
    let error = match (ended, error.as_str()) {
        (false, _) => format!("**{}**", output.status),
        (true, "nothing") => "builds".to_owned(),
        (true, error) => format!("{error}`"),
    };
    let report = fs::read_to_string(&report).unwrap_or_default();
    let mut numbers = report.split_whitespace();
    let memory = numbers.next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default();
    let time = numbers.next().unwrap_or("?");
    println!("| {name} | {time} s | {} MB | {error} |", memory * 1024 / 1_000_000);
    ended
}
