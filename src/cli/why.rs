//! `kisah why`.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use jiff::civil;
use serde_json::{Map, Value as Json, json};

use super::{Cli, Format, SITE_HAS_ERRORS, day, print, program, site_root, today};
use crate::base::suggest::closest;
use crate::build::{Request, list};
use crate::config::Overrides;
use crate::related::{Beside, Ranked, Reason, explain, raw, related_posts};
use crate::site::{DocId, Site};
use crate::store::RealDisk;

#[derive(Args)]
pub(super) struct WhyArgs {
    /// The file of a post, below `content`: which others belong beside it
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    post: Option<String>,
    /// The file of another: what each signal adds to its score
    other: Option<String>,
    /// The ranking of every post
    #[arg(long)]
    all: bool,
    /// How many others are listed for each
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Treat this day as today (otherwise SOURCE_DATE_EPOCH, otherwise the clock)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<civil::Date>,
}

pub(super) fn run(cli: &Cli, args: &WhyArgs) -> Result<ExitCode, String> {
    let request = Request {
        root: site_root(cli)?,
        config_files: cli.config.clone(),
        overrides: Overrides::default(),
        today: today(args.today)?,
        output_dir: None,
        check_only: true,
        memo: false,
        verify: false,
        program: program(),
    };
    let listing = list(&RealDisk, &request);
    if listing.diagnostics.has_errors() {
        print::errors(&listing.diagnostics);
    }
    let Some(site) = &listing.site else { return Ok(ExitCode::from(SITE_HAS_ERRORS)) };
    let text = match (&args.post, &args.other) {
        (Some(post), Some(other)) => pair(site, find(site, post)?, find(site, other)?, args.format),
        (Some(post), None) => {
            let post = find(site, post)?;
            let of_it = raw(site, args.top).into_iter().filter(|(id, _)| *id == post);
            let of_it: Vec<_> = of_it.collect();
            if of_it.is_empty() && args.format == Format::Text {
                let name = name(site, post);
                return Err(format!("{name} has no related posts: it is a page, or takes no part"));
            }
            listed(site, &of_it, args.format)
        }
        (None, _) => listed(site, &raw(site, args.top), args.format),
    };
    print::data(&text);
    let failed = listing.diagnostics.has_errors();
    Ok(if failed { ExitCode::from(SITE_HAS_ERRORS) } else { ExitCode::SUCCESS })
}

/// The path of a document below `content/`.
fn name(site: &Site, id: DocId) -> &str {
    let path = site.document(id).doc.source.path.as_str();
    path.strip_prefix("content/").unwrap_or(path)
}

/// The document that somebody names: by its path, with or without `content/`, or by its address.
fn find(site: &Site, named: &str) -> Result<DocId, String> {
    let ids = || (0..site.documents.len()).map(DocId);
    let wanted = named.strip_prefix("./").unwrap_or(named);
    let wanted = wanted.strip_prefix("content/").unwrap_or(wanted);
    let is_it = |id: &DocId| name(site, *id) == wanted || site.document(*id).url.as_str() == named;
    ids().find(is_it).ok_or_else(|| {
        let near = closest(wanted, ids().map(|id| name(site, id)));
        let help = near.map_or_else(
            || "name its file below `content`, as in `posts/ada.md`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        format!("there is no document `{named}` on this site\n{help}")
    })
}

fn listed(site: &Site, all: &[(DocId, Vec<Ranked>)], format: Format) -> String {
    let shown = related_posts(site);
    let is_shown = |post: DocId, other: DocId| is_shown(&shown[post.0], other);
    if matches!(format, Format::Json) {
        let lists = all.iter().map(|(post, others)| {
            let others = others.iter().map(|other| {
                let reasons: Vec<Json> =
                    other.reasons.iter().map(|reason| json_of(site, reason)).collect();
                json!({
                    "path": name(site, other.doc),
                    "score": f64::from(other.score) / 1e6,
                    "reasons": reasons,
                    "shown": is_shown(*post, other.doc),
                })
            });
            (name(site, *post).to_owned(), others.collect())
        });
        return format!("{:#}\n", Json::Object(lists.collect::<Map<_, _>>()));
    }
    let mut text = String::new();
    for (number, (post, others)) in all.iter().enumerate() {
        let blank = if number > 0 { "\n" } else { "" };
        _ = writeln!(text, "{blank}{}: {}", name(site, *post), site.document(*post).title);
        let chosen = shown[post.0].stories.iter().filter(|r| r.reasons.contains(&Reason::Chosen));
        for chosen in chosen {
            _ = writeln!(text, "  shown  chosen  {}", name(site, chosen.doc));
        }
        for other in others {
            let mark = if is_shown(*post, other.doc) { "shown" } else { "" };
            let score = f64::from(other.score) / 1e6;
            _ = write!(text, "  {mark:5}  {score:6.3}  {}", name(site, other.doc));
            let reasons = other.reasons.iter().map(|reason| match reason.text(site) {
                "" => reason.kind(),
                text => text,
            });
            let reasons: Vec<&str> = reasons.collect();
            let between = if reasons.is_empty() { "" } else { "  " };
            _ = writeln!(text, "{between}{}", reasons.join(" · "));
        }
    }
    text
}

/// Whether a story is offered beside or in a text.
fn is_shown(beside: &Beside, other: DocId) -> bool {
    let in_text = beside.in_text.iter().any(|story| story.doc == other);
    in_text || beside.stories.iter().any(|related| related.doc == other)
}

fn json_of(site: &Site, reason: &Reason) -> Json {
    let mut json = json!({ "kind": reason.kind(), "text": reason.text(site) });
    if let (Some(url), Json::Object(map)) = (reason.url(site), &mut json) {
        map.insert("url".to_owned(), site.config.base_url.relative(url).into());
    }
    json
}

fn pair(site: &Site, post: DocId, other: DocId, format: Format) -> String {
    let shown = is_shown(&related_posts(site)[post.0], other);
    let found = explain(site, post, other);
    let sum: f32 = found.iter().flat_map(|found| &found.parts).map(|(_, part, _)| part).sum();
    if matches!(format, Format::Json) {
        let parts = found.iter().flat_map(|found| &found.parts);
        let parts = parts.map(|(signal, part, evidence)| {
            json!({ "signal": signal, "score": part, "evidence": evidence })
        });
        let parts: Vec<Json> = parts.collect();
        let score = found.as_ref().map(|_| sum);
        return format!("{:#}\n", json!({ "score": score, "shown": shown, "parts": parts }));
    }
    let (from, to) = (name(site, post), name(site, other));
    let Some(found) = found else {
        return format!(
            "{from} and {to} are not compared: one is a page, is unlisted, takes no part, or they are in different languages\n"
        );
    };
    let mut text = format!("{to} beside {from}\n");
    for (signal, part, evidence) in &found.parts {
        _ = writeln!(text, "{}", format!("{part:8.3}  {signal:12}  {evidence}").trim_end());
    }
    _ = writeln!(text, "{sum:8.3}  in all");
    let verdict = match (shown, found.is_excluded) {
        (true, _) => "shown".to_owned(),
        (false, true) => {
            "not shown: the page names it already, or its front matter blocks it".to_owned()
        }
        (false, false) if sum < site.config.related.floor => {
            format!("not shown: below `related.floor`, {}", site.config.related.floor)
        }
        (false, false) => "not shown: others are nearer".to_owned(),
    };
    _ = writeln!(text, "{verdict}");
    text
}
