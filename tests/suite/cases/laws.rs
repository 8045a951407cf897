//! What must hold for every build, whatever the site: each case also tests these.
//!
//! 1. A build never touches the sources.
//! 2. A build with an error leaves the output as it was, times included.
//! 3. A file whose bytes do not change keeps its modification time.
//! 4. `check` finds what `build` finds, and near duplicates.
//! 5. The same build again makes, writes and removes nothing.
//! 6. The output is that of a clean build elsewhere, manifest included.
//! 7. Templates make the same bytes from the whole view as from the cut one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use kisah::base::{Diagnostics, codes};
use kisah::build::{Report, Request};
use kisah::config::Config;

use crate::support::{self, MANIFEST, Tree};

/// What was on disk before a build.
pub(super) struct Before {
    sources: Tree,
    pub output: Tree,
    times: BTreeMap<String, SystemTime>,
}

impl Before {
    pub(super) fn look(request: &Request) -> Before {
        // The output's location is known only afterwards; for cases a name is enough.
        let output = output_dir(request);
        support::age(&output);
        Before {
            sources: sources(request, &output),
            output: support::read_tree(&output),
            times: support::times(&output),
        }
    }
}

fn output_dir(request: &Request) -> PathBuf {
    if let Some(dir) = &request.output_dir {
        return dir.clone();
    }
    request.root.join(config(request).output_dir)
}

/// What kisah.toml and its overlays say.
pub(super) fn config(request: &Request) -> Config {
    let config = kisah::store::read::config_files(
        &kisah::store::RealDisk,
        &request.root,
        &request.config_files,
    );
    kisah::config::load(
        &config.unwrap_or_default(),
        &[],
        &request.overrides,
        &mut Diagnostics::new(),
    )
}

fn sources(request: &Request, output: &Path) -> Tree {
    let mut tree = support::read_tree(&request.root);
    let below = output.strip_prefix(&request.root).ok();
    let below = below.map(|path| format!("{}/", path.to_string_lossy()));
    tree.retain(|path, _| {
        !path.starts_with(".kisah/") && !below.iter().any(|b| path.starts_with(b))
    });
    tree
}

/// Adds to `problems` the laws that a build broke.
pub(super) fn hold(
    request: &Request,
    report: &Report,
    before: &Before,
    problems: &mut Vec<String>,
) {
    let output = &report.output_dir;
    let mut law = |name: &str, difference: String| {
        if !difference.is_empty() {
            problems.push(format!("law broken: {name}\n{difference}"));
        }
    };
    law(
        "a build never touches the sources",
        support::difference(&before.sources, &sources(request, output)),
    );
    let after = support::read_tree(output);
    let times = support::times(output);
    if report.diagnostics.has_errors() || request.check_only {
        law(
            "a build with an error leaves the output as it was",
            support::difference(&before.output, &after),
        );
        law("it leaves the times as they were", touched(&before.times, &times));
        return;
    }
    let mut same = before.times.clone();
    same.retain(|path, _| before.output.get(path) == after.get(path));
    law("a file whose bytes stay keeps its time", touched(&same, &times));
    law("`check` finds what `build` finds", check(request, report));
    law("the same build again is not even begun", up_to_date(request, report, &after));
    law("without its memory, it does nothing", again(request, &after));
    law("the output is that of a clean build", clean(request, before, &after));
    law("the cut view is enough", whole(request, &after));
}

fn touched(before: &BTreeMap<String, SystemTime>, after: &BTreeMap<String, SystemTime>) -> String {
    let touched = before.iter().filter(|(path, time)| after.get(*path) != Some(time));
    let lines: Vec<String> = touched.map(|(path, _)| format!("written again: {path}")).collect();
    lines.join("\n")
}

fn check(request: &Request, report: &Report) -> String {
    let mut check = request.clone();
    check.check_only = true;
    let found = support::build(&check).diagnostics;
    // A build does not look for them.
    let found: Diagnostics =
        found.iter().filter(|d| d.code != &codes::NEAR_DUPLICATE).cloned().collect();
    let of_output = [&codes::OUTPUT_DIR, &codes::FOREIGN_FILE];
    let ours = report.diagnostics.iter().filter(|d| !of_output.contains(&d.code));
    let ours: Diagnostics = ours.cloned().collect();
    support::diff(&support::messages(&ours), &support::messages(&found))
}

/// With `--verify`, no memo is used.
fn up_to_date(request: &Request, first: &Report, after: &Tree) -> String {
    if request.verify {
        return String::new();
    }
    let report = support::build(request);
    let mut difference = support::difference(after, &support::read_tree(&report.output_dir));
    if !report.up_to_date {
        difference.push_str("it was\n");
    }
    if report.waiting != first.waiting {
        _ = writeln!(difference, "waiting: {:?}, not {:?}", report.waiting, first.waiting);
    }
    let (said, says) = (&first.diagnostics, &report.diagnostics);
    difference + &support::diff(&support::messages(said), &support::messages(says))
}

fn again(request: &Request, after: &Tree) -> String {
    let report = support::build(&Request { memo: false, ..request.clone() });
    let counts = (report.rendered, report.written, report.removed);
    let mut difference = support::difference(after, &support::read_tree(&report.output_dir));
    if counts != (0, 0, 0) {
        _ = writeln!(difference, "rendered, written, removed: {counts:?}");
    }
    difference
}

fn clean(request: &Request, before: &Before, after: &Tree) -> String {
    let folder = support::temp();
    let root = folder.path().join("site");
    fs::create_dir_all(&root).expect("a folder");
    for path in before.sources.keys() {
        let (from, to) = (request.root.join(path), root.join(path));
        fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
        fs::copy(from, to).expect("a copy");
    }
    let mut elsewhere = request.clone();
    elsewhere.config_files.iter_mut().for_each(|file| {
        if let Ok(below) = file.strip_prefix(&request.root) {
            *file = root.join(below);
        }
    });
    elsewhere.root = root;
    let output = folder.path().join("clean");
    elsewhere.output_dir = Some(output.clone());
    let report = support::build(&elsewhere);
    if report.diagnostics.has_errors() {
        return support::messages(&report.diagnostics);
    }
    support::difference(&ours(after), &support::read_tree(&output))
}

/// The files that the manifest lists, and the manifest.
fn ours(tree: &Tree) -> Tree {
    let manifest = tree.get(MANIFEST).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let manifest = manifest.unwrap_or_default();
    let listed: Vec<&str> =
        manifest.lines().skip(1).filter_map(|l| l.splitn(3, ' ').nth(2)).collect();
    let mut tree = tree.clone();
    tree.retain(|path, _| path == MANIFEST || listed.contains(&path.as_str()));
    tree
}

fn whole(request: &Request, after: &Tree) -> String {
    let mut cut = ours(after);
    cut.remove(MANIFEST);
    match support::render_all(request, true) {
        Ok(whole) => support::difference(&cut, &whole),
        Err(why) => why,
    }
}
