//! What `kisah check --suggest` prints. It was asked for, so it is data, and no message.
//!
//! In: the report of a build. Out: text, or JSON, about posts without tags and posts that nothing
//! leads to; nothing if the build came to no plan.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::list::column;
use crate::build::Report;
use crate::related::{Keywords, keywords};
use crate::site::{DocId, Site};

/// One line each, with tabs between its parts: the file, `untagged`, tags that the site has, other
/// words; or the file, `unlinked`, and its title.
pub fn text(report: &Report) -> String {
    let Some(plan) = report.plan() else { return String::new() };
    let site = plan.site();
    let mut text = String::new();
    let mut line = |parts: &[&str]| {
        let columns: Vec<String> = parts.iter().map(|part| column(part)).collect();
        _ = writeln!(text, "{}", columns.join("\t").trim_end());
    };
    for found in keywords(site) {
        let (tags, words) = (tags(site, &found).join(", "), found.words.join(", "));
        line(&[path(site, found.post), "untagged", &tags, &words]);
    }
    for post in plan.unlinked() {
        line(&[path(site, post), "unlinked", &site.document(post).title]);
    }
    text
}

/// The same for programs.
pub(super) fn json(report: &Report) -> Json {
    let Some(plan) = report.plan() else { return Json::Null };
    let site = plan.site();
    let untagged = keywords(site).into_iter().map(|found| {
        let tags = tags(site, &found);
        json!({ "path": path(site, found.post), "tags": tags, "words": found.words })
    });
    let unlinked = plan.unlinked().into_iter();
    let unlinked = unlinked
        .map(|post| json!({ "path": path(site, post), "title": site.document(post).title }));
    json!({
        "untagged": untagged.collect::<Vec<_>>(),
        "unlinked": unlinked.collect::<Vec<_>>(),
    })
}

fn tags<'a>(site: &'a Site, found: &Keywords) -> Vec<&'a str> {
    found.tags.iter().map(|id| site.terms[id.0].name.as_str()).collect()
}

fn path(site: &Site, id: DocId) -> &str {
    site.document(id).doc.source.path.as_str()
}
