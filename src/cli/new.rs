//! `kisah new`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use jiff::civil;

use super::{Cli, SITE_HAS_ERRORS, print, site_root, today};
use crate::base::slug::{fallback, slugify};
use crate::base::{Diagnostics, suggest};
use crate::config::{self, Config, LanguageId, Overrides};
use crate::store::{RealDisk, read, scaffold};

#[derive(Args)]
pub(super) struct NewArgs {
    /// Title of the post
    title: String,
    /// Folder below `content/`
    #[arg(long, value_name = "FOLDER", default_value = "posts")]
    section: String,
    /// Language of the post, if it is not the site's default one
    #[arg(long, value_name = "CODE")]
    lang: Option<String>,
}

pub(super) fn run(cli: &Cli, args: &NewArgs) -> Result<ExitCode, String> {
    let root = site_root(cli)?;
    let files = read::config_files(&RealDisk, &root, &cli.config).map_err(|d| d.message)?;
    let mut problems = Diagnostics::new();
    let config = config::load(&files, &[], &Overrides::default(), &mut problems);
    if problems.has_errors() {
        print::all_diagnostics(&problems);
        return Ok(ExitCode::from(SITE_HAS_ERRORS));
    }
    let path = path(args, &config)?;
    let day = today(None)?.in_zone(&config.timezone);
    match scaffold::write_new(&RealDisk, &root, &[(path.clone(), text(args, &config, day))]) {
        Ok(()) => {
            print::data(&format!("{}\n", print::path(&root.join(&path))));
            if !config.taxonomies.is_list(args.section.trim_matches('/')) {
                print::line(&format!(
                    "it is a draft: `{}` shows it, removing `draft = true` publishes it",
                    preview(cli)
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => {
            print::all_diagnostics(&[problem].into_iter().collect());
            Ok(ExitCode::from(SITE_HAS_ERRORS))
        }
    }
}

/// The command that shows this site's drafts.
fn preview(cli: &Cli) -> String {
    let root = cli.root.to_string_lossy();
    let config: Vec<_> = cli.config.iter().map(|file| file.to_string_lossy()).collect();
    let mut words = vec!["kisah"];
    if root != "." {
        words.extend(["--root", &root]);
    }
    words.extend(config.iter().flat_map(|file| ["--config", file]));
    words.extend(["serve", "--watch", "--drafts"]);
    print::command(words)
}

fn path(args: &NewArgs, config: &Config) -> Result<PathBuf, String> {
    if args.title.trim().is_empty() {
        return Err("a story needs a title: `kisah new \"Ada Lovelace\"`".to_owned());
    }
    let section = args.section.trim_matches('/');
    let bad = |part: &str| part.is_empty() || part.starts_with('.') || part.contains(['\\', ':']);
    if section.split('/').any(bad) {
        return Err(format!("`{}` is not a folder below `content/` (--section)", args.section));
    }
    let mut slug = slugify(&args.title, config.slugs);
    if slug.is_empty() {
        slug = fallback(&args.title);
    }
    let suffix = match &args.lang {
        None => String::new(),
        Some(code) => match config.language_id(code) {
            Some(LanguageId::DEFAULT) => String::new(),
            Some(id) => format!(".{}", config.languages[id].code),
            None => return Err(unknown_language(code, config)),
        },
    };
    Ok(PathBuf::from(format!("content/{section}/{slug}{suffix}.md")))
}

fn unknown_language(code: &str, config: &Config) -> String {
    let known = || config.languages.values().map(|l| l.code.as_str());
    let help = match suggest::closest(code, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "add `[languages.{code}]` to kisah.toml; it has {}",
            known().collect::<Vec<_>>().join(", ")
        ),
    };
    format!("`{code}` is not a language of this site\nhelp: {help}")
}

fn text(args: &NewArgs, config: &Config, day: civil::Date) -> String {
    // A title may contain quotes: the TOML library knows how to write them.
    let title = toml::Value::String(args.title.clone());
    // The page of a person or a tag is not a story.
    if config.taxonomies.is_list(args.section.trim_matches('/')) {
        return format!("+++\ntitle = {title}\ndescription = \"\"\n+++\n\n");
    }
    format!("+++\ntitle = {title}\ndate = {day}\ndraft = true\npeople = []\ntags = []\n+++\n\n")
}
