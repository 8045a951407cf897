//! Runs targets over their seeds and variations of them, without any other program.
//!
//!     replay [--seconds N | --changes N] [--seed N] [TARGET | FILE]…
//!     replay --write-seeds
//!
//! Without a target, runs all of them. A file, such as one that libFuzzer left in
//! `artifacts/TARGET`, is run alone. The first input that breaks a law is made smaller, written to
//! `artifacts/TARGET/`, and ends the program with 1; one that takes too long ends it with 2. If the
//! program dies, the input is in `artifacts/TARGET/last`.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kisah_fuzz::mutate::{Random, mutated, shrunk};
use kisah_fuzz::{TARGETS, Target, corpus};

/// How long an input may take, even on a machine that is busy with other work.
const TOO_LONG: Duration = Duration::from_secs(60);

/// How many smaller inputs are tried at most.
const MOST_TRIES: usize = 2000;

struct Options {
    limit: Limit,
    seed: u64,
    targets: Vec<Target>,
    files: Vec<(Target, PathBuf)>,
    write_seeds: bool,
}

#[derive(Clone, Copy)]
enum Limit {
    Time(Duration),
    Changes(u64),
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\nreplay [--seconds N | --changes N] [--seed N] [TARGET | FILE]…");
            return ExitCode::from(64);
        }
    };
    if options.write_seeds {
        write_seeds();
        return ExitCode::SUCCESS;
    }
    for (target, file) in &options.files {
        match fs::read(file) {
            Ok(bytes) => (target.run)(&bytes),
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                return ExitCode::from(64);
            }
        }
    }
    let watch = Watch::start();
    for target in &options.targets {
        if let Err(file) = replay(target, &options, &watch) {
            eprintln!("{} is broken by {}", target.name, file.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let (mut limit, mut seed) = (Limit::Changes(0), 1);
    let (mut targets, mut files, mut write_seeds) = (Vec::new(), Vec::new(), false);
    while let Some(arg) = args.next() {
        let mut number = || {
            let value = args.next().and_then(|value| value.parse::<u64>().ok());
            value.ok_or_else(|| format!("{arg} needs a number"))
        };
        match arg.as_str() {
            "--seconds" => limit = Limit::Time(Duration::from_secs(number()?)),
            "--changes" => limit = Limit::Changes(number()?),
            "--seed" => seed = number()?,
            "--write-seeds" => write_seeds = true,
            name => match TARGETS.iter().find(|target| target.name == name) {
                Some(target) => targets.push(*target),
                None => files.push((of_file(Path::new(name))?, PathBuf::from(name))),
            },
        }
    }
    if targets.is_empty() && files.is_empty() {
        targets.extend(TARGETS);
    }
    Ok(Options { limit, seed, targets, files, write_seeds })
}

/// The target that a file in `artifacts/TARGET` or `seeds/TARGET` is for.
fn of_file(path: &Path) -> Result<Target, String> {
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let target = TARGETS.iter().find(|target| Some(target.name) == folder);
    target.copied().ok_or_else(|| format!("{} is no target, nor a file of one", path.display()))
}

/// Runs one target; the error is the file with the input that breaks it.
fn replay(target: &Target, options: &Options, watch: &Watch) -> Result<(), PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let artifacts = home.join("artifacts").join(target.name);
    fs::create_dir_all(&artifacts).expect("a folder for what is found");
    let last = artifacts.join("last");
    let holds = |bytes: &[u8]| {
        fs::write(&last, bytes).expect("room for one input");
        let _running = watch.begin();
        catch_unwind(|| (target.run)(bytes)).is_ok()
    };
    // Seeds written for the target are always run, the others while there is time.
    let mut seeds = corpus::seeds(target.name);
    let own = seeds.len();
    seeds.extend(corpus::cases(target.name));
    let start = Instant::now();
    let mut random = Random::new(options.seed);
    let (mut runs, mut changes) = (0, 0);
    loop {
        let is_over = match options.limit {
            Limit::Time(time) => start.elapsed() >= time,
            Limit::Changes(most) => runs >= seeds.len() && changes >= most,
        };
        if is_over && runs >= own {
            break;
        }
        let input = if let Some(seed) = seeds.get(runs) {
            runs += 1;
            seed.clone()
        } else {
            changes += 1;
            let from = &seeds[random.below(seeds.len())];
            mutated(&mut random, from, &seeds, target.words)
        };
        if !holds(&input) {
            // Each try would print its panic.
            std::panic::set_hook(Box::new(|_| {}));
            let small = shrunk(&input, MOST_TRIES, |less| !holds(less));
            let mut hasher = DefaultHasher::new();
            small.hash(&mut hasher);
            let file = artifacts.join(format!("replay-{:016x}", hasher.finish()));
            fs::write(&file, &small).expect("room for one input");
            eprintln!("{}", small.escape_ascii());
            return Err(file);
        }
    }
    let _ = fs::remove_file(last);
    let time = start.elapsed().as_secs_f64();
    println!("{:12} {runs:4} seeds, {changes:6} changes, {time:.1} s", target.name);
    Ok(())
}

/// Writes all seeds to `corpus/TARGET`, where libFuzzer looks for them.
fn write_seeds() {
    for target in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
        fs::create_dir_all(&folder).expect("a folder");
        let seeds = [corpus::seeds(target.name), corpus::cases(target.name)].concat();
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed).expect("a seed");
        }
    }
}

/// Ends the program if an input takes too long.
struct Watch {
    /// When the current input began, in milliseconds since `start`; 0 if there is none.
    since: Arc<AtomicU64>,
    start: Instant,
}

impl Watch {
    fn start() -> Self {
        let (since, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
        let watched = Arc::clone(&since);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(500));
                let since = watched.load(Ordering::Relaxed);
                if since > 0 && start.elapsed() > Duration::from_millis(since) + TOO_LONG {
                    eprintln!("an input takes too long: see `last` in `artifacts`");
                    std::process::exit(2);
                }
            }
        });
        Watch { since, start }
    }

    fn begin(&self) -> Running<'_> {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since.store(now.max(1), Ordering::Relaxed);
        Running(&self.since)
    }
}

struct Running<'a>(&'a AtomicU64);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}
