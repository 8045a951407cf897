//! Reads the sources once, into a value.
//!
//! In: the site's root. Out: a [`Source`], with everything that could not be read in its
//! `problems`; and the texts of kisah.toml and its overlays. It never writes, never leaves the
//! root, and does not understand what it reads beyond UTF-8 and the headers of images; it asks
//! [`parse::unread`] whether a file that would be copied is a story in another format.

use std::io::{self, BufReader, Cursor, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::disk::{self, Disk, FileType};
use super::memo::{Known, Seen};
use super::stamp::Stamp;
use super::walk::{DotFiles, FoundFile, Walker};
use super::{guard, problem};
use crate::base::{Diagnostic, Digest, Hasher, Map, Place, SourcePath, SourceText, codes};
use crate::config::Config;
use crate::parse;
use crate::source::{Asset, AssetBytes, Layer, Source, Template, builtin, dimensions, folders};

/// Assets up to this size are read at once, larger ones piece by piece.
const SMALL: u64 = 1024 * 1024;

/// The largest text (document, template, data, configuration) that is read, in bytes.
const LARGEST: u64 = 64_000_000;

/// Whether the site has a `content/` folder; without one there is nothing to build.
pub(crate) fn has_content(disk: &dyn Disk, root: &Path) -> bool {
    disk.metadata(&root.join(folders::CONTENT)).is_ok_and(|meta| meta.kind == FileType::Dir)
}

/// The texts of kisah.toml, if there is one, and of every overlay (`--config`), in order.
pub fn config_files(
    disk: &dyn Disk,
    root: &Path,
    overlays: &[PathBuf],
) -> Result<Vec<SourceText>, Diagnostic> {
    let main = root.join("kisah.toml");
    let mut texts = Vec::new();
    let path = SourcePath::new("kisah.toml");
    match inside(disk, root, &main).and_then(|()| config_file(disk, &main, path)) {
        Ok(text) => texts.push(text),
        Err(_) if is_missing(disk, &main) => {}
        Err(problem) => return Err(problem),
    }
    for overlay in overlays {
        let path = SourcePath::new(problem::shown(root, overlay));
        texts.push(config_file(disk, overlay, path).map_err(|problem| {
            if is_missing(disk, overlay) {
                problem.help("`--config` takes a file's path, relative to the working directory")
            } else {
                problem
            }
        })?);
    }
    Ok(texts)
}

fn config_file(disk: &dyn Disk, at: &Path, path: SourcePath) -> Result<SourceText, Diagnostic> {
    let bytes = bytes(disk, at, "read the configuration", &path)?;
    text(path, bytes)
}

/// Whether there is nothing, not even a dangling symbolic link.
fn is_missing(disk: &dyn Disk, path: &Path) -> bool {
    disk.symlink_metadata(path).is_err_and(|e| e.kind() == io::ErrorKind::NotFound)
}

/// Refuses kisah.toml if it links to another project's: the file itself says what `symlinks`
/// allows.
fn inside(disk: &dyn Disk, root: &Path, file: &Path) -> Result<(), Diagnostic> {
    let (Ok(root), Ok(real)) = (disk.canonicalize(root), disk.canonicalize(file)) else {
        return Ok(());
    };
    if real.starts_with(root) {
        return Ok(());
    }
    let message = format!("the symbolic link leads out of the project, to `{}`", real.display());
    Err(Diagnostic::error(&codes::LINK_OUTSIDE, message)
        .at(Place::file("kisah.toml"))
        .help("copy the file into the project, or name it on the command line with `--config`"))
}

/// The bytes of a text file, unless there are too many of them.
fn bytes(disk: &dyn Disk, at: &Path, what: &str, path: &SourcePath) -> Result<Vec<u8>, Diagnostic> {
    let cannot = |e: io::Error| problem::cannot(what, path.as_str(), &e);
    let file = disk.open(at).map_err(cannot)?;
    let len = file.metadata().map_err(cannot)?.len();
    let mut bytes = Vec::new();
    if len <= LARGEST {
        bytes.reserve_exact(usize::try_from(len).unwrap_or(0) + 1);
        // The file may grow while it is read.
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    }
    if len.max(bytes.len() as u64) <= LARGEST {
        return Ok(bytes);
    }
    let message = format!("the file has more than {} MB of text", LARGEST / 1_000_000);
    Err(Diagnostic::error(&codes::TOO_MUCH, message)
        .at(Place::file(path.as_str()))
        .help("split it; files that are not text belong in `static/`"))
}

/// The sources, and what the file system said about each file when it was read.
pub struct StampedSource {
    /// The sources.
    pub source: Source,
    /// Each file, except those about which the file system does not say enough.
    pub(crate) seen: Map<Arc<str>, Seen>,
    /// Digest of what was wrong with names and links, before any file was read.
    pub(crate) listed: Digest,
}

/// Which files belong to a site.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The site's folder.
    pub root: &'a Path,
    /// The theme below `themes/`.
    pub theme: Option<&'a str>,
    /// The output directory, which may lie inside the root and is never read.
    pub exclude: &'a Path,
    /// Symbolic links that may lead out of the root.
    pub symlinks: &'a [String],
}

