//! The last stage of the driver: artifacts → files in the staging folder.
//!
//! In: a plan, what the last build left, and a staging folder. Out: for each route its entry in the
//! new manifest, or every mistake that rendering finds. It commits nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::{Diagnostic, Map, codes};
use crate::plan::Plan;
use crate::plan::manifest::Entry;
use crate::render::Renderer;
use crate::routes::Route;
use crate::store::Staging;

/// Makes files, on many threads.
pub(super) struct Press<'a> {
    pub(super) staging: &'a Staging<'a>,
    pub(super) renderer: &'a Renderer<'a>,
    pub(super) plan: &'a Plan,
    pub(super) failed: &'a AtomicBool,
}

impl Press<'_> {
    /// Makes the file of a route, unless the output has it already: same key, and the bytes that
    /// the manifest records. Says whether it was rendered.
    pub(super) fn make(&self, route: &Route) -> Result<(Entry, bool), Vec<Diagnostic>> {
        let made = self.make_one(route);
        if made.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        made
    }

    fn make_one(&self, route: &Route) -> Result<(Entry, bool), Vec<Diagnostic>> {
        let artifact = self.plan.artifact(route).map_err(|problem| vec![*problem])?;
        let output = self.staging.output();
        if let Some(old) = output.manifest().entries.get(&artifact.file)
            && old.key == artifact.key
            && output.present(&artifact.file) == Some(old.content)
        {
            return Ok((*old, false));
        }
        let payload = self.renderer.render(&artifact.recipe)?;
        // After a first failure there will be no commit: the rest is rendered for the sake of
        // its mistakes, but the disk is spared.
        if !self.failed.load(Ordering::Relaxed) {
            self.staging
                .place(&artifact.file, artifact.phase(), &payload)
                .map_err(|problem| vec![problem])?;
        }
        Ok((Entry { key: artifact.key, content: payload.digest() }, payload.is_made()))
    }
}

/// All results, or all problems.
pub(crate) fn collect<T>(
    results: Vec<Result<T, Vec<Diagnostic>>>,
    routes: &[Route],
) -> Result<Vec<T>, Vec<Diagnostic>> {
    let mut made = Vec::with_capacity(results.len());
    let mut problems = Vec::new();
    for (index, result) in results.into_iter().enumerate() {
        match result {
            Ok(one) => made.push(one),
            Err(found) => problems.push((index, found)),
        }
    }
    if problems.is_empty() { Ok(made) } else { Err(group(problems, routes)) }
}

/// Groups the same mistake of a template on many pages: it is reported once, with the number of
/// pages and the first of them.
fn group(problems: Vec<(usize, Vec<Diagnostic>)>, routes: &[Route]) -> Vec<Diagnostic> {
    let mut pages: Map<String, (Diagnostic, usize, usize)> = Map::default();
    for (index, found) in problems {
        for diagnostic in found {
            let id =
                format!("{:?}", (&diagnostic.place, diagnostic.code.name, &diagnostic.message));
            pages.entry(id).or_insert((diagnostic, index, 0)).2 += 1;
        }
    }
    let grouped = pages.into_values().map(|(diagnostic, index, count)| {
        if !is_about_template(&diagnostic) {
            return diagnostic;
        }
        let page = format!("`{}` ({})", routes[index].file, routes[index].origin());
        match count {
            // The other pages of that template are not tried.
            _ if diagnostic.code == &codes::TOO_MUCH => {
                diagnostic.note(format!("while rendering {page}"))
            }
            1 => diagnostic.note(format!("while rendering {page}")),
            n => diagnostic.note(format!("while rendering {page} and {} more pages", n - 1)),
        }
    });
    grouped.collect()
}

fn is_about_template(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == &codes::TEMPLATE_ERROR || diagnostic.code == &codes::TOO_MUCH
}
