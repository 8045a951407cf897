//! Sites in temporary folders, builds of them, and what those left on disk.

/// The disk that fails on command, as the unit tests of `store` have it.
#[path = "../../../src/store/fault.rs"]
#[allow(dead_code, reason = "some of it is only for those tests")]
pub mod fault;
pub mod rich;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::civil;
use kisah::base::{Diagnostic, Diagnostics};
use kisah::build::{self, Compiled, Inputs, Memory, Report, Request, Silent, Today};
use kisah::cli::print;
use kisah::config::Overrides;
use kisah::render::Renderer;
use kisah::store::read::{self, Scope};
use kisah::store::{Disk, RealDisk, SourceFiles, disk};

/// Files by path, with `/`.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// The name of the list that a build leaves beside its files.
pub const MANIFEST: &str = ".kisah-manifest";

/// An empty folder that is removed when dropped; in memory where that is available.
pub fn temp() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder")
}

/// Writes files, in the order of the list.
pub fn write<'a>(root: &Path, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
}

/// Writes a tree, in the order of its paths.
pub fn write_tree(root: &Path, tree: &Tree) {
    fs::create_dir_all(root).expect("a folder");
    write(root, tree.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
}

/// Every file below a folder; nothing if there is no folder. Symbolic links are read as their
/// target's path, not followed.
pub fn read_tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    for entry in entries(root) {
        let bytes = if entry.path_is_symlink() {
            let to = fs::read_link(entry.path()).expect("a link");
            [b"-> ", to.as_os_str().as_encoded_bytes()].concat()
        } else if entry.file_type().is_file() {
            fs::read(entry.path()).expect("a readable file")
        } else {
            continue;
        };
        tree.insert(relative(root, entry.path()), bytes);
    }
    tree
}

/// Everything below a folder; nothing if there is no folder, as before a first build.
fn entries(root: &Path) -> impl Iterator<Item = walkdir::DirEntry> {
    let walk = root.symlink_metadata().is_ok().then(|| walkdir::WalkDir::new(root));
    walk.into_iter().flatten().map(|entry| entry.expect("a readable folder"))
}

/// The modification times of all files below a folder.
pub fn times(root: &Path) -> BTreeMap<String, SystemTime> {
    entries(root)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let time = entry.metadata().expect("metadata").modified().expect("a time");
            (relative(root, entry.path()), time)
        })
        .collect()
}

/// Makes every file below a folder look old, so that a rewritten one is noticeable.
pub fn age(root: &Path) {
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for entry in entries(root) {
        if entry.file_type().is_file() {
            let file = fs::File::options().write(true).open(entry.path()).expect("a file");
            file.set_modified(old).expect("a time");
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).expect("below the root");
    below.to_str().expect("UTF-8").replace(std::path::MAIN_SEPARATOR, "/")
}

/// A request to build the site at `root` into `root/public`, on a fixed day.
pub fn request(root: &Path) -> Request {
    Request {
        root: root.to_owned(),
        config_files: Vec::new(),
        overrides: Overrides::default(),
        today: Today::Day(civil::date(2026, 1, 1)),
        output_dir: None,
        check_only: false,
        memo: true,
        verify: false,
        program: "test".to_owned(),
    }
}

/// Builds with the real disk.
pub fn build(request: &Request) -> Report {
    build_on(&RealDisk, request)
}

/// Builds with any disk.
pub fn build_on(disk: &dyn Disk, request: &Request) -> Report {
    build::build(disk, request, &Silent)
}

/// Builds and panics, with the messages, if there is an error.
pub fn build_clean(request: &Request) -> Report {
    let report = build(request);
    assert!(!report.diagnostics.has_errors(), "{}", messages(&report.diagnostics));
    report
}

/// What a build of a copy of these sources leaves.
pub fn clean_output(sources: &Tree) -> Tree {
    let folder = temp();
    let root = folder.path().join("site");
    write_tree(&root, sources);
    build_clean(&request(&root));
    read_tree(&root.join("public"))
}

/// Every diagnostic as people read it, without colour.
pub fn messages(diagnostics: &Diagnostics) -> String {
    let all: Vec<String> = diagnostics.iter().map(message).collect();
    all.join("\n\n")
}

/// A diagnostic as people read it, without colour and without trailing spaces.
pub fn message(diagnostic: &Diagnostic) -> String {
    let text = print::render(diagnostic, false);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Compiles and renders a site without the store: every file that would be written, or what is
/// wrong.
pub fn render_all(request: &Request, whole_views: bool) -> Result<Tree, String> {
    render(&compile(request, whole_views)?, &request.root)
}

/// Compiles a site as `build` does.
pub fn compile(request: &Request, whole_views: bool) -> Result<Compiled, String> {
    compile_again(request, whole_views, &mut Memory::default())
}

/// Compiles and renders a site as the server does, which remembers the last compilation.
pub fn render_again(request: &Request, memory: &mut Memory) -> Result<Tree, String> {
    render(&compile_again(request, false, memory)?, &request.root)
}

fn compile_again(
    request: &Request,
    whole_views: bool,
    memory: &mut Memory,
) -> Result<Compiled, String> {
    let disk = &RealDisk;
    let config_files = read::config_files(disk, &request.root, &request.config_files)
        .map_err(|problem| message(&problem))?;
    let (config, exclude) = build::first_look(&config_files, request);
    let source = read::tree(disk, &Scope::new(&request.root, &config, &exclude));
    let inputs = Inputs {
        config_files: &config_files,
        source: &source,
        supply: &SourceFiles::new(disk, &request.root, None),
        overrides: &request.overrides,
        today: request.today,
        whole_views,
    };
    Ok(build::compile(&inputs, memory))
}

fn render(compiled: &Compiled, root: &Path) -> Result<Tree, String> {
    let Some((plan, engine)) = &compiled.plan else { return Err(messages(&compiled.diagnostics)) };
    let files = SourceFiles::new(&RealDisk, root, None);
    let renderer = Renderer::new(engine, plan, &files);
    let mut tree = Tree::new();
    for route in plan.routes() {
        let artifact = plan.artifact(route).map_err(|problem| message(&problem))?;
        let payload = renderer
            .render(&artifact.recipe)
            .map_err(|problems| messages(&problems.into_iter().collect()))?;
        let bytes = payload.bytes(&files).map_err(|problem| message(&problem))?.into_owned();
        tree.insert(artifact.file.as_str().to_owned(), bytes);
    }
    Ok(tree)
}

/// Describes how two trees differ, file by file; empty if they do not.
pub fn difference(left: &Tree, right: &Tree) -> String {
    let mut out = String::new();
    for (path, bytes) in left {
        match right.get(path) {
            None => _ = writeln!(out, "only left: {path}"),
            Some(other) if other == bytes => {}
            Some(other) => {
                let (a, b) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(other));
                _ = writeln!(out, "{path} differs:\n{}", diff(&a, &b));
            }
        }
    }
    for path in right.keys().filter(|path| !left.contains_key(*path)) {
        _ = writeln!(out, "only right: {path}");
    }
    out
}

/// A unified diff without its header.
pub fn diff(left: &str, right: &str) -> String {
    let diff = similar::TextDiff::from_lines(left, right);
    diff.unified_diff().context_radius(2).to_string()
}

/// A small, fast generator of random numbers for tests that need no shrinking (splitmix64).
pub struct Random(pub u64);

impl Random {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).expect("a small number")
    }

    /// One of a list.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Puts a list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

/// The folder of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