impl<'a> Scope<'a> {
    /// The scope of a site, as far as it must be known before the site is read.
    pub fn new(root: &'a Path, config: &'a Config, exclude: &'a Path) -> Self {
        Scope { root, theme: config.theme.as_deref(), exclude, symlinks: &config.symlinks }
    }
}

/// Reads the tree (`content/`, `templates/`, `static/`, the theme, `data/`, `i18n/`) and appends
/// what is built in.
pub fn tree(disk: &dyn Disk, scope: &Scope<'_>) -> Source {
    stamped_tree(disk, scope, &Known::default()).source
}

/// Like [`tree`], with stamps. Assets that are in `known`, and texts that it holds, are not read
/// again.
pub fn stamped_tree(disk: &dyn Disk, scope: &Scope<'_>, known: &Known) -> StampedSource {
    let mut source = Source::default();
    let mut seen = Map::default();
    let jobs = jobs(disk, scope, &mut source.problems);
    let listed = digest_of(&source.problems);
    let results: Vec<Result<Read, Diagnostic>> =
        jobs.into_par_iter().map(|job| job.run(disk, known)).collect();
    for result in results {
        let (item, stamped) = match result {
            Ok(Read { item, seen, problem }) => {
                // A file that is not known is looked at again.
                let seen = seen.filter(|_| problem.is_none());
                source.problems.extend(problem);
                (item, seen)
            }
            Err(problem) => {
                source.problems.push(problem);
                continue;
            }
        };
        let path = match &item {
            ReadItem::Document(text) | ReadItem::Data(text) | ReadItem::Strings(text) => &text.path,
            ReadItem::Template(template) => &template.source.path,
            ReadItem::Asset(asset) => &asset.path,
        };
        seen.extend(stamped.map(|stamped| (path.shared(), stamped)));
        match item {
            ReadItem::Document(text) => source.documents.push(text),
            ReadItem::Template(template) => source.templates.push(template),
            ReadItem::Data(text) => source.data.push(text),
            ReadItem::Strings(text) => source.i18n.push(text),
            ReadItem::Asset(asset) => source.assets.push(asset),
        }
    }
    source.templates.extend(builtin::templates());
    source.assets.extend(builtin::assets());
    source.documents.sort_by(|a, b| a.path.cmp(&b.path));
    source.templates.sort_by(|a, b| (a.layer, &a.name).cmp(&(b.layer, &b.name)));
    source.data.sort_by(|a, b| a.path.cmp(&b.path));
    source.i18n.sort_by(|a, b| a.path.cmp(&b.path));
    source.assets.sort_by(|a, b| (a.layer, &a.path).cmp(&(b.layer, &b.path)));
    source.problems.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
    StampedSource { source, seen, listed }
}

