//! What the judge is asked to do.

use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::judge::ranking::Hidden;

pub const HELP: &str = "\
Judges kisah's ranking of related stories by the links that authors made.

    cargo bench --bench related -- --data DIR [OPTION]...

    --data DIR       a folder with collections: each a folder with `posts/` and `links.tsv`
    --sites DIR      sites that were prepared before (see --prepare), instead of --data
    --only NAME      only this collection
    --prepare        only make the sites, in the folder given by --dir, and keep them
    --steady DIR     instead of judging, edit the posts of this site (a copy of it) at random, and
                     count how many lists of other posts each edit changes
    --edits N        so many times (default: 100)
    --kisah PATH     another kisah, or rankings that were kept, instead of the one just built
    --against PATH   another kisah, or kept rankings, to compare with
    --folds N        hide the links of each post when it is asked, in N rounds
    --hide-texts     in these rounds, hide the texts of the links, too
    --rankings DIR   keep the rankings there, as JSON
    --dir DIR        the folder to work in, new or empty (default: in memory, if possible)
    --help           this text
";

#[derive(Debug, Default)]
pub struct Options {
    pub data: Option<PathBuf>,
    pub sites: Option<PathBuf>,
    pub only: Option<String>,
    pub prepare: bool,
    pub steady: Option<PathBuf>,
    pub edits: usize,
    pub kisah: Option<PathBuf>,
    pub against: Option<PathBuf>,
    pub hidden: Hidden,
    pub rankings: Option<PathBuf>,
    pub dir: Option<PathBuf>,
}

impl Options {
    pub fn parse(mut args: Arguments) -> Result<Option<Options>, String> {
        let mut options = Options { edits: 100, ..Options::default() };
        while let Some(name) = args.name()? {
            match name.as_str() {
                "--data" => options.data = Some(args.value()?.into()),
                "--sites" => options.sites = Some(args.value()?.into()),
                "--only" => options.only = Some(args.value()?),
                "--prepare" => options.prepare = true,
                "--steady" => options.steady = Some(args.value()?.into()),
                "--edits" => options.edits = args.number()?,
                "--kisah" => options.kisah = Some(args.value()?.into()),
                "--against" => options.against = Some(args.value()?.into()),
                "--folds" => options.hidden.folds = args.number()?,
                "--hide-texts" => options.hidden.texts = true,
                "--rankings" => options.rankings = Some(args.value()?.into()),
                "--dir" => options.dir = Some(args.value()?.into()),
                "--help" => return Ok(None),
                _ => return Err(format!("no option `{name}`")),
            }
        }
        let given = [&options.data, &options.sites, &options.steady];
        if given.into_iter().flatten().count() != 1 {
            return Err("give one of --data, --sites and --steady".to_owned());
        }
        if options.prepare && (options.data.is_none() || options.dir.is_none()) {
            return Err("--prepare needs --data and --dir".to_owned());
        }
        if options.hidden.texts && options.hidden.folds == 0 {
            return Err("--hide-texts needs --folds".to_owned());
        }
        Ok(Some(options))
    }
}
