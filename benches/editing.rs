//! Measures how soon after a save the writer sees it: `kisah serve --watch` beside `hugo server`.
//!
//! `cargo bench --bench editing -- --help` says how to run it, `benches/README.md` what the figures
//! mean. Tables go to stdout as Markdown, progress to stderr. It fails if an edit is never shown.

mod arguments;
#[path = "../tests/suite/serve/client.rs"]
mod client;
mod corpus;
mod figures;
mod folder;
mod job;
mod kernel;
#[path = "editing/options.rs"]
mod options;
mod reload;
#[path = "editing/report.rs"]
mod report;
#[path = "editing/server.rs"]
mod server;
mod tools;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use client::{Events, ask};
use corpus::{Summary, Twins};
use folder::{claim, default_folder, remove};
use job::Job;
use options::{HELP, Options};
use report::{Edit, Series, time};
use server::Server;
use tools::{Tool, found};

/// How long an edit may take to be shown.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a server may take to start, or to finish the whole site after an edit.
const LONG_PATIENCE: Duration = Duration::from_secs(20 * 60);

/// How many posts a page of a list has.
const LISTED: usize = 20;

/// Time between two looks at a page.
const POLL: Duration = Duration::from_millis(5);

/// Least time between two edits: writers are not faster.
const PAUSE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    arguments::run(HELP, Options::parse, |options| Bench::new(options)?.all())
}

/// A server to measure.
enum Program<'a> {
    Kisah(&'a Tool),
    /// Hugo, with the name of a setting for related posts.
    Hugo(&'a Tool, &'static str),
}

impl Program<'_> {
    fn name(&self) -> String {
        match self {
            Program::Kisah(tool) => tool.name.clone(),
            Program::Hugo(tool, related) => format!("{}, related: {related}", tool.name),
        }
    }

    /// The twin that it serves.
    fn site(&self) -> &'static str {
        match self {
            Program::Kisah(_) => "kisah-site",
            Program::Hugo(..) => "hugo-site",
        }
    }

    /// The command, with the program's own defaults for everything optional.
    fn job(&self, site: &Path, cache: &Path, port: u16) -> Job {
        let job = match self {
            Program::Kisah(tool) => tools::kisah_job(tool, "serve", site).arg("--watch"),
            Program::Hugo(tool, related) => {
                tools::hugo_job(tool, "server", site, related, cache).with("--bind", "127.0.0.1")
            }
        };
        job.with("--port", port.to_string())
    }

    /// Whether a line says that pages can be requested.
    fn is_served(&self) -> fn(&str) -> bool {
        match self {
            Program::Kisah(_) => |line| line.starts_with("serving and watching: "),
            Program::Hugo(..) => |line| line.starts_with("Web Server is available at "),
        }
    }

    /// Whether a line says that there is nothing more to do, at the start and after an edit.
    fn is_settled(&self) -> fn(&str) -> bool {
        match self {
            Program::Kisah(_) => |line| line.starts_with("  ") && line.contains(" rendered; "),
            Program::Hugo(..) => {
                |line| line.starts_with("Built in ") || line.starts_with("Total in ")
            }
        }
    }
}

/// The programs, the folder to work in, and what was asked.
struct Bench {
    options: Options,
    folder: PathBuf,
    /// Load of the machine before anything was started.
    load: Option<f64>,
    kisah: Option<Tool>,
    hugo: Option<Tool>,
}

impl Bench {
    fn new(options: Options) -> io::Result<Bench> {
        let folder = options.dir.clone().unwrap_or_else(default_folder);
        claim(&folder)?;
        let kisah = found("kisah", tools::kisah(options.kisah.as_deref()));
        let hugo = if options.no_hugo {
            None
        } else {
            found("Hugo", tools::hugo(options.hugo.as_deref()))
        };
        Ok(Bench { load: kernel::load(), kisah, hugo, folder, options })
    }

    /// Measures each size, and cleans up, whether or not it went well.
    fn all(&self) -> io::Result<()> {
        let mut sizes = self.options.posts.iter();
        let result = sizes.try_for_each(|&posts| self.size(posts));
        result.and(remove(&self.folder))
    }

