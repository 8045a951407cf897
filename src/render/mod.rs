//! Turns recipes into bytes.
//!
//! In: the [`Recipe`] of a file, the compiled templates, and a supply of the bytes of files. Out:
//! the bytes of the file, or a [`Diagnostic`] that names the template and the line. The same recipe
//! gives the same bytes: nothing here asks the site, the disk or the clock.

mod counting;
mod engine;
mod errors;
mod feeds;
mod filters;
mod meter;
mod metered;
mod nesting;
mod sitemap;
mod unclosed;
mod xml;

use std::sync::{Arc, OnceLock};

use crate::base::{Diagnostic, codes};
use crate::plan::view::View;
use crate::plan::{Content, Filler, Plan, Recipe, Shown};
use crate::site::DocId;
use crate::source::derived::{Payload, Supply, derive};

pub(crate) use engine::Engine;

/// Renders the artifacts of one plan.
pub struct Renderer<'a> {
    engine: &'a Engine,
    plan: &'a Plan,
    supply: &'a dyn Supply,
    /// Bodies as feeds show them: one post is in the feeds of its section and of each of its terms.
    feed_bodies: Vec<OnceLock<Arc<str>>>,
    /// Templates that passed a limit: letting each of their pages do so could take hours.
    runaway: Vec<OnceLock<()>>,
}

impl<'a> Renderer<'a> {
    /// A renderer for one plan.
    pub fn new(engine: &'a Engine, plan: &'a Plan, supply: &'a dyn Supply) -> Self {
        let feed_bodies = plan.site().documents.iter().map(|_| OnceLock::new()).collect();
        let runaway = (0..engine.templates()).map(|_| OnceLock::new()).collect();
        Renderer { engine, plan, supply, feed_bodies, runaway }
    }

    /// The bytes of an artifact. The error is empty for a page whose template passed a limit
    /// earlier, which was reported then.
    pub fn render(&self, recipe: &Recipe) -> Result<Payload, Vec<Diagnostic>> {
        let made = match recipe {
            Recipe::Page { template, view, content, .. } => self.page(template, view, *content)?,
            Recipe::Feed(feed) => feeds::render(feed, &|doc| self.feed_body(doc)).into_bytes(),
            Recipe::Sitemap(view) => sitemap::render(view).into_bytes(),
            Recipe::Text(text) => text.clone().into_bytes(),
            Recipe::Derived { source, operation } => {
                let asset = &self.plan.site().assets[source.0].asset;
                return derive(asset, *operation, self.supply).map_err(|problem| vec![*problem]);
            }
        };
        Ok(Payload::Made(made))
    }

    fn page(
        &self,
        template: &str,
        view: &View,
        content: Option<Content>,
    ) -> Result<Vec<u8>, Vec<Diagnostic>> {
        let runaway = self.runaway(template);
        if runaway.is_some_and(|cell| cell.get().is_some()) {
            return Err(Vec::new());
        }
        let mut problems = Vec::new();
        let content = content.map(|c| (c.variable, self.content(c, &mut problems)));
        match self.engine.page(template, view, content.as_ref()) {
            Ok(bytes) if problems.is_empty() => return Ok(bytes),
            Ok(_) => {}
            Err(problem) => {
                if let Some(cell) = runaway.filter(|_| problem.code == &codes::TOO_MUCH) {
                    cell.get_or_init(|| ());
                }
                problems.push(*problem);
            }
        }
        Err(problems)
    }

    fn runaway(&self, template: &str) -> Option<&OnceLock<()>> {
        self.runaway.get(self.engine.number_of(template)?)
    }

    fn content(&self, content: Content, problems: &mut Vec<Diagnostic>) -> String {
        let in_text = self.plan.in_text(content.doc);
        let filler = self.filler(content.doc, Shown::OnItsPage);
        Filler { in_text: &in_text, ..filler }.content(problems)
    }

    /// Problems of a body are reported where its own page is rendered.
    fn feed_body(&self, doc: DocId) -> Arc<str> {
        let fill = || self.filler(doc, Shown::InFeed).content(&mut Vec::new()).into();
        match self.feed_bodies.get(doc.0) {
            Some(cell) => Arc::clone(cell.get_or_init(fill)),
            None => fill(),
        }
    }

    fn filler(&self, doc: DocId, shown: Shown) -> Filler<'_> {
        let site = self.plan.site();
        let document = match shown {
            Shown::OnItsPage => self.plan.edition(doc),
            Shown::InList | Shown::InFeed => site.document(doc),
        };
        Filler { site, document, shown, in_text: &[], components: self.engine }
    }
}
