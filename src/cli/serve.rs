//! `kisah serve`.

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::{Cli, SiteArgs, print};
use crate::base::Diagnostics;
use crate::serve::{Change, Days, Limits, News, Options, Reporter, Server, Watching};
use crate::site::Waiting;

#[derive(Args)]
pub(super) struct ServeArgs {
    /// Build again when a file changes, and reload the browser
    #[arg(long)]
    watch: bool,
    /// Port to serve on; if it is taken, the next free one
    #[arg(long, value_name = "PORT", default_value_t = 1111)]
    port: u16,
    /// Name or address of this machine to serve on; 0.0.0.0 for all
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// Open the site in the browser
    #[arg(long)]
    open: bool,
    /// Look at the files twice a second instead of waiting for the system's events (implies
    /// --watch)
    #[arg(long)]
    poll: bool,
    #[command(flatten)]
    site: SiteArgs,
}

/// How many changed files are named; beyond that only the number is given.
const MOST_NAMED: usize = 3;

pub(super) fn run(cli: &Cli, args: &ServeArgs) -> Result<ExitCode, String> {
    let request = args.site.request(cli, None)?;
    let is_fixed = args.site.today.is_some() || std::env::var_os("SOURCE_DATE_EPOCH").is_some();
    let days =
        if is_fixed { Days::Fixed(request.today) } else { Days::Clock(Arc::new(Timestamp::now)) };
    let watching = match (args.poll, args.watch) {
        (true, _) => Watching::Poll,
        (false, true) => Watching::Events,
        (false, false) => Watching::No,
    };
    let (host, port) = (args.host.clone(), args.port);
    let (first, ready) = std::sync::mpsc::channel();
    let options = Options { request, days, watching, host, port, limits: Limits::default() };
    let server = Server::start(options, reporter(first))?;
    // The address of the home page is known once the site is.
    let _ = ready.recv();
    let url = server.url();
    if args.port != 0 && server.address().port() != args.port {
        print::line(&format!("port {} is taken", args.port));
    }
    let reload = match watching {
        Watching::No => "",
        Watching::Events => " and watching",
        Watching::Poll => " and looking for changes twice a second",
    };
    print::line(&format!("serving{reload}: {url} (end with Ctrl-C)"));
    if args.open
        && let Err(error) = open::that_detached(&url)
    {
        print::message("warning", &format!("cannot open a browser: {error}"));
    }
    wait_for_ctrl_c()?;
    // It ends with the process, whatever it is doing. There is nothing it could leave half done.
    std::mem::forget(server);
    Ok(ExitCode::SUCCESS)
}

fn wait_for_ctrl_c() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let pressed = runtime.and_then(|runtime| runtime.block_on(tokio::signal::ctrl_c()));
    pressed.map_err(|error| format!("cannot wait for Ctrl-C: {error}"))
}

/// Prints the news, and signals the first.
fn reporter(first: std::sync::mpsc::Sender<()>) -> Reporter {
    let printed = Mutex::new(Diagnostics::new());
    let hinted = Mutex::new(Waiting::default());
    Arc::new(move |news| {
        match news {
            News::Polling(why) => {
                print::message("warning", &why);
                print::line("looking for changes twice a second instead");
                return;
            }
            News::Served { changes, files, diagnostics, waiting, today, took } => {
                print_once(&printed, &diagnostics);
                let (what, files) = (summary(&changes), print::plural(files, "file"));
                let warnings = print::counts(&diagnostics) + &print::waiting(&waiting, today);
                print::line(&format!("{what}: {files}; {warnings}; {}", time(took)));
                hint(&hinted, waiting);
            }
            News::Refused { changes, diagnostics, is_served, took } => {
                print_once(&printed, &diagnostics);
                let (what, counts) = (summary(&changes), print::counts(&diagnostics));
                let still = if is_served {
                    "the last good site is served"
                } else {
                    "the browser shows them"
                };
                print::line(&format!("{what}: {counts}; {still}; {}", time(took)));
            }
            News::Settled(settled, took) => {
                if !settled.is_good() {
                    print_once(&printed, &settled.diagnostics);
                }
                let rendered = print::plural(settled.rendered, "page");
                let (changed, removed) = (settled.changed, settled.removed);
                let pages = match settled.pages.len() {
                    0 => String::new(),
                    n if n < changed => format!(" ({}, …)", settled.pages.join(", ")),
                    _ => format!(" ({})", settled.pages.join(", ")),
                };
                print::line(&format!(
                    "  {changed} changed, {removed} removed{pages}; {rendered} rendered; {}",
                    time(took)
                ));
            }
        }
        let _ = first.send(());
    })
}

/// Prints only what was not printed just before: every save would repeat all warnings.
fn print_once(printed: &Mutex<Diagnostics>, diagnostics: &Diagnostics) {
    let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
    if *printed != *diagnostics {
        print::some_diagnostics(diagnostics);
        printed.clone_from(diagnostics);
    }
}

/// Says how to see what is hidden, when there is more of it than before: someone who has just begun
/// a story looks for it.
fn hint(hinted: &Mutex<Waiting>, waiting: Waiting) {
    let mut hinted = hinted.lock().unwrap_or_else(PoisonError::into_inner);
    let before = std::mem::replace(&mut *hinted, waiting);
    if waiting.drafts <= before.drafts && waiting.future <= before.future {
        return;
    }
    let args: Vec<String> =
        std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let drafts = (waiting.drafts > 0).then_some("--drafts");
    let future = (waiting.future > 0).then_some("--future");
    let words = ["kisah"].into_iter().chain(args.iter().map(String::as_str));
    let command = print::command(words.chain(drafts).chain(future));
    print::line(&format!("  to see what is waiting: {command}"));
}

fn summary(changes: &[Change]) -> String {
    match changes {
        [] => "built".to_owned(),
        few if few.len() <= MOST_NAMED => {
            few.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        many => format!("{} and {} more", many[0], print::plural(many.len() - 1, "file")),
    }
}

fn time(took: Duration) -> String {
    match took.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        _ => format!("{:.2} s", took.as_secs_f64()),
    }
}
