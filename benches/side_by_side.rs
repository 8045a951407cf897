//! kisah beside Hugo and beside `cp -r`, on the same made-up site: time, memory, files.
//!
//! `cargo bench --bench side_by_side -- --help` says how to run it, `benches/README.md` what the
//! figures mean. Tables go to stdout as Markdown, progress to stderr. No figure is a failure.

mod corpus;
mod measure;
mod options;
mod report;
mod tools;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use corpus::{Summary, Twins};
use measure::{Meter, remove};
use options::{HELP, Options};
use report::Series;
use tools::Tool;

fn main() -> ExitCode {
    // `cargo test --all-targets` runs benchmarks too, without `--bench`.
    if env::args().len() == 1 {
        eprint!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let options = match Options::parse(env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}; see --help");
            return ExitCode::from(2);
        }
    };
    if options.help {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match Bench::new(options).and_then(|bench| bench.all()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Who takes part in a round.
enum Contestant<'a> {
    Kisah(&'a Tool),
    /// With the name of a setting for related posts.
    Hugo(&'a Tool, &'a str),
    /// A copy of the output of the one so named.
    Copy(&'static str),
}

/// The programs, the folder to work in, and what was asked.
struct Bench {
    options: Options,
    folder: PathBuf,
    meter: Meter,
    /// Of the machine, before anything was started.
    load: Option<f64>,
    kisah: Option<Tool>,
    hugo: Option<Tool>,
}

impl Bench {
    fn new(options: Options) -> io::Result<Bench> {
        let folder = options.dir.clone().unwrap_or_else(default_folder);
        claim(&folder)?;
        let kisah = tools::kisah(options.kisah.as_deref());
        let hugo = tools::hugo(options.hugo.as_deref());
        let load = measure::load();
        if load.is_some_and(|load| load > 0.5) {
            eprintln!(
                "warning: the machine was busy in the last minute; if it still is, times are too long"
            );
        }
        Ok(Bench {
            load,
            meter: Meter::new(&folder.join("meter"))?,
            kisah: found("kisah", kisah),
            hugo: found("Hugo", hugo),
            folder,
            options,
        })
    }

    /// Does what was asked, and cleans up, whether it went well or not.
    fn all(&self) -> io::Result<()> {
        let result = if self.options.corpus {
            self.twins(self.options.posts).map(drop)
        } else if self.options.sizes.is_empty() {
            self.side_by_side()
        } else {
            self.scaling()
        };
        if self.options.keep || self.options.corpus {
            eprintln!("kept: {}", self.folder.display());
            return result;
        }
        result.and(remove(&self.folder))
    }

    fn site(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-site"))
    }

    fn output(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-output"))
    }

    /// An empty folder for one run to write to.
    fn fresh_output(&self, name: &str) -> io::Result<PathBuf> {
        let output = self.output(name);
        remove(&output)?;
        fs::create_dir_all(&output)?;
        Ok(output)
    }

    fn twins(&self, posts: usize) -> io::Result<Summary> {
        self.write_sites(posts, true)
    }

    fn write_sites(&self, posts: usize, both: bool) -> io::Result<Summary> {
        eprint!("writing a site of {posts} posts … ");
        let start = Instant::now();
        let twins = Twins {
            kisah: Some(self.site("kisah")),
            hugo: both.then(|| self.site("hugo")),
            hugo_links: self.options.hugo_links,
        };
        let summary = corpus::write(self.options.seed, posts, &twins)?;
        eprintln!("{:.1} s", start.elapsed().as_secs_f64());
        Ok(summary)
    }

    fn side_by_side(&self) -> io::Result<()> {
        let mut contestants = self.contestants()?;
        let summary = self.twins(self.options.posts)?;
        for run in 1..=self.options.runs {
            eprintln!("run {run} of {}", self.options.runs);
            for (what, series) in &mut contestants {
                self.run(what, series)?;
            }
        }
        print!("{}", self.setting(Some(&summary)));
        let all: Vec<&Series> = contestants.iter().map(|(_, series)| series).collect();
        println!("{}", report::side_by_side(&all));
        Ok(())
    }

    /// Who runs, in this order in each round; a copy comes after what it copies.
    fn contestants(&self) -> io::Result<Vec<(Contestant<'_>, Series)>> {
        let mut all = Vec::new();
        if let Some(tool) = &self.kisah {
            all.push((Contestant::Kisah(tool), Series::new(&tool.name)));
        }
        if let Some(tool) = &self.hugo {
            for related in &self.options.hugo_related {
                let name = format!("{}, related: {related}", tool.name);
                all.push((Contestant::Hugo(tool, related), Series::new(&name)));
            }
        }
        let copied = match (&self.kisah, all.last()) {
            (Some(tool), _) => ("kisah", &tool.name),
            (None, Some((_, series))) => ("hugo", &series.name),
            (None, None) => {
                return Err(io::Error::other("neither kisah nor Hugo to measure"));
            }
        };
        let series = Series::new(&format!("`cp -r` of the output of {}", copied.1));
        all.push((Contestant::Copy(copied.0), series));
        Ok(all)
    }

    fn run(&self, what: &Contestant, series: &mut Series) -> io::Result<()> {
        match what {
            Contestant::Kisah(tool) => self.run_kisah(tool, series),
            Contestant::Hugo(tool, related) => self.run_hugo(tool, related, series),
            Contestant::Copy(from) => {
                let output = self.fresh_output("copy")?;
                let job = tools::copy_job(&self.output(from), &output);
                self.record(series, &job, &output)
            }
        }
    }

    fn scaling(&self) -> io::Result<()> {
        let Some(tool) = &self.kisah else {
            return Err(io::Error::other("no kisah to measure"));
        };
        let mut rows = Vec::new();
        for &posts in &self.options.sizes {
            remove(&self.site("kisah"))?;
            self.write_sites(posts, false)?;
            let mut series = Series::new(&tool.name);
            for run in 1..=self.options.runs {
                eprintln!("run {run} of {}", self.options.runs);
                self.run_kisah(tool, &mut series)?;
            }
            rows.push((posts, series));
        }
        print!("{}", self.setting(None));
        println!("{}", report::scaling(&rows));
        Ok(())
    }

    /// A build from nothing: no output, and nothing remembered of the last build.
    fn run_kisah(&self, tool: &Tool, series: &mut Series) -> io::Result<()> {
        let site = self.site("kisah");
        let output = self.fresh_output("kisah")?;
        remove(&site.join(".kisah"))?;
        let job = tools::kisah_job(tool, &site, &output);
        self.record(series, &job, &output)
    }

    /// A build from nothing: no output, no cache, no processed resources.
    fn run_hugo(&self, tool: &Tool, related: &str, series: &mut Series) -> io::Result<()> {
        let site = self.site("hugo");
        let output = self.fresh_output("hugo")?;
        let cache = self.folder.join("hugo-cache");
        remove(&cache)?;
        fs::create_dir_all(&cache)?;
        remove(&site.join("resources"))?;
        let job = tools::hugo_job(tool, &site, related, &output, &cache);
        self.record(series, &job, &output)
    }

    fn record(&self, series: &mut Series, job: &measure::Job, output: &Path) -> io::Result<()> {
        let run = self.meter.run(job)?;
        let said = self.meter.last_line();
        eprintln!("  {:.3} s  {}  {said}", run.wall.as_secs_f64(), series.name);
        series.runs.push(run);
        series.made = measure::tree(output)?;
        Ok(())
    }

    /// What a reader must know to judge the figures.
    fn setting(&self, summary: Option<&Summary>) -> String {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let mut lines = vec![
            format!("runs of each, in turn: {}; cores: {cores}", self.options.runs),
            format!("folder: {}", self.folder.display()),
            format!("memory: {}", self.meter.method()),
            self.load.map_or("load: unknown".to_owned(), |load| {
                format!("load before the first run: {load} (above 0.5, other work may have slowed the runs)")
            }),
            format!("seed {}", self.options.seed),
        ];
        if let Some(sum) = summary {
            lines.push(format!(
                "{} posts of {} words on average ({:.1} MiB of Markdown), {} tags, {} people, \
                 {} categories; Hugo's links: {:?}",
                sum.posts,
                sum.words / sum.posts,
                report::mib(sum.bytes as u64),
                sum.tags,
                sum.people,
                sum.categories,
                self.options.hugo_links,
            ));
        }
        format!("- {}\n\n", lines.join("\n- "))
    }
}

fn found(name: &str, tool: Result<Tool, String>) -> Option<Tool> {
    match tool {
        Ok(tool) => {
            eprintln!("{}: {}", tool.name, tool.path.display());
            Some(tool)
        }
        Err(error) => {
            eprintln!("{name} is not measured: {error}");
            None
        }
    }
}

/// In memory if possible, so that the disk is not what is measured.
fn default_folder() -> PathBuf {
    let shared = PathBuf::from("/dev/shm");
    let parent = if shared.is_dir() { shared } else { env::temp_dir() };
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_millis());
    parent.join(format!("kisah-bench-{}-{now}", process::id()))
}

/// Makes the folder; one that holds anything is refused, since it is removed at the end.
fn claim(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
    if fs::read_dir(folder)?.next().is_some() {
        return Err(io::Error::other(format!(
            "{} is not empty; give a new folder",
            folder.display()
        )));
    }
    Ok(())
}