    fn programs(&self) -> io::Result<Vec<Program<'_>>> {
        let mut all: Vec<_> = self.kisah.iter().map(Program::Kisah).collect();
        if let Some(tool) = &self.hugo {
            let related = self.options.hugo_related.iter();
            all.extend(related.map(|related| Program::Hugo(tool, related)));
        }
        if all.is_empty() {
            return Err(io::Error::other("neither kisah nor Hugo to measure"));
        }
        Ok(all)
    }

    fn size(&self, posts: usize) -> io::Result<()> {
        let programs = self.programs()?;
        remove(&self.folder)?;
        eprintln!("writing a site of {posts} posts");
        let twins = Twins {
            kisah: self.kisah.is_some().then(|| self.folder.join("kisah-site")),
            hugo: self.hugo.is_some().then(|| self.folder.join("hugo-site")),
            hugo_links: self.options.hugo_links,
        };
        let summary = corpus::write(self.options.seed, posts, &twins)?;
        let mut all = Vec::new();
        for program in &programs {
            let name = program.name();
            let series = self.serve(program);
            all.push(series.map_err(|error| io::Error::other(format!("{name}: {error}")))?);
        }
        println!("{}\n{}", self.setting(&summary), report::table(posts, &all));
        Ok(())
    }

    /// Starts a server from nothing, edits posts, and leaves them as they were.
    fn serve(&self, program: &Program) -> io::Result<Series> {
        let site = self.folder.join(program.site());
        let cache = self.folder.join("hugo-cache");
        for made in [&cache, &site.join("public"), &site.join("resources")] {
            remove(made)?;
        }
        fs::create_dir_all(&cache)?;
        let port = server::free_port()?;
        let name = program.name();
        eprintln!("starting {name}");
        let mut server = Server::start(&program.job(&site, &cache, port), port)?;
        let kinds = [program.is_served(), program.is_settled()];
        let [served, settled] = server.wait_for(kinds, LONG_PATIENCE)?;
        // Hugo says so before it listens.
        let settled = settled.max(served).duration_since(server.started());
        let served = served.duration_since(server.started());
        eprintln!("  answers after {}, settled after {}", time(served), time(settled));
        let times = self.options.times;
        let mut before = Vec::new();
        let mut try_all = |posts: Vec<PathBuf>, kind: Kind| -> io::Result<Vec<Edit>> {
            let mut edits = Vec::new();
            for (n, post) in posts.into_iter().enumerate() {
                let change = Change::new(post, kind, n)?;
                edits.push(edit(&mut server, program, &change, n)?);
                before.push((change.post, change.before));
            }
            Ok(edits)
        };
        let edits = try_all(some_posts(&site, times)?, Kind::Body)?;
        let titles = try_all(latest_posts(&site, times.min(LISTED))?, Kind::Title)?;
        thread::sleep(PAUSE);
        let [resident_kib, peak_kib] =
            ["VmRSS", "VmHWM"].map(|size| kernel::kib(server.pid(), size));
        drop(server);
        // The same twin may be served again, with another setting. A post may have been edited
        // twice.
        for (post, text) in before.into_iter().rev() {
            fs::write(post, text)?;
        }
        Ok(Series { name, served, settled, edits, titles, resident_kib, peak_kib })
    }

    /// What a reader must know to judge the figures.
    fn setting(&self, summary: &Summary) -> String {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let lines = [
            format!("edits: {}; cores: {cores}", self.options.times),
            format!("folder: {}", self.folder.display()),
            kernel::load_line(self.load),
            format!("seed {}", self.options.seed),
            format!("{}; Hugo's links: {:?}", summary.line(), self.options.hugo_links),
        ];
        format!("- {}\n", lines.join("\n- "))
    }
}

#[derive(Clone, Copy)]
enum Kind {
    /// One more paragraph, which must appear on the post's own page.
    Body,
    /// A new title, which must appear on the first page of the list of all posts.
    Title,
}

/// An edit to try.
struct Change {
    post: PathBuf,
    before: String,
    after: String,
    /// New words, which no page contained.
    words: String,
    /// The page that must show them.
    page: String,
}

impl Change {
    fn new(post: PathBuf, kind: Kind, n: usize) -> io::Result<Change> {
        let before = fs::read_to_string(&post)?;
        let (after, words, page) = match kind {
            Kind::Body => {
                let words = format!("edit{n}words");
                let name = post.file_stem().unwrap_or_default().to_string_lossy();
                (
                    format!("{before}{}", paragraph(&before, &words)),
                    words,
                    format!("/posts/{name}/"),
                )
            }
            Kind::Title => {
                let words = format!("edit{n}title");
                let key = "title = \"";
                (before.replacen(key, &format!("{key}{words} "), 1), words, "/posts/".to_owned())
            }
        };
        Ok(Change { post, before, after, words, page })
    }
}