fn digest_of(problems: &[Diagnostic]) -> Digest {
    let mut hasher = Hasher::new();
    for problem in problems {
        hasher.str(&format!("{problem:?}"));
    }
    hasher.finish()
}

/// What the file system says now, if the tree is still the one described by `known`, file by file
/// and byte by byte; `None` if it is not. Reads only files whose stamps do not prove that they are
/// the same.
pub(crate) fn unchanged(
    disk: &dyn Disk,
    scope: &Scope<'_>,
    known: &Known,
) -> Option<Map<Arc<str>, Seen>> {
    let mut problems = Vec::new();
    let jobs = jobs(disk, scope, &mut problems);
    if digest_of(&problems) != known.problems || jobs.len() != known.files.len() {
        return None;
    }
    let same = jobs.into_par_iter().map(|Job { file, .. }| {
        let old = known.files.get(file.path.as_str())?;
        let stamp = Stamp::of(&disk.metadata(&file.at).ok()?)?;
        if known.get(file.path.as_str(), &stamp).is_none() {
            let mut open = disk.open(&file.at).ok()?;
            let now = disk::digest_of(&mut open, |_| (), |_| Ok(())).ok()?;
            if now.digest != old.digest {
                return None;
            }
        }
        Some((file.path.shared(), Seen { stamp, ..*old }))
    });
    same.collect::<Option<Vec<_>>>().map(|files| files.into_iter().collect())
}

/// Lists the files of the tree.
fn jobs(disk: &dyn Disk, scope: &Scope<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Job> {
    let Scope { root, theme, exclude, symlinks } = *scope;
    let root = match disk.canonicalize(root) {
        Ok(root) => root,
        Err(e) => {
            let shown = problem::shown(Path::new(""), root);
            problems.push(problem::cannot("open the site's folder", &shown, &e));
            return Vec::new();
        }
    };
    let exclude = guard::resolve(disk, exclude).unwrap_or_else(|_| exclude.to_owned());
    jobs_of(&Walker { disk, root: &root, exclude: &exclude, symlinks }, theme, problems)
}

/// One file to read, and the role it is read in.
struct Job {
    file: FoundFile,
    role: FileRole,
}

enum FileRole {
    Document,
    Template(Layer, Arc<str>),
    Data,
    Strings,
    Asset(Layer),
}

/// A file that was read, and what is nevertheless wrong with it.
struct Read {
    item: ReadItem,
    seen: Option<Seen>,
    problem: Option<Diagnostic>,
}

enum ReadItem {
    Document(SourceText),
    Template(Template),
    Data(SourceText),
    Strings(SourceText),
    Asset(Asset),
}

/// Lists the files of every folder.
fn jobs_of(walker: &Walker<'_>, theme: Option<&str>, problems: &mut Vec<Diagnostic>) -> Vec<Job> {
    let mut jobs = Vec::new();
    for file in walker.files(folders::CONTENT, DotFiles::Hidden, problems) {
        let extension = file.path.extension();
        let is_document = ["md", "markdown"].iter().any(|e| extension.eq_ignore_ascii_case(e));
        let role = if is_document { FileRole::Document } else { FileRole::Asset(Layer::Site) };
        jobs.push(Job { file, role });
    }
    let theme = theme.filter(|name| is_theme(walker, name, problems));
    let mut layer = |layer, prefix: &str, problems: &mut Vec<Diagnostic>| {
        let templates = format!("{prefix}{}", folders::TEMPLATES);
        for file in walker.files(&templates, DotFiles::Hidden, problems) {
            let name = Arc::from(file.path.below(&templates).unwrap_or_default());
            jobs.push(Job { file, role: FileRole::Template(layer, name) });
        }
        for file in walker.files(&format!("{prefix}{}", folders::STATIC), DotFiles::Shown, problems)
        {
            jobs.push(Job { file, role: FileRole::Asset(layer) });
        }
    };
    layer(Layer::Site, "", problems);
    if let Some(name) = theme {
        layer(Layer::Theme, &format!("{}/{name}/", folders::THEMES), problems);
    }
    let read = [(folders::DATA, &["toml", "json", "yaml"][..]), (folders::I18N, &["toml"])];
    for (folder, extensions) in read {
        for file in walker.files(folder, DotFiles::Hidden, problems) {
            let is_top = file.path.folder() == folder;
            if is_top && extensions.contains(&file.path.extension()) {
                let role = if folder == folders::DATA { FileRole::Data } else { FileRole::Strings };
                jobs.push(Job { file, role });
            } else if file.path.stem() != "README" {
                let wanted: Vec<String> =
                    extensions.iter().map(|e| format!("`{folder}/*.{e}`")).collect();
                problems.push(
                    Diagnostic::warning(&codes::UNUSED, "the file is not read")
                        .at(Place::file(file.path.as_str()))
                        .help(format!("in this folder kisah reads {}", wanted.join(", "))),
                );
            }
        }
    }
    jobs
}

/// Whether a theme of that name exists.
fn is_theme(walker: &Walker, name: &str, problems: &mut Vec<Diagnostic>) -> bool {
    let problem = if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':']) {
        "is not the name of a folder below `themes`"
    } else if walker
        .disk
        .metadata(&walker.root.join(folders::THEMES).join(name))
        .is_ok_and(|meta| meta.kind == FileType::Dir)
    {
        return true;
    } else {
        "does not exist: there is no such folder below `themes`"
    };
    problems.push(
        Diagnostic::error(&codes::WRONG_VALUE, format!("the theme `{name}` {problem}"))
            .at(Place::file("kisah.toml"))
            .help("put the theme into `themes/NAME`, or remove the key `theme`"),
    );
    false
}

