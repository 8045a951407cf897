//! Ids of headings. They are settled once the whole body is written, so that an earlier heading
//! whose words happen to be the same does not take an id that the author gave to another.

use crate::base::slug::{SlugStyle, slugify};
use crate::base::{Map, Set, text};
use crate::parse::{Body, Chunk, Heading};

/// The ids of a body.
#[derive(Default)]
pub(super) struct Ids {
    headings: Vec<Pending>,
    /// Ids that cannot be changed: those of footnotes and raw HTML.
    anchors: Vec<Box<str>>,
}

struct Pending {
    level: u8,
    /// What `{#id}` says.
    given: Option<Box<str>>,
    text: Box<str>,
    /// Whether it belongs in the table of contents.
    outline: bool,
}

impl Ids {
    /// Notes an id that stays as it is.
    pub(super) fn anchor(&mut self, id: &str) {
        if !id.is_empty() {
            self.anchors.push(id.into());
        }
    }

    /// Begins a heading; returns a placeholder for its id.
    pub(super) fn heading(&mut self, level: u8, given: Option<&str>) -> Chunk {
        let given = given.filter(|id| !id.is_empty()).map(Into::into);
        self.headings.push(Pending { level, given, text: "".into(), outline: false });
        Chunk::Id(format!("\n{}", self.headings.len() - 1).into())
    }

    /// Ends the heading begun last.
    pub(super) fn heading_text(&mut self, text: String, outline: bool) {
        if let Some(heading) = self.headings.last_mut() {
            heading.text = text.into();
            heading.outline = outline;
        }
    }

    /// Settles all ids: fills them in, and lists headings and anchors.
    pub(super) fn resolve(self, body: &mut Body, style: SlugStyle) {
        let mut taken: Set<Box<str>> = self.anchors.into_iter().collect();
        if !self.headings.is_empty() {
            let ids = settle(&self.headings, &mut taken, style);
            let called = body.components.iter_mut().filter_map(|call| call.body.as_mut());
            for passage in called.chain([&mut body.content]) {
                passage.chunks.iter_mut().for_each(|chunk| fill(chunk, &ids));
            }
            let headings = self.headings.into_iter().zip(ids).filter(|(h, _)| h.outline);
            body.headings =
                headings.map(|(h, id)| Heading { level: h.level, id, text: h.text }).collect();
        }
        body.anchors = taken.into_iter().collect();
        body.anchors.sort_unstable();
    }
}

fn settle(headings: &[Pending], taken: &mut Set<Box<str>>, style: SlugStyle) -> Vec<Box<str>> {
    let mut counters = Map::default();
    let mut unique = |base: String| {
        if taken.insert(base.as_str().into()) {
            return base.into();
        }
        let counter = counters.entry(base.clone()).or_insert(0);
        loop {
            *counter += 1;
            let id: Box<str> = format!("{base}-{counter}").into();
            if taken.insert(id.clone()) {
                return id;
            }
        }
    };
    let given: Vec<Option<Box<str>>> =
        headings.iter().map(|h| Some(unique(h.given.as_deref()?.to_owned()))).collect();
    let slugs = headings.iter().zip(given);
    slugs
        .map(|(heading, given)| {
            given.unwrap_or_else(|| {
                let slug = slugify(&heading.text, style);
                unique(if slug.is_empty() { "section".to_owned() } else { slug })
            })
        })
        .collect()
}

fn fill(chunk: &mut Chunk, ids: &[Box<str>]) {
    // Only placeholders contain a line end.
    if let Chunk::Id(id) = chunk
        && let Some(index) = id.strip_prefix('\n')
        && let Some(settled) = index.parse().ok().and_then(|index: usize| ids.get(index))
    {
        *chunk = Chunk::Id(text::escape(settled).into());
    }
}
