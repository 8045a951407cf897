//! The driver: the only place that knows the order of the stages.
//!
//! [`compile`] is pure: sources in, a plan and diagnostics out. [`build`] reads the sources,
//! compiles them, renders what the output directory does not have yet, and commits it. `build`,
//! `check` and the tests all come through here.

mod last;
mod listing;
mod parsing;
mod press;
mod verify;
mod workers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::analysis::Analysers;
use crate::base::{
    Diagnostic, Diagnostics, Digest, Hasher, Map, OutputPath, SourcePath, SourceText, UrlPath,
    codes,
};
use crate::check::{check, check_more};
use crate::config::{self, Config, Overrides};
use crate::parse;
use crate::plan::manifest::{Changes, Manifest};
use crate::plan::templates::Templates;
use crate::plan::{self, Plan};
use crate::related::related_posts;
use crate::render::{Engine, Renderer};
use crate::routes::routes;
use crate::site::{self, Site, Waiting};
use crate::source::derived::Supply;
use crate::source::{Layer, Source};
use crate::store::disk::Disk;
use crate::store::memo::Kept;
use crate::store::{Output, SourceFiles, Standing, read};

pub(crate) use listing::list;
use parsing::parse_all;
use press::Press;
pub(crate) use press::collect;
pub(crate) use workers::in_workers;

/// How many documents or pages a thread takes at once: they differ so much that with larger
/// portions the last one would keep one thread busy long after the others.
const AT_ONCE: usize = 16;

/// What day it is. An input: nothing below asks a clock.
#[derive(Debug, Clone, Copy)]
pub enum Today {
    /// A given day.
    Day(civil::Date),
    /// A moment; the day is that of the site's time zone.
    Moment(Timestamp),
}

impl Today {
    /// The calendar date in that time zone.
    pub(crate) fn in_zone(self, zone: &TimeZone) -> civil::Date {
        match self {
            Today::Day(day) => day,
            Today::Moment(moment) => moment.to_zoned(zone.clone()).date(),
        }
    }
}

/// What a compilation is made from.
pub struct Inputs<'a> {
    /// kisah.toml and its overlays.
    pub config_files: &'a [SourceText],
    /// Everything else.
    pub source: &'a Source,
    /// Provides the bytes of files that are not in `source`.
    pub supply: &'a dyn Supply,
    /// What the command line sets.
    pub overrides: &'a Overrides,
    /// What day it is.
    pub today: Today,
    /// See [`plan::Input::whole_views`].
    pub whole_views: bool,
}

/// What one compilation leaves for the next one of the same site. It saves work and never shows:
/// everything in it is a pure function of its key.
#[derive(Default)]
pub struct Memory {
    /// Digest of the configuration that documents were parsed with.
    config: Digest,
    /// The configuration itself.
    loaded: Option<Arc<Config>>,
    /// By path.
    parsed: Map<SourcePath, parse::Parsed>,
    cards: Option<Arc<plan::Cards>>,
}

/// A compiled site: what would be written, and everything wrong with it.
pub struct Compiled {
    /// The configuration.
    pub(crate) config: Arc<Config>,
    /// What would be written, and the templates to write it with; none if they do not compile.
    pub plan: Option<(Plan, Engine)>,
    /// How much is not part of the site.
    pub(crate) waiting: Waiting,
    /// Sorted.
    pub diagnostics: Diagnostics,
}

/// Compiles a site. Never stops at a mistake: each stage makes the best of its input, so that all
/// mistakes are reported at once.
pub fn compile(inputs: &Inputs<'_>, memory: &mut Memory) -> Compiled {
    in_workers(|| compile_here(inputs, memory))
}

