//! The driver: the only place that knows the order of the stages.
//!
//! [`compile`] is pure: sources in, a plan and diagnostics out. [`build`] reads the sources,
//! compiles them, renders what the output directory does not have yet, and commits it. `build`,
//! `check` and the tests all come through here.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use jiff::civil;
use rayon::prelude::*;

use crate::base::{Diagnostic, Diagnostics, Digest, Map, SourceText, codes};
use crate::check::check;
use crate::config::{self, Config, Overrides};
use crate::parse::{self, Doc};
use crate::plan::manifest::{Entry, Manifest};
use crate::plan::templates::Templates;
use crate::plan::{self, Artifact, Recipe};
use crate::related::related_posts;
use crate::render::{Engine, Renderer};
use crate::routes::routes;
use crate::site::{self, Site};
use crate::source::{AssetBytes, Layer, Source};
use crate::store::disk::Disk;
use crate::store::read;
use crate::store::{Outcome, Output, Staging};

/// What day it is. An input: nothing below asks a clock.
#[derive(Debug, Clone, Copy)]
pub enum Today {
    /// A given day.
    Day(civil::Date),
    /// A moment; the day is that of the site's time zone.
    Moment(Timestamp),
}

/// What a compilation is made from.
pub struct Inputs<'a> {
    /// kisah.toml and its overlays.
    pub config_files: &'a [SourceText],
    /// Everything else.
    pub source: &'a Source,
    /// What the command line sets.
    pub overrides: &'a Overrides,
    /// What day it is.
    pub today: Today,
    /// See [`plan::Input::whole_views`].
    pub whole_views: bool,
}

/// A compiled site: what would be written, and everything that is wrong with it.
pub struct Compiled {
    /// The configuration.
    pub config: Arc<Config>,
    /// The site.
    pub site: Site,
    /// One for each file of the output, sorted by path.
    pub artifacts: Vec<Artifact>,
    /// The compiled templates; none if they do not compile.
    pub engine: Option<Engine>,
    /// Sorted.
    pub diagnostics: Diagnostics,
}

/// Compiles a site. Never stops at a mistake: each stage makes the best of what it gets, so that
/// all mistakes are reported at once.
pub fn compile(inputs: &Inputs<'_>) -> Compiled {
    let source = inputs.source;
    let mut out: Diagnostics = source.problems.iter().cloned().collect();
    let config = config::load(inputs.config_files, &source.i18n, inputs.overrides, &mut out);
    let config = Arc::new(config);
    let docs = parse_all(&source.documents, &config, &mut out);
    let today = match inputs.today {
        Today::Day(day) => day,
        Today::Moment(moment) => moment.to_zoned(config.timezone.clone()).date(),
    };
    let site = site::assemble(
        site::Input { docs, assets: &source.assets, config: Arc::clone(&config), today },
        &mut out,
    );
    let related = related_posts(&site);
    let routes = routes(&site, &mut out);
    check(&site, &routes, &mut out);
    report_reserved_templates(source, &mut out);
    let templates = Templates::new(&source.templates, config.theme.as_deref());
    let data = plan::data(&source.data, &mut out);
    let mut artifacts = Vec::new();
    let engine = match Engine::new(&templates, &config) {
        Ok(engine) => {
            let input = plan::Input {
                site: &site,
                routes: &routes,
                related: &related,
                data: &data,
                templates: &templates,
                components: &engine,
                whole_views: inputs.whole_views,
            };
            artifacts = plan::plan(&input, &mut out);
            Some(engine)
        }
        Err(problems) => {
            out.extend(problems);
            None
        }
    };
    out.sort();
    Compiled { config, site, artifacts, engine, diagnostics: out }
}

fn parse_all(documents: &[SourceText], config: &Config, out: &mut Diagnostics) -> Vec<Arc<Doc>> {
    let parsed: Vec<parse::Parsed> =
        documents.par_iter().map(|source| parse::parse(source, config)).collect();
    let mut docs = Vec::with_capacity(parsed.len());
    for one in parsed {
        out.extend(one.diagnostics);
        docs.extend(one.doc);
    }
    docs
}

fn report_reserved_templates(source: &Source, out: &mut Diagnostics) {
    for template in &source.templates {
        if template.layer != Layer::Builtin && template.name.starts_with("kisah/") {
            let message = "the folder `kisah/` of templates is reserved";
            out.push(
                Diagnostic::error(&codes::TEMPLATE_RESERVED, message)
                    .at(crate::base::Place::file(template.source.path.as_str()))
                    .help("move the file up: `templates/post.html` overrides `kisah/post.html`"),
            );
        }
    }
}

/// Told how far a build is. All methods may be called from any thread.
pub trait Progress: Sync {
    /// So many files will be rendered.
    fn rendering(&self, files: usize);
    /// One of them is done.
    fn rendered(&self);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn rendering(&self, _files: usize) {}
    fn rendered(&self) {}
}

