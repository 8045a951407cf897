//! Judges kisah's ranking of related stories by the links that authors made, beside other ways to
//! rank.
//!
//! `cargo bench --bench related -- --help` says how to run it, `benches/README.md` what the figures
//! mean. Tables go to stdout as Markdown, progress to stderr. No figure is a failure.

#[expect(dead_code, reason = "other benches take more kinds of arguments")]
mod arguments;
mod folder;
#[path = "related/mod.rs"]
mod judge;
#[path = "related/options.rs"]
mod options;
#[path = "related/steady.rs"]
mod steady;
#[path = "related/table.rs"]
mod table;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use folder::{claim, default_folder, remove};
use judge::baselines::{BASELINES, Ranking};
use judge::collection::Collection;
use judge::metrics::judged;
use judge::prepare::prepare;
use judge::ranking::{Kept, Source, file_name, places};
use options::{HELP, Options};
use table::Row;

fn main() -> ExitCode {
    arguments::run(HELP, Options::parse, |options| {
        let folder = options.dir.clone().unwrap_or_else(default_folder);
        claim(&folder)?;
        let result = Bench { options, folder: folder.clone() }.all();
        match result {
            Ok(true) => Ok(()),
            Ok(false) => remove(&folder),
            Err(error) => remove(&folder).and(Err(error)),
        }
    })
}

/// What was asked, and the folder to work in.
struct Bench {
    options: Options,
    folder: PathBuf,
}

impl Bench {
    /// Does what was asked; says whether the folder stays.
    fn all(&self) -> io::Result<bool> {
        if let Some(site) = &self.options.steady {
            return self.steady(site).map(|()| false);
        }
        let from = self.options.data.as_ref().or(self.options.sites.as_ref());
        for place in self.collections(from.map_or(Path::new("."), PathBuf::as_path))? {
            let site = self.site(&place)?;
            if !self.options.prepare {
                self.judge(&site)?;
            }
        }
        Ok(self.options.prepare)
    }

    /// The folders that contain links to find.
    fn collections(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", folder.display()))
        })?;
        let mut found = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let is_asked = self.options.only.as_ref().is_none_or(|name| path.ends_with(name));
            if is_asked && path.join("links.tsv").is_file() {
                found.push(path);
            }
        }
        found.sort();
        if found.is_empty() {
            return Err(io::Error::other(format!("{} has no collections", folder.display())));
        }
        Ok(found)
    }

    /// The site of a collection, in the folder of this bench, so that it may be changed.
    fn site(&self, from: &Path) -> io::Result<PathBuf> {
        let site = self.folder.join(from.file_name().unwrap_or_default());
        if self.options.data.is_some() {
            let posts = prepare(from, &site)?;
            eprintln!("{}: {posts} files prepared", site.display());
        } else {
            copy(from, &site)?;
        }
        Ok(site)
    }

    fn judge(&self, site: &Path) -> io::Result<()> {
        let collection = Collection::read(site)?;
        let row = |name: &str, ranking: &Ranking| Row {
            name: name.to_owned(),
            scores: judged(ranking, &collection),
        };
        let kept = self.ours(site, &collection)?;
        let mut rows = vec![row("kisah", &places(&kept, &collection))];
        if let Some(path) = &self.options.against {
            let other = Source::new(path.clone());
            let kept = other.rank(site, &collection, self.options.hidden)?;
            rows.push(row("the other", &places(&kept, &collection)));
        }
        let compared = table::comparison(&rows);
        for (name, baseline) in BASELINES {
            eprintln!("{}: {name}", collection.name);
            rows.push(row(name, &baseline(&collection)));
        }
        println!("{}{compared}", table::table(&collection, &rows));
        Ok(())
    }

    /// Edits a copy of a site, and tells how many lists change.
    fn steady(&self, from: &Path) -> io::Result<()> {
        let site = self.folder.join("site");
        copy(from, &site)?;
        let mut counts = steady::changes(&self.program()?, &site, self.options.edits)?;
        counts.sort_unstable();
        let edits = counts.len();
        let (Some(worst), Some(median)) = (counts.last(), counts.get(edits / 2)) else {
            return Err(io::Error::other("--edits must be at least 1"));
        };
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let mean = counts.iter().sum::<usize>() as f64 / edits as f64;
        println!(
            "{edits} edits; other lists changed: median {median}, mean {mean:.1}, worst {worst}"
        );
        Ok(())
    }

    fn program(&self) -> io::Result<PathBuf> {
        let built = option_env!("CARGO_BIN_EXE_kisah").map(PathBuf::from);
        let program = self.options.kisah.clone().or(built);
        program.ok_or_else(|| io::Error::other("not built by Cargo; give --kisah"))
    }

    fn ours(&self, site: &Path, collection: &Collection) -> io::Result<Kept> {
        eprintln!("{}: kisah", collection.name);
        let kept = Source::new(self.program()?).rank(site, collection, self.options.hidden)?;
        if let Some(folder) = &self.options.rankings {
            fs::create_dir_all(folder)?;
            let text = serde_json::to_string_pretty(&kept)?;
            fs::write(folder.join(file_name(collection, self.options.hidden)), text)?;
        }
        Ok(kept)
    }
}

/// Copies what belongs to a prepared site.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.path().is_dir() {
            // What builds leave behind.
            if name != "public" && name != ".kisah" {
                copy(&entry.path(), &to.join(&name))?;
            }
        } else {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
