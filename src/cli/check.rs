//! `kisah check`.

use std::mem::ManuallyDrop;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::progress::Bar;
use super::{Cli, Format, SITE_HAS_ERRORS, SiteArgs, annotate, print, suggest as suggestions};
use crate::base::{codes, suggest};
use crate::build::{Request, build};
use crate::store::RealDisk;

#[derive(Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    site: SiteArgs,
    /// How to print what is found: for people to stderr, or as JSON to stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also print to stdout what could be added: tags for posts without any, and the posts that
    /// nothing leads to
    #[arg(long)]
    suggest: bool,
    /// Explain a code, such as `broken-link`, and do nothing else
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

pub(super) fn run(cli: &Cli, args: &CheckArgs) -> Result<ExitCode, String> {
    if let Some(name) = &args.explain {
        return explain(name);
    }
    let start = Instant::now();
    let request = Request { check_only: true, ..args.site.request(cli, None)? };
    let bar = Bar::new(start);
    // The process is about to end.
    let report = ManuallyDrop::new(build(&RealDisk, &request, &bar));
    bar.finish();
    match args.format {
        Format::Text => {
            print::all_diagnostics(&report.diagnostics);
            if args.suggest {
                print::data(&suggestions::text(&report));
            }
        }
        Format::Json => {
            let suggestions = args.suggest.then(|| suggestions::json(&report));
            print::json(&report.diagnostics, suggestions);
        }
    }
    annotate::diagnostics(&report.diagnostics, &cli.root);
    let seconds = start.elapsed().as_secs_f64();
    let counts = print::counts(&report.diagnostics);
    let waiting = print::waiting(&report.waiting, report.today);
    print::line(&format!(
        "checked {}: {counts}{waiting}; {seconds:.2} s",
        print::plural(report.rendered, "file")
    ));
    let failed = report.diagnostics.has_errors();
    Ok(if failed { ExitCode::from(SITE_HAS_ERRORS) } else { ExitCode::SUCCESS })
}

fn explain(name: &str) -> Result<ExitCode, String> {
    let Some(code) = codes::find(name) else {
        let known = codes::ALL.iter().map(|c| c.name);
        let help = match suggest::closest(name, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known codes: {}", known.collect::<Vec<_>>().join(", ")),
        };
        return Err(format!("there is no code `{name}`\nhelp: {help}"));
    };
    print::data(&format!("{}\n\n{}\n", code.name, code.explain));
    Ok(ExitCode::SUCCESS)
}
