//! Runs one case: builds its site step by step and compares.

use std::fs;
use std::path::{Path, PathBuf};

use kisah::base::{Severity, date};
use kisah::build::{Report, Request, Today};
use kisah::cli::{print, suggest};
use kisah::config::Config;
use kisah::source::builtin;

use super::format::{Case, Expect, Form, Kind, decode, encode};
use super::laws;
use crate::support::{self, Tree};

/// kisah.toml for a case that brings none.
const CONFIG: &str = "title = \"Kisah\"\nbase_url = \"https://example.org\"\n";

/// Runs all steps; returns what is wrong. With `bless`, exact expectations are replaced by the
/// result.
pub(super) fn run(case: &mut Case, bless: bool) -> Vec<String> {
    let folder = support::temp();
    let root = folder.path().canonicalize().expect("a folder").join("site");
    fs::create_dir_all(root.join("content")).expect("a folder");
    let mut problems = Vec::new();
    let mut args = Args::default();
    let steps = steps(case);
    for (number, step) in steps.iter().enumerate() {
        let sections = &mut case.sections[step.clone()];
        if let Err(why) = prepare(sections, &root, &mut args, number == 0) {
            problems.push(why);
            break;
        }
        let mut found = Vec::new();
        let made = Made::build(&root, &args, &mut found);
        let mut wants_diagnostics = false;
        for section in sections {
            let Kind::Expect(expect) = &section.kind else { continue };
            wants_diagnostics |= expect.is_about_diagnostics();
            match made.compare(expect, &section.body) {
                Ok(()) => {}
                Err(Failure { made: Some(made), .. }) if bless => section.body = made,
                Err(failure) => found.push(format!("line {}: {}", section.line, failure.why)),
            }
        }
        if !wants_diagnostics && !made.report.diagnostics.is_empty() {
            found.push(format!("it did not expect diagnostics:\n{}", made.diagnostics()));
        }
        let step = if steps.len() > 1 { format!("step {}: ", number + 1) } else { String::new() };
        problems.extend(found.into_iter().map(|problem| format!("{step}{problem}")));
    }
    problems
}

/// The ranges of sections between `-- step --` lines.
fn steps(case: &Case) -> Vec<std::ops::Range<usize>> {
    let starts = case.sections.iter().enumerate().filter(|(_, s)| s.kind == Kind::Step);
    let mut ends: Vec<usize> = starts.map(|(i, _)| i).collect();
    ends.push(case.sections.len());
    let mut start = 0;
    ends.into_iter()
        .map(|end| {
            let range = start..end;
            start = end;
            range
        })
        .collect()
}

/// The contents of `-- args --`.
#[derive(Clone, Default)]
#[allow(clippy::struct_excessive_bools)]
struct Args {
    today: Option<jiff::civil::Date>,
    drafts: bool,
    future: bool,
    check: bool,
    verify: bool,
    plain: bool,
    no_config: bool,
    base_url: Option<String>,
    output_dir: Option<PathBuf>,
    config: Vec<PathBuf>,
}

impl Args {
    fn parse(text: &str, root: &Path) -> Result<Args, String> {
        let mut args = Args::default();
        for word in text.split_whitespace() {
            match word.split_once('=') {
                None if word == "drafts" => args.drafts = true,
                None if word == "future" => args.future = true,
                None if word == "check" => args.check = true,
                None if word == "verify" => args.verify = true,
                None if word == "plain" => args.plain = true,
                None if word == "no-config" => args.no_config = true,
                Some(("today", day)) => {
                    let day = date::parse_date(day).ok_or_else(|| format!("`{word}`: no date"))?;
                    args.today = Some(day);
                }
                Some(("base-url", url)) => args.base_url = Some(url.to_owned()),
                Some(("output-dir", dir)) => args.output_dir = Some(root.join(dir)),
                Some(("config", file)) => args.config.push(root.join(file)),
                _ => return Err(format!("unknown argument `{word}`")),
            }
        }
        Ok(args)
    }