impl Job {
    fn run(self, disk: &dyn Disk, known: &Known) -> Result<Read, Diagnostic> {
        let Job { file, role } = self;
        // Before the file is read: a change made meanwhile gives it another stamp.
        let stamp = disk.metadata(&file.at).ok().and_then(|meta| Stamp::of(&meta));
        if let FileRole::Asset(layer) = role {
            let seen = stamp.and_then(|stamp| known.get(file.path.as_str(), &stamp));
            let seen = seen.filter(|_| !is_needed(&file));
            // A known file had no mistake.
            let problem = if seen.is_none() { unread_story(disk, &file)? } else { None };
            let asset = match seen {
                Some(seen) => Asset {
                    layer,
                    path: file.path,
                    size: seen.stamp.len,
                    digest: seen.digest,
                    dimensions: seen.dimensions,
                    bytes: AssetBytes::OnDisk,
                },
                None => asset(disk, file, layer)?,
            };
            let (digest, dimensions) = (asset.digest, asset.dimensions);
            let seen = stamp.map(|stamp| Seen { stamp, digest, dimensions });
            return Ok(Read { item: ReadItem::Asset(asset), seen, problem });
        }
        let as_stamped = stamp.and_then(|stamp| known.text(file.path.as_str(), &stamp));
        let (text, seen) = match as_stamped {
            Some((text, seen)) => (text, Some(seen)),
            None => {
                let bytes = bytes(disk, &file.at, "read the file", &file.path)?;
                let digest = Digest::of(&bytes);
                let seen = stamp.map(|stamp| Seen { stamp, digest, dimensions: None });
                match known.same_text(file.path.as_str(), &bytes) {
                    Some(text) => (text, seen),
                    None => (text(file.path, bytes)?, seen),
                }
            }
        };
        let item = match role {
            FileRole::Document => ReadItem::Document(text),
            FileRole::Template(layer, name) => {
                ReadItem::Template(Template { layer, name, source: text })
            }
            FileRole::Strings => ReadItem::Strings(text),
            FileRole::Data | FileRole::Asset(_) => ReadItem::Data(text),
        };
        Ok(Read { item, seen, problem: None })
    }
}

