//! A made-up site of any size, as two twins: one for kisah, one for Hugo.
//!
//! The same seed and number of posts give the same bytes everywhere. Words follow Zipf's law over a
//! vocabulary of 30,000 made-up words; each post is about one or two of a hundred or so topics,
//! whose words, tags and people it uses more, so that "related posts" means something. The twins'
//! Markdown differs only in how a link to another post is written.

mod post;
mod rng;
mod text;
mod words;

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::figures::mib;
use post::{Post, World};
use text::Writer;

const KISAH_FILES: [(&str, &str); 2] =
    [("kisah.toml", include_str!("kisah/kisah.toml")), ("content/posts/_index.md", SECTION)];
const SECTION: &str = "+++\ntitle = \"Posts\"\n+++\n";
const HUGO_FILES: [(&str, &str); 22] = [
    ("hugo.toml", include_str!("hugo/hugo.toml")),
    ("related-full.toml", include_str!("hugo/related-full.toml")),
    ("related-tuned.toml", include_str!("hugo/related-tuned.toml")),
    ("related-default.toml", include_str!("hugo/related-default.toml")),
    ("related-none.toml", include_str!("hugo/related-none.toml")),
    ("content/posts/_index.md", SECTION),
    ("layouts/baseof.html", include_str!("hugo/layouts/baseof.html")),
    ("layouts/home.html", include_str!("hugo/layouts/home.html")),
    ("layouts/page.html", include_str!("hugo/layouts/page.html")),
    ("layouts/section.html", include_str!("hugo/layouts/section.html")),
    ("layouts/term.html", include_str!("hugo/layouts/term.html")),
    ("layouts/taxonomy.html", include_str!("hugo/layouts/taxonomy.html")),
    ("layouts/archive/term.html", include_str!("hugo/layouts/archive/term.html")),
    ("layouts/404.html", include_str!("hugo/layouts/404.html")),
    ("layouts/list.atom.xml", include_str!("hugo/layouts/list.atom.xml")),
    ("layouts/_partials/head.html", include_str!("hugo/layouts/_partials/head.html")),
    ("layouts/_partials/header.html", include_str!("hugo/layouts/_partials/header.html")),
    ("layouts/_partials/footer.html", include_str!("hugo/layouts/_partials/footer.html")),
    ("layouts/_partials/card.html", include_str!("hugo/layouts/_partials/card.html")),
    ("layouts/_partials/terms.html", include_str!("hugo/layouts/_partials/terms.html")),
    ("layouts/_partials/pager.html", include_str!("hugo/layouts/_partials/pager.html")),
    ("static/style.css", include_str!("hugo/static/style.css")),
];

/// How the Hugo twin writes a link to another post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HugoLinks {
    /// `/posts/x/`: Hugo copies it unchecked, which is the least work for Hugo.
    #[default]
    Plain,
    /// `{{< relref "/posts/x.md" >}}`: Hugo resolves it, and refuses one that leads nowhere.
    Relref,
}

impl HugoLinks {
    /// Both, with their names on the command line.
    pub const ALL: [(&str, HugoLinks); 2] =
        [("plain", HugoLinks::Plain), ("relref", HugoLinks::Relref)];
}

/// Where the twins go; a twin without a folder is not written.
#[derive(Clone, Debug, Default)]
pub struct Twins {
    pub kisah: Option<PathBuf>,
    pub hugo: Option<PathBuf>,
    pub hugo_links: HugoLinks,
}

/// What was written.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    pub posts: usize,
    pub people: usize,
    pub tags: usize,
    pub categories: usize,
    /// Words in all texts.
    pub words: usize,
    /// Bytes of Markdown, without front matter, of the kisah twin.
    pub bytes: usize,
}

impl Summary {
    /// What a reader must know about the site to judge the figures.
    pub fn line(&self) -> String {
        format!(
            "{} posts of {} words on average ({:.1} MiB of Markdown), {} tags, {} people, \
             {} categories",
            self.posts,
            self.words / self.posts,
            mib(self.bytes as u64),
            self.tags,
            self.people,
            self.categories,
        )
    }
}

/// Writes the twin sites of `posts` posts.
pub fn write(seed: u64, posts: usize, twins: &Twins) -> io::Result<Summary> {
    let world = World::new(seed, posts);
    for (root, files) in
        [(&twins.kisah, KISAH_FILES.as_slice()), (&twins.hugo, HUGO_FILES.as_slice())]
    {
        if let Some(root) = root {
            for (path, text) in files {
                put(&root.join(path), text)?;
            }
        }
    }
    let mut summary = Summary {
        posts,
        people: world.people.len(),
        tags: world.tags.len(),
        categories: world.categories.len(),
        words: 0,
        bytes: 0,
    };
    for index in 0..posts {
        let (words, bytes) = write_post(&world, seed, index, twins)?;
        summary.words += words;
        summary.bytes += bytes;
    }
    Ok(summary)
}

fn write_post(world: &World, seed: u64, index: usize, twins: &Twins) -> io::Result<(usize, usize)> {
    let post = &world.posts[index];
    let mut writer = Writer::new(world, seed, index);
    let front = front_matter(world, post, &writer.description());
    let (body, words) = writer.body();
    let path = format!("content/posts/{}.md", post.slug);
    if let Some(root) = &twins.kisah {
        put(&root.join(&path), &format!("+++\n{front}+++\n\n{body}"))?;
    }
    if let Some(root) = &twins.hugo {
        let only = hugo_front_matter(world, post);
        let body = hugo_body(&body, twins.hugo_links);
        put(&root.join(&path), &format!("+++\n{front}{only}+++\n\n{body}"))?;
    }
    Ok((words, body.len()))
}

/// The keys that both programs know.
fn front_matter(world: &World, post: &Post, description: &str) -> String {
    let category = &world.categories[post.category];
    let mut front = format!("title = \"{}\"\ndate = {}\n", post.title, post.date);
    let _ = writeln!(front, "description = \"{description}\"");
    let _ = writeln!(front, "tags = {}", list(&world.tags, &post.tags));
    let _ = writeln!(front, "people = {}", list(&world.people, &post.people));
    let _ = writeln!(front, "categories = [\"{category}\"]");
    front
}

/// What Hugo also needs: keywords, since its related posts do not read the text, and the year,
/// since its usual archive by year is a taxonomy.
fn hugo_front_matter(world: &World, post: &Post) -> String {
    let year = &post.date[..4];
    let keywords = list(&world.words, &post.keywords);
    format!("keywords = {keywords}\narchive = [\"{year}\"]\n")
}

/// The same text with Hugo's links.
fn hugo_body(body: &str, links: HugoLinks) -> String {
    let mut pieces = body.split("](@/posts/");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (slug, rest) = piece.split_once(".md)").unwrap_or((piece, ""));
        let _ = match links {
            HugoLinks::Plain => write!(out, "](/posts/{slug}/){rest}"),
            HugoLinks::Relref => {
                write!(out, "]({{{{< relref \"/posts/{slug}.md\" >}}}}){rest}")
            }
        };
    }
    out
}

fn list(names: &[String], chosen: &[usize]) -> String {
    let names: Vec<String> = chosen.iter().map(|&index| format!("\"{}\"", names[index])).collect();
    format!("[{}]", names.join(", "))
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    let context = |error: io::Error| {
        io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
    };
    match fs::write(path, text) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(path)).map_err(context)?;
            fs::write(path, text).map_err(context)
        }
        other => other.map_err(context),
    }
}
