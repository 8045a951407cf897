//! `kisah schema`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::{Cli, SITE_HAS_ERRORS, print, root};
use crate::base::Diagnostics;
use crate::config::{self, Overrides};
use crate::keys;
use crate::store::{RealDisk, read};

#[derive(Args)]
pub(super) struct SchemaArgs {
    /// What the schema is for
    what: SchemaKind,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaKind {
    /// The keys at the top of a story, a page or a section
    FrontMatter,
    /// kisah.toml
    Config,
}

/// Prints a schema. There need not be a site.
pub(super) fn run(cli: &Cli, args: &SchemaArgs) -> Result<ExitCode, String> {
    let schema = match args.what {
        SchemaKind::Config => keys::kisah_toml_schema(),
        SchemaKind::FrontMatter => {
            let files = read::config_files(&RealDisk, &root(cli)?, &cli.config);
            let files = files.map_err(|problem| problem.message)?;
            let mut problems = Diagnostics::new();
            let config = config::load(&files, &[], &Overrides::default(), &mut problems);
            if problems.has_errors() {
                print::all_diagnostics(&problems);
                return Ok(ExitCode::from(SITE_HAS_ERRORS));
            }
            config.front_matter_schema()
        }
    };
    print::data(&format!("{schema:#}\n"));
    Ok(ExitCode::SUCCESS)
}