    fn request(&self, root: &Path) -> Request {
        let mut request = support::request(root);
        if let Some(day) = self.today {
            request.today = Today::Day(day);
        }
        request.overrides.drafts = self.drafts;
        request.overrides.future = self.future;
        request.overrides.base_url.clone_from(&self.base_url);
        request.check_only = self.check;
        request.verify = self.verify;
        request.output_dir.clone_from(&self.output_dir);
        request.config_files.clone_from(&self.config);
        request
    }
}

/// Writes and deletes the files of a step.
fn prepare(
    sections: &[super::format::Section],
    root: &Path,
    args: &mut Args,
    first: bool,
) -> Result<(), String> {
    let fail = |line: usize, why: String| format!("line {line}: {why}");
    let has = |path: &str| {
        sections.iter().any(|s| matches!(&s.kind, Kind::File(name, _) if name == path))
    };
    for section in sections.iter().filter(|s| s.kind == Kind::Args) {
        *args = Args::parse(&section.body, root).map_err(|why| fail(section.line, why))?;
    }
    if first && !args.no_config && !has("kisah.toml") {
        support::write(root, [("kisah.toml", CONFIG.as_bytes())]);
    }
    if first && args.plain {
        for (name, text) in support::read_tree(&support::repository().join("tests/plain")) {
            let path = format!("templates/{name}");
            if !has(&path) {
                support::write(root, [(path.as_str(), text.as_slice())]);
            }
        }
    }
    for section in sections {
        match &section.kind {
            Kind::File(path, Form::Symlink) => {
                let path = root.join(path);
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                symlink(Path::new(section.body.trim()), &path).expect("a link");
            }
            Kind::File(path, form) => {
                let bytes = decode(&section.body, *form).map_err(|why| fail(section.line, why))?;
                support::write(root, [(path.as_str(), bytes.as_slice())]);
            }
            Kind::Delete(path) => fs::remove_file(root.join(path))
                .map_err(|e| fail(section.line, format!("cannot delete `{path}`: {e}")))?,
            _ => {}
        }
    }
    Ok(())
}

