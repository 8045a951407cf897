//! The sites of `tests/cases`, each with what is expected of it. `tests/README.md` says how to
//! write one.
//!
//! Besides what a case expects, every build of every case must obey the laws in [`laws`].

mod format;
mod laws;
mod run;

use std::fs;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::support::repository;
use format::Case;

#[test]
fn cases() {
    let bless = std::env::var_os("UPDATE").is_some_and(|v| v == "1");
    let filter = std::env::var("CASE").unwrap_or_default();
    let files = files(&filter);
    assert!(!files.is_empty(), "no case has `{filter}` in its name");
    let failures: Vec<String> = files.par_iter().filter_map(|path| fails(path, bless)).collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases failed\n\n{}\n\nCASE=name runs some of them; UPDATE=1 takes what was made \
         for what is expected",
        failures.len(),
        files.len(),
        failures.join("\n\n")
    );
}

/// The case files whose path contains a text.
fn files(filter: &str) -> Vec<PathBuf> {
    let folder = repository().join("tests/cases");
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("a readable folder").into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.retain(|path| name(path).contains(filter));
    files
}

fn name(path: &std::path::Path) -> String {
    let below = path.strip_prefix(repository().join("tests/cases")).expect("below tests/cases");
    below.with_extension("").to_string_lossy().replace('\\', "/")
}

/// Runs one case; returns what is wrong with it, if anything.
fn fails(path: &PathBuf, bless: bool) -> Option<String> {
    let text = fs::read_to_string(path).expect("a readable case");
    let mut case = match Case::parse(&text) {
        Ok(case) => case,
        Err(why) => return Some(format!("━━ {}\n{why}", name(path))),
    };
    // A build must not panic; if it does, the other cases should still run.
    let run = std::panic::AssertUnwindSafe(|| run::run(&mut case, bless));
    let problems = std::panic::catch_unwind(run)
        .unwrap_or_else(|_| vec!["it panicked; the message is above".to_owned()]);
    let blessed = case.to_text();
    if bless && blessed != text {
        fs::write(path, blessed).expect("a writable case");
    }
    (!problems.is_empty()).then(|| format!("━━ {}\n{}", name(path), problems.join("\n")))
}
