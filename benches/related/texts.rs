//! The words of posts, as plain as they can be counted.
//!
//! In: the title, summary and body of a post. Out: how often it has each word. Words are runs of at least two
//! letters, in lower case; nothing is stemmed or left out. This is on purpose not the analysis of
//! kisah, which would make the baselines depend on what they are compared with.

use std::collections::BTreeMap;

use super::collection::{Collection, Post};
use super::links::unlink;
use super::prepare::READ_ON;

/// How often a text has each word.
pub type Counts = BTreeMap<String, f64>;

/// What a post is found by: all that it says.
pub fn shown(post: &Post) -> Counts {
    count(&[&post.title, &post.summary, &unlink(&post.body, false, |_| true)])
}

/// What a post asks with. The texts of its own links would give the answers away: they often are
/// the titles of the posts that they lead to.
pub fn asked(post: &Post) -> Counts {
    let body = unlink(before_read_on(&post.body), true, leads_to_a_post);
    count(&[&post.title, &post.summary, &unlink(&body, false, |_| true)])
}

/// A body without the list of links that stood in the front matter.
pub fn before_read_on(body: &str) -> &str {
    body.split_once(READ_ON).map_or(body, |(before, _)| before)
}

/// Whether a target names another post.
pub fn leads_to_a_post(url: &str) -> bool {
    url.starts_with("@/")
}

/// For each word in how many posts it is.
pub fn spread(texts: &[Counts]) -> Counts {
    let mut spread = Counts::new();
    for word in texts.iter().flat_map(BTreeMap::keys) {
        *spread.entry(word.clone()).or_default() += 1.0;
    }
    spread
}

/// The words of all posts.
pub fn all(collection: &Collection) -> Vec<Counts> {
    collection.posts.iter().map(shown).collect()
}

fn count(texts: &[&str]) -> Counts {
    let mut counts = Counts::new();
    for text in texts {
        let text = without_marks(&without_definitions(text)).to_lowercase();
        for word in text.split(|c: char| !c.is_alphabetic()) {
            if word.chars().nth(1).is_some() {
                *counts.entry(word.to_owned()).or_default() += 1.0;
            }
        }
    }
    counts
}

/// The text without the definitions of links by reference (`[name]: url`), which nobody sees.
fn without_definitions(text: &str) -> String {
    let is_one = |line: &&str| line.starts_with('[') && line.contains("]: ");
    text.split_inclusive('\n').filter(|line| !is_one(line)).collect()
}

/// The text without HTML tags, and without the calls that other generators would run.
fn without_marks(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{']) {
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = &rest[at..];
        let pairs = [("{{", "}}"), ("{%", "%}"), ("<", ">")];
        let end = pairs.iter().find_map(|(open, close)| {
            let inner = rest.strip_prefix(open)?;
            let is_mark =
                *open != "<" || inner.starts_with(|c: char| c.is_alphabetic() || "/!".contains(c));
            Some(open.len() + inner.find(close).filter(|_| is_mark)? + close.len())
        });
        rest = &rest[end.unwrap_or(1)..];
    }
    out + rest
}
