//! Refuses templates nested too deeply for Tera, whose parser and compiler are recursive.
//!
//! In: the sources of all templates, before Tera sees them. Out: whatever is nested more deeply
//! than anyone would write it. (Tera itself limits nested tags and brackets.)

use crate::base::{Diagnostic, Map, Place, SourceText, codes};
use crate::plan::templates::Templates;

/// How many branches of `if`s may be open at once: each `elif` is inside the one before it.
const BRANCHES: usize = 200;
/// How many templates may include or extend each other in a chain.
const CHAIN: usize = 100;

/// The first place in a template that is too deep by itself.
pub(super) fn branches(source: &SourceText) -> Option<Diagnostic> {
    let text = &*source.text;
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find("{%") {
        let start = at + found;
        at = start + 2;
        let tag = text[at..].trim_start_matches('-').trim_start();
        let word = tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        match word.unwrap_or("") {
            "if" => {
                open.push(1);
                depth += 1;
            }
            "elif" => {
                if let Some(branches) = open.last_mut() {
                    *branches += 1;
                    depth += 1;
                }
            }
            "endif" => depth -= open.pop().unwrap_or(0),
            _ => {}
        }
        if depth > BRANCHES {
            let message = format!("more than {BRANCHES} branches of `if` and `elif` are open here");
            let end = text[start..].find("%}").map_or(at, |i| start + i + 2);
            return Some(
                Diagnostic::error(&codes::TOO_MUCH, message)
                    .at(Place::in_text(source.path.as_str(), text, start..end))
                    .help("end some of them, or look the value up in a map: `names[key]`"),
            );
        }
    }
    None
}

/// A chain of templates that is too long. Circles of that length are chains, too.
pub(super) fn chain(templates: &Templates) -> Option<Diagnostic> {
    // The length of the longest chain from each template; 0 while it is being computed.
    let mut lengths: Map<&str, usize> = Map::default();
    for (top, _) in templates.sources() {
        let mut path: Vec<(&str, Vec<&str>, usize)> = Vec::new();
        let mut next = Some(top);
        loop {
            if let Some(name) = next.take().filter(|name| !lengths.contains_key(name)) {
                lengths.insert(name, 0);
                path.push((name, templates.refers(name).collect(), 1));
            }
            let Some((name, rest, longest)) = path.last_mut() else { break };
            if let Some(below) = rest.pop() {
                match lengths.get(below) {
                    Some(length) => *longest = (*longest).max(length + 1),
                    None => next = Some(below),
                }
            } else {
                let (name, longest) = (*name, *longest);
                path.pop();
                lengths.insert(name, longest);
                if let Some((_, _, above)) = path.last_mut() {
                    *above = (*above).max(longest + 1);
                }
            }
            if path.len() > CHAIN || path.last().is_some_and(|(_, _, longest)| *longest > CHAIN) {
                let name = path.last().map_or(top, |(name, ..)| name);
                let source = templates.source(name)?;
                let message = format!(
                    "more than {CHAIN} templates include or extend each other in a chain, from \
                     `{top}` on"
                );
                return Some(
                    Diagnostic::error(&codes::TOO_MUCH, message)
                        .at(Place::file(source.path.as_str()))
                        .help("join some of them; to repeat something for a list, use `{% for %}`"),
                );
            }
        }
    }
    None
}