/// The mistake, if a file that would be copied is a story that kisah cannot read; outside
/// `content/`, only pages of HTML count.
fn unread_story(disk: &dyn Disk, file: &FoundFile) -> Result<Option<Diagnostic>, Diagnostic> {
    let is_content = file.path.below(folders::CONTENT).is_some();
    if !parse::may_be_story(&file.path) || !is_content && !parse::is_html(&file.path) {
        return Ok(None);
    }
    let cannot = |e: io::Error| problem::cannot("read the file", file.path.as_str(), &e);
    let mut head = Vec::new();
    let open = disk.open(&file.at).map_err(cannot)?;
    open.take(parse::MOST_HEAD).read_to_end(&mut head).map_err(cannot)?;
    Ok(parse::unread(&file.path, &head))
}

/// Checks that bytes are UTF-8.
fn text(path: SourcePath, bytes: Vec<u8>) -> Result<SourceText, Diagnostic> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceText::new(path, text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let is_utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
            let (what, help) = if is_utf16 {
                ("the file is UTF-16, not UTF-8", "save it as UTF-8")
            } else if path.as_str().contains("templates/") {
                (
                    "the file is not UTF-8",
                    "save it as UTF-8; files that are not text belong in `static/`",
                )
            } else {
                ("the file is not UTF-8", "save it as UTF-8")
            };
            // Up to the first wrong byte, the text that can be shown has the same offsets.
            let lossy = String::from_utf8_lossy(bytes);
            Err(Diagnostic::error(&codes::BAD_ENCODING, what)
                .at(Place::in_text(path.as_str(), &lossy, at..at + 1))
                .help(help))
        }
    }
}

/// Whether this is the style sheet, whose bytes are needed: settings are appended to them.
fn is_style(file: &FoundFile) -> bool {
    file.path.as_str().ends_with(Asset::STYLE)
}

/// Whether more of the file is needed than its digest.
fn is_needed(file: &FoundFile) -> bool {
    is_style(file) || file.path.file_name() == "_redirects"
}

/// Records an asset without keeping its bytes, except for the style sheet's.
fn asset(disk: &dyn Disk, file: FoundFile, layer: Layer) -> Result<Asset, Diagnostic> {
    if file.path.file_name() == "_redirects" {
        return redirects(disk, file, layer);
    }
    let extension = file.path.extension();
    let mut kept = AssetBytes::OnDisk;
    let is_style = is_style(&file);
    let mut measure = || -> io::Result<_> {
        let mut open = disk.open(&file.at)?;
        let len = open.metadata()?.len();
        if len <= SMALL || is_style {
            let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0) + 1);
            open.read_to_end(&mut bytes)?;
            let dimensions = dimensions::of(extension, &mut Cursor::new(&bytes));
            if is_style {
                kept = AssetBytes::Here(bytes.as_slice().into());
            }
            return Ok((bytes.len() as u64, Digest::of(&bytes), dimensions));
        }
        let all = disk::digest_of(&mut open, |error| error, |_| Ok(()))?;
        open.seek(SeekFrom::Start(0))?;
        let dimensions = dimensions::of(extension, &mut BufReader::new(open));
        Ok((all.size, all.digest, dimensions))
    };
    let (size, digest, dimensions) =
        measure().map_err(|e| problem::cannot("read the file", file.path.as_str(), &e))?;
    Ok(Asset { layer, path: file.path, size, digest, dimensions, bytes: kept })
}

/// Reads the site's own `_redirects`: kisah appends its own to them.
fn redirects(disk: &dyn Disk, file: FoundFile, layer: Layer) -> Result<Asset, Diagnostic> {
    let bytes = bytes(disk, &file.at, "read the file", &file.path)?;
    let text = text(file.path, bytes)?;
    let bytes: Arc<[u8]> = text.text.as_bytes().into();
    Ok(Asset {
        layer,
        path: text.path,
        size: bytes.len() as u64,
        digest: Digest::of(&bytes),
        dimensions: None,
        bytes: AssetBytes::Here(bytes),
    })
}
