//! What a document is about: the words of its parts, by what they are to it.

use super::passage::{TextSource, Within};
use super::{Body, Link, LinkKind};
use crate::analysis::{Analyser, Counted, Features, Place};
use crate::base::Digest;
use crate::config::Config;
use crate::keys::FrontMatter;

/// Reads title, description and body. Words of links within the site are kept apart: they tell of
/// the story that is linked.
pub(super) fn features(
    title: &str,
    front: &FrontMatter,
    body: &Body,
    config: &Config,
    analyser: &mut Analyser,
) -> Features {
    let title = analyser.title(title);
    if let Some(description) = front.description.as_deref().or(front.summary.as_deref()) {
        analyser.text(description, Place::Body);
        analyser.gap();
    }
    let mut called: Vec<(u32, Vec<u64>)> = Vec::new();
    TextSource::of(&body.content, &body.components).read(&mut |stretch| {
        if stretch.apart {
            analyser.gap();
        }
        let link = stretch.link.filter(|_| stretch.within.is_in(Within::LINK));
        let inner = link.filter(|link| {
            body.links.get(*link as usize).is_some_and(|link| outer(link, config).is_none())
        });
        if let Some(link) = inner {
            let words = analyser.link(stretch.text);
            match called.iter_mut().rev().find(|(of, _)| *of == link) {
                Some((_, known)) => known.extend(words),
                None => called.push((link, words)),
            }
            return;
        }
        let is_in = |part| stretch.within.is_in(part);
        let place = match (is_in(Within::HEADING), is_in(Within::CODE)) {
            (true, _) => Place::Heading,
            (false, true) => Place::Code,
            (false, false) => Place::Body,
        };
        analyser.text(stretch.text, place);
    });
    let Counted { words, pairs, linked, spellings } = analyser.finish();
    called.sort_unstable();
    let called = called.into_iter().map(|(link, mut words)| {
        words.sort_unstable();
        words.dedup();
        (link, words.into())
    });
    let mut sources: Vec<u64> =
        body.links.iter().filter_map(|link| outer(link, config)).map(digest).collect();
    sources.sort_unstable();
    sources.dedup();
    Features { words, pairs, linked, title, called: called.collect(), sources, spellings }
}

/// The address on another site that readers of a link are led to, without its scheme.
fn outer<'a>(link: &'a Link, config: &Config) -> Option<&'a str> {
    if link.kind != LinkKind::Link {
        return None;
    }
    let (scheme, rest) = link.dest.split_once("//")?;
    if !matches!(scheme, "" | "http:" | "https:") || config.base_url.within(&link.dest).is_some() {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or(rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    Some(rest.strip_suffix('/').unwrap_or(rest))
}

#[allow(clippy::cast_possible_truncation)]
fn digest(address: &str) -> u64 {
    Digest::of(address.as_bytes()).0 as u64
}