fn compile_here(inputs: &Inputs<'_>, memory: &mut Memory) -> Compiled {
    let source = inputs.source;
    let mut out = Diagnostics::new();
    let site = assemble(inputs, memory, &mut out);
    let config = Arc::clone(&site.config);
    let waiting = Waiting::of(&site.withheld);
    let related = related_posts(&site);
    let routes = routes(&site, &mut out);
    check(&site, &routes, &mut out);
    report_reserved_templates(source, &mut out);
    let templates =
        Templates::new(&source.templates, config.theme.as_deref()).limited(config.limits);
    let data = plan::data(&source.data, &mut out);
    let plan = match Engine::new(&templates, &config) {
        Ok(engine) => {
            let whole_views = inputs.whole_views;
            let (components, data, supply) = (&engine, &data, inputs.supply);
            let last = memory.cards.as_deref();
            let input = plan::Input {
                site,
                routes,
                related,
                data,
                templates,
                components,
                supply,
                last,
                whole_views,
            };
            let plan = plan::plan(input, &mut out);
            memory.cards = Some(Arc::clone(plan.cards()));
            Some((plan, engine))
        }
        Err(problems) => {
            out.extend(problems);
            None
        }
    };
    out.sort();
    Compiled { config, plan, waiting, diagnostics: out }
}

/// Runs the stages up to the point where it is known what the site consists of.
fn assemble(inputs: &Inputs<'_>, memory: &mut Memory, out: &mut Diagnostics) -> Site {
    let source = inputs.source;
    out.extend(source.problems.iter().cloned());
    let config = config::load(inputs.config_files, &source.i18n, inputs.overrides, out);
    let config = Arc::new(config);
    memory.is_of(inputs);
    memory.loaded = Some(Arc::clone(&config));
    let docs = parse_all(&source.documents, &config, &mut memory.parsed, out);
    let today = inputs.today.in_zone(&config.timezone);
    site::assemble(site::SiteInput { docs, assets: &source.assets, config, today }, out)
}

impl Memory {
    /// Parses a document before the compilation that needs it, with the configuration of the site
    /// that was compiled last.
    pub(crate) fn parse(&mut self, source: &SourceText, config: &Arc<Config>) -> parse::Parsed {
        let parsed = parse::parse(source, config, &mut Analysers::default());
        if self.loaded.as_ref().is_some_and(|loaded| Arc::ptr_eq(loaded, config)) {
            self.parsed.insert(source.path.clone(), parsed.clone());
        }
        parsed
    }

    /// Forgets what was parsed with another configuration.
    fn is_of(&mut self, inputs: &Inputs<'_>) {
        let mut hasher = Hasher::new();
        for file in inputs.config_files.iter().chain(&inputs.source.i18n) {
            hasher.str(file.path.as_str()).str(&file.text);
        }
        let Overrides { base_url, drafts, future } = inputs.overrides;
        hasher.str(base_url.as_deref().unwrap_or(""));
        hasher.number(u64::from(*drafts)).number(u64::from(*future));
        let config = hasher.finish();
        if self.config != config {
            *self = Memory { config, ..Memory::default() };
        }
    }
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

/// Receives the progress of a build. All methods may be called from any thread.
pub trait Progress: Sync {
    /// This many files will be rendered.
    fn rendering(&self, files: usize);
    /// One of them has been rendered.
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
    /// Write nothing, but find every mistake.
    pub check_only: bool,
    /// Use what the last build left in `.kisah/`, and leave something for the next.
    pub memo: bool,
    /// Compare the output with what a clean build makes, byte for byte.
    pub verify: bool,
    /// Which kisah this is: another one must not reuse what the last build left.
    pub program: String,
}

/// What a build did.
#[derive(Debug)]
pub struct Report {
    /// All diagnostics, sorted.
    pub diagnostics: Diagnostics,
    /// Files of the output that are new or have new bytes.
    pub written: usize,
    /// Files that were left as they were.
    pub unchanged: usize,
    /// Files that were removed.
    pub removed: usize,
    /// How many files were rendered.
    pub rendered: usize,
    /// Where the site is.
    pub output_dir: PathBuf,
    /// How many documents are not part of the site.
    pub waiting: Waiting,
    /// The day that it was built for.
    pub today: civil::Date,
    /// Whether nothing changed since the last build, so that nothing was done.
    pub up_to_date: bool,
    /// What is in the output directory, if there is an error.
    pub standing: Standing,
    /// What changed for readers since the last build; `None` if nothing was committed.
    pub(crate) changes: Option<UrlChanges>,
    /// What the build was made from.
    pub(crate) remains: Remains,
}

/// What a build was made from and no longer needs. Freeing a large site value by value takes a
/// tenth of a build's time, which a program that is about to end can save.
#[derive(Default)]
pub(crate) struct Remains(Option<(Compiled, Source)>);

impl std::fmt::Debug for Remains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Remains")
    }
}

