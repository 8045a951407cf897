//! `kisah init`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{SITE_HAS_ERRORS, print};
use crate::store::{RealDisk, scaffold};

#[derive(Args)]
pub(super) struct InitArgs {
    /// Folder to make; if it exists it must be empty
    dir: PathBuf,
}

/// The files of a new site.
const FILES: [(&str, &str); 7] = [
    (".gitignore", include_str!("starter/gitignore")),
    (".github/workflows/publish.yml", include_str!("starter/publish.yml")),
    ("kisah.toml", include_str!("starter/kisah.toml")),
    ("content/_index.md", include_str!("starter/home.md")),
    ("content/about.md", include_str!("starter/about.md")),
    ("content/posts/_index.md", include_str!("starter/posts.md")),
    ("content/posts/maria-sibylla-merian.md", include_str!("starter/story.md")),
];

pub(super) fn run(args: &InitArgs) -> Result<ExitCode, String> {
    if !scaffold::is_empty(&RealDisk, &args.dir).map_err(|p| p.message)? {
        return Err(format!(
            "`{}` is not empty, and `init` overwrites nothing\nhelp: name a new folder",
            args.dir.display()
        ));
    }
    let files = FILES.map(|(path, content)| (PathBuf::from(path), content.to_owned()));
    if let Err(problem) = scaffold::write_new(&RealDisk, &args.dir, &files) {
        print::all_diagnostics(&[problem].into_iter().collect());
        return Ok(ExitCode::from(SITE_HAS_ERRORS));
    }
    let dir = args.dir.display();
    print::line(&format!("made a site in {dir}; now: kisah --root {dir} build"));
    Ok(ExitCode::SUCCESS)
}
