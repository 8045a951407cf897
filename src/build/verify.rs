//! `--verify`: checks that the output is what a clean build makes.
//!
//! In: the plan, and the manifest about to be committed, whose digests are of bytes that this build
//! read or made. Out: a diagnostic for each file that is not, byte for byte, what its recipe makes
//! now. It does not trust keys, and changes nothing.

use rayon::prelude::*;

use crate::base::{Diagnostic, codes};
use crate::plan::Plan;
use crate::plan::manifest::{Entry, Manifest};
use crate::render::Renderer;
use crate::routes::Route;
use crate::store::Output;

/// Renders everything again and compares it with the output and its manifest.
pub(super) fn verify(
    output: &Output<'_>,
    renderer: &Renderer<'_>,
    plan: &Plan,
    manifest: &Manifest,
) -> Result<(), Vec<Diagnostic>> {
    let made = plan.routes().par_iter().map(|route| clean(route, renderer, plan));
    let made = super::collect(made.collect(), plan.routes())?;
    let mut problems: Vec<Diagnostic> = plan
        .routes()
        .par_iter()
        .zip(made)
        .filter(|(route, clean)| manifest.entries.get(&route.file) != Some(clean))
        .map(|(route, _)| {
            output.problem(
                &codes::VERIFY,
                route.file.as_str(),
                "the file is not what a clean build makes",
            )
        })
        .collect();
    if manifest.entries.len() != plan.routes().len() {
        problems.push(output.problem(
            &codes::VERIFY,
            ".kisah-manifest",
            "the manifest does not list the files that a clean build makes",
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The entry of a file in the manifest of a clean build.
fn clean(route: &Route, renderer: &Renderer<'_>, plan: &Plan) -> Result<Entry, Vec<Diagnostic>> {
    let artifact = plan.artifact(route).map_err(|problem| vec![*problem])?;
    Ok(Entry { key: artifact.key, content: renderer.render(&artifact.recipe)?.digest() })
}
