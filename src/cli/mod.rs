//! The command line, with one file for each command. Only this module prints, and asks the clock
//! and the environment.
//!
//! Data goes to stdout, messages to stderr. Exit codes: 0; 1 if the site has errors; 2 for wrong
//! usage.

mod annotate;
mod build;
mod check;
mod init;
mod list;
mod new;
pub mod print;
mod progress;
mod schema;
mod serve;
pub mod suggest;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{Timestamp, civil};

use crate::base::{BaseUrl, date};
use crate::build::{Request, Today};
use crate::config::Overrides;
use crate::store::{Disk, RealDisk, read};

/// The site has errors.
const SITE_HAS_ERRORS: u8 = 1;
/// The command was not understood, or makes no sense here.
const WRONG_USAGE: u8 = 2;

#[derive(Parser)]
#[command(
    name = "kisah",
    version,
    about = "kisah turns a folder of Markdown life stories into a static site",
    after_help = "Begin with `kisah init my-site`, then `kisah --root my-site build`.",
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Cli {
    /// Folder of the site
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Settings laid over kisah.toml; may repeat, later files win
    #[arg(long = "config", global = true, value_name = "FILE")]
    config: Vec<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the site into its output directory
    ///
    /// Nothing is written if the site has an error; only what differs from the last build is.
    Build(build::BuildArgs),
    /// Serve the site on this machine; with --watch, as it is written
    ///
    /// Nothing is written to the disk. What is served equals what `build` would write, except for
    /// the script that reloads the browser.
    Serve(serve::ServeArgs),
    /// Find every mistake without writing anything
    Check(check::CheckArgs),
    /// List the documents that are waiting, or all of them
    ///
    /// One per line: the file, why or until when it is not part of the site, its title, and the
    /// file above it that says so; with `all` also its address. Nothing is written.
    List(list::ListArgs),
    /// Tell why stories stand beside each other
    Why(why::WhyArgs),
    // clap shows it as written.
    #[allow(rustdoc::invalid_html_tags)]
    /// Begin a post: writes content/posts/<slug>.md and overwrites nothing
    New(new::NewArgs),
    /// Make a small site that builds
    Init(init::InitArgs),
    /// Print a JSON Schema, so that editors complete and check keys
    ///
    /// The schema of front matter includes the taxonomies of the site in which the command is run.
    Schema(schema::SchemaArgs),
}

/// How data is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What `build`, `serve` and `check` have in common.
#[derive(Args)]
struct SiteArgs {
    /// Address where the site will be published, instead of kisah.toml's `base_url`
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,
    /// Include drafts
    #[arg(long)]
    drafts: bool,
    /// Include posts dated after today
    #[arg(long)]
    future: bool,
    /// Treat this day as today (otherwise SOURCE_DATE_EPOCH, otherwise the clock)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<civil::Date>,
}

impl SiteArgs {
    /// What to build; `check` adapts it.
    fn request(&self, cli: &Cli, output_dir: Option<PathBuf>) -> Result<Request, String> {
        Ok(Request {
            root: site_root(cli)?,
            config_files: cli.config.clone(),
            overrides: Overrides {
                base_url: self.base_url.clone(),
                drafts: self.drafts,
                future: self.future,
            },
            today: today(self.today)?,
            output_dir,
            check_only: false,
            memo: true,
            verify: false,
            program: program(),
        })
    }
}

fn base_url(text: &str) -> Result<String, String> {
    BaseUrl::parse(text)
        .map(|_| text.to_owned())
        .map_err(|why| format!("{why}; write it in full, such as https://example.org"))
}

fn day(text: &str) -> Result<civil::Date, String> {
    date::parse_date(text).ok_or_else(|| "write it as 2017-07-14".to_owned())
}

/// Runs this process's command line.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Build(args) => build::run(&cli, args),
        Command::Serve(args) => serve::run(&cli, args),
        Command::Check(args) => check::run(&cli, args),
        Command::List(args) => list::run(&cli, args),
        Command::Why(args) => why::run(&cli, args),
        Command::New(args) => new::run(&cli, args),
        Command::Init(args) => init::run(args),
        Command::Schema(args) => schema::run(&cli, args),
    };
    result.unwrap_or_else(|message| {
        print::message("error", &message);
        ExitCode::from(WRONG_USAGE)
    })
}

/// Identifies this very program: its version, and what tells one build of it from another.
fn program() -> String {
    let stamp = std::env::current_exe().and_then(|exe| RealDisk.metadata(&exe));
    let stamp = stamp.map(|meta| (meta.len, meta.modified, meta.changed));
    format!("{} {stamp:?}", env!("CARGO_PKG_VERSION"))
}

/// What day it is: as given, or from SOURCE_DATE_EPOCH (<https://reproducible-builds.org>), or now.
fn today(given: Option<civil::Date>) -> Result<Today, String> {
    if let Some(day) = given {
        return Ok(Today::Day(day));
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => {
            let seconds = text.trim().parse().ok();
            let moment = seconds.and_then(|s| Timestamp::from_second(s).ok());
            moment.map(Today::Moment).ok_or_else(|| {
                format!(
                    "SOURCE_DATE_EPOCH is `{text}`, which is not a number of seconds since 1970"
                )
            })
        }
        Err(_) => Ok(Today::Moment(Timestamp::now())),
    }
}

/// The root, if there is a site in it.
fn site_root(cli: &Cli) -> Result<PathBuf, String> {
    let root = root(cli)?;
    if !read::has_content(&RealDisk, &root) {
        return Err(format!(
            "there is no `content` folder in `{}`\nhelp: go to the folder of a site, name it with `--root`, or make one with `kisah init`",
            root.display()
        ));
    }
    Ok(root)
}

/// The root, if it and the overlays of kisah.toml exist.
fn root(cli: &Cli) -> Result<PathBuf, String> {
    for file in &cli.config {
        if !file.is_file() {
            return Err(format!("there is no file `{}` (--config)", file.display()));
        }
    }
    if !cli.root.is_dir() {
        return Err(format!("there is no folder `{}` (--root)", cli.root.display()));
    }
    Ok(cli.root.clone())
}
