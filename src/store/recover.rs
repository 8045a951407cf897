//! What an interrupted build has left behind.
//!
//! In: a journal in the output directory. Out: the new site or the old one, and no journal; or an
//! error, where the disk refuses both ways or where files were taken from the staging folder. Then
//! the error says which files are new and which are old. The next build tries again, so nothing
//! needs to be deleted to get on.

use std::path::Path;

use super::commit::{Commit, Failed, Mixture, NEXT_MANIFEST, remove_folders_of};
use super::disk::{self, Disk};
use super::journal::{JOURNAL, Journal, MANIFEST, STAGING};
use super::lock::LOCK;
use super::output::name_of;
use super::problem;
use crate::base::{Diagnostic, Place, codes};
use crate::plan::manifest::Manifest;

/// How many files of each kind a message names.
const NAMED: usize = 5;

/// Completes what the journal began. `old` reads the manifest of the output directory, and `shown`
/// is the directory as the user knows it.
pub(super) fn recover(
    disk: &dyn Disk,
    dir: &Path,
    shown: &str,
    journal: &Journal,
    old: impl FnOnce() -> Result<Manifest, Diagnostic>,
) -> Result<(), Diagnostic> {
    let commit = Commit { disk, dir, journal };
    let cannot = |what: &str| {
        let what = what.to_owned();
        move |failed: Failed| problem::cannot(&what, &name_of(shown, &failed.path), &failed.error)
    };
    let state = commit.look().map_err(cannot("read the folder"))?;
    let tidy = || {
        let tidied = commit.finish().map_err(Failed::at(STAGING));
        tidied.map_err(cannot("tidy up after the interrupted build"))
    };
    if !state.manifest && commit.manifest_stands() {
        return tidy();
    }
    commit.make_staging().map_err(Failed::at(STAGING)).map_err(cannot("make the folder"))?;
    let lost = commit.lost(&state);
    if !lost.is_empty() {
        commit.back(true).map_err(|failed| neither(&commit, shown, &failed))?;
        let old = old()?;
        let truth = truth(&commit, &old);
        if truth != old {
            put(&commit, &truth).map_err(Failed::at(MANIFEST)).map_err(cannot("write the file"))?;
        }
        let mixture = (truth != old).then(|| commit.mixture());
        let gone = old.entries.keys().filter(|path| !truth.entries.contains_key(*path));
        // An empty folder that stays is no reason to stop.
        remove_folders_of(disk, dir, gone, &mut |_| ());
        tidy()?;
        return Err(lost_files(shown, &lost, mixture));
    }
    if commit.forward(&state).is_err() {
        commit.back(false).map_err(|failed| neither(&commit, shown, &failed))?;
        stay_ours(&commit).map_err(Failed::at(MANIFEST)).map_err(cannot("write the file"))?;
    }
    tidy()
}

/// The manifest of what is there now: for each file that was to change, the entry that matches its
/// bytes. A file that matches none stays ours if it was, and is made anew.
fn truth(commit: &Commit<'_>, old: &Manifest) -> Manifest {
    let new = commit.new_manifest();
    let mut entries = old.entries.clone();
    for path in commit.touched(&new) {
        let there = disk::digest_at(commit.disk, &commit.dir.join(path.as_str()));
        let entry = |manifest: &Manifest| manifest.entries.get(path).copied();
        let fits = [entry(old), entry(&new)];
        let fits = fits.into_iter().flatten().find(|entry| Some(entry.content) == there);
        match (there, fits) {
            (_, Some(entry)) => _ = entries.insert(path.clone(), entry),
            (None, None) => _ = entries.remove(path),
            (Some(_), None) => {}
        }
    }
    Manifest { entries }
}

fn put(commit: &Commit<'_>, manifest: &Manifest) -> std::io::Result<()> {
    commit.stage_manifest(&manifest.to_text())?;
    commit.disk.rename(&commit.staging(NEXT_MANIFEST), &commit.dir.join(MANIFEST))
}

/// Where a first build was undone and somebody has added files in the meantime, the directory may
/// still be written to.
fn stay_ours(commit: &Commit<'_>) -> std::io::Result<()> {
    let own = [LOCK, STAGING, MANIFEST, JOURNAL];
    let list = commit.disk.read_dir(commit.dir)?;
    let is_there = |name: &str| list.iter().any(|entry| entry.name.to_str() == Some(name));
    let is_own = |name: &std::ffi::OsStr| own.iter().any(|own| name.to_str() == Some(own));
    if is_there(MANIFEST) || list.iter().all(|entry| is_own(&entry.name)) {
        return Ok(());
    }
    put(commit, &Manifest::default())
}

/// The disk refuses to go forward, and to go back.
fn neither(commit: &Commit<'_>, shown: &str, failed: &Failed) -> Diagnostic {
    let what = "finish the interrupted build, nor undo it";
    half_written(&commit.mixture(), shown, what, failed)
        .help("put that right and build again: this finishes the new site or restores the old one")
}

/// The site is neither the old nor the new one, because a step failed.
pub(super) fn half_written(
    mixture: &Mixture,
    shown: &str,
    what: &str,
    failed: &Failed,
) -> Diagnostic {
    let reason = problem::reason(&failed.error);
    let message = format!("cannot {what}: {reason}");
    let diagnostic = Diagnostic::error(&codes::HALF_WRITTEN, message);
    notes(diagnostic.at(Place::file(name_of(shown, &failed.path))), mixture)
}

/// Staged files are gone: there is no way forward, and perhaps none back.
fn lost_files(shown: &str, lost: &[String], mixture: Option<Mixture>) -> Diagnostic {
    let what = if lost.len() == 1 { "a file of it is" } else { "files of it are" };
    let message =
        format!("the interrupted build cannot be finished: {what} missing from `{STAGING}`");
    let code = if mixture.is_some() { &codes::HALF_WRITTEN } else { &codes::OUTPUT_DIR };
    let diagnostic = Diagnostic::error(code, message)
        .at(Place::file(name_of(shown, STAGING)))
        .note(format!("missing: {}", some(lost)))
        .help("build again: what is missing is made again");
    match mixture {
        Some(mixture) => notes(diagnostic, &mixture),
        None => diagnostic.note("the old site was put back"),
    }
}

fn notes(mut diagnostic: Diagnostic, mixture: &Mixture) -> Diagnostic {
    let lists = [("new", &mixture.new), ("gone", &mixture.gone), ("as before", &mixture.old)];
    for (what, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        diagnostic = diagnostic.note(format!("{what}: {}", some(list)));
    }
    diagnostic
}

/// The first few names.
fn some(list: &[String]) -> String {
    let names: Vec<_> = list.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match list.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_and_counted() {
        for (names, said) in
            [(1, "`1`"), (5, "`1`, `2`, `3`, `4`, `5`"), (6, "`1`, `2`, `3`, `4`, `5` and 1 more")]
        {
            let list: Vec<String> = (1..=names).map(|n| n.to_string()).collect();
            assert_eq!(some(&list), said);
        }
    }
}
