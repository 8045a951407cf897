//! kisah beside Hugo and beside `cp -r`, on the same made-up site: time, memory, files.
//!
//! `cargo bench --bench side_by_side -- --help` says how to run it, `benches/README.md` what the
//! figures mean. Tables go to stdout as Markdown, progress to stderr. No figure is a failure.

mod arguments;
mod corpus;
mod figures;
mod folder;
mod job;
mod kernel;
mod measure;
mod options;
mod report;
mod tools;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use corpus::{Summary, Twins};
use folder::{claim, default_folder, remove};
use job::Job;
use measure::Meter;
use options::{HELP, Options};
use report::Series;
use tools::{Tool, found};

fn main() -> ExitCode {
    arguments::run(HELP, Options::parse, |options| Bench::new(options)?.all())
}

/// A contestant in a round.
enum Contestant<'a> {
    Kisah(&'a Tool),
    /// Hugo, with the name of a setting for related posts.
    Hugo(&'a Tool, &'a str),
    /// A copy of the output of the contestant with this name.
    Copy(&'static str),
}

/// The programs, the folder to work in, and what was asked.
struct Bench {
    options: Options,
    folder: PathBuf,
    meter: Meter,
    /// Load of the machine before anything was started.
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
        Ok(Bench {
            load: kernel::load(),
            meter: Meter::new(&folder.join("meter"))?,
            kisah: found("kisah", kisah),
            hugo: found("Hugo", hugo),
            folder,
            options,
        })
    }

    /// Does what was asked, and cleans up, whether or not it went well.
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
                // A plain copy of a finished site: the least that writing it can take.
                let from = self.output(from).join(".");
                let job = Job::new("cp").arg("-r").arg(from).arg(&output);
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

    /// A build from nothing: no output, and no memo of the last build.
    fn run_kisah(&self, tool: &Tool, series: &mut Series) -> io::Result<()> {
        let site = self.site("kisah");
        let output = self.fresh_output("kisah")?;
        remove(&site.join(".kisah"))?;
        let job = tools::kisah_job(tool, "build", &site).with("--output-dir", &output);
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
        let job = tools::hugo_job(tool, "build", &site, related, &cache);
        let job = job.with("--destination", &output).arg("--quiet");
        self.record(series, &job, &output)
    }

    fn record(&self, series: &mut Series, job: &Job, output: &Path) -> io::Result<()> {
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
            kernel::load_line(self.load),
            format!("seed {}", self.options.seed),
        ];
        if let Some(sum) = summary {
            lines.push(format!("{}; Hugo's links: {:?}", sum.line(), self.options.hugo_links));
        }
        format!("- {}\n\n", lines.join("\n- "))
    }
}