/// Addresses whose content is new, changed or gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UrlChanges {
    /// New, in the order of the files.
    pub(crate) added: Vec<String>,
    /// With other bytes.
    pub(crate) changed: Vec<String>,
    /// Gone.
    pub(crate) removed: Vec<String>,
}

impl Report {
    fn new(output_dir: PathBuf, today: civil::Date) -> Self {
        Report {
            diagnostics: Diagnostics::new(),
            written: 0,
            unchanged: 0,
            removed: 0,
            rendered: 0,
            output_dir,
            waiting: Waiting::default(),
            today,
            up_to_date: false,
            standing: Standing::Untouched,
            changes: None,
            remains: Remains::default(),
        }
    }

    /// What was planned; nothing if the configuration or the templates cannot be read, or if the
    /// build ended before it began.
    pub(crate) fn plan(&self) -> Option<&Plan> {
        let (compiled, _) = self.remains.0.as_ref()?;
        compiled.plan.as_ref().map(|(plan, _)| plan)
    }
}

/// Builds a site. Nothing is written if there is an error.
pub fn build(disk: &dyn Disk, request: &Request, progress: &dyn Progress) -> Report {
    in_workers(|| build_here(disk, request, progress))
}

fn build_here(disk: &dyn Disk, request: &Request, progress: &dyn Progress) -> Report {
    let today = request.today.in_zone(&TimeZone::UTC);
    let mut report = Report::new(request.root.join("public"), today);
    let config_files = match read::config_files(disk, &request.root, &request.config_files) {
        Ok(files) => files,
        Err(problem) => {
            report.diagnostics.push(problem);
            return report;
        }
    };
    let (first_look, output_dir) = first_look(&config_files, request);
    report.output_dir = output_dir;
    report.today = request.today.in_zone(&first_look.timezone);
    let place = last::BuildContext {
        disk,
        request,
        config_files: &config_files,
        config: &first_look,
        output_dir: report.output_dir.clone(),
    };
    let mut last = place.last();
    if let Some(done) = last.as_ref().and_then(|last| last.still_stands(&place)) {
        return done;
    }
    let known = last.as_ref().map(last::Last::sources).unwrap_or_default();
    let mut tree = read::stamped_tree(disk, &place.scope(), &known);
    let files = SourceFiles::new(disk, &request.root, last.as_ref().map(last::Last::results));
    let inputs = Inputs {
        config_files: &config_files,
        source: &tree.source,
        supply: &files,
        overrides: &request.overrides,
        today: request.today,
        whole_views: false,
    };
    let compiled = compile(&inputs, &mut Memory::default());
    report.diagnostics = compiled.diagnostics.clone();
    if let (true, Some((plan, _))) = (request.check_only, &compiled.plan) {
        check_more(plan.site(), &mut report.diagnostics);
    }
    report.waiting = compiled.waiting;
    let written = finish(&files, request, &compiled, last.as_mut(), &mut report, progress);
    report.diagnostics.sort();
    // The half-written site may also be one that an earlier build left and that cannot be repaired
    // yet.
    if report.diagnostics.iter().any(|d| d.code == &codes::HALF_WRITTEN) {
        report.standing = Standing::Mixed;
    }
    if let (Some(last), Some(written), Some((plan, _))) = (&last, written, &compiled.plan) {
        files.forget_others(&written.manifest);
        last.save(&place, plan.site().next_change, &mut tree, written, &report);
    }
    report.remains = Remains(Some((compiled, tree.source)));
    report
}

