//! `kisah build`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::progress::Bar;
use super::{Cli, SITE_HAS_ERRORS, SiteArgs, annotate, print};
use crate::build::{Report, build};
use crate::store::RealDisk;

#[derive(Args)]
pub(super) struct BuildArgs {
    /// Folder to write to, instead of kisah.toml's `output_dir`
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    #[command(flatten)]
    site: SiteArgs,
}

pub(super) fn run(cli: &Cli, args: &BuildArgs) -> Result<ExitCode, String> {
    let start = Instant::now();
    let request = args.site.request(cli, args.output_dir.clone())?;
    let bar = Bar::new(start);
    let report = build(&RealDisk, &request, &bar);
    bar.finish();
    print::some_diagnostics(&report.diagnostics);
    annotate::diagnostics(&report.diagnostics, &cli.root);
    if report.diagnostics.has_errors() {
        print::line(&format!("nothing was written: {}", print::counts(&report.diagnostics)));
        return Ok(ExitCode::from(SITE_HAS_ERRORS));
    }
    print::line(&closing_line(&report, start));
    Ok(ExitCode::SUCCESS)
}

fn closing_line(report: &Report, start: Instant) -> String {
    let seconds = start.elapsed().as_secs_f64();
    let warnings = print::counts(&report.diagnostics);
    format!(
        "built {}: {} written, {} unchanged, {} removed; {warnings}; {seconds:.2} s",
        print::path(&report.output_dir),
        print::plural(report.written, "file"),
        report.unchanged,
        report.removed,
    )
}
