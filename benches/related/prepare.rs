//! Makes kisah sites of collections of posts whose authors linked some of them to others.
//!
//! In: a folder with `posts/` (or `topics/`) and `links.tsv`, which says from which post to which
//! its author linked. Out: a folder with `kisah.toml`, `content/posts/` and a `links.tsv` whose
//! paths begin at `content/`. Links from post to post go by source path afterwards, so that kisah
//! knows them.
//!
//! A collection that the program does not know gets the general treatment, [`GENERAL`]; if it brings
//! a `kisah.toml`, that is used.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use super::front::{Front, split};
use super::links;

/// What follows it at the end of a body are links that stood in the front matter: lists to read on,
/// which nobody would keep if the links in them went.
pub const READ_ON: &str = "<!-- read on -->";

/// What is special about a collection.
struct Treatment {
    language: &'static str,
    /// The only fields of the front matter that stay; all of them if there are none here.
    keep: &'static [&'static str],
    rename: &'static [(&'static str, &'static str)],
    /// Fields whose values are names with hyphens, except where somebody wrote a space.
    hyphens: &'static [&'static str],
    /// More lines of kisah.toml.
    config: &'static str,
    /// How a link to a post by its title begins.
    by_title: &'static str,
}

const GENERAL: Treatment = Treatment {
    language: "en",
    keep: &[],
    rename: &[],
    hyphens: &[],
    config: "",
    by_title: "topic ",
};

/// The treatments of the collections that are known, by the name of their folder.
const KNOWN: [(&str, Treatment); 3] = [
    ("endy", Treatment { language: "id", ..GENERAL }),
    ("bitcoinops", Treatment { rename: &[("topic-categories", "categories")], ..GENERAL }),
    (
        "digitalgov",
        Treatment {
            keep: &["title", "date", "summary", "deck", "topics"],
            hyphens: &["topics"],
            config: "\n[taxonomies.topics]\n",
            ..GENERAL
        },
    ),
];

/// Fields that would hide a post long after its time, or hide the answer in what is asked.
const NEVER: [&str; 3] = ["expirydate", "expires", SEE_ALSO];

const SEE_ALSO: &str = "see_also";

/// A post on its way: its place below `content/`, front matter and body.
struct Post {
    path: String,
    front: Front,
    body: String,
}

/// Makes a site at `to` of the collection at `from`. The number of its posts.
pub fn prepare(from: &Path, to: &Path) -> io::Result<usize> {
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    let treatment = KNOWN.iter().find(|(known, _)| *known == name).map_or(&GENERAL, |(_, t)| t);
    let folder = ["posts", "topics"].map(|name| from.join(name)).into_iter().find(|p| p.is_dir());
    let folder = folder.ok_or_else(|| {
        io::Error::other(format!("{} has neither posts nor topics", from.display()))
    })?;
    let mut posts = Vec::new();
    read(&folder, "posts", &mut posts)?;
    posts.sort_by(|a, b| a.path.cmp(&b.path));
    let targets = Targets::of(&posts, treatment.by_title);
    for post in &mut posts {
        treatment.apply(post, &targets);
        let path = to.join("content").join(&post.path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, post.front.write() + &post.body)?;
    }
    fs::write(to.join("kisah.toml"), config(from, &name, treatment)?)?;
    let mut lines = String::new();
    for line in fs::read_to_string(from.join("links.tsv"))?.lines() {
        if let Some((source, target)) = line.split_once('\t') {
            let _ = writeln!(lines, "posts/{source}\tposts/{target}");
        }
    }
    fs::write(to.join("links.tsv"), lines)?;
    Ok(posts.len())
}

fn read(folder: &Path, below: &str, posts: &mut Vec<Post>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let place = format!("{below}/{}", entry.file_name().to_string_lossy());
        let is_post = path.extension().is_some_and(|e| e == "md" || e == "markdown");
        if path.is_dir() {
            read(&path, &place, posts)?;
        } else if is_post {
            let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            let (front, body) = split(&text);
            posts.push(Post { path: place, front, body: body.to_owned() });
        }
    }
    Ok(())
}

fn config(from: &Path, name: &str, treatment: &Treatment) -> io::Result<String> {
    let own = from.join("kisah.toml");
    if own.is_file() {
        return fs::read_to_string(own);
    }
    Ok(format!(
        "title = \"{name}\"\nbase_url = \"https://{name}.example/\"\nlanguage = \"{}\"\n\n\
         [front_matter]\nunknown_keys = \"extra\"\n{}",
        treatment.language, treatment.config
    ))
}