/// Finds what must be known before the sources are read: some keys of the configuration, and where
/// to write. The configuration is read again, and reported on, once its interface texts are known.
pub fn first_look(config_files: &[SourceText], request: &Request) -> (Config, PathBuf) {
    let look = config::load(config_files, &[], &request.overrides, &mut Diagnostics::new());
    let in_root = request.root.join(&look.output_dir);
    let output_dir = request.output_dir.clone().unwrap_or(in_root);
    (look, output_dir)
}

/// What a commit left behind.
struct Written {
    manifest: Manifest,
    kept: Kept,
}

/// Renders and commits or, if something is wrong, renders to find what else is.
fn finish<'d>(
    files: &SourceFiles<'d>,
    request: &Request,
    compiled: &Compiled,
    last: Option<&mut last::Last<'d>>,
    report: &mut Report,
    progress: &dyn Progress,
) -> Option<Written> {
    let (plan, engine) = compiled.plan.as_ref()?;
    let renderer = Renderer::new(engine, plan, files);
    progress.rendering(plan.routes().len());
    let result = if request.check_only || report.diagnostics.has_errors() {
        rehearse(&renderer, plan, progress).map(|rendered| (rendered, None))
    } else {
        let output = match last.and_then(last::Last::output) {
            Some(output) => Ok(output),
            None => Output::open(files.disk(), &request.root, &report.output_dir),
        };
        let written =
            output.and_then(|output| write(output, request, &renderer, plan, report, progress));
        written.map(|(rendered, written)| (rendered, Some(written)))
    };
    match result {
        Ok((rendered, written)) => {
            report.rendered = rendered;
            written
        }
        Err(problems) => {
            report.diagnostics.extend(problems);
            None
        }
    }
}

/// Renders everything and keeps nothing.
fn rehearse(
    renderer: &Renderer<'_>,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<usize, Vec<Diagnostic>> {
    let results = plan.routes().par_iter().with_max_len(AT_ONCE).map(|route| {
        let artifact = plan.artifact(route).map_err(|problem| vec![*problem])?;
        let rendered = renderer.render(&artifact.recipe);
        progress.rendered();
        rendered.map(|payload| usize::from(payload.is_made()))
    });
    Ok(collect(results.collect(), plan.routes())?.into_iter().sum())
}

/// Renders what the output does not have yet, and commits; returns how many files were rendered,
/// and what there is now.
fn write(
    output: Output<'_>,
    request: &Request,
    renderer: &Renderer<'_>,
    plan: &Plan,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<(usize, Written), Vec<Diagnostic>> {
    let foreign = output.foreign(&mut plan.routes().iter().map(|route| &route.file));
    if !foreign.is_empty() {
        return Err(foreign);
    }
    let mut staging = output.begin().map_err(|problem| vec![problem])?;
    let failed = AtomicBool::new(false);
    let press = Press { staging: &staging, renderer, plan, failed: &failed };
    let results = plan.routes().par_iter().with_max_len(AT_ONCE).map(|route| {
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
    if request.verify {
        verify::verify(staging.output(), renderer, plan, &manifest)?;
    }
    let changes = Changes::between(staging.output().manifest(), &manifest);
    let summary = staging.commit(&manifest).map_err(|broken| {
        report.standing = broken.standing;
        vec![broken.diagnostic]
    })?;
    report.written = summary.written;
    report.unchanged = summary.unchanged;
    report.removed = summary.removed;
    report.changes = Some(urls_of(changes, plan));
    let kept = if request.memo { staging.output().keep(&manifest) } else { Kept::default() };
    Ok((rendered, Written { manifest, kept }))
}

/// The addresses of files, absolute if the site's own is known.
fn urls_of(changes: Changes, plan: &Plan) -> UrlChanges {
    let base = &plan.site().config.base_url;
    let urls = |files: Vec<OutputPath>| {
        let url = |file: OutputPath| {
            let url = UrlPath::new(file.as_str());
            if base.is_set() { base.absolute(&url) } else { base.relative(&url) }
        };
        files.into_iter().map(url).collect()
    };
    UrlChanges {
        added: urls(changes.added),
        changed: urls(changes.changed),
        removed: urls(changes.removed),
    }
}
