//! `kisah build`.

use std::fmt::Write as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::progress::Bar;
use super::{Cli, SITE_HAS_ERRORS, SiteArgs, annotate, print};
use crate::base::Diagnostic;
use crate::build::{Report, Request, UrlChanges, build};
use crate::store::{RealDisk, Standing, scaffold};

#[derive(Args)]
pub(super) struct BuildArgs {
    /// Folder to write to, instead of kisah.toml's `output_dir`
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Ignore what the last build left in `.kisah/`, and change nothing there
    #[arg(long)]
    no_cache: bool,
    /// Compare the finished site, byte for byte, with what a clean build makes
    #[arg(long)]
    verify: bool,
    /// Write the addresses that were added, changed and removed to this file, one per line
    #[arg(long, value_name = "FILE")]
    changed: Option<PathBuf>,
    #[command(flatten)]
    site: SiteArgs,
}

pub(super) fn run(cli: &Cli, args: &BuildArgs) -> Result<ExitCode, String> {
    let start = Instant::now();
    let request = Request {
        memo: !args.no_cache,
        verify: args.verify,
        ..args.site.request(cli, args.output_dir.clone())?
    };
    let bar = Bar::new(start);
    // The process is about to end.
    let report = ManuallyDrop::new(build(&RealDisk, &request, &bar));
    bar.finish();
    print::some_diagnostics(&report.diagnostics);
    annotate::diagnostics(&report.diagnostics, &cli.root);
    if report.diagnostics.has_errors() {
        print::line(&format!("{}: {}", standing(&report), print::counts(&report.diagnostics)));
        return Ok(ExitCode::from(SITE_HAS_ERRORS));
    }
    if let Some(file) = &args.changed
        && let Err(problem) = write_changed(file, &request, &report)
    {
        print::all_diagnostics(&[problem].into_iter().collect());
        return Ok(ExitCode::from(SITE_HAS_ERRORS));
    }
    print::line(&closing_line(&report, start));
    Ok(ExitCode::SUCCESS)
}

/// Writes the changes, one per line: a word, a tab and an address.
fn write_changed(file: &Path, request: &Request, report: &Report) -> Result<(), Diagnostic> {
    let UrlChanges { added, changed, removed } = report.changes.clone().unwrap_or_default();
    let mut text = String::new();
    for (word, urls) in [("added", added), ("changed", changed), ("removed", removed)] {
        for url in urls {
            let _ = writeln!(text, "{word}\t{url}");
        }
    }
    scaffold::replace(&RealDisk, &request.root, file, text.as_bytes())
}

/// What is in the output directory after a build that failed.
fn standing(report: &Report) -> &'static str {
    match report.standing {
        Standing::Untouched => "nothing was written",
        Standing::PutBack => "the old site was put back",
        Standing::Mixed => "part of the site is new, and part is old",
    }
}

fn closing_line(report: &Report, start: Instant) -> String {
    let seconds = start.elapsed().as_secs_f64();
    let waiting = print::waiting(&report.waiting, report.today);
    let warnings = print::counts(&report.diagnostics) + &waiting;
    if report.up_to_date {
        return format!(
            "nothing changed since the last build: {} in {} stay as they are; {warnings}; \
             {seconds:.2} s",
            print::plural(report.unchanged, "file"),
            print::path(&report.output_dir),
        );
    }
    format!(
        "built {}: {} written, {} unchanged, {} removed; {warnings}; {seconds:.2} s",
        print::path(&report.output_dir),
        print::plural(report.written, "file"),
        report.unchanged,
        report.removed,
    )
}
