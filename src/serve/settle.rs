//! Looks at every page of a site that is already being served.
//!
//! In: a snapshot, and what was found out about the last one. Out: which files differ, and the
//! mistakes that only rendering finds. Nothing that it renders is kept: rendering a page again when
//! somebody asks for it takes microseconds, while keeping all pages would fill the memory.

use std::sync::Arc;

use rayon::prelude::*;

use super::snapshot::Snapshot;
use crate::base::{Diagnostics, Digest, Map, OutputPath};
use crate::build;

/// What is known about all files of a site.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// Keys of the files without mistakes.
    keys: Arc<Map<OutputPath, Digest>>,
    /// How many pages were rendered to find out.
    pub(crate) rendered: usize,
    /// The first few addresses of pages that differ from the last site.
    pub(crate) pages: Vec<String>,
    /// How many files differ.
    pub(crate) changed: usize,
    /// How many are gone.
    pub(crate) removed: usize,
    /// Mistakes.
    pub(crate) diagnostics: Diagnostics,
}

/// How many addresses are named.
const MOST_NAMED: usize = 3;

impl Settled {
    /// Whether no page had a mistake.
    pub(crate) fn is_good(&self) -> bool {
        !self.diagnostics.has_errors()
    }
}

/// What was found out about one file.
struct Looked {
    key: Digest,
    changed: bool,
    rendered: bool,
}

/// Looks at every file; `None` if something else came up in the meantime.
pub(crate) fn settle(
    snapshot: &Snapshot,
    last: &Settled,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Settled> {
    let renderer = snapshot.renderer();
    let routes = snapshot.routes();
    let looked = routes.par_iter().enumerate().map(|(index, route)| {
        if stop() {
            return None;
        }
        let artifact = match snapshot.plan().artifact(route) {
            Ok(artifact) => artifact,
            Err(problem) => return Some(Err(vec![*problem])),
        };
        let key = artifact.key;
        if last.keys.get(&route.file) == Some(&key) {
            return Some(Ok(Looked { key, changed: false, rendered: false }));
        }
        if snapshot.is_made(index) {
            return Some(Ok(Looked { key, changed: true, rendered: true }));
        }
        let made = renderer.render(&artifact.recipe);
        Some(made.map(|made| Looked { key, changed: true, rendered: made.is_made() }))
    });
    let looked: Vec<Option<Result<Looked, Vec<_>>>> = build::in_workers(|| looked.collect());
    let mut settled = Settled::default();
    let mut keys = Map::default();
    let mut found = Vec::new();
    for (route, one) in routes.iter().zip(looked) {
        match one? {
            Ok(looked) => {
                if looked.changed {
                    settled.changed += 1;
                    if settled.pages.len() < MOST_NAMED {
                        settled.pages.push(snapshot.address(route));
                    }
                }
                settled.rendered += usize::from(looked.rendered);
                keys.insert(route.file.clone(), looked.key);
                found.push(Ok(()));
            }
            Err(problems) => found.push(Err(problems)),
        }
    }
    if let Err(problems) = build::collect(found, routes) {
        settled.diagnostics.extend(problems);
        settled.diagnostics.sort();
    }
    let gone = last.keys.keys().filter(|file| !keys.contains_key(*file));
    settled.removed = gone.count();
    settled.keys = Arc::new(keys);
    Some(settled)
}
