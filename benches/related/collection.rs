//! A prepared site, as the judge reads it: its posts, and which its authors linked to which.
//!
//! In: a folder that [`super::prepare`] made. Out: a [`Collection`]. It reads the posts by itself,
//! so that what it says does not depend on the program that it judges.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::front::{Front, split};

/// The taxonomies that tell which posts belong together.
const TERMS: [&str; 4] = ["tags", "categories", "topics", "keywords"];

#[derive(Debug)]
pub struct Post {
    /// Its path below `content/`.
    pub path: String,
    pub title: String,
    /// Its description or summary, the one that kisah takes.
    pub summary: String,
    pub terms: BTreeSet<String>,
    /// Begins with year, month and day, so that texts compare like dates; empty if there is none.
    pub date: String,
    pub body: String,
}

#[derive(Debug)]
pub struct Collection {
    pub name: String,
    /// Sorted by their paths.
    pub posts: Vec<Post>,
    /// The posts that are asked, and what should be found beside each: places in `posts`.
    pub asked: BTreeMap<usize, BTreeSet<usize>>,
}

impl Collection {
    pub fn read(site: &Path) -> io::Result<Collection> {
        let name = site.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut posts = Vec::new();
        read(&site.join("content/posts"), "posts", &mut posts)?;
        posts.sort_by(|a, b| a.path.cmp(&b.path));
        let mut collection = Collection { name, posts, asked: BTreeMap::new() };
        for line in fs::read_to_string(site.join("links.tsv"))?.lines() {
            let places = line.split_once('\t').and_then(|(source, target)| {
                Some((collection.place(source)?, collection.place(target)?))
            });
            // Some links lead to drafts, to other pages, or to the post itself.
            if let Some((source, target)) = places.filter(|(source, target)| source != target) {
                collection.asked.entry(source).or_default().insert(target);
            }
        }
        Ok(collection)
    }

    /// Where the post with this path stands.
    pub fn place(&self, path: &str) -> Option<usize> {
        self.posts.binary_search_by(|post| post.path.as_str().cmp(path)).ok()
    }

    /// How many links there are to find.
    pub fn targets(&self) -> usize {
        self.asked.values().map(BTreeSet::len).sum()
    }
}

fn read(folder: &Path, below: &str, posts: &mut Vec<Post>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let place = format!("{below}/{name}");
        if entry.path().is_dir() {
            read(&entry.path(), &place, posts)?;
        } else if !name.starts_with("_index.") {
            posts.extend(post(place, &fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}

/// A post; nothing if it is a draft.
fn post(path: String, text: &str) -> Option<Post> {
    let (front, body) = split(text);
    let says = |name: &str, what: bool| front.value(name).is_some_and(|value| value == what);
    if says("draft", true) || says("published", false) {
        return None;
    }
    Some(Post {
        title: front.text("title"),
        summary: ["description", "summary"]
            .map(|name| front.text(name))
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
        terms: TERMS.iter().flat_map(|name| front.texts(name)).collect(),
        date: date(&front, &path),
        body: body.to_owned(),
        path,
    })
}

fn date(front: &Front, path: &str) -> String {
    let written = front.text("date");
    if !written.is_empty() {
        return written.replace('T', " ");
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let day = name.get(..10).unwrap_or("");
    let is_day = day.len() == 10 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_day { day.to_owned() } else { String::new() }
}