/// All posts, in the order of their names.
fn posts(site: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(site.join("content/posts"))?;
    let mut posts: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    posts.retain(|post| !post.ends_with("_index.md"));
    posts.sort_unstable();
    Ok(posts)
}

/// Posts to edit, evenly spread over the sorted names.
fn some_posts(site: &Path, count: usize) -> io::Result<Vec<PathBuf>> {
    let posts = posts(site)?;
    Ok((0..count).map(|n| posts[n * posts.len() / count].clone()).collect())
}

/// The latest posts: those at the top of the list.
fn latest_posts(site: &Path, count: usize) -> io::Result<Vec<PathBuf>> {
    let mut dated = Vec::new();
    for post in posts(site)? {
        let text = fs::read_to_string(&post)?;
        let date = text.lines().find(|line| line.starts_with("date = "));
        dated.push((date.unwrap_or_default().to_owned(), post));
    }
    dated.sort_unstable_by(|a, b| b.cmp(a));
    Ok(dated.into_iter().take(count).map(|(_, post)| post).collect())
}

/// Views a page as a writer does, saves a post, and waits until the page shows it.
fn edit(server: &mut Server, program: &Program, change: &Change, n: usize) -> io::Result<Edit> {
    let Change { post, after, words, page, .. } = change;
    let address = server.address();
    let events = match program {
        Program::Kisah(_) => Some(reload::open(address, page)),
        Program::Hugo(..) => {
            ask(address, "GET", page, &[]);
            None
        }
    };
    thread::sleep(pause(n));
    server.forget_lines();
    let start = Instant::now();
    fs::write(post, after)?;
    let (shown, told) = thread::scope(|scope| {
        let told = events.map(|events| scope.spawn(move || first_reload(&events)));
        let shown = scope.spawn(|| first_showing(address, page, words));
        // The client panics if it gets no answer, which is as bad as one that never comes.
        (shown.join().unwrap_or_default(), told.map(|told| told.join().unwrap_or_default()))
    });
    let shown = shown.ok_or_else(|| never("shows", page))?.duration_since(start);
    let told = match told {
        Some(told) => {
            Some(told.ok_or_else(|| never("tells the browser of", page))?.duration_since(start))
        }
        None => None,
    };
    let [settled] = server.wait_for([program.is_settled()], LONG_PATIENCE)?;
    let settled = settled.duration_since(start);
    let told_text = told.map_or(String::new(), |told| format!(", told after {}", time(told)));
    eprintln!("  shown after {}{told_text}, settled after {}", time(shown), time(settled));
    Ok(Edit { shown, told, settled })
}

fn never(what: &str, page: &str) -> io::Error {
    io::Error::other(format!("it never {what} the edit on {page}, in {} s", PATIENCE.as_secs()))
}

/// How long to wait before an edit. It varies, since a server may look for changes on a timer of
/// its own (Hugo's is half a second), and edits would always fall at the same moment of it.
fn pause(n: usize) -> Duration {
    // Steps of the golden section of that half second.
    PAUSE + Duration::from_millis(n as u64 * 309 % 500)
}

/// A paragraph of words that the post already has, and one that no page has.
fn paragraph(text: &str, new: &str) -> String {
    let body = text.splitn(3, "+++").last().unwrap_or_default();
    let is_plain = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let words: Vec<&str> = body.split_whitespace().filter(is_plain).take(40).collect();
    format!("\n\n{} {new}.\n", words.join(" "))
}

/// When the page is told to reload.
fn first_reload(events: &Events) -> Option<Instant> {
    loop {
        let (name, _) = events.next_within(PATIENCE)?;
        if name == "reload" {
            return Some(Instant::now());
        }
    }
}

/// When the page contains the new words.
fn first_showing(address: SocketAddr, page: &str, words: &str) -> Option<Instant> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if ask(address, "GET", page, &[]).text().contains(words) {
            return Some(Instant::now());
        }
        thread::sleep(POLL);
    }
    None
}
