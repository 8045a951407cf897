//! How many lists change when one post is edited.
//!
//! In: a site, which is changed, and a program. Out: for each edit the number of other posts whose
//! list of related stories is not what it was before. An edit puts a paragraph of another post in
//! the place of one of the post's own: it moves the post and changes how common words are, as
//! writing does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::judge::ranking::{Kept, why};
use crate::judge::rng::Rng;

/// As many as a page shows, and the one to read next.
const SHOWN: usize = 4;

/// Makes so many edits, one after another; the number of other lists that each has changed.
pub fn changes(program: &Path, site: &Path, edits: usize) -> io::Result<Vec<usize>> {
    let mut rng = Rng::new(7, 0);
    let mut before = why(program, site, SHOWN)?;
    let posts: Vec<String> = before.keys().cloned().collect();
    if posts.len() < 2 {
        return Err(io::Error::other(format!("{} has no two posts", site.display())));
    }
    let mut counts = Vec::with_capacity(edits);
    for edit in 0..edits {
        let post = &posts[rng.below(posts.len())];
        let donor = &posts[rng.below(posts.len())];
        replace(&path(site, post), &path(site, donor), &mut rng)?;
        let after = why(program, site, SHOWN)?;
        let changed = posts.iter().filter(|other| *other != post);
        let changed = changed.filter(|other| list(&before, other) != list(&after, other)).count();
        eprintln!("{}: {post}: {changed}", edit + 1);
        counts.push(changed);
        before = after;
    }
    Ok(counts)
}

fn path(site: &Path, post: &str) -> PathBuf {
    site.join("content").join(post)
}

/// The posts beside a post.
fn list<'k>(kept: &'k Kept, post: &str) -> Vec<Option<&'k str>> {
    let entries = kept.get(post).and_then(Value::as_array).into_iter().flatten();
    entries.map(|entry| entry.get("path")?.as_str()).collect()
}

/// Puts a paragraph of one file in the place of one of another. Files without any stay as they are.
fn replace(file: &Path, donor: &Path, rng: &mut Rng) -> io::Result<()> {
    let (text, other) = (fs::read_to_string(file)?, fs::read_to_string(donor)?);
    let (own, others) = (paragraphs(&text), paragraphs(&other));
    if own.is_empty() || others.is_empty() {
        return Ok(());
    }
    let (old, new) = (own[rng.below(own.len())], others[rng.below(others.len())]);
    fs::write(file, text.replacen(old, new, 1))
}

/// The plain paragraphs of a body: blocks that begin with a letter.
fn paragraphs(text: &str) -> Vec<&str> {
    // Front matter has no blank lines before its end, and does not begin with a letter.
    let blocks = text.split("\n\n").map(str::trim);
    blocks.filter(|block| block.starts_with(char::is_alphabetic)).collect()
}