/// What a build is asked to do.
#[derive(Debug, Clone)]
pub struct Request {
    /// The folder of the site.
    pub root: PathBuf,
    /// `--config`, in order; empty for kisah.toml alone.
    pub config_files: Vec<PathBuf>,
    /// What the command line sets.
    pub overrides: Overrides,
    /// What day it is.
    pub today: Today,
    /// Where to write; `None` for kisah.toml's `output_dir`.
    pub output_dir: Option<PathBuf>,
    /// Write nothing; find every mistake.
    pub check_only: bool,
}

/// What a build did.
#[derive(Debug)]
pub struct Report {
    /// Everything there is to say, sorted.
    pub diagnostics: Diagnostics,
    /// Files of the output that are new or have other bytes.
    pub written: usize,
    /// Files that were kept.
    pub unchanged: usize,
    /// Files that are no more.
    pub removed: usize,
    /// How many were rendered.
    pub rendered: usize,
    /// Where the site is.
    pub output_dir: PathBuf,
}

/// Builds a site. Nothing is written if there is an error.
pub fn build(disk: &dyn Disk, request: &Request, progress: &dyn Progress) -> Report {
    let mut report = Report {
        diagnostics: Diagnostics::new(),
        written: 0,
        unchanged: 0,
        removed: 0,
        rendered: 0,
        output_dir: request.root.join("public"),
    };
    let config_files = match read::config_files(disk, &request.root, &request.config_files) {
        Ok(files) => files,
        Err(problem) => {
            report.diagnostics.push(problem);
            return report;
        }
    };
    // Where to read needs two keys of the configuration, which is read again, and reported on,
    // when its interface texts are known.
    let first_look = config::load(&config_files, &[], &request.overrides, &mut Diagnostics::new());
    let in_root = request.root.join(&first_look.output_dir);
    report.output_dir = request.output_dir.clone().unwrap_or(in_root);
    let source = read::tree(disk, &request.root, first_look.theme.as_deref(), &report.output_dir);
    let compiled = compile(&Inputs {
        config_files: &config_files,
        source: &source,
        overrides: &request.overrides,
        today: request.today,
        whole_views: false,
    });
    report.diagnostics = compiled.diagnostics.clone();
    finish(disk, request, &compiled, &mut report, progress);
    report.diagnostics.sort();
    // The process is about to end, and freeing a large site value by value takes a tenth of a
    // build's time.
    std::mem::forget((compiled, source));
    report
}

/// Renders and commits, or, where something is wrong, renders to find what else is.
fn finish(
    disk: &dyn Disk,
    request: &Request,
    compiled: &Compiled,
    report: &mut Report,
    progress: &dyn Progress,
) {
    let Some(engine) = &compiled.engine else { return };
    let renderer = Renderer::new(engine, &compiled.site);
    if request.check_only || report.diagnostics.has_errors() {
        rehearse(&renderer, compiled, report, progress);
        return;
    }
    match write(disk, request, &renderer, compiled, report, progress) {
        Ok(()) => {}
        Err(problems) => report.diagnostics.extend(problems),
    }
}

/// Renders everything and keeps nothing.
fn rehearse(
    renderer: &Renderer<'_>,
    compiled: &Compiled,
    report: &mut Report,
    progress: &dyn Progress,
) {
    progress.rendering(compiled.artifacts.len());
    let problems: Vec<(usize, Vec<Diagnostic>)> = compiled
        .artifacts
        .par_iter()
        .enumerate()
        .filter_map(|(index, artifact)| {
            let result = renderer.render(&artifact.recipe);
            progress.rendered();
            result.err().map(|problems| (index, problems))
        })
        .collect();
    report.rendered = compiled.artifacts.len();
    report.diagnostics.extend(group(problems, &compiled.artifacts));
}

