//! Measures how long it takes to find N mistakes, of each kind that once took time in N².
//!
//!     cargo bench --bench mistakes -- [--sizes 5000,10000,…] [--runs 3] [--only PART] [--kisah PATH]
//!
//! It writes a site for each kind and size, runs `kisah check` on it, and prints the processor time
//! as a Markdown table on stdout, the lowest of the runs: other work on the machine can only add to
//! it. If the time is proportional to the number of mistakes, a row grows in step with its heading.
//! Needs GNU `time`.

mod folder;

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// The files of a site: path and text.
type Site = Vec<(String, String)>;

/// The name of what is made N times, and the site that contains it.
type Kind = (&'static str, fn(usize) -> Site);

const KINDS: [Kind; 22] = [
    ("nothing wrong: N paragraphs", |n| page("", &lines(n, |i| format!("Paragraph {i}.\n\n")))),
    ("links to files that are not there", |n| {
        page("", &lines(n, |i| format!("[x](@/gone/p{i}.md)\n")))
    }),
    ("the same on one line", |n| page("", &lines(n, |i| format!("[x](@/gone/p{i}.md) ")))),
    ("links to addresses that are not there", |n| {
        page("", &lines(n, |i| format!("[x](/gone/p{i}/)\n")))
    }),
    ("pictures that are not there", |n| page("", &lines(n, |i| format!("![x](/gone/{i}.jpg)\n")))),
    ("anchors that are not there", |n| page("", &lines(n, |i| format!("[x](#gone-{i})\n")))),
    ("anchors, on a page with as many headings", |n| {
        page("", &lines(n, |i| format!("## Part {i}\n\n[x](#prat-{i})\n\n")))
    }),
    ("calls of components that are not closed", |n| {
        let mut site = page("", &lines(n, |_| "{% <quote> %}\n\n".to_owned()));
        site.push(("kisah.toml".to_owned(), "[markdown]\ncomponents = true\n".to_owned()));
        site
    }),
    ("unknown keys", |n| page(&toml(n, |i| format!("key{i} = 1\n")), "")),
    ("keys that stand twice, TOML", |n| {
        page(&toml(n, |i| format!("key{i} = 1\nkey{i} = 2\n")), "")
    }),
    ("one key again and again, TOML", |n| page(&toml(n, |_| "key = 1\n".to_owned()), "")),
    ("keys that stand twice, YAML", |n| {
        page(&format!("---\n{}---\n", lines(n, |i| format!("key{i}: 1\nkey{i}: 2\n"))), "")
    }),
    ("lines that are no TOML", |n| page(&toml(n, |i| format!("key{i} = no\n")), "")),
    ("texts that are not closed, TOML", |n| page(&toml(n, |i| format!("key{i} = \"no\n")), "")),
    ("tables that are not closed, TOML", |n| {
        page(&toml(n, |i| format!("key{i} = {{ a = 1\n")), "")
    }),
    ("values of a wrong kind", |n| {
        page(&format!("+++\naliases = [\n{}]\n+++\n", lines(n, |i| format!("{i},\n"))), "")
    }),
    ("aliases of one page (no mistake)", |n| {
        page(&format!("+++\naliases = [{}]\n+++\n", lines(n, |i| format!("\"/old/{i}/\", "))), "")
    }),
    ("aliases of two pages that are the same", |n| {
        let aliases = lines(n, |i| format!("\"/old/{i}/\", "));
        let front = format!("+++\naliases = [{aliases}]\n+++\n");
        let mut site = page(&front, "");
        site.extend(page(&front, "").into_iter().map(|(_, text)| ("content/b.md".into(), text)));
        site
    }),
    ("tags with one slug", |n| {
        let name =
            |i: usize| format!("\"a{}\", ", format!("{i:b}").replace('0', "?").replace('1', "!"));
        page(&format!("+++\ntags = [{}]\n+++\n", lines(n, name)), "")
    }),
    ("`related` names that are not there", |n| {
        page(
            &format!("+++\nrelated = [{}]\n+++\n", lines(n, |i| format!("\"@/gone/{i}.md\", "))),
            "",
        )
    }),
    ("menu entries that lead nowhere", |n| {
        let entry = |i| format!("[[menus.main]]\nname = \"x\"\nurl = \"/gone/{i}/\"\n");
        let mut site = page("", "x");
        site.push(("kisah.toml".to_owned(), lines(n, entry)));
        site
    }),
    ("a moved folder: N/10 pages, each with 10 links to it", |n| {
        let page = |i: usize| {
            let links = lines(10, |k| format!("[x](@/old/story-{}.md)\n", (i * 7 + k) % (n / 10)));
            (format!("content/new/story-{i}.md"), links)
        };
        (0..n / 10).map(page).collect()
    }),
];

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

fn toml(n: usize, line: impl Fn(usize) -> String) -> String {
    format!("+++\n{}+++\n", lines(n, line))
}

fn page(front: &str, body: &str) -> Site {
    vec![("content/a.md".to_owned(), format!("{front}{body}"))]
}

struct Options {
    sizes: Vec<usize>,
    runs: usize,
    only: String,
    kisah: String,
}

fn main() -> ExitCode {
    // `cargo test --all-targets` runs benchmarks too, without `--bench`.
    if std::env::args().len() == 1 {
        return ExitCode::SUCCESS;
    }
    let done = options().map_err(io::Error::other).and_then(|options| bench(&options));
    if let Err(error) = done {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn options() -> Result<Options, String> {
    let kisah = option_env!("CARGO_BIN_EXE_kisah").unwrap_or("kisah").to_owned();
    let sizes = vec![5_000, 10_000, 20_000, 50_000, 100_000];
    let mut options = Options { sizes, runs: 3, only: String::new(), kisah };
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        let number = |text: &str| {
            text.parse::<usize>().map_err(|_| format!("{name}: `{text}` is not a number"))
        };
        match name.as_str() {
            "--sizes" => options.sizes = value.split(',').map(number).collect::<Result<_, _>>()?,
            "--runs" => options.runs = number(&value)?.max(1),
            "--only" => options.only = value,
            "--kisah" => options.kisah = value,
            _ => return Err(format!("no option `{name}`")),
        }
    }
    Ok(options)
}

fn bench(options: &Options) -> io::Result<()> {
    let folder = folder::default_folder();
    folder::claim(&folder)?;
    let done = table(options, &folder);
    folder::remove(&folder)?;
    println!("{}", done?);
    Ok(())
}

fn table(options: &Options, folder: &Path) -> io::Result<String> {
    let sizes: Vec<String> = options.sizes.iter().map(usize::to_string).collect();
    let mut text = format!("| N | {} | memory |\n|---|", sizes.join(" | "));
    text.push_str(&"--:|".repeat(sizes.len() + 1));
    for (name, make) in KINDS.iter().filter(|(name, _)| name.contains(&options.only)) {
        let _ = write!(text, "\n| {name} |");
        let mut memory = 0;
        for size in &options.sizes {
            eprintln!("{name}: {size}");
            let site = folder.join("site");
            write_site(&site, make(*size))?;
            let mut least = f64::INFINITY;
            for _ in 0..options.runs {
                let (seconds, kib) = run(&options.kisah, &site, &folder.join("time"))?;
                least = least.min(seconds);
                memory = kib;
            }
            folder::remove(&site)?;
            let _ = write!(text, " {least:.2} s |");
        }
        let _ = write!(text, " {} MiB |", memory / 1024);
    }
    Ok(text)
}

fn write_site(root: &Path, site: Site) -> io::Result<()> {
    fs::create_dir_all(root.join("content"))?;
    for (path, text) in site {
        let path = root.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// Processor time in seconds, and peak memory in KiB.
fn run(kisah: &str, site: &Path, report: &Path) -> io::Result<(f64, u64)> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-q", "-f", "%U %S %M", "-o"]).arg(report).arg(kisah);
    command.arg("--root").arg(site).args(["check", "--format", "json"]);
    let status =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // 1 means that the site has mistakes.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(io::Error::other(format!("kisah ended with {status}")));
    }
    let text = fs::read_to_string(report)?;
    let mut fields = text.split_whitespace();
    let mut seconds = || fields.next()?.parse::<f64>().ok();
    let cpu = seconds().zip(seconds()).map(|(user, system)| user + system);
    let memory = fields.next().and_then(|kib| kib.parse().ok());
    cpu.zip(memory).ok_or_else(|| io::Error::other(format!("no figures in `{text}`")))
}
