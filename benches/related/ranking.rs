//! The rankings of a kisah: asked of the program, or read from a file that was kept.
//!
//! In: a prepared site and a program, or a folder of kept rankings. Out: what `kisah why` says, as
//! JSON, and which posts it names.
//!
//! A ranking never uses a post's own links, so all can be asked at once. What that promises is
//! checked with [`in_folds`]: the links that should be found are really not there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

use super::baselines::{DEPTH, Ranking};
use super::collection::{Collection, Post};
use super::links::unlink;
use super::texts::{before_read_on, leads_to_a_post};

/// What `kisah why` says: for each post the related ones, best first, with scores and reasons.
pub type Kept = Map<String, Value>;

/// How the links of the asked posts are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hidden {
    /// In how many rounds; 0 if nothing is hidden.
    pub folds: usize,
    /// Whether the texts of the links go, too.
    pub texts: bool,
}

/// Who ranks.
#[derive(Debug, Clone)]
pub enum Source {
    Program(PathBuf),
    /// A folder with a file for each site, or one file.
    Kept(PathBuf),
}

impl Source {
    pub fn new(path: PathBuf) -> Source {
        if path.is_dir() || path.extension().is_some_and(|end| end == "json") {
            Source::Kept(path)
        } else {
            Source::Program(path)
        }
    }

    /// The ranking of a site. The site is changed meanwhile if links are hidden.
    pub fn rank(&self, site: &Path, of: &Collection, hidden: Hidden) -> io::Result<Kept> {
        match self {
            Source::Program(program) if hidden.folds > 0 => in_folds(program, site, of, hidden),
            Source::Program(program) => why(program, site, DEPTH),
            Source::Kept(path) => {
                let file =
                    if path.is_dir() { path.join(file_name(of, hidden)) } else { path.clone() };
                let text = fs::read(&file).map_err(|error| {
                    io::Error::new(error.kind(), format!("{}: {error}", file.display()))
                })?;
                Ok(serde_json::from_slice(&text)?)
            }
        }
    }
}

/// What the file of a kept ranking is called.
pub fn file_name(of: &Collection, hidden: Hidden) -> String {
    let how = match hidden {
        Hidden { folds: 0, .. } => "",
        Hidden { texts: false, .. } => "-folds",
        Hidden { texts: true, .. } => "-folds-texts",
    };
    format!("{}{how}.json", of.name)
}

/// The posts that a ranking names, for those that are asked.
pub fn places(kept: &Kept, of: &Collection) -> Ranking {
    let place = |entry: &Value| of.place(entry.get("path")?.as_str()?);
    let found = |&asked: &usize| {
        let entries = kept.get(&of.posts[asked].path).and_then(Value::as_array);
        let others = entries.into_iter().flatten().filter_map(place);
        (asked, others.filter(|&other| other != asked).collect())
    };
    of.asked.keys().map(found).collect()
}

/// Asks for so many others of each post.
pub fn why(program: &Path, site: &Path, depth: usize) -> io::Result<Kept> {
    let depth = depth.to_string();
    let mut command = Command::new(program);
    command.args(["why", "--all", "--top", &depth, "--format", "json", "--root"]).arg(site);
    let output = command.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = said.lines().take(20).collect();
        return Err(io::Error::other(format!(
            "`{} why` on {} ended with {}:\n{}",
            program.display(),
            site.display(),
            output.status,
            last.join("\n")
        )));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Asks in rounds: in each, a part of the posts are without their links to others, and are asked.
fn in_folds(program: &Path, site: &Path, of: &Collection, hidden: Hidden) -> io::Result<Kept> {
    let mut kept = Kept::new();
    for fold in 0..hidden.folds {
        eprint!("{} ", fold + 1);
        let part: Vec<&Post> = of.posts.iter().skip(fold).step_by(hidden.folds).collect();
        let mut originals = Vec::new();
        for post in &part {
            let path = site.join("content").join(&post.path);
            let text = fs::read_to_string(&path)?;
            fs::write(&path, without_links(&text, &post.body, hidden.texts))?;
            originals.push((path, text));
        }
        let ranking = why(program, site, DEPTH);
        for (path, text) in originals {
            fs::write(path, text)?;
        }
        let ranking = ranking?;
        for post in part {
            if let Some(entries) = ranking.get(&post.path) {
                kept.insert(post.path.clone(), entries.clone());
            }
        }
    }
    eprintln!();
    Ok(kept)
}

/// A post without its links to others.
fn without_links(text: &str, body: &str, with_texts: bool) -> String {
    let front = text.strip_suffix(body).unwrap_or("");
    format!("{front}{}", unlink(before_read_on(body), with_texts, leads_to_a_post))
}
