//! `kisah list`.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::civil;
use serde_json::{Value as Json, json};

use super::{Cli, Format, SITE_HAS_ERRORS, day, print, program, site_root, today};
use crate::base::{SourcePath, UrlPath};
use crate::build::{Request, list};
use crate::config::{LanguageId, Overrides};
use crate::site::{By, Gathering, Site, WithheldReason, WithheldState};
use crate::store::RealDisk;

#[derive(Args)]
pub(super) struct ListArgs {
    /// Which documents to list
    what: ListFilter,
    /// How to print them: one per line, with tabs between its parts, or as JSON
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Treat this day as today (otherwise SOURCE_DATE_EPOCH, otherwise the clock)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<civil::Date>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFilter {
    /// Drafts, and what is below a draft section
    Drafts,
    /// Documents dated in the future
    Future,
    /// Documents that have expired
    Expired,
    /// All documents
    All,
}

/// A document in the list.
struct Row<'a> {
    path: &'a SourcePath,
    title: &'a str,
    language: &'a str,
    url: String,
    /// Why it is not part of the site.
    why: Option<&'a WithheldReason>,
    /// Whether only links lead to it.
    is_unlisted: bool,
}

pub(super) fn run(cli: &Cli, args: &ListArgs) -> Result<ExitCode, String> {
    let request = Request {
        root: site_root(cli)?,
        config_files: cli.config.clone(),
        // What is waiting is what the public site leaves out.
        overrides: Overrides::default(),
        today: today(args.today)?,
        output_dir: None,
        check_only: true,
        memo: false,
        verify: false,
        program: program(),
    };
    let listing = list(&RealDisk, &request);
    let rows = listing.site.as_ref().map(|site| rows(site, args.what)).unwrap_or_default();
    match args.format {
        Format::Text => print::data(&text(&rows, args.what)),
        Format::Json => {
            let documents: Vec<Json> = rows.iter().map(Row::json).collect();
            print::data(&format!("{:#}\n", json!({ "documents": documents })));
        }
    }
    if !listing.diagnostics.has_errors() {
        return Ok(ExitCode::SUCCESS);
    }
    print::errors(&listing.diagnostics);
    let counts = print::plural(listing.diagnostics.count(crate::base::Severity::Error), "error");
    print::line(&format!("the list may be incomplete: {counts}"));
    Ok(ExitCode::from(SITE_HAS_ERRORS))
}

/// The requested documents, by path.
fn rows(site: &Site, what: ListFilter) -> Vec<Row<'_>> {
    let base = &site.config.base_url;
    let address =
        |url: &UrlPath| if base.is_set() { base.absolute(url) } else { base.relative(url) };
    let code = |language: LanguageId| site.language(language).code.as_str();
    let withheld = site.withheld.iter().filter(|withheld| {
        let state = withheld.why.state;
        match what {
            ListFilter::All => true,
            ListFilter::Drafts => state == WithheldState::Draft,
            ListFilter::Future => matches!(state, WithheldState::Future(_)),
            ListFilter::Expired => matches!(state, WithheldState::Expired(_)),
        }
    });
    let withheld = withheld.map(|withheld| Row {
        path: &withheld.path,
        title: &withheld.title,
        language: code(withheld.language),
        url: address(&withheld.url),
        why: Some(&withheld.why),
        is_unlisted: false,
    });
    let public = site.documents.iter().filter(|_| what == ListFilter::All).map(|document| Row {
        path: &document.doc.source.path,
        title: &document.title,
        language: code(document.language),
        url: address(&document.url),
        why: None,
        is_unlisted: !document.stands_in(Gathering::Lists),
    });
    let mut rows: Vec<Row<'_>> = withheld.chain(public).collect();
    rows.sort_by_key(|row| row.path);
    rows
}

fn text(rows: &[Row<'_>], what: ListFilter) -> String {
    let mut text = String::new();
    for row in rows {
        let by = row.by().map_or("", SourcePath::as_str);
        let day = row.day().map(|day| day.to_string());
        let state = match (what, day) {
            // They all have the same state.
            (ListFilter::Future | ListFilter::Expired, Some(day)) => day,
            (_, Some(day)) => format!("{} {day}", row.state()),
            (_, None) => row.state().to_owned(),
        };
        let mut columns = vec![row.path.as_str(), &state, row.title, by];
        if what == ListFilter::All {
            columns.push(&row.url);
        }
        let columns: Vec<String> = columns.into_iter().map(column).collect();
        let _ = writeln!(text, "{}", columns.join("\t"));
    }
    text
}

/// Text that stays within its column: titles may contain tabs and line breaks.
pub(super) fn column(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Row<'_> {
    fn state(&self) -> &'static str {
        match self.why.map(|why| why.state) {
            None if self.is_unlisted => "unlisted",
            None => "public",
            Some(WithheldState::Draft) => "draft",
            Some(WithheldState::Future(_)) => "future",
            Some(WithheldState::Expired(_)) => "expired",
        }
    }

    /// The day on which it appears or expired.
    fn day(&self) -> Option<civil::Date> {
        match self.why?.state {
            WithheldState::Draft => None,
            WithheldState::Future(day) | WithheldState::Expired(day) => Some(day),
        }
    }

    /// The file that says so, if it is a different one.
    fn by(&self) -> Option<&SourcePath> {
        match &self.why?.by {
            By::Itself => None,
            By::Page(path) | By::Section(path) | By::Cascade(path) => Some(path),
        }
    }

    fn json(&self) -> Json {
        json!({
            "path": self.path.as_str(),
            "state": self.state(),
            "day": self.day().map(|day| day.to_string()),
            "title": self.title,
            "language": self.language,
            "by": self.by().map(SourcePath::as_str),
            "url": self.url,
        })
    }
}
