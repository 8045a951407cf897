//! Which stories a text itself offers between its paragraphs, and where.
//!
//! In: one post, and those near it that its page does not offer already, best first. Out: at most
//! two of them, each with the paragraph that is most about what both have in common. A text is read
//! for its own sake, so a place that would disturb it is worse than none: see [`Body::has_room`].

use super::{InText, Neighbour, SharedWord};
use crate::analysis::{Analyser, Analysers, Place};
use crate::config::BuiltIn;
use crate::parse::Body;
use crate::site::{DocId, LinkTarget, Resolved, Site};

/// The most that one text offers.
pub(super) const MOST: usize = 2;

/// In shorter texts, the stories below are near enough.
const LEAST_WORDS: usize = 300;

/// So many paragraphs stand between two of them.
const APART: usize = 6;

/// Whether a post wants any, and is long enough.
pub(super) fn is_wanted(site: &Site, post: DocId) -> bool {
    let document = site.document(post);
    let auto = document.front.read_also.auto.unwrap_or(site.config.read_also.auto);
    auto && document.is_post() && document.doc.body.words >= LEAST_WORDS
}

/// The stories that a post offers in its text, in the order of the text.
pub(super) fn places<'a>(
    site: &Site,
    post: DocId,
    near: impl Iterator<Item = (DocId, &'a Neighbour)>,
    analysers: &mut Analysers,
) -> Vec<InText> {
    let document = site.document(post);
    let body = &document.doc.body;
    let mut near = near.filter(|(other, _)| !is_named(site, post, *other)).peekable();
    if near.peek().is_none() {
        return Vec::new();
    }
    let analyser = analysers.of(&site.language(document.language).code);
    let paragraphs = paragraphs(body, analyser);
    // What the author offers in the text counts among them.
    let leads_to_story = |link: usize| {
        matches!(document.links.get(link), Some(Resolved::Site(LinkTarget { doc: Some(_), .. })))
    };
    let by_hand = paragraphs
        .iter()
        .enumerate()
        .filter(|(_, one)| body.is_link(one.block) && body.links_in(one.block).any(leads_to_story));
    let by_hand: Vec<usize> = by_hand.map(|(at, _)| at).collect();
    let room = MOST.saturating_sub(by_hand.len());
    let mut found: Vec<(usize, DocId)> = Vec::new();
    for (other, neighbour) in near {
        if found.len() == room {
            break;
        }
        let taken = found.iter().map(|(at, _)| *at).chain(by_hand.iter().copied());
        let is_apart = |at: usize| taken.clone().all(|taken| taken.abs_diff(at) >= APART);
        let free = paragraphs.iter().enumerate().filter(|(at, one)| one.has_room && is_apart(*at));
        let mut best: Option<(f32, usize)> = None;
        for (at, paragraph) in free {
            let part = paragraph.part(&neighbour.words);
            if part > best.map_or(0.0, |(most, _)| most) {
                best = Some((part, at));
            }
        }
        found.extend(best.map(|(_, at)| (at, other)));
    }
    found.sort_unstable();
    found.into_iter().map(|(at, doc)| InText { doc, after: paragraphs[at].block }).collect()
}

/// Whether the page names a story anyway: its text links it, or the box of its series has it.
fn is_named(site: &Site, post: DocId, other: DocId) -> bool {
    let document = site.document(post);
    let is_linked = document.links.iter().any(
        |link| matches!(link, Resolved::Site(LinkTarget { doc: Some(doc), .. }) if *doc == other),
    );
    let is_series = |term| site.built_in(&site.terms[term]) == Some(BuiltIn::Series);
    let theirs = &site.document(other).terms;
    is_linked || document.terms.iter().any(|term| is_series(term.0) && theirs.contains(term))
}

/// A paragraph at the top of a text.
struct Paragraph {
    /// Its number among the blocks.
    block: usize,
    /// Whether something may stand after it.
    has_room: bool,
    /// Its words, sorted; none where nothing may stand.
    words: Vec<u64>,
}

impl Paragraph {
    /// How much of what two posts have in common it has.
    fn part(&self, shared: &[SharedWord]) -> f32 {
        let own = shared.iter().filter(|word| self.words.binary_search(&word.key).is_ok());
        own.map(|word| word.part).sum()
    }
}

fn paragraphs(body: &Body, analyser: &mut Analyser) -> Vec<Paragraph> {
    let blocks = body.paragraphs();
    let all = blocks.map(|block| {
        let has_room = body.has_room(block);
        let mut words = Vec::new();
        if has_room {
            analyser.text(&body.text_of(block), Place::Body);
            words.extend(analyser.finish().words.iter().map(|word| word.key()));
        }
        Paragraph { block, has_room, words }
    });
    all.collect()
}
