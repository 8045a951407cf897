//! The first stage of the driver: documents → parsed documents, on many threads.
//!
//! In: the documents, and those that were parsed before. Out: all of them parsed, in the same
//! order. A document is parsed again only if its text has changed.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::AT_ONCE;
use crate::analysis::Analysers;
use crate::base::{Diagnostics, Digest, Map, SourcePath, SourceText};
use crate::config::Config;
use crate::parse::{self, Doc, Parsed};

/// Parses the documents that are not in `known`; afterwards `known` contains these documents and no
/// others.
pub(super) fn parse_all(
    documents: &[SourceText],
    config: &Config,
    known: &mut Map<SourcePath, Parsed>,
    out: &mut Diagnostics,
) -> Vec<Arc<Doc>> {
    let pool = Pool::default();
    let parse = |source: &SourceText| match known.get(&source.path) {
        Some(parsed) if parsed.digest == Digest::of(source.text.as_bytes()) => parsed.clone(),
        _ => pool.lend(|analysers| parse::parse(source, config, analysers)),
    };
    let parsed: Vec<Parsed> = documents.par_iter().with_max_len(AT_ONCE).map(parse).collect();
    let mut docs = Vec::with_capacity(parsed.len());
    let mut next = Map::with_capacity_and_hasher(parsed.len(), rustc_hash::FxBuildHasher);
    for (source, one) in documents.iter().zip(parsed) {
        out.extend(one.diagnostics.iter().cloned());
        docs.extend(one.doc.clone());
        next.insert(source.path.clone(), one);
    }
    *known = next;
    docs
}

/// What threads have learned about words, handed on from one document to the next.
#[derive(Default)]
struct Pool {
    idle: Mutex<Vec<Analysers>>,
}

impl Pool {
    fn lend<T>(&self, work: impl FnOnce(&mut Analysers) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut analysers = idle().pop().unwrap_or_default();
        let result = work(&mut analysers);
        idle().push(analysers);
        result
    }
}
