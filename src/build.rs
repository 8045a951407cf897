//! The driver: the only place that knows the order of the stages.
//!
//! [`compile`] is pure: sources in, a plan and diagnostics out. [`build`] reads the sources,
//! compiles them, renders what the output directory does not have yet, and commits it. `build`,
//! `check` and the tests all come through here.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use jiff::civil;
use rayon::prelude::*;

use crate::base::{Diagnostic, Diagnostics, Digest, Map, SourceText, codes};
use crate::check::check;
use crate::config::{self, Config, Overrides};
use crate::parse::{self, Doc};
use crate::plan::manifest::{Entry, Manifest};
use crate::plan::templates::Templates;
use crate::plan::{self, Artifact, Plan, Recipe};
use crate::related::related_posts;
use crate::render::{Engine, Renderer};
use crate::routes::{Route, routes};
use crate::site::{self, AssetId};
use crate::source::{AssetBytes, Layer, Source};
use crate::store::disk::Disk;
use crate::store::read;
use crate::store::{Output, Staging};

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
    /// What would be written, and the templates to write it with; none if they do not compile.
    pub plan: Option<(Plan, Engine)>,
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
    let plan = match Engine::new(&templates, &config) {
        Ok(engine) => {
            let whole_views = inputs.whole_views;
            let (components, data) = (&engine, &data);
            let input =
                plan::Input { site, routes, related, data, templates, components, whole_views };
            Some((plan::plan(input, &mut out), engine))
        }
        Err(problems) => {
            out.extend(problems);
            None
        }
    };
    out.sort();
    Compiled { config, plan, diagnostics: out }
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
    let (theme, symlinks) = (first_look.theme.as_deref(), &first_look.symlinks);
    let source = read::tree(disk, &request.root, theme, &report.output_dir, symlinks);
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
    let Some((plan, engine)) = &compiled.plan else { return };
    let renderer = Renderer::new(engine, plan.site());
    progress.rendering(plan.routes().len());
    let result = if request.check_only || report.diagnostics.has_errors() {
        rehearse(&renderer, plan, progress)
    } else {
        write(disk, request, &renderer, plan, report, progress)
    };
    match result {
        Ok(rendered) => report.rendered = rendered,
        Err(problems) => report.diagnostics.extend(problems),
    }
}

/// Renders everything and keeps nothing.
fn rehearse(
    renderer: &Renderer<'_>,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<usize, Vec<Diagnostic>> {
    let results = plan.routes().par_iter().map(|route| {
        let artifact = plan.artifact(route).map_err(|problem| vec![*problem])?;
        let rendered = renderer.render(&artifact.recipe);
        progress.rendered();
        rendered.map(|bytes| usize::from(bytes.is_some()))
    });
    Ok(collect(results.collect(), plan.routes())?.into_iter().sum())
}

/// Renders what the output does not have yet, and commits; returns how many files were rendered.
fn write(
    disk: &dyn Disk,
    request: &Request,
    renderer: &Renderer<'_>,
    plan: &Plan,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<usize, Vec<Diagnostic>> {
    let output = Output::open(disk, &request.root, &report.output_dir)?;
    let foreign = output.foreign(&mut plan.routes().iter().map(|route| &route.file));
    if !foreign.is_empty() {
        return Err(foreign);
    }
    let staging = output.begin().map_err(|problem| vec![problem])?;
    let failed = AtomicBool::new(false);
    let press = Press { staging: &staging, renderer, plan, root: &request.root, failed: &failed };
    let results = plan.routes().par_iter().map(|route| {
        let made = press.make(route);
        progress.rendered();
        made
    });
    let made = collect(results.collect(), plan.routes())?;
    let mut manifest = Manifest::default();
    let mut rendered = 0;
    for (route, (entry, was_rendered)) in plan.routes().iter().zip(made) {
        manifest.entries.insert(route.file.clone(), entry);
        rendered += usize::from(was_rendered);
    }
    let summary = staging.commit(&manifest).map_err(|problem| vec![problem])?;
    report.written = summary.written;
    report.unchanged = summary.unchanged;
    report.removed = summary.removed;
    Ok(rendered)
}

/// Makes files, on many threads.
struct Press<'a> {
    staging: &'a Staging<'a>,
    renderer: &'a Renderer<'a>,
    plan: &'a Plan,
    root: &'a Path,
    failed: &'a AtomicBool,
}

impl Press<'_> {
    /// Makes the file of a route, unless the output has it already: same key, and the bytes that
    /// the manifest knows. Says whether it was rendered.
    fn make(&self, route: &Route) -> Result<(Entry, bool), Vec<Diagnostic>> {
        let made = self.make_one(route);
        if made.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        made
    }

    fn make_one(&self, route: &Route) -> Result<(Entry, bool), Vec<Diagnostic>> {
        let artifact = self.plan.artifact(route).map_err(|problem| vec![*problem])?;
        let output = self.staging.output();
        if let Some(old) = output.manifest().entries.get(&artifact.file)
            && old.key == artifact.key
            && output.present(&artifact.file) == Some(old.content)
        {
            return Ok((*old, false));
        }
        if let Recipe::Copy(id) = &artifact.recipe {
            let content = self.copy(&artifact, *id).map_err(|problem| vec![problem])?;
            return Ok((Entry { key: artifact.key, content }, false));
        }
        let bytes = self.renderer.render(&artifact.recipe)?.unwrap_or_default();
        // After a first failure there will be no commit: the rest is rendered for the sake of
        // its mistakes, but the disk is spared.
        if !self.failed.load(Ordering::Relaxed) {
            self.staging
                .put(&artifact.file, artifact.phase(), &bytes)
                .map_err(|problem| vec![problem])?;
        }
        Ok((Entry { key: artifact.key, content: Digest::of(&bytes) }, true))
    }

    fn copy(&self, artifact: &Artifact, id: AssetId) -> Result<Digest, Diagnostic> {
        let asset = &self.plan.site().assets[id.0].asset;
        match &asset.bytes {
            AssetBytes::Here(bytes) => {
                self.staging.put(&artifact.file, artifact.phase(), bytes)?;
            }
            AssetBytes::OnDisk => {
                let from = self.root.join(asset.path.as_str());
                let (digest, size) = (asset.digest, asset.size);
                self.staging.copy(&artifact.file, artifact.phase(), &from, digest, size)?;
            }
        }
        Ok(asset.digest)
    }
}

/// All results, or all problems.
pub(crate) fn collect<T>(
    results: Vec<Result<T, Vec<Diagnostic>>>,
    routes: &[Route],
) -> Result<Vec<T>, Vec<Diagnostic>> {
    let mut made = Vec::with_capacity(results.len());
    let mut problems = Vec::new();
    for (index, result) in results.into_iter().enumerate() {
        match result {
            Ok(one) => made.push(one),
            Err(found) => problems.push((index, found)),
        }
    }
    if problems.is_empty() { Ok(made) } else { Err(group(problems, routes)) }
}

/// One mistake of a template fails many pages: it is reported once, with their number and the
/// first of them.
fn group(problems: Vec<(usize, Vec<Diagnostic>)>, routes: &[Route]) -> Vec<Diagnostic> {
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
        let page = format!("`{}` ({})", routes[index].file, routes[index].origin);
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