#[cfg(unix)]
fn symlink(to: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// What one build made.
struct Made {
    report: Report,
    /// The folder that contains the site's, for messages.
    above: PathBuf,
    before: Tree,
    after: Tree,
    config: Config,
}

/// An expectation that does not hold.
struct Failure {
    why: String,
    /// What an exact expectation would have to say.
    made: Option<String>,
}

impl Failure {
    fn new(why: impl Into<String>) -> Self {
        Failure { why: why.into(), made: None }
    }
}

impl Made {
    fn build(root: &Path, args: &Args, problems: &mut Vec<String>) -> Made {
        let request = args.request(root);
        let before = laws::Before::look(&request);
        let report = support::build(&request);
        laws::hold(&request, &report, &before, problems);
        let after = support::read_tree(&report.output_dir);
        let above = root.parent().expect("a parent").to_owned();
        let config = laws::config(&request);
        Made { report, above, before: before.output, after, config }
    }

    fn diagnostics(&self) -> String {
        let above = self.above.to_string_lossy();
        support::messages(&self.report.diagnostics).replace(&*above, "TMP")
    }

    fn compare(&self, expect: &Expect, body: &str) -> Result<(), Failure> {
        match expect {
            Expect::File(path, form) => exact(path, encode(self.file(path)?, *form), body),
            Expect::Files { all } => exact("the list of files", self.files(*all), body),
            Expect::Diagnostics => exact("diagnostics", self.diagnostics(), body),
            Expect::Rendered => {
                exact("the number of rendered files", self.report.rendered.to_string(), body)
            }
            Expect::Waiting => {
                let Report { waiting, today, .. } = &self.report;
                let said = print::waiting(waiting, *today);
                exact("what is waiting", said.trim_start_matches("; ").to_owned(), body)
            }
            Expect::Suggestions => {
                // Tabs would not be seen in a case.
                let said = suggest::text(&self.report).replace('\t', " | ");
                exact("what is suggested", said.trim_end().to_owned(), body)
            }
            Expect::Schema { of_front_matter: false } => {
                exact("the schema", format!("{:#}", kisah::keys::kisah_toml_schema()), body)
            }
            Expect::Schema { of_front_matter: true } => {
                exact("the schema", format!("{:#}", self.config.front_matter_schema()), body)
            }
            Expect::Changes => exact("the list of changes", self.changes(), body),
            Expect::Contains(path) => contains(path, &self.text(path)?, body),
            Expect::Lacks(path) => lacks(path, &self.text(path)?, body),
            Expect::ContainsDiagnostics => contains("diagnostics", &self.diagnostics(), body),
        }
    }

    fn file(&self, path: &str) -> Result<&[u8], Failure> {
        self.after.get(path).map(Vec::as_slice).ok_or_else(|| {
            let errors = self.report.diagnostics.count(Severity::Error);
            let why = if errors > 0 { ": the build failed" } else { "" };
            Failure::new(format!("there is no `{path}`{why}"))
        })
    }

    fn text(&self, path: &str) -> Result<String, Failure> {
        self.file(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The files of the output, except for the manifest and those that every site has.
    fn files(&self, all: bool) -> String {
        let theme: Vec<String> = builtin::assets()
            .iter()
            .filter_map(|asset| asset.static_path().map(str::to_owned))
            .collect();
        let always = [support::MANIFEST, ".nojekyll", "_headers"];
        let shown = |path: &&String| {
            all || !(always.contains(&path.as_str()) || theme.iter().any(|t| t == *path))
        };
        let list: Vec<&str> = self.after.keys().filter(shown).map(String::as_str).collect();
        list.join("\n")
    }

    fn changes(&self) -> String {
        let mut list = Vec::new();
        for (path, bytes) in &self.after {
            match self.before.get(path) {
                None => list.push((path, '+')),
                Some(old) if old != bytes => list.push((path, '~')),
                Some(_) => {}
            }
        }
        let gone = self.before.keys().filter(|path| !self.after.contains_key(*path));
        list.extend(gone.map(|path| (path, '-')));
        list.retain(|(path, _)| *path != support::MANIFEST);
        list.sort();
        let lines: Vec<String> = list.iter().map(|(path, how)| format!("{how} {path}")).collect();
        lines.join("\n")
    }
}

fn contains(what: &str, text: &str, body: &str) -> Result<(), Failure> {
    let mut rest = text;
    for wanted in lines(body)? {
        match rest.find(wanted) {
            Some(at) => rest = &rest[at + wanted.len()..],
            None if text.contains(wanted) => {
                let why = format!("`{what}` has `{wanted}` only before the line above it");
                return Err(Failure::new(format!("{why}\n{text}")));
            }
            None => return Err(Failure::new(format!("`{what}` lacks `{wanted}`\n{text}"))),
        }
    }
    Ok(())
}

fn lacks(what: &str, text: &str, body: &str) -> Result<(), Failure> {
    match lines(body)?.find(|unwanted| text.contains(unwanted)) {
        Some(unwanted) => Err(Failure::new(format!("`{what}` has `{unwanted}`\n{text}"))),
        None => Ok(()),
    }
}

fn lines(body: &str) -> Result<impl Iterator<Item = &str>, Failure> {
    if body.trim().is_empty() {
        return Err(Failure::new("the section is empty"));
    }
    Ok(body.lines().map(str::trim).filter(|line| !line.is_empty()))
}

fn exact(what: &str, made: String, wanted: &str) -> Result<(), Failure> {
    if made == wanted {
        return Ok(());
    }
    let diff = support::diff(&format!("{wanted}\n"), &format!("{made}\n"));
    Err(Failure { why: format!("{what}: - expected, + made\n{diff}"), made: Some(made) })
}