/// What links may call a post.
struct Targets {
    /// Its slug, or the name of its file with or without the day.
    addresses: BTreeMap<String, Vec<String>>,
    /// Its title and shorter names, in lower case.
    titles: BTreeMap<String, String>,
}

impl Targets {
    fn of(posts: &[Post], by_title: &str) -> Targets {
        let mut targets = Targets { addresses: BTreeMap::new(), titles: BTreeMap::new() };
        for post in posts {
            let stem = stem(&post.path);
            let mut slugs = vec![stem.to_owned(), undated(stem).to_owned()];
            slugs.extend(post.front.texts("slug"));
            slugs.sort();
            slugs.dedup();
            for slug in slugs {
                targets.addresses.entry(slug).or_default().push(post.path.clone());
            }
        }
        // A file's name is surer than a title, and a title than other names.
        let mut add = |name: &str, path: &str| {
            let name = format!("{by_title}{}", name.to_lowercase());
            targets.titles.entry(name).or_insert_with(|| path.to_owned());
        };
        for post in posts {
            add(&stem(&post.path).replace('-', " "), &post.path);
        }
        for field in ["title", "shortname", "title-aliases"] {
            for post in posts {
                for name in post.front.texts(field) {
                    add(&name, &post.path);
                }
            }
        }
        targets
    }

    /// The post that a target means, as kisah spells it.
    fn find(&self, url: &str) -> Option<String> {
        let url = url.trim();
        // `{{< ref "name.md" >}}`, `{{ site.url }}/name/`
        let url = match url.strip_prefix("{{").and_then(|call| call.split_once("}}")) {
            Some((call, "")) => call.split('"').nth(1)?,
            Some((_, path)) => path,
            None => url,
        };
        if let Some(path) = self.titles.get(&url.to_lowercase()) {
            return Some(spelt(path));
        }
        let path = url.split(['#', '?']).next().unwrap_or(url).trim_end_matches('/');
        let last = path.rsplit('/').next().unwrap_or(path);
        let known = self.addresses.get(last).or_else(|| self.addresses.get(stem(last)))?;
        // Of several with one slug, the one whose day is in the address.
        let day = |post: &str| {
            let name = post.rsplit('/').next().unwrap_or(post);
            name.get(..10).is_some_and(|day| path.contains(&day.replace('-', "/")))
        };
        let found = known.iter().find(|post| day(post)).or_else(|| known.first())?;
        Some(spelt(found))
    }
}

impl Treatment {
    fn apply(&self, post: &mut Post, targets: &Targets) {
        let defined: BTreeMap<String, String> =
            links::definitions(&post.body).into_iter().collect();
        let body = links::resolve_references(&post.body, |name| {
            let url = defined.get(name).map_or(name, String::as_str);
            // A name alone is no address: `[the thing][taproot]` may be defined elsewhere.
            let is_known = defined.contains_key(name) || name.starts_with(self.by_title);
            is_known.then(|| targets.find(url)).flatten()
        });
        post.body = links::retarget(&body, |url| targets.find(url));
        let also = read_on(&post.front, targets);
        if !also.is_empty() {
            let _ = write!(post.body, "\n\n{READ_ON}\n\n{also}");
        }
        for (from, to) in self.rename {
            post.front.rename(from, to);
        }
        for field in self.hyphens {
            post.front.hyphenate(field);
        }
        post.front.retain(|name| {
            let is_kept = self.keep.is_empty() || self.keep.contains(&name);
            is_kept && !NEVER.contains(&name)
        });
    }
}

/// The posts that the front matter recommends, as a list of links.
fn read_on(front: &Front, targets: &Targets) -> String {
    let mut list = String::new();
    let value = front.value(SEE_ALSO);
    for entry in value.iter().filter_map(|value| value.as_array()).flatten() {
        let field = |name: &str| entry.get(name).and_then(|value| value.as_str());
        let (Some(title), Some(link)) = (field("title"), field("link")) else { continue };
        if let Some(url) = targets.find(link) {
            let _ = writeln!(list, "- [{title}]({url})");
        }
    }
    list
}

fn spelt(path: &str) -> String {
    // Spaces would end the target.
    format!("@/{}", path.replace(' ', "%20"))
}

/// A file's name without its folders and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".md", ".markdown", ".html"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// A name without the day before it.
fn undated(stem: &str) -> &str {
    let is_day = |day: &str| {
        day.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 | 10 => b == b'-',
            _ => b.is_ascii_digit(),
        })
    };
    match stem.get(..11) {
        Some(day) if is_day(day) => &stem[11..],
        _ => stem,
    }
}