/// Where the files of an artifact's assets come from.
fn write(
    disk: &dyn Disk,
    request: &Request,
    renderer: &Renderer<'_>,
    compiled: &Compiled,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<(), Vec<Diagnostic>> {
    let output = Output::open(disk, &request.root, &report.output_dir)?;
    let foreign = output.foreign(&mut compiled.artifacts.iter().map(|a| &a.file));
    if !foreign.is_empty() {
        return Err(foreign);
    }
    let old = output.manifest().clone();
    let (kept, todo) = diff(&compiled.artifacts, &old, &output);
    progress.rendering(todo.len());
    let staging = output.begin().map_err(|problem| vec![problem])?;
    let made = make(&staging, renderer, compiled, &todo, &request.root, progress)?;
    let mut manifest = Manifest::default();
    for artifact in &kept {
        manifest.entries.insert(artifact.file.clone(), old.entries[&artifact.file]);
    }
    for (artifact, content) in todo.iter().zip(made) {
        let entry = Entry { key: artifact.key, content };
        manifest.entries.insert(artifact.file.clone(), entry);
    }
    let summary = staging.commit(&manifest).map_err(|problem| vec![problem])?;
    report.rendered = todo.iter().filter(|a| !matches!(a.recipe, Recipe::Copy(_))).count();
    report.written = summary.written;
    report.unchanged = summary.unchanged;
    report.removed = summary.removed;
    Ok(())
}

/// Which files the output has already: same key, and the bytes that the manifest knows.
fn diff<'a>(
    artifacts: &'a [Artifact],
    old: &Manifest,
    output: &Output<'_>,
) -> (Vec<&'a Artifact>, Vec<&'a Artifact>) {
    artifacts.par_iter().partition(|artifact| {
        old.entries.get(&artifact.file).is_some_and(|entry| {
            entry.key == artifact.key && output.present(&artifact.file) == Some(entry.content)
        })
    })
}

/// Makes files, in parallel; returns the digests of their bytes.
fn make(
    staging: &Staging<'_>,
    renderer: &Renderer<'_>,
    compiled: &Compiled,
    todo: &[&Artifact],
    root: &Path,
    progress: &dyn Progress,
) -> Result<Vec<Digest>, Vec<Diagnostic>> {
    let failed = AtomicUsize::new(0);
    let made: Vec<Result<Digest, Vec<Diagnostic>>> = todo
        .par_iter()
        .map(|artifact| {
            let result = make_one(staging, renderer, compiled, artifact, root, &failed);
            progress.rendered();
            result
        })
        .collect();
    let mut digests = Vec::with_capacity(made.len());
    let mut problems = Vec::new();
    for (index, result) in made.into_iter().enumerate() {
        match result {
            Ok(digest) => digests.push(digest),
            Err(found) => problems.push((index, found)),
        }
    }
    if problems.is_empty() { Ok(digests) } else { Err(group(problems, todo)) }
}

fn make_one(
    staging: &Staging<'_>,
    renderer: &Renderer<'_>,
    compiled: &Compiled,
    artifact: &Artifact,
    root: &Path,
    failed: &AtomicUsize,
) -> Result<Digest, Vec<Diagnostic>> {
    let phase = artifact.phase();
    let stage = |bytes: &[u8]| {
        // After a first failure there will be no commit: render on, for the sake of the other
        // mistakes, but spare the disk.
        if failed.load(Ordering::Relaxed) > 0 {
            return Ok(());
        }
        staging.put(&artifact.file, phase, bytes).map(|_: Outcome| ())
    };
    let fail = |problems: Vec<Diagnostic>| {
        failed.fetch_add(1, Ordering::Relaxed);
        problems
    };
    if let Recipe::Copy(id) = &artifact.recipe {
        let asset = &compiled.site.assets[id.0].asset;
        let copied = match &asset.bytes {
            AssetBytes::Here(bytes) => stage(bytes),
            AssetBytes::OnDisk => {
                let from = root.join(asset.path.as_str());
                staging
                    .copy(&artifact.file, phase, &from, asset.digest, asset.size)
                    .map(|_: Outcome| ())
            }
        };
        return copied.map(|()| asset.digest).map_err(|problem| fail(vec![problem]));
    }
    let bytes = renderer.render(&artifact.recipe).map_err(fail)?.unwrap_or_default();
    stage(&bytes).map_err(|problem| fail(vec![problem]))?;
    Ok(Digest::of(&bytes))
}

/// One mistake of a template fails many pages: it is reported once, with their number and the
/// first of them.
fn group<A: std::borrow::Borrow<Artifact>>(
    problems: Vec<(usize, Vec<Diagnostic>)>,
    artifacts: &[A],
) -> Vec<Diagnostic> {
    let mut pages: Map<String, (Diagnostic, usize, usize)> = Map::default();
    for (index, found) in problems {
        for diagnostic in found {
            let id =
                format!("{:?}", (&diagnostic.place, diagnostic.code.name, &diagnostic.message));
            pages.entry(id).or_insert((diagnostic, index, 0)).2 += 1;
        }
    }
    let grouped = pages.into_values().map(|(diagnostic, index, count)| {
        if !is_about_template(&diagnostic) {
            return diagnostic;
        }
        let artifact: &Artifact = artifacts[index].borrow();
        let page = format!("`{}` ({})", artifact.file, artifact.origin);
        match count {
            1 => diagnostic.note(format!("while rendering {page}")),
            n => diagnostic.note(format!("while rendering {page} and {} more pages", n - 1)),
        }
    });
    grouped.collect()
}

fn is_about_template(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == &codes::TEMPLATE_ERROR
}
